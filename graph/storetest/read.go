package storetest

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"treatygraph/graph"
)

// history writes six revisions: the fixture, a rewrite, a withdrawal, an assertion anew, texts alone, and one that changes nothing.
func history(t testing.TB, store graph.Writer) {
	t.Helper()
	mustApply(t, store, Fixture())
	b := Fixture()
	changed := b.Assert[2]
	changed.Rank = graph.RankPreferred
	mustApply(t, store, batch("rewrite", changed))
	mustApply(t, store, withdraw("withdraw", changed, b.Assert[15], b.Assert[3]))
	mustApply(t, store, batch("anew", b.Assert[2], b.Assert[15]))
	mustApply(t, store, &graph.Batch{Key: "texts", Texts: []*graph.Text{graph.NewText("en", "b", nil), graph.NewText("en", "a", nil)}})
	mustApply(t, store, batch("nothing", b.Assert[2]))
}

const historyRevisions = 6

var assertionsPromises = []promise{
	{"every version is loaded by its Ref, closed ones too", func(t *testing.T, open Open) {
		store := open(t, nil)
		history(t, store)
		_, versions := scan(t, store)
		refs := make([]graph.Ref, len(versions))
		for i, v := range versions {
			refs[i] = v.Ref
		}
		got, err := store.Assertions(t.Context(), refs)
		if err != nil || len(got) != len(versions) {
			t.Fatalf("%d of %d, error %v", len(got), len(versions), err)
		}
		for _, v := range versions {
			if body := string(graph.AppendAssertion(nil, got[v.Ref])); body != v.Body {
				t.Fatalf("%v: got %s, want %s", v.Ref, body, v.Body)
			}
		}
	}},
	{"what comes back is what was asserted", func(t *testing.T, open Open) {
		store := open(t, nil)
		mustApply(t, store, Fixture())
		for _, a := range Fixture().Assert {
			ref := graph.Ref{Statement: a.ID(), Dataset: a.Dataset, From: 1}
			got, err := store.Assertions(t.Context(), []graph.Ref{ref})
			if err != nil || !reflect.DeepEqual(got[ref], &a) {
				t.Fatalf("got %+v, want %+v, error %v", got[ref], a, err)
			}
		}
	}},
	{"missing ones are absent from the map", func(t *testing.T, open Open) {
		store := open(t, nil)
		mustApply(t, store, Fixture())
		key := Fixture().Assert[0].Key()
		there := graph.Ref{Statement: key.Statement, Dataset: key.Dataset, From: 1}
		got, err := store.Assertions(t.Context(), []graph.Ref{
			{Statement: key.Statement, Dataset: key.Dataset, From: 2},
			{Statement: key.Statement, Dataset: key.Dataset, From: 0},
			{Statement: key.Statement, Dataset: key.Dataset, From: 1 << 63},
			{Statement: key.Statement, Dataset: mined, From: 1},
			{Statement: key.Statement, Dataset: "not an id \xff\"'", From: 1},
			{Statement: "not a statement\x00", Dataset: curated, From: 1},
			{},
			there,
			there,
		})
		if err != nil || len(got) != 1 || got[there] == nil {
			t.Fatalf("got %v, error %v", got, err)
		}
		if got, err := store.Assertions(t.Context(), nil); err != nil || len(got) != 0 {
			t.Fatalf("for no Ref: %v, error %v", got, err)
		}
	}},
	{"5,000 are loaded in one call", func(t *testing.T, open Open) {
		store := open(t, nil)
		const n = 5000
		list := rows(curated, 0, n, "")
		mustApply(t, store, batch("1", append(slices.Clone(list), declared(curated))...))
		refs := make([]graph.Ref, 0, 2*n)
		for i := range list {
			key := list[i].Key()
			refs = append(refs, graph.Ref{Statement: key.Statement, Dataset: key.Dataset, From: 1})
		}
		for i := range n { // and as many that are missing
			refs = append(refs, refs[i])
			refs[n+i].From = 2
		}
		got, err := store.Assertions(t.Context(), refs)
		if err != nil || len(got) != n {
			t.Fatalf("%d of %d, error %v", len(got), n, err)
		}
		for i, ref := range refs[:n] {
			if a := got[ref]; a == nil || a.Subject != list[i].Subject {
				t.Fatalf("%v is %+v", ref, a)
			}
		}
	}},
	{"the caller owns what it gets", func(t *testing.T, open Open) {
		store := open(t, nil)
		mustApply(t, store, Fixture())
		_, versions := scan(t, store)
		refs := []graph.Ref{versions[0].Ref}
		for range 2 {
			got, err := store.Assertions(t.Context(), refs)
			if err != nil || string(graph.AppendAssertion(nil, got[refs[0]])) != versions[0].Body {
				t.Fatalf("got %+v, error %v", got[refs[0]], err)
			}
			got[refs[0]].Subject = "state/changed"
			got[refs[0]].Evidence = nil
		}
	}},
}

