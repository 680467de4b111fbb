package resolvers_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"treatygraph/corpus"
	"treatygraph/graph"
	"treatygraph/httpapi"
	"treatygraph/index"
	"treatygraph/ingest"
)

// An edit asks for mutations over the fixture.
type editing struct {
	api
	store *losing
}

// A losing store loses the answers of so many writes, which it makes.
type losing struct {
	graph.Store
	lose   atomic.Int32
	writes atomic.Int32
}

func (s *losing) Apply(ctx context.Context, b *graph.Batch) (graph.Receipt, error) {
	s.writes.Add(1)
	receipt, err := s.Store.Apply(ctx, b)
	if s.lose.Add(-1) >= 0 {
		return graph.Receipt{}, fmt.Errorf("%w: the answer was lost", graph.ErrUnknownOutcome)
	}
	return receipt, err
}

func newEditing(t *testing.T) editing {
	t.Helper()
	store := &losing{Store: openSQLite(t)}
	fill(t, store, 3)
	a := newAPI(t, follow(t, store), store)
	a.token = writersToken
	return editing{a, store}
}

func (e editing) head() graph.Head {
	e.t.Helper()
	head, err := e.store.Head(e.t.Context())
	if err != nil {
		e.t.Fatal(err)
	}
	return head
}

// An input is that of a mutation.
type input map[string]any

// with is the input with other fields.
func (in input) with(fields input) input {
	other := maps.Clone(in)
	maps.Copy(other, fields)
	return other
}

// shown is what the tests ask of every mutation.
const shown = `revision {number author summary} written closed
	asserted {id subject {id} predicate object {id} value {__typename ... on Name {text} ... on TextValue {text}} valid {from to} rank
		assertions {dataset {id} rank reason method rule confidence evidence {document {id} start end quote citation url}}}
	withdrawn {id subject {id} predicate object {id} rank assertions {dataset {id} rank}}`

// An edited is the payload.
type edited struct {
	Revision *struct {
		Number          int
		Author, Summary string
	}
	Written, Closed     int
	Asserted, Withdrawn []struct {
		ID, Predicate, Rank string
		Subject, Object     struct{ ID string }
		Assertions          []struct {
			Dataset      struct{ ID string }
			Rank, Method string
			Evidence     []struct{ Start, End int }
		}
	}
}

func request(mutation string, in input) map[string]any {
	selection := shown
	if mutation != "ingestDocument" {
		selection += " entities {id}"
	}
	kind := strings.ToUpper(mutation[:1]) + mutation[1:] + "Input!"
	return map[string]any{"query": fmt.Sprintf("mutation($input: %s) {%s(input: $input) {%s}}", kind, mutation, selection), "variables": map[string]any{"input": in}}
}

func (e editing) try(mutation string, in input) response {
	e.t.Helper()
	return e.send(e.t.Context(), request(mutation, in))
}

// refused tries what must be refused, and returns "CODE message".
func (e editing) refused(mutation string, in input) string {
	e.t.Helper()
	before := e.head()
	r := e.try(mutation, in)
	if e.head() != before {
		e.t.Error("something was written")
	}
	if len(r.Errors) != 1 {
		e.t.Fatalf("%v: %d errors in %s", in, len(r.Errors), r.Data)
	}
	return r.Errors[0].Extensions.Code + " " + r.Errors[0].Message
}

func (e editing) do(mutation string, in input) edited {
	e.t.Helper()
	r := e.try(mutation, in)
	if len(r.Errors) > 0 {
		e.t.Fatalf("%s %v: %+v", mutation, in, r.Errors)
	}
	data := map[string]edited{}
	if err := json.Unmarshal(r.Data, &data); err != nil {
		e.t.Fatal(err)
	}
	return data[mutation]
}

var (
	aDataset = input{"title": "Mine", "licence": "CC0-1.0", "attribution": "Me"}
	aClaim   = input{"subject": "treaty/t0", "predicate": "AMENDS", "object": "treaty/t1"}
	anAssert = input{"key": "k", "reason": "a reason", "dataset": "dataset/mine", "newDataset": aDataset, "statements": []input{aClaim}}
)

func aName(id, text string) input {
	return input{"subject": id, "predicate": "NAMED", "value": input{"name": input{"text": text, "language": "en"}}}
}

