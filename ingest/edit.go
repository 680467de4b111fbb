package ingest

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"treatygraph/edit"
	"treatygraph/extract"
	"treatygraph/graph"
	"treatygraph/index"
)

// Documents reads documents for edits: it makes a store with the index that follows it an edit.Documents.
type Documents struct {
	Store graph.Store
	Index *index.Index
}

// fieldOfRequest names what a field of a document is asked for by, where the two differ.
var fieldOfRequest = map[string]string{"names": "titles"}

// Ingest makes Documents an edit.Documents.
func (d Documents) Ingest(ctx context.Context, a edit.Attempt, asked edit.Document) (*edit.Reading, error) {
	document := &Document{ID: asked.ID, Language: asked.Lang, TextVersion: asked.TextVersion, Date: asked.Date, Names: asked.Titles,
		Expresses: asked.Expresses, Licence: asked.Licence, In: asked.Dataset}
	if asked.Symbol != nil {
		document.Identifiers = []graph.Identifier{*asked.Symbol}
		if document.ID == "" {
			document.ID = DocumentID(*asked.Symbol)
		}
	}
	if _, err := graph.ParseID(string(document.ID)); err != nil && document.ID != "" {
		return nil, &edit.Error{Path: "id", Reason: err.Error()}
	}
	request := Request{Document: document, Author: a.Author, Key: a.Key, Reason: a.Reason, IfHead: a.IfHead, DryRun: a.DryRun}
	if asked.Text != nil {
		if asked.Lang == "" {
			return nil, &edit.Error{Path: "language", Reason: "is missing: a text has one"}
		}
		body, _, err := DecodeText(asked.Lang, []byte(*asked.Text))
		if err != nil {
			return nil, &edit.Error{Path: "text", Reason: err.Error()}
		}
		request.Text = graph.NewText(asked.Lang, body, []byte(*asked.Text))
	}
	store := patientStore{d.Store, edit.Patient(d.Store)}
	out, err := IngestDocument(ctx, store, d.Index, request)
	var wrong *graph.InvalidError
	switch {
	case errors.As(err, &wrong) && wrong.Record == string(document.ID):
		field := wrong.Field
		if other := fieldOfRequest[field]; other != "" {
			field = other
		}
		return nil, &edit.Error{Path: field, Reason: wrong.Reason}
	case errors.As(err, &wrong) && wrong.Record == "batch" && (wrong.Field == "key" || wrong.Field == "summary"):
		return nil, &edit.Error{Path: map[string]string{"key": "key", "summary": "reason"}[wrong.Field], Reason: wrong.Reason}
	case errors.Is(err, graph.ErrInvalid) && wrong == nil && request.Text == nil:
		return nil, &edit.Error{Path: "text", Reason: fmt.Sprintf("is missing, and no text of %s is held", document.ID)}
	case err != nil:
		return nil, err
	}
	reading := &edit.Reading{Document: document.ID, Dataset: out.Dataset.ID}
	if out.Receipt != nil {
		reading.Revision = &out.Receipt.Revision
	} else if out.Difference != nil {
		reading.Texts, reading.Assert, reading.Withdraw = out.Dataset.Texts, out.Difference.Assert, out.Difference.Withdraw
	}
	return reading, nil
}

// A patientStore is a store that asks again what became of a batch.
type patientStore struct {
	graph.Store
	writer graph.Writer
}

func (s patientStore) Apply(ctx context.Context, b *graph.Batch) (graph.Receipt, error) {
	return s.writer.Apply(ctx, b)
}

// Open makes Documents an edit.Documents.
func (d Documents) Open(ctx context.Context, s *index.Snapshot, document graph.ID) (edit.Text, error) {
	target := &indexTarget{Store: d.Store, index: d.Index, snapshot: s}
	recorded, text, err := target.recordedDocument(ctx, &Document{ID: document})
	if errors.Is(err, graph.ErrInvalid) || err == nil && text == nil {
		return nil, fmt.Errorf("%w: %s", edit.ErrNotHeld, document)
	}
	if err != nil {
		return nil, err
	}
	h := hold(recorded, text)
	return &openText{held: h, target: target, stands: h.dataset().parts}, nil
}

// An openText is a document that is held, in which words can be found.
type openText struct {
	*held
	target *indexTarget
	stands map[graph.ID]part
}

// Quote makes openText an edit.Text. Words are found as those of curated files are, and a part that a correction left where it was first read keeps the
// text that it stands in.
func (t *openText) Quote(ctx context.Context, source edit.Source) (graph.Evidence, error) {
	wrong := func(format string, args ...any) (graph.Evidence, error) {
		return graph.Evidence{}, &edit.Error{Path: "quote", Reason: fmt.Sprintf(format, args...)}
	}
	if extract.Clean(source.Words) == "" {
		return wrong("is empty")
	}
	found := t.places(source.Words)
	total := len(found)
	found = slices.DeleteFunc(found, func(e graph.Evidence) bool {
		return source.Passage != "" && e.Passage != source.Passage || source.Start != nil && e.Start != *source.Start
	})
	switch {
	case total == 0:
		return wrong("the words are not in the text of %s", t.ID)
	case len(found) == 0:
		return wrong("the words stand %d times in the text of %s, but not there", total, t.ID)
	case len(found) > 1:
		return wrong("the words stand %d times in the text of %s: say which by start, such as %d, or by passage", len(found), t.ID, found[0].Start)
	}
	settled, err := settled(ctx, t.target, &Dataset{ID: t.Dataset(), Texts: []*graph.Text{t.text}, Desired: []graph.Assertion{{Evidence: found}}, parts: t.stands})
	if err != nil {
		return graph.Evidence{}, err
	}
	return settled[0].Evidence[0], nil
}
