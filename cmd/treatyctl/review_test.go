package main

import (
	"cmp"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"treatygraph/extract"
	"treatygraph/graph"
	"treatygraph/index"
)

const declarationID = "document/e-cn.15-2008-21"

func (b bench) review(t *testing.T, args ...string) string {
	t.Helper()
	return b.ok(t, append([]string{"review"}, args...)...)
}

// An element of a parsed page, with what is shown in it: without small numbers and what the page added.
type element struct {
	name  string
	attrs map[string]string
	text  strings.Builder
}

func (e *element) has(class string) bool {
	return slices.Contains(strings.Fields(e.attrs["class"]), class)
}

// parse reads a page strictly: every element closed in order, every attribute quoted, every < and & escaped.
func parse(t *testing.T, page string) []*element {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(regexp.MustCompile(`<meta [^>]*`).ReplaceAllString(page, "$0/"))) // the one element of the page that has no end
	d.Entity = xml.HTMLEntity
	var all, open []*element
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("the page is malformed: %v", err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			e := &element{name: token.Name.Local, attrs: make(map[string]string)}
			for _, a := range token.Attr {
				e.attrs[a.Name.Local] = a.Value
			}
			all, open = append(all, e), append(open, e)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if slices.ContainsFunc(open, func(e *element) bool { return e.has("mark") || e.has("furniture") }) {
				continue
			}
			for _, e := range open {
				e.text.WriteString(strings.ReplaceAll(string(token), "\u2060", "")) // the joiners before small numbers
			}
		}
	}
	return all
}

// checkSafe holds that a page runs nothing, loads nothing, and leads only to places that it has.
func checkSafe(t *testing.T, elements []*element) {
	t.Helper()
	ids := make(map[string]bool)
	policy := ""
	for _, e := range elements {
		if id := e.attrs["id"]; id != "" {
			if ids[id] {
				t.Errorf("two elements have the ID %s", id)
			}
			ids[id] = true
		}
		if e.attrs["http-equiv"] == "Content-Security-Policy" {
			policy = e.attrs["content"]
		}
	}
	if !strings.HasPrefix(policy, "default-src 'none'; style-src 'unsafe-inline'") {
		t.Errorf("policy %q", policy)
	}
	for _, e := range elements {
		if slices.Contains([]string{"script", "link", "img", "iframe", "object", "form", "base", "svg"}, e.name) {
			t.Errorf("the page has a %s", e.name)
		}
		for name, value := range e.attrs {
			if strings.HasPrefix(name, "on") || name == "src" || name == "style" {
				t.Errorf("%s has the attribute %s", e.name, name)
			}
			if name == "href" && (!strings.HasPrefix(value, "#") || !ids[value[1:]]) {
				t.Errorf("a link leads to %s", value)
			}
		}
	}
	for _, e := range elements {
		if e.name == "style" && (strings.Contains(e.text.String(), "url(") || strings.Contains(e.text.String(), "@import")) {
			t.Error("the style loads something")
		}
	}
}

// A seenMention is an entity with the words that mention it.
type seenMention struct{ entity, words string }

func compareSeen(a, b seenMention) int {
	return cmp.Or(cmp.Compare(a.entity, b.entity), cmp.Compare(a.words, b.words))
}

// mentionsShown lists the coloured spans of a page; pieces of one that was cut stand for themselves.
func mentionsShown(elements []*element) (list []seenMention) {
	for _, e := range elements {
		if e.name == "span" && e.has("m") {
			fields := strings.Split(e.attrs["title"], " · ")
			entity := ""
			if !e.has("unlinked") {
				entity = fields[1]
			}
			list = append(list, seenMention{entity, e.text.String()})
		}
	}
	slices.SortFunc(list, compareSeen)
	return list
}

