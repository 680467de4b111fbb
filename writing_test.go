package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
)

func TestAProgramWithAWriteTokenTakesWritesFromItsHolder(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	stdout, printed := io.Pipe()
	var stderr bytes.Buffer
	ended := make(chan int, 1)
	args := []string{"--listen", "127.0.0.1:0", "--corpus", "none", "--store", "sqlite:" + filepath.Join(t.TempDir(), "t.db"), "--oidc-issuer", "http://127.0.0.1:1", "--oidc-audience", "treatygraph"}
	go func() {
		code := run(ctx, args, func(name string) string { return map[string]string{writeToken: "secret"}[name] }, printed, &stderr)
		printed.Close()
		ended <- code
	}()
	url, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	write := func(token string) string {
		body := `{"query": "mutation {ingestDocument(input: {key: \"k\", id: \"document/d\", language: \"en\", text: \"1. The parties agree.\"}) {revision {number author} document {id}}}"}`
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, strings.TrimSpace(url)+"/graphql", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Authorization", "Bearer "+token)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		answer, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(answer)
	}
	if answer := write("wrong"); !strings.Contains(answer, "UNAUTHENTICATED") {
		t.Errorf("with a wrong token: %s", answer)
	}
	if answer := write("secret"); !strings.Contains(answer, `{"revision":{"number":1,"author":"operator"},"document":{"id":"document/d"}}`) {
		t.Errorf("with the token: %s", answer)
	}
	cancel()
	if code := <-ended; code != 0 {
		t.Errorf("exit code %d", code)
	}
	if strings.Contains(stderr.String(), "secret") {
		t.Error("the token stands in the log")
	}
}
