package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"
)

// mayImport is the import table: what stands left may use what stands right, and nothing else of ours. Tests are free.
var mayImport = map[string]string{
	"treatygraph":                         "*",
	"treatygraph/bench":                   "*",
	"treatygraph/cmd/treatyctl":           "archive corpus ingest extract export export/parquet export/selection reconcile index graph/storeurl graph/sqlite graph",
	"treatygraph/httpapi":                 "resolvers resolvers/internal/gen export export/rdf export/selection explorer explorer/graphiql schema edit reconcile index graph/guard graph",
	"treatygraph/resolvers":               "resolvers/internal/gen resolvers/internal/view resolvers/scalar export edit index graph",
	"treatygraph/resolvers/internal/gen":  "resolvers/internal/view resolvers/scalar graph",
	"treatygraph/resolvers/internal/view": "export edit index graph",
	"treatygraph/resolvers/scalar":        "graph",
	"treatygraph/archive":                 "graph",
	"treatygraph/ingest":                  "extract ooxml plaintext edit index graph",
	"treatygraph/plaintext":               "ooxml graph",
	"treatygraph/plaintext/plaintexttest": "",
	"treatygraph/ooxml":                   "graph",
	"treatygraph/edit":                    "index graph",
	"treatygraph/reconcile":               "index graph",
	"treatygraph/index":                   "index/analysis index/topology index/text graph",
	"treatygraph/index/analysis":          "",
	"treatygraph/index/topology":          "graph",
	"treatygraph/index/text":              "graph",
	"treatygraph/export":                  "archive export/rdf graph graph/projection",
	"treatygraph/export/rdf":              "graph",
	"treatygraph/export/parquet":          "export",
	"treatygraph/export/selection":        "export index graph",
	"treatygraph/export/exporttest":       "export export/selection corpus ingest index graph/storetest graph/sqlite graph",
	"treatygraph/extract":                 "graph",
	"treatygraph/graph/storeurl":          "graph/sqlite graph/neo4j graph",
	"treatygraph/graph/sqlite":            "graph graph/internal/calls",
	"treatygraph/graph/neo4j":             "graph graph/projection graph/internal/calls",
	"treatygraph/graph/projection":        "graph",
	"treatygraph/graph/internal/calls":    "",
	"treatygraph/graph/guard":             "graph",
	"treatygraph/graph/storetest":         "graph",
	"treatygraph/graph":                   "",
	"treatygraph/corpus":                  "",
	"treatygraph/schema":                  "",
	"treatygraph/tools/clients/sdl":       "schema",
	"treatygraph/explorer/graphiql":       "",
	"treatygraph/tools/cases":             "",
	"treatygraph/tools/neo4j":             "",
	"treatygraph/tools/neo4j/serve":       "tools/neo4j",
	"treatygraph/tools/python":            "",
	"treatygraph/tools/serial":            "",
	"treatygraph/tools/shareddata":        "",
}

func TestEveryPackageImportsOnlyWhatTheTableAllows(t *testing.T) {
	packages := goList(t)
	if len(packages) < 5 {
		t.Fatalf("go list shows only %d packages", len(packages))
	}
	for _, p := range packages {
		allowed, listed := mayImport[p.ImportPath]
		if !listed {
			t.Errorf("%s stands in no row of the import table", p.ImportPath)
			continue
		}
		for _, imported := range p.Imports {
			ours, is := strings.CutPrefix(imported, "treatygraph/")
			if is && allowed != "*" && !contains(strings.Fields(allowed), ours) {
				t.Errorf("%s imports %s, which the import table does not allow", p.ImportPath, ours)
			}
			if p.ImportPath == "treatygraph/graph" && strings.Contains(imported, ".") && !strings.HasPrefix(imported, "golang.org/x/text/") {
				t.Errorf("graph imports %s: it may use the standard library and x/text only", imported)
			}
		}
	}
}

type goPackage struct {
	ImportPath string
	Imports    []string
}

func goList(t *testing.T) []goPackage {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "./...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var packages []goPackage
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var p goPackage
		err := decoder.Decode(&p)
		if errors.Is(err, io.EOF) {
			return packages
		}
		if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
}

func contains(list []string, s string) bool {
	for _, item := range list {
		if item == s {
			return true
		}
	}
	return false
}
