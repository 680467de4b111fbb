package graph

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
)

// A Prepared batch has passed every check that needs no store, and knows what the store must look up for the rest.
type Prepared struct {
	batch  *Batch
	digest Digest
	keys   []AssertionKey
	bodies []string
}

// Known is what a store found of what a Prepared batch needs.
type Known struct {
	Entities   map[ID]bool                  // of Needs.Entities: those that were ever the subject of a statement
	Statements map[StatementID]bool         // of Needs.Statements: those with any version
	Texts      map[TextHash]*Text           // of Needs.Texts
	Open       map[AssertionKey]OpenVersion // of Needs.Assertions: the open version
}

// An OpenVersion is the version of an assertion that no revision has closed.
type OpenVersion struct {
	From RevisionNumber
	Body string
}

// Needs lists, without doubles and sorted, what a store must look up before Check.
type Needs struct {
	Entities   []ID
	Statements []StatementID
	Texts      []TextHash
	Assertions []AssertionKey
}

// A Plan is what a store has to do, and nothing else: all checks are behind it.
type Plan struct {
	Change   Change  // Revision lacks Number, At and Digest until Number is called; Refs lack their From
	Entities []ID    // new ones, sorted
	Texts    []*Text // new ones, sorted by hash
}

// Number gives the plan its place after head at the given time of the store's clock, and seals it. The time is moved on to be later
// than that of the revision before.
func (p *Plan) Number(head Head, before, now time.Time) {
	now = now.UTC().Truncate(time.Microsecond)
	if !now.After(before) {
		now = before.Add(time.Microsecond).UTC()
	}
	c := &p.Change
	c.Revision.Number, c.Revision.At = head.Revision+1, now
	for i := range c.Written {
		c.Written[i].Ref.From = c.Revision.Number
	}
	c.sort()
	c.Revision.Digest = c.Seal(head.Digest)
}

// Repeats returns the receipt for a batch whose key had become a revision already: ErrConflict when that was another batch's.
func (p *Prepared) Repeats(first Revision) (Receipt, error) {
	return repeats(first, p.batch.Key, p.digest)
}

func repeats(first Revision, key string, digest Digest) (Receipt, error) {
	if first.BatchDigest != digest {
		return Receipt{}, fmt.Errorf("%w: key %q was used by another batch, which became revision %d", ErrConflict, key, first.Number)
	}
	return Receipt{Revision: first, Repeated: true}, nil
}

// Follows returns ErrConflict when the batch asks for another head.
func (p *Prepared) Follows(head RevisionNumber) error {
	if want := p.batch.IfHead; want != nil && *want != head {
		return fmt.Errorf("%w: the head is revision %d, not %d", ErrConflict, head, *want)
	}
	return nil
}

// Digest is the batch's, for telling attempts with one key apart.
func (p *Prepared) Digest() Digest { return p.digest }

// Prepare checks all of a batch that can be checked without a store, and encodes it. The batch must not change afterwards.
func Prepare(b *Batch) (*Prepared, error) {
	if b.prepared != nil && b.prepared.batch == b { // not that of which b is a copy
		return b.prepared, nil
	}
	if err := checkHeader(b); err != nil {
		return nil, err
	}
	p := &Prepared{batch: b, keys: make([]AssertionKey, len(b.Assert)), bodies: make([]string, len(b.Assert))}
	size := 0
	texts := make(map[TextHash]bool, len(b.Texts))
	for i, t := range b.Texts {
		record := fmt.Sprintf("text[%d]", i)
		if field, err := checkText(t); err != nil {
			return nil, &InvalidError{record, field, err.Error()}
		}
		if texts[t.Hash] {
			return nil, &InvalidError{record, "hash", "stands twice in the batch"}
		}
		texts[t.Hash] = true
		size += len(t.Body) + len(t.Original)
	}
	seen := make(map[AssertionKey]bool, len(b.Assert)+len(b.Withdraw))
	var buffer []byte
	for i := range b.Assert {
		a := &b.Assert[i]
		if field, err := checkAssertion(a); err != nil {
			return nil, &InvalidError{fmt.Sprintf("assert[%d] %s %s", i, quote(string(a.Subject)), a.Predicate), field, err.Error()}
		}
		buffer = append(appendClaimFields(append(buffer[:0], '{'), &a.Claim), '}')
		p.keys[i] = AssertionKey{statementID(a.Predicate, buffer), a.Dataset}
		buffer = appendProvenance(buffer[:len(buffer)-1], a)
		p.bodies[i] = string(buffer)
		size += len(buffer)
		if seen[p.keys[i]] {
			return nil, &InvalidError{recordName(i, p.keys[i]), "claim", "stands twice in the batch for one dataset"}
		}
		seen[p.keys[i]] = true
	}
	for i, key := range b.Withdraw {
		record := fmt.Sprintf("withdraw[%d] %s", i, quote(string(key.Statement)))
		if _, _, err := ParseStatementID(string(key.Statement)); err != nil {
			return nil, &InvalidError{record, "statement", err.Error()}
		}
		if err := checkKind(key.Dataset, Set(KindDataset)); err != nil {
			return nil, &InvalidError{record, "dataset", err.Error()}
		}
		if seen[key] {
			return nil, &InvalidError{record, "statement", "stands twice in the batch for one dataset"}
		}
		seen[key] = true
	}
	if size > MaxBatchBytes {
		return nil, &InvalidError{"batch", "size", fmt.Sprintf("%d bytes are more than %d", size, MaxBatchBytes)}
	}
	p.digest = b.digest(p.bodies)
	return p, nil
}

