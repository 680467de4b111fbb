// Package python gives tests a Python with the packages of requirements.txt, which judge from outside what the service computes and exports.
package python

import (
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

//go:embed requirements.txt
var requirements []byte

const (
	// minMinor is the lowest Python 3 that the packages run on.
	minMinor = 10
	// patience is what making an environment may take over a slow line.
	patience = 10 * time.Minute
)

// Interpreter returns a Python that has the packages. Its environment is made in .tools/venv, which git ignores, the first time and
// whenever what is required or the machine's Python has changed.
//
// Where it cannot be had, because there is no Python 3, neither venv with ensurepip nor pip, or no way to the packages, the test is skipped
// and make test says so at its end; under CI=true it fails.
func Interpreter(t testing.TB) string {
	t.Helper()
	root, err := repository()
	if err != nil {
		t.Fatal(err)
	}
	interpreter, err := prepare(t.Context(), filepath.Join(root, ".tools/venv"))
	switch {
	case err != nil && os.Getenv("CI") == "true":
		t.Fatal(err)
	case err != nil:
		notice := fmt.Sprintf("NOT TESTED with the packages of Python: %v", err)
		file := filepath.Join(root, ".tools/not-tested/python")
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, []byte(notice+"\n"), 0o600)); err != nil {
			t.Fatal(err)
		}
		t.Skip(notice)
	}
	return interpreter
}

// Ask runs a script, which prints JSON into answer; a nil answer is for one that says by its exit code alone. It is left out by -short.
func Ask(t testing.TB, answer any, script string, args ...string) {
	t.Helper()
	if testing.Short() {
		t.Skip("needs packages from PyPI; left out by -short")
	}
	var complaints bytes.Buffer
	cmd := exec.CommandContext(t.Context(), Interpreter(t), append([]string{"-I", script}, args...)...)
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err == nil && answer != nil {
		err = json.Unmarshal(out, answer)
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, &complaints)
	}
}

func repository() (string, error) {
	file, err := exec.Command("go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("python: finding the repository: %w", err)
	}
	return filepath.Dir(strings.TrimSpace(string(file))), nil
}

// prepare makes an environment beside its name and renames it, so that what has the name is whole. Of two that make it at once one is taken.
func prepare(ctx context.Context, folder string) (interpreter string, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	python, version, err := find(ctx)
	if err != nil {
		return "", err
	}
	name := sha256.Sum256(fmt.Append(requirements, version))
	home := filepath.Join(folder, fmt.Sprintf("%x", name[:8]))
	if _, err := os.Stat(home); err == nil {
		return inside(home), nil
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", fmt.Errorf("python: %w", err)
	}
	making, err := os.MkdirTemp(folder, "making-")
	if err != nil {
		return "", fmt.Errorf("python: %w", err)
	}
	defer os.RemoveAll(making)
	if err := install(ctx, python, making); err != nil {
		return "", err
	}
	if err := os.Rename(making, home); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", fmt.Errorf("python: %w", err)
	}
	return inside(home), nil
}

// install makes an environment with the packages. Debian has ensurepip in a package of its own; the machine's pip can take its place.
func install(ctx context.Context, python, folder string) error {
	list := filepath.Join(folder, "requirements.txt")
	pip := []string{inside(folder), "-m", "pip"}
	if err := command(ctx, python, "-m", "venv", folder); err != nil {
		if without := command(ctx, python, "-m", "venv", "--clear", "--without-pip", folder); without != nil {
			return errors.Join(err, without)
		}
		pip = []string{python, "-m", "pip", "--python", inside(folder)}
	}
	if err := os.WriteFile(list, requirements, 0o600); err != nil {
		return fmt.Errorf("python: %w", err)
	}
	return command(ctx, append(pip, "install", "--quiet", "--no-input", "--disable-pip-version-check", "--require-hashes", "--requirement", list)...)
}

// find returns the machine's Python and what it says that it is.
func find(ctx context.Context) (python, version string, err error) {
	const who = `import sys, platform; print(*sys.version_info[:2], sys.base_prefix, platform.machine())`
	for _, name := range []string{"python3", "python"} {
		out, err := exec.CommandContext(ctx, name, "-c", who).Output()
		if err != nil {
			continue
		}
		var major, minor int
		if _, err := fmt.Sscan(string(out), &major, &minor); err == nil && major == 3 && minor >= minMinor {
			return name, string(out), nil
		}
	}
	return "", "", fmt.Errorf("python: Python 3.%d or later is not on this machine", minMinor)
}

// inside returns the interpreter of an environment.
func inside(folder string) string {
	if runtime.GOOS == "windows" {
		return filepath.Join(folder, "Scripts", "python.exe")
	}
	return filepath.Join(folder, "bin", "python")
}

func command(ctx context.Context, args ...string) error {
	if out, err := exec.CommandContext(ctx, args[0], args[1:]...).CombinedOutput(); err != nil {
		return fmt.Errorf("python: %s: %w: %s", strings.Join(args, " "), err, strings.TrimSpace(string(out)))
	}
	return nil
}
