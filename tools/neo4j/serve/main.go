// Command serve runs a real Neo4j, for a person or for the time of another command.
//
//	go run ./tools/neo4j/serve -- go test ./...
//
// starts one server of each version that tests run on, tells the command of them by environment variables, which neo4j.Lease knows, and
// ends them after it. The exit code is the command's, though `go run` itself makes 1 of every failure. With NEO4J_TEST_URI set, or where
// Java or Maven are missing and CI is not true, the command runs without servers and a line on standard error says so.
//
//	go run ./tools/neo4j/serve [-version 5.26.30] [-port 7687] [-home DIR] [-password P]
//
// runs one server until Ctrl-C and prints its URL. Without -home its data ends with it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"sync"
	"syscall"

	"treatygraph/tools/neo4j"
)

func main() {
	code, err := run(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func run(args []string) (code int, err error) {
	var c neo4j.Config
	flags := flag.NewFlagSet("serve", flag.ExitOnError)
	flags.Usage = func() {
		fmt.Fprintln(flags.Output(), "serve [flags]: one Neo4j until Ctrl-C\nserve -- COMMAND: one of each version while the command runs")
		flags.PrintDefaults()
	}
	flags.StringVar(&c.Version, "version", neo4j.Versions[len(neo4j.Versions)-1], "which Neo4j")
	flags.IntVar(&c.Port, "port", 7687, "of Bolt on 127.0.0.1; 0: a free one")
	flags.StringVar(&c.Home, "home", "", "the `folder` of its data; empty: a temporary one")
	flags.StringVar(&c.Password, "password", "", "of the user neo4j, at least 8 characters; empty: no authentication")
	flags.Parse(args) // exits on an error
	if command := flags.Args(); len(command) > 0 {
		if len(args) > len(command) && args[0] != "--" {
			return 1, errors.New("serve: the flags are for one server without a command")
		}
		return around(command)
	}
	return 0, alone(c)
}

// alone runs one server for a person.
func alone(c neo4j.Config) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	server, err := neo4j.Start(ctx, c)
	if err != nil {
		return err
	}
	announce(server)
	fmt.Println("Ctrl-C ends it")
	<-ctx.Done()
	return server.Stop()
}

// around runs the command beside the servers.
func around(command []string) (code int, err error) {
	// From here on signals are the command's. One that comes while servers start ends the start; the terminal sends it to the command too.
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	servers, err := startAll(signals)
	defer func() {
		for _, server := range servers {
			err = errors.Join(err, server.Stop())
		}
	}()
	if err != nil {
		return 1, err
	}
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Env = os.Environ()
	for version, server := range servers {
		cmd.Env = append(cmd.Env, neo4j.Variable(version)+"="+server.URL())
	}
	if err := cmd.Start(); err != nil {
		return 1, fmt.Errorf("serve: %w", err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for {
		select {
		case s := <-signals:
			cmd.Process.Signal(s) // a command that has ended needs none
		case err := <-ended:
			return exitCode(err)
		}
	}
}

// startAll starts the servers side by side, none when they are not needed or, for a person, not to be had.
func startAll(signals <-chan os.Signal) (map[string]*neo4j.Server, error) {
	if os.Getenv(neo4j.PersonsServer) != "" {
		fmt.Fprintf(os.Stderr, "serve: %s is set, so no Neo4j is started\n", neo4j.PersonsServer)
		return nil, nil
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	started := make(chan struct{})
	var all sync.WaitGroup
	var mu sync.Mutex
	var failure error
	servers := map[string]*neo4j.Server{}
	for _, version := range neo4j.Versions {
		all.Go(func() {
			server, err := neo4j.Start(ctx, neo4j.Config{Version: version})
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				servers[version] = server
				announce(server)
			case errors.Is(err, neo4j.ErrMissing) && os.Getenv("CI") != "true":
				fmt.Fprintln(os.Stderr, "serve:", err)
			default:
				failure = errors.Join(failure, err)
			}
		})
	}
	go func() { all.Wait(); close(started) }()
	select {
	case <-started:
	case s := <-signals:
		cancel()
		<-started
		failure = fmt.Errorf("serve: %s while starting", s)
	}
	return servers, failure
}

func announce(s *neo4j.Server) { fmt.Printf("Neo4j %s at %s\n", s.Version(), s.URL()) }

// exitCode is the command's, or what a shell says of one that a signal ended.
func exitCode(err error) (int, error) {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0, nil
	case !errors.As(err, &exit):
		return 1, fmt.Errorf("serve: %w", err)
	}
	if status, is := exit.Sys().(syscall.WaitStatus); is && status.Signaled() {
		const signaled = 128
		return signaled + int(status.Signal()), nil
	}
	return exit.ExitCode(), nil
}
