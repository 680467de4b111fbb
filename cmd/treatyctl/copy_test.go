package main

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"treatygraph/archive"
	"treatygraph/graph"
	"treatygraph/graph/sqlite"
	"treatygraph/graph/storeurl"
	server "treatygraph/tools/neo4j"
)

func noEnv(string) string { return "" }

func openAt(t *testing.T, address string) graph.Store {
	t.Helper()
	store, err := storeurl.Open(t.Context(), address, noEnv)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	return store
}

// history returns the whole record of a store: its history, which holds everything but whether a version is closed, and what Scan gives.
func history(t *testing.T, store graph.Reader) (content []byte, versions []graph.Version) {
	t.Helper()
	var b bytes.Buffer
	if _, err := archive.Write(t.Context(), &b, store, 0, nil); err != nil {
		t.Fatal(err)
	}
	_, scan, err := store.Scan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for v, err := range scan {
		if err != nil {
			t.Fatal(err)
		}
		versions = append(versions, v)
	}
	return b.Bytes(), versions
}

func wantSame(t *testing.T, got, want graph.Reader) {
	t.Helper()
	gotContent, gotVersions := history(t, got)
	wantContent, wantVersions := history(t, want)
	if !bytes.Equal(gotContent, wantContent) || !slices.Equal(gotVersions, wantVersions) {
		t.Fatal("the record is not the original's")
	}
}

func TestARecordIsWrittenBroughtBackAndCopied(t *testing.T) {
	b := newBench(t)
	content, _ := history(t, b.open(t))
	sum := "5 revisions, "
	for _, name := range []string{"a.ndjson", "a.ndjson.gz", "a.ndjson.zst"} {
		path := filepath.Join(b.dir, name)
		if r := b.run(t, nil, "backup", "--out", path); r.code != 0 || r.stdout != "" || !strings.Contains(r.stderr, sum) || strings.Count(r.stderr, "\n") != 1 {
			t.Fatalf("%+v", r)
		}
		if written, err := os.ReadFile(path); err != nil || name == "a.ndjson" && !bytes.Equal(written, content) {
			t.Fatalf("%s holds something else, error %v", name, err)
		}
		into := "sqlite:" + filepath.Join(b.dir, name+".db")
		if out := b.ok(t, "restore", path, "--store", into); !strings.HasPrefix(out, "restored: "+sum) || !strings.Contains(out, "head digest "+string(b.head(t).Digest)) {
			t.Errorf("said %q", out)
		}
		wantSame(t, openAt(t, into), b.open(t))
	}
	if r := b.run(t, nil, "backup", "--out", "-"); r.code != 0 || r.stdout != string(content) {
		t.Errorf("standard output: exit code %d, %d bytes", r.code, len(r.stdout))
	}
	piped := "sqlite:" + filepath.Join(b.dir, "piped.db")
	if r := b.run(t, bytes.NewReader(content), "restore", "-", "--store", piped); r.code != 0 {
		t.Errorf("standard input: %+v", r)
	}
	wantSame(t, openAt(t, piped), b.open(t))
	copied := "sqlite:" + filepath.Join(b.dir, "copied.db")
	for range 2 {
		if out := b.ok(t, "copy", b.store, copied); !strings.HasPrefix(out, "copied and compared: "+sum) || strings.Count(out, "\n") != 1 {
			t.Errorf("said %q", out)
		}
	}
	wantSame(t, openAt(t, copied), b.open(t))
	left, err := filepath.Glob(filepath.Join(b.dir, ".*"))
	if err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, error %v", left, err)
	}
}

