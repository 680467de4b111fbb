package reconcile_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"treatygraph/corpus"
	"treatygraph/graph"
	"treatygraph/graph/sqlite"
	"treatygraph/index"
	"treatygraph/ingest"
	"treatygraph/reconcile"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(closing{m}) }

var closeFilled = func() {}

// closing closes the record before leaks are looked for.
type closing struct{ *testing.M }

func (m closing) Run() int {
	defer func() { closeFilled() }()
	return m.M.Run()
}

// filled is the shipped corpus, and three treaties about the sea: two of one name, and one that had it once.
var filled = sync.OnceValues(func() (*index.Snapshot, error) {
	ctx := context.Background()
	store, err := sqlite.Open(ctx, sqlite.Memory, sqlite.Options{})
	if err != nil {
		return nil, err
	}
	idx, err := index.Follow(ctx, store, index.Options{})
	if err != nil {
		return nil, err
	}
	closeFilled = func() { _, _ = idx.Close(), store.Close() }
	shipped, err := ingest.Load(corpus.Files)
	if err != nil {
		return nil, err
	}
	if _, err := ingest.ApplyCorpus(ctx, store, idx, shipped, "test"); err != nil {
		return nil, err
	}
	say := func(id graph.ID, p graph.Predicate, v graph.Value, from string) graph.Assertion {
		a := graph.Assertion{Claim: graph.Claim{Subject: id, Predicate: p}, Dataset: "dataset/authority", Rank: graph.RankNormal, Method: graph.MethodCurated}
		if v.Kind != graph.ValueNone {
			a.Claim.Value = &v
		}
		if from != "" {
			a.Claim.Valid = graph.Interval{From: graph.MustDate(from)}
		}
		return a
	}
	name := func(id graph.ID, text string, role graph.NameRole) graph.Assertion {
		return say(id, graph.PredNamed, graph.NameValue(graph.Name{Text: text, Lang: "en", Role: role}), "")
	}
	receipt, err := store.Apply(ctx, &graph.Batch{Key: "sea", Author: "test", Assert: []graph.Assertion{
		name("treaty/sea-1958", "Convention on the Quiet Sea", graph.NameOfficial), say("treaty/sea-1958", graph.PredAdopted, graph.Value{}, "1958-04-29"),
		name("treaty/sea-1982", "Convention on the Quiet Sea", graph.NameOfficial), say("treaty/sea-1982", graph.PredAdopted, graph.Value{}, "1982-12"),
		name("treaty/sea-undated", "Convention on the Quiet Sea", graph.NameHistoric), name("treaty/sea-undated", "The Quiet Rules", graph.NameShort),
		name("treaty/sea-undated", "Quiet Regulations", graph.NameHistoric),
	}})
	if err != nil {
		return nil, err
	}
	return idx.Wait(ctx, receipt.Revision.Number)
})

func reconciler(t *testing.T) *reconcile.Reconciler {
	t.Helper()
	snapshot, err := filled()
	if err != nil {
		t.Fatal(err)
	}
	return &reconcile.Reconciler{Snapshot: snapshot, Language: "en", Today: graph.DayOf(time.Date(2026, 1, 15, 0, 0, 0, 0, time.UTC))}
}

func find(t *testing.T, q reconcile.Query) []reconcile.Candidate {
	t.Helper()
	list, err := reconciler(t).Find(t.Context(), &q)
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range list {
		if c.Score < 0 || c.Score > 100 || c.Match && i > 0 || i > 0 && list[i-1].Score < c.Score {
			t.Errorf("%q: %+v", q.Text, list)
		}
	}
	return list
}

func condition(t *testing.T, property string, values ...string) reconcile.Condition {
	t.Helper()
	p, err := reconcile.ParseProperty(property)
	if err != nil {
		t.Fatal(err)
	}
	c := reconcile.Condition{Property: p}
	for _, v := range values {
		c.Values = append(c.Values, reconcile.Value{Text: v})
	}
	return c
}

