package graph_test

import (
	"context"
	"iter"
	"slices"
	"strings"
	"testing"

	"treatygraph/graph"
	"treatygraph/graph/sqlite"
	"treatygraph/graph/storetest"
)

// An altered record gives other versions and texts than were written, as a damaged store would.
type altered struct {
	graph.Reader
	version func(*graph.Version)
	text    func(*graph.Text) *graph.Text
}

func (s altered) Scan(ctx context.Context) (graph.Head, iter.Seq2[graph.Version, error], error) {
	head, versions, err := s.Reader.Scan(ctx)
	return head, func(yield func(graph.Version, error) bool) {
		for v, err := range versions {
			if s.version != nil {
				s.version(&v)
			}
			if !yield(v, err) {
				return
			}
		}
	}, err
}

func (s altered) Texts(ctx context.Context, hashes []graph.TextHash) (map[graph.TextHash]*graph.Text, error) {
	texts, err := s.Reader.Texts(ctx, hashes)
	for hash, text := range texts {
		if s.text != nil {
			if texts[hash] = s.text(text); texts[hash] == nil {
				delete(texts, hash)
			}
		}
	}
	return texts, err
}

func verify(t *testing.T, store graph.Reader) ([]graph.Finding, graph.Verified) {
	t.Helper()
	var found []graph.Finding
	done, err := graph.Verify(t.Context(), store, graph.VerifyOptions{Found: func(f graph.Finding) { found = append(found, f) }})
	if err != nil {
		t.Fatal(err)
	}
	return found, done
}

