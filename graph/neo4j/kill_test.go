package neo4j_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"treatygraph/graph"
	"treatygraph/graph/neo4j"
	"treatygraph/graph/storetest"
	server "treatygraph/tools/neo4j"
)

func TestAKilledWriterLosesNoAcknowledgedBatchLeavesNoHalfOneAndKeepsNobodyFromWriting(t *testing.T) {
	kills := 20
	if testing.Short() {
		kills = 3
	}
	for _, version := range server.VersionsToTest(t) {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			address := server.Lease(t, version).URL()
			storetest.Killed{
				Kills: kills, Within: time.Second,
				Writer: func(testing.TB) *exec.Cmd {
					command := exec.Command(os.Args[0], address)
					command.Env = append(os.Environ(), helperVariable+"=write")
					return command
				},
				Open: func(t testing.TB) graph.Store { return mustOpen(t, address, neo4j.Options{}) },
			}.Prove(t)
		})
	}
}

func writeUntilKilled(arguments []string) int {
	store, err := neo4j.Open(context.Background(), arguments[0], neo4j.Options{})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return storetest.WriteUntilKilled(store)
}