func TestAMatchIsWhatOneEntityAloneBears(t *testing.T) {
	for _, c := range []struct {
		text  string
		want  graph.ID
		match bool
	}{
		{"China", "state/chn", true},
		{"中華人民共和國", "state/chn", true},
		{"state/chn", "state/chn", true},
		{"Q148", "state/chn", true},
		{"  the   Gambia ", "state/gmb", true},
		{"Congo (the)", "state/cog", true},
		{"Niue **", "state/niu", true},
		{"Korea (Republic of)", "state/kor", true},
		{"Micronesia, Federated States of", "state/fsm", true},
		{"Antigua & Barbuda", "state/atg", true},
		{"St. Lucia", "state/lca", true},
		{"NPT", "treaty/npt", true},
		{"The Quiet Rules **", "treaty/sea-undated", true},
		{"Quiet Regulations", "treaty/sea-undated", false},        // it is called so no more
		{"Аландских островов", "region/ala", false},               // inflected
		{"Azerbaidjan", "state/aze", false},                       // misspelt
		{"Convention on the Quiet Sea", "treaty/sea-1958", false}, // of one name
	} {
		list := find(t, reconcile.Query{Text: c.text})
		if len(list) == 0 || list[0].ID != c.want || list[0].Match != c.match {
			t.Errorf("%q: %+v, want %s", c.text, list, c.want)
		}
	}
}

func TestNamesakesAreToldAndNeitherIsTaken(t *testing.T) {
	list := find(t, reconcile.Query{Text: "Convention on the Quiet Sea", Kinds: graph.Set(graph.KindTreaty)})
	if len(list) < 3 || list[0].Score != list[1].Score || list[0].Rivals != 1 || !strings.HasSuffix(list[0].Reason, "ambiguous with 1 other") || list[2].ID != "treaty/sea-undated" || list[2].Score >= list[0].Score {
		t.Errorf("%+v", list)
	}
}

func TestADateDecidesBetweenNamesakesAndExcludesWhatHasAnother(t *testing.T) {
	named := reconcile.Query{Text: "Convention on the Quiet Sea", Kinds: graph.Set(graph.KindTreaty)}
	for value, want := range map[string]graph.ID{"1958": "treaty/sea-1958", "1958-04-29": "treaty/sea-1958", "1982-12-10": "treaty/sea-1982", "1982": "treaty/sea-1982"} {
		named.Conditions = []reconcile.Condition{condition(t, "ADOPTED", value)}
		list := find(t, named)
		if len(list) != 2 || list[0].ID != want || !list[0].Match || list[1].ID != "treaty/sea-undated" || list[1].Agreement != 0 {
			t.Errorf("%s: %+v", value, list)
		}
	}
	named.Conditions = []reconcile.Condition{condition(t, "ADOPTED", "2001")}
	if list := find(t, named); len(list) != 1 || list[0].ID != "treaty/sea-undated" || list[0].Match {
		t.Errorf("%+v", list)
	}
	if list := find(t, reconcile.Query{Text: "The Quiet Rules", Conditions: named.Conditions}); len(list) == 0 || list[0].ID != "treaty/sea-undated" || list[0].Match || list[0].Score != 70 {
		t.Errorf("%+v", list) // nobody knows whether it is the one of that year
	}
	named.Conditions = []reconcile.Condition{condition(t, "ADOPTED", "in spring")} // no date: it says nothing of anything, and settles nothing
	if list := find(t, named); len(list) != 3 || list[0].Match || list[0].Agreement != 0 {
		t.Errorf("%+v", list)
	}
}

