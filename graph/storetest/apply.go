package storetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"treatygraph/graph"
)

var headPromises = []promise{
	{"an empty store has revision 0, an empty digest and an identity", func(t *testing.T, open Open) {
		head := mustHead(t, open(t, nil))
		if head.Revision != 0 || head.Digest != "" || len(head.Store) != 36 {
			t.Fatalf("head %+v", head)
		}
	}},
	{"the identity stays when the store is opened again", func(t *testing.T, open Open) {
		first := open(t, nil)
		head := mustHead(t, first)
		if err := first.Close(); err != nil {
			t.Fatal(err)
		}
		if again := mustHead(t, open(t, nil)); again != head {
			t.Fatalf("%v became %v", head, again)
		}
	}},
	{"the head is the last receipt's revision", func(t *testing.T, open Open) {
		store := open(t, nil)
		for i := range 3 {
			r := mustApply(t, store, batch(fmt.Sprint(i), by(curated, described(curated, fmt.Sprint(i))))).Revision
			if head := mustHead(t, store); head.Revision != r.Number || head.Digest != r.Digest || r.Number != graph.RevisionNumber(i+1) {
				t.Fatalf("head %v after %v", head, r)
			}
		}
	}},
}

var applyPromises = []promise{
	{"a batch is written as one revision, and is there when the store is opened again", func(t *testing.T, open Open) {
		store := open(t, nil)
		b := Fixture()
		receipt := mustApply(t, store, b)
		if r := receipt.Revision; receipt.Repeated || r.Number != 1 || r.Key != b.Key || r.Author != b.Author || r.Summary != b.Summary ||
			r.BatchDigest != b.Digest() || r.Digest == "" || r.Written != len(b.Assert) || r.Closed != 0 || r.At.IsZero() || r.At.Location() != time.UTC {
			t.Fatalf("receipt %+v", receipt)
		}
		before := read(t, store)
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
		if after := read(t, open(t, nil)); !after.equal(before) {
			t.Fatal("another state after opening again")
		}
	}},
	{"assertions that stand already, equal in every byte, are left as they are", func(t *testing.T, open Open) {
		store := open(t, nil)
		mustApply(t, store, Fixture())
		_, before := scan(t, store)
		again := Fixture()
		again.Key, again.Summary = "again", "the same assertions and texts"
		if r := mustApply(t, store, again).Revision; r.Number != 2 || r.Written != 0 || r.Closed != 0 {
			t.Fatalf("revision %+v", r)
		}
		if _, after := scan(t, store); !slices.Equal(before, after) {
			t.Fatal("versions changed")
		}
	}},
	{"one that differs from the open version of its key closes it and is written", func(t *testing.T, open Open) {
		store := open(t, nil)
		mustApply(t, store, batch("1", declared(curated)))
		changed := declared(curated)
		changed.Rank = graph.RankPreferred
		if r := mustApply(t, store, batch("2", changed)).Revision; r.Written != 1 || r.Closed != 1 {
			t.Fatalf("revision %+v", r)
		}
		_, versions := scan(t, store)
		if len(versions) != 2 || versions[0].To != 2 || versions[1].Ref.From != 2 || versions[1].To != 0 || versions[0].Ref.Statement != versions[1].Ref.Statement {
			t.Fatalf("versions %+v", versions)
		}
	}},
	{"withdrawing closes", func(t *testing.T, open Open) {
		store := open(t, nil)
		a := declared(curated)
		mustApply(t, store, batch("1", a))
		if r := mustApply(t, store, withdraw("2", a)).Revision; r.Written != 0 || r.Closed != 1 {
			t.Fatalf("revision %+v", r)
		}
		if _, versions := scan(t, store); len(versions) != 1 || versions[0].To != 2 {
			t.Fatalf("versions %+v", versions)
		}
	}},
	{"to withdraw and assert again gives two versions", func(t *testing.T, open Open) {
		store := open(t, nil)
		a := declared(curated)
		mustApply(t, store, batch("1", a))
		mustApply(t, store, withdraw("2", a))
		if r := mustApply(t, store, batch("3", a)).Revision; r.Written != 1 || r.Closed != 0 {
			t.Fatalf("revision %+v", r)
		}
		_, versions := scan(t, store)
		if len(versions) != 2 || versions[0].To != 2 || versions[1].Ref.From != 3 || versions[1].To != 0 || versions[0].Body != versions[1].Body {
			t.Fatalf("versions %+v", versions)
		}
		mustApply(t, store, withdraw("4", a))
		if _, versions = scan(t, store); versions[0].To != 2 || versions[1].To != 4 {
			t.Fatalf("versions %+v", versions)
		}
	}},
	{"datasets never touch each other's assertions of one claim", func(t *testing.T, open Open) {
		store := open(t, nil)
		mustApply(t, store, Fixture())
		b := Fixture()
		var ours []graph.Assertion
		for _, a := range b.Assert {
			if a.Dataset == mined {
				ours = append(ours, a)
			}
		}
		mustApply(t, store, withdraw("withdraw mined", ours...))
		_, versions := scan(t, store)
		for _, v := range versions {
			if (v.To == 2) != (v.Ref.Dataset == mined) {
				t.Fatalf("version %v closed by %d", v.Ref, v.To)
			}
		}
	}},
	{"an ID once used exists for ever", func(t *testing.T, open Open) {
		store := open(t, nil)
		npt := by(curated, described("treaty/npt", "NPT"))
		mustApply(t, store, batch("1", declared(curated), npt))
		mustApply(t, store, withdraw("2", npt))
		mustApply(t, store, batch("3", by(curated, claim("state/usa", graph.PredSigned, "treaty/npt", "1968-07-01"))))
	}},
	{"what a batch refers to may stand in the same batch, in any order", func(t *testing.T, open Open) {
		store := open(t, nil)
		b := Fixture()
		slices.Reverse(b.Assert)
		mustApply(t, store, b)
		ordered := Fixture()
		ordered.Key = "ordered"
		if ordered.Digest() != b.Digest() {
			t.Fatal("the order of a batch counts in its digest")
		}
	}},
	{"a text that is there already is left as it is", func(t *testing.T, open Open) {
		store := open(t, nil)
		text := graph.NewText("en", "one text", nil)
		mustApply(t, store, &graph.Batch{Key: "1", Texts: []*graph.Text{text}})
		mustApply(t, store, &graph.Batch{Key: "2", Texts: []*graph.Text{text, graph.NewText("en", "another", nil)}})
		list := changes(t, store, 0)
		if len(list[0].Texts) != 1 || len(list[1].Texts) != 1 || list[0].Texts[0] == list[1].Texts[0] {
			t.Fatalf("texts %v and %v", list[0].Texts, list[1].Texts)
		}
	}},
	{"digests are chained and cover what was written", func(t *testing.T, open Open) {
		at := newClock(time.Date(2026, 1, 2, 3, 4, 5, 6789, time.UTC))
		one, two := open(t, at.now), open(t, at.now)
		a := mustApply(t, one, batch("1", declared(curated))).Revision
		b := mustApply(t, two, batch("2", declared(mined))).Revision
		if a.Digest == b.Digest || a.BatchDigest == b.BatchDigest {
			t.Fatal("two revisions share a digest")
		}
		if got := verified(t, "", changes(t, one, 0)); got != b.Digest {
			t.Fatalf("the chain ends in %s, not in %s", got, b.Digest)
		}
	}},
	{"times come from the clock in whole microseconds and strictly increase, also when it stands still or goes back", func(t *testing.T, open Open) {
		start := time.Date(2026, 1, 2, 3, 4, 5, 6789, time.FixedZone("east", 3600))
		at := newClock(start)
		store := open(t, at.now)
		want := start.UTC().Truncate(time.Microsecond)
		for i, step := range []time.Duration{0, 0, -time.Hour, time.Hour} {
			at.set(start.Add(step))
			switch {
			case step > 0:
				want = start.Add(step).UTC().Truncate(time.Microsecond)
			case i > 0:
				want = want.Add(time.Microsecond)
			}
			if got := mustApply(t, store, batch(fmt.Sprint(i), by(curated, described(curated, fmt.Sprint(i))))).Revision.At; !got.Equal(want) || got.Location() != time.UTC {
				t.Fatalf("revision %d at %v, want %v", i+1, got, want)
			}
		}
	}},
	{"a batch of 10,000 assertions is written, rewritten and withdrawn", func(t *testing.T, open Open) {
		store := open(t, nil)
		big := rows(curated, 0, graph.MaxBatchRecords-1, "")
		mustApply(t, store, batch("1", append(big, declared(curated))...))
		again := rows(curated, 0, graph.MaxBatchRecords-1, "changed")
		if r := mustApply(t, store, batch("2", again...)).Revision; r.Written != len(again) || r.Closed != len(again) {
			t.Fatalf("revision %+v", r)
		}
		mustApply(t, store, withdraw("3", again...))
		got := read(t, store)
		if len(got.versions) != 2*len(again)+1 || !slices.Equal(replay(got.changes), got.versions) {
			t.Fatalf("%d versions, or not those of the changes", len(got.versions))
		}
	}},
}

