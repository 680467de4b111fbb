package index_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"iter"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"treatygraph/graph"
	"treatygraph/index"
)

// A scans counts how often the store is read from its beginning.
type scans struct {
	*memory
	n atomic.Int32
}

func (s *scans) Scan(ctx context.Context) (graph.Head, iter.Seq2[graph.Version, error], error) {
	s.n.Add(1)
	return s.memory.Scan(ctx)
}

func followSaved(t interface{ Fatal(...any) }, store graph.Store, folder string) *index.Index {
	x, err := index.Follow(context.Background(), store, index.Options{Folder: folder})
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func write(t interface{ Fatal(...any) }, m graph.Store, b *graph.Batch) graph.RevisionNumber {
	r, err := m.Apply(context.Background(), b)
	if err != nil {
		t.Fatal(err)
	}
	return r.Revision.Number
}

// writeSome writes random revisions, with evidence in documents and statements about others among them.
func writeSome(t *rapid.T, m *memory, name string) {
	for n := range rapid.IntRange(0, 6).Draw(t, name) {
		b, some := drawBatch(t, m, n)
		b.Key = fmt.Sprint(name, n)
		if !some {
			continue
		}
		for i := range b.Assert {
			a := &b.Assert[i]
			if len(a.Evidence) > 0 {
				a.Evidence[0].Document = rapid.SampledFrom([]graph.ID{"", "document/a", "document/b"}).Draw(t, "document")
			}
			if a.Predicate == graph.PredSigned && rapid.Bool().Draw(t, "about") {
				claim := named("treaty/a", "treaty/a").Claim
				a.Qualifiers.About = claim.ID()
				if slices.Contains(b.Withdraw, a.Key()) { // it is another claim now
					a.Qualifiers.About = ""
				}
			}
		}
		write(t, m, b)
	}
}

// baseWithDocuments is base and two documents.
func baseWithDocuments() *graph.Batch {
	b := base()
	b.Assert = append(b.Assert, named("document/a", "A"), named("document/b", "B"))
	return b
}

func TestASavedIndexAnswersLikeOneReadFromTheStore(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		folder, err := os.MkdirTemp(dir, "")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(folder)
		store := &scans{memory: newMemory()}
		m := store.memory
		write(t, m, baseWithDocuments())
		first := followSaved(t, store, folder)
		writeSome(t, m, "before")
		reach(t, first, m.head.Revision)
		first.Close()
		writeSome(t, m, "while away")
		loaded := followSaved(t, store, folder)
		defer loaded.Close()
		if n := store.n.Load(); n != 1 {
			t.Fatalf("the store was scanned %d times, want once", n)
		}
		if got, want := loaded.MemoryBytes(), follow(t, m).MemoryBytes(); got != want {
			t.Fatalf("it takes %+v, read from the store %+v", got, want)
		}
		writeSome(t, m, "after")
		o := newModel(m)
		s, scanned := reach(t, loaded, o.head), follow(t, m).Snapshot()
		for range 6 {
			compareStatements(t, s, o, drawQuery(t, o.head))
			at := drawAsOf(t, o.head)
			compareEntities(t, s, o, at)
			compareAnswers(t, s, scanned, o, at)
		}
		if !bytes.Equal(s.Saved(), scanned.Saved()) {
			t.Fatal("it is saved otherwise than when read from the store")
		}
	})
}