func TestAnIdentifierProvesANameThatIsNotQuiteRightButNotAnotherName(t *testing.T) {
	code := func(value string) []reconcile.Condition {
		return []reconcile.Condition{condition(t, "identifier:ISO3166_1_A2", value)}
	}
	if c := find(t, reconcile.Query{Text: "Azerbaidjan", Conditions: code("az")})[0]; c.ID != "state/aze" || !c.Match || !c.Identified {
		t.Errorf("%+v", c)
	}
	list := find(t, reconcile.Query{Text: "France", Conditions: code("DE")})
	if len(list) == 0 || list[0].ID != "state/deu" || list[0].Match || slices.ContainsFunc(list, func(c reconcile.Candidate) bool { return c.ID == "state/fra" }) {
		t.Errorf("%+v", list)
	}
	if list := find(t, reconcile.Query{Conditions: code("CN")}); len(list) != 1 || list[0].ID != "state/chn" || !list[0].Match || list[0].Score != 100 {
		t.Errorf("%+v", list)
	}
	if list := find(t, reconcile.Query{Conditions: []reconcile.Condition{condition(t, "name:ru", "Китай")}}); len(list) == 0 || list[0].ID != "state/chn" || !list[0].Match {
		t.Errorf("%+v", list)
	}
}

func TestTypesLanguagesAndLimitsNarrow(t *testing.T) {
	if list := find(t, reconcile.Query{Text: "China", Kinds: graph.Set(graph.KindTreaty)}); slices.ContainsFunc(list, func(c reconcile.Candidate) bool { return c.ID.Kind() != graph.KindTreaty }) {
		t.Errorf("%+v", list)
	}
	if list := find(t, reconcile.Query{Text: "Китай", Languages: []graph.Language{"en"}}); len(list) > 0 && list[0].Match {
		t.Errorf("%+v", list)
	}
	if list := find(t, reconcile.Query{Text: "republic", Limit: 1_000}); len(list) != reconcile.MaxLimit {
		t.Errorf("%d candidates", len(list))
	}
	if list := find(t, reconcile.Query{Text: "republic"}); len(list) != reconcile.DefaultLimit {
		t.Errorf("%d candidates", len(list))
	}
	for _, text := range []string{"", "  ", "**", strings.Repeat("x", graph.MaxNameRunes+1), strings.Repeat("many words ", 40)} {
		if list := find(t, reconcile.Query{Text: text}); len(list) > 0 {
			t.Errorf("%.20q: %+v", text, list)
		}
	}
}

func TestEveryPropertyIsReadOfEveryKindOfEntityAndFoundByItsID(t *testing.T) {
	r := reconciler(t)
	seen := map[string]bool{}
	for _, p := range reconcile.Properties {
		if again, err := reconcile.ParseProperty(p.ID); err != nil || again != p || seen[p.ID] || p.Name == "" {
			t.Errorf("%+v: %v", p, err)
		}
		seen[p.ID] = true
		for _, id := range []graph.ID{"treaty/npt", "state/chn", "state/none"} {
			if list := r.Values(id, &p, 3); len(list) > 3 {
				t.Errorf("%s of %s: %v", p.ID, id, list)
			}
		}
	}
	for property, want := range map[string]reconcile.Value{
		"type": {Text: "treaty"}, "status": {Text: "IN_FORCE"}, "ENTERED_INTO_FORCE": {Text: "1970-03-05", Day: true}, "name:en": {Text: "Treaty on the Non-Proliferation of Nuclear Weapons"},
	} {
		p := condition(t, property).Property
		if list := r.Values("treaty/npt", &p, 100); !slices.Contains(list, want) {
			t.Errorf("%s: %v", property, list)
		}
	}
}

