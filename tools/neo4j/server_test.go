//go:build unix

package neo4j

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	bolt "github.com/neo4j/neo4j-go-driver/v5/neo4j"
)

// helperVariable makes the test binary a program that starts a server of the version, prints its PID, home and address, and waits to be killed.
const helperVariable = "TREATYGRAPH_NEO4J_TEST_HELPER"

func TestMain(m *testing.M) {
	if version := os.Getenv(helperVariable); version != "" {
		s, err := Start(context.Background(), Config{Version: version})
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println(s.PID(), s.home, s.Address())
		select {}
	}
	os.Exit(m.Run())
}

// onEach runs the test on each version, side by side.
func onEach(t *testing.T, test func(t *testing.T, version string)) {
	t.Parallel()
	for _, version := range VersionsToTest(t) {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			test(t, version)
		})
	}
}

func ask(t *testing.T, d *Database, text string) []any {
	t.Helper()
	list, err := query(t.Context(), d.driver, text, nil)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return list
}

func TestALeasedServerTellsItsVersion(t *testing.T) {
	onEach(t, func(t *testing.T, version string) {
		d := Lease(t, version)
		if got, err := versionOf(t.Context(), d.driver); err != nil || got != version {
			t.Errorf("got %q, %v", got, err)
		}
	})
}

func TestALeaseIsEmptyAndKeepsTheSchema(t *testing.T) {
	onEach(t, func(t *testing.T, version string) {
		t.Run("first", func(t *testing.T) {
			d := Lease(t, version)
			ask(t, d, `CREATE CONSTRAINT leased IF NOT EXISTS FOR (n:Leased) REQUIRE n.id IS UNIQUE`)
			ask(t, d, `CREATE (:Leased {id: 1})-[:KNOWS]->(:Leased {id: 2})`)
		})
		t.Run("second", func(t *testing.T) {
			d := Lease(t, version)
			defer ask(t, d, `DROP CONSTRAINT leased`)
			if count, err := size(t.Context(), d.driver); err != nil || count != 0 {
				t.Errorf("%d nodes and relationships are left: %v", count, err)
			}
			if names := ask(t, d, `SHOW CONSTRAINTS YIELD name WHERE name = 'leased' RETURN name`); len(names) != 1 {
				t.Error("the constraint is gone")
			}
		})
	})
}

func TestTwoLeasesOfOneServerExcludeEachOther(t *testing.T) {
	onEach(t, func(t *testing.T, version string) {
		taken, trying := make(chan struct{}), make(chan struct{})
		var over atomic.Bool
		// Side by side by goroutines: parallel subtests of both versions wait for each other's turn where two may run at once.
		var wait sync.WaitGroup
		wait.Go(func() {
			t.Run("first", func(t *testing.T) {
				defer close(taken) // also when there is no lease to be had
				d := Lease(t, version)
				t.Cleanup(func() {
					<-trying
					time.Sleep(300 * time.Millisecond) // many times what the second needs when nothing holds it
					over.Store(true)
				})
				ask(t, d, `CREATE (:Leased)`)
			})
		})
		wait.Go(func() {
			t.Run("second", func(t *testing.T) {
				<-taken
				close(trying)
				d := Lease(t, version)
				if !over.Load() {
					t.Error("got the server while the first had it")
				}
				if count, err := size(t.Context(), d.driver); err != nil || count != 0 {
					t.Errorf("%d nodes of the first are left: %v", count, err)
				}
			})
		})
		wait.Wait()
	})
}

func TestALockNotToBeHadInTimeNamesItsHolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	unlock, err := lock(t.Context(), path, "TestThatHoldsIt")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*lockPause)
	defer cancel()
	if _, err := lock(ctx, path, "TestThatWaits"); !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "TestThatHoldsIt") {
		t.Errorf("got %v", err)
	}
	unlock()
	unlock, err = lock(t.Context(), path, "TestThatWaits")
	if err != nil {
		t.Fatal(err)
	}
	unlock()
}

func TestWhoGivesALockBackComesAfterWhoWaitsForIt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	take := func(holder string) (unlock func()) {
		unlock, err := lockInTurn(t.Context(), path, holder)
		if err != nil {
			t.Error(err)
			return func() {}
		}
		return unlock
	}
	giveBack := take("first")
	var waiting sync.WaitGroup
	var between atomic.Bool
	waiting.Go(func() {
		unlock := take("second")
		between.Store(true)
		unlock()
	})
	for text := []byte(nil); !strings.HasPrefix(string(text), "second"); time.Sleep(time.Millisecond) {
		text, _ = os.ReadFile(nextPath(path))
	}
	giveBack()
	unlock := take("first again")
	if !between.Load() {
		t.Error("got it before the second, who waited")
	}
	unlock()
	waiting.Wait()
}

func TestEmptyDeletesManyNodesInBatches(t *testing.T) {
	onEach(t, func(t *testing.T, version string) {
		d := Lease(t, version)
		ask(t, d, `CREATE (hub:Hub) WITH hub UNWIND range(1, 6000) AS i CREATE (hub)-[:HAS]->(:Spoke {i: i})`)
		began := time.Now()
		if err := d.Empty(t.Context()); err != nil {
			t.Fatal(err)
		}
		t.Logf("12,001 nodes and relationships in %v", time.Since(began))
		if count, err := size(t.Context(), d.driver); err != nil || count != 0 {
			t.Errorf("%d are left: %v", count, err)
		}
		ask(t, d, `UNWIND range(1, 100) AS i CREATE (:Spoke {i: i})`)
		began = time.Now()
		if err := d.Empty(t.Context()); err != nil {
			t.Fatal(err)
		}
		t.Logf("100 nodes in %v", time.Since(began))
	})
}