var attemptPromises = []promise{
	{"the same key with the same batch returns the first receipt and writes nothing", func(t *testing.T, open Open) {
		store := open(t, nil)
		first := mustApply(t, store, Fixture())
		mustApply(t, store, batch("between", by(curated, described("state/fra", "France"))))
		unchanged(t, store, func() {
			again := mustApply(t, store, Fixture())
			if !again.Repeated || again.Revision != first.Revision {
				t.Fatalf("%+v, first %+v", again, first)
			}
		})
	}},
	{"the same key returns the first receipt when the store was opened again", func(t *testing.T, open Open) {
		store := open(t, nil)
		first := mustApply(t, store, Fixture())
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
		store = open(t, nil)
		unchanged(t, store, func() {
			if again := mustApply(t, store, Fixture()); !again.Repeated || again.Revision != first.Revision {
				t.Fatalf("%+v, first %+v", again, first)
			}
		})
	}},
	{"the same key returns the first receipt even when the batch would not pass any more", func(t *testing.T, open Open) {
		store := open(t, nil)
		a := declared(curated)
		mustApply(t, store, batch("1", a))
		zero := graph.RevisionNumber(1)
		gone := withdraw("2", a)
		gone.IfHead = &zero
		first := mustApply(t, store, gone)
		mustApply(t, store, batch("3", by(curated, described("state/fra", "France"))))
		unchanged(t, store, func() {
			if again := mustApply(t, store, gone); !again.Repeated || again.Revision != first.Revision {
				t.Fatalf("%+v", again)
			}
		})
	}},
	{"the same key at the same time is written once", func(t *testing.T, open Open) {
		store, other := open(t, nil), open(t, nil)
		fresh := 0
		for _, r := range together(t, 8, func(i int) (graph.Receipt, error) {
			if i%2 == 0 {
				return store.Apply(t.Context(), Fixture())
			}
			return other.Apply(t.Context(), Fixture())
		}) {
			if !r.Repeated {
				fresh++
			}
			if r.Revision.Number != 1 {
				t.Errorf("revision %d", r.Revision.Number)
			}
		}
		if fresh != 1 || mustHead(t, store).Revision != 1 {
			t.Fatalf("%d of 8 wrote", fresh)
		}
	}},
	{"the same key with another batch is a conflict", func(t *testing.T, open Open) {
		store := open(t, nil)
		mustApply(t, store, Fixture())
		head := graph.RevisionNumber(1)
		for name, change := range map[string]func(*graph.Batch){
			"assert":   func(b *graph.Batch) { b.Assert = b.Assert[1:] },
			"withdraw": func(b *graph.Batch) { b.Withdraw = []graph.AssertionKey{b.Assert[0].Key()}; b.Assert = b.Assert[1:] },
			"author":   func(b *graph.Batch) { b.Author += "!" },
			"summary":  func(b *graph.Batch) { b.Summary += "!" },
			"texts":    func(b *graph.Batch) { b.Texts = append(b.Texts, graph.NewText("en", "more", nil)) },
			"ifHead":   func(b *graph.Batch) { b.IfHead = &head },
		} {
			b := Fixture()
			change(b)
			unchanged(t, store, func() {
				_, err := store.Apply(t.Context(), b)
				if err == nil {
					t.Fatalf("%s: no conflict", name)
				}
				wantError(t, err, graph.ErrConflict)
			})
		}
	}},
	{"IfHead must equal the number of the head", func(t *testing.T, open Open) {
		store := open(t, nil)
		heads := []graph.RevisionNumber{0, 1, 2, 1 << 62}
		for number := range heads[:3] {
			for _, asked := range heads {
				if asked == heads[number] {
					continue
				}
				b := batch(fmt.Sprint("wrong", number, asked), declared(curated))
				b.IfHead = &asked
				unchanged(t, store, func() {
					_, err := store.Apply(t.Context(), b)
					wantError(t, err, graph.ErrConflict)
				})
			}
			b := batch(fmt.Sprint(number), by(curated, described(curated, fmt.Sprint(number))))
			b.IfHead = &heads[number]
			mustApply(t, store, b)
		}
	}},
	{"a key of an attempt that failed is free", func(t *testing.T, open Open) {
		store := open(t, nil)
		_, err := store.Apply(t.Context(), batch("key", by(curated, described("state/fra", "France"))))
		wantError(t, err, graph.ErrInvalid)
		mustApply(t, store, batch("key", declared(curated)))
	}},
}
