package main

import (
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"treatygraph/graph"
)

// asShipped are the flags that say of the declaration what the corpus says.
func (b bench) asShipped(more ...string) []string {
	return append([]string{"ingest", b.file, "--symbol", "E/CN.15/2008/21", "--language", "zh", "--date", "2008-04-15",
		"--title", "俄罗斯联邦和美利坚合众国常驻联合国（维也纳）代表2008年4月15日致联合国毒品和犯罪问题办公室执行主任的信函",
		"--title", "en=Letter of 15 April 2008 transmitting the U.S.-Russia Strategic Framework Declaration",
		"--expresses", "declaration/us-russia-strategic-framework-2008",
		"--licence", "United Nations document; see https://www.un.org/en/about-us/copyright"}, more...)
}

const nothing = "nothing has changed"

func TestADocumentIsReadOnceAndThenNothingChanges(t *testing.T) {
	b := newBench(t)
	titled := b.asShipped("--title", "fr=Lettre du 15 avril 2008") // else nothing differs from the shipped corpus
	first := b.ok(t, titled...)
	for _, want := range []*regexp.Regexp{
		regexp.MustCompile(`(?m)^\S+declaration\.txt: UTF-8, 18,161 bytes, 6,575 characters$`),
		regexp.MustCompile(`(?m)^gains +document +document +NAMED .*Lettre du 15 avril 2008`),
		regexp.MustCompile(`(?m)^document/e-cn\.15-2008-21: \d+ passages in \d+ sections, 1 footnote, \d+ mentions of \d+ entities, \d+ statements, \d+ unlinked mentions?; \d+ assertions? written, \d+ withdrawn, revision \d+$`),
	} {
		if !want.MatchString(first) {
			t.Errorf("no %s in:\n%s", want, first)
		}
	}
	head := b.head(t)
	for _, args := range [][]string{titled, append(slices.Clone(titled), "--dry-run"), {"ingest", "--again", "--symbol", "E/CN.15/2008/21"}, {"ingest", "--again", "--id", "document/e-cn.15-2008-21", "--dry-run"}} {
		if again := b.ok(t, args...); !strings.Contains(again, nothing) {
			t.Errorf("%q: %s", args, again)
		}
	}
	if after := b.head(t); after != head {
		t.Errorf("head %+v, was %+v", after, head)
	}
}

func TestADryRunShowsMentionsAndStatementsAndWhatWouldChange(t *testing.T) {
	b := newBench(t)
	head := b.head(t)
	changed := strings.Replace(declaration(t), "我们申明继续支持《不扩散核武器条约》", "我们现在反对《欧洲常规武装部队条约》", 1)
	b.file = b.write(t, "changed.txt", changed)
	out := b.ok(t, b.asShipped("--dry-run")...)
	for _, want := range []string{
		`(?m)^section 1 +1-6 +0\.\d\d +state/rus +official name +俄罗斯联邦$`,
		`(?m)^passage 26 .* position +state/rus +OPPOSES +treaty/cfe +2008-04-06 .*我们现在反对`,
		`(?m)^loses +passage 26 +state/usa +SUPPORTS +treaty/npt +2008-04-06$`,
		`(?m)^gains +passage 26 +state/usa +OPPOSES +treaty/cfe +2008-04-06$`,
		`would be written, \d+ withdrawn\n$`,
	} {
		if !regexp.MustCompile(want).MatchString(out) {
			t.Errorf("no %s in:\n%s", want, out)
		}
	}
	if after := b.head(t); after != head {
		t.Errorf("head %+v, was %+v", after, head)
	}
}

func TestTextsInOtherEncodingsAndFromStandardInputAreTheSameText(t *testing.T) {
	b := newBench(t)
	b.ok(t, b.asShipped()...)
	encoded, err := simplifiedchinese.GB18030.NewEncoder().String(declaration(t))
	if err != nil {
		t.Fatal(err)
	}
	b.file = b.write(t, "gb.txt", encoded)
	if out := b.ok(t, b.asShipped()...); !strings.Contains(out, "gb.txt: GB18030, ") || !strings.Contains(out, nothing) {
		t.Error(out)
	}
	b.file = "-"
	r := b.run(t, strings.NewReader(declaration(t)), b.asShipped()...)
	if r.code != 0 || !strings.Contains(r.stdout, "standard input: UTF-8, ") || !strings.Contains(r.stdout, nothing) || r.stderr != "" {
		t.Errorf("%+v", r)
	}
}

func TestAPageIsReadAsItsText(t *testing.T) {
	b := newBench(t)
	b.ok(t, b.asShipped()...)
	page := b.write(t, "page.htm", "Statement<p>The United States and Japan support the Treaty on the Non-Proliferation of Nuclear Weapons.</p>") // a piece, which its name makes HTML
	out := b.ok(t, "ingest", page, "--id", "document/page", "--language", "en", "--title", "A page")
	if !strings.Contains(out, "page.htm: HTML, ") || !strings.Contains(out, "treaty/npt") {
		t.Error(out)
	}
	broken := b.write(t, "broken.docx", "PK\x03\x04not an archive")
	if r := b.run(t, nil, "ingest", broken, "--id", "document/broken", "--language", "en"); r.code != exitUsage || !strings.Contains(r.stderr, "ZIP archive") {
		t.Errorf("%+v", r)
	}
}