func TestOnlyThoseWriteWhoMay(t *testing.T) {
	e := newEditing(t)
	before := e.head()
	for _, test := range []struct {
		token, want string
		status      int
	}{
		{"", "UNAUTHENTICATED writing needs a bearer token", 401},
		{readersToken, "FORBIDDEN the bearer token does not allow writing", 403},
		{"nobody's", "UNAUTHENTICATED the bearer token is not valid", 401},
	} {
		e.token = test.token
		r := e.try("assertStatements", anAssert)
		if got := r.Errors[0].Extensions.Code + " " + r.Errors[0].Message; got != test.want || r.Status != test.status || string(r.Data) != "null" && len(r.Data) > 0 {
			t.Errorf("token %q: %d %s, data %s", test.token, r.Status, got, r.Data)
		}
	}
	unset := editing{newAPI(t, readOnly{follow(t, e.store)}, e.store), e.store}
	if got := unset.refused("assertStatements", anAssert); !strings.HasPrefix(got, "FORBIDDEN nothing can be written here: neither") {
		t.Error(got)
	}
	if e.head() != before {
		t.Error("something was written")
	}
	e.token = writersToken
	if got := e.do("assertStatements", anAssert); got.Revision == nil || got.Revision.Author != "a writer" || got.Revision.Summary != "a reason" || got.Written != 4 {
		t.Errorf("%+v", got)
	}
}

// readOnly is a source that newAPI gives no desk.
type readOnly struct{ httpapi.Source }

