package extract

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"treatygraph/graph"
)

var update = flag.Bool("update", false, "rewrite the golden file; read it against the text by hand before it is kept")

const declaration = "../corpus/documents/declaration.zh.txt"

func readDeclaration(t testing.TB) string {
	raw, err := os.ReadFile(declaration)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// The golden file was read against the text by hand: every heading, and where each passage begins and ends.
func TestTheDeclarationHasTheSectionsAndPassagesAReaderSees(t *testing.T) {
	d := Segment(readDeclaration(t))
	var b strings.Builder
	for _, s := range d.Sections {
		kind := "standalone"
		if s.RunIn {
			kind = "run-in"
		}
		fmt.Fprintf(&b, "section %s\t%s\t[%d,%d) heading to %d\t%s\n", s.Path, kind, s.Start, s.End, s.HeadingEnd, s.Title)
	}
	for i, p := range d.Passages {
		fmt.Fprintf(&b, "passage %d\tin %s\t[%d,%d)\t%s\n", i+1, d.Sections[p.Section].Path, p.Start, p.End, ends(p.Text))
	}
	for _, p := range d.Apart {
		fmt.Fprintf(&b, "apart %d\t[%d,%d)\t%s\n", p.Kind, p.Start, p.End, p.Text)
	}
	const golden = "testdata/declaration.zh.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if b.String() != string(want) {
		t.Errorf("sections and passages differ from %s:\n%s", golden, b.String())
	}
}

func ends(text string) string {
	const most = 8
	r := []rune(text)
	if len(r) <= 2*most {
		return text
	}
	return string(r[:most]) + "…" + string(r[len(r)-most:])
}

func TestSegmentReadsTextsOfOtherForms(t *testing.T) {
	english := "TREATY ON SOMETHING\n\n" +
		"The Parties to this Treaty, desiring to further the easing of international\n" +
		"tension and the strengthening of trust between well-\nknown states, have agreed as follows.\n\n" +
		"Article I\n\n" +
		"Each Party undertakes not to do anything of the kind, in any place under its\n" +
		"jurisdiction or control, and to refrain from encouraging others to do so.\n\n" +
		"Article II\n\n" +
		"This Treaty shall be of unlimited duration, and each Party shall in exercising\n" +
		"its national sovereignty have the right to withdraw from it at any time.\n"
	tests := map[string]struct {
		raw      string
		sections []string
		passages []string
	}{
		"nothing":      {"", nil, nil},
		"blanks alone": {" \r\n\t\f\u3000\n", nil, nil},
		"one line":     {"没有换行的一句话。", nil, []string{"没有换行的一句话。"}},
		"English, wrapped, blank lines between paragraphs": {english,
			[]string{"1 TREATY ON SOMETHING", "1.1 Article I", "1.2 Article II"},
			[]string{
				"The Parties to this Treaty, desiring to further the easing of international tension and the strengthening of trust between well-known states, have agreed as follows.",
				"Each Party undertakes not to do anything of the kind, in any place under its jurisdiction or control, and to refrain from encouraging others to do so.",
				"This Treaty shall be of unlimited duration, and each Party shall in exercising its national sovereignty have the right to withdraw from it at any time.",
			}},
		"one paragraph a line": {"总则\n第一条 缔约国应当合作。\n第二条 本条约无限期有效。",
			[]string{"1 总则"}, []string{"第一条 缔约国应当合作。", "第二条 本条约无限期有效。"}},
		"run-in headings and what is none": {"甲方义务：甲方应当付款。\n各缔约国议定：下列事项有效。\n电话：12345\n他说，好：是的。",
			[]string{"1 甲方义务"}, []string{"甲方应当付款。", "各缔约国议定：下列事项有效。", "电话：12345", "他说，好：是的。"}},
		"clauses before their lists": {"一、就本公约而言：（甲）称条约者，谓国际协定。\n条约依方法确定：\n（甲）依规定。",
			nil, []string{"一、就本公约而言：（甲）称条约者，谓国际协定。", "条约依方法确定：", "（甲）依规定。"}},
		"Latin run-in heading": {"Missile defence: We discussed it.\nThe Parties have agreed: yes.",
			[]string{"1 Missile defence"}, []string{"We discussed it.", "The Parties have agreed: yes."}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			for form, raw := range map[string]string{"LF": test.raw, "CRLF": strings.ReplaceAll(test.raw, "\n", "\r\n")} {
				d := Segment(raw)
				var sections, passages []string
				for _, s := range d.Sections {
					sections = append(sections, s.Path+" "+s.Title)
				}
				for _, p := range d.Passages {
					passages = append(passages, p.Text)
				}
				if fmt.Sprintf("%q", sections) != fmt.Sprintf("%q", test.sections) {
					t.Errorf("%s: sections %q, want %q", form, sections, test.sections)
				}
				if fmt.Sprintf("%q", passages) != fmt.Sprintf("%q", test.passages) {
					t.Errorf("%s: passages %q, want %q", form, passages, test.passages)
				}
				check(t, raw)
			}
		})
	}
}

