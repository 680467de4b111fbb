package python

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAMachineWithoutPythonIsToldWhatItLacks(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	folder := filepath.Join(t.TempDir(), "venv")
	if _, err := prepare(t.Context(), folder); err == nil || !strings.Contains(err.Error(), "Python 3.10 or later is not on this machine") {
		t.Error(err)
	}
	if _, err := os.Stat(folder); !os.IsNotExist(err) {
		t.Error("a folder is made all the same")
	}
}
