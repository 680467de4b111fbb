package storetest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"treatygraph/graph"
)

// long writes a history of many revisions: history, every text that is tempting to change, originals, the longest body, closings and assertions
// anew, each revision under a key of its own.
func long(t testing.TB, store graph.Writer) {
	t.Helper()
	history(t, store)
	list := []graph.Assertion{declared("dataset/long")}
	for _, text := range texts {
		list = append(list, by("dataset/long", described("topic/long", text)))
	}
	mustApply(t, store, batch("long values", list...))
	for i, text := range texts {
		b := withdraw("long "+text, list[1+i])
		b.Author, b.Summary = text, text+text
		b.Texts = []*graph.Text{graph.NewText("zh", text+"原文", []byte(text+"\x81\x00\xff")), graph.NewText("ru", text+"оригинал", nil)}
		mustApply(t, store, b)
		if i%3 == 0 {
			mustApply(t, store, batch("anew "+text, list[1+i]))
		}
	}
	for i, on := range dates[:len(dates)-1] {
		a := by(curated, graph.Claim{Subject: "treaty/npt", Predicate: graph.PredForeseen, Valid: graph.Interval{From: date(on)}})
		a.Evidence = []graph.Evidence{{Citation: fmt.Sprint(i)}}
		mustApply(t, store, batch("date "+on, a))
		a.Evidence[0].Citation += " again"
		mustApply(t, store, batch("date again "+on, a))
	}
}

// A step is one revision with its texts, as Restore takes it.
type step struct {
	change graph.Change
	texts  []*graph.Text
}

// steps returns the history of the plainest store.
func (m *model) steps() []step {
	list := make([]step, len(m.changes))
	for i, c := range m.changes {
		list[i].change = c
		for _, hash := range c.Texts {
			list[i].texts = append(list[i].texts, m.texts[hash])
		}
	}
	return list
}

// An original is the plainest store as a writer: the store whose history is restored.
type original struct {
	*model
	clock func() time.Time
}

func newOriginal(clock func() time.Time) original { return original{newModel(graph.Head{}), clock} }

// Apply implements graph.Writer.
func (o original) Apply(_ context.Context, b *graph.Batch) (graph.Receipt, error) {
	return o.apply(b, o.clock())
}

// alter returns the step with a change to a copy of it that shares nothing which the change may touch.
func (s step) alter(change func(*step)) step {
	c := step{change: s.change, texts: slices.Clone(s.texts)}
	c.change.Written, c.change.Closed, c.change.Texts = slices.Clone(c.change.Written), slices.Clone(c.change.Closed), slices.Clone(c.change.Texts)
	change(&c)
	return c
}

func (s step) restore(ctx context.Context, store graph.Store) error {
	return store.Restore(ctx, &s.change, s.texts)
}

func mustRestore(t testing.TB, store graph.Store, list []step) {
	t.Helper()
	for _, s := range list {
		if err := s.restore(t.Context(), store); err != nil {
			t.Fatalf("restore revision %d: %v", s.change.Revision.Number, err)
		}
	}
}

// A refusal is a step that may not follow the fixture and its rewrite, made from the third step of history, which may. The error is of its class and
// names what it says.
type refusal struct {
	sentence string
	class    error
	names    string
	spoil    func(s *step, before graph.Digest)
}

// sealed makes an alteration whose digest fits again, as a forger would.
func sealed(f func(s *step)) func(*step, graph.Digest) {
	return func(s *step, before graph.Digest) {
		f(s)
		c := &s.change
		c.Revision.Written, c.Revision.Closed = len(c.Written), len(c.Closed)
		c.Revision.Digest = c.Seal(before)
	}
}

func plain(f func(s *step)) func(*step, graph.Digest) {
	return func(s *step, _ graph.Digest) { f(s) }
}

// wrote puts an assertion among what the step writes, under the Ref that is its own.
func wrote(s *step, a graph.Assertion) {
	s.change.Written = []graph.Version{{Ref: graph.Ref{Statement: a.ID(), Dataset: a.Dataset, From: s.change.Revision.Number}, Body: string(graph.AppendAssertion(nil, &a))}}
}

func added(s *step, text *graph.Text) {
	s.change.Texts, s.texts = []graph.TextHash{text.Hash}, []*graph.Text{text}
}