var textsPromises = []promise{
	{"texts are loaded with language and original bytes, missing ones are absent", func(t *testing.T, open Open) {
		store := open(t, nil)
		want := []*graph.Text{
			Fixture().Texts[0],
			graph.NewText("en", "no original", nil),
			graph.NewText("ja", "日本", []byte{0x93, 0xfa, 0x96, 0x7b, 0x00, 0xff}),
			graph.NewText("en", "line\r\nline\u2028\t\"\\", []byte("x")),
		}
		mustApply(t, store, &graph.Batch{Key: "1", Texts: want})
		hashes := []graph.TextHash{graph.HashText("missing"), "", "no hash \xff"}
		for _, text := range want {
			hashes = append(hashes, text.Hash, text.Hash)
		}
		got, err := store.Texts(t.Context(), hashes)
		if err != nil || len(got) != len(want) {
			t.Fatalf("%d texts, error %v", len(got), err)
		}
		for _, text := range want {
			if !reflect.DeepEqual(got[text.Hash], text) {
				t.Errorf("got %+v, want %+v", got[text.Hash], text)
			}
		}
	}},
	{"5,000 hashes are asked in one call", func(t *testing.T, open Open) {
		store := open(t, nil)
		b := &graph.Batch{Key: "1"}
		hashes := make([]graph.TextHash, 5000)
		for i := range hashes {
			text := graph.NewText("en", fmt.Sprint("text ", i), nil)
			hashes[i] = text.Hash
			if i%2 == 0 {
				b.Texts = append(b.Texts, text)
			}
		}
		mustApply(t, store, b)
		got, err := store.Texts(t.Context(), hashes)
		if err != nil || len(got) != len(b.Texts) {
			t.Fatalf("%d of %d, error %v", len(got), len(b.Texts), err)
		}
	}},
}

