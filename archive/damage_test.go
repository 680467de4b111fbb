package archive_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"treatygraph/archive"
	"treatygraph/graph"
)

// A file is the history of record in lines, each with its end.
type file []string

func (f file) bytes() []byte { return []byte(strings.Join(f, "")) }

// with returns the file with line n, counted from 1, replaced.
func (f file) with(n int, lines ...string) file {
	return append(append(append(file{}, f[:n-1]...), lines...), f[n:]...)
}

// line returns the number of the i-th line, from 1, that begins so.
func (f file) line(t testing.TB, i int, prefix string) int {
	t.Helper()
	for n, line := range f {
		if strings.HasPrefix(line, prefix) {
			if i--; i == 0 {
				return n + 1
			}
		}
	}
	t.Fatalf("no such line: %s", prefix)
	return 0
}

// A mutation is one way in which a file may be broken. It is named for what was done to it, and tells the line that the error must name.
type mutation struct {
	name string
	file []byte
	line int // 0: any, as chance will have it
	says string
}

// mutations breaks a good file in a hundred ways and more.
func mutations(t *testing.T, good file, random *rand.Rand) (list []mutation) {
	const header, revision, text, assertion, closes, end = `{"treatygraph"`, `{"revision"`, `{"text"`, `{"statement"`, `{"closes"`, `{"end"`
	at := func(i int, prefix string) int { return good.line(t, i, prefix) }
	add := func(name string, f file, line int, says string) {
		list = append(list, mutation{name, f.bytes(), line, says})
	}
	// edit replaces what stands in a line, which must be there.
	edit := func(name string, line int, old, new string, named int, says string) {
		t.Helper()
		if !strings.Contains(good[line-1], old) {
			t.Fatalf("%s: line %d does not hold %s", name, line, old)
		}
		add(name, good.with(line, strings.Replace(good[line-1], old, new, 1)), named, says)
	}
	last := len(good)
	r2, r3 := at(2, revision), at(3, revision)
	a, tx, c := at(5, assertion), at(1, text), at(2, closes)

	add("nothing at all", nil, 1, "is empty")
	add("the header alone", good[:1], 1, "cut off after line 1")
	add("no last line", good[:last-1], last-1, "cut off after line")
	add("the end of the last line missing", good.with(last, strings.TrimSuffix(good[last-1], "\n")), last-1, "cut off after line")
	add("no header", good[1:], 1, "treatygraph")
	add("a byte order mark", good.with(1, "\ufeff"+good[0]), 1, "treatygraph")
	add("another file", file{"id,name\n", "1,START\n"}, 1, "treatygraph")
	add("blank lines in front", append(file{"\n"}, good...), 1, "treatygraph")
	add("CR and LF", file{strings.ReplaceAll(string(good.bytes()), "\n", "\r\n")}, 1, "CR")
	add("UTF-16", file{strings.Join(strings.Split(string(good.bytes()), ""), "\x00")}, 1, "treatygraph")
	edit("another format", 1, `"history"`, `"record"`, 1, "treatygraph")
	edit("a later version", 1, `"version":1`, `"version":2`, 1, "version 2")
	edit("no version", 1, `"version":1`, `"version":`, 1, "number")
	edit("another revision in the header", 1, `"revision":6`, `"revision":7`, last, "line 1")
	edit("a lesser revision in the header", 1, `"revision":6`, `"revision":3`, at(4, revision), "line")
	edit("revision 0 in the header", 1, `"revision":6`, `"revision":0`, 1, "digest")
	edit("another digest in the header", 1, `"digest":"`, `"digest":"0`, last, "line 1")
	edit("a space in the header", 1, `,"version"`, `, "version"`, 1, "version")
	edit("a field more in the header", 1, `}`, `,"more":1}`, 1, "}")
	edit("a member in the header twice", 1, `,"version":1`, `,"version":1,"version":1`, 1, "revision")

	add("a doubled header", good.with(1, good[0], good[0]), 2, "revision")
	add("a doubled revision", good.with(r2, good[r2-1], good[r2-1]), r2+1, "assertion is due")
	add("a doubled assertion", good.with(a, good[a-1], good[a-1]), a+1, "order")
	add("a doubled text", good.with(tx, good[tx-1], good[tx-1]), tx+1, "")
	add("a doubled closing", good.with(c, good[c-1], good[c-1]), c+1, "order")
	add("a doubled last line", good.with(last, good[last-1], good[last-1]), last+1, "behind the last line")
	add("a doubled file", append(append(file{}, good...), good...), last+1, "behind the last line")
	add("a word behind the last line", append(append(file{}, good...), "x"), last+1, "behind the last line")
	add("a revision removed with all of it", append(append(file{}, good[:r2-1]...), good[r3-1:]...), r2, "revision 3 stands where revision 2 is due")
	add("the line of a revision removed", good.with(r2), r2, "revision")
	add("an assertion removed", good.with(a), 0, "assertion is due")
	add("a text removed", good.with(tx), tx, "text is due")
	add("a closing removed", good.with(c), 0, "closing is due")
	add("two assertions swapped", good.with(a, good[a], good[a-1]).without(a+2), a+1, "order")
	add("two closings swapped", good.with(c, good[c], good[c-1]).without(c+2), c+1, "order")
	add("an assertion before its revision", good.with(r2, good[r2], good[r2-1]).without(r2+2), r2, "revision")
	add("a blank line between", good.with(a, "\n", good[a-1]), a, "ends where")

	edit("a byte of a body", a, `"method":"CURATED"`, `"method":"CURATEE"`, a, "sum")
	edit("a space in a body", a, `"body":{`, `"body":{ `, a, "sum")
	edit("a body cut", a, `}}`, `}`, a, "sum")
	edit("a body that is no object", a, `"body":{`, `"body":[`, a, "sum")
	edit("a sum changed", a, `"sum":"`, `"sum":"0`, a, "sum")
	edit("a sum in capitals", a, good[a-1][strings.Index(good[a-1], `"sum":"`):][:15], strings.ToUpper(good[a-1][strings.Index(good[a-1], `"sum":"`):][:15]), a, "sum")
	edit("no sum", a, `,"sum":`, `,"some":`, a, "sum")
	edit("a statement changed", a, `"statement":"`, `"statement":"a`, 0, "line")
	edit("a dataset changed", a, `"dataset":"dataset/curated","from"`, `"dataset":"dataset/curateb","from"`, at(1, revision), "digest")
	edit("another revision's assertion", a, `"from":1`, `"from":2`, a, "revision 2")
	edit("a from that is no number", a, `"from":1`, `"from":"1"`, a, "number")
	edit("a from with a zero in front", a, `"from":1`, `"from":01`, a, "number")
	edit("a from below zero", a, `"from":1`, `"from":-1`, a, "number")
	edit("a from beyond all numbers", a, `"from":1`, `"from":99999999999999999999`, a, "number")
	edit("a byte that is not UTF-8", a, `"body":{`, "\"body\":{\xff", a, "UTF-8")
	edit("half a character", tx, `"body":"`, "\"body\":\"\xf0\xa0\x80", tx, "UTF-8")
	edit("a surrogate", tx, `"body":"`, `"body":"\ud800`, tx, "escapes")
	edit("a NUL character", tx, `"body":"`, `"body":"\u0000`, tx, "hash")
	edit("an escape that is not needed", tx, `"lang":"zh"`, `"lang":"\u007ah"`, tx, "escapes")

	edit("a text changed", tx, `"body":"`, `"body":"x`, tx, "hash")
	edit("a text's hash changed", tx, `"text":"`, `"text":"0`, tx, "hash")
	edit("no body of a text", tx, `,"body":`, `,"corps":`, tx, "body")
	original := good.holding(t, `"original":"`)
	edit("an original that is not base64", original, `"original":"`, `"original":"!`, original, "base64")
	edit("an original with a line end in it", original, `"original":"`, `"original":"\n`, original, "base64")
	edit("an empty original", original, good[original-1][strings.Index(good[original-1], `"original":"`)+12:], "\"}\n", original, "base64")

	edit("a number of a revision changed", r2, `"number":2`, `"number":3`, r2, "revision 3 stands where revision 2 is due")
	edit("a time changed", r2, `"at":"2026`, `"at":"2025`, r2, "digest")
	edit("a time in another form", r2, `Z"`, `+00:00"`, r2, "time")
	edit("a time that is none", r2, `"at":"2026-01`, `"at":"2026-13`, r2, "time")
	edit("a key changed", r2, `"key":"rewrite"`, `"key":"written"`, r2, "digest")
	edit("an author changed", r2, `"author":"someone"`, `"author":"nobody"`, r2, "digest")
	edit("a summary changed", r2, `"summary":"`, `"summary":"x`, r2, "digest")
	edit("a batch's digest changed", r2, `"batchDigest":"`, `"batchDigest":"0`, r2, "digest")
	edit("a revision's digest changed", r2, `","digest":"`, `","digest":"0`, r2, "digest")
	edit("a revision that announces more assertions", r2, `"written":1`, `"written":2`, r2+2, "assertion is due, number 2 of 2 of revision 2")
	edit("a revision that announces fewer assertions", r2, `"written":1`, `"written":0`, r2+1, "closing is due")
	edit("a revision that announces more closings", r2, `"closed":1`, `"closed":2`, r3, "closing is due, number 2 of 2 of revision 2")
	edit("a revision that announces fewer closings", r2, `"closed":1`, `"closed":0`, r2, "digest")
	edit("a revision that announces texts", r2, `"texts":0`, `"texts":1`, r2+1, "text is due")
	edit("a revision that announces too much", r2, `"written":1`, `"written":1000000000000`, r2, "more than 10000")
	edit("a closing of another version", c, `"from":1`, `"from":2`, 0, "line")
	edit("a closing with a word behind it", c, `}}`, `}}x`, c, "end of the line")

	for _, count := range []string{"revisions", "assertions", "closings", "texts"} {
		edit("a wrong count of "+count+" at the end", last, `"`+count+`":`, `"`+count+`":1`, last, "the last line says")
	}
	edit("a wrong sum at the end", last, `"sha256":"`, `"sha256":"0`, last, "SHA-256")
	edit("a last line of another form", last, `{"end":{`, `{"end":{ `, last, "revisions")

	whole := good.bytes()
	for range 20 {
		cut := random.IntN(len(whole))
		says := fmt.Sprintf("cut off after line %d", bytes.Count(whole[:cut], []byte("\n")))
		if strings.HasSuffix(says, " 0") {
			says = "line 1"
		}
		list = append(list, mutation{fmt.Sprintf("cut at byte %d", cut), whole[:cut], max(1, bytes.Count(whole[:cut], []byte("\n"))), says})
	}
	for range 20 {
		edited := bytes.Clone(whole)
		place := random.IntN(len(edited))
		edited[place] ^= byte(1 + random.IntN(255))
		list = append(list, mutation{fmt.Sprintf("byte %d is %d, not %d", place, edited[place], whole[place]), edited, 0, "line"})
	}

	packed := zip(t, whole)
	for range 10 {
		cut := 2 + random.IntN(len(packed)-2)
		list = append(list, mutation{fmt.Sprintf("gzip cut at byte %d", cut), packed[:cut], 0, "cut off"})
	}
	damaged := bytes.Clone(packed)
	damaged[len(damaged)-6]++ // the sum of gzip
	list = append(list, mutation{"gzip with a wrong sum", damaged, 0, "compressed"})
	list = append(list, mutation{"gzip with something behind it", append(bytes.Clone(packed), "more"...), 0, "line"})
	list = append(list, mutation{"gzip of nothing", zip(t, nil), 1, "line 1"})
	list = append(list, mutation{"gzip in gzip", zip(t, packed), 1, "line 1"})
	// Two hundred megabytes of one letter are two hundred kilobytes: a line without an end.
	list = append(list, mutation{"a gzip bomb", bomb(t), 2, fmt.Sprintf("longer than %d bytes", archive.MaxLineBytes)})
	zipped := zst(t, whole)
	list = append(list, mutation{"zstd cut in the middle", zipped[:len(zipped)/2], 0, "line"})
	list = append(list, mutation{"zstd with a wrong sum", append(bytes.Clone(zipped[:len(zipped)-1]), zipped[len(zipped)-1]+1), 0, "compressed"})
	list = append(list, mutation{"zstd with a window beyond all bounds", zst(t, whole, zstd.WithWindowSize(zstd.MaxWindowSize)), 1, "window"})
	return list
}

