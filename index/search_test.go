package index_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"treatygraph/graph"
	"treatygraph/graph/sqlite"
	"treatygraph/index"
)

func nameOf(id graph.ID, lang graph.Language, text string) graph.Assertion {
	v := graph.NameValue(graph.Name{Text: text, Lang: lang, Role: graph.NameOfficial})
	return says("dataset/a", graph.Claim{Subject: id, Predicate: graph.PredNamed, Value: &v})
}

// search returns what is found, as "entity class".
func search(t *testing.T, s *index.Snapshot, q index.SearchQuery) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if !q.Names && !q.Passages {
		q.Names, q.Passages = true, true
	}
	if q.First == 0 {
		q.First = 100
	}
	page, err := s.Search(ctx, q)
	if err != nil {
		t.Fatalf("%q: %v", q.Text, err)
	}
	var list []string
	for _, item := range page.Items {
		list = append(list, fmt.Sprint(item.Entity, " ", item.Class))
	}
	if page.Total != len(list) {
		t.Errorf("%q: total %d of %d", q.Text, page.Total, len(list))
	}
	return strings.Join(list, ", ")
}

func found(id graph.ID, class index.MatchClass) string { return fmt.Sprint(id, " ", class) }

func TestSearchFindsNamesAndPassagesInTheirBestClass(t *testing.T) {
	store := openSQLite(t)
	body := "前言。各缔约国重申《不扩散核武器條約》。The end."
	txt := graph.NewText("zh", body, nil)
	span := graph.Value{Kind: graph.ValueSpan, Hash: txt.Hash, Start: 3, End: 20}
	b := &graph.Batch{Key: "all", Texts: []*graph.Text{txt}, Assert: append(base().Assert,
		nameOf("treaty/npt", "en", "Treaty on the Non-Proliferation of Nuclear Weapons"),
		nameOf("treaty/npt", "ru", "Договор о нераспространении ядерного оружия"),
		nameOf("treaty/npt", "zh", "不扩散核武器条约"),
		nameOf("treaty/ban", "en", "Treaty on the Prohibition of Nuclear Weapons"),
		nameOf("treaty/ban", "zh", "禁止核武器条约"),
		nameOf("passage/x", "en", "Passage X"),
		says("dataset/a", graph.Claim{Subject: "passage/x", Predicate: graph.PredSpan, Value: &span}),
		says("dataset/a", graph.Claim{Subject: "state/a", Predicate: graph.PredSigned, Object: "treaty/ban"}),
		says("dataset/a", graph.Claim{Subject: "state/b", Predicate: graph.PredSigned, Object: "treaty/ban"}))}
	r, err := store.Apply(context.Background(), b)
	if err != nil {
		t.Fatal(err)
	}
	s := reach(t, follow(t, store), r.Revision.Number)
	for _, c := range []struct{ q, want string }{
		{"不擴散核武器條約", found("treaty/npt", index.MatchNormalisedName) + ", " + found("passage/x", index.MatchPhrase)},
		{"核武器条约", found("treaty/ban", index.MatchPhrase) + ", " + found("treaty/npt", index.MatchPhrase) + ", " + found("passage/x", index.MatchPhrase)},
		{"treaty on the proh", found("treaty/ban", index.MatchPrefix)},
		{"nuclear weapon", found("treaty/ban", index.MatchAllWords) + ", " + found("treaty/npt", index.MatchAllWords)},
		{"ядерное оружие", found("treaty/npt", index.MatchAllWords)},
		{"the end", ""},
		{"treaty/npt", found("treaty/npt", index.MatchID)},
		{"缔约国 前言", ""},
	} {
		if got := search(t, s, index.SearchQuery{Text: c.q}); got != c.want {
			t.Errorf("%q finds %s, want %s", c.q, got, c.want)
		}
	}
	if got := search(t, s, index.SearchQuery{Text: "nuclaer wepons", Fuzzy: true}); !strings.Contains(got, found("treaty/npt", index.MatchFuzzy)) {
		t.Errorf("misspelt words find %s", got)
	}
	if got := search(t, s, index.SearchQuery{Text: "核武器", Passages: true}); got != found("passage/x", index.MatchPhrase) {
		t.Errorf("among passages is found %s", got)
	}
	if got := search(t, s, index.SearchQuery{Text: "核武器", Kinds: graph.Set(graph.KindTreaty), Langs: []graph.Language{"en"}}); got != "" {
		t.Errorf("in English is found %s", got)
	}
	// Pages of one item make the whole list.
	var pages []string
	for q := (index.SearchQuery{Text: "核武器条约", Names: true, Passages: true, First: 1}); ; {
		page, err := s.Search(context.Background(), q)
		if err != nil || len(page.Items) != 1 || page.Total != 3 {
			t.Fatal(page, err)
		}
		pages, q.After = append(pages, found(page.Items[0].Entity, page.Items[0].Class)), page.Items[0].Cursor
		if !page.HasNext {
			break
		}
	}
	if got, want := strings.Join(pages, ", "), search(t, s, index.SearchQuery{Text: "核武器条约"}); got != want {
		t.Errorf("the pages are %s, the list %s", got, want)
	}
	for _, cursor := range []string{"x", "%", "c3g"} {
		if _, err := s.Search(context.Background(), index.SearchQuery{Text: "a", Names: true, First: 1, After: cursor}); !errors.Is(err, index.ErrCursor) {
			t.Errorf("after %q: %v", cursor, err)
		}
	}
	if _, err := s.Search(context.Background(), index.SearchQuery{Text: strings.Repeat("a ", 99), Names: true, First: 1}); !errors.Is(err, graph.ErrInvalid) {
		t.Errorf("a text of 99 words: %v", err)
	}
}

