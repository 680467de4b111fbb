package httpapi

import (
	"net/http"
	"runtime/debug"

	"treatygraph/export"
	"treatygraph/resolvers"
)

// home is the page that says what runs.
type home struct {
	source  resolvers.Source
	formats []*export.Format
}

// exampleEntities are pages worth a look, for the shipped corpus.
var exampleEntities = []struct{ ID, Title string }{
	{"treaty/start-i", "START I"},
	{"declaration/us-russia-strategic-framework-2008", "the declaration of Sochi"},
	{"document/e-cn.15-2008-21", "the document that holds it"},
	{"resolution/s-res-1540-2004", "resolution 1540 of the Security Council"},
	{"state/rus", "the Russian Federation"},
}

func (h home) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	snapshot := h.source.Snapshot()
	writePage(w, http.StatusOK, pagePolicy, "home.html", map[string]any{
		"Version": version(), "Head": snapshot.Head(), "At": snapshot.At(), "Entities": exampleEntities, "Examples": examples, "Formats": h.formats,
	})
}

// version says which build runs, as far as the build knows.
func version() string {
	info, known := debug.ReadBuildInfo()
	if !known || info.Main.Version == "" {
		return "unknown"
	}
	return info.Main.Version
}
