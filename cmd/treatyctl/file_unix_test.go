//go:build unix

package main

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
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