func TestSearchAnswersAsOfItsSnapshotAndRevision(t *testing.T) {
	store := openSQLite(t)
	applyBase(t, store)
	old := nameOf("treaty/x", "en", "Early charter")
	first := apply(t, store, "first", old, nameOf("treaty/y", "zh", "太空条约"), nameOf("treaty/z", "en", "Other pact"))
	x := follow(t, store)
	before := reach(t, x, first)
	charter, space := index.SearchQuery{Text: "charter"}, index.SearchQuery{Text: "太空"}
	was := [2]string{search(t, before, charter), search(t, before, space)}
	if was != [2]string{found("treaty/x", index.MatchPhrase), found("treaty/y", index.MatchPrefix)} {
		t.Fatalf("at first %v are found", was)
	}
	deprecated := nameOf("treaty/z", "en", "Wrong charter")
	deprecated.Rank, deprecated.Reason = graph.RankDeprecated, "wrong"
	r, err := store.Apply(context.Background(), &graph.Batch{Key: "second", Withdraw: []graph.AssertionKey{old.Key()}, Assert: []graph.Assertion{
		deprecated, nameOf("treaty/x", "en", "Late covenant"), nameOf("treaty/w", "en", "New charter"),
		says("dataset/a", graph.Claim{Subject: "treaty/y", Predicate: graph.PredMergedInto, Object: "treaty/w"})}})
	if err != nil {
		t.Fatal(err)
	}
	after := reach(t, x, r.Revision.Number)
	if got := search(t, after, charter); got != found("treaty/w", index.MatchPhrase) {
		t.Errorf("then %s is found", got)
	}
	if got := search(t, after, space); got != found("treaty/w", index.MatchPrefix) {
		t.Errorf("a name of what was merged finds %s", got)
	}
	for name, s := range map[string]*index.Snapshot{"the old snapshot": before, "the new one": after} {
		charter.At.Revision, space.At.Revision = first, first
		if got := [2]string{search(t, s, charter), search(t, s, space)}; got != was {
			t.Errorf("%s finds %v as of the old revision, want %v", name, got, was)
		}
	}
	charter.At.Revision = 0
	if got := search(t, before, charter); got != was[0] {
		t.Errorf("the old snapshot finds %s now", got)
	}
	x.Close()
	if _, err := after.Search(context.Background(), index.SearchQuery{Text: "a", Names: true, First: 1}); !errors.Is(err, index.ErrClosed) {
		t.Errorf("a closed index gives %v", err)
	}
}

// A reading counts the assertions that are loaded from a store.
type reading struct {
	graph.Store
	loaded atomic.Int32
	fail   atomic.Bool
}

func (r *reading) Assertions(ctx context.Context, refs []graph.Ref) (map[graph.Ref]*graph.Assertion, error) {
	r.loaded.Add(int32(len(refs)))
	if r.fail.Load() {
		return nil, graph.ErrUnavailable
	}
	return r.Store.Assertions(ctx, refs)
}

func applyPassage(t *testing.T, store graph.Store, body string) graph.RevisionNumber {
	t.Helper()
	txt := graph.NewText("en", body, nil)
	span := graph.Value{Kind: graph.ValueSpan, Hash: txt.Hash, End: len(body)}
	r, err := store.Apply(context.Background(), &graph.Batch{Key: body, Texts: []*graph.Text{txt}, Assert: []graph.Assertion{
		nameOf("passage/p", "en", "P"), says("dataset/a", graph.Claim{Subject: "passage/p", Predicate: graph.PredSpan, Value: &span})}})
	if err != nil {
		t.Fatal(err)
	}
	return r.Revision.Number
}