func TestErrorsNameTheFieldInTheWordsOfTheInputAndNothingIsWritten(t *testing.T) {
	e := newEditing(t)
	e.do("assertStatements", anAssert)
	e.do("ingestDocument", input{"key": "doc", "id": "document/d", "language": "en", "text": "1. The parties agree.\n\n2. The parties agree again.\n"})
	statement := func(fields input) input {
		return anAssert.with(input{"key": "n", "statements": []input{aName("treaty/t0", "Fine"), aClaim.with(fields)}})
	}
	evidence := func(fields input) input { return statement(input{"evidence": []input{{"citation": "x"}, fields}}) }
	merge := input{"key": "n", "reason": "r", "dataset": "dataset/mine", "into": "treaty/t0", "from": []string{"treaty/t1"}}
	withdraw := input{"key": "n", "reason": "r", "dataset": "dataset/mine", "ids": []string{"amends.100000000000000000000000000"}}
	for _, test := range []struct {
		mutation string
		in       input
		want     string // how "CODE message" begins
	}{
		{"assertStatements", statement(input{"object": "treaty/none"}), "BAD_USER_INPUT input.statements[1].object: \"treaty/none\" does not exist"},
		{"assertStatements", statement(input{"object": "state/s0"}), "BAD_USER_INPUT input.statements[1].object: \"state/s0\" is of kind STATE"},
		{"assertStatements", statement(input{"object": "treaty/t0"}), "BAD_USER_INPUT input.statements[1].object: is the subject itself"},
		{"assertStatements", statement(input{"object": "no id"}), "BAD_USER_INPUT input.statements[1].object: id"},
		{"assertStatements", statement(input{"subject": "treaty/T0"}), "BAD_USER_INPUT input.statements[1].subject: id"},
		{"assertStatements", statement(input{"subject": nil}), "BAD_USER_INPUT input.statements[1].subject: is missing"},
		{"assertStatements", statement(input{"predicate": nil}), "BAD_USER_INPUT input.statements[1].predicate: is missing"},
		{"assertStatements", statement(input{"predicate": "VERSION", "subject": "dataset/mine", "object": nil, "value": input{"text": input{"text": "x"}}}), "BAD_USER_INPUT input.statements[1].predicate: VERSION marks"},
		{"assertStatements", statement(input{"predicate": "MERGED_INTO"}), "BAD_USER_INPUT input.statements[1].predicate: use mergeEntities"},
		{"assertStatements", statement(input{"value": input{"text": input{"text": "x"}}}), "BAD_USER_INPUT input.statements[1].value: AMENDS takes none"},
		{"assertStatements", statement(input{"value": input{}}), "BAD_USER_INPUT input.statements[1].value: takes exactly one"},
		{"assertStatements", statement(input{"predicate": "NAMED", "object": nil, "value": input{"name": input{"text": " ", "language": "en"}}}), "BAD_USER_INPUT input.statements[1].value: name"},
		{"assertStatements", statement(input{"predicate": "IDENTIFIED_BY", "object": nil, "value": input{"identifier": input{"scheme": "WIKIDATA", "value": "seven"}}}), "BAD_USER_INPUT input.statements[1].value.identifier:"},
		{"assertStatements", statement(input{"valid": input{"from": "2008", "to": "2009"}}), "BAD_USER_INPUT input.statements[1].valid: AMENDS is an event"},
		{"assertStatements", statement(input{"valid": input{"from": "6 April 2008"}}), "BAD_USER_INPUT input.statements[1].valid.from:"},
		{"assertStatements", statement(input{"qualifiers": input{"vote": "many"}}), "BAD_USER_INPUT input.statements[1].qualifiers.vote:"},
		{"assertStatements", statement(input{"qualifiers": input{"place": "place/none"}}), "BAD_USER_INPUT input.statements[1].qualifiers.place: \"place/none\" does not exist"},
		{"assertStatements", statement(input{"qualifiers": input{"ordinal": 0}}), "BAD_USER_INPUT input.statements[1].qualifiers.ordinal:"},
		{"assertStatements", statement(input{"rank": "DEPRECATED"}), "BAD_USER_INPUT input.statements[1].deprecatedBecause: stands with rank DEPRECATED"},
		{"assertStatements", statement(input{"confidence": 1.5}), "BAD_USER_INPUT input.statements[1].confidence: 1.5"},
		{"assertStatements", statement(input{"statement": "amends.1x"}), "BAD_USER_INPUT input.statements[1].statement: stands for all"},
		{"assertStatements", anAssert.with(input{"statements": []input{{"statement": "amends.100000000000000000000000000"}}}), "BAD_USER_INPUT input.statements[0].statement: the record holds no"},
		{"assertStatements", statement(aName("treaty/t0", "Fine")), "BAD_USER_INPUT input.statements[1].object: NAMED takes none"},
		{"assertStatements", anAssert.with(input{"key": "n", "statements": []input{aClaim, aClaim}}), "BAD_USER_INPUT input.statements[1]: stands twice"},
		{"assertStatements", anAssert.with(input{"statements": []input{}}), "BAD_USER_INPUT input.statements: 0 are not between 1 and 100"},
		{"assertStatements", anAssert.with(input{"statements": slices.Repeat([]input{aClaim}, 101)}), "BAD_USER_INPUT input.statements: 101 are not"},
		{"assertStatements", anAssert.with(input{"key": ""}), "BAD_USER_INPUT input.key:"},
		{"assertStatements", anAssert.with(input{"reason": ""}), "BAD_USER_INPUT input.reason: is empty"},
		{"assertStatements", anAssert.with(input{"key": "n", "reason": strings.Repeat("x", 2049)}), "BAD_USER_INPUT input.reason: is longer"},
		{"assertStatements", anAssert.with(input{"ifRevision": -1}), "BAD_USER_INPUT input.ifRevision:"},
		{"assertStatements", anAssert.with(input{"dataset": "treaty/t0"}), "BAD_USER_INPUT input.dataset: treaty/t0 is of kind TREATY"},
		{"assertStatements", anAssert.with(input{"dataset": "mine"}), "BAD_USER_INPUT input.dataset: id"},
		{"assertStatements", anAssert.with(input{"dataset": "dataset/other", "newDataset": nil}), "BAD_USER_INPUT input.newDataset: nothing was said by dataset/other yet"},
		{"assertStatements", anAssert.with(input{"newDataset": aDataset.with(input{"title": " "})}), "BAD_USER_INPUT input.newDataset.title:"},
		{"assertStatements", anAssert.with(input{"newDataset": aDataset.with(input{"licence": ""})}), "BAD_USER_INPUT input.newDataset.licence: text is empty"},
		{"assertStatements", anAssert.with(input{"dataset": "dataset/document-d"}), "BAD_USER_INPUT input.dataset: dataset/document-d is kept by"},
		{"assertStatements", evidence(input{}), "BAD_USER_INPUT input.statements[1].evidence[1].citation:"},
		{"assertStatements", evidence(input{"citation": "x", "url": "ftp://x"}), "BAD_USER_INPUT input.statements[1].evidence[1].url:"},
		{"assertStatements", evidence(input{"quote": "agree", "start": 4}), "BAD_USER_INPUT input.statements[1].evidence[1].document: is missing"},
		{"assertStatements", evidence(input{"document": "document/none", "quote": "agree"}), "BAD_USER_INPUT input.statements[1].evidence[1].document: no text"},
		{"assertStatements", evidence(input{"document": "document/d"}), "BAD_USER_INPUT input.statements[1].evidence[1].quote: is missing"},
		{"assertStatements", evidence(input{"document": "document/d", "quote": "disagree"}), "BAD_USER_INPUT input.statements[1].evidence[1].quote: the words are not in"},
		{"assertStatements", evidence(input{"document": "document/d", "quote": "agree"}), "BAD_USER_INPUT input.statements[1].evidence[1].quote: the words stand 2 times"},
		{"assertStatements", evidence(input{"document": "document/d", "quote": "agree", "start": 3}), "BAD_USER_INPUT input.statements[1].evidence[1].quote: the words stand 2 times in the text of document/d, but not there"},
		{"assertStatements", evidence(input{"document": "document/d", "quote": "agree", "url": "https://x"}), "BAD_USER_INPUT input.statements[1].evidence[1].citation:"},
		{"withdrawStatements", withdraw, "BAD_USER_INPUT input.ids[0]: is not asserted now by"},
		{"withdrawStatements", withdraw.with(input{"ids": []string{"x"}}), "BAD_USER_INPUT input.ids[0]: statement id"},
		{"withdrawStatements", withdraw.with(input{"ids": []string{}}), "BAD_USER_INPUT input.ids: 0 are not"},
		{"mergeEntities", merge.with(input{"into": "treaty/none"}), "BAD_USER_INPUT input.into: treaty/none does not exist"},
		{"mergeEntities", merge.with(input{"from": []string{"treaty/t1", "treaty/none"}}), "BAD_USER_INPUT input.from[1]: treaty/none does not exist"},
		{"mergeEntities", merge.with(input{"from": []string{"treaty/t0"}}), "BAD_USER_INPUT input.from[0]: treaty/t0 cannot be merged into itself"},
		{"mergeEntities", merge.with(input{"evidence": []input{{"url": "https://x"}}}), "BAD_USER_INPUT input.from[0]: a source that is not held needs one"},
		{"unmergeEntities", merge, "BAD_USER_INPUT input.from[0]: treaty/t1 was never merged into treaty/t0"},
		{"ingestDocument", input{"key": "n"}, "BAD_USER_INPUT input.symbol: it or id"},
		{"ingestDocument", input{"key": "n", "symbol": "?"}, "BAD_USER_INPUT input.symbol:"},
		{"ingestDocument", input{"key": "n", "id": "treaty/t0", "text": "x", "language": "en"}, "BAD_USER_INPUT input.id:"},
		{"ingestDocument", input{"key": "n", "id": "document/e"}, "BAD_USER_INPUT input.text: is missing"},
		{"ingestDocument", input{"key": "n", "id": "document/e", "text": "x"}, "BAD_USER_INPUT input.language: is missing"},
		{"ingestDocument", input{"key": "n", "id": "document/e", "text": "a\x00b", "language": "en"}, "BAD_USER_INPUT input.text:"},
		{"ingestDocument", input{"key": "n", "id": "document/e", "text": "x", "language": "en", "textVersion": 0}, "BAD_USER_INPUT input.textVersion: 0"},
		{"ingestDocument", input{"key": "n", "id": "document/e", "text": "x", "language": "en", "expresses": []string{"treaty/none"}}, "BAD_USER_INPUT input.expresses:"},
		{"ingestDocument", input{"key": "n", "id": "document/e", "text": "x", "language": "en", "dataset": "dataset/mine"}, "BAD_USER_INPUT input.dataset:"},
		{"ingestDocument", input{"key": "n", "id": "document/e", "text": "x", "language": "en", "titles": []input{{"text": " ", "language": "en"}}}, "BAD_USER_INPUT input.titles:"},
	} {
		for _, dryRun := range []bool{false, true} {
			if got := e.refused(test.mutation, test.in.with(input{"dryRun": dryRun})); !strings.HasPrefix(got, test.want) {
				t.Errorf("%s %v, dry run %t: got %s, want %s", test.mutation, test.in, dryRun, got, test.want)
			}
		}
	}
}

