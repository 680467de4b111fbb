package storetest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"treatygraph/graph"
)

// secret stands in what is redacted, and nowhere else.
const secret = "秘密 of the person"

// private is an assertion with the secret in its value and in its evidence, of a text that holds it.
func private(text *graph.Text) graph.Assertion {
	a := by(curated, described("person/x", secret))
	a.Evidence = []graph.Evidence{{Text: text.Hash, Document: "document/joint", Start: 0, End: 2, Quote: "秘密", Lang: "zh"}}
	return a
}

// confided writes the fixture, and in the second revision the secret; a later revision rewrites it. It returns the assertion as it stands.
func confided(t testing.TB, store graph.Writer) (graph.Assertion, *graph.Text) {
	t.Helper()
	mustApply(t, store, Fixture())
	text := graph.NewText("zh", secret+"。", []byte(secret))
	a := private(text)
	b := batch("secret", a, by(mined, a.Claim), by(curated, described("person/y", "not a secret")))
	b.Texts = []*graph.Text{text}
	mustApply(t, store, b)
	a.Rank = graph.RankPreferred
	mustApply(t, store, batch("secret again", a))
	return a, text
}

// redaction names all versions of the secret and its text.
func redaction(key string, a graph.Assertion, text *graph.Text) *graph.Redaction {
	id := a.Claim.ID()
	return &graph.Redaction{Key: key, Author: "storetest", Reason: "a court ordered it", Texts: []graph.TextHash{text.Hash},
		Refs: []graph.Ref{{Statement: id, Dataset: curated, From: 3}, {Statement: id, Dataset: mined, From: 2}, {Statement: id, Dataset: curated, From: 2}}}
}

func mustRedact(t testing.TB, store graph.Store, r *graph.Redaction) graph.Receipt {
	t.Helper()
	receipt, err := store.Redact(t.Context(), r)
	if err != nil {
		t.Fatalf("redact %q: %v", r.Key, err)
	}
	return receipt
}

