package ingest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"treatygraph/extract"
	"treatygraph/graph"
	"treatygraph/index"
)

// A Request asks that a document be read into a store.
type Request struct {
	Document *Document   // of a document that the store holds, fields that are not set stay as they are
	Text     *graph.Text // nil: the text that the store holds of the document is read again
	Author   string
	Key      string                              // of the attempt; empty: made of the dataset, its version and the head
	Reason   string                              // for the revision; empty: made of the dataset and its version
	IfHead   *graph.RevisionNumber               // nil: whatever the head is
	DryRun   bool                                // read and compare, write nothing
	Progress func(stage string, done, total int) // may be nil
}

// An Outcome is what reading a document came to.
type Outcome struct {
	Dataset             *Dataset // what the document's dataset is to say
	Reading             *extract.Reading
	Asserted, Withdrawn int               // what differs from what the dataset said; both 0: nothing to do
	Difference          *graph.Difference // the same in full; nil: nothing to do
	Changes             []Change          // of what the text says, by part
	Remark              string            // where the text is in another script than its language says; else empty
	Receipt             *graph.Receipt    // also of an earlier attempt with the request's key, where nothing is left to do
}

// A Change is what a part of a document came to say, or says no longer.
type Change struct {
	Part  graph.ID // passage, section or note; the document for what has no place
	Said  graph.Claim
	Gains bool
}

// The stages of reading that Progress hears of.
const (
	StageRead    = "read"
	StageCompare = "compare"
	StageWrite   = "write"
)

// IngestDocument reads a document and makes its dataset say what the reading found. Reading the same again changes nothing; a corrected text, or better
// rules, change what differs and leave the rest. Errors are graph.ErrInvalid where the request is wrong.
func IngestDocument(ctx context.Context, store graph.Store, idx *index.Index, r Request) (*Outcome, error) {
	progress := r.Progress
	if progress == nil {
		progress = func(string, int, int) {}
	}
	target := &indexTarget{Store: store, index: idx}
	if _, err := target.Refresh(ctx); err != nil {
		return nil, err
	}
	document, text, err := target.completed(ctx, r)
	if err != nil {
		return nil, err
	}
	if err := checkDocument(document, target.Exists); err != nil {
		return nil, err
	}
	if err := target.checkDataset(ctx, document); err != nil {
		return nil, err
	}
	vocabulary, err := vocabularyIn(ctx, target.snapshot, func(refs []graph.Ref) (map[graph.Ref]*graph.Assertion, error) { return target.Assertions(ctx, refs) })
	if err != nil {
		return nil, err
	}
	progress(StageRead, 0, 1)
	h := hold(document, text)
	ds := h.dataset()
	out := &Outcome{Dataset: ds, Reading: h.read(ds, vocabulary), Remark: scriptRemark(document.Language, text.Body)}
	ds.seal()
	progress(StageRead, 1, 1)

	p, err := compare(ctx, target, ds)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", ds.ID, err)
	}
	progress(StageCompare, 1, 1)
	if p == nil {
		out.Receipt, err = target.repeated(ctx, ds, r)
		return out, err
	}
	out.Asserted, out.Withdrawn, out.Changes, out.Difference = len(p.difference.Assert), len(p.difference.Withdraw), p.changes(document.ID), p.difference
	if head := target.snapshot.Head().Revision; r.IfHead != nil && *r.IfHead != head {
		return nil, fmt.Errorf("%w: the head is revision %d, not %d", graph.ErrConflict, head, *r.IfHead)
	}
	if r.DryRun {
		return out, nil
	}
	progress(StageWrite, 0, 1)
	header := headerOf(ds, r.Author)
	header.Key, header.Summary, header.IfHead = r.Key, cmp.Or(r.Reason, header.Summary), r.IfHead
	if out.Receipt, err = apply(ctx, target, ds, header); err != nil {
		return nil, err
	}
	progress(StageWrite, 1, 1)
	_, err = target.Refresh(ctx)
	return out, err
}

// repeated returns the receipt of an earlier attempt with the request's key: its revision wrote the VERSION that the dataset has.
func (t *indexTarget) repeated(ctx context.Context, ds *Dataset, r Request) (*graph.Receipt, error) {
	if r.Key == "" || r.DryRun {
		return nil, nil
	}
	for _, ref := range versionsOf(t.DatasetRefs(ds.ID)) {
		for revision, err := range t.Revisions(ctx, ref.From-1) {
			if err != nil {
				return nil, err
			}
			if key, _, _ := strings.Cut(strings.TrimPrefix(revision.Key, r.Key), "#"); strings.HasPrefix(revision.Key, r.Key) && key == "" {
				return &graph.Receipt{Revision: revision, Repeated: true}, nil
			}
			break
		}
	}
	return nil, nil
}