func TestTheSameKeyHasTheFirstAnswerAndWritesOnce(t *testing.T) {
	e := newEditing(t)
	// Each of these is asked, its answer lost on the way; and asked again after others have written.
	ask := func(mutation string, in input) func() string {
		return func() string {
			_, answer := e.bytes(t.Context(), request(mutation, in))
			return string(answer)
		}
	}
	attempts := []func() string{
		ask("assertStatements", anAssert),
		ask("ingestDocument", input{"key": "doc", "reason": "to quote", "id": "document/d", "language": "en", "text": "1. The parties agree.\n"}),
		ask("assertStatements", anAssert.with(input{"key": "quote", "statements": []input{aClaim.with(input{"evidence": []input{{"document": "document/d", "quote": "agree"}}})}})),
		ask("mergeEntities", input{"key": "merge", "reason": "r", "dataset": "dataset/mine", "into": "treaty/t0", "from": []string{"treaty/t1", "treaty/t2"}}),
		ask("unmergeEntities", input{"key": "unmerge", "reason": "r", "dataset": "dataset/mine", "into": "treaty/t0", "from": []string{"treaty/t2"}}),
	}
	answers := make([]string, len(attempts))
	for i, attempt := range attempts {
		e.store.lose.Store(1)
		before := e.head().Revision
		answers[i] = attempt()
		if !strings.Contains(answers[i], `"revision":{"number"`) || e.head().Revision != before+1 {
			t.Fatalf("%s, and %d revisions", answers[i], e.head().Revision-before)
		}
	}
	claim := graph.Claim{Subject: "treaty/t0", Predicate: graph.PredAmends, Object: "treaty/t1"}
	withdraw := ask("withdrawStatements", input{"key": "withdraw", "reason": "r", "dataset": "dataset/mine", "ids": []graph.StatementID{claim.ID()}})
	attempts, answers = append(attempts, withdraw), append(answers, withdraw())
	head := e.head()
	for i, attempt := range attempts {
		if again := attempt(); again != answers[i] {
			t.Errorf("again\n%s\nfirst\n%s", again, answers[i])
		}
	}
	if e.head() != head {
		t.Error("something was written again")
	}
	for mutation, in := range map[string]input{
		"assertStatements": anAssert.with(input{"reason": "another reason"}),
		"mergeEntities":    {"key": "quote", "reason": "r", "dataset": "dataset/mine", "into": "state/s0", "from": []string{"state/s1"}},
		"ingestDocument":   {"key": "doc", "id": "document/d", "language": "en", "text": "1. The parties disagree.\n"},
	} {
		if got := e.refused(mutation, in); !strings.HasPrefix(got, "CONFLICT ") || !strings.Contains(got, "was used by another batch") {
			t.Errorf("%s: %s", mutation, got)
		}
	}
}

