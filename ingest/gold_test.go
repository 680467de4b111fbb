package ingest

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/goccy/go-yaml"

	"treatygraph/extract"
	"treatygraph/graph"
)

// A goldMention is what a reader marked: clean words with their place in the text.
type goldMention struct {
	entity     graph.ID
	words      string
	start, end int // raw
	line       string
}

// A goldStatement is what a reader says the text says.
type goldStatement struct {
	key   string
	quote string
}

// A goldLine is a heading or passage of a marked text.
type goldLine struct {
	mark  string // "§2.1" or "¶7"
	plain string
	spans []goldSpan
}

func readMarkedLines(t testing.TB, file string) []goldLine {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var lines []goldLine
	for line := range strings.Lines(string(content)) {
		mark, marked, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		plain, spans := unmark(t, marked)
		lines = append(lines, goldLine{mark, plain, spans})
	}
	return lines
}

// readGoldMentions reads a marked text against the parts of the raw one: it must be the clean text, mark by mark.
func readGoldMentions(t testing.TB, file string, parts *extract.Document) ([]goldLine, []goldMention) {
	t.Helper()
	lines := readMarkedLines(t, file)
	clean := []rune(parts.Clean)
	var mentions []goldMention
	at := 0 // code points of the clean text
	for _, line := range lines {
		rest := string(clean[at:])
		i := strings.Index(rest, line.plain)
		if i < 0 {
			t.Fatalf("%s: %s is not the clean text", file, line.mark)
		}
		at += utf8.RuneCountInString(rest[:i])
		for _, s := range line.spans {
			start, end, ok := parts.RawSpan(at+s.start, at+s.end)
			if !ok {
				t.Fatalf("%s: %s: empty mark", file, line.mark)
			}
			mentions = append(mentions, goldMention{s.entity, string([]rune(line.plain)[s.start:s.end]), start, end, line.mark})
		}
		at += utf8.RuneCountInString(line.plain)
	}
	return lines, mentions
}

type goldSpan struct {
	start, end int
	entity     graph.ID
}

// unknownMark stands before what a reader named that the authority files do not hold.
const unknownMark = "new:"

const unknown graph.ID = ""

// unmark reads {words|entity} marks, one within another.
func unmark(t testing.TB, marked string) (plain string, spans []goldSpan) {
	t.Helper()
	var out []rune
	var open []int
	runes := []rune(marked)
	for i := 0; i < len(runes); i++ {
		switch {
		case runes[i] == '{':
			open = append(open, len(out))
		case runes[i] == '|' && len(open) > 0:
			end := i
			for runes[end] != '}' {
				end++
			}
			words := string(runes[i+1 : end])
			id, err := graph.ParseID(strings.TrimPrefix(words, unknownMark))
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasPrefix(words, unknownMark) {
				id = unknown
			}
			spans = append(spans, goldSpan{open[len(open)-1], len(out), id})
			open, i = open[:len(open)-1], end
		default:
			out = append(out, runes[i])
		}
	}
	return string(out), spans
}

// readGoldStatements reads the statements of a text, lists of subjects, predicates and objects spread out.
func readGoldStatements(t testing.TB, file string) []goldStatement {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var rows []struct {
		S, P, O            any
		From, Amount, Unit string
		Quote              string
	}
	if err := yaml.Unmarshal(content, &rows); err != nil {
		t.Fatal(err)
	}
	var list []goldStatement
	for _, r := range rows {
		for _, s := range several(r.S) {
			for _, p := range several(r.P) {
				for _, o := range several(r.O) {
					list = append(list, goldStatement{goldKey(s, p, o, r.Amount, r.Unit, r.From), r.Quote})
				}
			}
		}
	}
	return list
}

func several(v any) []string {
	switch v := v.(type) {
	case nil:
		return []string{""}
	case []any:
		list := make([]string, len(v))
		for i := range v {
			list[i] = fmt.Sprint(v[i])
		}
		return list
	default:
		return []string{fmt.Sprint(v)}
	}
}

func goldKey(s, p, o, amount, unit, from string) string {
	return strings.Join(strings.Fields(s+" "+p+" "+o+" "+amount+" "+unit+" "+from), " ")
}

// claimKeys are the keys a claim may be found under: with its date, and without.
func claimKeys(c *graph.Claim) (withDate, without string) {
	amount, unit := "", ""
	if c.Value != nil {
		amount, unit = c.Value.Amount, c.Value.Unit
	}
	key := func(from string) string {
		return goldKey(string(c.Subject), c.Predicate.String(), string(c.Object), amount, unit, from)
	}
	return key(c.Valid.From.String()), key("")
}
