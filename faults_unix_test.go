//go:build unix

package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
	"testing"
)

// lockVariable makes the test binary a process that locks the file of this name against readers, says so, and holds the lock until its
// standard input ends.
const lockVariable = "TREATYGRAPH_TEST_LOCK"

var _ = lockForAnother() // before any test begins

func lockForAnother() struct{} {
	path := os.Getenv(lockVariable)
	if path == "" {
		return struct{}{}
	}
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err == nil {
		// SQLite's readers lock one of five bytes of the file beside the log, the fourth from 120 on and the next four (its wal.c).
		err = syscall.FcntlFlock(file.Fd(), syscall.F_SETLKW, &syscall.Flock_t{Type: syscall.F_WRLCK, Start: 123, Len: 5})
	}
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println("locked")
	_, _ = io.Copy(io.Discard, os.Stdin) // until it ends
	os.Exit(0)
	return struct{}{}
}

func TestWhileAnotherProcessLocksTheFileMemoryAnswersTheRestIsShedAndAllIsWellSoonAfter(t *testing.T) {
	f, file, nothingLeft := faultsOverSQLite(t)
	other := exec.Command(os.Args[0])
	other.Env = append(os.Environ(), lockVariable+"="+file+"-shm")
	in, err := other.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := other.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.Process.Kill() }() // when the test failed before
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "locked\n" {
		t.Fatalf("%q, %v", line, err)
	}
	f.refuses("the file is locked")
	in.Close()
	if err := other.Wait(); err != nil {
		t.Error(err)
	}
	f.recovered()
	f.end()
	nothingLeft()
}
