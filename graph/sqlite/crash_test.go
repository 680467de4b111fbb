package sqlite_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"treatygraph/graph"
	"treatygraph/graph/sqlite"
	"treatygraph/graph/storetest"
)

func TestAKilledWriterLosesNoAcknowledgedBatchAndLeavesNoHalfOne(t *testing.T) {
	kills := 100
	if testing.Short() {
		kills = 5
	}
	path := filepath.Join(t.TempDir(), "crash.db")
	storetest.Killed{
		Kills: kills, Within: 80 * time.Millisecond,
		Writer: func(testing.TB) *exec.Cmd {
			command := exec.Command(os.Args[0], path)
			command.Env = append(os.Environ(), helperVariable+"=write")
			return command
		},
		Open: func(t testing.TB) graph.Store { return mustOpen(t, path, sqlite.Options{}) },
	}.Prove(t)
}

func writeUntilKilled(arguments []string) int {
	store, err := sqlite.Open(context.Background(), arguments[0], sqlite.Options{})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return storetest.WriteUntilKilled(store)
}
