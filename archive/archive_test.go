package archive_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"treatygraph/archive"
	"treatygraph/graph"
	"treatygraph/graph/storetest"
)

// The golden file is of version 1 of the form: what is in it, every later program must restore.
func TestTheBytesOfAHistoryNeverChange(t *testing.T) {
	const file = "testdata/history.ndjson"
	got := write(t, record(t), 0)
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("the bytes are not those of %s", file)
	}
	store := newStore(t)
	if _, err := archive.Restore(t.Context(), bytes.NewReader(want), store, nil); err != nil {
		t.Fatal(err)
	}
	if !read(t, store).equal(read(t, record(t))) {
		t.Error("another record was restored")
	}
}

func TestAHistoryRestoredIsTheSameRecordAndGivesTheSameBytesHoweverItWasCompressed(t *testing.T) {
	original := record(t)
	plain := write(t, original, 0)
	pack := func(w interface {
		Write([]byte) (int, error)
		Close() error
	}, b *bytes.Buffer) []byte {
		if _, err := w.Write(plain); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	var g, z bytes.Buffer
	encoder, err := zstd.NewWriter(&z, zstd.WithEncoderConcurrency(1))
	if err != nil {
		t.Fatal(err)
	}
	for form, file := range map[string][]byte{"plain": plain, "gzip": pack(gzip.NewWriter(&g), &g), "zstd": pack(encoder, &z)} {
		t.Run(form, func(t *testing.T) {
			store := newStore(t)
			got, err := archive.Restore(t.Context(), bytes.NewReader(file), store, nil)
			if err != nil {
				t.Fatal(err)
			}
			if !read(t, store).equal(read(t, original)) {
				t.Error("another record")
			}
			if !bytes.Equal(write(t, store, 0), plain) {
				t.Error("other bytes")
			}
			checked, err := archive.Check(t.Context(), bytes.NewReader(file), nil)
			if want := (archive.Summary{Revisions: 6, Assertions: 27, Closings: 4, Texts: 4, Digest: read(t, original).head.Digest}); err != nil || got != want || checked != want {
				t.Errorf("restored %+v, checked %+v, want %+v, error %v", got, checked, want, err)
			}
		})
	}
}

func TestAHistoryUpToARevisionIsWhatTheRecordWasThen(t *testing.T) {
	original := record(t)
	for until := range graph.RevisionNumber(6) {
		file := write(t, original, until+1)
		store := newStore(t)
		if _, err := archive.Restore(t.Context(), bytes.NewReader(file), store, nil); err != nil {
			t.Fatal(err)
		}
		wantHead(t, store, until+1)
		if !bytes.Equal(write(t, store, 0), file) {
			t.Errorf("other bytes at revision %d", until+1)
		}
	}
	if _, err := archive.Write(t.Context(), new(bytes.Buffer), original, 7, nil); !errors.Is(err, graph.ErrInvalid) {
		t.Errorf("a revision that is not yet: %v", err)
	}
}

func TestAnEmptyRecordHasAHistoryToo(t *testing.T) {
	file := write(t, newStore(t), 0)
	if bytes.Count(file, []byte("\n")) != 2 {
		t.Errorf("got %s", file)
	}
	store := newStore(t)
	if s, err := archive.Restore(t.Context(), bytes.NewReader(file), store, nil); err != nil || s != (archive.Summary{}) {
		t.Errorf("got %+v, %v", s, err)
	}
	wantHead(t, store, 0)
}

func TestATombstoneGoesThroughAFileAsItIs(t *testing.T) {
	original := record(t)
	f := forge(t, original)
	stone, err := graph.Tombstone(f.changes[0].Written[3].Body)
	if err != nil {
		t.Fatal(err)
	}
	f.changes[0].Written[3].Body = stone
	file := write(t, f, 0)
	store := newStore(t)
	if _, err := archive.Restore(t.Context(), bytes.NewReader(file), store, nil); err != nil {
		t.Fatal(err)
	}
	if got := read(t, store); got.changes[0].Written[3].Body != stone || got.head != read(t, original).head {
		t.Errorf("got %s", got.changes[0].Written[3].Body)
	}
	if !bytes.Equal(write(t, store, 0), file) {
		t.Error("other bytes")
	}
}

func TestWhatIsRestoredGoesOnWhereItWasAndARecordThatPartsIsLeftAsItIs(t *testing.T) {
	original := record(t)
	file := write(t, original, 0)
	for begun := range graph.RevisionNumber(6) {
		store := newStore(t)
		if begun > 0 {
			if _, err := archive.Restore(t.Context(), bytes.NewReader(write(t, original, begun)), store, nil); err != nil {
				t.Fatal(err)
			}
		}
		for range 2 { // the second time nothing is left to do
			if _, err := archive.Restore(t.Context(), bytes.NewReader(file), store, nil); err != nil {
				t.Fatalf("after %d: %v", begun, err)
			}
			if !bytes.Equal(write(t, store, 0), file) {
				t.Errorf("after %d: other bytes", begun)
			}
		}
	}
	for name, test := range map[string]struct {
		begun graph.RevisionNumber
		more  *graph.Batch
		parts graph.RevisionNumber
	}{
		"another first revision":    {0, storetest.Fixture(), 1},
		"another revision behind 3": {3, &graph.Batch{Key: "other", Assert: []graph.Assertion{described("topic/other", "other")}}, 4},
		"a revision more":           {6, &graph.Batch{Key: "other", Assert: []graph.Assertion{described("topic/other", "other")}}, 7},
	} {
		t.Run(name, func(t *testing.T) {
			store := newStore(t)
			if test.begun > 0 {
				if _, err := archive.Restore(t.Context(), bytes.NewReader(write(t, original, test.begun)), store, nil); err != nil {
					t.Fatal(err)
				}
			} else {
				test.more.Summary = "another"
			}
			apply(t, store, test.more)
			before := read(t, store)
			for how, err := range map[string]error{"restore": restoreError(t, file, store), "copy": copyError(t, original, store)} {
				var parted *archive.PartedError
				if !errors.As(err, &parted) || !errors.Is(err, graph.ErrConflict) || parted.Revision != test.parts || !strings.Contains(err.Error(), fmt.Sprint("revision ", test.parts)) {
					t.Errorf("%s: got %v", how, err)
				}
			}
			if !read(t, store).equal(before) {
				t.Error("something was written")
			}
		})
	}
}

func restoreError(t *testing.T, file []byte, store graph.Store) error {
	_, err := archive.Restore(t.Context(), bytes.NewReader(file), store, nil)
	return err
}

func copyError(t *testing.T, from graph.Reader, to graph.Store) error {
	_, err := archive.Copy(t.Context(), from, to, nil)
	return err
}

func TestACopyHoldsTheSameAndTakesOverWhatCameSince(t *testing.T) {
	original, store := record(t), newStore(t)
	for i := range 3 {
		var told []string
		_, err := archive.Copy(t.Context(), original, store, func(stage string, done, total int) { told = append(told, fmt.Sprint(stage, " ", done, "/", total)) })
		if err != nil {
			t.Fatal(err)
		}
		if !read(t, store).equal(read(t, original)) || !bytes.Equal(write(t, store, 0), write(t, original, 0)) {
			t.Fatal("the copy is not the original")
		}
		if i == 0 && (len(told) != 12 || told[5] != "copying 6/6" || told[11] != "comparing 6/6") {
			t.Errorf("told of %q", told)
		}
		apply(t, original, &graph.Batch{Key: fmt.Sprint("since ", i), Assert: []graph.Assertion{described("topic/since", fmt.Sprint(i))}})
	}
	if err := copyError(t, original, original); !errors.Is(err, graph.ErrInvalid) {
		t.Errorf("a copy to itself: %v", err)
	}
}

// A spoiled reader gives some things otherwise than they are.
type spoiled struct {
	graph.Store
	change func(*graph.Change)
	text   func(*graph.Text)
	fail   graph.RevisionNumber // the revision whose reading fails
}

var errBroken = errors.New("broken")

func (s *spoiled) Changes(ctx context.Context, after graph.RevisionNumber) iter.Seq2[graph.Change, error] {
	return func(yield func(graph.Change, error) bool) {
		for c, err := range s.Store.Changes(ctx, after) {
			if s.change != nil {
				s.change(&c)
			}
			if s.fail != 0 && c.Revision.Number == s.fail {
				yield(graph.Change{}, errBroken)
				return
			}
			if !yield(c, err) {
				return
			}
		}
	}
}

func (s *spoiled) Texts(ctx context.Context, hashes []graph.TextHash) (map[graph.TextHash]*graph.Text, error) {
	found, err := s.Store.Texts(ctx, hashes)
	for _, text := range found {
		if s.text != nil {
			s.text(text)
		}
	}
	return found, err
}

func TestACopyThatIsNotTheOriginalIsNoticed(t *testing.T) {
	original := record(t)
	stone := func(c *graph.Change) {
		if c.Revision.Number == 2 {
			c.Written[0].Body, _ = graph.Tombstone(c.Written[0].Body)
		}
	}
	for name, lying := range map[string]*spoiled{
		"an author": {change: func(c *graph.Change) { c.Revision.Author += "!" }},
		"a count":   {change: func(c *graph.Change) { c.Revision.Written++ }},
		"a body": {change: func(c *graph.Change) {
			c.Written = append([]graph.Version{{Body: "{}"}}, c.Written...)[:len(c.Written)]
		}},
		"a closing":            {change: func(c *graph.Change) { c.Closed = c.Closed[:len(c.Closed)/2] }},
		"texts":                {change: func(c *graph.Change) { c.Texts = nil }},
		"a body was redacted":  {change: stone},
		"the language of one":  {text: func(t *graph.Text) { t.Lang = "de" }},
		"the original of one":  {text: func(t *graph.Text) { t.Original = nil }},
		"a revision is missed": {change: func(c *graph.Change) { c.Revision.Number++ }},
	} {
		t.Run(name, func(t *testing.T) {
			store := newStore(t)
			if err := copyError(t, original, store); err != nil {
				t.Fatal(err)
			}
			lying.Store = store
			if err := copyError(t, original, lying); !errors.Is(err, graph.ErrCorrupt) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestAHistoryThatCannotBeReadToItsEndIsNeverWhole(t *testing.T) {
	for fail := range graph.RevisionNumber(6) {
		var b bytes.Buffer
		if _, err := archive.Write(t.Context(), &b, &spoiled{Store: record(t), fail: fail + 1}, 0, nil); !errors.Is(err, errBroken) {
			t.Fatalf("got %v", err)
		}
		if _, err := archive.Check(t.Context(), &b, nil); !errors.Is(err, graph.ErrInvalid) || !strings.Contains(err.Error(), "line") {
			t.Errorf("what was written is taken for whole: %v", err)
		}
	}
}

// A full writer takes so many bytes and no more.
type full struct{ left int }

var errFull = errors.New("no space")

func (f *full) Write(b []byte) (int, error) {
	if f.left -= len(b); f.left < 0 {
		return len(b) + f.left, errFull
	}
	return len(b), nil
}

func TestAWriterThatIsFullEndsTheWriting(t *testing.T) {
	original := newStore(t)
	for i := range 4 {
		b := &graph.Batch{Key: fmt.Sprint(i)}
		for j := range 1000 {
			b.Assert = append(b.Assert, described(graph.ID(fmt.Sprintf("topic/%d-%d", i, j)), odd))
		}
		if i == 0 {
			b.Assert = append(b.Assert, described("dataset/curated", "a dataset"))
		}
		apply(t, original, b)
	}
	size := len(write(t, original, 0))
	for _, left := range []int{0, 1, size / 2, size - 1} {
		told := 0
		if _, err := archive.Write(t.Context(), &full{left}, original, 0, func(string, int, int) { told++ }); !errors.Is(err, errFull) {
			t.Errorf("%d bytes of %d: got %v", left, size, err)
		}
		if left <= 1 && told > 1 {
			t.Errorf("%d revisions were read for a writer that took none", told)
		}
	}
	file, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip(err) // the writer above did the same
	}
	defer file.Close()
	if _, err := archive.Write(t.Context(), file, original, 0, nil); err == nil {
		t.Error("a full disk: no error")
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := archive.Write(t.Context(), w, original, 0, nil); err == nil {
		t.Error("a closed pipe: no error")
	}
}

func TestACancelledContextEndsAllOfIt(t *testing.T) {
	original := record(t)
	file := write(t, original, 0)
	for after := range 3 { // revisions
		for name, call := range map[string]func(context.Context, archive.Progress, graph.Store) error{
			"write": func(ctx context.Context, p archive.Progress, _ graph.Store) error {
				_, err := archive.Write(ctx, new(bytes.Buffer), original, 0, p)
				return err
			},
			"restore": func(ctx context.Context, p archive.Progress, store graph.Store) error {
				_, err := archive.Restore(ctx, bytes.NewReader(file), store, p)
				return err
			},
			"copy": func(ctx context.Context, p archive.Progress, store graph.Store) error {
				_, err := archive.Copy(ctx, original, store, p)
				return err
			},
		} {
			ctx, cancel := context.WithCancel(t.Context())
			store, left := newStore(t), after
			stage := map[string]string{"write": "history", "restore": "restoring", "copy": "copying"}[name]
			if after == 0 {
				cancel()
			}
			err := call(ctx, func(s string, done, _ int) {
				if s == stage {
					if left--; left == 0 {
						cancel()
					}
				}
			}, store)
			if !errors.Is(err, context.Canceled) {
				t.Errorf("%s cancelled after %d: %v", name, after, err)
			}
			if name != "write" {
				wantHead(t, store, graph.RevisionNumber(after))
				if err := call(t.Context(), nil, store); err != nil || !read(t, store).equal(read(t, original)) {
					t.Errorf("%s did not go on after %d: %v", name, after, err)
				}
			}
			cancel()
		}
	}
}

func TestACopyOfWhatWasRedactedSinceSaysWhatMayBeTheMatter(t *testing.T) {
	words := described("topic/odd", odd)
	for name, r := range map[string]*graph.Redaction{
		"a version": {Key: "r", Reason: "a test", Refs: []graph.Ref{{Statement: words.ID(), Dataset: words.Dataset, From: 6}}},
		"a text":    {Key: "r", Reason: "a test", Texts: []graph.TextHash{graph.HashText(odd)}},
	} {
		original, store := record(t), newStore(t)
		if err := copyError(t, original, store); err != nil {
			t.Fatal(err)
		}
		if _, err := original.Redact(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		if err := copyError(t, original, store); !errors.Is(err, graph.ErrCorrupt) || !strings.Contains(err.Error(), "redacted") {
			t.Errorf("%s: got %v", name, err)
		}
		fresh := newStore(t)
		if err := copyError(t, original, fresh); err != nil || !read(t, fresh).equal(read(t, original)) {
			t.Errorf("%s: a fresh copy, error %v", name, err)
		}
	}
}