func TestDocumentsOfOneInstrumentAreLaidSideBySide(t *testing.T) {
	b := newBench(t)
	b.ok(t, b.asShipped()...)
	for name, text := range map[string]string{"en": "Pact\n\nArticle 1\n\nThe Parties agree.\n\nArticle 2\n\nThis is all.\n", "zh": "公约\n\n第一条\n\n缔约国同意。\n\n第三条\n\n到此为止。\n"} {
		b.ok(t, "ingest", b.write(t, name+".txt", text), "--id", "document/pact-"+name, "--language", name, "--title", "Pact", "--expresses", "treaty/npt")
	}
	const remark = "document/pact-hant: tagged zh-Hant, but in simplified Chinese (zh-Hans): "
	simplified := b.write(t, "hant.txt", "公约\n\n第一条\n\n"+strings.Repeat("缔约国同意。", 10)+"\n")
	if out := b.ok(t, "ingest", simplified, "--id", "document/pact-hant", "--language", "zh-Hant", "--title", "Pact", "--expresses", "treaty/npt"); !strings.Contains(out, remark) {
		t.Error(out)
	}
	for _, want := range []string{"would be written", "written", "nothing has changed"} {
		args := []string{"align", "treaty/npt"}
		if want == "would be written" {
			args = append(args, "--dry-run")
		}
		out := b.ok(t, args...)
		for _, line := range []string{"document/pact-zh (zh): 2 of 3 sections stand beside one of document/pact-en\n", "  alone: 第三条\n", "  alone: − Article 2\n", remark, "dataset/aligned-npt: ", want} {
			if !strings.Contains(out, line) {
				t.Errorf("no %q in %s", line, out)
			}
		}
	}
	for _, args := range [][]string{{"align"}, {"align", "npt"}, {"align", "treaty/none"}, {"align", "treaty/inf"}, {"align", "state/fra"}, {"align", "treaty/npt", "treaty/inf"}} {
		if r := b.run(t, nil, args...); r.code != exitUsage {
			t.Errorf("%q: %+v", args, r)
		}
	}
}

// An endless reader counts what is read of it.
type endless struct{ n int64 }

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	e.n += int64(len(p))
	return len(p), nil
}

var _ io.Reader = (*endless)(nil)

func TestStandardInputIsReadNoFurtherThanATextMayBeLong(t *testing.T) {
	b := newBench(t)
	b.file = "-"
	var input endless
	r := b.run(t, &input, b.asShipped()...)
	if r.code != exitUsage || !strings.Contains(r.stderr, "standard input") || input.n > 2*graph.MaxTextBytes {
		t.Errorf("%d bytes read, exit code %d: %s", input.n, r.code, r.stderr)
	}
}

func TestAnEmptyRecordKnowsNoNamesAndThePersonIsTold(t *testing.T) {
	b := newBench(t)
	b.store = "sqlite:" + b.dir + "/new.db"
	r := b.run(t, strings.NewReader(""), "ingest", b.file, "--symbol", "E/CN.15/2008/21", "--language", "zh")
	if r.code != 0 || !strings.Contains(r.stdout, "revision 1") || strings.Count(r.stderr, "\n") != 1 || !strings.Contains(r.stderr, "empty") {
		t.Errorf("%+v", r)
	}
}

func TestTheIDOfADocumentComesFromItsSymbol(t *testing.T) {
	for symbol, want := range map[string]graph.ID{
		"E/CN.15/2008/21":   "document/e-cn.15-2008-21",
		"s/res/1540 (2004)": "document/s-res-1540",
		"A/RES/60/1":        "document/a-res-60-1",
		"S/PV.5848":         "document/s-pv.5848",
	} {
		f := ingestFlags{symbol: symbol, language: "en", textVersion: 1}
		d, err := f.document()
		if err != nil || d.ID != want {
			t.Errorf("%s: %v, %v", symbol, d, err)
		}
	}
}

func TestColumnsStandUnderEachOtherAlsoWithChineseInThem(t *testing.T) {
	table := table{title: []string{"A", "B", "C"}}
	table.add("条约", "x", "1")
	table.add("ab\u202Ec", "第六条\n第二款", "2")
	var out strings.Builder
	table.print(&out)
	if want := "A            B              C\n条约         x              1\nab[U+202E]c  第六条 第二款  2\n"; out.String() != want {
		at := func(s string) string { return strings.ReplaceAll(s, " ", "·") }
		t.Errorf("got\n%swant\n%s", at(out.String()), at(want))
	}
}
