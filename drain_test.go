package main

import (
	"bytes"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// TestNoRequestIsLostWhenASignalEndsTheProgram ends the program 100 times while clients ask it, on connections that they keep and on new ones. What was sent is
// answered; only a connection that was not made may fail.
func TestNoRequestIsLostWhenASignalEndsTheProgram(t *testing.T) {
	rounds := 100
	if testing.Short() {
		rounds = 10
	}
	dir, answered := t.TempDir(), int64(0)
	for round := range rounds {
		server := start(t, dir, "--corpus", "none")
		load := newLoad(server.url, 4, 2)
		load.await(int64(20 + round%30)) // not always at the same moment
		server.stop(t)
		load.wait()
		for _, problem := range load.problems {
			t.Errorf("round %d: %s", round, problem)
		}
		if strings.Contains(server.stderr.String(), "level=WARN") {
			t.Errorf("round %d: %s", round, server.stderr)
		}
		if answered += load.answered.Load(); t.Failed() {
			t.FailNow()
		}
	}
	t.Logf("%d signals, %d requests answered", rounds, answered)
}

// A load is clients that ask until no connection can be made.
type load struct {
	url      string
	answered atomic.Int64
	clients  sync.WaitGroup
	mu       sync.Mutex
	problems []string
}

func newLoad(url string, kept, fresh int) *load {
	l := &load{url: url}
	for i := range kept + fresh {
		l.clients.Go(func() { l.ask(i >= kept) })
	}
	return l
}

// ask asks one request after the other, on one connection or each on its own.
func (l *load) ask(fresh bool) {
	dialer := net.Dialer{Timeout: 200 * time.Millisecond} // one that is not let in any more need not wait to be refused
	transport := &http.Transport{DialContext: dialer.DialContext, DisableKeepAlives: fresh}
	defer transport.CloseIdleConnections()
	client := http.Client{Transport: transport}
	for {
		response, err := client.Post(l.url+"/graphql", "application/json", strings.NewReader(`{"query":"{revision{number} treaties{nodes{id}}}"}`))
		if dial := new(net.OpError); errors.As(err, &dial) && dial.Op == "dial" {
			return
		}
		if err == nil {
			err = expectData(response)
		}
		if err != nil {
			l.mu.Lock()
			l.problems = append(l.problems, fmt.Sprintf("fresh %t: %v", fresh, err))
			l.mu.Unlock()
			return
		}
		l.answered.Add(1)
	}
}

func expectData(response *http.Response) error {
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	var a struct{ Data, Errors json.RawMessage }
	if err := json.Unmarshal(body, &a); err != nil || response.StatusCode != http.StatusOK || a.Data == nil || a.Errors != nil {
		return fmt.Errorf("%s: %s", response.Status, body)
	}
	return nil
}

func (l *load) await(answers int64) {
	for l.answered.Load() < answers {
		time.Sleep(time.Millisecond)
	}
}

func (l *load) wait() { l.clients.Wait() }

func TestARequestThatIsHalfSentAtTheSignalIsAnswered(t *testing.T) {
	server := start(t, t.TempDir(), "--corpus", "none", "--drain-delay", "300ms")
	connection, err := net.Dial("tcp", strings.TrimPrefix(server.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	body := []byte(`{"query":"{revision{number}}"}`)
	fmt.Fprintf(connection, "POST /graphql HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body[:10])
	if err := server.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	var ready struct {
		Ready  bool
		Reason string
	}
	for ready.Reason == "" { // it still answers, and says that it will not for long
		response, err := http.Get(server.url + "/readyz")
		if err != nil {
			t.Fatal(err)
		}
		if err := json.NewDecoder(response.Body).Decode(&ready); err != nil {
			t.Fatal(err)
		}
		if _ = response.Body.Close(); ready.Reason != "" && (response.StatusCode != http.StatusServiceUnavailable || !response.Close) {
			t.Errorf("a service that drains answers %s and keeps its connections: %t", response.Status, !response.Close)
		}
	}
	if ready.Reason != "draining" {
		t.Errorf("not ready: %q", ready.Reason)
	}
	if _, err := connection.Write(body[10:]); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(connection) // to its end: the server closes it
	if err != nil || !bytes.HasPrefix(answer, []byte("HTTP/1.1 200 OK\r\n")) || !bytes.Contains(answer, []byte(`"data":{"revision":`)) {
		t.Errorf("got %q, %v", answer, err)
	}
	if rest := <-server.rest; rest != "" {
		t.Errorf("printed %q", rest)
	}
	if err := server.cmd.Wait(); err != nil {
		t.Errorf("%v: %s", err, server.stderr)
	}
}

func TestTheProgramSpeaksHTTPSAndEndsItsConnectionsWell(t *testing.T) {
	pages := httptest.NewTLSServer(nil) // whose certificate its client trusts
	defer pages.Close()
	pair := pages.TLS.Certificates[0]
	key, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, block := range map[string]*pem.Block{"cert.pem": {Type: "CERTIFICATE", Bytes: pair.Certificate[0]}, "key.pem": {Type: "PRIVATE KEY", Bytes: key}} {
		if err := os.WriteFile(filepath.Join(dir, name), pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	server := start(t, dir, "--corpus", "none", "--tls-cert", "cert.pem", "--tls-key", "key.pem")
	client := pages.Client()
	client.Transport.(*http.Transport).ForceAttemptHTTP2 = true
	response, err := client.Post(server.url+"/graphql", "application/json", strings.NewReader(`{"query":"{revision{number}}"}`))
	if err != nil {
		t.Fatal(err)
	}
	if err := expectData(response); err != nil || response.ProtoMajor != 2 || response.Header.Get("Strict-Transport-Security") == "" {
		t.Errorf("%v, %s, %v", err, response.Proto, response.Header)
	}
	server.stop(t) // with the connection open
	if strings.Contains(server.stderr.String(), "level=WARN") {
		t.Errorf("%s", server.stderr)
	}
}
