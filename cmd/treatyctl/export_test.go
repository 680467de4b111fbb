package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"treatygraph/export"
)

func TestAnExportAppearsWholeWithItsManifest(t *testing.T) {
	b := newBench(t)
	out := filepath.Join(b.dir, "record.ndjson")
	said := b.ok(t, "export", "--format", "ndjson", "--out", out)
	if !strings.Contains(said, "record.ndjson: ") || !strings.Contains(said, " statements, ") {
		t.Error(said)
	}
	content, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	if direct := b.ok(t, "export", "--format", "ndjson"); direct != string(content) {
		t.Error("standard output got something else")
	}
	described, err := os.ReadFile(out + "." + export.ManifestName)
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct {
		Resources []struct{ Hash, Path string }
	}
	if err := json.Unmarshal(described, &manifest); err != nil {
		t.Fatal(err)
	}
	if sum := sha256.Sum256(content); manifest.Resources[0].Hash != "sha256:"+hex.EncodeToString(sum[:]) || manifest.Resources[0].Path != "record.ndjson" {
		t.Errorf("%s", described)
	}
}

func TestAnExportThatFailsLeavesNothing(t *testing.T) {
	b := newBench(t)
	folder := filepath.Join(b.dir, "out")
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(folder, "x")
	for name, args := range map[string][]string{
		"--format":                        {"--format", "xls"},
		"--selection":                     {"--format", "ndjson", "--selection", "everything"},
		"--revision":                      {"--format", "ndjson", "--revision", "1000"},
		"--valid-on":                      {"--format", "ndjson", "--valid-on", "soon"},
		"--language":                      {"--format", "ndjson", "--language", "qqqq"},
		`--base: "https://a.test/entity"`: {"--format", "turtle", "--base", "https://a.test/entity"},
		`--base: "entity/"`:               {"--format", "turtle", "--base", "entity/"},
		`--base: ""`:                      {"--format", "turtle", "--base", ""},
		"--store: there is no":            {"--format", "ndjson", "--store", "sqlite:" + filepath.Join(b.dir, "none.db")},
		"--out":                           {"--format", "ndjson", "--out", filepath.Join(b.dir, "none", "x")},
	} {
		r := b.run(t, strings.NewReader(""), append([]string{"export", "--out", out}, args...)...)
		if r.code != exitUsage || !strings.Contains(r.stderr, name) || strings.Count(r.stderr, "\n") != 1 {
			t.Errorf("%v: exit code %d: %s", args, r.code, r.stderr)
		}
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}

func TestAFullDiskAndAClosedPipeAreErrors(t *testing.T) {
	b := newBench(t)
	reader, writer := io.Pipe()
	_ = reader.Close()
	env := func(name string) string { return map[string]string{"TREATYGRAPH_STORE": b.store}[name] }
	var stderr strings.Builder
	if code := run(t.Context(), []string{"export", "--format", "ndjson"}, env, strings.NewReader(""), writer, &stderr); code != exitFailure || !strings.Contains(stderr.String(), "closed pipe") {
		t.Errorf("exit code %d: %s", code, &stderr)
	}
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("there is no /dev/full here")
	}
	defer full.Close()
	stderr.Reset()
	if code := run(t.Context(), []string{"export", "--format", "ndjson"}, env, strings.NewReader(""), full, &stderr); code != exitFailure || !strings.Contains(stderr.String(), "no space left") {
		t.Errorf("exit code %d: %s", code, &stderr)
	}
}

func TestADeviceIsWrittenToAndNotReplaced(t *testing.T) {
	b := newBench(t)
	folder := t.TempDir()
	device := filepath.Join(folder, "device")
	if err := os.Symlink(os.DevNull, device); err != nil {
		t.Skipf("no links here: %v", err)
	}
	b.ok(t, "export", "--format", "ndjson", "--out", device)
	if to, err := os.Readlink(device); err != nil || to != os.DevNull {
		t.Errorf("the device became something else: %q, %v", to, err)
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) != 1 {
		t.Errorf("beside it stands %v, %v", left, err)
	}
}
