package bench

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// processorTimeOf is what another process has used so far, in steps of 10 ms; 0 where the system does not tell it as Linux does (proc(5), utime
// and stime).
func processorTimeOf(pid int) time.Duration {
	const tick, utime, stime = 10 * time.Millisecond, 11, 12 // places after the name, which may hold anything
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	if len(fields) <= stime {
		return 0
	}
	user, _ := strconv.Atoi(fields[utime])
	system, _ := strconv.Atoi(fields[stime])
	return time.Duration(user+system) * tick
}
