package storetest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"testing"
	"time"

	"treatygraph/graph"
)

const (
	// KillRows is how many assertions a KillBatch has.
	KillRows = 40
	// freedWithin bounds how long the transaction of a killed process may keep others from writing: it is rolled back when its connection
	// ends, or its lock on the file does, which is at once on one machine.
	freedWithin = 5 * time.Second
)

// KillBatch is the batch of revision n: the first says what the others say anew each time.
func KillBatch(n graph.RevisionNumber) *graph.Batch {
	b := &graph.Batch{Key: fmt.Sprint("batch ", n), Texts: []*graph.Text{graph.NewText("en", fmt.Sprint("text ", n), nil)}}
	for i := range KillRows {
		subject := graph.ID(fmt.Sprint("topic/", i))
		if i == 0 {
			subject = "dataset/kill"
		}
		b.Assert = append(b.Assert, graph.Assertion{
			Claim:   graph.Claim{Subject: subject, Predicate: graph.PredDescribed, Value: &graph.Value{Kind: graph.ValueText, Text: "row"}},
			Dataset: "dataset/kill", Rank: graph.RankNormal, Method: graph.MethodCurated,
			Evidence: []graph.Evidence{{Citation: fmt.Sprint("revision ", n)}},
		})
	}
	return b
}

// WriteUntilKilled is what the other process of Kills does: it writes revision after revision and prints the number of each once it is
// acknowledged. It begins with the batch of the head, which must turn out to be written. It returns an exit code when something fails.
func WriteUntilKilled(store graph.Store) int {
	ctx := context.Background()
	head, err := store.Head(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	for n := max(1, head.Revision); ; n++ {
		receipt, err := store.Apply(ctx, KillBatch(n))
		if err != nil || receipt.Revision.Number != n || receipt.Repeated != (n <= head.Revision) {
			fmt.Fprintln(os.Stderr, n, receipt, err)
			return 1
		}
		fmt.Println(n)
	}
}

// A Killed is data that processes write to until they are killed.
type Killed struct {
	Kills  int
	Within time.Duration                  // kills come at any moment up to this one, of the start or of the writing
	Writer func(t testing.TB) *exec.Cmd   // a process that runs WriteUntilKilled, not started
	Open   func(t testing.TB) graph.Store // a handle in this process
}

// Prove kills writers, and proves that none loses an acknowledged batch, leaves half of one or keeps the next one from writing.
func (k Killed) Prove(t *testing.T) {
	var all []graph.Change
	var digest graph.Digest
	slowest, unseen := time.Duration(0), 0
	for kill := range k.Kills {
		acknowledged := k.writeAndKill(t, kill%2 == 0)
		store := k.Open(t)
		slowest = max(slowest, writable(t, store))
		for c, err := range store.Changes(t.Context(), graph.RevisionNumber(len(all))) {
			if err != nil {
				t.Fatalf("kill %d: %v", kill, err)
			}
			if err := c.Verify(digest); err != nil {
				t.Fatalf("kill %d: %v", kill, err)
			}
			if n := c.Revision.Number; c.Revision.Key != KillBatch(n).Key || len(c.Written) != KillRows || (n > 1 && len(c.Closed) != KillRows) || len(c.Texts) != 1 {
				t.Fatalf("kill %d: revision %d is half written: %+v", kill, n, c.Revision)
			}
			digest = c.Revision.Digest
			all = append(all, c)
		}
		if n := graph.RevisionNumber(len(all)); n < acknowledged {
			t.Fatalf("kill %d: revision %d was acknowledged, the head is %d", kill, acknowledged, n)
		} else if acknowledged > 0 {
			unseen += int(n - acknowledged)
		}
		if kill == k.Kills-1 {
			_, versions := scan(t, store)
			if !slices.Equal(replay(all), versions) {
				t.Fatal("what is there is not what the revisions wrote")
			}
		}
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d kills, %d revisions, %d of them written and not acknowledged; the next could write after %v at most", k.Kills, len(all), unseen, slowest.Round(time.Millisecond))
	if len(all) == 0 {
		t.Fatal("no writer wrote anything before it was killed")
	}
}

// writable returns how long it took to get the lock that a dead process may have held. It asks for a head that cannot be, so that it
// writes nothing.
func writable(t testing.TB, store graph.Store) time.Duration {
	t.Helper()
	began := time.Now()
	ctx, cancel := context.WithTimeout(t.Context(), freedWithin)
	defer cancel()
	const never = 1 << 40
	b := KillBatch(never)
	b.IfHead = new(graph.RevisionNumber(never))
	if _, err := store.Apply(ctx, b); !errors.Is(err, graph.ErrConflict) {
		t.Fatalf("the next process cannot write: %v", err)
	}
	return time.Since(began)
}

// writeAndKill starts a writer, kills it at some moment of the writing or of its start, and returns the last revision that it printed.
func (k Killed) writeAndKill(t *testing.T, writing bool) (acknowledged graph.RevisionNumber) {
	t.Helper()
	command := k.Writer(t)
	stdout, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	command.Stderr = t.Output()
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(stdout)
	read := func() error {
		line, err := lines.ReadString('\n')
		if err != nil {
			return err // what stands before it without an end of line was not printed whole
		}
		n, err := strconv.ParseUint(line[:len(line)-1], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		acknowledged = graph.RevisionNumber(n)
		return nil
	}
	moment := rand.N(k.Within)
	if writing {
		moment /= 4
		if err := read(); err != nil {
			t.Fatalf("the writer ended by itself: %v", command.Wait())
		}
	}
	time.Sleep(moment)
	if err := command.Process.Kill(); err != nil {
		t.Fatalf("the writer ended by itself: %v, %v", err, command.Wait())
	}
	for err == nil {
		err = read()
	}
	if err != io.EOF {
		t.Fatal(err)
	}
	if err := command.Wait(); command.ProcessState.Exited() {
		t.Fatalf("the writer ended by itself: %v", err)
	}
	return acknowledged
}