func TestWhatCannotBeCopiedOrRestoredIsOneLineAndNothingIsWritten(t *testing.T) {
	b := newBench(t)
	content, _ := history(t, b.open(t))
	cut := b.write(t, "cut.ndjson", string(content[:len(content)/2]))
	whole := b.write(t, "whole.ndjson", string(content))
	store := openAt(t, "sqlite:"+filepath.Join(b.dir, "other.db"))
	if _, err := store.Apply(t.Context(), &graph.Batch{Key: "other", Texts: []*graph.Text{graph.NewText("en", "other", nil)}}); err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	other := "sqlite:" + filepath.Join(b.dir, "other.db")
	missing := "sqlite:" + filepath.Join(b.dir, "missing.db")
	empty := "sqlite:" + filepath.Join(b.dir, "empty.db")
	for name, test := range map[string]struct {
		args []string
		code int
		says string
	}{
		"backup without a file":              {[]string{"backup"}, exitUsage, "--out"},
		"backup with an argument":            {[]string{"backup", whole}, exitUsage, "--out"},
		"backup into no folder":              {[]string{"backup", "--out", filepath.Join(b.dir, "none", "x")}, exitUsage, "--out"},
		"backup onto a folder":               {[]string{"backup", "--out", b.dir}, exitUsage, "--out"},
		"backup of nothing":                  {[]string{"backup", "--out", filepath.Join(b.dir, "x"), "--store", missing}, exitUsage, "missing.db"},
		"restore without a file":             {[]string{"restore"}, exitUsage, "FILE"},
		"restore of two files":               {[]string{"restore", whole, whole}, exitUsage, "FILE"},
		"restore of no file":                 {[]string{"restore", filepath.Join(b.dir, "none"), "--store", empty}, exitUsage, "none"},
		"restore of a folder":                {[]string{"restore", b.dir, "--store", empty}, exitUsage, "regular"},
		"restore of half a file":             {[]string{"restore", cut, "--store", empty}, exitUsage, "cut off after line"},
		"restore of another program's file":  {[]string{"restore", b.file, "--store", empty}, exitUsage, "line 1"},
		"restore over another record":        {[]string{"restore", whole, "--store", other}, exitUsage, "revision 1"},
		"restore into a wrong address":       {[]string{"restore", whole, "--store", "mysql:here"}, exitUsage, "--store"},
		"copy of nothing":                    {[]string{"copy"}, exitUsage, "FROM"},
		"copy to nothing":                    {[]string{"copy", b.store}, exitUsage, "TO"},
		"copy of a store that is not there":  {[]string{"copy", missing, empty}, exitUsage, "FROM"},
		"copy to a wrong address":            {[]string{"copy", b.store, "here"}, exitUsage, "TO"},
		"copy to itself":                     {[]string{"copy", b.store, b.store}, exitUsage, "same store"},
		"copy over another record":           {[]string{"copy", b.store, other}, exitUsage, "revision 1"},
		"copy to a store out of reach":       {[]string{"copy", b.store, "bolt://neo4j:secret@127.0.0.1:1"}, exitFailure, "cannot be reached"},
		"copy of less than there is already": {[]string{"copy", other, b.store}, exitUsage, "revision 1"},
	} {
		t.Run(name, func(t *testing.T) {
			r := b.run(t, strings.NewReader(""), test.args...)
			if r.code != test.code || r.stdout != "" || strings.Count(r.stderr, "\n") != 1 || !strings.Contains(r.stderr, test.says) || strings.Contains(r.stderr, "secret") {
				t.Errorf("exit code %d, stdout %q, stderr %q", r.code, r.stdout, r.stderr)
			}
		})
	}
	if left, err := filepath.Glob(filepath.Join(b.dir, "empty.db*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, error %v", left, err)
	}
	for address, want := range map[string]graph.RevisionNumber{b.store: 5, other: 1} {
		if head, err := openAt(t, address).Head(t.Context()); err != nil || head.Revision != want {
			t.Errorf("%s is at revision %d, not %d; error %v", address, head.Revision, want, err)
		}
	}
	if _, err := os.Stat(filepath.Join(b.dir, "missing.db")); err == nil {
		t.Error("a store was made that was only to be read")
	}
}

func TestABackupThatEndsEarlyLeavesTheFileThatWasThere(t *testing.T) {
	b := newBench(t)
	path := b.write(t, "kept.ndjson", "kept")
	if err := writeFile("--out", path, func(w io.Writer) error {
		if _, err := io.WriteString(w, "half"); err != nil {
			return err
		}
		return io.ErrShortWrite
	}); err == nil {
		t.Error("no error")
	}
	if content, err := os.ReadFile(path); err != nil || string(content) != "kept" {
		t.Errorf("the file holds %q, error %v", content, err)
	}
	if left, err := filepath.Glob(filepath.Join(b.dir, ".kept*")); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, error %v", left, err)
	}
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip(err)
	}
	if r := b.run(t, nil, "backup", "--out", "/dev/full"); r.code != exitFailure || strings.Count(r.stderr, "\n") != 1 || !strings.Contains(r.stderr, "no space") {
		t.Errorf("a full disk: %+v", r)
	}
	if info, err := os.Stat("/dev/full"); err != nil || info.Mode().IsRegular() {
		t.Error("the device was replaced by a file")
	}
}

func TestABackupIntoAClosedPipeFails(t *testing.T) {
	b := newBench(t)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	command := program(t, "backup", "--out", "-", "--store", b.store)
	command.Stdout = w
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	err = command.Run()
	_ = w.Close()
	if err == nil {
		t.Error("it ended well")
	}
}

func TestASecondSignalEndsAProgramThatWaitsForStandardInput(t *testing.T) {
	dir := t.TempDir()
	command := program(t, "restore", "-", "--store", "sqlite:"+filepath.Join(dir, "store.db"))
	command.Env = append(command.Env, "TMPDIR="+dir)
	stdin, err := command.StdinPipe() // nothing comes, and no end
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	tick, until := time.NewTicker(20*time.Millisecond), time.After(30*time.Second)
	defer tick.Stop()
	for {
		select {
		case err := <-ended:
			if err == nil {
				t.Error("it ended well")
			}
			return
		case <-until:
			_ = command.Process.Kill()
			t.Fatal("it waits on")
		case <-tick.C:
			if reading, _ := filepath.Glob(filepath.Join(dir, "treatyctl-restore-*")); len(reading) > 0 {
				_ = command.Process.Signal(os.Interrupt) // it may have ended
			}
		}
	}
}

