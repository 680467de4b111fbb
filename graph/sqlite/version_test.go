package sqlite_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Before 3.51.3 a checkpoint that meets a write of another connection could damage a file in WAL mode.
func TestSQLiteIsNewEnough(t *testing.T) {
	var version string
	must(t, raw(t, ":memory:").QueryRow(`SELECT sqlite_version()`).Scan(&version))
	var got []int
	for part := range strings.SplitSeq(version, ".") {
		n, err := strconv.Atoi(part)
		must(t, err)
		got = append(got, n)
	}
	if slices.Compare(got, []int{3, 51, 3}) < 0 {
		t.Fatalf("SQLite %s is older than 3.51.3", version)
	}
}

// modernc.org/sqlite is generated against one version of modernc.org/libc and may break in silence with another.
func TestLibcIsTheOneSQLiteWasMadeFor(t *testing.T) {
	output, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "modernc.org/sqlite").Output()
	must(t, err)
	ours, err := exec.Command("go", "list", "-m", "-f", "{{.Version}}", "modernc.org/libc").Output()
	must(t, err)
	theirs, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(output)), "go.mod"))
	must(t, err)
	if want := "modernc.org/libc " + strings.TrimSpace(string(ours)); !slices.ContainsFunc(strings.Split(string(theirs), "\n"), func(line string) bool {
		return strings.TrimSpace(line) == want
	}) {
		t.Fatalf("modernc.org/sqlite does not name %s", want)
	}
}