func recordName(i int, key AssertionKey) string {
	return fmt.Sprintf("assert[%d] %s", i, key.Statement)
}

func checkHeader(b *Batch) error {
	invalid := func(field, format string, args ...any) error {
		return &InvalidError{"batch", field, fmt.Sprintf(format, args...)}
	}
	if b.Key == "" || len(b.Key) > MaxKeyBytes || checkUTF8(b.Key) != nil {
		return invalid("key", "must be a text of 1 to %d bytes", MaxKeyBytes)
	}
	for field, text := range map[string]string{"author": b.Author, "summary": b.Summary} {
		if err := checkNote(text); err != nil {
			return invalid(field, "%v", err)
		}
	}
	records := len(b.Assert) + len(b.Withdraw)
	if records > MaxBatchRecords {
		return invalid("size", "%d records are more than %d", records, MaxBatchRecords)
	}
	if records == 0 && len(b.Texts) == 0 {
		return invalid("size", "it is empty")
	}
	return nil
}

func checkText(t *Text) (field string, err error) {
	switch {
	case t == nil:
		return "hash", fmt.Errorf("is missing")
	case len(t.Body) > MaxTextBytes || len(t.Original) > MaxTextBytes:
		return "body", fmt.Errorf("is longer than %d bytes", MaxTextBytes)
	case t.Body == "":
		return "body", fmt.Errorf("is empty")
	}
	if err := checkUTF8(t.Body); err != nil {
		return "body", err
	}
	if err := t.Lang.check(); err != nil {
		return "lang", err
	}
	if t.Hash != HashText(t.Body) {
		return "hash", fmt.Errorf("is not the SHA-256 of the body")
	}
	return "", nil
}

// CheckAssertion checks one assertion by itself, as Prepare does each of a batch, and without what it costs to encode it. Errors are *InvalidError.
func CheckAssertion(a *Assertion) error {
	if field, err := checkAssertion(a); err != nil {
		return &InvalidError{fmt.Sprintf("%s %s", quote(string(a.Subject)), a.Predicate), field, err.Error()}
	}
	return nil
}

// checkAssertion checks one assertion by itself and names the field that is wrong.
func checkAssertion(a *Assertion) (field string, err error) {
	row := a.Predicate.Row()
	if row.Name == "" {
		return "predicate", fmt.Errorf("is not known")
	}
	if a.Redacted != "" {
		return "redacted", fmt.Errorf("is for what a record no longer holds, not for what is asserted")
	}
	if err := checkKind(a.Subject, row.Subjects); err != nil {
		return "subject", err
	}
	switch {
	case row.Objects != 0:
		if err := checkKind(a.Object, row.Objects); err != nil {
			return "object", err
		}
		if a.Object == a.Subject {
			return "object", fmt.Errorf("is the subject itself")
		}
	case a.Object != "":
		return "object", fmt.Errorf("%s takes none", row.Name)
	}
	switch {
	case row.Value != ValueNone && a.Value == nil:
		return "value", fmt.Errorf("%s needs one of kind %s", row.Name, row.Value)
	case row.Value != ValueNone && a.Value.Kind != row.Value:
		return "value", fmt.Errorf("%s needs one of kind %s, not %s", row.Name, row.Value, a.Value.Kind)
	case row.Value == ValueNone && a.Value != nil:
		return "value", fmt.Errorf("%s takes none", row.Name)
	case a.Value != nil:
		if err := a.Value.check(); err != nil {
			return "value", err
		}
	}
	if err := checkValid(a.Valid, row); err != nil {
		return "valid", err
	}
	if field, err := checkQualifiers(&a.Qualifiers); err != nil {
		return "qualifiers." + field, err
	}
	if err := checkKind(a.Dataset, Set(KindDataset)); err != nil {
		return "dataset", err
	}
	return checkProvenance(a)
}

