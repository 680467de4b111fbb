package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"treatygraph/tools/python"
)

// executed is a block of docs/data-teams.md with what it prints.
var executed = regexp.MustCompile("(?s)```(python|sh)\n(.*?)```\n```text\n(.*?)```\n")

func TestEachStepOfThePathForDataTeamsPrintsWhatTheDocumentSays(t *testing.T) {
	if testing.Short() {
		t.Skip("needs packages from PyPI; left out by -short")
	}
	interpreter := python.Interpreter(t)
	document, err := os.ReadFile("docs/data-teams.md")
	if err != nil {
		t.Fatal(err)
	}
	script, err := filepath.Abs("testdata/document.py")
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if out, err := exec.Command("go", "build", "-o", filepath.Join(folder, "treatyctl"), "./cmd/treatyctl").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	store := "sqlite:" + filepath.Join(folder, "record.db")
	r := start(t, folder, "--store", store)

	type block struct {
		Language string `json:"language"`
		Code     string `json:"code"`
		Want     string `json:"want"`
	}
	var blocks []block
	for _, b := range executed.FindAllStringSubmatch(string(document), -1) {
		blocks = append(blocks, block{b[1], strings.ReplaceAll(b[2], "http://localhost:8080", r.url), b[3]})
	}
	if n := strings.Count(string(document), "```python\n") + strings.Count(string(document), "```sh\n"); n != len(blocks) || n < 8 {
		t.Fatalf("%d of %d blocks have what they print below them", len(blocks), n)
	}
	text, err := json.Marshal(blocks)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), interpreter, "-I", script)
	cmd.Dir, cmd.Stdin = folder, bytes.NewReader(text)
	cmd.Env = append(os.Environ(), "PATH="+folder+string(os.PathListSeparator)+os.Getenv("PATH"), "TREATYGRAPH_STORE="+store)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	r.stop(t)
}
