package httpapi

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"treatygraph/graph"
)

// readyDeadline bounds the question to the store; probes ask every few seconds.
const readyDeadline = 2 * time.Second

// healthz says that the process is alive.
func healthz(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	fmt.Fprintln(w, "ok")
}

// readyz says whether the store can be reached and the index has caught up with it, and if not, why.
type readyz struct{ Config }

type readiness struct {
	Ready    bool                 `json:"ready"`
	Reason   string               `json:"reason,omitempty"`
	Revision graph.RevisionNumber `json:"revision"`
}

// reasonDraining is the reason of a service that is about to end.
const reasonDraining = "draining"

func (c readyz) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), readyDeadline)
	defer cancel()
	state := c.check(ctx)
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	if state.Reason == reasonDraining { // which may have begun since the request came
		w.Header().Set("Connection", "close")
	}
	if !state.Ready {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	_ = json.NewEncoder(w).Encode(state) // a client that is gone needs no answer
}

// check logs causes and gives reasons that hold no addresses and no credentials.
func (c readyz) check(ctx context.Context) readiness {
	at := c.Source.Snapshot().Head().Revision
	if c.Drain.begun() {
		return readiness{Reason: reasonDraining, Revision: at}
	}
	not := func(reason string, err error) readiness {
		if err != nil {
			c.Logger.WarnContext(ctx, "not ready", "reason", reason, "error", err)
		}
		return readiness{Reason: reason, Revision: at}
	}
	head, err := c.Store.Head(ctx)
	switch {
	case err != nil:
		return not("the store cannot be reached", err)
	case c.Source.Err() != nil:
		return not("the index no longer follows the store", c.Source.Err())
	case at < head.Revision:
		return not(fmt.Sprintf("the index is %d revisions behind the store", head.Revision-at), nil)
	}
	return readiness{Ready: true, Revision: at}
}