func checkValid(v Interval, row *PredicateRow) error {
	if v.From.IsOpen() && v.To.IsOpen() {
		return fmt.Errorf("open at both ends says nothing")
	}
	if row.Tempo == TempoEvent {
		if !v.To.IsZero() {
			return fmt.Errorf("%s is an event: it has a date, no end", row.Name)
		}
		if v.From.IsOpen() {
			return fmt.Errorf("%s is an event: its date cannot be open", row.Name)
		}
	}
	return v.Valid()
}

func checkQualifiers(q *Qualifiers) (field string, err error) {
	if q.EffectiveOn.IsOpen() {
		return "effectiveOn", fmt.Errorf("cannot be open")
	}
	for _, ref := range []struct {
		field string
		id    ID
		kinds KindSet
	}{{"depositary", q.Depositary, Actors}, {"place", q.Place, Set(KindPlace, KindState, KindRegion, KindFacility)}, {"onBehalfOf", q.OnBehalfOf, Actors}} {
		if ref.id == "" {
			continue
		}
		if err := checkKind(ref.id, ref.kinds); err != nil {
			return ref.field, err
		}
	}
	if q.Vote != "" && !isVote(q.Vote) {
		return "vote", fmt.Errorf("%s is not of the form for-against-abstaining, such as 14-0-1", quote(q.Vote))
	}
	if q.Ordinal < 0 {
		return "ordinal", fmt.Errorf("is below 1")
	}
	if err := checkNote(q.Role); err != nil {
		return "role", err
	}
	if err := checkNote(q.Note); err != nil {
		return "note", err
	}
	if q.About != "" {
		if _, _, err := ParseStatementID(string(q.About)); err != nil {
			return "about", err
		}
	}
	return "", nil
}

func isVote(s string) bool {
	parts := strings.Split(s, "-")
	for _, p := range parts {
		if p == "" || len(p) > 4 || strings.Trim(p, "0123456789") != "" {
			return false
		}
	}
	return len(parts) == 3
}

func checkProvenance(a *Assertion) (field string, err error) {
	if a.Rank.String() == "UNKNOWN" {
		return "rank", fmt.Errorf("is not known")
	}
	if (a.Rank == RankDeprecated) != (a.Reason != "") {
		return "reason", fmt.Errorf("stands with rank DEPRECATED, and only there")
	}
	if a.Method.String() == "UNKNOWN" {
		return "method", fmt.Errorf("is not known")
	}
	if (a.Method == MethodExtracted) != (a.Rule != "") {
		return "rule", fmt.Errorf("stands with method EXTRACTED, and only there")
	}
	if err := checkNote(a.Reason); err != nil {
		return "reason", err
	}
	if err := checkNote(a.Rule); err != nil {
		return "rule", err
	}
	if a.Confidence > 1000 {
		return "confidence", fmt.Errorf("is above 1,000 thousandths")
	}
	if len(a.Evidence) > MaxEvidence {
		return "evidence", fmt.Errorf("%d items are more than %d", len(a.Evidence), MaxEvidence)
	}
	for i := range a.Evidence {
		if field, err := checkEvidence(&a.Evidence[i]); err != nil {
			return fmt.Sprintf("evidence[%d].%s", i, field), err
		}
	}
	return "", nil
}