func TestTheReviewShowsEveryMentionAndEveryStatementOfTheDeclaration(t *testing.T) {
	b := newBench(t)
	page := b.review(t, declarationID)
	elements := parse(t, page)
	checkSafe(t, elements)

	store := b.open(t)
	idx, err := index.Follow(t.Context(), store, index.Options{LateTexts: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = idx.Close() })
	var want []seenMention
	statements := 0
	for _, s := range idx.Snapshot().EvidencedIn(declarationID, index.AsOf{}) {
		loaded, err := idx.Assertions(t.Context(), s.Refs)
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case s.Predicate != graph.PredMentions && s.Predicate != graph.PredUnlinked:
			if s.Predicate != graph.PredNamed {
				statements++
			}
			continue
		}
		for _, a := range loaded {
			for _, e := range a.Evidence {
				want = append(want, seenMention{string(a.Object), extract.Clean(e.Quote)})
			}
		}
	}
	slices.SortFunc(want, compareSeen)
	if got := mentionsShown(elements); !slices.Equal(got, want) {
		t.Errorf("%d mentions are shown, want %d: %v", len(got), len(want), difference(got, want))
	}
	numbers := 0
	for _, e := range elements {
		if e.has("no") && strings.HasPrefix(e.attrs["id"], "s") {
			numbers++
		}
	}
	if len(want) < 200 || statements < 150 || numbers != statements {
		t.Errorf("%d of %d statements are shown beside %d mentions", numbers, statements, len(want))
	}
	for _, text := range []string{"E/CN.15/2008/21</span>", "本附件按收到的原样转载", "class=\"card curated", "class=\"card both", "class=\"card machine", "Moscow Treaty"} {
		if !strings.Contains(page, text) {
			t.Errorf("the page lacks %q", text)
		}
	}
}

func difference(got, want []seenMention) (list []seenMention) {
	for _, m := range slices.Concat(got, want) {
		if slices.Contains(got, m) != slices.Contains(want, m) {
			list = append(list, m)
		}
	}
	return list
}

func TestAReviewMadeTwiceIsTheSameByteForByte(t *testing.T) {
	b := newBench(t)
	first := b.review(t, declarationID)
	file := filepath.Join(b.dir, "review.html")
	if out := b.review(t, declarationID, "--out", file); out != "" {
		t.Errorf("standard output has %q", out)
	}
	second, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if first != string(second) {
		t.Error("the second differs")
	}
	if chinese := b.review(t, declarationID, "--language", "zh"); !strings.Contains(chinese, "莫斯科条约</bdi>") {
		t.Error("names are not in Chinese")
	}
}

func TestWhatLooksLikeMarkupOrTurnsDirectionIsShownAsText(t *testing.T) {
	b := newBench(t)
	file := b.write(t, "odd.txt", "Joint statement <script>alert(1)</script>\n\nThe United States of America & the Russian Federation support the Nuclear Non-Proliferation Treaty\u202E and </div> \"resolution 99999 (2030)\".\u2066 They <b onclick='x()'>end</b>.\u0007\n")
	b.ok(t, "ingest", file, "--symbol", "A/99/1", "--language", "en", "--title", `"><img src=x onerror=alert(1)>`)
	page := b.review(t, "document/a-99-1")
	elements := parse(t, page)
	checkSafe(t, elements)
	if i := strings.IndexFunc(strings.ReplaceAll(page, "\u2060", ""), hidden); i >= 0 {
		t.Errorf("a hidden character at byte %d", i)
	}
	var words, shown []string
	for _, e := range elements {
		if e.has("words") {
			words = append(words, e.text.String())
		}
		if e.has("hidden") {
			shown = append(shown, e.text.String())
		}
	}
	if want := []string{"U+202E", "U+2066", "U+0007"}; !slices.Equal(shown, want) {
		t.Errorf("shown by number: %q, want %q", shown, want)
	}
	if all := strings.Join(words, "\n"); !strings.Contains(all, "<script>alert(1)</script>") || !strings.Contains(all, "<b onclick='x()'>end</b>") || !strings.Contains(all, "America & the") {
		t.Errorf("the text is shown as %q", all)
	}
	if got := mentionsShown(elements); !slices.Contains(got, seenMention{"", "resolution 99999 (2030)"}) || !slices.Contains(got, seenMention{"treaty/npt", "Nuclear Non-Proliferation Treaty"}) {
		t.Errorf("mentions %q", got)
	}
}

func TestACorrectedTextIsReviewedWithThePartsThatStayed(t *testing.T) {
	b := newBench(t)
	before := mentionsShown(parse(t, b.review(t, declarationID)))
	b.file = b.write(t, "changed.txt", strings.Replace(declaration(t), "我们申明继续支持《不扩散核武器条约》", "兹更正：我们申明继续支持《不扩散核武器条约》", 1))
	b.ok(t, b.asShipped()...)
	page := b.review(t, declarationID)
	elements := parse(t, page)
	checkSafe(t, elements)
	if after := mentionsShown(elements); !slices.Equal(after, before) || strings.Contains(page, "do not stand where they should") || !strings.Contains(page, "兹更正") {
		t.Errorf("other mentions: %v", difference(after, before))
	}
}

// loads counts the calls that a review makes.
type loads struct {
	loader
	calls int
}

