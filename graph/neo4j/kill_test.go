package neo4j_test

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
	"treatygraph/graph/neo4j"
	server "treatygraph/tools/neo4j"
)

const (
	killRows = 200
	// freedWithin bounds how long the transaction of a killed process may keep others from writing: the server rolls it back when it sees
	// the connection end, which is at once on one machine.
	freedWithin = 5 * time.Second
)

// killBatch is the batch of revision n: the first says what the others say anew each time.
func killBatch(n graph.RevisionNumber) *graph.Batch {
	b := &graph.Batch{Key: fmt.Sprint("batch ", n)}
	for i := range killRows {
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
	b.Texts = []*graph.Text{graph.NewText("en", fmt.Sprint("text ", n), nil)}
	return b
}

// writeUntilKilled writes revision after revision and prints the number of each once it is acknowledged. It begins with the batch of the
// head, which must turn out to be written.
func writeUntilKilled(arguments []string) int {
	ctx := context.Background()
	store, err := neo4j.Open(ctx, arguments[0], neo4j.Options{})
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
		receipt, err := store.Apply(ctx, killBatch(n))
		if err != nil || receipt.Revision.Number != n || receipt.Repeated != (n <= head.Revision) {
			fmt.Fprintln(os.Stderr, n, receipt, err)
			return 1
		}
		fmt.Println(n)
	}
}

func TestAKilledWriterLosesNoAcknowledgedBatchLeavesNoHalfOneAndKeepsNobodyFromWriting(t *testing.T) {
	for _, version := range server.VersionsToTest(t) {
		t.Run(version, func(t *testing.T) { killWriters(t, server.Lease(t, version).URL()) })
	}
}

func killWriters(t *testing.T, address string) {
	kills := 20
	if testing.Short() {
		kills = 3
	}
	store := mustOpen(t, address, neo4j.Options{})
	defer store.Close()
	var all []graph.Change
	var digest graph.Digest
	slowest, unseen := time.Duration(0), 0
	for kill := range kills {
		acknowledged := writeAndKill(t, address, kill%4 == 1)
		// The next in line takes the lock that the dead one may have held. It asks for a head that cannot be, so that it writes nothing.
		began := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), freedWithin)
		b := killBatch(1 << 40)
		b.IfHead = new(graph.RevisionNumber(1 << 40))
		_, err := store.Apply(ctx, b)
		cancel()
		if !errors.Is(err, graph.ErrConflict) {
			t.Fatalf("kill %d: the next cannot write: %v", kill, err)
		}
		slowest = max(slowest, time.Since(began))
		for c, err := range store.Changes(t.Context(), graph.RevisionNumber(len(all))) {
			if err != nil {
				t.Fatalf("kill %d: %v", kill, err)
			}
			if err := c.Verify(digest); err != nil {
				t.Fatalf("kill %d: %v", kill, err)
			}
			if n := c.Revision.Number; c.Revision.Key != killBatch(n).Key || len(c.Written) != killRows || (n > 1 && len(c.Closed) != killRows) || len(c.Texts) != 1 {
				t.Fatalf("kill %d: revision %d is half written: %+v", kill, n, c.Revision)
			}
			digest = c.Revision.Digest
			all = append(all, c)
		}
		if n := graph.RevisionNumber(len(all)); n < acknowledged {
			t.Fatalf("kill %d: revision %d was acknowledged, the head is %d", kill, acknowledged, n)
		} else if n > acknowledged && acknowledged > 0 {
			unseen += int(n - acknowledged)
		}
	}
	t.Logf("%d kills, %d revisions, %d of them written and not acknowledged; the next could write after %v at most", kills, len(all), unseen, slowest.Round(time.Millisecond))
	if len(all) == 0 {
		t.Fatal("no writer wrote anything before it was killed")
	}
	_, versions, err := store.Scan(t.Context())
	must(t, err)
	var written, scanned []graph.Ref
	for _, c := range all {
		for _, v := range c.Written {
			written = append(written, v.Ref)
		}
	}
	for v, err := range versions {
		must(t, err)
		if current := v.Ref.From == graph.RevisionNumber(len(all)); current != (v.To == 0) || !current && v.To != v.Ref.From+1 {
			t.Fatalf("%v was closed by %d", v.Ref, v.To)
		}
		scanned = append(scanned, v.Ref)
	}
	if !slices.Equal(scanned, written) {
		t.Fatal("what is there is not what the revisions wrote")
	}
}

// writeAndKill starts a writer, kills it at some moment, of its start or of its writing, and returns the last revision that it printed.
func writeAndKill(t *testing.T, address string, atStart bool) (acknowledged graph.RevisionNumber) {
	t.Helper()
	command := exec.Command(os.Args[0], address)
	command.Env = append(os.Environ(), helperVariable+"=write")
	stdout, err := command.StdoutPipe()
	must(t, err)
	command.Stderr = t.Output()
	must(t, command.Start())
	lines := bufio.NewReader(stdout)
	if !atStart {
		line, err := lines.ReadString('\n')
		if err != nil {
			t.Fatalf("the writer ended by itself: %v", command.Wait())
		}
		acknowledged = number(t, line)
	}
	time.Sleep(rand.N(500 * time.Millisecond))
	if err := command.Process.Kill(); err != nil {
		t.Fatalf("the writer ended by itself: %v, %v", err, command.Wait())
	}
	for {
		line, err := lines.ReadString('\n')
		if err == io.EOF {
			break // what stands before it without an end of line was not printed whole
		}
		must(t, err)
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
	must(t, err)
	return graph.RevisionNumber(n)
}