func checkEvidence(e *Evidence) (field string, err error) {
	if e.Text == "" && e.Citation == "" {
		return "citation", fmt.Errorf("a source that is not held needs one")
	}
	if e.Text == "" && (e.Start != 0 || e.End != 0 || e.Passage != "") {
		return "text", fmt.Errorf("a span or a passage needs one")
	}
	if e.Text != "" {
		if err := e.Text.check(); err != nil {
			return "text", err
		}
		if e.Document == "" {
			return "document", fmt.Errorf("a held text needs one")
		}
		if e.Start < 0 || e.End <= e.Start {
			return "start", fmt.Errorf("[%d, %d) is not a span of code points", e.Start, e.End)
		}
		if e.Quote == "" {
			return "quote", fmt.Errorf("is empty")
		}
	}
	if e.Document != "" {
		if err := checkKind(e.Document, Set(KindDocument)); err != nil {
			return "document", err
		}
	}
	if e.Passage != "" {
		if err := checkKind(e.Passage, TextUnits); err != nil {
			return "passage", err
		}
	}
	if len(e.Quote) > MaxQuoteBytes {
		return "quote", fmt.Errorf("is longer than %d bytes", MaxQuoteBytes)
	}
	if err := checkUTF8(e.Quote); err != nil {
		return "quote", err
	}
	if e.Lang != "" {
		if err := e.Lang.check(); err != nil {
			return "lang", err
		}
	}
	if e.Score > 1000 {
		return "score", fmt.Errorf("is above 1,000 thousandths")
	}
	if err := checkNote(e.Reason); err != nil {
		return "reason", err
	}
	if err := checkNote(e.Citation); err != nil {
		return "citation", err
	}
	if e.URL != "" {
		if u, err := url.Parse(e.URL); err != nil || len(e.URL) > MaxNoteBytes || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
			return "url", fmt.Errorf("%s is not an absolute http or https address", quote(e.URL))
		}
	}
	return "", nil
}

func checkNote(s string) error {
	if len(s) > MaxNoteBytes {
		return fmt.Errorf("is longer than %d bytes", MaxNoteBytes)
	}
	return checkUTF8(s)
}

func checkKind(id ID, kinds KindSet) error {
	if id == "" {
		return fmt.Errorf("is missing")
	}
	if _, err := ParseID(string(id)); err != nil {
		return err
	}
	if !kinds.Has(id.Kind()) {
		return fmt.Errorf("%s is of kind %s, which does not fit", quote(string(id)), id.Kind())
	}
	return nil
}

// refersTo visits every entity that an assertion needs to exist besides its subject, with the field that names it.
func refersTo(a *Assertion, visit func(field string, id ID)) {
	visit("dataset", a.Dataset)
	for _, ref := range []struct {
		field string
		id    ID
	}{{"object", a.Object}, {"qualifiers.depositary", a.Qualifiers.Depositary}, {"qualifiers.place", a.Qualifiers.Place}, {"qualifiers.onBehalfOf", a.Qualifiers.OnBehalfOf}} {
		if ref.id != "" {
			visit(ref.field, ref.id)
		}
	}
	for i := range a.Evidence {
		if id := a.Evidence[i].Document; id != "" {
			visit(fmt.Sprintf("evidence[%d].document", i), id)
		}
		if id := a.Evidence[i].Passage; id != "" {
			visit(fmt.Sprintf("evidence[%d].passage", i), id)
		}
	}
}

// Needs lists what the store must look up for Check.
func (p *Prepared) Needs() Needs {
	var n Needs
	n.Assertions = append(append(n.Assertions, p.keys...), p.batch.Withdraw...)
	for i := range p.batch.Assert {
		a := &p.batch.Assert[i]
		n.Entities = append(n.Entities, a.Subject)
		refersTo(a, func(_ string, id ID) { n.Entities = append(n.Entities, id) })
		a.Texts(func(hash TextHash) { n.Texts = append(n.Texts, hash) })
		if about := a.Qualifiers.About; about != "" {
			n.Statements = append(n.Statements, about)
		}
	}
	for _, t := range p.batch.Texts {
		n.Texts = append(n.Texts, t.Hash)
	}
	n.Entities, n.Statements, n.Texts = unique(n.Entities), unique(n.Statements), unique(n.Texts)
	return n
}

func unique[T ~string](list []T) []T {
	slices.Sort(list)
	return slices.Compact(list)
}

