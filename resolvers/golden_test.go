package resolvers_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"treatygraph/corpus"
	"treatygraph/ingest"
)

var update = flag.Bool("update", false, "write the golden answers anew")

// TestTheAPIAnswersAsWritten runs each query of testdata/queries over each store holding the shipped corpus, and compares the answer
// with the file beside it. The revision, which moves with every change of the corpus, has its own tests.
func TestTheAPIAnswersAsWritten(t *testing.T) {
	queries, err := filepath.Glob("testdata/queries/*.graphql")
	if err != nil || len(queries) == 0 {
		t.Fatalf("no queries: %v", err)
	}
	overEachStore(t, func(t *testing.T, a api) {
		for _, file := range queries {
			t.Run(strings.TrimSuffix(filepath.Base(file), ".graphql"), func(t *testing.T) {
				a.t = t
				query, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				compare(t, strings.TrimSuffix(file, ".graphql")+".golden.json", readable(t, a.ask(string(query), nil)))
			})
		}
	})
}

// TestEveryStoreGivesTheSameBytes compares the whole answers, with the revision, its time and its digest.
func TestEveryStoreGivesTheSameBytes(t *testing.T) {
	queries, err := filepath.Glob("testdata/queries/*.graphql")
	if err != nil {
		t.Fatal(err)
	}
	first, answers := "", make(map[string][]byte)
	overEachStore(t, func(t *testing.T, a api) {
		for _, file := range queries {
			query, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			_, answer := a.bytes(t.Context(), map[string]any{"query": string(query)})
			if answers[file] == nil {
				first, answers[file] = t.Name(), answer
			} else if !bytes.Equal(answer, answers[file]) {
				t.Errorf("%s: %s answers\n%s\nbut %s\n%s", file, t.Name(), answer, first, answers[file])
			}
		}
	})
	if len(answers) == 0 || !bytes.Contains(answers[queries[0]], []byte(`"digest"`)) {
		t.Error("nothing was compared")
	}
}

// overEachStore runs a test against the service over each store, holding the shipped corpus.
func overEachStore(t *testing.T, test func(t *testing.T, a api)) {
	shipped, err := ingest.Load(corpus.Files)
	if err != nil {
		t.Fatal(err)
	}
	for name, open := range storesOf(t) {
		t.Run(name, func(t *testing.T) {
			store := open(t)
			idx := follow(t, store)
			if _, err := ingest.ApplyCorpus(t.Context(), store, idx, shipped, "test"); err != nil {
				t.Fatal(err)
			}
			test(t, newAPI(t, idx, store))
		})
	}
}

// readable is the answer without what changes from run to run.
func readable(t *testing.T, r response) []byte {
	t.Helper()
	shown := map[string]any{"data": r.Data}
	if len(r.Errors) > 0 {
		var errors []string
		for _, e := range r.Errors {
			errors = append(errors, e.Extensions.Code+" "+e.Message)
		}
		shown["errors"] = errors
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(shown); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func compare(t *testing.T, file string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s: got\n%s", file, got)
	}
}
