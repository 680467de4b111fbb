package neo4j_test

import (
	"os"
	"testing"

	"go.uber.org/goleak"

	"treatygraph/graph/storetest"
)

// TestMain also is the door through which tests start this binary as another process: see helpers.
func TestMain(m *testing.M) {
	if helper := helpers[os.Getenv(helperVariable)]; helper != nil {
		os.Exit(helper(os.Args[1:]))
	}
	ignored := []goleak.Option{goleak.IgnoreAnyFunction("treatygraph/tools/neo4j.(*Server).await")}
	for _, function := range storetest.LeakedByFaults {
		ignored = append(ignored, goleak.IgnoreAnyFunction(function))
	}
	goleak.VerifyTestMain(m, ignored...)
}

const helperVariable = "TREATYGRAPH_NEO4J_TEST_HELPER"

// helpers are what another process can be asked to do; they return its exit code.
var helpers = map[string]func(arguments []string) int{
	"write": writeUntilKilled,
}