// compareAnswers compares what the model does not answer.
func compareAnswers(t *rapid.T, got, want *index.Snapshot, o *model, at index.AsOf) {
	same := func(what string, got, want any) {
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("%s at %+v:\n%+v, want\n%+v", what, at, got, want)
		}
	}
	same("head", got.Head(), want.Head())
	same("time", got.At(), want.At())
	day := graph.MustDate("1992-01-01").Earliest()
	for _, id := range slices.Concat(someTreaties, someStates) {
		same("label", got.Label(id, "zh", at), want.Label(id, "zh", at))
		same("identifiers", got.Identifiers(id, at), want.Identifiers(id, at))
		same("status", got.InstrumentStatus(id, day, at), want.InstrumentStatus(id, day, at))
		same("party", got.PartyStatus("state/a", id, day, at), want.PartyStatus("state/a", id, day, at))
	}
	for _, f := range o.facts(index.AsOf{}) {
		same("versions", got.Versions(f.id), want.Versions(f.id))
		same("documents", got.Documents(f.id, at), want.Documents(f.id, at))
	}
	for n := range o.head + 2 {
		a, _ := got.Revision(n)
		b, _ := want.Revision(n)
		same("revision", a, b)
	}
}

// small returns a store with some of everything, and the file of its index.
func small(t testing.TB) (*memory, []byte) {
	m := newMemory()
	var first []graph.Assertion
	for _, id := range []graph.ID{"dataset/a", "dataset/b", "dataset/c", "document/a", "document/b", "state/a", "state/b", "state/c", "treaty/a", "treaty/b"} {
		first = append(first, named(id, string(id)))
	}
	apply(t, m, "first", first...)
	signed := says("dataset/b", graph.Claim{Subject: "state/a", Predicate: graph.PredSigned, Object: "treaty/a", Valid: graph.Interval{From: graph.MustDate("1991-05")}})
	signed.Evidence = []graph.Evidence{{Document: "document/a", Citation: "p. 1"}, {Document: "document/b", Citation: "p. 2"}}
	reserved := says("dataset/b", graph.Claim{Subject: "state/b", Predicate: graph.PredSigned, Object: "treaty/a", Qualifiers: graph.Qualifiers{About: signed.Claim.ID()}})
	reserved.Rank = graph.RankPreferred
	wikidata := graph.IdentifierValue(graph.Identifier{Scheme: graph.SchemeWikidata, Value: "Q1"})
	apply(t, m, "more", signed, reserved, named("treaty/a", "条约"), says("dataset/c", named("treaty/a", "条约").Claim),
		says("dataset/a", graph.Claim{Subject: "treaty/b", Predicate: graph.PredMergedInto, Object: "treaty/a", Valid: graph.Interval{From: graph.MustDate("1995")}}),
		says("dataset/a", graph.Claim{Subject: "treaty/a", Predicate: graph.PredIdentifiedBy, Value: &wikidata}),
		says("dataset/a", graph.Claim{Subject: "state/c", Predicate: graph.PredBoundBy, Object: "treaty/a", Valid: graph.Interval{From: graph.MustDate("1990"), To: graph.Open}}))
	again := named("treaty/a", "条约")
	write(t, m, &graph.Batch{Key: "less", Withdraw: []graph.AssertionKey{signed.Key(), again.Key()}})
	again.Rank = graph.RankPreferred
	apply(t, m, "again", again)
	x, err := index.Follow(context.Background(), m, index.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close() // before the caller changes the store behind it
	return m, x.Snapshot().Saved()
}

// askEverything asks all that a snapshot answers, now and in the past, of all days and of one.
func askEverything(s *index.Snapshot) {
	day := graph.MustDate("1996-01-01").Earliest()
	for _, revision := range []graph.RevisionNumber{0, 2} {
		for _, at := range []index.AsOf{{Revision: revision}, {Revision: revision, ValidOn: &day}} {
			page, _ := s.Entities(context.Background(), index.EntityQuery{At: at, Page: index.Page{First: 100}})
			s.Entities(context.Background(), index.EntityQuery{At: at, Order: index.OrderLabel, Language: "zh", Page: index.Page{Last: 100}})
			for _, e := range page.Items {
				for _, q := range []index.StatementQuery{{Page: index.Page{First: 100}}, {Page: index.Page{Last: 3}, Direction: index.In},
					{Page: index.Page{First: 1}, Direction: index.Out, Ranks: []graph.Rank{graph.RankNormal}, Datasets: []graph.ID{"dataset/a"}}} {
					q.Entity, q.At = e.ID, at
					statements, _ := s.Statements(q)
					for _, item := range statements.Items {
						s.Statement(item.ID, at)
						s.Versions(item.ID)
						s.Documents(item.ID, at)
						q.Page.After = item.Cursor
						s.Statements(q)
					}
					s.CountStatements(q)
				}
				s.Label(e.ID, "ru", at)
				s.Names(e.ID, at)
				s.Identifiers(e.ID, at)
				s.DatasetRefs(e.ID)
				s.InstrumentStatus(e.ID, day, at)
				s.PartyStatus("state/a", e.ID, day, at)
			}
			for _, text := range []string{"条约", "treaty/a", "Q1", "state/b"} {
				s.Lookup(text, 0, at)
			}
		}
	}
	s.At()
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func sum(body []byte) []byte {
	return binary.NativeEndian.AppendUint32(slices.Clone(body), crc32.Checksum(body, castagnoli))
}

// FuzzSavedIndex reads files whose checksum is right whatever they hold: an error is as good as answers, a panic is not.
func FuzzSavedIndex(f *testing.F) {
	_, file := small(f)
	f.Add(file[:len(file)-4])
	f.Fuzz(func(t *testing.T, body []byte) {
		s, err := index.Decode(sum(body))
		if err == nil {
			askEverything(s)
			s.Saved()
		}
	})
}

func TestAForgedFileNeverBreaksTheIndex(t *testing.T) {
	_, file := small(t)
	body := file[:len(file)-4]
	read := 0
	step := 1
	if testing.Short() {
		step = 7
	}
	for i := 0; i < len(body); i += step {
		for _, b := range []byte{body[i] + 1, 0xff} {
			forged := slices.Clone(body)
			forged[i] = b
			if s, err := index.Decode(sum(forged)); err == nil {
				read++
				askEverything(s)
			}
		}
	}
	if read == 0 {
		t.Error("no forged file was read: the checksum is made wrongly here")
	}
}

func TestADamagedFileIsNeverRead(t *testing.T) {
	m, file := small(t)
	if s, err := index.Decode(file); err != nil || !bytes.Equal(s.Saved(), file) {
		t.Fatalf("a whole file gives %v", err)
	}
	var damaged [][]byte
	for i := range file {
		flipped := slices.Clone(file)
		flipped[i] ^= 1 << (i % 8)
		damaged = append(damaged, flipped, file[:i])
	}
	damaged = append(damaged, append(slices.Clone(file), 0), append(slices.Clone(file), file...))
	for i, d := range damaged {
		if _, err := index.Decode(d); err == nil {
			t.Fatalf("damaged file %d of %d bytes is read", i, len(d))
		}
	}
	folder := t.TempDir()
	want := follow(t, m).Snapshot()
	for i := 0; i < len(damaged); i += 37 {
		put(t, folder, damaged[i])
		store := &scans{memory: m}
		x := followSaved(t, store, folder)
		got := x.Snapshot()
		if store.n.Load() != 1 || got.Head() != want.Head() || !reflect.DeepEqual(got.Names("treaty/a", index.AsOf{}), want.Names("treaty/a", index.AsOf{})) {
			t.Fatalf("over damaged file %d the index is %+v after %d scans", i, got.Head(), store.n.Load())
		}
		x.Close()
		if again, _ := os.ReadFile(filepath.Join(folder, index.SavedName)); !bytes.Equal(again, file) {
			t.Fatal("the rebuilt index is not saved in the damaged one's place")
		}
	}
}

func put(t testing.TB, folder string, file []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(folder, index.SavedName), file, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestAFileOfAnotherStoreHistoryOrFormatIsNotUsed(t *testing.T) {
	m, file := small(t)
	_, ours := small(t)
	another := func(change func(*memory)) func(*testing.T) (graph.Store, []byte) {
		return func(t *testing.T) (graph.Store, []byte) {
			m, file := small(t)
			change(m)
			return m, file
		}
	}
	if !bytes.Equal(file, ours) {
		t.Fatal("two equal stores are saved in different ways")
	}
	for name, make := range map[string]func(*testing.T) (graph.Store, []byte){
		"another identity": another(func(m *memory) { m.head.Store = "another" }),
		"another digest":   another(func(m *memory) { m.head.Digest = "0" }),
		"went back": another(func(m *memory) {
			m.changes, m.head.Revision = m.changes[:3], 3
			m.head.Digest = m.changes[2].Revision.Digest
			m.versions = slices.DeleteFunc(m.versions, func(v graph.Version) bool { return v.Ref.From == 4 })
		}),
		"another history": func(t *testing.T) (graph.Store, []byte) {
			m := newMemory()
			write(t, m, base())
			for i := range 5 {
				apply(t, m, fmt.Sprint(i), named("treaty/a", fmt.Sprint(i)))
			}
			return m, file
		},
		"another version": func(t *testing.T) (graph.Store, []byte) {
			return m, sum(bytes.Replace(file[:len(file)-4], []byte("treatygraph shape"), []byte("treatygraph shade"), 1))
		},
	} {
		t.Run(name, func(t *testing.T) {
			store, file := make(t)
			counted := &scans{memory: store.(*memory)}
			folder := t.TempDir()
			put(t, folder, file)
			var log bytes.Buffer
			x, err := index.Follow(context.Background(), counted, index.Options{Folder: folder, Logger: slog.New(slog.NewTextHandler(&log, nil))})
			if err != nil {
				t.Fatal(err)
			}
			defer x.Close()
			if counted.n.Load() != 1 || strings.Count(log.String(), "\n") != 1 || !strings.Contains(log.String(), "reason=") {
				t.Errorf("%d scans, logged %q", counted.n.Load(), log.String())
			}
		})
	}
}

func TestASavedHeadStandsWhereTheStoreRecordedIt(t *testing.T) {
	m, _ := small(t)
	head := m.head
	at := func(n graph.RevisionNumber) graph.Digest { return m.changes[n-1].Revision.Digest }
	for _, c := range []struct {
		saved graph.Head
		want  bool
	}{
		{head, true},
		{graph.Head{Store: head.Store}, true},
		{graph.Head{Store: "another"}, false},
		{graph.Head{Store: head.Store, Revision: 1, Digest: at(1)}, true},
		{graph.Head{Store: head.Store, Revision: 3, Digest: at(3)}, true},
		{graph.Head{Store: head.Store, Revision: 3, Digest: at(2)}, false},
		{graph.Head{Store: head.Store, Revision: head.Revision, Digest: at(2)}, false},
		{graph.Head{Store: head.Store, Revision: head.Revision + 1, Digest: head.Digest}, false},
	} {
		if got, err := index.Stands(context.Background(), m, c.saved); err != nil || got != c.want {
			t.Errorf("%+v: %v, %v", c.saved, got, err)
		}
	}
	m.setFail(graph.ErrUnavailable)
	if _, err := index.Stands(context.Background(), m, head); !errors.Is(err, graph.ErrUnavailable) {
		t.Errorf("a failing store gives %v", err)
	}
}

func TestASnapshotIsSavedAsItIsWhileTheWriterGoesOn(t *testing.T) {
	m, _ := small(t)
	x := follow(t, m)
	s := x.Snapshot()
	before := s.Saved()
	var saving sync.WaitGroup
	for range 2 {
		saving.Go(func() {
			for range 40 {
				if !bytes.Equal(s.Saved(), before) {
					t.Error("the snapshot is saved otherwise while the writer goes on")
					return
				}
			}
		})
	}
	var last graph.RevisionNumber
	for i := range 30 {
		b := &graph.Batch{Key: fmt.Sprint(i), Assert: []graph.Assertion{named(graph.ID(fmt.Sprintf("treaty/n%d", i)), "N")}}
		for k := range m.open { // close what the snapshot shows as open
			if k.Dataset == "dataset/a" {
				b.Withdraw = append(b.Withdraw, k)
				break
			}
		}
		last = write(t, m, b)
		reach(t, x, last)
	}
	saving.Wait()
	if now := x.Snapshot().Saved(); bytes.Equal(now, before) || !bytes.Equal(now, follow(t, m).Snapshot().Saved()) {
		t.Error("the later snapshot is not saved as it is")
	}
}

func TestTheIndexIsSavedAfterARebuildAndWhenItClosesAndForItsOwnerOnly(t *testing.T) {
	m, file := small(t)
	folder := filepath.Join(t.TempDir(), "made", "when missing")
	path := filepath.Join(folder, index.SavedName)
	x := followSaved(t, m, folder)
	eventually(t, func() bool {
		saved, _ := os.ReadFile(path)
		return bytes.Equal(saved, file)
	})
	left, fresh := filepath.Join(folder, "shape-1.tmp"), filepath.Join(folder, "shape-2.tmp")
	for _, name := range []string{left, fresh} {
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	old := time.Now().Add(-2 * time.Hour)
	if err := os.Chtimes(left, old, old); err != nil {
		t.Fatal(err)
	}
	s := reach(t, x, apply(t, m, "later", named("treaty/z", "Z")))
	x.Close()
	if saved, _ := os.ReadFile(path); !bytes.Equal(saved, s.Saved()) {
		t.Error("Close does not save")
	}
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o600 {
		t.Errorf("others may read the file: %v", info.Mode())
	}
	if entries, _ := os.ReadDir(folder); len(entries) != 2 || entries[1].Name() != "shape-2.tmp" {
		t.Errorf("the folder holds %v", entries)
	}
	before, _ := os.Stat(path)
	followSaved(t, m, folder).Close()
	if after, _ := os.Stat(path); !os.SameFile(before, after) {
		t.Error("it is saved again though nothing changed")
	}
}

func TestMuchThatWasTakenOverIsSavedAfterAWhile(t *testing.T) {
	folder := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		applyBase(t, m)
		x := followSaved(t, m, folder)
		defer x.Close()
		saved := func() graph.Head {
			synctest.Wait()
			file, _ := os.ReadFile(filepath.Join(folder, index.SavedName))
			s, err := index.Decode(file)
			if err != nil {
				t.Fatal(err)
			}
			return s.Head()
		}
		first := x.Snapshot().Head()
		for n := 0; n < index.SaveAfter; n += 2_000 {
			var list []graph.Assertion
			for i := range 2_000 {
				list = append(list, named(graph.ID(fmt.Sprintf("treaty/n%d", n+i)), "N"))
			}
			apply(t, m, fmt.Sprint(n), list...)
			if n == 0 {
				time.Sleep(2 * index.SaveEvery)
				if saved() != first {
					t.Error("little is saved")
				}
			}
		}
		time.Sleep(2 * time.Second)
		if saved() != first {
			t.Error("it is saved at once")
		}
		time.Sleep(index.SaveEvery)
		if saved() != m.head {
			t.Error("much is not saved")
		}
	})
}

func TestAFailureToSaveIsLoggedAndNoMore(t *testing.T) {
	m, _ := small(t)
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	x, err := index.Follow(context.Background(), m, index.Options{Folder: filepath.Join(file, "below"), Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelWarn}))})
	if err != nil {
		t.Fatal(err)
	}
	if err := x.Close(); err != nil {
		t.Error(err)
	}
	if n := strings.Count(log.String(), "cannot be saved"); n == 0 || n > 2 { // at the start and at Close
		t.Errorf("logged %q", log.String())
	}
}
