package resolvers_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"testing"

	"treatygraph/httpapi"
	"treatygraph/resolvers"
)

// The tokens that the tests know: of one who may write, and of one who may not.
const (
	writersToken = "a writer's"
	readersToken = "a reader's"
)

type tokens struct{}

// Authenticate makes tokens an httpapi.Authenticator.
func (tokens) Authenticate(_ context.Context, token string) (resolvers.Caller, error) {
	switch token {
	case writersToken:
		return resolvers.Caller{Name: "a writer", Write: true}, nil
	case readersToken:
		return resolvers.Caller{Name: "a reader"}, nil
	}
	return resolvers.Caller{}, httpapi.ErrUnauthenticated
}

const writingGuide = "../docs/writing.md"

// theGuideToWritingIsAsWritten runs the examples of the guide in their order, each with the answer beside it, and each twice: the same key has the same
// answer. Over every store the answers are the same bytes.
func theGuideToWritingIsAsWritten(t *testing.T, a api) {
	a.token = writersToken
	text, err := os.ReadFile(writingGuide)
	if err != nil {
		t.Fatal(err)
	}
	examples := workedQuery.FindAllStringSubmatchIndex(string(text), -1)
	if len(examples) < 9 {
		t.Fatalf("only %d examples", len(examples))
	}
	kept, end := "", 0
	for i, at := range examples {
		query, want := string(text[at[2]:at[3]]), string(text[at[4]:at[5]])
		_, whole := a.bytes(t.Context(), map[string]any{"query": query})
		if _, again := a.bytes(t.Context(), map[string]any{"query": query}); withoutRequestID(again) != withoutRequestID(whole) {
			t.Errorf("example %d answers\n%s\nand again\n%s", i+1, whole, again)
		}
		name := fmt.Sprintf("writing %d", i+1)
		if first, asked := wholeAnswers[name]; asked && withoutRequestID(first) != withoutRequestID(whole) {
			t.Errorf("another store answers\n%s\nthis one\n%s", first, whole)
		}
		wholeAnswers[name] = whole
		var r response
		if err := json.Unmarshal(whole, &r); err != nil {
			t.Fatal(err)
		}
		got := readable(t, r)
		if !*update && got != indented(want) {
			t.Errorf("example %d answers\n%s", i+1, got)
		}
		kept, end = kept+string(text[end:at[4]])+inLines(t, got), at[5]
	}
	if *update {
		if err := os.WriteFile(writingGuide, []byte(kept+string(text[end:])), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

var requestID = regexp.MustCompile(`"requestId":"[^"]*"`)

// withoutRequestID is an answer without the name of its request, which errors repeat.
func withoutRequestID(answer []byte) string { return requestID.ReplaceAllString(string(answer), "") }