var refusals = []refusal{
	{"a number beyond the next", graph.ErrConflict, "revision 4", sealed(func(s *step) { s.change.Revision.Number++; s.change.Written = nil })},
	{"number 0", graph.ErrInvalid, "number", sealed(func(s *step) { s.change.Revision.Number = 0; s.change.Written = nil })},
	{"another chain", graph.ErrConflict, "revision 3", func(s *step, _ graph.Digest) { s.change.Revision.Digest = s.change.Seal("") }},
	{"an author changed", graph.ErrConflict, "revision 3", plain(func(s *step) { s.change.Revision.Author += "!" })},
	{"a time changed", graph.ErrConflict, "revision 3", plain(func(s *step) { s.change.Revision.At = s.change.Revision.At.Add(time.Microsecond) })},
	{"a closing left out", graph.ErrInvalid, "closed", plain(func(s *step) { s.change.Closed = s.change.Closed[1:] })},
	{"a closing left out and not counted", graph.ErrConflict, "revision 3", plain(func(s *step) { s.change.Closed = s.change.Closed[1:]; s.change.Revision.Closed-- })},
	{"a key that another revision has", graph.ErrConflict, "fixture", sealed(func(s *step) { s.change.Revision.Key = "fixture" })},
	{"a key that is empty", graph.ErrInvalid, "key", sealed(func(s *step) { s.change.Revision.Key = "" })},
	{"a time that is not later", graph.ErrInvalid, "at", sealed(func(s *step) { s.change.Revision.At = s.change.Revision.At.Add(-time.Hour) })},
	{"a time between microseconds", graph.ErrInvalid, "at", sealed(func(s *step) { s.change.Revision.At = s.change.Revision.At.Add(1) })},
	{"a digest that is none", graph.ErrInvalid, "digest", plain(func(s *step) { s.change.Revision.Digest = "digest" })},
	{"a batch digest that is none", graph.ErrInvalid, "batchDigest", sealed(func(s *step) { s.change.Revision.BatchDigest = "" })},
	{"an author that is too long", graph.ErrInvalid, "author", sealed(func(s *step) { s.change.Revision.Author = strings.Repeat("a", graph.MaxNoteBytes+1) })},
	{"a closing of what was closed before", graph.ErrInvalid, "closed[0]", sealed(func(s *step) {
		rewritten := s.change.Closed[2] // of revision 2, which closed its version of revision 1
		rewritten.From = 1
		s.change.Closed = []graph.Ref{rewritten}
	})},
	{"a closing of what never was", graph.ErrInvalid, "closed[0]", sealed(func(s *step) {
		a := by(curated, described("topic/never", "never"))
		s.change.Closed = []graph.Ref{{Statement: a.ID(), Dataset: curated, From: 1}}
	})},
	{"closings out of order", graph.ErrInvalid, "closed[1]", sealed(func(s *step) { slices.Reverse(s.change.Closed) })},
	{"a closing twice", graph.ErrInvalid, "closed[1]", sealed(func(s *step) { s.change.Closed[1] = s.change.Closed[0] })},
	{"a second open version", graph.ErrInvalid, "written[0]", sealed(func(s *step) {
		a := by(curated, described(mined, "what rules read"))
		a.Rank = graph.RankPreferred
		wrote(s, a)
	})},
	{"a body that is none", graph.ErrInvalid, "body", sealed(func(s *step) { wrote(s, declared("dataset/x")); s.change.Written[0].Body = "{}x" })},
	{"a body that is not canonical", graph.ErrInvalid, "body", sealed(func(s *step) {
		wrote(s, declared("dataset/x"))
		s.change.Written[0].Body = strings.Replace(s.change.Written[0].Body, "a dataset", `a\u0020dataset`, 1)
	})},
	{"a body that is not UTF-8", graph.ErrInvalid, "body", sealed(func(s *step) {
		wrote(s, declared("dataset/x"))
		s.change.Written[0].Body = strings.Replace(s.change.Written[0].Body, "a dataset", "a \xffdataset", 1)
	})},
	{"a body of another claim", graph.ErrInvalid, "statement", sealed(func(s *step) {
		wrote(s, declared("dataset/x"))
		other := declared("dataset/y")
		s.change.Written[0].Ref.Statement = other.ID()
	})},
	{"a body of another dataset", graph.ErrInvalid, "dataset", sealed(func(s *step) { wrote(s, declared("dataset/x")); s.change.Written[0].Ref.Dataset = curated })},
	{"a dataset of another kind", graph.ErrInvalid, "dataset", sealed(func(s *step) { wrote(s, by("state/usa", described("topic/x", "x"))) })},
	{"a subject that is no ID", graph.ErrInvalid, "subject", sealed(func(s *step) { wrote(s, by(curated, described("nothing", "x"))) })},
	{"an object that is no ID", graph.ErrInvalid, "object", sealed(func(s *step) { wrote(s, by(curated, claim("state/usa", graph.PredSigned, "nothing", ""))) })},
	{"an object where none is due", graph.ErrInvalid, "object", sealed(func(s *step) {
		a := by(curated, described("topic/x", "x"))
		a.Object = "state/usa"
		wrote(s, a)
	})},
	{"a value where none is due", graph.ErrInvalid, "value", sealed(func(s *step) {
		a := by(curated, claim("state/usa", graph.PredSigned, "treaty/npt", ""))
		a.Value = described("topic/x", "x").Value
		wrote(s, a)
	})},
	{"a version of another revision", graph.ErrInvalid, "from", sealed(func(s *step) { wrote(s, declared("dataset/x")); s.change.Written[0].Ref.From = 2 })},
	{"versions out of order", graph.ErrInvalid, "written[1]", sealed(func(s *step) {
		wrote(s, declared("dataset/x"))
		first := s.change.Written[0]
		wrote(s, declared("dataset/y"))
		s.change.Written = append(s.change.Written, first)
		if s.change.Written[0].Ref.Compare(first.Ref) < 0 {
			slices.Reverse(s.change.Written)
		}
	})},
	{"a tombstone that tells more than it may", graph.ErrInvalid, "redacted", sealed(func(s *step) {
		a := declared("dataset/x")
		ref := graph.Ref{Statement: a.ID(), Dataset: a.Dataset, From: 3}
		a.Redacted = graph.Digest(strings.Repeat("0", 64))
		s.change.Written = []graph.Version{{Ref: ref, Body: string(graph.AppendAssertion(nil, &a))}}
	})},
	{"a tombstone of another predicate", graph.ErrInvalid, "redacted", sealed(func(s *step) {
		stone, err := graph.Tombstone(string(graph.AppendAssertion(nil, new(declared("dataset/x")))))
		if err != nil {
			panic(err) // a fixture is wrong
		}
		wrote(s, by("dataset/x", claim("dataset/x", graph.PredConcluded, "", "")))
		s.change.Written[0].Body = stone
	})},
	{"more than a batch may hold", graph.ErrInvalid, "written", sealed(func(s *step) {
		s.change.Written = nil
		for _, a := range rows(curated, 0, graph.MaxBatchRecords+1, "") {
			s.change.Written = append(s.change.Written, graph.Version{Ref: graph.Ref{Statement: a.ID(), Dataset: curated, From: 3}, Body: string(graph.AppendAssertion(nil, &a))})
		}
		slices.SortFunc(s.change.Written, func(a, b graph.Version) int { return a.Ref.Compare(b.Ref) })
	})},
	{"a text that did not come", graph.ErrInvalid, "texts", sealed(func(s *step) { s.change.Texts = []graph.TextHash{graph.HashText("x")} })},
	{"a text that is not the revision's", graph.ErrInvalid, "texts", plain(func(s *step) { s.texts = []*graph.Text{graph.NewText("en", "x", nil)} })},
	{"a text that is not what its hash says", graph.ErrInvalid, "hash", sealed(func(s *step) {
		added(s, graph.NewText("en", "x", nil))
		s.texts[0] = &graph.Text{Hash: s.texts[0].Hash, Lang: "en", Body: "y"}
	})},
	{"a text that is missing", graph.ErrInvalid, "hash", sealed(func(s *step) { added(s, graph.NewText("en", "x", nil)); s.texts[0] = nil })},
	{"a text that is held already", graph.ErrInvalid, "text[0]", sealed(func(s *step) { added(s, graph.NewText("zh", fixtureText, nil)) })},
}

