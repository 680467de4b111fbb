package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"treatygraph/corpus"
)

// program is the binary under test.
var program string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "treatygraph")
	if err != nil {
		panic(err)
	}
	program = filepath.Join(dir, "treatygraph")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "go build: %v\n%s", err, out)
		os.Exit(1)
	}
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// A running program.
type running struct {
	url    string
	cmd    *exec.Cmd
	stderr *bytes.Buffer
	rest   chan string // what it prints on standard output after the URL
}

// start runs the program in a folder on a free port and waits for its URL.
func start(t *testing.T, dir string, args ...string) *running {
	t.Helper()
	r := &running{cmd: exec.Command(program, append([]string{"--listen", "127.0.0.1:0"}, args...)...), stderr: &bytes.Buffer{}, rest: make(chan string, 1)}
	r.cmd.Dir, r.cmd.Stderr, r.cmd.Env = dir, r.stderr, []string{"PATH=" + os.Getenv("PATH")}
	stdout, err := r.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := r.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.cmd.Process.Kill() })
	lines := bufio.NewReader(stdout)
	line, err := lines.ReadString('\n')
	if err != nil {
		_ = r.cmd.Wait()
		t.Fatalf("no URL: %v, standard error:\n%s", err, r.stderr)
	}
	go func() {
		rest, _ := io.ReadAll(lines)
		r.rest <- string(rest)
	}()
	r.url = strings.TrimSuffix(line, "\n")
	return r
}

// stop ends the program by a signal, and expects it to end well and to have printed nothing but its URL.
func (r *running) stop(t *testing.T) {
	t.Helper()
	if err := r.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if rest := <-r.rest; rest != "" {
		t.Errorf("standard output has more than the URL: %q", rest)
	}
	if err := r.cmd.Wait(); err != nil {
		t.Errorf("after SIGTERM: %v, standard error:\n%s", err, r.stderr)
	}
}

type answer struct {
	Data struct {
		Entity *struct {
			ID     string
			Label  string
			Status struct{ Value, Since string }
		}
	}
	Errors     []struct{ Message string }
	Extensions struct {
		Revision struct {
			Number int
			Digest string
		}
	}
}

func (r *running) ask(t *testing.T, query string) answer {
	t.Helper()
	var a answer
	r.post(t, query, &a)
	if len(a.Errors) > 0 {
		t.Fatalf("%s: %+v", query, a.Errors)
	}
	return a
}

// post asks, and reads the answer.
func (r *running) post(t *testing.T, query string, into any) {
	t.Helper()
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.Post(r.url+"/graphql", "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if err := json.NewDecoder(response.Body).Decode(into); err != nil {
		t.Fatal(err)
	}
}

const moscowTreaty = `{entity(name:"莫斯科条约"){id label(language:"en") ... on Treaty{status(at:"2008-04-06"){value since}}}}`

func TestTheProgramAnswersInAnEmptyFolderAndAfterARestartOnTheSameData(t *testing.T) {
	dir := t.TempDir()
	began := time.Now()
	first := start(t, dir)
	a := first.ask(t, moscowTreaty)
	t.Logf("from an empty folder to the first answer: %v", time.Since(began))
	if e := a.Data.Entity; e == nil || e.ID != "treaty/moscow" || e.Label != "Moscow Treaty" || e.Status.Value != "IN_FORCE" || e.Status.Since != "2003-06-01" {
		t.Errorf("got %+v", a.Data.Entity)
	}
	response, err := http.Get(first.url + "/readyz")
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Errorf("readyz says %s", response.Status)
	}
	first.stop(t)

	began = time.Now()
	second := start(t, dir)
	b := second.ask(t, moscowTreaty)
	t.Logf("from a restart to the first answer: %v", time.Since(began))
	if b.Extensions.Revision != a.Extensions.Revision || a.Extensions.Revision.Digest == "" {
		t.Errorf("the same corpus made %+v into %+v", a.Extensions.Revision, b.Extensions.Revision)
	}
	second.stop(t)
}

