//go:build !unix

package neo4j

import (
	"context"
	"errors"
	"os"
	"syscall"
)

var errUnix = errors.New("neo4j: only Unix systems can start and share servers; give NEO4J_TEST_URI")

type guard struct{}

func startGuard(...string) (*guard, error) { return nil, errUnix }
func (*guard) watch(int) error             { return errUnix }
func (*guard) end() error                  { return errUnix }

func ownGroup() *syscall.SysProcAttr { return nil }

func interrupt(p *os.Process) error { return p.Kill() }

// lock does not keep other processes out: it serves a person's own server, which this process may have alone.
func lock(context.Context, string, string) (unlock func(), err error) { return func() {}, nil }
