package storetest

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"treatygraph/graph"
)

// A model is the port in its slowest and plainest form: a list of versions and what was written when.
type model struct {
	head     graph.Head
	at       time.Time
	versions []graph.Version
	receipts map[string]graph.Revision
	changes  []graph.Change
	texts    map[graph.TextHash]*graph.Text
}

func newModel(head graph.Head) *model {
	return &model{head: head, receipts: map[string]graph.Revision{}, texts: map[graph.TextHash]*graph.Text{}}
}

func (m *model) apply(b *graph.Batch, now time.Time) (graph.Receipt, error) {
	p, err := graph.Prepare(b)
	if err != nil {
		return graph.Receipt{}, err
	}
	if first, used := m.receipts[b.Key]; used {
		if first.BatchDigest != p.Digest() {
			return graph.Receipt{}, graph.ErrConflict
		}
		return graph.Receipt{Revision: first, Repeated: true}, nil
	}
	if b.IfHead != nil && *b.IfHead != m.head.Revision {
		return graph.Receipt{}, graph.ErrConflict
	}
	known := graph.Known{Entities: map[graph.ID]bool{}, Statements: map[graph.StatementID]bool{}, Texts: m.texts, Open: map[graph.AssertionKey]graph.OpenVersion{}}
	for _, v := range m.versions {
		a, err := graph.DecodeAssertion(v.Body)
		if err != nil {
			return graph.Receipt{}, err
		}
		known.Entities[a.Subject], known.Statements[v.Ref.Statement] = true, true
		if v.To == 0 {
			known.Open[graph.AssertionKey{Statement: v.Ref.Statement, Dataset: v.Ref.Dataset}] = graph.OpenVersion{From: v.Ref.From, Body: v.Body}
		}
	}
	plan, err := p.Check(known)
	if err != nil {
		return graph.Receipt{}, err
	}
	plan.Number(m.head, m.at, now)
	for _, text := range plan.Texts {
		m.texts[text.Hash] = text
	}
	c := plan.Change
	m.changes = append(m.changes, c)
	m.versions = replay(m.changes)
	m.receipts[b.Key], m.at = c.Revision, c.Revision.At
	m.head.Revision, m.head.Digest = c.Revision.Number, c.Revision.Digest
	return graph.Receipt{Revision: c.Revision}, nil
}

// redact does a redaction that no store refuses.
func (m *model) redact(t testing.TB, r *graph.Redaction, now time.Time) {
	t.Helper()
	p, err := graph.PrepareRedaction(r)
	if err != nil {
		t.Fatal(err)
	}
	bodies, redacted := make(map[graph.Ref]string), make(map[graph.TextHash]bool)
	for _, v := range m.versions {
		bodies[v.Ref] = v.Body
	}
	for hash, text := range m.texts {
		redacted[hash] = text.Redacted
	}
	removal, err := p.Check(bodies, redacted)
	if err != nil || removal == nil {
		t.Fatalf("%+v, error %v", removal, err)
	}
	for _, stone := range removal.Versions {
		written := m.changes[stone.Ref.From-1].Written
		written[slices.IndexFunc(written, func(v graph.Version) bool { return v.Ref == stone.Ref })].Body = stone.Body
	}
	for _, hash := range removal.Texts {
		m.texts[hash] = &graph.Text{Hash: hash, Lang: m.texts[hash].Lang, Redacted: true}
	}
	removal.Plan.Number(m.head, m.at, now)
	c := removal.Plan.Change
	m.changes = append(m.changes, c)
	m.versions = replay(m.changes)
	m.receipts[r.Key], m.at = c.Revision, c.Revision.At
	m.head.Revision, m.head.Digest = c.Revision.Number, c.Revision.Digest
}

// drawBatch draws from so few keys, claims and datasets that batches meet each other, and often enough fail.
func drawBatch(t *rapid.T) *graph.Batch {
	b := &graph.Batch{Key: fmt.Sprint(rapid.IntRange(0, 12).Draw(t, "key")), Author: "model"}
	drawAssertion := func(label string) graph.Assertion {
		dataset := rapid.SampledFrom([]graph.ID{curated, mined}).Draw(t, label+" dataset")
		subject := rapid.SampledFrom([]graph.ID{curated, mined, "state/usa", "treaty/npt"}).Draw(t, label+" subject")
		a := by(dataset, described(subject, rapid.SampledFrom([]string{"一", "二"}).Draw(t, label+" text")))
		if rapid.IntRange(0, 3).Draw(t, label+" object") == 0 {
			a.Claim = claim("state/usa", graph.PredSigned, "treaty/npt", "1968")
		}
		a.Rank = graph.Rank(rapid.IntRange(1, 2).Draw(t, label+" rank"))
		return a
	}
	for i := range rapid.IntRange(0, 4).Draw(t, "assert") {
		b.Assert = append(b.Assert, drawAssertion(fmt.Sprint("assert ", i)))
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "withdraw") {
		a := drawAssertion(fmt.Sprint("withdraw ", i))
		b.Withdraw = append(b.Withdraw, a.Key())
	}
	if n := rapid.IntRange(-6, 6).Draw(t, "ifHead"); n >= 0 {
		number := graph.RevisionNumber(n)
		b.IfHead = &number
	}
	return b
}

var modelPromises = []promise{
	{"any sequence of batches ends as in the plainest store there could be", func(t *testing.T, open Open) {
		// One store for all sequences would let one failure hide in another's data; each sequence goes on from the last, and the
		// model with it. That finds the same, and new data for each would cost a Neo4j minutes.
		at := newClock(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
		store := open(t, at.now)
		m := newModel(mustHead(t, store))
		round := 0
		rapid.Check(t, func(rt *rapid.T) {
			round++
			for range rapid.IntRange(1, 6).Draw(rt, "batches") {
				b := drawBatch(rt)
				b.Key = fmt.Sprint(round%8, "/", b.Key)
				if b.IfHead != nil {
					*b.IfHead = m.head.Revision - min(m.head.Revision, *b.IfHead)
				}
				want, wantErr := m.apply(b, at.now())
				got, err := store.Apply(t.Context(), b)
				if (err == nil) != (wantErr == nil) || got != want {
					rt.Fatalf("got %+v, %v; want %+v, %v", got, err, want, wantErr)
				}
				for _, class := range []error{graph.ErrInvalid, graph.ErrConflict} {
					if errors.Is(err, class) != errors.Is(wantErr, class) {
						rt.Fatalf("got error %v, want %v", err, wantErr)
					}
				}
			}
		})
		got := read(t, store)
		if got.head != m.head || !slices.Equal(got.versions, m.versions) || !slices.EqualFunc(got.changes, m.changes, equalChange) {
			t.Fatal("another state than the model's")
		}
		sound(t, store)
	}},
}
