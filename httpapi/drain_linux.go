package httpapi

import (
	"context"
	"errors"
	"net"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// settleTime is how long connections that were being made have to be there: some round trips.
const settleTime = 30 * time.Millisecond

// noNew lets a listening socket drop the first packet of each new connection (SYN), and take those of connections that are being made. The bytes that it
// sees begin with TCP's header, whose 14th holds the flags.
var noNew = []unix.SockFilter{
	{Code: unix.BPF_LD | unix.BPF_B | unix.BPF_ABS, K: 13},
	{Code: unix.BPF_JMP | unix.BPF_JSET | unix.BPF_K, K: 0x02, Jt: 0, Jf: 1},
	{Code: unix.BPF_RET | unix.BPF_K, K: 0},
	{Code: unix.BPF_RET | unix.BPF_K, K: 0xffff},
}

// closeListener closes a listener when no client is left that waits for being accepted. The kernel resets those that wait when a socket is closed,
// and they may have sent their requests. So no new ones are let in first; a client whose first packet is dropped sends it again after a second, and is
// refused then.
func closeListener(ctx context.Context, listener net.Listener) error {
	connection, is := listener.(syscall.Conn)
	if !is {
		return listener.Close()
	}
	raw, err := connection.SyscallConn()
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	control := func(do func(fd int) error) error {
		var failed error
		err := raw.Control(func(fd uintptr) { failed = do(int(fd)) })
		return errors.Join(err, failed)
	}
	err = control(func(fd int) error {
		return unix.SetsockoptSockFprog(fd, unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, &unix.SockFprog{Len: uint16(len(noNew)), Filter: &noNew[0]})
	})
	if err == nil {
		time.Sleep(settleTime)
		err = poll(ctx, func() bool {
			waiting := uint32(0)
			_ = control(func(fd int) error {
				info, err := unix.GetsockoptTCPInfo(fd, unix.IPPROTO_TCP, unix.TCP_INFO)
				if err == nil {
					waiting = info.Unacked // of a listening socket: connections that were not accepted yet
				}
				return err
			})
			return waiting == 0
		})
	}
	return errors.Join(err, listener.Close())
}
