package topology

import (
	"errors"
	"strings"
	"testing"

	"treatygraph/graph"
)

// matches tells whether steps lead the automaton from the beginning to an end.
func (p *Pattern) matches(steps []Step) bool {
	a := newAutomaton(p, func(Step) bool { return true })
	set, back := a.begun, a.ended
	for i := range steps {
		set, back = a.next(set, steps[i]), a.previous(back, steps[len(steps)-1-i])
	}
	if a.meet(set, a.ended) != a.meet(back, a.begun) {
		panic("forward and backward differ")
	}
	return a.meet(set, a.ended)
}

func TestPatternsMatchWhatTheySay(t *testing.T) {
	step := map[byte]Step{
		'c': NewStep(graph.PredCites, false), 'C': NewStep(graph.PredCites, true), 'm': NewStep(graph.PredMentions, false), 'M': NewStep(graph.PredMentions, true),
		'e': NewStep(graph.PredExpresses, false), 'E': NewStep(graph.PredExpresses, true),
	}
	for pattern, test := range map[string]struct{ yes, no string }{
		"CITES":                              {"c C", "m cc"},
		"CITES>":                             {"c", "C m cc"},
		"CITES<":                             {"C", "c M"},
		"_":                                  {"c C m E", "cc"},
		"_>":                                 {"c m", "C M cc"},
		"_<":                                 {"C E", "c e"},
		"CITES>* EXPRESSES< MENTIONS>":       {"Em cEm ccccEm", "cm em cEM EEm"},
		"CITES>+":                            {"c cc ccc", "C cC m"},
		"CITES>? MENTIONS":                   {"m M cm cM", "c ccm"},
		"CITES>|MENTIONS<":                   {"c M", "C m cM"},
		"(CITES> | MENTIONS<) EXPRESSES":     {"ce cE Me ME", "e c cMe"},
		"CITES>{2}":                          {"cc", "c ccc"},
		"CITES>{2,}":                         {"cc ccc cccc", "c"},
		"CITES>{1,2}EXPRESSES":               {"ce cce ccE", "e ccce"},
		"(CITES> MENTIONS>){0,1} EXPRESSES>": {"e cme", "ce cmcme"},
		" ( CITES> ( MENTIONS> )* )+ ":       {"c cm cmm cmcm cc", "m mc"},
		"(CITES>?)* MENTIONS>":               {"m ccccm", "c M"},
		"CITES> _* CITES<":                   {"cC cmC cmEC", "c C cm mC"},
	} {
		p, err := ParsePattern(pattern)
		if err != nil {
			t.Errorf("%s: %v", pattern, err)
			continue
		}
		for want, words := range map[bool]string{true: test.yes, false: test.no} {
			for _, word := range strings.Fields(words) {
				var steps []Step
				for i := range len(word) {
					steps = append(steps, step[word[i]])
				}
				if p.matches(steps) != want {
					t.Errorf("%q matches %s: %v", pattern, word, !want)
				}
			}
		}
		if p.matches(nil) {
			t.Errorf("%q matches nothing", pattern)
		}
	}
	if p, err := ParsePattern("CITES>*"); err != nil || !p.matches(nil) {
		t.Error("any number of times is not none")
	}
}

func TestAWrongPatternIsRefusedWhereItIsWrong(t *testing.T) {
	for pattern, want := range map[string]struct {
		character int
		says      string
	}{
		"":                             {1, "missing"},
		"   ":                          {4, "missing"},
		"CITES> | ":                    {10, "missing"},
		"|CITES":                       {1, "missing"},
		"()":                           {2, "missing"},
		"CITES> )":                     {8, "closes no parenthesis"},
		"CITES> (MENTIONS":             {8, "not closed"},
		"((_) _":                       {1, "not closed"},
		"*":                            {1, "cannot stand here"},
		"CITES> > _":                   {8, "cannot stand here"},
		"CITES>> _":                    {7, "cannot stand here"},
		"CITES> \u6761":                {8, "cannot stand here"},
		"cites>":                       {1, "not known"},
		"CITES> EXPRESSES< LIKES":      {19, "not known"},
		"CITES> NAMED>":                {8, "leads to no entity"},
		"CITES> ENTERED_INTO_FORCE":    {8, "leads to no entity"},
		"CITES{":                       {7, "number"},
		"CITES{x}":                     {7, "number"},
		"CITES{1":                      {8, "brace"},
		"CITES{1,":                     {9, "number"},
		"CITES{3,2}":                   {6, "never"},
		"CITES{0}":                     {6, "left out"},
		"CITES{101}":                   {7, "too often"},
		"CITES{9999999999999999999}":   {7, "too often"},
		"((CITES{100}){100}){100}":     {3, "more than 1000 steps"},
		strings.Repeat("(", 60):        {51, "deep"},
		strings.Repeat(" ", 501):       {501, "500"},
		"_ " + strings.Repeat("x", 90): {3, "not known"},
	} {
		_, err := ParsePattern(pattern)
		var wrong *PatternError
		if !errors.As(err, &wrong) || wrong.Character != want.character || !strings.Contains(wrong.Reason, want.says) || len(wrong.Reason) > 200 {
			t.Errorf("%.40q: %v, want character %d, %q", pattern, err, want.character, want.says)
		}
	}
}

func FuzzParsePattern(f *testing.F) {
	for _, seed := range []string{"CITES>* EXPRESSES< MENTIONS>", "(_|CITES<){1,3}?+*", "((_)", "{,}", "CITES{100}{10}", "(_{100}){10}" + strings.Repeat("*", 480), "_" + strings.Repeat("+", 480) + "{100}{10}", "_ \u6761\u7ea6"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := ParsePattern(text)
		if err != nil {
			var wrong *PatternError
			if !errors.As(err, &wrong) || wrong.Character < 1 || wrong.Character > len([]rune(text))+1 {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		if len(p.labels) > MaxPatternStates+1 {
			t.Fatalf("%q has %d states", text, len(p.labels))
		}
		p.matches([]Step{NewStep(graph.PredCites, false), NewStep(graph.PredCites, true)})
	})
}
