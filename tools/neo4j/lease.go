package neo4j

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	bolt "github.com/neo4j/neo4j-go-driver/v5/neo4j"
)

// PersonsServer is the environment variable with the URL of a person's own server, with user and password where it asks for them:
// bolt://neo4j:PASSWORD@127.0.0.1:7687. Tests delete everything in it.
const PersonsServer = "NEO4J_TEST_URI"

// Variable is the environment variable in which tools/neo4j/serve tells test processes the URL of its server of a version:
// TREATYGRAPH_NEO4J_5_26_30.
func Variable(version string) string {
	return "TREATYGRAPH_NEO4J_" + strings.ReplaceAll(version, ".", "_")
}

// LeaveOut is the environment variable that, set to "none", skips every test over Neo4j, as `make test-quick` does. CI does not know it.
const LeaveOut = "TREATYGRAPH_NEO4J"

func leftOut() error {
	if os.Getenv(LeaveOut) == "none" && os.Getenv("CI") != "true" {
		return fmt.Errorf("%w: %s is none", ErrMissing, LeaveOut)
	}
	return nil
}

// VersionsToTest are the versions to ask [Lease] for: [Versions], or what the server of NEO4J_TEST_URI says that it is. With -short it is the
// newest alone: what is left out is said of another server by the same code.
func VersionsToTest(t testing.TB) []string {
	t.Helper()
	address := os.Getenv(PersonsServer)
	switch {
	case address == "" && testing.Short():
		return Versions[len(Versions)-1:]
	case address == "":
		return Versions
	}
	driver, err := connect(address, "")
	if err != nil {
		t.Fatal(err)
	}
	defer driver.Close(context.WithoutCancel(t.Context()))
	version, err := versionOf(t.Context(), driver)
	if err != nil {
		t.Fatalf("neo4j: asking the server of %s for its version: %v", PersonsServer, err)
	}
	return []string{version}
}

// A Database is a leased one: nobody else uses its server until the test ends.
type Database struct {
	url    string
	driver bolt.DriverWithContext
}

// Lease gives the test an empty database on a shared server of the version, and to no other test, in this process or another, until
// the test and its subtests end. Emptying keeps the schema of tests before.
//
// The server is, in this order, the one of NEO4J_TEST_URI, whatever its version; the one that tools/neo4j/serve started for the version; or
// one that this process starts for all its leases and that ends with the process. While other tests have the server Lease waits in turn,
// at most until shortly before the deadline of the test binary: then it fails and names who is before it. So a test that leases anew for each
// part of its work lets others in between.
//
// Where Neo4j cannot be had, because there is no Java or no Maven, the test is skipped with what is missing; under CI=true it fails.
// testing.Short changes nothing here but [VersionsToTest]: whether a lease is worth its time is the caller's to say.
//
// A package that looks for leaked goroutines must ignore the one that waits for the server:
// goleak.IgnoreAnyFunction("treatygraph/tools/neo4j.(*Server).await").
func Lease(t testing.TB, version string) *Database {
	t.Helper()
	address, err := addressOf(t.Context(), version)
	failOrSkip(t, version, err)
	driver, err := connect(address, "")
	if err != nil {
		t.Fatal(err)
	}
	d := &Database{url: address, driver: driver}
	t.Cleanup(func() { driver.Close(context.Background()) }) // the test's own context has ended by then
	ctx, cancel := beforeDeadline(t)
	defer cancel()
	unlock, err := lockInTurn(ctx, lockPath(d.host()), t.Name())
	if err != nil {
		t.Fatalf("neo4j: waiting for the server of version %s: %v", version, err)
	}
	t.Cleanup(unlock)
	// What a test before left open could still be committed, into this lease.
	if err := endOthers(ctx, driver); err != nil {
		t.Fatal(err)
	}
	if err := empty(ctx, driver); err != nil {
		t.Fatal(err)
	}
	return d
}

// failOrSkip ends the test on an error: what a person's machine lacks is a notice, under CI it is a failure.
func failOrSkip(t testing.TB, version string, err error) {
	t.Helper()
	switch {
	case errors.Is(err, ErrMissing) && os.Getenv("CI") != "true":
		t.Skipf("NOT TESTED on Neo4j %s: %v", version, err)
	case err != nil:
		t.Fatal(err)
	}
}

// URL is the address of the server, with user and password where NEO4J_TEST_URI has them.
func (d *Database) URL() string { return d.url }

// Empty deletes all nodes and relationships and keeps the schema. Open transactions that are in the way for 5 s are ended.
func (d *Database) Empty(ctx context.Context) error { return empty(ctx, d.driver) }

func (d *Database) host() string {
	u, err := url.Parse(d.url)
	if err != nil {
		return "" // connect has parsed it before
	}
	return u.Host
}

// lockPath is one file for one server. It lies in the system's temporary folder because other checkouts may use the server too.
func lockPath(host string) string {
	return filepath.Join(os.TempDir(), "treatygraph-neo4j-"+strings.NewReplacer(":", "_", "[", "", "]", "").Replace(host)+".lock")
}

// lockInTurn lets those who wait go before one who gives the lock back and wants it again: the next in turn holds a lock of its own, and it is
// the only one who tries.
func lockInTurn(ctx context.Context, path, holder string) (unlock func(), err error) {
	next, err := lock(ctx, nextPath(path), holder)
	if err != nil {
		return nil, err
	}
	defer next()
	return lock(ctx, path, holder)
}

// nextPath is the lock of who is the next to have another lock.
func nextPath(path string) string { return path + ".next" }

// toReport is what a test that waited in vain keeps for its failure to be shown, before the test binary is ended at its deadline.
const toReport = 2 * time.Second

func beforeDeadline(t testing.TB) (context.Context, context.CancelFunc) {
	if limited, is := t.(interface{ Deadline() (time.Time, bool) }); is { // a benchmark has none
		if deadline, has := limited.Deadline(); has {
			return context.WithDeadlineCause(t.Context(), deadline.Add(-toReport), errors.New("the deadline of the tests is near"))
		}
	}
	return context.WithCancel(t.Context())
}

// own are the servers that this process started for its leases. They live as long as the process, which no value that a test holds does.
var own struct {
	sync.Mutex
	servers map[string]*ownServer
}

type ownServer struct {
	once   sync.Once
	server *Server
	err    error
}

// addressOf finds or starts the server of a version.
func addressOf(ctx context.Context, version string) (string, error) {
	if err := leftOut(); err != nil {
		return "", err
	}
	for _, variable := range []string{PersonsServer, Variable(version)} {
		if address := os.Getenv(variable); address != "" {
			return address, nil
		}
	}
	own.Lock()
	if own.servers == nil {
		own.servers = map[string]*ownServer{}
	}
	o := own.servers[version]
	if o == nil {
		o = new(ownServer)
		own.servers[version] = o
	}
	own.Unlock()
	// The server outlives the test that asks first, and its failure is everybody's: so is its start.
	o.once.Do(func() { o.server, o.err = Start(context.WithoutCancel(ctx), Config{Version: version}) })
	if o.err != nil {
		return "", fmt.Errorf("a server for the leases: %w", o.err)
	}
	return o.server.URL(), nil
}