// Check holds the batch against what the store knows, and returns what is to be done. It is called inside the store's transaction.
func (p *Prepared) Check(known Known) (*Plan, error) {
	plan := &Plan{}
	texts := make(map[TextHash]*Slicer)
	langs := make(map[TextHash]Language)
	for hash, t := range known.Texts {
		langs[hash] = t.Lang
		if !t.Redacted {
			texts[hash] = NewSlicer(t.Body)
		}
	}
	missing := func(hash TextHash) error {
		if _, there := langs[hash]; there {
			return fmt.Errorf("the text was redacted")
		}
		return fmt.Errorf("the text is not held")
	}
	for i, t := range p.batch.Texts {
		if lang, there := langs[t.Hash]; there {
			if lang != t.Lang {
				return nil, &InvalidError{fmt.Sprintf("text[%d]", i), "lang", fmt.Sprintf("the same text is held in language %s", lang)}
			}
			continue
		}
		texts[t.Hash], langs[t.Hash] = NewSlicer(t.Body), t.Lang
		plan.Texts = append(plan.Texts, t)
		plan.Change.Texts = append(plan.Change.Texts, t.Hash)
	}
	slices.SortFunc(plan.Texts, func(a, b *Text) int { return strings.Compare(string(a.Hash), string(b.Hash)) })

	subjects := make(map[ID]bool)
	statements := make(map[StatementID]bool, len(p.keys))
	for i := range p.batch.Assert {
		subject := p.batch.Assert[i].Subject
		if !known.Entities[subject] && !subjects[subject] {
			plan.Entities = append(plan.Entities, subject)
		}
		subjects[subject], statements[p.keys[i].Statement] = true, true
	}
	slices.Sort(plan.Entities)

	for i := range p.batch.Assert {
		a := &p.batch.Assert[i]
		invalid := func(field, format string, args ...any) error {
			return &InvalidError{recordName(i, p.keys[i]), field, fmt.Sprintf(format, args...)}
		}
		var dangling error
		refersTo(a, func(field string, id ID) {
			if dangling == nil && !known.Entities[id] && !subjects[id] {
				dangling = invalid(field, "%s does not exist: nothing was ever said of it", quote(string(id)))
			}
		})
		if dangling != nil {
			return nil, dangling
		}
		if about := a.Qualifiers.About; about != "" && !known.Statements[about] && !statements[about] {
			return nil, invalid("qualifiers.about", "statement %s does not exist", about)
		}
		open, stands := known.Open[p.keys[i]]
		if stands && StandsFor(open.Body, p.bodies[i]) { // also when its text was redacted since
			continue
		}
		if field, err := checkTexts(a, texts, missing); err != nil {
			return nil, invalid(field, "%v", err)
		}
		if stands {
			plan.close(p.keys[i], open)
		}
		plan.Change.Written = append(plan.Change.Written, Version{Ref: Ref{Statement: p.keys[i].Statement, Dataset: p.keys[i].Dataset}, Body: p.bodies[i]})
	}
	for i, key := range p.batch.Withdraw {
		open, there := known.Open[key]
		if !there {
			return nil, &InvalidError{fmt.Sprintf("withdraw[%d] %s", i, key.Statement), "statement", fmt.Sprintf("is not asserted now by %s", quote(string(key.Dataset)))}
		}
		plan.close(key, open)
	}
	plan.Change.Revision = Revision{Key: p.batch.Key, BatchDigest: p.digest, Author: p.batch.Author, Summary: p.batch.Summary,
		Written: len(plan.Change.Written), Closed: len(plan.Change.Closed)}
	return plan, nil
}

func (p *Plan) close(key AssertionKey, open OpenVersion) {
	p.Change.Closed = append(p.Change.Closed, Ref{key.Statement, key.Dataset, open.From})
}

// checkTexts holds the span and the quotes of an assertion against the texts; missing says why one is not among them.
func checkTexts(a *Assertion, texts map[TextHash]*Slicer, missing func(TextHash) error) (field string, err error) {
	if v := a.Value; v != nil && v.Kind == ValueSpan {
		if texts[v.Hash] == nil {
			return "value.hash", missing(v.Hash)
		}
		if v.End > texts[v.Hash].Len() {
			return "value.end", fmt.Errorf("%d is beyond the text's %d code points", v.End, texts[v.Hash].Len())
		}
	}
	for j := range a.Evidence {
		if field, err := checkQuote(&a.Evidence[j], texts, missing); err != nil {
			return fmt.Sprintf("evidence[%d].%s", j, field), err
		}
	}
	return "", nil
}

func checkQuote(e *Evidence, texts map[TextHash]*Slicer, missing func(TextHash) error) (field string, err error) {
	if e.Text == "" {
		return "", nil
	}
	text := texts[e.Text]
	if text == nil {
		return "text", missing(e.Text)
	}
	slice, inside := text.Slice(e.Start, e.End)
	if !inside {
		return "end", fmt.Errorf("%d is beyond the text's %d code points", e.End, text.Len())
	}
	if slice != e.Quote {
		return "quote", fmt.Errorf("%s is not what stands at [%d, %d): %s", quote(e.Quote), e.Start, e.End, quote(slice))
	}
	return "", nil
}