func TestAnOutcomeThatStaysUnknownIsToldAndLearntWithTheSameKey(t *testing.T) {
	e := newEditing(t)
	before := e.head().Revision
	e.store.lose.Store(1_000)
	e.store.writes.Store(0)
	r := e.try("assertStatements", anAssert)
	if len(r.Errors) != 1 || r.Errors[0].Extensions.Code != "UNAVAILABLE" || !strings.Contains(r.Errors[0].Message, "same key") {
		t.Fatalf("%+v", r)
	}
	if n := e.store.writes.Load(); n < 2 || n > 10 {
		t.Errorf("asked %d times", n)
	}
	e.store.lose.Store(0)
	if got := e.do("assertStatements", anAssert); got.Revision == nil || graph.RevisionNumber(got.Revision.Number) != before+1 || e.head().Revision != before+1 {
		t.Errorf("%+v, head %d", got, e.head().Revision)
	}
}

func TestOfSeveralWhoDecidedOnOneRevisionOneWrites(t *testing.T) {
	e := newEditing(t)
	e.do("assertStatements", anAssert)
	head := e.head().Revision
	const writers = 8
	codes := make(chan string, writers)
	var all sync.WaitGroup
	for i := range writers {
		all.Go(func() {
			_, answer := e.bytes(t.Context(), request("assertStatements", anAssert.with(input{"key": fmt.Sprint(i), "ifRevision": head, "statements": []input{aName("treaty/t0", fmt.Sprint("Name ", i))}})))
			var r response
			if err := json.Unmarshal(answer, &r); err != nil {
				t.Error(err)
			}
			code := ""
			for _, e := range r.Errors {
				code += e.Extensions.Code
			}
			codes <- code
		})
	}
	all.Wait()
	close(codes)
	count := map[string]int{}
	for code := range codes {
		count[code]++
	}
	if count[""] != 1 || count["CONFLICT"] != writers-1 || e.head().Revision != head+1 {
		t.Errorf("%v, %d revisions", count, e.head().Revision-head)
	}
	for mutation, in := range map[string]input{
		"assertStatements": anAssert.with(input{"key": "n", "ifRevision": head, "dryRun": true}),
		"ingestDocument":   {"key": "n", "ifRevision": head, "id": "document/d", "language": "en", "text": "Words.\n"},
		"mergeEntities":    {"key": "n", "ifRevision": head, "reason": "r", "dataset": "dataset/mine", "into": "treaty/t0", "from": []string{"treaty/t1"}},
	} {
		if got := e.refused(mutation, in); got != fmt.Sprintf("CONFLICT conflict: the head is revision %d, not %d", head+1, head) {
			t.Errorf("%s: %s", mutation, got)
		}
	}
}

