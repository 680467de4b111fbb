package sqlite_test

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

// TestMain also is the door through which tests start this binary as another process: see helpers.
func TestMain(m *testing.M) {
	if helper := helpers[os.Getenv(helperVariable)]; helper != nil {
		os.Exit(helper(os.Args[1:]))
	}
	goleak.VerifyTestMain(m)
}

const helperVariable = "TREATYGRAPH_SQLITE_TEST_HELPER"

// helpers are what another process can be asked to do; they return its exit code.
var helpers = map[string]func(arguments []string) int{
	"write":    writeUntilKilled,
	"readOnly": useReadOnly,
}