// completed returns the request's document and text. What it leaves unset stays as the store has it.
func (t *indexTarget) completed(ctx context.Context, r Request) (*Document, *graph.Text, error) {
	if r.Text != nil {
		held, err := t.Texts(ctx, []graph.TextHash{r.Text.Hash})
		if err != nil {
			return nil, nil, err
		}
		if text := held[r.Text.Hash]; text != nil && text.Redacted {
			return nil, nil, wasRedacted(r.Document.ID)
		}
	}
	recorded, text, err := t.recordedDocument(ctx, r.Document)
	if errors.Is(err, graph.ErrInvalid) && r.Text != nil { // a new document
		return r.Document, r.Text, nil
	}
	if err != nil {
		return nil, nil, err
	}
	d := *r.Document
	if r.Text != nil {
		text = r.Text
	}
	if text == nil {
		return nil, nil, wasRedacted(d.ID)
	}
	if d.Language == "" {
		d.Language = text.Lang
	}
	if d.TextVersion == 0 {
		d.TextVersion = recorded.TextVersion
	}
	if d.Date.IsZero() {
		d.Date = recorded.Date
	}
	d.Names, d.Identifiers, d.Descriptions, d.Expresses = orElse(d.Names, recorded.Names), orElse(d.Identifiers, recorded.Identifiers), orElse(d.Descriptions, recorded.Descriptions), orElse(d.Expresses, recorded.Expresses)
	d.Licence, d.In = cmp.Or(d.Licence, recorded.Licence), cmp.Or(d.In, recorded.In)
	return &d, text, nil
}

func wasRedacted(document graph.ID) error {
	return &graph.InvalidError{Record: string(document), Field: "text", Reason: "it was redacted, and is not read again"}
}

func orElse[T any](list, other []T) []T {
	if len(list) == 0 {
		return other
	}
	return list
}

// checkDocument holds what a request says of a document against the model, before anything is read.
func checkDocument(d *Document, exists func(graph.ID) bool) error {
	invalid := func(field, format string, args ...any) error {
		return &graph.InvalidError{Record: string(d.ID), Field: field, Reason: fmt.Sprintf(format, args...)}
	}
	if _, err := graph.ParseID(string(d.ID)); err != nil || d.ID.Kind() != graph.KindDocument {
		return invalid("id", "%q is no ID of a document", d.ID)
	}
	if _, err := graph.ParseLanguage(string(d.Language)); err != nil {
		return invalid("language", "%v", err)
	}
	for _, id := range d.Expresses {
		if !graph.PredExpresses.Row().Objects.Has(id.Kind()) {
			return invalid("expresses", "%s is of kind %s, not an instrument", id, id.Kind())
		}
		if !exists(id) {
			return invalid("expresses", "%s does not exist: nothing was ever said of it", id)
		}
	}
	for _, n := range d.Names {
		if err := n.Valid(); err != nil {
			return invalid("names", "%v", err)
		}
	}
	return nil
}

// checkDataset holds that the document's dataset is its own: a dataset is made equal to what one document says, so what else it held would be withdrawn,
// and a document that another dataset speaks for would be said twice.
func (t *indexTarget) checkDataset(ctx context.Context, d *Document) error {
	recorded, id := t.datasetOf(d.ID), d.Dataset()
	invalid := func(format string, args ...any) error {
		return &graph.InvalidError{Record: string(d.ID), Field: "dataset", Reason: fmt.Sprintf(format, args...)}
	}
	switch {
	case id.Kind() != graph.KindDataset:
		return invalid("%s is of kind %s, not a dataset", id, id.Kind())
	case recorded != "" && recorded != id:
		return invalid("the document is recorded in %s, not in %s", recorded, id)
	case recorded == "" && len(t.DatasetRefs(id)) > 0:
		own, err := t.redactedIn(ctx, id, d.ID)
		if err == nil && !own {
			err = invalid("%s holds something else", id)
		}
		return err
	}
	return nil
}