func TestADryRunSaysWhatTheEditThenDoes(t *testing.T) {
	e := newEditing(t)
	doc := input{"id": "document/d", "language": "en", "titles": []input{{"text": "A document", "language": "en"}}}
	signed := graph.Claim{Subject: "state/s0", Predicate: graph.PredSigned, Object: "treaty/t0", Valid: graph.Interval{From: graph.MustDate("1999-01-01")}}
	for i, step := range []struct {
		mutation string
		in       input
	}{
		{"assertStatements", anAssert.with(input{"statements": []input{aClaim, aName("treaty/new", "New"), {"statement": signed.ID(), "confidence": 0.7}}})},
		{"ingestDocument", doc.with(input{"text": "1. The parties to Treaty 0 agree.\n\n2. State 1 agrees.\n"})},
		{"ingestDocument", doc.with(input{"text": "1. The parties to Treaty 0 agree.\n\n2. State 2 agrees.\n"})},
		{"assertStatements", anAssert.with(input{"statements": []input{
			aClaim.with(input{"rank": "PREFERRED", "evidence": []input{{"document": "document/d", "quote": "The parties"}, {"citation": "A source", "url": "https://example.org"}}}),
			{"statement": signed.ID(), "rank": "DEPRECATED", "deprecatedBecause": "wrong"}}})},
		{"mergeEntities", input{"into": "treaty/t0", "from": []string{"treaty/new"}}},
		{"unmergeEntities", input{"into": "treaty/t0", "from": []string{"treaty/new"}}},
		{"withdrawStatements", input{"ids": []graph.StatementID{signed.ID()}}},
	} {
		in := step.in.with(input{"key": fmt.Sprint("step ", i)})
		if step.mutation != "ingestDocument" {
			in = in.with(input{"reason": "r", "dataset": "dataset/mine"})
		}
		before := e.head()
		planned := e.try(step.mutation, in.with(input{"dryRun": true}))
		if e.head() != before {
			t.Errorf("step %d: the dry run wrote", i)
		}
		done := e.try(step.mutation, in)
		if len(planned.Errors)+len(done.Errors) > 0 {
			t.Fatalf("step %d: %+v %+v", i, planned.Errors, done.Errors)
		}
		if got := whatChanges(t, planned.Data); got != whatChanges(t, done.Data) {
			t.Errorf("step %d: the dry run says\n%s\nthe edit\n%s", i, planned.Data, done.Data)
		}
		if !bytes.Contains(planned.Data, []byte(`"revision":null`)) || e.head().Revision != before.Revision+1 {
			t.Errorf("step %d: %s", i, planned.Data)
		}
	}
}

