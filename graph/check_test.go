package graph

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"
)

// known answers a Prepared batch's needs from what an empty store holds besides the given entities.
func knownNothing() Known { return Known{} }

func TestAFullBatchPassesAndThePlanHoldsAllOfIt(t *testing.T) {
	b := fixtureBatch()
	p, err := Prepare(b)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := p.Check(knownNothing())
	if err != nil {
		t.Fatal(err)
	}
	if len(plan.Change.Written) != len(b.Assert) || len(plan.Change.Closed) != 0 || len(plan.Texts) != 1 {
		t.Errorf("plan: %+v", plan.Change)
	}
	want := []ID{"dataset/test", "document/d", "passage/d/zh/1/1", "state/rus", "treaty/moscow"}
	if !reflect.DeepEqual(plan.Entities, want) {
		t.Errorf("new entities %v, want %v", plan.Entities, want)
	}
	plan.Number(Head{Revision: 6, Digest: "d"}, fixtureTime.Add(time.Hour).Truncate(time.Microsecond), fixtureTime)
	c := plan.Change
	if c.Revision.Number != 7 || !c.Revision.At.After(fixtureTime.Add(time.Hour)) || c.Revision.At.Nanosecond()%1000 != 0 {
		t.Errorf("revision: %+v", c.Revision)
	}
	if err := c.Verify("d"); err != nil {
		t.Error(err)
	}
	for i := 1; i < len(c.Written); i++ {
		if c.Written[i-1].Ref.Compare(c.Written[i].Ref) >= 0 {
			t.Error("written versions are not in order")
		}
	}
}

func TestADigestCoversEverythingARevisionDid(t *testing.T) {
	p, _ := Prepare(fixtureBatch())
	change := func(edit func(*Change)) Change {
		plan, err := p.Check(knownNothing())
		if err != nil {
			t.Fatal(err)
		}
		plan.Change.Closed = []Ref{{"named.1x", "dataset/test", 3}}
		plan.Change.Revision.Closed = 1
		plan.Number(Head{Revision: 6, Digest: "d"}, time.Time{}, fixtureTime)
		edit(&plan.Change)
		return plan.Change
	}
	for name, edit := range map[string]func(*Change){
		"number":           func(c *Change) { c.Revision.Number++ },
		"time":             func(c *Change) { c.Revision.At = c.Revision.At.Add(time.Microsecond) },
		"key":              func(c *Change) { c.Revision.Key += "x" },
		"author":           func(c *Change) { c.Revision.Author += "x" },
		"summary":          func(c *Change) { c.Revision.Summary += "x" },
		"batch":            func(c *Change) { c.Revision.BatchDigest += "x" },
		"a body":           func(c *Change) { c.Written[0].Body += "x" },
		"a missing row":    func(c *Change) { c.Written = c.Written[1:] },
		"a dataset":        func(c *Change) { c.Written[0].Ref.Dataset += "x" },
		"a closed version": func(c *Change) { c.Closed[0].From++ },
		"a missing close":  func(c *Change) { c.Closed = nil },
		"a text":           func(c *Change) { c.Texts = nil },
		"the order":        func(c *Change) { c.Written[0], c.Written[1] = c.Written[1], c.Written[0] },
		"the count":        func(c *Change) { c.Revision.Written++ },
	} {
		c := change(edit)
		if err := c.Verify("d"); !errors.Is(err, ErrCorrupt) {
			t.Errorf("%s changed: %v", name, err)
		}
	}
	c := change(func(*Change) {})
	if err := c.Verify("d"); err != nil {
		t.Error(err)
	}
	if err := c.Verify("e"); !errors.Is(err, ErrCorrupt) {
		t.Errorf("another predecessor: %v", err)
	}
}

func TestEqualAssertionsStayAndChangedOnesCloseWhatStood(t *testing.T) {
	b := fixtureBatch()
	b.Texts = nil
	p, err := Prepare(b)
	if err != nil {
		t.Fatal(err)
	}
	known := Known{Entities: map[ID]bool{}, Texts: map[TextHash]*Text{}, Open: map[AssertionKey]OpenVersion{}}
	text := NewText("zh", fixtureText, nil)
	known.Texts[text.Hash] = text
	for i := range b.Assert {
		known.Entities[b.Assert[i].Subject] = true
		known.Open[b.Assert[i].Key()] = OpenVersion{From: 3, Body: string(AppendAssertion(nil, &b.Assert[i]))}
	}
	known.Open[b.Assert[1].Key()] = OpenVersion{From: 2, Body: "{}"}
	plan, err := p.Check(known)
	if err != nil {
		t.Fatal(err)
	}
	if len(plan.Change.Written) != 1 || len(plan.Change.Closed) != 1 || plan.Change.Closed[0].From != 2 || len(plan.Entities) != 0 {
		t.Errorf("plan: %+v, entities %v", plan.Change, plan.Entities)
	}
}

