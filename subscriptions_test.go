package main

import (
	"bufio"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"treatygraph/graph"
	"treatygraph/graph/sqlite"
)

// TestThePublishedClientsFollowARunningServer subscribes with graphql-ws and graphql-sse, while this process writes into the server's store.
func TestThePublishedClientsFollowARunningServer(t *testing.T) {
	if testing.Short() {
		t.Skip("needs packages from npm; left out by -short")
	}
	prepareClientTools(t)
	dir := t.TempDir()
	server := start(t, dir)
	defer server.stop(t)
	head := server.ask(t, `{__typename}`).Extensions.Revision.Number
	const written = 3
	client := exec.CommandContext(t.Context(), "node", "subscriptions.mjs", server.url+"/graphql", "0", fmt.Sprint(head), fmt.Sprint(head+written))
	var stderr strings.Builder
	client.Dir, client.Stderr = clientTools, &stderr
	stdout, err := client.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := client.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(stdout)
	if line, err := lines.ReadString('\n'); line != "ready\n" {
		_ = client.Wait()
		t.Fatalf("says %q (%v)\n%s", line, err, stderr.String())
	}
	store, err := sqlite.Open(t.Context(), filepath.Join(dir, "treatygraph.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	for i := range written {
		v := graph.NameValue(graph.Name{Text: fmt.Sprint("Another name ", i), Lang: "en", Role: graph.NameAlias})
		a := graph.Assertion{Claim: graph.Claim{Subject: "treaty/moscow", Predicate: graph.PredNamed, Value: &v}, Dataset: "dataset/authority",
			Rank: graph.RankNormal, Method: graph.MethodCurated}
		if _, err := store.Apply(t.Context(), &graph.Batch{Key: fmt.Sprint("subscriptions ", i), Author: "test", Summary: "another name", Assert: []graph.Assertion{a}}); err != nil {
			t.Fatal(err)
		}
	}
	rest, _ := io.ReadAll(lines)
	if err := client.Wait(); err != nil || string(rest) != "done\n" {
		t.Errorf("%v, says %q\n%s", err, rest, stderr.String())
	}
}