func TestASavedTextIndexIsUsedAgainForItsStoreOnly(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "index")
	store := &reading{Store: openSQLite(t)}
	applyBase(t, store)
	n := applyPassage(t, store, "a lonely passage")
	ask := func(store graph.Store, n graph.RevisionNumber) string {
		x := followSaved(t, store, folder)
		defer x.Close()
		return search(t, reach(t, x, n), index.SearchQuery{Text: "lonely"})
	}
	want := found("passage/p", index.MatchPhrase)
	for round, loads := range []int32{1, 1} {
		if got := ask(store, n); got != want || store.loaded.Load() != loads {
			t.Errorf("round %d finds %s after %d passages were loaded, want %d", round, got, store.loaded.Load(), loads)
		}
	}
	n = apply(t, store, "more", nameOf("treaty/n", "en", "Not lonely"))
	if got := ask(store, n); got != found("passage/p", index.MatchPhrase)+", "+found("treaty/n", index.MatchPhrase) && got != found("treaty/n", index.MatchPhrase)+", "+want || store.loaded.Load() != 1 {
		t.Errorf("after another revision is found %s, %d passages were loaded", got, store.loaded.Load())
	}
	other := openSQLite(t)
	applyBase(t, other)
	if got := ask(other, applyPassage(t, other, "in company")); got != "" {
		t.Errorf("of another store is found %s", got)
	}
	if err := os.WriteFile(filepath.Join(folder, "text", "root.bolt"), []byte(strings.Repeat("noise", 9_000)), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := ask(store, n); !strings.Contains(got, want) || store.loaded.Load() != 2 {
		t.Errorf("after damage is found %s, %d passages were loaded", got, store.loaded.Load())
	}
	// Two processes on one folder: the second keeps its own.
	one, two := followSaved(t, store, folder), followSaved(t, store, folder)
	defer one.Close()
	defer two.Close()
	if a, b := search(t, reach(t, one, n), index.SearchQuery{Text: "lonely"}), search(t, reach(t, two, n), index.SearchQuery{Text: "lonely"}); a != b || a == "" {
		t.Errorf("two indexes over one folder find %s and %s", a, b)
	}
}

func TestSearchOutlivesErrorsOfTheStore(t *testing.T) {
	store := &reading{Store: openSQLite(t)}
	applyBase(t, store)
	n := applyPassage(t, store, "a lonely passage")
	store.fail.Store(true)
	s := reach(t, follow(t, store), n)
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	q := index.SearchQuery{Text: "lonely", Passages: true, First: 1}
	if _, err := s.Search(ctx, q); !errors.Is(err, graph.ErrUnavailable) {
		t.Errorf("with a failing store: %v", err)
	}
	store.fail.Store(false)
	eventually(t, func() bool {
		page, err := s.Search(ctx, q)
		return err == nil && len(page.Items) == 1
	})
}

func TestSearchGivesTheSameOverAnIndexThatFollowedAndOneThatStartsNow(t *testing.T) {
	path := t.TempDir() + "/graph.db"
	store, err := sqlite.Open(context.Background(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	n := applyBase(t, store)
	early := follow(t, store)
	for i := range 20 {
		n = apply(t, store, fmt.Sprint(i), nameOf(graph.ID(fmt.Sprintf("treaty/n%d", i)), "en", fmt.Sprintf("Common name %d", i%7)))
		search(t, reach(t, early, n), index.SearchQuery{Text: "common"})
	}
	late := follow(t, store)
	for _, text := range []string{"common", "name 3", "names", "common name 5"} {
		q := index.SearchQuery{Text: text, Names: true, First: 50}
		a, errA := reach(t, early, n).Search(context.Background(), q)
		b, errB := reach(t, late, n).Search(context.Background(), q)
		if errA != nil || errB != nil || a.Total == 0 || !reflect.DeepEqual(a, b) {
			t.Errorf("%q finds %+v, %v or %+v, %v", text, a, errA, b, errB)
		}
	}
}

func TestALanguageIsLookedForAmongEqualNamesOfOthers(t *testing.T) {
	store := openSQLite(t)
	acronym := func(lang graph.Language) graph.Assertion {
		v := graph.NameValue(graph.Name{Text: "OPANAL", Lang: lang, Role: graph.NameAcronym})
		return says("dataset/a", graph.Claim{Subject: "treaty/tlatelolco", Predicate: graph.PredNamed, Value: &v})
	}
	if _, err := store.Apply(t.Context(), &graph.Batch{Key: "all", Assert: append(base().Assert, acronym("en"), acronym("es"))}); err != nil {
		t.Fatal(err)
	}
	s := follow(t, store).Snapshot()
	for _, lang := range []graph.Language{"en", "es"} {
		if got, want := search(t, s, index.SearchQuery{Text: "OPANAL", Langs: []graph.Language{lang}}), found("treaty/tlatelolco", index.MatchAcronym); got != want {
			t.Errorf("in %s: %q, not %q", lang, got, want)
		}
	}
}