func TestVerifyNamesTheVersionAndTheFieldThatBreakARule(t *testing.T) {
	store, err := sqlite.Open(t.Context(), sqlite.Memory, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	fixture := storetest.Fixture()
	again := fixture.Assert[2]
	again.Rank = graph.RankPreferred
	unused := graph.NewText("en", "nobody quotes this", nil)
	for _, b := range []*graph.Batch{fixture, {Key: "2", Assert: []graph.Assertion{again}}, {Key: "3", Texts: []*graph.Text{unused}}} {
		if _, err := store.Apply(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	notice := func(f graph.Finding) bool { return f.Notice }
	found, done := verify(t, store)
	if len(found) != 1 || !found[0].Notice || found[0].Revision != 3 || !strings.Contains(found[0].Reason, string(unused.Hash)) {
		t.Fatalf("sound, but for a text that nothing stands in: %+v", found)
	}
	if done.Versions != len(fixture.Assert)+1 || done.Texts != 2 || done.Head.Revision != 3 {
		t.Errorf("looked at %+v", done)
	}
	// rewrite changes the assertions of a predicate, with the ID that the new claim has where it asks for it.
	rewrite := func(p graph.Predicate, change func(*graph.Assertion)) func(*graph.Version) {
		return func(v *graph.Version) {
			a, err := graph.DecodeAssertion(v.Body)
			if err != nil {
				t.Fatal(err)
			}
			if a.Predicate != p {
				return
			}
			change(a)
			v.Ref.Statement, v.Ref.Dataset, v.Body = a.Claim.ID(), a.Dataset, string(graph.AppendAssertion(nil, a))
		}
	}
	for name, test := range map[string]struct {
		version func(*graph.Version)
		text    func(*graph.Text) *graph.Text
		field   string
		reason  string
	}{
		"a quote":                     {version: rewrite(graph.PredMentions, func(a *graph.Assertion) { a.Evidence[0].Quote = "x" }), field: "evidence[0].quote", reason: "not what stands at"},
		"a span of evidence":          {version: rewrite(graph.PredMentions, func(a *graph.Assertion) { a.Evidence[0].End = 999 }), field: "evidence[0].end", reason: "beyond"},
		"a span":                      {version: rewrite(graph.PredSpan, func(a *graph.Assertion) { a.Value.End = 999 }), field: "value.end", reason: "beyond"},
		"a text that is not held":     {version: rewrite(graph.PredMentions, func(a *graph.Assertion) { a.Evidence[0].Text = graph.HashText("x") }), field: "evidence[0].text", reason: "not held"},
		"a subject that does not fit": {version: rewrite(graph.PredSigned, func(a *graph.Assertion) { a.Subject = "place/moscow" }), field: "subject", reason: "kind"},
		"a dangling object":           {version: rewrite(graph.PredSuccessorOf, func(a *graph.Assertion) { a.Object = "state/nowhere" }), field: "object", reason: "did not exist"},
		"a dangling document":         {version: rewrite(graph.PredMentions, func(a *graph.Assertion) { a.Evidence[0].Document = "document/nowhere" }), field: "evidence[0].document", reason: "did not exist"},
		"a dangling passage":          {version: rewrite(graph.PredMentions, func(a *graph.Assertion) { a.Evidence[0].Passage = "passage/nowhere/1" }), field: "evidence[0].passage", reason: "did not exist"},
		"a dangling depositary":       {version: rewrite(graph.PredSigned, func(a *graph.Assertion) { a.Qualifiers.Depositary = "state/nowhere" }), field: "qualifiers.depositary", reason: "did not exist"},
		"a dangling place":            {version: rewrite(graph.PredSigned, func(a *graph.Assertion) { a.Qualifiers.Place = "place/nowhere" }), field: "qualifiers.place", reason: "did not exist"},
		"a dangling party":            {version: rewrite(graph.PredSigned, func(a *graph.Assertion) { a.Qualifiers.OnBehalfOf = "state/nowhere" }), field: "qualifiers.onBehalfOf", reason: "did not exist"},
		"a statement spoken of": {version: rewrite(graph.PredObjected, func(a *graph.Assertion) {
			a.Qualifiers.About = fixture.Assert[0].ID()[:len(fixture.Assert[0].ID())-2] + "00"
		}), field: "qualifiers.about", reason: "did not exist"},
		"a dangling dataset":       {version: rewrite(graph.PredSuccessorOf, func(a *graph.Assertion) { a.Dataset = "dataset/nowhere" }), field: "dataset", reason: "did not exist"},
		"an interval":              {version: rewrite(graph.PredSuccessorOf, func(a *graph.Assertion) { a.Valid.To = graph.MustDate("1900") }), field: "valid", reason: ""},
		"a vote":                   {version: rewrite(graph.PredSigned, func(a *graph.Assertion) { a.Qualifiers.Vote = "many" }), field: "qualifiers.vote", reason: "form"},
		"a reason without need":    {version: rewrite(graph.PredSuccessorOf, func(a *graph.Assertion) { a.Reason = "x" }), field: "reason", reason: "DEPRECATED"},
		"a claim under another ID": {version: func(v *graph.Version) { v.Ref.Statement = fixture.Assert[0].ID() }, field: "claim", reason: "not the one it is recorded by"},
		"another dataset":          {version: func(v *graph.Version) { v.Ref.Dataset = "dataset/mined" }, field: "dataset", reason: "by which it is recorded"},
		"a body that is none":      {version: func(v *graph.Version) { v.Body = v.Body[1:] }, field: "body", reason: "canonical"},
		"a body in another form": {version: func(v *graph.Version) {
			v.Body = strings.Replace(v.Body, "United", `\u0055nited`, 1)
		}, field: "body", reason: "canonical encoding"},
		"two open versions": {version: func(v *graph.Version) { v.To = 0 }, field: "closed", reason: "was not closed"},
		"a version closed late": {version: func(v *graph.Version) {
			if v.To != 0 {
				v.To = 3
			}
		}, field: "closed", reason: "closed later"},
		"a version closed early": {version: func(v *graph.Version) { v.To = 1 }, field: "closed", reason: "before it was written"},
		"a closing of another revision": {version: func(v *graph.Version) {
			if v.To == 0 {
				v.To = 3
			}
		}, field: "closed", reason: "not those that it closed"},
		"a text that is another": {text: func(text *graph.Text) *graph.Text { return graph.NewText(text.Lang, text.Body+"x", nil) }, field: "text", reason: ""},
		"a text in no language":  {text: func(text *graph.Text) *graph.Text { text.Lang = "?"; return text }, field: "text", reason: "lang"},
		"a text that is gone":    {text: func(*graph.Text) *graph.Text { return nil }, field: "text", reason: "not held"},
	} {
		t.Run(name, func(t *testing.T) {
			if name == "a text that is another" {
				original := test.text
				test.text = func(text *graph.Text) *graph.Text { x := original(text); x.Hash = text.Hash; return x }
			}
			found, _ := verify(t, altered{store, test.version, test.text})
			found = slices.DeleteFunc(found, notice)
			if !slices.ContainsFunc(found, func(f graph.Finding) bool { return f.Field == test.field && strings.Contains(f.Reason, test.reason) }) {
				t.Errorf("found %+v", found)
			}
		})
	}
}

func TestVerifyCountsTombstonesAndTakesThem(t *testing.T) {
	store, err := sqlite.Open(t.Context(), sqlite.Memory, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	fixture := storetest.Fixture()
	if _, err := store.Apply(t.Context(), fixture); err != nil {
		t.Fatal(err)
	}
	r := &graph.Redaction{Key: "r", Reason: "a test", Texts: []graph.TextHash{fixture.Texts[0].Hash}}
	for i := range fixture.Assert[:6] {
		r.Refs = append(r.Refs, graph.Ref{Statement: fixture.Assert[i].ID(), Dataset: fixture.Assert[i].Dataset, From: 1})
	}
	if _, err := store.Redact(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	found, done := verify(t, store)
	if len(found) > 0 || done.Tombstones != 6 || done.Redacted != 1 || done.Texts != 1 {
		t.Errorf("found %+v, looked at %+v", found, done)
	}
	found, _ = verify(t, altered{Reader: store, version: func(v *graph.Version) { v.Body = strings.Replace(v.Body, `"redacted":"`, `"redacted":"X`, 1) }})
	if !slices.ContainsFunc(found, func(f graph.Finding) bool { return f.Field == "redacted" || f.Field == "body" }) {
		t.Errorf("a tombstone without a digest: %+v", found)
	}
}

func TestADifferenceLeavesWhatWasRedactedAlone(t *testing.T) {
	said := func(text string) graph.Assertion {
		return graph.Assertion{Claim: graph.Claim{Subject: "dataset/d", Predicate: graph.PredDescribed, Value: &graph.Value{Kind: graph.ValueText, Text: text}},
			Dataset: "dataset/d", Rank: graph.RankNormal, Method: graph.MethodCurated}
	}
	wanted, unwanted := said("wanted"), said("unwanted")
	current := make(map[graph.AssertionKey]string)
	for _, a := range []graph.Assertion{wanted, unwanted} {
		stone, err := graph.Tombstone(string(graph.AppendAssertion(nil, &a)))
		if err != nil {
			t.Fatal(err)
		}
		current[a.Key()] = stone
	}
	exists := func(graph.ID) bool { return true }
	if d, err := graph.Diff("dataset/d", []graph.Assertion{wanted}, current, exists); err != nil || !d.Empty() {
		t.Errorf("it asks for %+v, error %v", d, err)
	}
	wanted.Rank = graph.RankPreferred
	if d, err := graph.Diff("dataset/d", []graph.Assertion{wanted}, current, exists); err != nil || len(d.Assert) != 1 || len(d.Withdraw) != 0 {
		t.Errorf("of another body it asks for %+v, error %v", d, err)
	}
}

// An unread record cannot give what its first revision did.
type unread struct{ altered }

func (s unread) Changes(ctx context.Context, after graph.RevisionNumber) iter.Seq2[graph.Change, error] {
	return func(yield func(graph.Change, error) bool) {
		if after == 0 {
			yield(graph.Change{}, &graph.DigestError{Revision: 1, Reason: "changed"})
			return
		}
		s.altered.Changes(ctx, after)(yield)
	}
}

func TestQuotesInARedactedTextAreNoFindingAlsoWhereTheRevisionThatAddedItIsDamaged(t *testing.T) {
	store, err := sqlite.Open(t.Context(), sqlite.Memory, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	if _, err := store.Apply(t.Context(), storetest.Fixture()); err != nil {
		t.Fatal(err)
	}
	redacted := func(text *graph.Text) *graph.Text {
		return &graph.Text{Hash: text.Hash, Lang: text.Lang, Redacted: true}
	}
	found, done := verify(t, unread{altered{Reader: store, text: redacted}})
	if len(found) != 1 || found[0].Field != "digest" || found[0].Revision != 1 || done.Redacted != 1 {
		t.Errorf("found %+v of %+v", found, done)
	}
}
