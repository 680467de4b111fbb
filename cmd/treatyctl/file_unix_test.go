//go:build unix

package main

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestAFileIsForWhomTheUmaskLeavesItAndKeepsItsPermissionsWhenItIsReplaced(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out")
	write := func(umask int) fs.FileMode {
		defer syscall.Umask(syscall.Umask(umask)) // of the process: no test of this package runs beside another
		if err := writeFile("--out", path, func(w io.Writer) error { _, err := io.WriteString(w, "x"); return err }); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		return info.Mode().Perm()
	}
	for umask, want := range map[int]fs.FileMode{0o022: 0o644, 0o002: 0o664, 0o077: 0o600} {
		if got := write(umask); got != want {
			t.Errorf("%v under the umask %03o, not %v", got, umask, want)
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
	write(0o022)
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if got := write(0o077); got != 0o640 {
		t.Errorf("replaced: %v, not 0640", got)
	}
}

// A looking reader looks at a folder whenever it is read.
type looking struct {
	io.Reader
	folder string
	seen   []fs.DirEntry
	err    error
}

func (l *looking) Read(p []byte) (int, error) {
	seen, err := os.ReadDir(l.folder)
	l.seen, l.err = append(l.seen, seen...), errors.Join(l.err, err)
	return l.Reader.Read(p)
}

func TestARestoreThatIsKilledWhileItReadsStandardInputLeavesNoFile(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	stdin := &looking{Reader: strings.NewReader("content"), folder: folder}
	file, _, end, err := openTwice("-", stdin)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := file.Seek(0, io.SeekStart); err != nil {
			t.Fatal(err)
		}
		if content, err := io.ReadAll(file); err != nil || string(content) != "content" {
			t.Errorf("it holds %q, error %v", content, err)
		}
	}
	if len(stdin.seen) > 0 || stdin.err != nil {
		t.Errorf("while it was read there were %v, error %v", stdin.seen, stdin.err)
	}
	if err := end(); err != nil {
		t.Error(err)
	}
}
