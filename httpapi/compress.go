package httpapi

import (
	"compress/gzip"
	"net/http"
	"slices"

	"github.com/klauspost/compress/gzhttp"

	"treatygraph/export"
)

// compressFrom is from how many bytes an answer is compressed: below, it would fit one packet all the same.
const compressFrom = 1 << 10

// compressible are the media types that are compressed. Streams of events are not: each event is to leave at once.
var compressible = []string{mediaJSON, mediaGraphQL, formJSONLD, formHTML}

// compressed sends answers in zstd or gzip to clients that read them.
func compressed(formats []*export.Format, next http.Handler) http.Handler {
	types := slices.Clone(compressible)
	for _, f := range formats {
		if !f.Packed() { // a ZIP is compressed already
			types = append(types, f.MediaType)
		}
	}
	// The fastest level of each: gzip's answers are a tenth larger than by its usual level, in two thirds of the time.
	wrap, err := gzhttp.NewWrapper(gzhttp.MinSize(compressFrom), gzhttp.ContentTypes(types), gzhttp.CompressionLevel(gzip.BestSpeed))
	if err != nil {
		panic(err) // the options are ours
	}
	packing := wrap(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if isUpgrade(r) || (eventStreams{}).Supports(r) {
			next.ServeHTTP(w, r) // who streams or takes the connection over writes to it directly
			return
		}
		packing.ServeHTTP(w, r)
	})
}
