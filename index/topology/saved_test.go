package topology

import (
	"bytes"
	"math/rand/v2"
	"reflect"
	"runtime"
	"testing"
	"unsafe"
)

func saved(v *View) []byte {
	var b bytes.Buffer
	e := NewEncoder(&b)
	v.Save(e)
	if err := e.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func loaded(t *testing.T, file []byte, revision uint32) *Graph {
	t.Helper()
	d := NewDecoder(bytes.NewReader(file), int64(len(file)))
	g, err := Load(d, revision)
	if err == nil {
		err = d.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestALoadedGraphIsTheSavedOneAndGrowsOn(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	g := New()
	grow(g, random, 30_000, 20_000, 1) // several chunks of versions and nodes
	g.Seal(1)
	for i := range uint32(500) {
		g.Close(i*7, 2)
	}
	grow(g, random, 300, 20_000, 2)
	v, _ := g.Seal(2)
	file := saved(v)
	grow(g, random, 10, 20_000, 3)
	g.Close(1, 3)

	l := loaded(t, file, 2)
	got, merge := l.Seal(2)
	checkRows(t, l, got)
	for i := range v.versions {
		if a, b := v.Row(i), got.Row(i); a != b {
			t.Fatalf("version %d is %+v, want %+v", i, b, a)
		}
	}
	for n := range v.nodes {
		if v.ID(n) != got.ID(n) || v.Kind(n) != got.Kind(n) || v.existed(n, 1) != got.existed(n, 1) {
			t.Fatalf("node %d is %s, want %s", n, got.ID(n), v.ID(n))
		}
	}
	if !bytes.Equal(saved(got), file) {
		t.Error("it is saved otherwise")
	}
	merges := 0
	for revision := uint32(3); revision < 120; revision++ {
		grow(l, random, 300, 20_000, revision)
		var due *Merge
		if _, due = l.Seal(revision); merge == nil {
			merge = due
		}
		for merge != nil {
			merge.Run()
			merge = l.Adopt(merge)
			merges++
		}
	}
	checkRows(t, l, l.View(119))
	if merges == 0 || len(l.segments) > 16 {
		t.Errorf("%d merges after loading, %d segments", merges, len(l.segments))
	}
}

func TestEveryColumnIsSaved(t *testing.T) {
	var c versionChunk
	bytes := 4 // of to
	for _, column := range c.columns(1) {
		bytes += len(column)
	}
	if whole := int(unsafe.Sizeof(c)) / chunkSize; bytes != whole || bytes != versionBytes {
		t.Errorf("%d bytes of a version are saved and %d expected, it has %d", bytes, versionBytes, whole)
	}
	if n := reflect.TypeFor[versionChunk]().NumField(); len(c.columns(0))+1 != n {
		t.Errorf("%d of %d columns are saved", len(c.columns(0))+1, n)
	}
}

func TestAnAnnouncedLengthTakesNoMemoryThatTheFileCannotFill(t *testing.T) {
	var b bytes.Buffer
	e := NewEncoder(&b)
	e.Uint32(1 << 31)
	e.Uint32(1 << 31)
	e.Close()
	for name, read := range map[string]func(*Decoder){
		"a count":   func(d *Decoder) { d.Count(1) },
		"a string":  func(d *Decoder) { d.Strings(1, func(string) { t.Error("a string is read") }) },
		"strings":   func(d *Decoder) { d.Strings(1<<31, func(string) { t.Error("a string is read") }) },
		"the graph": func(d *Decoder) { Load(d, 1) },
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		d := NewDecoder(bytes.NewReader(b.Bytes()), int64(b.Len()))
		if read(d); d.Err() == nil {
			t.Errorf("%s: no error", name)
		}
		runtime.ReadMemStats(&after)
		allocated := after.TotalAlloc - before.TotalAlloc
		if allocated > 4<<20 {
			t.Errorf("%s: %d bytes are allocated", name, allocated)
		}
	}
}
