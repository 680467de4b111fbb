// Package neo4j starts a real Neo4j Community from its Maven artifacts, for tests and for people, and leases it to one test at a time.
//
// It needs Java and Maven, no container and no root; the jars (some 116 MB a version) come once into Maven's own local repository.
package neo4j

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	bolt "github.com/neo4j/neo4j-go-driver/v5/neo4j"
)

const (
	// startTimeout is many times the 7 s that a start takes: a machine at its limit is no failure.
	startTimeout = 90 * time.Second
	// stopTimeout is what a server gets to write its last checkpoint.
	stopTimeout = 20 * time.Second
	// askPause is the time between two questions whether a starting server answers.
	askPause = 100 * time.Millisecond
)

const (
	user = "neo4j"
	// initialPassword is what Neo4j sets in an empty home, and does nothing with until it is changed.
	initialPassword = "neo4j"
)

// Config says which Neo4j to start.
type Config struct {
	Version  string            // one of Versions, or another of 5.x or since 2025
	Home     string            // the folder of data, logs and conf, made when it is not there; "": a temporary one, removed by Stop, and a JVM made for a short life
	Port     int               // of Bolt on 127.0.0.1; 0: a free one
	Password string            // of the user neo4j, at least 8 characters; "": no authentication. A home keeps the one it began with
	Settings map[string]string // further settings of neo4j.conf, or others in place of ours
	Log      io.Writer         // gets what Neo4j prints; nil: only a failure shows the end of it
}

// A Server is a Neo4j process of its own. It ends with the process that started it, also when that is killed.
// One goroutine at a time may call its methods. The goroutine that waits for the child, (*Server).await, lasts as long as the child.
type Server struct {
	config    Config
	home      string
	temporary bool
	port      int
	command   []string

	mu      sync.Mutex
	version string // as the server says
	guard   *guard // nil after Stop
	cmd     *exec.Cmd
	exited  chan struct{} // closed when cmd has ended; nil before the first start
}

// Start starts a Neo4j and returns when it answers queries, 90 s later at the most; before that Maven may take minutes, once a machine.
// ctx bounds the start only. Where Java or Maven are missing the error is [ErrMissing] and says what to install; when Neo4j does not
// come up the error shows the end of what it printed.
func Start(ctx context.Context, c Config) (*Server, error) {
	if err := leftOut(); err != nil {
		return nil, err
	}
	s := &Server{config: c, home: c.Home, port: c.Port, temporary: c.Home == ""}
	r, err := releaseOf(c.Version)
	if err != nil {
		return nil, err
	}
	j, err := javaFor(ctx, &r)
	if err != nil {
		return nil, err
	}
	path, err := classpath(ctx, &r, j)
	if err != nil {
		return nil, err
	}
	if s.temporary {
		if s.home, err = os.MkdirTemp("", "treatygraph-neo4j-"); err != nil {
			return nil, fmt.Errorf("neo4j: making a home: %w", err)
		}
	}
	if s.home, err = filepath.Abs(s.home); err != nil {
		return nil, fmt.Errorf("neo4j: finding the home: %w", err)
	}
	if s.port == 0 {
		s.port, err = freePort()
	} else {
		err = mayListen(s.port)
	}
	if err == nil {
		err = s.configure(&r)
	}
	if err == nil {
		s.command = commandLine(&r, j, path, s.home, s.temporary)
		err = s.launch(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	return s, nil
}

// commandLine is what Neo4j's own script gives the JVM, cut down to what a small server needs. A brief one is for tests: without Java's
// second compiler it is up after two thirds of the work (10 s of processor time, not 15), though slower under an hour of load.
func commandLine(r *release, j jdk, path, home string, brief bool) []string {
	return append(java(j, path, brief), r.main, "--console-mode", "--home-dir="+home, "--config-dir="+filepath.Join(home, "conf"))
}

// java is a command line up to the class to run.
func java(j jdk, path string, brief bool) []string {
	args := []string{
		j.java(), "-Xmx1g", "-XX:+UseParallelGC", "-XX:+ExitOnOutOfMemoryError",
		"--add-opens=java.base/java.nio=ALL-UNNAMED", "--add-opens=java.base/java.io=ALL-UNNAMED", // for the page cache and its files
		"--add-opens=java.base/sun.nio.ch=ALL-UNNAMED", "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
		"--enable-native-access=ALL-UNNAMED", "-Dio.netty.tryReflectionSetAccessible=true", "-Dlog4j2.disable.jmx=true",
	}
	const firstWithWarning = 24 // JEP 498: Java warns of what Neo4j's memory access does, and Java 21 does not know the option
	if j.major >= firstWithWarning {
		args = append(args, "--sun-misc-unsafe-memory-access=allow")
	}
	if brief {
		args = append(args, "-XX:TieredStopAtLevel=1")
	}
	return append(args, "-cp", path)
}

// configure writes neo4j.conf, in which no setting may stand twice.
func (s *Server) configure(r *release) error {
	settings := map[string]string{
		"server.bolt.listen_address":     s.Address(),
		"server.bolt.advertised_address": s.Address(),
		"server.http.enabled":            "false",
		"server.https.enabled":           "false",
		"dbms.security.auth_enabled":     strconv.FormatBool(s.config.Password != ""),
		"dbms.usage_report.enabled":      "false",
		"server.memory.pagecache.size":   "256m",
		"db.tx_log.preallocate":          "false", // 256 MB of zeros for each database otherwise
		// An orderly end waits 10 s for Bolt connections to come otherwise.
		"internal.server.bolt.thread_pool_shutdown_wait_time": "1s",
	}
	maps.Copy(settings, r.settings)
	maps.Copy(settings, s.config.Settings)
	var text strings.Builder
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		fmt.Fprintf(&text, "%s=%s\n", name, settings[name])
	}
	conf := filepath.Join(s.home, "conf")
	if err := os.MkdirAll(conf, 0o755); err != nil {
		return fmt.Errorf("neo4j: writing its settings: %w", err)
	}
	if err := os.WriteFile(filepath.Join(conf, "neo4j.conf"), []byte(text.String()), 0o644); err != nil {
		return fmt.Errorf("neo4j: writing its settings: %w", err)
	}
	return nil
}

// Address is the host:port of Bolt. It stays the same over Restart.
func (s *Server) Address() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)) }

