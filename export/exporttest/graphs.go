package exporttest

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"treatygraph/export"
	"treatygraph/export/selection"
	"treatygraph/graph"
)

// A Graph is what a format of graphs must show of a selection, worked out of its source by itself, for judges that read JSON.
type Graph struct {
	About map[string]any                       `json:"about"`
	Nodes map[graph.ID]map[string]any          `json:"nodes"`
	Edges map[graph.StatementID]map[string]any `json:"edges"`
}

// GraphOf returns what a graph of the source must show, and how many statements it leaves out.
func GraphOf(t testing.TB, source export.Source) (g *Graph, left int) {
	t.Helper()
	about := source.About()
	g = &Graph{About: map[string]any{}, Nodes: map[graph.ID]map[string]any{}, Edges: map[graph.StatementID]map[string]any{}}
	g.About["revision"], g.About["digest"], g.About["selection"] = about.Revision, about.Digest, about.Selection
	for e, err := range source.Entities(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if e.MergedInto == "" {
			g.Nodes[e.ID] = nodeOf(e)
		}
	}
	for s, err := range source.Statements(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if s.Target == "" || s.Target == s.Source {
			left++
			continue
		}
		g.Edges[s.ID] = edgeOf(s, about.Evidence)
	}
	return g, left
}

func nodeOf(e *export.Entity) map[string]any {
	var names, languages, roles, identifiers, events []string
	for _, n := range e.Names {
		names, languages, roles = append(names, n.Text), append(languages, string(n.Lang)), append(roles, n.Role.String())
	}
	for _, i := range e.Identifiers {
		identifiers = append(identifiers, i.Scheme.String()+":"+i.Value)
	}
	for _, v := range e.Events {
		event := v.Predicate.String()
		if !v.Date.IsZero() {
			event += " " + v.Date.String()
		}
		events = append(events, event)
	}
	n := map[string]any{"label": e.Label.Text, "kind": e.ID.Kind().String(), "names": names, "nameLangs": languages, "nameRoles": roles,
		"identifiers": identifiers, "events": events, "date": e.Date.String()}
	if e.Date != (graph.Date{}) {
		n["dateDay"] = e.Date.Earliest().String()
	}
	return stated(n)
}

func edgeOf(s *export.Statement, evidence bool) map[string]any {
	q := &s.Qualifiers
	e := map[string]any{"source": string(s.Source), "target": string(s.Target), "predicate": s.Predicate.String(), "rank": s.Rank.String(),
		"validFrom": s.Valid.From.String(), "validTo": s.Valid.To.String(), "recorded": int(s.Recorded), "datasets": s.Datasets(), "methods": s.Methods(),
		"effectiveOn": q.EffectiveOn.String(), "depositary": string(q.Depositary), "place": string(q.Place), "onBehalfOf": string(q.OnBehalfOf),
		"vote": q.Vote, "ordinal": q.Ordinal, "role": q.Role, "note": q.Note, "about": string(q.About), "confidence": float64(s.Confidence) / 1000}
	if from := s.Valid.From; from.Precision() != graph.PrecisionNone {
		e["validFromDay"] = from.Earliest().String()
	}
	if to := s.Valid.To; to.Precision() != graph.PrecisionNone {
		e["validToDay"] = to.Latest().String()
	}
	if s.Subject != s.Source {
		e["subject"] = string(s.Subject)
	}
	if s.Object != s.Target {
		e["object"] = string(s.Object)
	}
	if evidence {
		lists := map[string][]string{"quotes": s.Quotes()}
		add := func(key, text string) {
			if text != "" && !slices.Contains(lists[key], text) {
				lists[key] = append(lists[key], text)
			}
		}
		for _, a := range s.Assertions {
			for _, v := range a.Evidence {
				add("documents", string(v.Document))
				add("citations", v.Citation)
				add("urls", v.URL)
			}
		}
		for key, list := range lists {
			e[key] = list
		}
	}
	return stated(e)
}

// stated leaves out what says nothing.
func stated(attributes map[string]any) map[string]any {
	for key, value := range attributes {
		switch v := value.(type) {
		case string:
			if v == "" {
				delete(attributes, key)
			}
		case []string:
			if len(v) == 0 {
				delete(attributes, key)
			}
		case int:
			if v == 0 {
				delete(attributes, key)
			}
		case float64:
			if v == 0 {
				delete(attributes, key)
			}
		}
	}
	return attributes
}

// The cases of Graphs: the corpus with evidence and in Chinese, all that is odd with evidence and, on one day, without, the surroundings of the
// NPT to one hop and to two, and nothing.
var GraphCases = []string{"corpus", "odd", "bare", "near", "npt", "none"}

// Graphs writes graphs in some formats into a folder: each case as a file "case.format", beside "case.json", which says what it must show.
func Graphs(t testing.TB, formats ...*export.Format) (folder string) {
	t.Helper()
	folder = t.TempDir()
	corpus, odd := Corpus(t), Strange(t)
	for name, source := range map[string]export.Source{
		"corpus": corpus.Source(t, selection.Query{Evidence: true, Language: "zh"}),
		"odd":    odd.Source(t, selection.Query{Evidence: true}),
		"bare":   odd.Source(t, selection.Query{ValidOn: "1999-01-01"}),
		"near":   corpus.Source(t, selection.Query{Selection: corpus.Around(t, "treaty/npt", 1), Evidence: true}),
		"npt":    corpus.Source(t, selection.Query{Selection: corpus.Around(t, "treaty/npt", 2)}),
		"none":   corpus.Source(t, selection.Query{Selection: `{"subjects":["treaty/none"]}`}),
	} {
		g, _ := GraphOf(t, source)
		text, err := json.Marshal(g)
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(folder, name+".json"), text)
		for _, f := range formats {
			write(t, filepath.Join(folder, name+"."+f.Name), Written(t, f, source))
		}
	}
	return folder
}

func write(t testing.TB, file string, content []byte) {
	t.Helper()
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// Strange returns Odd with a statement for each of Texts that has the text wherever an edge can: several edges between the same two.
func Strange(t testing.TB) *Record {
	t.Helper()
	r := Odd(t)
	b := &graph.Batch{Key: "strange", Author: "exporttest", Summary: "texts on edges"}
	for i, words := range Texts {
		b.Assert = append(b.Assert, graph.Assertion{
			Claim: graph.Claim{Subject: "state/usa", Predicate: graph.PredBoundBy, Object: "treaty/odd-twin",
				Valid:      graph.Interval{From: graph.MustDate("1990-12"), To: graph.MustDate("199X")},
				Qualifiers: graph.Qualifiers{Note: words, Role: words, Ordinal: i, Vote: "14-0-1", EffectiveOn: graph.MustDate("1991-01~"), OnBehalfOf: "state/rus"}},
			Dataset: "dataset/odd", Rank: graph.RankNormal, Method: graph.MethodImported, Confidence: graph.Thousandths(i),
			Evidence: []graph.Evidence{
				{Citation: words, Quote: words, URL: "https://example.org/?a=1&b=2"}, {Citation: words, Quote: "once more: " + words}},
		})
	}
	receipt, err := r.Store.Apply(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	if r.Snapshot, err = r.Index.Wait(t.Context(), receipt.Revision.Number); err != nil {
		t.Fatal(err)
	}
	return r
}