// It takes away what one converter happened to leave.
func TestTheDeclarationKeepsItsHeadingsWithoutBlanksAtLineEnds(t *testing.T) {
	raw := readDeclaration(t)
	lines := strings.Split(raw, "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	d := Segment(strings.Join(lines, "\n"))
	check(t, strings.Join(lines, "\n"))
	titles := map[string]bool{}
	for _, s := range d.Sections {
		titles[s.Title] = true
	}
	missing := 0
	for _, s := range Segment(raw).Sections {
		if !titles[s.Title] {
			missing++
			t.Log("lost:", s.Title)
		}
	}
	if missing > 3 { // of 32: where a full line ends both a paragraph and a sentence, nothing tells
		t.Errorf("%d headings lost", missing)
	}
}

func FuzzSegment(f *testing.F) {
	f.Add(string([]rune(readDeclaration(f))[:500])) // longer seeds take the fuzzer minutes to shorten
	for _, seed := range []string{"", "\xff\xfe", "甲：乙。", "甲：：乙。", "5\n\n5\n\n5", "a\n\n5\n\nE/CN.15/2008/21\n\nb", "_____\n* 注。\n正文", "a-\nb – \nc",
		"：-\nfoo.", "\u200b\n\ufeff x \u200b y", "第一章\n第一节\n第一条\n文。", "（签名）甲\n乙\n丙。", "a\r\rb\r\n\r\nc\u2028d"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) { check(t, raw) })
}

func TestSegmentLosesNothing(t *testing.T) {
	pieces := []string{"\n", "\n\n", "\r\n", " ", "　", "5", "E/CN.15/2008/21", "__________", "* 注", "1 note", "。", "，", "：", ": ", ".", "-", "word", "Article 1",
		"第一条", "附件", "（签名）", "《条约》", "联合国", "缔约国应当彼此合作并与其他国家合作制定经济而可靠地利用核能的互惠办法使各国获益", "\f", "\u200b"}
	rapid.Check(t, func(r *rapid.T) {
		check(r, strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 60).Draw(r, "pieces"), ""))
	})
}

// check holds the promises of Segment against any text.
func check(t interface {
	Helper()
	Fatalf(string, ...any)
}, raw string) {
	t.Helper()
	d := Segment(raw)
	if d.Len() != utf8.RuneCountInString(raw) {
		t.Fatalf("%d code points, want %d", d.Len(), utf8.RuneCountInString(raw))
	}
	apart := make([]bool, d.Len())
	owners := make([]int, d.Len())
	for _, p := range d.Apart {
		for i := p.Start; i < p.End; i++ {
			apart[i] = true
			owners[i]++
		}
	}
	own := func(start, end int) {
		for i := start; i < end; i++ {
			if !apart[i] {
				owners[i]++
			}
		}
	}
	before := 0
	for i, p := range d.Passages {
		if p.Start < before || p.End <= p.Start || p.End > d.Len() {
			t.Fatalf("passage %d at [%d,%d) after %d", i, p.Start, p.End, before)
		}
		if got := Clean(d.Raw(p.Start, p.End)); got != p.Text {
			t.Fatalf("passage %d: clean slice %q, text %q", i, got, p.Text)
		}
		if p.Section >= len(d.Sections) || p.Section >= 0 && (d.Sections[p.Section].Start > p.Start || d.Sections[p.Section].End < p.End) {
			t.Fatalf("passage %d lies outside its section %d", i, p.Section)
		}
		before = p.End
		own(p.Start, p.End)
	}
	for i, s := range d.Sections {
		own(s.Start, s.HeadingEnd)
		if s.Parent >= i || s.Parent >= 0 && (d.Sections[s.Parent].Start > s.Start || d.Sections[s.Parent].End < s.End) {
			t.Fatalf("section %d lies outside its parent %d", i, s.Parent)
		}
		if s.Title == "" {
			t.Fatalf("section %d has no title", i)
		}
	}
	for i, r := range []rune(raw) {
		if !graph.IsBlank(r) && owners[i] != 1 {
			t.Fatalf("code point %d %q has %d owners", i, r, owners[i])
		}
	}
	checkMap(t, d.Normalised)
}

// checkMap holds the offset map against the clean text: each code point maps to itself, or a space to a blank; and in order.
func checkMap(t interface{ Fatalf(string, ...any) }, n *Normalised) {
	at, before := 0, -1
	for _, r := range n.Clean {
		start, end, ok := n.RawSpan(at, at+1)
		if !ok || end != start+1 {
			t.Fatalf("clean %d maps to [%d,%d) %v", at, start, end, ok)
		}
		if r != '\n' && n.raw[start] != r && !(r == ' ' && graph.IsBlank(n.raw[start])) {
			t.Fatalf("clean %d %q maps to raw %d %q", at, r, start, n.raw[start])
		}
		if r != '\n' && start <= before {
			t.Fatalf("clean %d maps to raw %d after %d", at, start, before)
		}
		if r != '\n' {
			before = start
		}
		at++
	}
	if _, _, ok := n.RawSpan(at, at+1); ok {
		t.Fatalf("a span beyond the text maps")
	}
}

func BenchmarkSegment(b *testing.B) {
	raw := strings.Repeat(readDeclaration(b), 50)
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		Segment(raw)
	}
}