// URL is the address as the driver takes it, without credentials.
func (s *Server) URL() string { return "bolt://" + s.Address() }

// Version is what the server says that it is.
func (s *Server) Version() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.version
}

// PID is the number of the JVM's process, of the last one when it has ended.
func (s *Server) PID() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cmd.Process.Pid
}

// launch starts the JVM and waits until it answers.
func (s *Server) launch(ctx context.Context) (err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.guard == nil {
		remove := []string{lockPath(s.Address()), nextPath(lockPath(s.Address()))}
		if s.temporary {
			remove = append(remove, s.home)
		}
		if s.guard, err = startGuard(remove...); err != nil {
			return err
		}
	}
	if err := s.run(); err != nil {
		return err
	}
	if err := s.ready(ctx); err != nil {
		return errors.Join(err, s.kill())
	}
	return nil
}

// run starts the JVM under the guard.
func (s *Server) run() error {
	if err := os.MkdirAll(filepath.Dir(s.console()), 0o755); err != nil {
		return fmt.Errorf("neo4j: writing its log: %w", err)
	}
	console, err := os.Create(s.console())
	if err != nil {
		return fmt.Errorf("neo4j: writing its log: %w", err)
	}
	s.cmd = exec.Command(s.command[0], s.command[1:]...)
	s.cmd.SysProcAttr = ownGroup()
	s.cmd.Stdout = console
	if s.config.Log != nil {
		s.cmd.Stdout = io.MultiWriter(console, s.config.Log)
	}
	s.cmd.Stderr = s.cmd.Stdout
	if err := s.cmd.Start(); err != nil {
		console.Close()
		return fmt.Errorf("neo4j: starting Java: %w", err)
	}
	s.exited = make(chan struct{})
	go s.await(s.cmd, s.guard, console, s.exited)
	if err := s.guard.watch(s.cmd.Process.Pid); err != nil {
		return errors.Join(fmt.Errorf("neo4j: its guard is gone: %w", err), s.kill())
	}
	return nil
}

// await takes note of the end of the child. The guard hears of it at once, before the system gives the number to another process.
func (s *Server) await(cmd *exec.Cmd, g *guard, console io.Closer, exited chan<- struct{}) {
	cmd.Wait() // a child that ended by a signal is no error here; one that ended too early is seen by ready
	g.watch(0) // a guard that is gone has nobody to end
	console.Close()
	close(exited)
}

func (s *Server) console() string { return filepath.Join(s.home, "logs", "console.log") }

