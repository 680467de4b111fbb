package sqlite_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"treatygraph/graph"
	"treatygraph/graph/sqlite"
)

const crashRows = 40

// crashBatch is the batch of revision n: the first says what the others say anew each time.
func crashBatch(n graph.RevisionNumber) *graph.Batch {
	b := &graph.Batch{Key: fmt.Sprint("batch ", n)}
	for i := range crashRows {
		subject := graph.ID(fmt.Sprint("topic/", i))
		if i == 0 {
			subject = "dataset/crash"
		}
		b.Assert = append(b.Assert, graph.Assertion{
			Claim:   graph.Claim{Subject: subject, Predicate: graph.PredDescribed, Value: &graph.Value{Kind: graph.ValueText, Text: "row"}},
			Dataset: "dataset/crash", Rank: graph.RankNormal, Method: graph.MethodCurated,
			Evidence: []graph.Evidence{{Citation: fmt.Sprint("revision ", n)}},
		})
	}
	b.Texts = []*graph.Text{graph.NewText("en", fmt.Sprint("text ", n), nil)}
	return b
}

// writeUntilKilled writes revision after revision to the file and prints the number of each once it is acknowledged. It begins with
// the batch of the head, which must turn out to be written.
func writeUntilKilled(arguments []string) int {
	ctx := context.Background()
	store, err := sqlite.Open(ctx, arguments[0], sqlite.Options{})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	head, err := store.Head(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	for n := max(1, head.Revision); ; n++ {
		receipt, err := store.Apply(ctx, crashBatch(n))
		if err != nil || receipt.Revision.Number != n || receipt.Repeated != (n <= head.Revision) {
			fmt.Fprintln(os.Stderr, n, receipt, err)
			return 1
		}
		fmt.Println(n)
	}
}

func TestAKilledWriterLosesNoAcknowledgedBatchAndLeavesNoHalfOne(t *testing.T) {
	kills := 100
	if testing.Short() {
		kills = 5
	}
	path := filepath.Join(t.TempDir(), "crash.db")
	var all []graph.Change
	var digest graph.Digest
	for kill := range kills {
		acknowledged := writeAndKill(t, path)
		store := mustOpen(t, path, sqlite.Options{})
		for c, err := range store.Changes(t.Context(), graph.RevisionNumber(len(all))) {
			if err != nil {
				t.Fatalf("kill %d: %v", kill, err)
			}
			if err := c.Verify(digest); err != nil {
				t.Fatalf("kill %d: %v", kill, err)
			}
			if n := c.Revision.Number; c.Revision.Key != crashBatch(n).Key || len(c.Written) != crashRows || (n > 1 && len(c.Closed) != crashRows) || len(c.Texts) != 1 {
				t.Fatalf("kill %d: revision %d is half written: %+v", kill, n, c.Revision)
			}
			digest = c.Revision.Digest
			all = append(all, c)
		}
		if n := graph.RevisionNumber(len(all)); n < acknowledged {
			t.Fatalf("kill %d: revision %d was acknowledged, the head is %d", kill, acknowledged, n)
		}
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d kills, %d revisions", kills, len(all))
	if len(all) == 0 {
		t.Fatal("no writer wrote anything before it was killed")
	}
	store := mustOpen(t, path, sqlite.Options{})
	defer store.Close()
	_, versions, err := store.Scan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var written []graph.Ref
	for _, c := range all {
		for _, v := range c.Written {
			written = append(written, v.Ref)
		}
	}
	var scanned []graph.Ref
	for v, err := range versions {
		if err != nil {
			t.Fatal(err)
		}
		if current := v.Ref.From == graph.RevisionNumber(len(all)); current != (v.To == 0) || !current && v.To != v.Ref.From+1 {
			t.Fatalf("%v was closed by %d", v.Ref, v.To)
		}
		scanned = append(scanned, v.Ref)
	}
	if !slices.Equal(scanned, written) {
		t.Fatal("what is there is not what the revisions wrote")
	}
}

// writeAndKill starts a writer, kills it at some moment, and returns the last revision that it printed.
func writeAndKill(t *testing.T, path string) (acknowledged graph.RevisionNumber) {
	t.Helper()
	command := exec.Command(os.Args[0], path)
	command.Env = append(os.Environ(), helperVariable+"=write")
	stdout, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	command.Stderr = t.Output()
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(stdout)
	// Half of the kills come at some moment of the start, the others at some moment of the writing.
	moment := time.Duration(rand.Int64N(int64(80 * time.Millisecond)))
	if rand.IntN(2) == 0 {
		moment /= 4
		line, err := lines.ReadString('\n')
		if err != nil {
			t.Fatalf("the writer ended by itself: %v", command.Wait())
		}
		acknowledged = number(t, line)
	}
	time.Sleep(moment)
	if err := command.Process.Kill(); err != nil {
		t.Fatalf("the writer ended by itself: %v, %v", err, command.Wait())
	}
	for {
		line, err := lines.ReadString('\n')
		if err == io.EOF {
			break // what stands before it without an end of line was not printed whole
		}
		if err != nil {
			t.Fatal(err)
		}
		acknowledged = number(t, line)
	}
	if err := command.Wait(); command.ProcessState.Exited() {
		t.Fatalf("the writer ended by itself: %v", err)
	}
	return acknowledged
}

func number(t *testing.T, line string) graph.RevisionNumber {
	t.Helper()
	n, err := strconv.ParseUint(line[:len(line)-1], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return graph.RevisionNumber(n)
}