var scanPromises = []promise{
	{"an empty store has a head and no versions", func(t *testing.T, open Open) {
		store := open(t, nil)
		head, versions := scan(t, store)
		if head != mustHead(t, store) || len(versions) != 0 {
			t.Fatalf("head %v, %d versions", head, len(versions))
		}
	}},
	{"every version comes once, closed ones included, in the order of Ref", func(t *testing.T, open Open) {
		store := open(t, nil)
		history(t, store)
		head, versions := scan(t, store)
		if head != mustHead(t, store) {
			t.Fatalf("head %v", head)
		}
		closed := 0
		for i, v := range versions {
			if i > 0 && versions[i-1].Ref.Compare(v.Ref) >= 0 {
				t.Fatalf("%v after %v", v.Ref, versions[i-1].Ref)
			}
			if v.To != 0 {
				closed++
			}
		}
		if want := len(Fixture().Assert) + 1 + 2; len(versions) != want || closed != 4 {
			t.Fatalf("%d versions, %d closed", len(versions), closed)
		}
	}},
	{"bodies are the canonical encoding of what was asserted", func(t *testing.T, open Open) {
		store := open(t, nil)
		b := Fixture()
		mustApply(t, store, b)
		want := make(map[string]bool)
		for i := range b.Assert {
			want[string(graph.AppendAssertion(nil, &b.Assert[i]))] = true
		}
		_, versions := scan(t, store)
		for _, v := range versions {
			if !want[v.Body] {
				t.Fatalf("body %s", v.Body)
			}
			a, err := graph.DecodeAssertion(v.Body)
			if err != nil || a.Key() != (graph.AssertionKey{Statement: v.Ref.Statement, Dataset: v.Ref.Dataset}) {
				t.Fatalf("%v, error %v", v.Ref, err)
			}
		}
		if len(versions) != len(want) {
			t.Fatalf("%d versions of %d", len(versions), len(want))
		}
	}},
	{"it shows one head: what is written and closed while it runs does not appear", func(t *testing.T, open Open) {
		store := open(t, nil)
		const n = 9000
		list := rows(curated, 0, n, "")
		mustApply(t, store, batch("1", append(slices.Clone(list), declared(curated))...))
		head, versions, err := store.Scan(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		count := 0
		for v, err := range versions {
			if err != nil {
				t.Fatal(err)
			}
			if count == 0 { // the body of the loop may use the store
				mustApply(t, store, withdraw("2", list...))
				mustApply(t, store, batch("3", rows(curated, n, 10, "")...))
			}
			count++
			if v.Ref.From > head.Revision || v.To != 0 {
				t.Fatalf("%v to %d in a scan of head %d", v.Ref, v.To, head.Revision)
			}
		}
		if count != n+1 {
			t.Fatalf("%d versions", count)
		}
	}},
	{"it can be left early and begun again", func(t *testing.T, open Open) {
		store := open(t, nil)
		history(t, store)
		_, all := scan(t, store)
		for range 50 { // more than any pool of connections
			_, versions, err := store.Scan(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for v, err := range versions {
				if err != nil || v.Ref != all[0].Ref {
					t.Fatalf("%v, error %v", v.Ref, err)
				}
				break
			}
			for range store.Changes(t.Context(), 0) {
				break
			}
			for range store.Revisions(t.Context(), 0) {
				break
			}
		}
		mustApply(t, store, batch("after", by(curated, described("state/fra", "France"))))
	}},
}

var revisionsPromises = []promise{
	{"they come in order, after any revision, with the receipts' content", func(t *testing.T, open Open) {
		store := open(t, nil)
		history(t, store)
		list := changes(t, store, 0)
		for after := range graph.RevisionNumber(historyRevisions + 3) {
			n := int(after)
			for r, err := range store.Revisions(t.Context(), after) {
				if err != nil || n >= len(list) || r != list[n].Revision {
					t.Fatalf("after %d: %+v, error %v", after, r, err)
				}
				n++
			}
			if n < len(list) {
				t.Fatalf("after %d: ended at %d", after, n)
			}
		}
	}},
	{"hundreds of small ones come whole", func(t *testing.T, open Open) {
		store := open(t, nil)
		const n = 600
		for i := range n {
			mustApply(t, store, batch(fmt.Sprint(i), by(curated, described(curated, fmt.Sprint(i)))))
		}
		count := 0
		for r, err := range store.Revisions(t.Context(), 0) {
			if count++; err != nil || int(r.Number) != count {
				t.Fatalf("%+v, error %v", r, err)
			}
		}
		if list := changes(t, store, 0); count != n || len(list) != n {
			t.Fatalf("%d revisions, %d changes", count, len(list))
		}
	}},
}

var changesPromises = []promise{
	{"each is whole, in the order of its Refs, and verifies against the digest before", func(t *testing.T, open Open) {
		store := open(t, nil)
		history(t, store)
		list := changes(t, store, 0)
		if got := verified(t, "", list); len(list) != historyRevisions || got != mustHead(t, store).Digest {
			t.Fatalf("%d changes, digest %s", len(list), got)
		}
		for _, c := range list {
			if !slices.IsSortedFunc(c.Written, func(a, b graph.Version) int { return a.Ref.Compare(b.Ref) }) ||
				!slices.IsSortedFunc(c.Closed, graph.Ref.Compare) || !slices.IsSorted(c.Texts) {
				t.Fatalf("revision %d is out of order", c.Revision.Number)
			}
		}
	}},
	{"they say what each revision wrote, closed and added", func(t *testing.T, open Open) {
		store := open(t, nil)
		history(t, store)
		for i, want := range [historyRevisions][3]int{{len(Fixture().Assert), 0, 1}, {1, 1, 0}, {0, 3, 0}, {2, 0, 0}, {0, 0, 2}, {0, 0, 0}} {
			c := changes(t, store, graph.RevisionNumber(i))[0]
			if got := [3]int{len(c.Written), len(c.Closed), len(c.Texts)}; got != want {
				t.Errorf("revision %d: %v, want %v", i+1, got, want)
			}
			for _, v := range c.Written {
				if v.To != 0 || v.Ref.From != c.Revision.Number {
					t.Errorf("revision %d: written %v to %d", i+1, v.Ref, v.To)
				}
			}
		}
	}},
	{"replayed they give what Scan gives", func(t *testing.T, open Open) {
		store := open(t, nil)
		history(t, store)
		got := read(t, store)
		if !slices.Equal(replay(got.changes), got.versions) {
			t.Fatal("another state")
		}
	}},
	{"they resume after every revision", func(t *testing.T, open Open) {
		store := open(t, nil)
		history(t, store)
		all := changes(t, store, 0)
		for after := range all {
			if got := changes(t, store, graph.RevisionNumber(after)); !slices.EqualFunc(got, all[after:], equalChange) {
				t.Fatalf("after %d: other changes", after)
			}
		}
	}},
	{"after the head or beyond it there is nothing", func(t *testing.T, open Open) {
		store := open(t, nil)
		for _, after := range []graph.RevisionNumber{0, 1, 1 << 40, 1<<64 - 1} {
			if got := changes(t, store, after); len(got) != 0 {
				t.Fatalf("empty store, after %d: %d changes", after, len(got))
			}
		}
		history(t, store)
		for _, after := range []graph.RevisionNumber{historyRevisions, historyRevisions + 1, 1 << 40, 1 << 63, 1<<64 - 1} {
			if got := changes(t, store, after); len(got) != 0 {
				t.Fatalf("after %d: %d changes", after, len(got))
			}
			for r, err := range store.Revisions(t.Context(), after) {
				t.Fatalf("after %d: revision %v, error %v", after, r, err)
			}
		}
	}},
	{"they go up to the head when called", func(t *testing.T, open Open) {
		store := open(t, nil)
		history(t, store)
		count := 0
		for _, err := range store.Changes(t.Context(), 0) {
			if err != nil {
				t.Fatal(err)
			}
			mustApply(t, store, batch(fmt.Sprint("during ", count), by(curated, described("state/fra", fmt.Sprint(count)))))
			if count++; count > historyRevisions {
				t.Fatal("revisions written after the call came too")
			}
		}
		if count != historyRevisions {
			t.Fatalf("%d changes", count)
		}
	}},
}