// ready waits until a query is answered.
func (s *Server) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	driver, err := connect(s.URL(), s.config.Password)
	if err != nil {
		return err
	}
	defer driver.Close(context.WithoutCancel(ctx))
	for {
		version, err := s.ask(ctx, driver)
		if err == nil {
			s.version = version
			return nil
		}
		if refused(err) {
			return fmt.Errorf("neo4j: %s refuses the password: %w", s.home, err)
		}
		select {
		case <-s.exited:
			return fmt.Errorf("neo4j: version %s ended while starting: %s", s.config.Version, s.lastWords())
		case <-ctx.Done():
			return fmt.Errorf("neo4j: version %s does not answer (%w): %w: %s", s.config.Version, err, context.Cause(ctx), s.lastWords())
		case <-time.After(askPause):
		}
	}
}

// ask asks the server for its version; in an empty home it sets the password first.
func (s *Server) ask(ctx context.Context, driver bolt.DriverWithContext) (string, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", s.Address())
	if err != nil {
		return "", err // the driver would make more of it
	}
	conn.Close()
	version, err := versionOf(ctx, driver)
	if !refused(err) {
		return version, err
	}
	if err := s.setPassword(ctx); err != nil {
		return "", err
	}
	return versionOf(ctx, driver)
}

// setPassword makes the change that Neo4j demands of the initial password, which only the system database takes.
func (s *Server) setPassword(ctx context.Context) error {
	driver, err := connect(s.URL(), initialPassword)
	if err != nil {
		return err
	}
	defer driver.Close(context.WithoutCancel(ctx))
	_, err = bolt.ExecuteQuery(ctx, driver, `ALTER CURRENT USER SET PASSWORD FROM $old TO $new`,
		map[string]any{"old": initialPassword, "new": s.config.Password}, bolt.EagerResultTransformer, bolt.ExecuteQueryWithDatabase("system"))
	return err
}

func (s *Server) lastWords() string {
	text, err := os.ReadFile(s.console())
	if err != nil {
		return err.Error()
	}
	return tail(text)
}

// Kill ends the process by SIGKILL, as a crash would, and keeps its data for Restart. It is nothing to a process that has ended.
func (s *Server) Kill() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.kill()
}

func (s *Server) kill() error {
	if !s.running() {
		return nil
	}
	if err := s.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("neo4j: killing the server: %w", err)
	}
	<-s.exited
	return nil
}

// Stop ends the server and removes a temporary home. A server with a home of its own gets SIGTERM and 20 s to leave its data in order,
// then SIGKILL; for a temporary one nothing is worth waiting. Stop may be called again, and after Kill.
func (s *Server) Stop() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	end := s.terminate
	if s.temporary {
		end = s.kill
	}
	err := end()
	switch {
	case s.guard != nil:
		err = errors.Join(err, s.guard.end())
		s.guard = nil
	case s.temporary: // there was no guard yet
		err = errors.Join(err, os.RemoveAll(s.home))
	}
	return err
}

func (s *Server) terminate() error {
	if !s.running() {
		return nil
	}
	if err := interrupt(s.cmd.Process); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("neo4j: ending the server: %w", err)
	}
	select {
	case <-s.exited:
		return nil
	case <-time.After(stopTimeout):
		return s.kill()
	}
}

// Restart starts the server again on its home and its port, after Kill, after Stop of a server with a home of its own, or while it runs:
// then it is ended in order first. It returns when the server answers, as Start does.
func (s *Server) Restart(ctx context.Context) error {
	s.mu.Lock()
	err := s.terminate()
	gone := s.guard == nil && s.temporary
	s.mu.Unlock()
	switch {
	case err != nil:
		return err
	case gone:
		return errors.New("neo4j: a stopped server without a home of its own cannot start again")
	}
	return s.launch(ctx)
}

func (s *Server) running() bool {
	if s.exited == nil {
		return false
	}
	select {
	case <-s.exited:
		return false
	default:
		return true
	}
}

// freePort looks below the ports that systems give to outgoing connections: one of those could be gone before Neo4j is up.
func freePort() (port int, err error) {
	const first, count, tries = 20000, 12000, 50
	for range tries {
		port = first + rand.IntN(count)
		if err = mayListen(port); err == nil {
			return port, nil
		}
	}
	return 0, err
}

func mayListen(port int) error {
	l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return fmt.Errorf("neo4j: port %d is not free: %w", port, err)
	}
	return l.Close()
}