// Every case changes the fixture's batch in one way and names the record and field that the error must name.
func TestBadInputIsRefusedByRecordAndField(t *testing.T) {
	assert := func(i int, edit func(*Assertion)) func(*Batch) { return func(b *Batch) { edit(&b.Assert[i]) } }
	evidence := func(edit func(*Evidence)) func(*Batch) {
		return func(b *Batch) { edit(&b.Assert[7].Evidence[0]) }
	}
	long := strings.Repeat("x", 20<<10)
	for _, c := range []struct {
		name, record, field string
		edit                func(*Batch)
	}{
		{"no key", "batch", "key", func(b *Batch) { b.Key = "" }},
		{"long key", "batch", "key", func(b *Batch) { b.Key = long }},
		{"long author", "batch", "author", func(b *Batch) { b.Author = long }},
		{"summary of broken UTF-8", "batch", "summary", func(b *Batch) { b.Summary = "\xff" }},
		{"nothing in it", "batch", "size", func(b *Batch) { b.Assert, b.Texts = nil, nil }},
		{"too many", "batch", "size", func(b *Batch) { b.Withdraw = make([]AssertionKey, MaxBatchRecords) }},
		{"text without hash", "text[0]", "hash", func(b *Batch) { b.Texts[0].Hash = "" }},
		{"text with another hash", "text[0]", "hash", func(b *Batch) { b.Texts[0].Hash = HashText("x") }},
		{"text without language", "text[0]", "lang", func(b *Batch) { b.Texts[0].Lang = "" }},
		{"text twice", "text[1]", "hash", func(b *Batch) { b.Texts = append(b.Texts, b.Texts[0]) }},
		{"empty text", "text[0]", "body", func(b *Batch) { b.Texts[0] = NewText("zh", "", nil) }},
		{"text with NUL", "text[0]", "body", func(b *Batch) { b.Texts[0] = NewText("zh", "a\x00b", nil) }},
		{"missing text", "text[0]", "hash", func(b *Batch) { b.Texts[0] = nil }},
		{"malformed subject", "assert[1]", "subject", assert(1, func(a *Assertion) { a.Subject = "Treaty/X" })},
		{"no subject", "assert[1]", "subject", assert(1, func(a *Assertion) { a.Subject = "" })},
		{"unknown predicate", "assert[1]", "predicate", assert(1, func(a *Assertion) { a.Predicate = 250 })},
		{"subject of another kind", "assert[6]", "subject", assert(6, func(a *Assertion) { a.Subject = "treaty/moscow" })},
		{"object of another kind", "assert[6]", "object", assert(6, func(a *Assertion) { a.Object = "state/rus" })},
		{"object missing", "assert[6]", "object", assert(6, func(a *Assertion) { a.Object = "" })},
		{"object where none goes", "assert[1]", "object", assert(1, func(a *Assertion) { a.Object = "state/rus" })},
		{"object is subject", "assert[7]", "object", assert(7, func(a *Assertion) { a.Object = a.Subject })},
		{"object that nothing was said of", "assert[6]", "object", assert(6, func(a *Assertion) { a.Object = "treaty/none" })},
		{"dataset that nothing was said of", "assert[1]", "dataset", assert(1, func(a *Assertion) { a.Dataset = "dataset/none" })},
		{"dataset of another kind", "assert[1]", "dataset", assert(1, func(a *Assertion) { a.Dataset = "treaty/moscow" })},
		{"depositary that nothing was said of", "assert[8]", "qualifiers.depositary", assert(8, func(a *Assertion) { a.Qualifiers.Depositary = "state/usa" })},
		{"place of another kind", "assert[8]", "qualifiers.place", assert(8, func(a *Assertion) { a.Qualifiers.Place = "treaty/moscow" })},
		{"vote in another form", "assert[8]", "qualifiers.vote", assert(8, func(a *Assertion) { a.Qualifiers.Vote = "15:0" })},
		{"ordinal below one", "assert[8]", "qualifiers.ordinal", assert(8, func(a *Assertion) { a.Qualifiers.Ordinal = -1 })},
		{"malformed about", "assert[8]", "qualifiers.about", assert(8, func(a *Assertion) { a.Qualifiers.About = "x" })},
		{"about what does not exist", "assert[8]", "qualifiers.about", assert(8, func(a *Assertion) { a.Qualifiers.About = NewStatementID(PredCites, StatementHash{}) })},
		{"event with an end", "assert[8]", "valid", assert(8, func(a *Assertion) { a.Valid.To = MustDate("2009") })},
		{"event with an open date", "assert[8]", "valid", assert(8, func(a *Assertion) { a.Valid.From = Open })},
		{"end before start", "assert[6]", "valid", assert(6, func(a *Assertion) { a.Valid.To = MustDate("1999") })},
		{"value missing", "assert[1]", "value", assert(1, func(a *Assertion) { a.Value = nil })},
		{"value of another kind", "assert[1]", "value", assert(1, func(a *Assertion) { a.Value = &Value{Kind: ValueText, Text: "x"} })},
		{"value where none goes", "assert[6]", "value", assert(6, func(a *Assertion) { a.Value = &Value{Kind: ValueText, Text: "x"} })},
		{"name without language", "assert[1]", "value", assert(1, func(a *Assertion) { a.Value = &Value{Kind: ValueName, Text: "x", Role: NameShort} })},
		{"name with a span's field", "assert[1]", "value", assert(1, func(a *Assertion) { v := *a.Value; v.Start = 1; a.Value = &v })},
		{"span beyond the text", "assert[4]", "value.end", assert(4, func(a *Assertion) { v := *a.Value; v.End = 1000; a.Value = &v })},
		{"span of a text that is not held", "assert[4]", "value.hash", assert(4, func(a *Assertion) { v := *a.Value; v.Hash = HashText("x"); a.Value = &v })},
		{"amount that is no number", "assert[5]", "value", assert(5, func(a *Assertion) { v := *a.Value; v.Amount = "1e3"; a.Value = &v })},
		{"unknown rank", "assert[1]", "rank", assert(1, func(a *Assertion) { a.Rank = 9 })},
		{"deprecated without reason", "assert[1]", "reason", assert(1, func(a *Assertion) { a.Rank = RankDeprecated })},
		{"reason without deprecation", "assert[1]", "reason", assert(1, func(a *Assertion) { a.Reason = "x" })},
		{"unknown method", "assert[1]", "method", assert(1, func(a *Assertion) { a.Method = 0 })},
		{"extracted without rule", "assert[1]", "rule", assert(1, func(a *Assertion) { a.Method = MethodExtracted })},
		{"confidence above one", "assert[1]", "confidence", assert(1, func(a *Assertion) { a.Confidence = 1001 })},
		{"too much evidence", "assert[1]", "evidence", assert(1, func(a *Assertion) { a.Evidence = make([]Evidence, MaxEvidence+1) })},
		{"evidence of nothing", "assert[7]", "evidence[0].citation", evidence(func(e *Evidence) { *e = Evidence{Quote: "x"} })},
		{"span without text", "assert[7]", "evidence[0].text", evidence(func(e *Evidence) { e.Text, e.Citation = "", "x" })},
		{"text without document", "assert[7]", "evidence[0].document", evidence(func(e *Evidence) { e.Document = "" })},
		{"document that nothing was said of", "assert[7]", "evidence[0].document", evidence(func(e *Evidence) { e.Document = "document/none" })},
		{"document of another kind", "assert[7]", "evidence[0].document", evidence(func(e *Evidence) { e.Document = "treaty/moscow" })},
		{"passage of another kind", "assert[7]", "evidence[0].passage", evidence(func(e *Evidence) { e.Passage = "treaty/moscow" })},
		{"quote that is not in the text", "assert[7]", "evidence[0].quote", evidence(func(e *Evidence) { e.Quote = "《莫斯科条约〉" })},
		{"quote beside its offsets", "assert[7]", "evidence[0].quote", evidence(func(e *Evidence) { e.Start++; e.End++ })},
		{"empty quote", "assert[7]", "evidence[0].quote", evidence(func(e *Evidence) { e.Quote = "" })},
		{"long quote", "assert[7]", "evidence[0].quote", evidence(func(e *Evidence) { e.Quote = long })},
		{"offsets beyond the text", "assert[7]", "evidence[0].end", evidence(func(e *Evidence) { e.End = 1000 })},
		{"offsets backwards", "assert[7]", "evidence[0].start", evidence(func(e *Evidence) { e.Start, e.End = 7, 0 })},
		{"text that is not held", "assert[7]", "evidence[0].text", evidence(func(e *Evidence) { e.Text = HashText("x") })},
		{"score above one", "assert[7]", "evidence[0].score", evidence(func(e *Evidence) { e.Score = 1001 })},
		{"language in another form", "assert[7]", "evidence[0].lang", evidence(func(e *Evidence) { e.Lang = "zh-hant" })},
		{"address of a file", "assert[7]", "evidence[0].url", evidence(func(e *Evidence) { e.URL = "file:///etc/passwd" })},
		{"claim twice", "assert[10]", "claim", func(b *Batch) { b.Assert = append(b.Assert, b.Assert[0]) }},
		{"withdrawn and asserted", "withdraw[0]", "statement", func(b *Batch) { b.Withdraw = []AssertionKey{b.Assert[0].Key()} }},
		{"malformed withdrawal", "withdraw[0]", "statement", func(b *Batch) { b.Withdraw = []AssertionKey{{"x", "dataset/test"}} }},
		{"withdrawal without dataset", "withdraw[0]", "dataset", func(b *Batch) { b.Withdraw = []AssertionKey{{b.Assert[0].Claim.ID(), ""}} }},
		{"withdrawal of what is not asserted", "withdraw[0]", "statement", func(b *Batch) {
			b.Withdraw = []AssertionKey{{NewStatementID(PredCites, StatementHash{}), "dataset/test"}}
		}},
	} {
		b := fixtureBatch()
		c.edit(b)
		p, err := Prepare(b)
		if err == nil {
			_, err = p.Check(knownNothing())
		}
		var invalid *InvalidError
		if !errors.As(err, &invalid) || !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if !strings.HasPrefix(invalid.Record, c.record) || invalid.Field != c.field {
			t.Errorf("%s: the error names %q, field %q (%v); want %s, %s", c.name, invalid.Record, invalid.Field, err, c.record, c.field)
		}
		if len(err.Error()) > 600 {
			t.Errorf("%s: the error repeats %d bytes of the input", c.name, len(err.Error()))
		}
	}
}