var restorePromises = []promise{
	{"a history restored gives the same scan, changes, revisions, texts and head, but for the identity", func(t *testing.T, open Open) {
		original, store := newOriginal(time.Now), open(t, nil)
		own := mustHead(t, store).Store
		long(t, original)
		list := original.steps()
		mustRestore(t, store, list)
		sameHistory(t, store, original)
		if mustHead(t, store).Store != own {
			t.Error("the store has another identity")
		}
		for _, s := range list {
			got, err := store.Texts(t.Context(), s.change.Texts)
			if err != nil || len(got) != len(s.texts) {
				t.Fatalf("%d texts of %d, error %v", len(got), len(s.texts), err)
			}
			for _, text := range s.texts {
				if !reflect.DeepEqual(got[text.Hash], text) {
					t.Fatalf("got text %+v, want %+v", got[text.Hash], text)
				}
			}
		}
		var revisions []graph.Revision
		for r, err := range store.Revisions(t.Context(), 0) {
			if err != nil {
				t.Fatal(err)
			}
			revisions = append(revisions, r)
		}
		if !slices.EqualFunc(revisions, list, func(r graph.Revision, s step) bool { return r == s.change.Revision }) {
			t.Error("other revisions")
		}
	}},
	{"a restored history is there when the store is opened again", func(t *testing.T, open Open) {
		original, store := newOriginal(time.Now), open(t, nil)
		history(t, original)
		mustRestore(t, store, original.steps())
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
		sameHistory(t, open(t, nil), original)
	}},
	{"batches go on after a restored history as after the original", func(t *testing.T, open Open) {
		at := newClock(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
		original, store := newOriginal(at.now), open(t, at.now)
		history(t, original)
		mustRestore(t, store, original.steps())
		b := Fixture()
		next := batch("next", by(curated, claim("state/usa", graph.PredRatified, "treaty/npt", "1970-03-05")), declared("dataset/next"))
		for _, b := range []*graph.Batch{next, withdraw("gone", b.Assert[5]), batch("again", b.Assert[5])} {
			if mustApply(t, store, b) != mustApply(t, original, b) {
				t.Fatalf("another receipt of %s", b.Key)
			}
		}
		sameHistory(t, store, original)
	}},
	{"the key of a restored revision returns its receipt", func(t *testing.T, open Open) {
		original, store := newOriginal(time.Now), open(t, nil)
		history(t, original)
		first := mustApply(t, original, Fixture())
		mustRestore(t, store, original.steps())
		unchanged(t, store, func() {
			if got := mustApply(t, store, Fixture()); got != first {
				t.Fatalf("got %+v, want %+v", got, first)
			}
			b := Fixture()
			b.Summary = "another"
			_, err := store.Apply(t.Context(), b)
			wantError(t, err, graph.ErrConflict)
		})
	}},
	{"a revision that is there already is left as it is, and another of its number is a conflict", func(t *testing.T, open Open) {
		original, store := newOriginal(time.Now), open(t, nil)
		history(t, original)
		list := original.steps()
		mustRestore(t, store, list[:4])
		unchanged(t, store, func() {
			mustRestore(t, store, list[:4])
			forged := list[2].alter(func(s *step) {
				s.change.Revision.Author = "another"
				s.change.Revision.Digest = s.change.Seal(list[1].change.Revision.Digest)
			})
			wantError(t, mustFail(t, forged.restore(t.Context(), store)), graph.ErrConflict)
		})
		mustRestore(t, store, list)
		sameHistory(t, store, original)
	}},
	{"a revision is restored on top of what was applied, and only there", func(t *testing.T, open Open) {
		at := newClock(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
		original, store := newOriginal(at.now), open(t, at.now)
		history(t, original)
		mustApply(t, store, Fixture()) // the same revision, as the clocks are one
		list := original.steps()
		unchanged(t, store, func() {
			wantError(t, mustFail(t, list[2].restore(t.Context(), store)), graph.ErrConflict)
		})
		mustRestore(t, store, list[1:])
		sameHistory(t, store, original)
		unchanged(t, store, func() {
			other := open(t, at.now)
			wantError(t, mustFail(t, list[0].alter(func(s *step) {
				s.change.Revision.Summary = "another"
				s.change.Revision.Digest = s.change.Seal("")
			}).restore(t.Context(), other)), graph.ErrConflict)
		})
	}},
	{"what does not fit is refused, named, and nothing is written", func(t *testing.T, open Open) {
		original, store := newOriginal(time.Now), open(t, nil)
		history(t, original)
		list := original.steps()
		mustRestore(t, store, list[:2])
		before := read(t, store)
		for _, r := range refusals {
			t.Run(r.sentence, func(t *testing.T) {
				s := list[2].alter(func(s *step) { r.spoil(s, list[1].change.Revision.Digest) })
				err := mustFail(t, s.restore(t.Context(), store))
				wantError(t, err, r.class)
				var named *graph.InvalidError
				if errors.As(err, &named) && !strings.HasPrefix(named.Record, fmt.Sprint("revision ", s.change.Revision.Number)) || !strings.Contains(err.Error(), r.names) {
					t.Errorf("got %v, which does not name %s", err, r.names)
				}
				if after := mustHead(t, store); after != before.head {
					t.Errorf("the head moved to %v", after)
				}
			})
		}
		if !read(t, store).equal(before) {
			t.Fatal("something was written")
		}
		mustRestore(t, store, list) // so that each of them failed for its one change only
		sameHistory(t, store, original)
	}},
	{"a tombstone is restored in the place of the body that it stands for", func(t *testing.T, open Open) {
		original, store := newOriginal(time.Now), open(t, nil)
		history(t, original)
		list := original.steps()
		var stone graph.Version
		list[0] = list[0].alter(func(s *step) {
			v := &s.change.Written[5]
			body, err := graph.Tombstone(v.Body)
			if err != nil {
				t.Fatal(err)
			}
			v.Body = body
			stone = *v
		})
		mustRestore(t, store, list)
		got := changes(t, store, 0)
		if got[0].Written[5] != stone || verified(t, "", got) != original.head.Digest {
			t.Errorf("got %+v", got[0].Written[5])
		}
	}},
	{"a record that was redacted is restored as it is left, and goes on like the original", func(t *testing.T, open Open) {
		at := newClock(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
		original, store := newOriginal(at.now), open(t, at.now)
		a, text := confided(t, original)
		first := redaction("r", a, text)
		first.Refs = first.Refs[1:] // of one that was closed and one that is open
		original.redact(t, first, at.now())
		mustApply(t, original, batch("on", by(curated, claim("state/usa", graph.PredRatified, "treaty/npt", "1970-03-05"))))
		mustRestore(t, store, original.steps())
		sameHistory(t, store, original)
		sound(t, store)
		texts, err := store.Texts(t.Context(), []graph.TextHash{text.Hash})
		if err != nil || !reflect.DeepEqual(texts[text.Hash], original.texts[text.Hash]) || !texts[text.Hash].Redacted {
			t.Fatalf("the text is %+v, error %v", texts[text.Hash], err)
		}
		unchanged(t, store, func() {
			mustRestore(t, store, original.steps())
			if again := mustRedact(t, store, first); again.Revision != original.receipts["r"] || !again.Repeated {
				t.Fatalf("redacted again: %+v", again)
			}
		})
		// What is left goes in the restored store as it goes in the original.
		second := redaction("rest", a, text)
		original.redact(t, second, at.now())
		before := mustHead(t, store)
		if receipt := mustRedact(t, store, second); receipt.Revision != original.receipts["rest"] {
			t.Fatalf("got %+v, want %+v", receipt.Revision, original.receipts["rest"])
		}
		if mustHead(t, store).Store == before.Store {
			t.Error("the store has its old identity")
		}
		for _, b := range []*graph.Batch{batch("says it again", by(mined, a.Claim)), withdraw("closes", by(mined, a.Claim)), batch("anew", by(mined, a.Claim))} {
			if got, want := mustApply(t, store, b), mustApply(t, original, b); got != want {
				t.Fatalf("%s: got %+v, want %+v", b.Key, got, want)
			}
		}
		mustRestore(t, store, original.steps())
		sameHistory(t, store, original)
		sound(t, store)
	}},
	{"a handle that was open before a redaction restores nothing more", func(t *testing.T, open Open) {
		at := newClock(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
		original, store, other := newOriginal(at.now), open(t, at.now), open(t, at.now)
		a, text := confided(t, original)
		mustRestore(t, store, original.steps())
		r := redaction("r", a, text)
		original.redact(t, r, at.now())
		mustRedact(t, store, r)
		mustApply(t, original, batch("on", declared("dataset/on")))
		next := original.steps()[4:]
		unchanged(t, store, func() {
			err := mustFail(t, next[0].restore(t.Context(), other))
			wantError(t, err, graph.ErrCorrupt)
			if !strings.Contains(err.Error(), "start again") {
				t.Errorf("got %v", err)
			}
		})
		mustRestore(t, store, next)
		sameHistory(t, open(t, at.now), original)
	}},
	{"a restored revision signals, one that was there does not", func(t *testing.T, open Open) {
		original, store := newOriginal(time.Now), open(t, nil)
		history(t, original)
		list := original.steps()
		drain(store)
		mustRestore(t, store, list[:1])
		select {
		case <-store.Changed():
		default:
			t.Fatal("no signal")
		}
		drain(store)
		mustRestore(t, store, list[:1])
		select {
		case <-store.Changed():
			t.Fatal("a signal, and nothing was written")
		default:
		}
	}},
	{"a restore that is cancelled at any moment wrote the whole revision or nothing, and asking again has it", func(t *testing.T, open Open) {
		original, store := newOriginal(time.Now), open(t, nil)
		mustApply(t, original, batch("start", declared(curated)))
		for i := range 20 {
			mustApply(t, original, batch(fmt.Sprint(i), rows(curated, 0, 1000, fmt.Sprint(i))...))
		}
		for i, s := range original.steps() {
			ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i)*2*time.Millisecond)
			err := s.restore(ctx, store)
			cancel()
			head := mustHead(t, store)
			switch {
			case err == nil && head.Revision != s.change.Revision.Number:
				t.Fatalf("restored revision %d, and the head is %d", s.change.Revision.Number, head.Revision)
			case err != nil:
				wantError(t, err, context.DeadlineExceeded)
				mustRestore(t, store, []step{s})
			}
		}
		sameHistory(t, store, original)
	}},
	{"of a restore and a batch at the same time one is written, and the other told", func(t *testing.T, open Open) {
		original := newOriginal(time.Now)
		mustApply(t, original, batch("one", declared(curated)))
		mustApply(t, original, batch("two", rows(curated, 0, 200, "")...))
		list := original.steps()
		store, other := open(t, nil), open(t, nil)
		mustRestore(t, store, list[:1])
		var wait sync.WaitGroup
		var restored error
		var applied graph.Receipt
		var err error
		wait.Go(func() { restored = list[1].restore(t.Context(), store) })
		wait.Go(func() { applied, err = other.Apply(t.Context(), batch("beside", declared("dataset/beside"))) })
		wait.Wait()
		if err != nil {
			t.Fatal(err)
		}
		if restored != nil {
			wantError(t, restored, graph.ErrConflict)
		}
		got := read(t, store)
		verified(t, "", got.changes)
		if first := applied.Revision.Number == 2; first == (restored == nil) || len(got.changes) != 2+btoi(!first) || !slices.Equal(replay(got.changes), got.versions) {
			t.Fatalf("applied as revision %d, restored: %v, %d revisions", applied.Revision.Number, restored, len(got.changes))
		}
	}},
	{"two who restore the same history at the same time both end with it", func(t *testing.T, open Open) {
		original := newOriginal(time.Now)
		history(t, original)
		list := original.steps()
		stores := []graph.Store{open(t, nil), open(t, nil)}
		together(t, 4, func(i int) (graph.Receipt, error) {
			for _, s := range list {
				if err := s.restore(t.Context(), stores[i%2]); err != nil {
					return graph.Receipt{}, err
				}
			}
			return graph.Receipt{}, nil
		})
		sameHistory(t, stores[0], original)
	}},
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func mustFail(t testing.TB, err error) error {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	return err
}

// sameHistory asks that a store holds what the original does.
func sameHistory(t testing.TB, store graph.Store, o original) {
	t.Helper()
	got := read(t, store)
	if got.head.Revision != o.head.Revision || got.head.Digest != o.head.Digest || !slices.Equal(got.versions, o.versions) || !slices.EqualFunc(got.changes, o.changes, equalChange) {
		t.Fatalf("the history is not the original's: head %v, want %v", got.head, o.head)
	}
}