func (l *loads) Assertions(ctx context.Context, refs []graph.Ref) (map[graph.Ref]*graph.Assertion, error) {
	l.calls++
	return l.loader.Assertions(ctx, refs)
}

func (l *loads) Texts(ctx context.Context, hashes []graph.TextHash) (map[graph.TextHash]*graph.Text, error) {
	l.calls++
	return l.loader.Texts(ctx, hashes)
}

func TestAReviewAsksTheStoreTwice(t *testing.T) {
	b := newBench(t)
	store := b.open(t)
	idx, err := index.Follow(t.Context(), store, index.Options{LateTexts: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = idx.Close() })
	l := &loads{loader: store}
	if _, err := readReview(t.Context(), idx.Snapshot(), l, declarationID); err != nil || l.calls != 2 {
		t.Errorf("%d calls, %v", l.calls, err)
	}
}

func TestEveryKindHasAColour(t *testing.T) {
	for _, k := range graph.Kinds() {
		if !strings.Contains(reviewTemplate, ".k-"+k.Prefix()+" ") && !strings.Contains(reviewTemplate, ".k-"+k.Prefix()+",") {
			t.Errorf("%s has none", k)
		}
	}
}

func TestMarksThatNestAndOverlapColourEachCharacterThatTheyCover(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := []rune(rapid.StringMatching(`[a-d\x{202E}条]{1,12}`).Draw(t, "text"))
		l := &line{text: text, raw: make([]int, len(text))}
		var marks []*placed
		want := make([][]string, len(text))
		for i := range rapid.IntRange(0, 6).Draw(t, "marks") {
			from := rapid.IntRange(0, len(text)-1).Draw(t, "from")
			m := &placed{from, rapid.IntRange(from+1, len(text)).Draw(t, "to"), openMark{Class: string(rune('A' + i))}}
			marks = append(marks, m)
			for at := m.from; at < m.to; at++ {
				want[at] = append(want[at], m.open.Class)
			}
		}
		slices.SortStableFunc(marks, func(a, b *placed) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(b.to, a.to)) })
		var insets []inset
		for at := range len(text) + 1 {
			if rapid.Bool().Draw(t, "inset") {
				insets = append(insets, inset{at: at, furniture: "7"})
			}
		}
		var open []string
		first := make(map[string]bool)
		at, furniture := 0, 0
		for _, token := range tokens(l, marks, insets) {
			switch {
			case token.Open != nil:
				open = append(open, token.Open.Class)
				if first[token.Open.Class] != token.Open.Continued {
					t.Fatalf("the mark %s at %d: continued is %v", token.Open.Class, at, token.Open.Continued)
				}
				first[token.Open.Class] = true
			case token.Close:
				open = open[:len(open)-1]
			case token.Furniture != "":
				if insets[furniture].at != at {
					t.Fatalf("an inset of %d stands at %d", insets[furniture].at, at)
				}
				furniture++
			default:
				for range []rune(cmp.Or(token.Text, "x")) {
					if got := slices.Sorted(slices.Values(open)); !slices.Equal(got, want[at]) {
						t.Fatalf("character %d is covered by %v, want %v", at, got, want[at])
					}
					at++
				}
			}
		}
		if at != len(text) || len(open) > 0 || furniture != len(insets) {
			t.Fatalf("%d of %d characters, %v open, %d of %d insets", at, len(text), open, furniture, len(insets))
		}
	})
}

func TestWordsThatWereReadInAnotherTextAreFoundAgainWhereTheyStandOnce(t *testing.T) {
	body := "第一段。\n\n回顾《条约》第六条和该公约，又该公约。\n"
	s := newSource(extract.Normalise(body), 0)
	p := &part{hash: "new", start: 6, end: 25}
	l := s.cut(p.start, p.end)
	for _, test := range []struct {
		hash     graph.TextHash
		from, to int
		words    string
		want     string
	}{
		{"new", 9, 11, "条约", "条约"},
		{"old", 109, 116, "条约》第六\n条", "条约》第六条"},
		{"old", 9, 11, "该公约", ""}, // it stands there twice
		{"old", 9, 11, "他处", ""},
		{"new", 1, 2, "一", ""}, // before the part
	} {
		a, b, ok := spot(p, l, test.hash, test.from, test.to, test.words)
		if got := string(l.text[a:b]); ok != (test.want != "") || ok && got != test.want {
			t.Errorf("%s at %d: %q, %v", test.words, test.from, got, ok)
		}
	}
}