func TestANewerCorpusIsAppliedAsADifferenceAtStart(t *testing.T) {
	dir, folder := t.TempDir(), filepath.Join(t.TempDir(), "corpus")
	if err := os.CopyFS(folder, corpus.Files); err != nil {
		t.Fatal(err)
	}
	first := start(t, dir, "--corpus", folder)
	before := first.ask(t, moscowTreaty)
	first.stop(t)

	treaties := filepath.Join(folder, "authority", "treaties.yaml")
	text, err := os.ReadFile(treaties)
	if err != nil {
		t.Fatal(err)
	}
	changed := bytes.Replace(text, []byte("text: Moscow Treaty,"), []byte("text: Treaty of Moscow,"), 1)
	if bytes.Equal(changed, text) {
		t.Fatal("the corpus no longer holds the name that this test changes")
	}
	if err := os.WriteFile(treaties, changed, 0o644); err != nil {
		t.Fatal(err)
	}
	second := start(t, dir, "--corpus", folder)
	after := second.ask(t, moscowTreaty)
	if after.Data.Entity.Label != "Treaty of Moscow" || after.Extensions.Revision.Number != before.Extensions.Revision.Number+1 {
		t.Errorf("got %+v at revision %d after %d", after.Data.Entity, after.Extensions.Revision.Number, before.Extensions.Revision.Number)
	}
	old := second.ask(t, fmt.Sprintf("query @asOf(revision:%d)%s", before.Extensions.Revision.Number, moscowTreaty))
	if old.Data.Entity.Label != "Moscow Treaty" {
		t.Errorf("the older revision gives %+v", old.Data.Entity)
	}
	second.stop(t)
	if !strings.Contains(second.stderr.String(), `"written":`) || strings.Count(second.stderr.String(), `"msg":"applied"`) != 1 {
		t.Errorf("more than the one changed dataset was written:\n%s", second.stderr)
	}
}

