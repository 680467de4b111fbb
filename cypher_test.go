package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"treatygraph/corpus"
	"treatygraph/graph"
	"treatygraph/graph/neo4j"
	"treatygraph/index"
	"treatygraph/ingest"
	server "treatygraph/tools/neo4j"
)

var update = flag.Bool("update", false, "write the answers in docs/data-model.md anew")

// query finds a Cypher block of the document and the answer that stands under it.
var query = regexp.MustCompile("(?s)```cypher\n(.*?)```\n\n(\\|.*?\n)\n")

// TestTheQueriesForAnalystsAnswerAsTheDocumentSays runs each query of docs/data-model.md over the shipped corpus in a real Neo4j.
func TestTheQueriesForAnalystsAnswerAsTheDocumentSays(t *testing.T) {
	const file = "docs/data-model.md"
	document, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, version := range server.VersionsToTest(t) {
		t.Run(version, func(t *testing.T) {
			address := server.Lease(t, version).URL()
			applyShipped(t, address)
			d, err := driver.NewDriverWithContext(address, driver.NoAuth())
			if err != nil {
				t.Fatal(err)
			}
			defer d.Close(context.WithoutCancel(t.Context()))
			ask := func(cypher string) *driver.EagerResult {
				t.Helper()
				result, err := driver.ExecuteQuery(t.Context(), d, cypher, nil, driver.EagerResultTransformer)
				if err != nil {
					t.Fatalf("%v in %s", err, cypher)
				}
				return result
			}
			ask(`CALL db.index.fulltext.awaitEventuallyConsistentIndexRefresh()`)
			count := 0
			answered := query.ReplaceAllStringFunc(string(document), func(block string) string {
				count++
				parts := query.FindStringSubmatch(block)
				answer := tabled(ask(parts[1]))
				if answer != parts[2] && !*update {
					t.Errorf("%s\nanswers\n%s\nnot\n%s", parts[1], answer, parts[2])
				}
				return "```cypher\n" + parts[1] + "```\n\n" + answer + "\n"
			})
			if count < 10 {
				t.Errorf("%d queries", count)
			}
			if *update {
				if err := os.WriteFile(file, []byte(answered), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// applyShipped applies the corpus, and what two passages of the declaration mention: extraction comes later than the documents.
func applyShipped(t *testing.T, address string) {
	t.Helper()
	store, err := neo4j.Open(t.Context(), address, neo4j.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	idx, err := index.Follow(t.Context(), store, index.Options{LateTexts: true})
	if err != nil {
		t.Fatal(err)
	}
	defer idx.Close()
	shipped, err := ingest.Load(corpus.Files)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ingest.ApplyCorpus(t.Context(), store, idx, shipped, "test"); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Apply(t.Context(), mentions(t, store)); err != nil {
		t.Fatal(err)
	}
}

// mentions says of every passage with the Agency's name that it mentions it.
func mentions(t *testing.T, store graph.Store) *graph.Batch {
	t.Helper()
	const name, organisation = "原子能机构", "organisation/iaea"
	b := &graph.Batch{Key: "mentions", Author: "test", Assert: []graph.Assertion{{
		Claim:   graph.Claim{Subject: "dataset/mentions", Predicate: graph.PredDescribed, Value: &graph.Value{Kind: graph.ValueText, Text: "mentions"}},
		Dataset: "dataset/mentions", Rank: graph.RankNormal, Method: graph.MethodCurated,
	}}}
	_, versions, err := store.Scan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for v, err := range versions {
		if err != nil {
			t.Fatal(err)
		}
		a, err := graph.DecodeAssertion(v.Body)
		if err != nil {
			t.Fatal(err)
		}
		if a.Predicate != graph.PredSpan || a.Subject.Kind() != graph.KindPassage {
			continue
		}
		texts, err := store.Texts(t.Context(), []graph.TextHash{a.Value.Hash})
		if err != nil {
			t.Fatal(err)
		}
		text := texts[a.Value.Hash]
		words := []rune(text.Body)[a.Value.Start:a.Value.End]
		before, _, found := strings.Cut(string(words), name)
		if !found {
			continue
		}
		start := a.Value.Start + len([]rune(before))
		b.Assert = append(b.Assert, graph.Assertion{
			Claim:   graph.Claim{Subject: a.Subject, Predicate: graph.PredMentions, Object: organisation},
			Dataset: "dataset/mentions", Rank: graph.RankNormal, Method: graph.MethodExtracted, Rule: "name",
			Evidence: []graph.Evidence{{Text: text.Hash, Document: "document/e-cn.15-2008-21", Passage: a.Subject, Start: start, End: start + len([]rune(name)), Quote: name, Lang: text.Lang}},
		})
	}
	if len(b.Assert) < 3 {
		t.Fatal("no passage mentions the Agency")
	}
	return b
}

// tabled writes an answer as a table of Markdown.
func tabled(result *driver.EagerResult) string {
	var b strings.Builder
	line := func(cells []string) { b.WriteString("| " + strings.Join(cells, " | ") + " |\n") }
	line(result.Keys)
	b.WriteString(strings.Repeat("|---", len(result.Keys)) + "|\n")
	for _, record := range result.Records {
		cells := make([]string, len(record.Values))
		for i, value := range record.Values {
			switch v := value.(type) {
			case nil:
			case []any:
				words := make([]string, len(v))
				for j := range v {
					words[j] = fmt.Sprint(v[j])
				}
				cells[i] = strings.Join(words, ", ")
			default:
				cells[i] = fmt.Sprint(v)
			}
		}
		line(cells)
	}
	return b.String()
}
