package neo4j

import (
	"context"
	"errors"
	"strings"
	"testing"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"treatygraph/graph"
	"treatygraph/graph/internal/calls"
)

func TestWhatTheDriverWrapsIsSaidInItsOwnSentence(t *testing.T) {
	s := &Store{name: "bolt://host:7687"}
	s.calls = calls.New(s.closedError())
	server := func(code string) error { return &driver.Neo4jError{Code: code, Msg: "internal text"} }
	tries := func(errs ...error) error { return &driver.TransactionExecutionLimit{Errors: errs} }
	for words, err := range map[string]error{
		"allows transactions less memory":      tries(server("Neo.TransientError.General.MemoryPoolOutOfMemoryError"), context.DeadlineExceeded),
		"was busy with another writer":         tries(server("Neo.TransientError.Transaction.LockAcquisitionTimeout")),
		"a member of a cluster that only":      tries(server("Neo.ClientError.Cluster.NotALeader")),
		"is read-only":                         server("Neo.ClientError.General.ForbiddenOnReadOnlyDatabase"),
		"refuses the user or the password":     &driver.ConnectivityError{Inner: server("Neo.ClientError.Security.Unauthorized")},
		"did not answer in time":               &driver.ConnectivityError{Inner: context.DeadlineExceeded},
		"cannot be reached":                    tries(&driver.ConnectivityError{Inner: errors.New("connection refused")}),
		"cannot be used now: Neo.TransientErr": server("Neo.TransientError.General.Unheard"),
	} {
		got := s.classify(t.Context(), err)
		if !errors.Is(got, graph.ErrUnavailable) || !strings.Contains(got.Error(), words) || strings.Contains(got.Error(), "internal") {
			t.Errorf("%v: got %v, not %q", err, got, words)
		}
	}
	if got := s.classify(t.Context(), tries(server("Neo.ClientError.Schema.ConstraintValidationFailed"))); !errors.Is(got, graph.ErrCorrupt) {
		t.Errorf("got %v", got)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if got := s.classify(gone, tries(context.Canceled)); !errors.Is(got, context.Canceled) {
		t.Errorf("got %v", got)
	}
}
