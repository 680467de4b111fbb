package httpapi

import "net/http"

// onTheWire adds what all answers have: the headers of a browser's safety, compression, and leave for the pages of other hosts.
func onTheWire(c Config, next http.Handler) http.Handler {
	if len(c.Origins) > 0 {
		next = newCORS(c.Origins).Handler(next)
	}
	return secured(draining(c.Drain, compressed(c.Formats, next)))
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