// whatChanges is an answer without what a dry run cannot know.
func whatChanges(t *testing.T, data []byte) string {
	t.Helper()
	var payload map[string]map[string]any
	if err := json.Unmarshal(data, &payload); err != nil {
		t.Fatal(err)
	}
	for mutation, p := range payload {
		delete(p, "revision")
		if strings.Contains(mutation, "merge") { // which entities are one only the record with the edit tells
			delete(p, "entities")
			for _, list := range []string{"asserted", "withdrawn"} {
				for _, statement := range p[list].([]any) {
					delete(statement.(map[string]any), "subject")
				}
			}
		}
	}
	text, err := json.Marshal(payload)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestAHandEditCompetesWithWhatOthersSayAndDeprecatesIt(t *testing.T) {
	e := newEditing(t)
	force := func(t *testing.T) (dates []string) {
		var data struct {
			Entity struct {
				Statements struct {
					Nodes []struct{ Valid struct{ From string } }
				}
			}
		}
		e.answer(`{entity(id: "treaty/t0") {statements(predicates: [ENTERED_INTO_FORCE]) {nodes {valid {from}}}}}`, nil, &data)
		for _, n := range data.Entity.Statements.Nodes {
			dates = append(dates, n.Valid.From)
		}
		return dates
	}
	entry := func(date string, more input) input {
		return anAssert.with(input{"key": fmt.Sprint(date, more), "statements": []input{input{"subject": "treaty/t0", "predicate": "ENTERED_INTO_FORCE", "valid": input{"from": date}}.with(more)}})
	}
	e.do("assertStatements", entry("2000-02-02", nil))
	if got := force(t); !slices.Equal(got, []string{"2000-01-01", "2000-02-02"}) {
		t.Errorf("both stand: %v", got)
	}
	e.do("assertStatements", entry("2000-02-02", input{"rank": "PREFERRED"}))
	if got := force(t); !slices.Equal(got, []string{"2000-02-02"}) {
		t.Errorf("the preferred one stands: %v", got)
	}
	e.do("assertStatements", entry("2000-02-02", nil).with(input{"key": "again"}))
	got := e.do("assertStatements", entry("2000-01-01", input{"rank": "DEPRECATED", "deprecatedBecause": "a misprint"}))
	if now := force(t); !slices.Equal(now, []string{"2000-02-02"}) || got.Written != 1 || got.Closed != 0 || got.Asserted[0].Rank != "DEPRECATED" || len(got.Asserted[0].Assertions) != 2 {
		t.Errorf("the other one is deprecated: %v, %+v", now, got)
	}
}

func TestEntitiesAreMergedAndPartedWhoeverSaidSo(t *testing.T) {
	e := newEditing(t)
	merge := func(dataset, into string, from ...string) input {
		return input{"key": fmt.Sprint(dataset, into, from, e.head().Revision), "reason": "r", "dataset": dataset, "newDataset": aDataset, "into": into, "from": from}
	}
	is := func(id, want string) {
		t.Helper()
		var data struct{ Entity struct{ ID string } }
		e.answer(`query($id: ID!) {entity(id: $id) {id}}`, map[string]any{"id": id}, &data)
		if data.Entity.ID != want {
			t.Errorf("%s is %s, not %s", id, data.Entity.ID, want)
		}
	}
	e.do("mergeEntities", merge("dataset/mine", "treaty/t0", "treaty/t1"))
	is("treaty/t1", "treaty/t0")
	if got := e.refused("mergeEntities", merge("dataset/mine", "treaty/t1", "treaty/t0")); !strings.HasPrefix(got, "BAD_USER_INPUT input.into: treaty/t1 is merged into treaty/t0") {
		t.Error(got)
	}
	if got := e.refused("mergeEntities", merge("dataset/mine", "treaty/t2", "treaty/t1")); !strings.HasPrefix(got, "BAD_USER_INPUT input.from[0]: treaty/t1 is merged into treaty/t0") {
		t.Error(got)
	}
	e.do("mergeEntities", merge("dataset/mine", "treaty/t2", "treaty/t0"))
	is("treaty/t1", "treaty/t2")
	if got := e.do("unmergeEntities", merge("dataset/mine", "treaty/t2", "treaty/t0")); got.Closed != 1 || got.Written != 0 {
		t.Errorf("%+v", got)
	}
	is("treaty/t1", "treaty/t0")
	// Another data set says so too, and a third parts them.
	e.do("mergeEntities", merge("dataset/yours", "treaty/t0", "treaty/t1"))
	if got := e.do("unmergeEntities", merge("dataset/mine", "treaty/t0", "treaty/t1")); got.Asserted[0].Rank != "DEPRECATED" || got.Closed != 1 {
		t.Errorf("%+v", got)
	}
	is("treaty/t1", "treaty/t1")
	e.do("mergeEntities", merge("dataset/mine", "treaty/t0", "treaty/t1"))
	is("treaty/t1", "treaty/t0")
}

func TestOneOperationMakesSeveralEditsAndTellsOfEach(t *testing.T) {
	e := newEditing(t)
	head := e.head().Revision
	r := e.send(t.Context(), map[string]any{
		"query": `mutation($a: AssertStatementsInput!, $b: AssertStatementsInput!, $c: AssertStatementsInput!) {
			a: assertStatements(input: $a) {revision {number} entities {label}}
			b: assertStatements(input: $b) {revision {number}}
			c: assertStatements(input: $c) {revision {number}}
		}`,
		"variables": map[string]any{"a": anAssert, "b": anAssert.with(input{"key": "b", "reason": ""}), "c": anAssert.with(input{"key": "c", "newDataset": nil, "statements": []input{aName("treaty/t1", "C")}})},
	})
	want := fmt.Sprintf(`{"a":{"revision":{"number":%d},"entities":[{"label":"Mine"},{"label":"Treaty 0"}]},"b":null,"c":{"revision":{"number":%d}}}`, head+1, head+2)
	if string(r.Data) != want || len(r.Errors) != 1 || r.Extensions.Revision.Number != int(head+2) {
		t.Errorf("%s %+v %+v", r.Data, r.Errors, r.Extensions)
	}
}

// What a mutation reads is what treatyctl reads: its dataset is the same to the last byte.
func TestADocumentThatIsIngestedByMutationIsAsTheToolIngestsIt(t *testing.T) {
	shipped, err := ingest.Load(corpus.Files)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("../corpus/documents/declaration.zh.txt")
	if err != nil {
		t.Fatal(err)
	}
	const symbol, dataset graph.ID = "E/CN.15/2008/21", "dataset/document-e-cn.15-2008-21"
	said := func(read func(graph.Store, *index.Index, api)) map[graph.StatementID]string {
		store := openSQLite(t)
		idx := follow(t, store)
		for _, ds := range shipped.Datasets {
			if ds.ID == ingest.DatasetAuthority {
				if _, err := ingest.ApplyCorpus(t.Context(), store, idx, &ingest.Corpus{Datasets: []*ingest.Dataset{ds}}, "test"); err != nil {
					t.Fatal(err)
				}
			}
		}
		a := newAPI(t, idx, store)
		a.token = writersToken
		read(store, idx, a)
		loaded, err := store.Assertions(t.Context(), idx.Snapshot().DatasetRefs(dataset))
		if err != nil {
			t.Fatal(err)
		}
		bodies := map[graph.StatementID]string{}
		for ref, a := range loaded {
			bodies[ref.Statement] = string(graph.AppendAssertion(nil, a))
		}
		return bodies
	}
	byTool := said(func(store graph.Store, idx *index.Index, _ api) {
		body, _, err := ingest.DecodeText("zh", text)
		if err != nil {
			t.Fatal(err)
		}
		identifier, err := graph.ParseIdentifier(graph.SchemeUNSymbol, string(symbol))
		if err != nil {
			t.Fatal(err)
		}
		_, err = ingest.IngestDocument(t.Context(), store, idx, ingest.Request{Author: "tool", Text: graph.NewText("zh", body, text), Document: &ingest.Document{
			ID: ingest.DocumentID(identifier), Identifiers: []graph.Identifier{identifier}, Language: "zh", Date: graph.MustDate("2008-04-15"), Licence: "see there",
			Names:     []graph.Name{{Text: "信函", Lang: "zh", Role: graph.NameOfficial}},
			Expresses: []graph.ID{"declaration/us-russia-strategic-framework-2008"},
		}})
		if err != nil {
			t.Fatal(err)
		}
	})
	byMutation := said(func(store graph.Store, _ *index.Index, a api) {
		in := input{"key": "k", "symbol": symbol, "language": "zh", "date": "2008-04-15", "licence": "see there", "titles": []input{{"text": "信函", "language": "zh"}},
			"expresses": []string{"declaration/us-russia-strategic-framework-2008"}, "text": string(text)}
		e := editing{a, &losing{Store: store}}
		if got := e.do("ingestDocument", in); got.Written < 300 || len(got.Asserted) != 100 {
			t.Errorf("%d written, %d shown", got.Written, len(got.Asserted))
		}
		if got := e.do("ingestDocument", in.with(input{"key": "another"})); got.Revision != nil || got.Written+got.Closed+len(got.Asserted) > 0 {
			t.Errorf("reading the same again does something: %+v", got)
		}
	})
	if len(byTool) < 300 || !maps.Equal(byTool, byMutation) {
		t.Errorf("the tool says %d things, the mutation %d", len(byTool), len(byMutation))
	}
}

// A correction leaves the parts that it does not touch in the text that they were first read in; so do the quotes of them that come later.
func TestWordsAreQuotedFromTheTextThatTheirPartStandsIn(t *testing.T) {
	e := newEditing(t)
	doc := input{"key": "1", "id": "document/d", "language": "en", "text": "1. The parties agree.\n\n2. State 1 signs.\n"}
	e.do("ingestDocument", doc)
	e.do("ingestDocument", doc.with(input{"key": "2", "text": "1. The parties agree.\n\n2. Now State 2 signs.\n"}))
	e.do("assertStatements", anAssert.with(input{"statements": []input{
		aClaim.with(input{"evidence": []input{{"document": "document/d", "quote": "parties"}, {"document": "document/d", "quote": "Now"}}})}}))
	var data struct {
		Entity struct {
			Statements struct {
				Nodes []struct {
					Evidence []struct {
						Quote, TextHash string
						Passage         struct{ ID string }
					}
				}
			}
		}
		Passages []struct {
			Statements struct {
				Nodes []struct{ Value struct{ TextHash string } }
			}
		}
	}
	e.answer(`{
		entity(id: "treaty/t0") {statements(predicates: [AMENDS]) {nodes {evidence {quote textHash passage {id}}}}}
		passages: nodes(ids: ["passage/d/en/1/1", "passage/d/en/1/2"]) {... on Passage {statements(predicates: [SPAN]) {nodes {value {... on TextSpan {textHash}}}}}}
	}`, nil, &data)
	evidence := data.Entity.Statements.Nodes[0].Evidence
	if len(evidence) != 2 || evidence[0].Passage.ID != "passage/d/en/1/1" || evidence[1].Passage.ID != "passage/d/en/1/2" || evidence[0].TextHash == evidence[1].TextHash {
		t.Fatalf("%+v", evidence)
	}
	for i, e := range evidence {
		if span := data.Passages[i].Statements.Nodes[0].Value.TextHash; e.TextHash != span {
			t.Errorf("%q is quoted from %s, its passage stands in %s", e.Quote, e.TextHash, span)
		}
	}
}
