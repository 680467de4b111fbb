package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"reflect"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"treatygraph/graph/sqlite"
	"treatygraph/index"
	"treatygraph/resolvers"
	"treatygraph/schema"
)

const (
	// differentialSeed and differentialDocuments say which requests are compared: always the same, so that a difference can be looked at again.
	differentialSeed      = 16
	differentialDocuments = 2_000
)

// deviations are where the service judges otherwise than graphql-js, on purpose. One that is not seen any more is one too many.
var deviations = []struct {
	ours, theirs *regexp.Regexp // the words of refusal; nil: it is taken
	reason       string
}{
	{regexp.MustCompile(`ID is written as a string`), nil, "no ID of ours is a number, so a number is a mistake, which a search for it would hide"},
	{regexp.MustCompile(`cannot use (value 0|string) as Int|is not a whole number`), nil, "1e1 and 2.0 are no whole numbers as Go reads JSON; no client writes them for an Int"},
	{regexp.MustCompile(`must not be null`), nil, "a variable that is null in spite of its default is refused wherever it stands, and not only where execution comes by"},
	{regexp.MustCompile(`date "|not a moment in the form|not a known BCP 47 tag`), nil, "which texts are dates, moments and languages the service knows; graphql-js was told that any is"},
	{nil, regexp.MustCompile(`Invalid Unicode escape sequence`), "gqlparser reads half a surrogate pair as U+FFFD, which no name holds"},
}

// A verdict is what an executor makes of a request.
type verdict struct {
	Refused string                    // why; empty when it is taken
	Values  map[string]map[string]any // the arguments of each field of the root, without what is null or left out
}

func TestTheServiceJudgesRequestsAsGraphQLJSDoes(t *testing.T) {
	if testing.Short() {
		t.Skip("needs packages from npm; left out by -short")
	}
	prepareClientTools(t)
	loaded, err := schema.Load()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(clientTools+"/schema.graphql", []byte(schema.Format(loaded)), 0o600); err != nil {
		t.Fatal(err)
	}
	maker := newDocumentMaker(loaded, differentialSeed)
	var requests []madeRequest
	var lines bytes.Buffer
	for range differentialDocuments {
		r := maker.make()
		requests = append(requests, r)
		fmt.Fprintf(&lines, "%s\n", r.body())
	}
	theirs := graphqlJS(t, &lines)
	if len(theirs) != len(requests) {
		t.Fatalf("graphql-js answered %d requests", len(theirs))
	}
	ours := newEcho(t)
	seen, taken, made := make([]int, len(deviations)), 0, map[string]int{}
	for i, r := range requests {
		a, b := ours.judge(t, r), theirs[i]
		made[r.fault]++
		if b.Refused == "" {
			taken++
		}
		if (a.Refused == "") == (b.Refused == "") && (a.Refused != "" || reflect.DeepEqual(a.Values, b.Values)) {
			continue
		}
		known := false
		for n, d := range deviations {
			if fits(d.ours, a.Refused) && fits(d.theirs, b.Refused) {
				seen[n]++
				known = true
				break
			}
		}
		if !known {
			t.Errorf("request %d (%s) %s\nours   %.300s %v\ntheirs %.300s %v", i, r.fault, r.body(), a.Refused, a.Values, b.Refused, b.Values)
		}
	}
	for n, d := range deviations {
		if seen[n] == 0 {
			t.Errorf("%v against %v is no deviation any more: %s", d.ours, d.theirs, d.reason)
		}
	}
	for _, fault := range mistakes {
		if made[fault] == 0 {
			t.Errorf("the fault %q is in no request", fault)
		}
	}
	if taken < differentialDocuments/4 || taken > differentialDocuments*3/4 {
		t.Errorf("graphql-js takes %d of %d requests: too one-sided to compare much", taken, differentialDocuments)
	}
	t.Logf("of %d requests graphql-js takes %d; deviations %v", len(requests), taken, seen)
}

// fits tells whether a verdict is as a deviation has it.
func fits(words *regexp.Regexp, refused string) bool {
	if words == nil {
		return refused == ""
	}
	return words.MatchString(refused)
}

// graphqlJS lets graphql-js judge requests, one in each line.
func graphqlJS(t *testing.T, lines io.Reader) (verdicts []verdict) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "node", "differential.mjs")
	var problems bytes.Buffer
	cmd.Dir, cmd.Stdin, cmd.Stderr = clientTools, lines, &problems
	output, err := cmd.Output()
	if err != nil {
		t.Fatalf("node differential.mjs: %v\n%s", err, &problems)
	}
	decoder := json.NewDecoder(bytes.NewReader(output))
	for {
		var v verdict
		switch err := decoder.Decode(&v); {
		case errors.Is(err, io.EOF):
			return verdicts
		case err != nil:
			t.Fatal(err)
		}
		for name, arguments := range v.Values {
			v.Values[name] = withoutNulls(arguments).(map[string]any)
		}
		verdicts = append(verdicts, v)
	}
}