func TestABatchOverTheLimitOfBytesIsRefused(t *testing.T) {
	b := &Batch{Key: "k"}
	for i := range 5 {
		body := strings.Repeat(string(rune('a'+i)), MaxTextBytes)
		b.Texts = append(b.Texts, NewText("en", body, []byte(body)))
	}
	var invalid *InvalidError
	if _, err := Prepare(b); !errors.As(err, &invalid) || invalid.Field != "size" {
		t.Error(err)
	}
}

func TestTheSameTextInAnotherLanguageIsRefused(t *testing.T) {
	b := fixtureBatch()
	p, err := Prepare(b)
	if err != nil {
		t.Fatal(err)
	}
	there := NewText("zh-Hant", fixtureText, nil)
	_, err = p.Check(Known{Texts: map[TextHash]*Text{there.Hash: there}})
	var invalid *InvalidError
	if !errors.As(err, &invalid) || invalid.Field != "lang" {
		t.Error(err)
	}
}

func TestABatchIsTheSameInAnyOrderAndAnotherWithAnyDifference(t *testing.T) {
	a, b := fixtureBatch(), fixtureBatch()
	b.Assert[0], b.Assert[1] = b.Assert[1], b.Assert[0]
	b.Key = "another attempt"
	if a.Digest() != b.Digest() {
		t.Error("order or key changes the digest")
	}
	head := RevisionNumber(3)
	for name, edit := range map[string]func(*Batch){
		"author":    func(b *Batch) { b.Author += "x" },
		"summary":   func(b *Batch) { b.Summary += "x" },
		"head":      func(b *Batch) { b.IfHead = &head },
		"text":      func(b *Batch) { b.Texts = nil },
		"assertion": func(b *Batch) { b.Assert[0].Confidence = 1 },
		"missing":   func(b *Batch) { b.Assert = b.Assert[1:] },
		"withdraw":  func(b *Batch) { b.Withdraw = []AssertionKey{{"x", "y"}} },
	} {
		c := fixtureBatch()
		edit(c)
		if c.Digest() == a.Digest() {
			t.Errorf("another %s has the same digest", name)
		}
	}
}

func TestASlicerCutsLikeRunes(t *testing.T) {
	body := strings.Repeat("《条约》a𝔸é\n", 40)
	runes, s := []rune(body), NewSlicer(body)
	if s.Len() != len(runes) {
		t.Fatalf("%d code points, want %d", s.Len(), len(runes))
	}
	for start := 0; start <= len(runes); start += 7 {
		for end := start; end <= len(runes); end += 13 {
			if got, ok := s.Slice(start, end); !ok || got != string(runes[start:end]) {
				t.Fatalf("[%d, %d): %q", start, end, got)
			}
		}
	}
	for _, outside := range [][2]int{{-1, 2}, {3, 2}, {0, len(runes) + 1}} {
		if _, ok := s.Slice(outside[0], outside[1]); ok {
			t.Errorf("%v lies in the text", outside)
		}
	}
	if got, ok := NewSlicer("").Slice(0, 0); !ok || got != "" {
		t.Error("the empty slice of the empty text")
	}
}