func (f file) without(n int) file { return f.with(n) }

func (f file) holding(t testing.TB, s string) int {
	t.Helper()
	for n, line := range f {
		if strings.Contains(line, s) {
			return n + 1
		}
	}
	t.Fatalf("no line holds %s", s)
	return 0
}

func zip(t testing.TB, content []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func zst(t testing.TB, content []byte, options ...zstd.EOption) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := zstd.NewWriter(&b, append(options, zstd.WithEncoderConcurrency(1))...)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range [][]byte{content[:len(content)/2], content[len(content)/2:]} { // a stream, whose length is not known at its beginning
		if _, err := w.Write(part); err != nil {
			t.Fatal(err)
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func bomb(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, `{"treatygraph":"history","version":1,"revision":1,"digest":"x"}`+"\n"); err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(w, io.LimitReader(letters{}, archive.MaxLineBytes+archive.MaxLineBytes/2)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// letters are as many as are asked for.
type letters struct{}

func (letters) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = 'a'
	}
	return len(b), nil
}

var namesALine = regexp.MustCompile(`line (\d+)`)

func TestAHundredBrokenFilesAreEachRefusedByLineAndNothingIsRestored(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	if text := os.Getenv("TREATYGRAPH_SEED"); text != "" {
		var err error
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("TREATYGRAPH_SEED=%d", seed)
	good := file(strings.SplitAfter(string(write(t, record(t), 0)), "\n"))
	good = good[:len(good)-1]
	store := newStore(t)
	list := mutations(t, good, rand.New(rand.NewPCG(seed, 1)))
	if len(list) < 100 {
		t.Fatalf("only %d broken files", len(list))
	}
	t.Logf("%d broken files", len(list))
	for _, m := range list {
		t.Run(m.name, func(t *testing.T) {
			_, err := archive.Restore(t.Context(), bytes.NewReader(m.file), store, nil)
			var damage *archive.DamageError
			if !errors.As(err, &damage) || !errors.Is(err, graph.ErrInvalid) {
				t.Fatalf("got %v", err)
			}
			if m.line != 0 && damage.Line != m.line || !strings.Contains(err.Error(), m.says) {
				t.Errorf("line %d: %v; want line %d and %q", damage.Line, err, m.line, m.says)
			}
			if named := namesALine.FindStringSubmatch(err.Error()); named == nil || named[1] != strconv.Itoa(damage.Line) && damage.Line != 0 {
				t.Errorf("the message names no line, or another than %d: %v", damage.Line, err)
			}
			if strings.ContainsAny(err.Error(), "\n\r\x00") {
				t.Errorf("the message is of more than a line: %q", err)
			}
			wantHead(t, store, 0)
		})
	}
	if _, err := archive.Restore(t.Context(), bytes.NewReader(good.bytes()), store, nil); err != nil {
		t.Fatal(err) // so that each of them failed for its one change only
	}
}

func TestALineWithoutAnEndIsGivenUpAtTheBound(t *testing.T) {
	counted := &counting{Reader: letters{}}
	_, err := archive.Check(t.Context(), counted, nil)
	if err == nil || !strings.Contains(err.Error(), "line 1 is longer than") {
		t.Errorf("got %v", err)
	}
	if counted.n > archive.MaxLineBytes+1<<20 {
		t.Errorf("%d bytes were read", counted.n)
	}
}

type counting struct {
	io.Reader
	n int
}

func (c *counting) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	c.n += n
	return n, err
}

func TestAnErrorOfTheDiskIsNotTakenForDamage(t *testing.T) {
	whole := write(t, record(t), 0)
	for _, content := range [][]byte{whole, zip(t, whole), zst(t, whole)} {
		for _, cut := range []int{0, 3, len(content) / 2, len(content) - 1} {
			_, err := archive.Check(t.Context(), io.MultiReader(bytes.NewReader(content[:cut]), broken{}), nil)
			if !errors.Is(err, errBroken) {
				t.Errorf("after %d bytes: got %v", cut, err)
			}
		}
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errBroken }

// A forgery is a history that fits itself line by line, by sums and digests, and yet cannot be.
type forgery struct {
	head    graph.Head
	changes []graph.Change
	texts   map[graph.TextHash]*graph.Text
}

// forge takes the history of a store to be changed.
func forge(t testing.TB, store graph.Reader) *forgery {
	t.Helper()
	f := &forgery{changes: all(t, store.Changes(t.Context(), 0)), texts: map[graph.TextHash]*graph.Text{}}
	for i := range f.changes {
		texts, err := store.Texts(t.Context(), f.changes[i].Texts)
		if err != nil {
			t.Fatal(err)
		}
		for hash, text := range texts {
			f.texts[hash] = text
		}
	}
	f.head = graph.Head{Store: "forged", Revision: f.changes[len(f.changes)-1].Revision.Number, Digest: f.changes[len(f.changes)-1].Revision.Digest}
	return f
}

// seal makes digests and counts fit.
func (f *forgery) seal() {
	f.head.Digest = ""
	for i := range f.changes {
		c := &f.changes[i]
		c.Revision.Written, c.Revision.Closed = len(c.Written), len(c.Closed)
		c.Revision.Digest = c.Seal(f.head.Digest)
		f.head.Revision, f.head.Digest = c.Revision.Number, c.Revision.Digest
	}
}

func (f *forgery) Head(context.Context) (graph.Head, error) { return f.head, nil }

func (f *forgery) Assertions(context.Context, []graph.Ref) (map[graph.Ref]*graph.Assertion, error) {
	return nil, errBroken
}

func (f *forgery) Texts(context.Context, []graph.TextHash) (map[graph.TextHash]*graph.Text, error) {
	return f.texts, nil
}

func (f *forgery) Scan(context.Context) (graph.Head, iter.Seq2[graph.Version, error], error) {
	return f.head, nil, errBroken
}

func (f *forgery) Revisions(context.Context, graph.RevisionNumber) iter.Seq2[graph.Revision, error] {
	return func(yield func(graph.Revision, error) bool) { yield(graph.Revision{}, errBroken) }
}

func (f *forgery) Changes(context.Context, graph.RevisionNumber) iter.Seq2[graph.Change, error] {
	return func(yield func(graph.Change, error) bool) {
		for _, c := range f.changes {
			if !yield(c, nil) {
				return
			}
		}
	}
}

func TestAForgedHistoryWhoseSumsFitIsRefusedBeforeAnythingIsRestored(t *testing.T) {
	for name, test := range map[string]struct {
		revision int // the one at fault
		says     string
		forge    func(c []graph.Change, f *forgery)
	}{
		"a closing of what is not open": {3, "closed[0]", func(c []graph.Change, _ *forgery) { c[2].Closed = append(c[2].Closed[:0:0], c[1].Closed...) }},
		"a second open version":         {2, "still open", func(c []graph.Change, _ *forgery) { c[1].Closed = nil }},
		"a key used twice":              {2, "fixture", func(c []graph.Change, _ *forgery) { c[1].Revision.Key = "fixture" }},
		"a time that goes back":         {3, "at", func(c []graph.Change, _ *forgery) { c[2].Revision.At = c[0].Revision.At }},
		"a text twice":                  {5, "held already", func(c []graph.Change, _ *forgery) { c[4].Texts = c[3].Texts }},
		"a body of another claim":       {2, "statement", func(c []graph.Change, _ *forgery) { c[1].Written[0].Body = c[0].Written[0].Body }},
		"a body that is not canonical":  {2, "canonical", func(c []graph.Change, _ *forgery) { c[1].Written[0].Body = " " + c[1].Written[0].Body }},
		"a key of no length":            {2, "key", func(c []graph.Change, _ *forgery) { c[1].Revision.Key = "" }},
		"a text that is empty": {4, "empty", func(c []graph.Change, f *forgery) {
			f.texts[c[3].Texts[0]] = graph.NewText("en", "", nil)
			c[3].Texts[0] = graph.HashText("")
			f.texts[graph.HashText("")] = graph.NewText("en", "", nil)
			c[3].Texts = c[3].Texts[:1]
		}},
		"a text in no language": {4, "lang", func(c []graph.Change, f *forgery) {
			text := *f.texts[c[3].Texts[0]]
			text.Lang = "qqqq"
			f.texts[text.Hash] = &text
		}},
	} {
		t.Run(name, func(t *testing.T) {
			f := forge(t, record(t))
			test.forge(f.changes, f)
			f.seal()
			content := write(t, f, 0)
			lines := file(strings.SplitAfter(string(content), "\n"))
			store := newStore(t)
			_, err := archive.Restore(t.Context(), bytes.NewReader(content), store, nil)
			var damage *archive.DamageError
			if !errors.As(err, &damage) || damage.Line != lines.line(t, test.revision, `{"revision"`) || !strings.Contains(err.Error(), test.says) {
				t.Errorf("got %v", err)
			}
			wantHead(t, store, 0)
		})
	}
}

func FuzzCheck(f *testing.F) {
	small := write(f, record(f), 2)
	f.Add(small)
	f.Add(write(f, record(f), 0))
	f.Add(zip(f, small))
	f.Add(zst(f, small))
	f.Fuzz(func(t *testing.T, content []byte) {
		if _, err := archive.Check(t.Context(), bytes.NewReader(content), nil); err != nil {
			var damage *archive.DamageError
			if !errors.As(err, &damage) || damage.Line < 1 {
				t.Fatalf("got %v", err)
			}
			return
		}
		store := newStore(t)
		if _, err := archive.Restore(t.Context(), bytes.NewReader(content), store, nil); err != nil {
			t.Fatalf("what was checked cannot be restored: %v", err)
		}
		packed := bytes.HasPrefix(content, []byte("\x1f\x8b")) || bytes.HasPrefix(content, []byte("\x28\xb5\x2f\xfd"))
		if again := write(t, store, 0); !packed && !bytes.Equal(again, content) {
			t.Fatalf("what was taken is written otherwise:\n%s\n%s", content, again)
		}
	})
}