func TestBatchesBeyondTheLimitsAndBatchesThatAreNoneAreRefused(t *testing.T) {
	many := func(n int, item string) string { return strings.TrimSuffix(strings.Repeat(item+",", n), ",") }
	for text, tooMuch := range map[string]bool{
		`{` + strings.Join(numbered(reconcile.MaxQueries+1), ",") + `}`:                                        true,
		`{"a":{"query":"x","properties":[` + many(reconcile.MaxConditions+1, `{"pid":"name","v":"x"}`) + `]}}`: true,
		`{"a":{"query":"x","properties":[{"pid":"name","v":[` + many(reconcile.MaxGiven+1, `"x"`) + `]}]}}`:    true,
		``: false, `null`: false, `[]`: false, `{"a":1}`: false, `{"a":{}}`: false, `{"a":{"properties":[]}}`: false, `{"a":{"query":7}}`: false, `{"a":{"query":"x","type":"country"}}`: false,
		`{"a":{"query":"x","properties":[{"pid":"P31","v":"x"}]}}`: false, `{"a":{"query":"x","properties":[{"v":"x"}]}}`: false,
		`{"a":{"query":"x","properties":[{"pid":"name","v":{"name":"x"}}]}}`: false, `{"a":{"query":"x","properties":[{"pid":"name","v":[["x"]]}]}}`: false,
	} {
		if _, err := reconcile.ParseBatch(text); err == nil || errors.Is(err, reconcile.ErrTooMuch) != tooMuch {
			t.Errorf("%.80s: %v", text, err)
		}
	}
	batch, err := reconcile.ParseBatch(`{"a":{"query":"x","type":["state",""],"limit":3,"type_strict":"any","properties":[{"pid":"ADOPTED","v":1958},{"pid":"MEMBER_OF","v":[{"id":"organisation/un","name":"UN"},true,null]}]},"b":{"query":"y","limit":0}}`)
	if err != nil {
		t.Fatal(err)
	}
	a := batch["a"]
	if a.Limit != 3 || a.Kinds != graph.Set(graph.KindState) || a.Conditions[0].Values[0].Text != "1958" || a.Conditions[1].Values[0].Entity != "organisation/un" || a.Conditions[1].Values[1].Text != "true" || batch.Cost() != 3*3+reconcile.DefaultLimit {
		t.Errorf("%+v", a)
	}
}

func numbered(n int) (list []string) {
	for i := range n {
		list = append(list, `"`+strings.Repeat("q", i+1)+`":{"query":"x"}`)
	}
	return list
}

func TestAnExtensionIsBoundedInItsCellsAndValues(t *testing.T) {
	ids := strings.TrimSuffix(strings.Repeat(`"state/usa",`, reconcile.MaxExtended), ",")
	for text, tooMuch := range map[string]bool{
		`{"ids":[` + ids + `,"x"],"properties":[]}`: true,
		`{"ids":[],"properties":[` + strings.TrimSuffix(strings.Repeat(`{"id":"name"},`, reconcile.MaxColumns+1), ",") + `]}`: true,
		`{"ids":[]}`: false, `{"properties":[]}`: false, `[]`: false, `{"ids":[1],"properties":[]}`: false, `{"ids":[],"properties":[{"id":"none"}]}`: false,
		`{"ids":[],"properties":[{"id":"name","settings":{"language":"qqqq"}}]}`: false,
	} {
		if _, err := reconcile.ParseExtension(text); err == nil || errors.Is(err, reconcile.ErrTooMuch) != tooMuch {
			t.Errorf("%.80s: %v", text, err)
		}
	}
	e, err := reconcile.ParseExtension(`{"ids":[` + ids + `],"properties":[{"id":"name"},{"id":"inverse:NAMED","settings":{}}]}`)
	if err == nil {
		t.Errorf("%+v", e)
	}
	if e, err = reconcile.ParseExtension(`{"ids":[` + ids + `],"properties":[` + strings.TrimSuffix(strings.Repeat(`{"id":"name"},`, reconcile.MaxColumns), ",") + `]}`); err != nil {
		t.Fatal(err)
	}
	if _, err := reconciler(t).Extend(t.Context(), e); !errors.Is(err, reconcile.ErrTooMuch) {
		t.Errorf("%v", err)
	}
}