// program is the program as another process, not started.
func program(t testing.TB, args ...string) *exec.Cmd {
	command := exec.Command(os.Args[0], args...)
	command.Env = append(os.Environ(), programVariable+"=1")
	command.Stderr = t.Output()
	return command
}

// A killing is how often copies to a kind of store are killed.
type killing struct {
	kills, revisions int
	empty            func(t *testing.T, n int) (address string) // a new store for the n-th copy
}

// prove kills copies at any moment, and asks that each time the next one ends with the whole record.
func (k killing) prove(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	if text := os.Getenv("TREATYGRAPH_SEED"); text != "" {
		var err error
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("TREATYGRAPH_SEED=%d", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	from := "sqlite:" + filepath.Join(t.TempDir(), "from.db")
	original := fillRevisions(t, from, k.revisions)

	began := time.Now()
	if out, err := program(t, "copy", from, k.empty(t, 0)).Output(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	whole, within := time.Since(began), 0
	for n := range k.kills {
		address := k.empty(t, n+1)
		k.killCopy(t, from, address, random, whole, n%2 == 0)
		store := openAt(t, address)
		head, err := store.Head(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if head.Revision > 0 && int(head.Revision) < k.revisions {
			within++
		}
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
		out, err := program(t, "copy", from, address).Output()
		if err != nil || !strings.HasPrefix(string(out), fmt.Sprintf("copied and compared: %d revisions", k.revisions)) {
			t.Fatalf("kill %d, after revision %d: the next copy says %q, %v", n, head.Revision, out, err)
		}
		store = openAt(t, address)
		wantSame(t, store, original)
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("a copy of %d revisions took %v; of %d kills %d came between its revisions", k.revisions, whole.Round(time.Millisecond), k.kills, within)
	if within == 0 {
		t.Error("no copy was killed between its first and its last revision")
	}
}

// killCopy starts a copy and kills it at a random moment: of all the time that a copy takes, or soon after its first revision is there.
func (k killing) killCopy(t *testing.T, from, address string, random *rand.Rand, whole time.Duration, writing bool) {
	t.Helper()
	command := program(t, "copy", from, address)
	command.Stderr = nil // what a killed one says does not count
	var watched graph.Store
	if writing {
		watched = openAt(t, address)
		defer watched.Close()
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	moment := whole
	if writing {
		moment /= 16
		for until := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
			head, err := watched.Head(t.Context())
			if err != nil || time.Now().After(until) {
				_, _ = command.Process.Kill(), command.Wait()
				t.Fatalf("the copy wrote nothing: head %+v, error %v", head, err)
			}
			if head.Revision > 0 {
				break
			}
		}
	}
	time.Sleep(time.Duration(random.Int64N(int64(moment))))
	_ = command.Process.Kill() // it may have ended by itself
	_ = command.Wait()
}

// fillRevisions makes a record of so many revisions; each but the first closes some of what the one before wrote.
func fillRevisions(t *testing.T, address string, n int) *sqlite.Store {
	t.Helper()
	store, err := sqlite.Open(t.Context(), strings.TrimPrefix(address, "sqlite:"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	for i := range n {
		batch := &graph.Batch{Key: fmt.Sprint(i), Texts: []*graph.Text{graph.NewText("zh", fmt.Sprint("条约 ", i), nil)}}
		for j := range 20 {
			subject := graph.ID(fmt.Sprintf("topic/%d", j+i*10))
			if i == 0 && j == 0 {
				subject = "dataset/kill"
			}
			batch.Assert = append(batch.Assert, graph.Assertion{
				Claim:   graph.Claim{Subject: subject, Predicate: graph.PredDescribed, Value: &graph.Value{Kind: graph.ValueText, Text: "row"}},
				Dataset: "dataset/kill", Rank: graph.RankNormal, Method: graph.MethodCurated, Evidence: []graph.Evidence{{Citation: fmt.Sprint(i)}}})
		}
		if _, err := store.Apply(t.Context(), batch); err != nil {
			t.Fatal(err)
		}
	}
	return store
}

func TestACopyThatIsKilledAtAnyMomentGoesOnWhereItWas(t *testing.T) {
	kills := 20
	if testing.Short() {
		kills = 4
	}
	dir := t.TempDir()
	killing{kills, 300, func(_ *testing.T, n int) string { return "sqlite:" + filepath.Join(dir, fmt.Sprintf("to-%d.db", n)) }}.prove(t)
}

func TestACopyToNeo4jThatIsKilledAtAnyMomentGoesOnWhereItWas(t *testing.T) {
	kills := 6
	if testing.Short() {
		kills = 3
	}
	for _, version := range server.VersionsToTest(t) {
		t.Run(version, func(t *testing.T) {
			database := server.Lease(t, version)
			killing{kills, 100, func(t *testing.T, _ int) string {
				if err := database.Empty(t.Context()); err != nil {
					t.Fatal(err)
				}
				return database.URL()
			}}.prove(t)
		})
	}
}
