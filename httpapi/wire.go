package httpapi

import "net/http"

// onTheWire adds what all answers have: the headers of a browser's safety, compression, and leave for the pages of other hosts.
func onTheWire(c Config, next http.Handler) http.Handler {
	if len(c.Origins) > 0 {
		next = exceptReconciliation(newCORS(c.Origins).Handler(next), next)
	}
	return secured(draining(c.Drain, compressed(c.Formats, next)))
}

// exceptReconciliation leaves reconciliation, which has rules of its own for the pages of other hosts, to another handler.
func exceptReconciliation(all, reconciliation http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if isReconciliation(r.URL.Path) {
			reconciliation.ServeHTTP(w, r)
			return
		}
		all.ServeHTTP(w, r)
	})
}

// strictTransport tells browsers for a year to ask this host by HTTPS alone.
const strictTransport = "max-age=31536000"

func secured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		if r.TLS != nil {
			w.Header().Set("Strict-Transport-Security", strictTransport)
		}
		next.ServeHTTP(w, r)
	})
}