func TestWrongConfigurationIsOneLineAndExitCode2(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "wrong.yaml")
	if err := os.WriteFile(file, []byte("listn: 127.0.0.1:0\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	documents := filepath.Join(dir, "documents.json")
	if err := os.WriteFile(documents, []byte(`{"a1":"{nothing}"}`), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		args []string
		env  map[string]string
		says string
	}{
		"origin with a path":      {[]string{"--origin", "https://a.example,https://b.example/app"}, nil, "https://b.example/app"},
		"trust without documents": {[]string{"--only-trusted"}, nil, "--trusted-documents"},
		"no file of documents":    {[]string{"--trusted-documents", "nowhere.json"}, nil, "nowhere.json"},
		"a document that is none": {[]string{"--trusted-documents", documents}, nil, `document "a1": input:1:2: Cannot query field "nothing"`},
		"a certificate alone":     {[]string{"--tls-cert", file}, nil, "--tls-key"},
		"no certificate":          {[]string{"--tls-cert", file, "--tls-key", file}, nil, "--tls-cert"},
		"a delay before now":      {[]string{"--drain-delay", "-1s"}, nil, "--drain-delay"},
		"unknown flag":            {[]string{"--nonsense"}, nil, "nonsense"},
		"an argument":             {[]string{"serve"}, nil, "serve"},
		"address without port":    {[]string{"--listen", "localhost"}, nil, "--listen"},
		"port that is none":       {[]string{"--listen", "localhost:http2"}, nil, "--listen"},
		"unknown store":           {[]string{"--store", "mysql:here"}, nil, "--store"},
		"store in environment":    {nil, map[string]string{"TREATYGRAPH_STORE": "mysql:here"}, "--store"},
		"unknown form of the log": {[]string{"--log-format", "xml"}, nil, "--log-format"},
		"unknown level":           {[]string{"--log-level", "loud"}, nil, "--log-level"},
		"profiles for others":     {[]string{"--debug-listen", "0.0.0.0:6060"}, nil, "--debug-listen"},
		"profiles by a name":      {[]string{"--debug-listen", "example.org:6060"}, nil, "--debug-listen"},
		"profiles on all":         {[]string{"--debug-listen", ":6060"}, nil, "--debug-listen"},
		"no calls of the store":   {[]string{"--store-calls", "0"}, nil, "--store-calls"},
		"no time for the store":   {[]string{"--store-limit", "0s"}, nil, "--store-limit"},
		"traces by gRPC":          {[]string{"--store", "sqlite::memory:"}, map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4317", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, "http/protobuf"},
		"unknown corpus":          {[]string{"--corpus", "nowhere"}, nil, "--corpus"},
		"file that is not there":  {[]string{"--config", "nowhere.yaml"}, nil, "nowhere.yaml"},
		"issuer without TLS":      {[]string{"--oidc-issuer", "http://example.org", "--oidc-audience", "x"}, nil, "must begin with https"},
		"issuer with a password":  {[]string{"--oidc-issuer", "https://a:b@example.org", "--oidc-audience", "x"}, nil, "--oidc-issuer"},
		"issuer for anybody":      {[]string{"--oidc-issuer", "https://example.org"}, nil, "--oidc-audience"},
		"audience of nobody":      {[]string{"--oidc-audience", "x"}, nil, "--oidc-issuer"},
		"scope of two words":      {[]string{"--oidc-issuer", "http://127.0.0.1:1", "--oidc-audience", "x", "--oidc-write-scope", "a b"}, nil, "--oidc-write-scope"},
		"unknown key in the file": {[]string{"--config", file}, nil, "listn"},
	} {
		t.Run(name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			code := run(t.Context(), test.args, func(name string) string { return test.env[name] }, &stdout, &stderr)
			if code != exitUsage || stdout.Len() > 0 || strings.Count(stderr.String(), "\n") != 1 || !strings.Contains(stderr.String(), test.says) {
				t.Errorf("exit code %d, stdout %q, stderr %q", code, stdout.String(), stderr.String())
			}
		})
	}
}

func TestAFlagWinsOverTheEnvironmentAndTheEnvironmentOverTheFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "settings.yaml")
	if err := os.WriteFile(file, []byte("store: sqlite:file.db\nlisten: 127.0.0.1:1\ncorpus: none\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	env := map[string]string{"TREATYGRAPH_CONFIG": file, "TREATYGRAPH_STORE": "sqlite:env.db", "TREATYGRAPH_LISTEN": "127.0.0.1:2"}
	var got settings
	command := newCommand(func(name string) string { return env[name] }, func(_ *cobra.Command, s settings) error { got = s; return nil })
	command.SetArgs([]string{"--listen", "127.0.0.1:3"})
	if err := command.Execute(); err != nil {
		t.Fatal(err)
	}
	if got.Store != "sqlite:env.db" || got.Listen != "127.0.0.1:3" || got.Corpus != "none" {
		t.Errorf("got %+v", got)
	}
}

func TestHelpNamesEverySetting(t *testing.T) {
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), []string{"--help"}, func(string) string { return "" }, &stdout, &stderr); code != 0 {
		t.Errorf("exit code %d", code)
	}
	for _, setting := range []string{
		"--store", "--listen", "--corpus", "--config", "--log-format", "--log-level", "--debug-listen", "--store-calls", "--origin", "--trusted-documents", "--only-trusted", "--tls-cert", "--tls-key",
		"--drain-delay", "--rate-limit", "TREATYGRAPH_", "OTEL_EXPORTER_OTLP_ENDPOINT",
	} {
		if !strings.Contains(stdout.String(), setting) {
			t.Errorf("--help lacks %s:\n%s", setting, stdout.String())
		}
	}
}

func TestAPortInUseEndsTheProgramWithOneLine(t *testing.T) {
	dir := t.TempDir()
	first := start(t, dir, "--corpus", "none")
	var stdout, stderr bytes.Buffer
	args := []string{"--corpus", "none", "--store", "sqlite:" + filepath.Join(t.TempDir(), "other.db"), "--listen", strings.TrimPrefix(first.url, "http://")}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if code := run(ctx, args, func(string) string { return "" }, &stdout, &stderr); code != exitFailure || stdout.Len() > 0 || !strings.Contains(stderr.String(), "in use") {
		t.Errorf("exit code %d, stdout %q, stderr %q", code, stdout.String(), stderr.String())
	}
	first.stop(t)
}
