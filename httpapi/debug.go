package httpapi

import (
	"net/http"
	"net/http/pprof"
	"time"
)

// NewDebugServer returns a server of Go's profiles, for an address that only this machine reaches: profiles show what the process does and
// holds, and cost it time. The command line is left out, as a store's password may stand in it.
func NewDebugServer() *http.Server {
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	return &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
}
