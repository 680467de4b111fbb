//go:build unix

package neo4j

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// A guard is a small shell that outlives this process. It ends the JVM when this process is gone, however it went, and removes files.
//
// It sees the end of this process by the end of its own standard input, a pipe whose only other end is here: the kernel closes that
// for a process killed by SIGKILL too. Linux's Pdeathsig would do less for more: it hangs on the thread that started the child,
// which Go may end at any time, knows no macOS, and could not remove the folder of a database.
type guard struct {
	cmd *exec.Cmd
	in  io.WriteCloser
}

// guardScript takes on each line the process to end, or none; the arguments are what to remove. A JVM that is still dying may write
// once more into a folder that is being removed, so that is tried some times.
const guardScript = `trap '' HUP INT TERM
jvm=
while read -r line; do jvm=$line; done
if [ -n "$jvm" ]; then kill -9 "$jvm" 2>/dev/null; sleep 0.2; fi
for try in 1 2 3 4 5; do rm -rf -- "$@" 2>/dev/null && break; sleep 1; done`

func startGuard(remove ...string) (*guard, error) {
	g := &guard{cmd: exec.Command("/bin/sh", append([]string{"-c", guardScript, "neo4j-guard"}, remove...)...)}
	g.cmd.SysProcAttr = ownGroup()
	// Its standard output is nobody's: with this process's own, `go test` would wait for the guard.
	in, err := g.cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("neo4j: starting the guard: %w", err)
	}
	g.in = in
	if err := g.cmd.Start(); err != nil {
		return nil, fmt.Errorf("neo4j: starting the guard: %w", err)
	}
	return g, nil
}

// watch names the process to end with this one; 0 is none.
func (g *guard) watch(pid int) error {
	line := "\n"
	if pid != 0 {
		line = strconv.Itoa(pid) + "\n"
	}
	_, err := io.WriteString(g.in, line)
	return err
}

// end lets the guard do its work now, and waits for it.
func (g *guard) end() error {
	g.in.Close()
	return g.cmd.Wait()
}

// ownGroup keeps a Ctrl-C at the terminal from the child: it is ended by its parent, in the parent's order.
func ownGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

func interrupt(p *os.Process) error { return p.Signal(syscall.SIGTERM) }

// lockPause is the time between two tries to get a lock: small beside a lease, large beside a system call.
const lockPause = 25 * time.Millisecond

// lock takes an flock on the file, against this process and all others, and writes into it for people who holds it. The kernel frees
// it when the process ends. It is tried again and again because a blocking flock knows no context.
func lock(ctx context.Context, path, holder string) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, err
	}
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case err == nil:
			if f.Truncate(0) == nil {
				fmt.Fprintf(f, "%s (process %d)", holder, os.Getpid()) // only a hint: a failure here harms nobody
			}
			return func() { f.Close() }, nil
		case !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR):
			f.Close()
			return nil, fmt.Errorf("locking %s: %w", filepath.Base(path), err)
		}
		select {
		case <-ctx.Done():
			by, _ := io.ReadAll(f)
			f.Close()
			return nil, fmt.Errorf("%s is held by %s: %w", filepath.Base(path), by, context.Cause(ctx))
		case <-time.After(lockPause):
		}
	}
}
