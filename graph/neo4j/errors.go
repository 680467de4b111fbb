package neo4j

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"treatygraph/graph"
)

func (s *Store) unavailable(what string) error {
	return fmt.Errorf("%w: %s %s", graph.ErrUnavailable, s.name, what)
}

func (s *Store) corrupt(what string) error {
	return fmt.Errorf("%w: %s %s", graph.ErrCorrupt, s.name, what)
}

func (s *Store) closedError() error { return s.unavailable("was closed") }

// sentences say what a code of the server, or the beginning of one, means for a person.
var sentences = []struct {
	code string
	what string
}{
	{"Neo.ClientError.Security.Unauthorized", "refuses the user or the password"},
	{"Neo.ClientError.Security.AuthenticationRateLimit", "refuses the user for some seconds, after wrong passwords"},
	{"Neo.ClientError.Security.CredentialsExpired", "wants the user's password changed first"},
	{"Neo.ClientError.Security.Forbidden", "does not give the user the privileges that docs/operations.md lists"},
	{"Neo.ClientError.Security", "refuses the user"},
	{"Neo.ClientError.Database.DatabaseNotFound", "has no database of that name"},
	{"Neo.ClientError.Cluster.NotALeader", "is a member of a cluster that only reads: use a neo4j:// address, or the leader's"},
	{"Neo.ClientError.General.ForbiddenOnReadOnlyDatabase", "is read-only: the database, or this member of a cluster, takes no writes"},
	{"Neo.ClientError.Statement.AccessMode", "is read-only: the database, or this member of a cluster, takes no writes"},
	{"Neo.ClientError.General.WriteOnReadOnlyAccessDatabase", "is read-only: the database, or this member of a cluster, takes no writes"},
	{"Neo.TransientError.General.OutOfMemory", "needs more memory than it has: see docs/operations.md"},
	{"Neo.TransientError.General.MemoryPoolOutOfMemory", "allows transactions less memory than this one needs: see docs/operations.md"},
	{"Neo.TransientError.Transaction.LockClientStopped", "was busy with another writer for too long"},
	{"Neo.TransientError.Transaction.LockAcquisitionTimeout", "was busy with another writer for too long"},
	{"Neo.ClientError.Transaction.LockClientStopped", "was busy with another writer for too long"},
	{"Neo.ClientError.Transaction.TransactionTimedOut", "did not answer in time"},
	{"Neo.TransientError.General.DatabaseUnavailable", "is starting or stopping"},
	{"Neo.TransientError.Database.DatabaseUnavailable", "is starting or stopping"},
}

// causeOf returns what the driver's own errors hold: they do not unwrap. Of several tries the last answer of the server counts, else the
// last error.
func causeOf(err error) error {
	for {
		switch e := err.(type) {
		case *driver.ConnectivityError:
			err = e.Inner
		case *driver.TransactionExecutionLimit:
			if len(e.Errors) == 0 {
				return err
			}
			err = e.Errors[len(e.Errors)-1]
			for _, one := range slices.Backward(e.Errors) {
				var server *driver.Neo4jError
				if errors.As(one, &server) {
					return one
				}
			}
		default:
			return err
		}
	}
}

// classify puts an error of the driver into the port's classes, with one sentence that names the server.
func (s *Store) classify(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, graph.ErrUnavailable), errors.Is(err, graph.ErrUnknownOutcome), errors.Is(err, graph.ErrCorrupt), errors.Is(err, graph.ErrInvalid), errors.Is(err, graph.ErrConflict):
		return err
	case s.calls.Stopped(ctx) != nil:
		return s.calls.Stopped(ctx)
	}
	err = causeOf(err)
	var server *driver.Neo4jError
	if errors.As(err, &server) {
		if strings.HasPrefix(server.Code, "Neo.ClientError.Schema.ConstraintValidationFailed") {
			return s.corrupt("holds what its counter does not know: something else changed it")
		}
		for _, known := range sentences {
			if strings.HasPrefix(server.Code, known.code) {
				return s.unavailable(known.what)
			}
		}
		return s.unavailable("cannot be used now: " + server.Code)
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return s.unavailable("did not answer in time")
	}
	if scheme, _, _ := strings.Cut(s.name, ":"); strings.HasSuffix(scheme, "+s") { // the driver does not tell the two apart
		return s.unavailable("cannot be reached, or its certificate is not trusted")
	}
	return s.unavailable("cannot be reached")
}
