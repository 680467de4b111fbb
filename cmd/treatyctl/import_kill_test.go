package main

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"treatygraph/graph"
	server "treatygraph/tools/neo4j"
)

// rowsToKill is a participation table of treaties that the record does not know.
func rowsToKill(t *testing.T, path string, rows int) {
	t.Helper()
	var b strings.Builder
	b.WriteString("Contracting Party,Treaty,Signature Date,Instrument Type,Instrument Date,Entry Into Force Date\n")
	states := []string{"FRA", "CHN", "JPN", "ITA", "PER", "TCD", "MLI", "CUB"}
	for i := range rows {
		day := graph.MustDate("1970-01-01").Earliest() + graph.Day(i%9000)
		fmt.Fprintf(&b, "%s,Convention %d on Killing Processes,%s,Ratification,%s,%s\n", states[i%len(states)], i/len(states), day.Date(), (day + 100).Date(), (day + 200).Date())
	}
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}

// saidBy returns what a dataset says now, as bodies.
func saidBy(t *testing.T, address string, dataset graph.ID) map[string]bool {
	t.Helper()
	store := openAt(t, address)
	defer store.Close()
	_, scan, err := store.Scan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	said := make(map[string]bool)
	for v, err := range scan {
		if err != nil {
			t.Fatal(err)
		}
		if v.Ref.Dataset == dataset && v.To == 0 {
			said[v.Body] = true
		}
	}
	return said
}

// waitForHead waits until a store has another head.
func waitForHead(t *testing.T, address string, before graph.Head) {
	t.Helper()
	store := openAt(t, address)
	defer store.Close()
	for until := time.Now().Add(2 * time.Minute); ; time.Sleep(time.Millisecond) {
		head, err := store.Head(t.Context())
		if err != nil || time.Now().After(until) {
			t.Fatalf("nothing was written: head %+v, error %v", head, err)
		}
		if head.Revision > before.Revision {
			return
		}
	}
}

// proveImports kills imports at any moment, and asks that the next one ends with what an undisturbed one says.
func proveImports(t *testing.T, kills, rows int, empty func(t *testing.T, n int) (address string)) {
	seed := uint64(time.Now().UnixNano())
	if text := os.Getenv("TREATYGRAPH_SEED"); text != "" {
		var err error
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("TREATYGRAPH_SEED=%d", seed)
	random := rand.New(rand.NewPCG(seed, 2))
	shipped := newBench(t)
	table := filepath.Join(t.TempDir(), "rows.csv")
	rowsToKill(t, table, rows)
	into := func(n int) (string, []string) {
		address := empty(t, n)
		if out, err := program(t, "copy", shipped.store, address).Output(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		return address, []string{"import", "participation", table, "--dataset", "dataset/killed", "--title", "Killed", "--store", address}
	}
	address, args := into(0)
	began := time.Now()
	if out, err := program(t, args...).Output(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	whole, want, within := time.Since(began), saidBy(t, address, "dataset/killed"), 0
	if len(want) < 3*rows {
		t.Fatalf("%d assertions", len(want))
	}
	for n := range kills {
		address, args := into(n + 1)
		command := program(t, args...)
		command.Stderr = nil // what a killed one says does not count
		before, err := openAt(t, address).Head(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		moment := whole
		if n%2 == 0 { // soon after its first batch; the others at any moment
			moment /= 16
			waitForHead(t, address, before)
		}
		time.Sleep(time.Duration(random.Int64N(int64(moment))))
		_, _ = command.Process.Kill(), command.Wait() // it may have ended by itself
		if half := len(saidBy(t, address, "dataset/killed")); half > 0 && half < len(want) {
			within++
		}
		if out, err := program(t, args...).Output(); err != nil {
			t.Fatalf("kill %d: the next import says %q, %v", n, out, err)
		}
		if got := saidBy(t, address, "dataset/killed"); !maps.Equal(got, want) {
			t.Errorf("kill %d: %d assertions, want %d", n, len(got), len(want))
		}
		if out, err := program(t, "verify", "--store", address).Output(); err != nil {
			t.Errorf("kill %d: verify: %v: %s", n, err, out)
		}
		if out, err := program(t, args...).Output(); err != nil || !strings.Contains(string(out), "nothing has changed") {
			t.Errorf("kill %d: once more: %v: %s", n, err, out)
		}
	}
	t.Logf("an import took %v; %d of %d kills came between its batches", whole.Round(time.Millisecond), within, kills)
	if within == 0 {
		t.Error("no import was killed between its first and its last batch")
	}
}

func TestAnImportThatIsKilledAtAnyMomentIsFinishedByTheNext(t *testing.T) {
	kills := 3
	if testing.Short() {
		kills = 1
	}
	proveImports(t, kills, 12_000, func(t *testing.T, n int) string {
		return "sqlite:" + filepath.Join(t.TempDir(), fmt.Sprintf("%d.db", n))
	})
}

func TestAnImportIntoNeo4jThatIsKilledAtAnyMomentIsFinishedByTheNext(t *testing.T) {
	if testing.Short() {
		t.Skip("SQLite alone with -short")
	}
	versions := server.VersionsToTest(t)
	database := server.Lease(t, versions[len(versions)-1])
	proveImports(t, 1, 6_000, func(t *testing.T, _ int) string {
		if err := database.Empty(t.Context()); err != nil {
			t.Fatal(err)
		}
		return database.URL()
	})
}