var redactPromises = []promise{
	{"nothing of the content can be read any more, and every digest still holds", func(t *testing.T, open Open) {
		store := open(t, nil)
		a, text := confided(t, store)
		before := read(t, store)
		r := redaction("r", a, text)
		receipt := mustRedact(t, store, r)
		after := read(t, store)
		if after.head.Revision != 4 || after.head.Digest != receipt.Revision.Digest || receipt.Revision.Number != 4 || receipt.Repeated {
			t.Fatalf("head %+v, receipt %+v", after.head, receipt)
		}
		if verified(t, "", after.changes) != after.head.Digest || !strings.Contains(receipt.Revision.Summary, "a court ordered it") {
			t.Fatalf("revision %+v", receipt.Revision)
		}
		stones := 0
		for i, v := range after.versions {
			was := before.versions[i]
			if v.Ref != was.Ref || v.To != was.To || !graph.StandsFor(v.Body, was.Body) || strings.Contains(v.Body, "秘密") {
				t.Fatalf("%+v, was %+v", v, was)
			}
			if redacted := v.Body != was.Body; redacted != slices.Contains(r.Refs, v.Ref) {
				t.Fatalf("%s is redacted: %v", v.Ref, redacted)
			} else if redacted {
				stones++
			}
		}
		loaded, err := store.Assertions(t.Context(), r.Refs)
		if err != nil || len(loaded) != len(r.Refs) || stones != len(r.Refs) {
			t.Fatalf("%d of %d, %d tombstones, error %v", len(loaded), len(r.Refs), stones, err)
		}
		for ref, a := range loaded {
			if a.Redacted == "" || a.Value != nil || len(a.Evidence) > 0 || a.Subject != "person/x" || a.Dataset != ref.Dataset {
				t.Fatalf("%s is %+v", ref, a)
			}
		}
		texts, err := store.Texts(t.Context(), []graph.TextHash{text.Hash, graph.HashText(fixtureText)})
		if left := texts[text.Hash]; err != nil || left == nil || !left.Redacted || left.Body != "" || left.Original != nil || left.Lang != "zh" || left.Hash != text.Hash {
			t.Fatalf("the text is %+v, error %v", left, err)
		}
		if other := texts[graph.HashText(fixtureText)]; other == nil || other.Redacted || other.Body != fixtureText {
			t.Fatalf("the other text is %+v", other)
		}
		sound(t, store)
	}},
	{"what is redacted already is left alone", func(t *testing.T, open Open) {
		store := open(t, nil)
		a, text := confided(t, store)
		r := redaction("r", a, text)
		first := mustRedact(t, store, r)
		unchanged(t, store, func() {
			if again := mustRedact(t, store, r); again.Revision != first.Revision || !again.Repeated {
				t.Fatalf("by the same key %+v", again)
			}
			r.Key = "another"
			if again := mustRedact(t, store, r); again.Revision != (graph.Revision{}) || !again.Repeated {
				t.Fatalf("by another key %+v", again)
			}
			r.Key, r.Reason = "r", "another reason"
			_, err := store.Redact(t.Context(), r)
			wantError(t, err, graph.ErrConflict)
		})
	}},
	{"what is not recorded is named, and nothing is removed", func(t *testing.T, open Open) {
		store := open(t, nil)
		a, text := confided(t, store)
		for name, r := range map[string]struct {
			spoil func(*graph.Redaction)
			says  string
		}{
			"version": {func(r *graph.Redaction) { r.Refs[0].From = 9 }, "at 9"},
			"text":    {func(r *graph.Redaction) { r.Texts = append(r.Texts, graph.HashText("unheard of")) }, string(graph.HashText("unheard of"))},
			"nothing": {func(r *graph.Redaction) { r.Refs, r.Texts = nil, nil }, "empty"},
			"reason":  {func(r *graph.Redaction) { r.Reason = " " }, "reason"},
			"length":  {func(r *graph.Redaction) { r.Reason = strings.Repeat("x", graph.MaxReasonBytes+1) }, "reason"},
			"key":     {func(r *graph.Redaction) { r.Key = "" }, "key"},
			"author":  {func(r *graph.Redaction) { r.Author = "\xff" }, "author"},
		} {
			unchanged(t, store, func() {
				asked := redaction("r", a, text)
				r.spoil(asked)
				_, err := store.Redact(t.Context(), asked)
				wantError(t, err, graph.ErrInvalid)
				if !strings.Contains(err.Error(), r.says) {
					t.Errorf("%s: %v", name, err)
				}
			})
		}
	}},
	{"asserting it again brings nothing back, nor does giving the text again", func(t *testing.T, open Open) {
		store := open(t, nil)
		a, text := confided(t, store)
		mustRedact(t, store, redaction("r", a, text))
		before := read(t, store)
		b := batch("again", a, by(mined, a.Claim))
		b.Texts = []*graph.Text{text}
		if r := mustApply(t, store, b); r.Revision.Written != 0 || r.Revision.Closed != 0 {
			t.Fatalf("it wrote %+v", r.Revision)
		}
		if after := read(t, store); !slices.Equal(after.versions, before.versions) {
			t.Fatal("the versions are others")
		}
		if texts, err := store.Texts(t.Context(), []graph.TextHash{text.Hash}); err != nil || !texts[text.Hash].Redacted {
			t.Fatalf("the text is %+v, error %v", texts[text.Hash], err)
		}
		a.Confidence = 1 // another body, which would have to quote what is no longer there
		_, err := store.Apply(t.Context(), batch("changed", a))
		var invalid *graph.InvalidError
		if !errors.As(err, &invalid) || invalid.Field != "evidence[0].text" || !strings.Contains(invalid.Reason, "redacted") {
			t.Fatalf("got %v", err)
		}
		// The ID outlives what was said of it, and a tombstone is closed like any version.
		mustApply(t, store, batch("of x", by(curated, claim("person/x", graph.PredSigned, "treaty/npt", "1968"))))
		mustApply(t, store, withdraw("closes", a))
		for _, v := range collectOf(t, store) {
			if v.Ref.Statement == a.Claim.ID() && v.Ref.Dataset == curated && v.To == 0 {
				t.Fatalf("%s is open", v.Ref)
			}
		}
		sound(t, store)
	}},
	{"the store has another identity, which every handle sees, and those that were open before write nothing more", func(t *testing.T, open Open) {
		store, other := open(t, nil), open(t, nil)
		a, text := confided(t, store)
		before := mustHead(t, other)
		mustRedact(t, store, redaction("r", a, text))
		if head := mustHead(t, other); head.Store == before.Store || head != mustHead(t, store) || head != mustHead(t, open(t, nil)) {
			t.Fatalf("head %+v, was %+v", head, before)
		}
		unchanged(t, store, func() {
			_, err := other.Apply(t.Context(), batch("late", declared("dataset/late")))
			wantError(t, err, graph.ErrCorrupt)
			if !strings.Contains(err.Error(), "start again") {
				t.Errorf("got %v", err)
			}
		})
		mustApply(t, store, batch("on", declared("dataset/on")))
		mustApply(t, open(t, nil), batch("further", declared("dataset/further")))
	}},
	{"of a statement that others assert only what was named goes", func(t *testing.T, open Open) {
		store := open(t, nil)
		a, text := confided(t, store)
		r := redaction("r", a, text)
		r.Refs = slices.DeleteFunc(r.Refs, func(ref graph.Ref) bool { return ref.Dataset == mined })
		mustRedact(t, store, r)
		for _, v := range collectOf(t, store) {
			if v.Ref.Statement == a.Claim.ID() && v.Ref.Dataset == mined && !strings.Contains(v.Body, secret) {
				t.Fatalf("%s is %s", v.Ref, v.Body)
			}
		}
		sound(t, store)
	}},
	{"ten thousand at once", func(t *testing.T, open Open) {
		store := open(t, nil)
		list := rows(curated, 0, graph.MaxBatchRecords-1, secret)
		mustApply(t, store, batch("1", append(slices.Clone(list), declared(curated))...))
		r := &graph.Redaction{Key: "r", Reason: "all of it"}
		for i := range list {
			r.Refs = append(r.Refs, graph.Ref{Statement: list[i].ID(), Dataset: curated, From: 1})
		}
		if receipt := mustRedact(t, store, r); !strings.Contains(receipt.Revision.Summary, fmt.Sprint(len(list))) {
			t.Fatalf("receipt %+v", receipt)
		}
		for _, v := range collectOf(t, store) {
			if strings.Contains(v.Body, secret) {
				t.Fatalf("%s is %s", v.Ref, v.Body)
			}
		}
		sound(t, store)
	}},
}

func collectOf(t testing.TB, store graph.Store) []graph.Version {
	t.Helper()
	_, versions := scan(t, store)
	return versions
}