// leaveOpen leaves a transaction open that has run the statement, as a client does that died without closing its connection.
func leaveOpen(t *testing.T, d *Database, text string) bolt.ExplicitTransaction {
	t.Helper()
	driver, err := connect(d.URL(), "")
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.WithoutCancel(t.Context())
	session := driver.NewSession(ctx, bolt.SessionConfig{})
	tx, err := session.BeginTransaction(ctx)
	if err != nil {
		t.Fatal(err)
	}
	result, err := tx.Run(ctx, text, nil)
	if err == nil {
		_, err = result.Consume(ctx)
	}
	if err != nil {
		t.Fatal(err)
	}
	return tx
}

func TestEmptyingEndsTransactionsThatAreInTheWay(t *testing.T) {
	onEach(t, func(t *testing.T, version string) {
		var left bolt.ExplicitTransaction
		t.Run("within a lease", func(t *testing.T) {
			d := Lease(t, version)
			ask(t, d, `CREATE (:Locked)`)
			tx := leaveOpen(t, d, `MATCH (n:Locked) SET n.by = 'nobody'`)
			if err := d.Empty(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := tx.Commit(t.Context()); err == nil {
				t.Error("a transaction from before the emptying was committed after it")
			}
			left = leaveOpen(t, d, `CREATE (:Late)`) // in nobody's way
		})
		t.Run("from a lease before", func(t *testing.T) {
			d := Lease(t, version)
			if err := left.Commit(t.Context()); err == nil {
				t.Error("a transaction of the lease before was committed")
			}
			if count, err := size(t.Context(), d.driver); err != nil || count != 0 {
				t.Errorf("%d nodes are left: %v", count, err)
			}
		})
	})
}

func TestAKilledServerRestartsWithItsDataAndItsPassword(t *testing.T) {
	t.Parallel()
	version := Versions[len(Versions)-1]
	const password = "correct horse"
	home := filepath.Join(t.TempDir(), "home")
	var printed strings.Builder
	s, err := Start(t.Context(), Config{Version: version, Home: home, Password: password, Log: &printed})
	failOrSkip(t, version, err)
	t.Cleanup(func() {
		if err := s.Kill(); err != nil {
			t.Error(err)
		}
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
		if _, err := os.Stat(home); err != nil {
			t.Errorf("Stop removed a home that is not its own: %v", err)
		}
	})
	driver := dial(t, s, password)
	if _, err := query(t.Context(), driver, `CREATE (:Kept)`, nil); err != nil {
		t.Fatal(err)
	}
	for _, wrong := range []string{"wrong horse", ""} {
		if _, err := versionOf(t.Context(), dial(t, s, wrong)); !refused(err) {
			t.Errorf("the password %q: %v", wrong, err)
		}
	}
	before, address := s.PID(), s.Address()
	if err := s.Kill(); err != nil {
		t.Fatal(err)
	}
	if !gone(before) {
		t.Errorf("process %d lives after Kill", before)
	}
	if !strings.Contains(printed.String(), "Started") {
		t.Errorf("the log got %q", printed.String())
	}
	if err := s.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	if s.Address() != address {
		t.Errorf("%s became %s", address, s.Address())
	}
	if list, err := query(t.Context(), dial(t, s, password), `MATCH (n:Kept) RETURN 1`, nil); err != nil || len(list) != 1 {
		t.Errorf("after the restart: %v, %v", list, err)
	}
}

func dial(t *testing.T, s *Server, password string) bolt.DriverWithContext {
	t.Helper()
	driver, err := connect(s.URL(), password)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { driver.Close(context.Background()) })
	return driver
}

func TestAServerThatCannotStartSaysWhy(t *testing.T) {
	t.Parallel()
	_, err := Start(t.Context(), Config{Version: Versions[0], Settings: map[string]string{"no.such.setting": "1"}})
	if errors.Is(err, ErrMissing) {
		failOrSkip(t, Versions[0], err)
	}
	if err == nil || !strings.Contains(err.Error(), "no.such.setting") || strings.Contains(err.Error(), "\n") {
		t.Errorf("got %v", err)
	}
	if _, err := Start(t.Context(), Config{Version: "4.4.0"}); err == nil {
		t.Error("Neo4j 4.4 was started")
	}
}

func TestTheServerEndsWhenItsStarterIsKilled(t *testing.T) {
	t.Parallel()
	version := Versions[0]
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), helperVariable+"="+version)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	cmd.Process.Kill()
	cmd.Wait() // it was killed
	var pid int
	var home, address string
	if _, scan := fmt.Sscan(line, &pid, &home, &address); err != nil || scan != nil {
		if strings.Contains(line, ErrMissing.Error()) {
			failOrSkip(t, version, fmt.Errorf("%w: %s", ErrMissing, line))
		}
		t.Fatalf("the helper said %q, %v", line, err)
	}
	const most = 10 * time.Second
	for limit := time.Now().Add(most); ; time.Sleep(50 * time.Millisecond) {
		_, err := os.Stat(home)
		if gone(pid) && errors.Is(err, fs.ErrNotExist) {
			return
		}
		if time.Now().After(limit) {
			t.Fatalf("%v after its starter the process %d is gone: %t; its home: %v", most, pid, gone(pid), err)
		}
	}
}

// gone tells whether there is no such process any more.
func gone(pid int) bool {
	p, err := os.FindProcess(pid)
	return err != nil || p.Signal(syscall.Signal(0)) != nil
}