// redactedIn tells whether a dataset said where a document's text stands until that was redacted.
func (t *indexTarget) redactedIn(ctx context.Context, dataset, document graph.ID) (bool, error) {
	spans := only(graph.PredSpan, t.Redacted(dataset))
	loaded, err := t.Assertions(ctx, spans)
	if err != nil {
		return false, err
	}
	for _, a := range loaded {
		if a.Subject == document {
			return true, nil
		}
	}
	return false, nil
}

// datasetOf returns the dataset that says where the document's text stands; empty for a document that is not held.
func (t *indexTarget) datasetOf(document graph.ID) graph.ID {
	if refs := t.Spans([]graph.ID{document}); len(refs) > 0 {
		return refs[0].Dataset
	}
	return ""
}

// changes tells what the difference means for people: which claims come and go, by the part they are read in. New evidence for an old claim is none.
func (p *plan) changes(document graph.ID) []Change {
	bodies := make(map[graph.StatementID]bool, len(p.current))
	for key := range p.current {
		bodies[key.Statement] = true
	}
	wanted := make(map[graph.StatementID]bool, len(p.desired))
	var list []Change
	add := func(a *graph.Assertion, gains bool) {
		c := Change{Part: document, Said: a.Claim, Gains: gains}
		switch {
		case len(a.Evidence) > 0 && a.Evidence[0].Passage != "":
			c.Part = a.Evidence[0].Passage
		case textKinds.Has(a.Subject.Kind()):
			c.Part = a.Subject
		}
		if a.Predicate != graph.PredVersion {
			list = append(list, c)
		}
	}
	for i := range p.desired {
		id := p.desired[i].Claim.ID()
		wanted[id] = true
		if !bodies[id] {
			add(&p.desired[i], true)
		}
	}
	for key, body := range p.current {
		if wanted[key.Statement] {
			continue
		}
		if a, err := graph.DecodeAssertion(body); err == nil && a.Redacted == "" {
			add(a, false)
		}
	}
	slices.SortFunc(list, func(a, b Change) int {
		return cmp.Or(cmp.Compare(a.Part, b.Part), cmp.Compare(a.Said.ID(), b.Said.ID()))
	})
	return list
}

// recordedDocument returns what the store holds of a document: what its dataset says of it, and its text, nil where that was redacted. Of what is
// asked for it needs the ID, and the dataset where no text stands any more.
func (t *indexTarget) recordedDocument(ctx context.Context, asked *Document) (*Document, *graph.Text, error) {
	id := asked.ID
	d := &Document{ID: id, In: cmp.Or(t.datasetOf(id), asked.In)}
	refs := t.DatasetRefs(d.Dataset())
	missing := fmt.Errorf("%w: no text of %s is held", graph.ErrInvalid, id)
	loaded, err := t.Assertions(ctx, refs)
	if err != nil {
		return nil, nil, err
	}
	var hash graph.TextHash
	for _, ref := range refs {
		a := loaded[ref]
		if a.Redacted != "" { // a moment ago
			continue
		}
		if a.Subject.Kind() == graph.KindPassage && d.TextVersion == 0 {
			d.TextVersion = versionIn(a.Subject)
		}
		if a.Predicate == graph.PredLicence {
			d.Licence = a.Value.Text
		}
		if a.Subject != id || a.Method != graph.MethodCurated {
			continue
		}
		switch a.Predicate {
		case graph.PredNamed:
			d.Names = append(d.Names, a.Value.Name())
		case graph.PredIdentifiedBy:
			d.Identifiers = append(d.Identifiers, a.Value.Identifier())
		case graph.PredDescribed:
			d.Descriptions = append(d.Descriptions, *a.Value)
		case graph.PredExpresses:
			d.Expresses = append(d.Expresses, a.Object)
		case graph.PredIssued:
			d.Date = a.Valid.From
		case graph.PredSpan:
			hash = a.Value.Hash
		}
	}
	if hash == "" {
		redacted, err := t.redactedIn(ctx, d.Dataset(), id)
		if err == nil && !redacted {
			err = missing
		}
		return d, nil, err
	}
	texts, err := t.Texts(ctx, []graph.TextHash{hash})
	if err != nil {
		return nil, nil, err
	}
	text := texts[hash]
	if text == nil {
		return nil, nil, missing
	}
	d.Language = text.Lang
	if text.Redacted {
		return d, nil, nil
	}
	return d, text, nil
}

// versionIn reads the text version from the ID of a passage, see PassageID.
func versionIn(passage graph.ID) int {
	parts := strings.Split(string(passage), "/")
	version, err := strconv.Atoi(parts[max(len(parts)-2, 0)])
	if err != nil {
		return 1
	}
	return version
}
