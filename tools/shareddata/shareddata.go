// Package shareddata gives tests files of others, which are not part of the project.
package shareddata

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Folder is the environment variable that says where the files are. Without it they are looked for beside the repository.
const Folder = "TREATYGRAPH_TESTDATA"

// File returns the path of a file. Where it is absent the test is skipped, and make test says so at its end; under CI, too, since the files
// are others' and the project may not hand them on.
func File(t testing.TB, name string) string {
	t.Helper()
	root, err := repository()
	if err != nil {
		t.Fatal(err)
	}
	dir := os.Getenv(Folder)
	if dir == "" {
		dir = filepath.Join(filepath.Dir(root), "shared", "data")
	}
	path := filepath.Join(dir, name)
	if _, err := os.Stat(path); err != nil {
		notice := fmt.Sprintf("NOT TESTED with %s: set %s to the folder that holds it", name, Folder)
		file := filepath.Join(root, ".tools/not-tested/data-"+strings.ReplaceAll(name, "/", "-"))
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, []byte(notice+"\n"), 0o600)); err != nil {
			t.Fatal(err)
		}
		t.Skip(notice)
	}
	return path
}

// repository returns the folder of go.mod, in which or below which tests run.
func repository() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("shareddata: %w", err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		if filepath.Dir(dir) == dir {
			return "", errors.New("shareddata: the tests run outside the repository")
		}
		dir = filepath.Dir(dir)
	}
}
