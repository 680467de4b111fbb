package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"treatygraph/schema"
)

const (
	// clientTools is the client project, laid out from tools/clients.
	clientTools = ".tools/node"
	// notTested is where a test that a person's machine cannot run says so; make test prints it at its end.
	notTested = ".tools/not-tested/clients"

	minNode = 20
	// exitNoPackages is how prepare.mjs ends where npm cannot have its packages.
	exitNoPackages = 3
)

// TestTheToolsOfClientsTakeThePublishedSchema runs what front-end teams use on what they get: graphql-js, GraphQL-ESLint, relay-compiler,
// GraphQL Code Generator and TypeScript; then the clients so made ask a running server.
func TestTheToolsOfClientsTakeThePublishedSchema(t *testing.T) {
	if testing.Short() {
		t.Skip("needs packages from npm; left out by -short")
	}
	prepareClientTools(t)
	current := filepath.Join(t.TempDir(), "schema.graphql")
	text, err := schema.Print()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(current, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		what    string
		command []string
	}{
		{"changes that break clients are found", []string{"npm", "test", "--silent"}},
		{"nothing that is published has gone", []string{"node", "publish.mjs", "--check", "schema.graphql", current}},
		{"the schema suits Relay", []string{"npm", "run", "--silent", "lint"}},
		{"relay-compiler", []string{"npm", "run", "--silent", "relay"}},
		{"GraphQL Code Generator", []string{"npm", "run", "--silent", "generate"}},
		{"TypeScript", []string{"npm", "run", "--silent", "compile"}},
	} {
		if !t.Run(step.what, func(t *testing.T) { t.Log(clientTool(t, step.command...)) }) && step.command[0] == "npm" {
			t.FailNow() // what follows works with what this makes
		}
	}
	server := start(t, t.TempDir())
	defer server.stop(t)
	url := server.url + "/graphql"
	t.Run("the server's own description is the published schema", func(t *testing.T) { clientTool(t, "node", "served.mjs", url) })
	for script, says := range map[string][]string{
		"example.js": {"Treaty treaty/moscow: Moscow Treaty IN_FORCE since 2003 with a timeline\n", "Treaty treaty/start-i:", "EXPIRED\n",
			"all treaties on several pages\n", "search: treaty/moscow EXACT_NAME\n", "citations with words: true\n", "done\n"},
		"relay/example.js": {"Treaty EXPIRED\n", "after the second page: 4\n", "as of a day: IN_FORCE\n", "done\n"},
	} {
		t.Run(script, func(t *testing.T) {
			output := clientTool(t, "node", script, url)
			for _, part := range says {
				if !strings.Contains(output, part) {
					t.Errorf("does not say %q:\n%s", part, output)
				}
			}
		})
	}
}

// prepareClientTools lays the client project out with its packages. What a person's machine lacks is a notice, under CI it is a failure.
func prepareClientTools(t *testing.T) {
	t.Helper()
	if err := os.RemoveAll(notTested); err != nil {
		t.Fatal(err)
	}
	err := haveNode()
	if err == nil {
		var output []byte
		output, err = exec.CommandContext(t.Context(), "node", "tools/clients/prepare.mjs").CombinedOutput()
		var exit *exec.ExitError
		if err != nil && (!errors.As(err, &exit) || exit.ExitCode() != exitNoPackages) {
			t.Fatalf("tools/clients/prepare.mjs: %v\n%s", err, output)
		}
		if err != nil {
			err = errors.New(strings.TrimSpace(string(output)))
		}
	}
	switch {
	case err != nil && os.Getenv("CI") == "true":
		t.Fatal(err)
	case err != nil:
		notice := fmt.Sprintf("NOT TESTED with the tools of clients: %v", err)
		if err := errors.Join(os.MkdirAll(filepath.Dir(notTested), 0o755), os.WriteFile(notTested, []byte(notice+"\n"), 0o600)); err != nil {
			t.Fatal(err)
		}
		t.Skip(notice)
	}
}

func haveNode() error {
	version, err := exec.Command("node", "--version").Output()
	if err != nil {
		return fmt.Errorf("Node.js %d or later is not on this machine: %w", minNode, err)
	}
	major, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(string(version)), "v"), ".")
	if n, err := strconv.Atoi(major); err != nil || n < minNode {
		return fmt.Errorf("Node.js %d or later is needed, this is %s", minNode, version)
	}
	if _, err := exec.LookPath("npm"); err != nil {
		return fmt.Errorf("npm is not on this machine: %w", err)
	}
	return nil
}

// clientTool runs a command in the client project and returns what it says.
func clientTool(t *testing.T, command ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), command[0], command[1:]...)
	cmd.Dir, cmd.Env = clientTools, append(os.Environ(), "NO_COLOR=1", "FORCE_COLOR=0", "BREAKING=")
	output, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(command, " "), err, output)
	}
	return string(output)
}

// TestClientsFindTheHTTPThatTheyExpect runs the audit of GraphQL over HTTP and the persisted queries of Apollo Client against a running server.
func TestClientsFindTheHTTPThatTheyExpect(t *testing.T) {
	if testing.Short() {
		t.Skip("needs packages from npm; left out by -short")
	}
	prepareClientTools(t)
	server := start(t, t.TempDir())
	defer server.stop(t)
	t.Run("the audit of graphql-http", func(t *testing.T) {
		output := clientTool(t, "node", "audit.mjs", server.url+"/graphql")
		t.Log(output)
		if !strings.HasSuffix(output, "61 of 61\n") {
			t.Error("the audit has other checks than the 61 of the pinned version")
		}
	})
	t.Run("Apollo Client's persisted queries", func(t *testing.T) { t.Log(clientTool(t, "node", "persisted.mjs", server.url+"/graphql")) })
}