// withoutNulls leaves out of objects what is null: in what our resolvers get it is as if it were not given.
func withoutNulls(v any) any {
	switch v := v.(type) {
	case map[string]any:
		all := map[string]any{}
		for name, field := range v {
			if field != nil {
				all[strings.ToLower(name)] = withoutNulls(field)
			}
		}
		return all
	case []any:
		all := make([]any, len(v))
		for i, item := range v {
			all[i] = withoutNulls(item)
		}
		return all
	default:
		return v
	}
}

// An echo is the service's executor, whose fields answer nothing but keep the arguments they were given.
type echo struct {
	http.Handler
	mu      sync.Mutex // fields are resolved beside each other
	verdict verdict
}

var errEcho = errors.New("echo")

func newEcho(t *testing.T) *echo {
	t.Helper()
	store, err := sqlite.Open(t.Context(), sqlite.Memory, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	idx, err := index.Follow(t.Context(), store, index.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = idx.Close(), store.Close() })
	e := &echo{}
	server := resolvers.NewExecutor(resolvers.Config{Source: idx, Now: time.Now, Logger: slog.New(slog.DiscardHandler)})
	server.Use(extension.Introspection{})
	server.AddTransport(e)
	server.SetErrorPresenter(func(ctx context.Context, err error) *gqlerror.Error {
		shown := graphql.DefaultErrorPresenter(ctx, err)
		e.mu.Lock()
		defer e.mu.Unlock()
		if !errors.Is(err, errEcho) && e.verdict.Refused == "" {
			e.verdict.Refused = shown.Message
		}
		return shown
	})
	server.AroundFields(func(ctx context.Context, _ graphql.Resolver) (any, error) {
		field := graphql.GetFieldContext(ctx)
		values, _ := plain(reflect.ValueOf(field.Args)).(map[string]any)
		e.mu.Lock()
		defer e.mu.Unlock()
		e.verdict.Values[field.Field.Alias] = values
		return nil, errEcho
	})
	e.Handler = server
	return e
}

func (e *echo) judge(t *testing.T, r madeRequest) verdict {
	t.Helper()
	e.verdict = verdict{Values: map[string]map[string]any{}}
	e.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", bytes.NewReader(r.body())))
	if strings.Contains(e.verdict.Refused, "panic") {
		t.Errorf("%s ends with %s", r.body(), e.verdict.Refused)
	}
	return e.verdict
}

// Supports makes echo a graphql.Transport.
func (*echo) Supports(*http.Request) bool { return true }

// Do makes echo a graphql.Transport: the transport of gqlgen, without HTTP.
func (e *echo) Do(_ http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	var params graphql.RawParams
	decoder := json.NewDecoder(r.Body)
	decoder.UseNumber()
	if err := decoder.Decode(&params); err != nil {
		panic(err) // it is made of what JSON has
	}
	operation, errs := exec.CreateOperationContext(r.Context(), &params)
	if len(errs) > 0 {
		exec.DispatchError(graphql.WithOperationContext(r.Context(), operation), errs)
		return
	}
	responses, ctx := exec.DispatchOperation(r.Context(), operation)
	responses(ctx)
}

// enumNames are the enums of the API that resolvers get as numbers, in the order of these.
var enumNames = map[string][]string{
	"Direction":      {"BOTH", "OUT", "IN"},
	"EntityOrder":    {"ID", "LABEL", "OLDEST", "NEWEST", "MOST_STATEMENTS"},
	"StatementOrder": {"PREDICATE", "OLDEST", "NEWEST"},
	"SearchScope":    {"NAMES", "PASSAGES", "ALL"},
	"ParallelEdges":  {"FOLDED", "LISTED"},
}

// plain turns what a resolver gets into what JSON has of it, without what is nil.
func plain(v reflect.Value) any {
	if !v.IsValid() {
		return nil
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return nil
		}
		return plain(v.Elem())
	case reflect.Slice:
		if v.IsNil() {
			return nil
		}
		all := make([]any, v.Len())
		for i := range all {
			all[i] = plain(v.Index(i))
		}
		return all
	case reflect.Map:
		all := map[string]any{}
		for _, key := range v.MapKeys() {
			if value := plain(v.MapIndex(key)); value != nil {
				all[strings.ToLower(key.String())] = value
			}
		}
		return all
	}
	if names, is := enumNames[v.Type().Name()]; is {
		if v.CanInt() {
			return names[v.Int()]
		}
		return names[v.Uint()]
	}
	switch known := v.Interface().(type) {
	case time.Time:
		return known.UTC().Format(time.RFC3339)
	case fmt.Stringer:
		return known.String()
	}
	switch v.Kind() {
	case reflect.Struct:
		all := map[string]any{}
		for i := range v.NumField() {
			if value := plain(v.Field(i)); value != nil {
				all[strings.ToLower(v.Type().Field(i).Name)] = value
			}
		}
		return all
	case reflect.Int:
		return float64(v.Int())
	case reflect.Bool:
		return v.Bool()
	default:
		return v.String()
	}
}
