package selection

import (
	"cmp"
	"context"
	"fmt"
	"iter"

	"treatygraph/export"
	"treatygraph/graph"
	"treatygraph/index"
)

// Contents is what a source reads of the store.
type Contents interface {
	Assertions(ctx context.Context, refs []graph.Ref) (map[graph.Ref]*graph.Assertion, error)
	Texts(ctx context.Context, hashes []graph.TextHash) (map[graph.TextHash]*graph.Text, error)
	Scan(ctx context.Context) (graph.Head, iter.Seq2[graph.Version, error], error)
}

const (
	// pageStatements is how many statements' contents are held at a time: enough that calls to the store do not count, and few enough that
	// the longest of them take some megabytes.
	pageStatements = 1_000
	// defaultLanguage is that of labels.
	defaultLanguage graph.Language = "en"
)

// A Source is a selection. It reads a page of contents at a time, and holds nothing of the store between two pages.
type Source struct {
	snapshot *index.Snapshot
	store    Contents
	found    *index.Selected
	about    export.About
	language graph.Language
}

func newSource(ctx context.Context, s *index.Snapshot, store Contents, found *index.Selected, q Query) (*Source, error) {
	revision := found.Revision()
	recorded, _ := s.Revision(revision) // the empty record has none
	o := &Source{snapshot: s, store: store, found: found, language: cmp.Or(q.Language, defaultLanguage)}
	o.about = export.About{
		Selection: q.Selection, Revision: revision, Digest: recorded.Digest, Recorded: recorded.At, ValidOn: found.At.ValidOn, Evidence: q.Evidence,
		Language: o.language, Base: cmp.Or(q.Base, DefaultBase), Entities: found.Entities, Statements: found.Statements, Assertions: found.Assertions,
	}
	o.about.Label = func(id graph.ID) graph.Name { return s.Label(id, o.language, found.At) }
	for _, d := range found.Datasets {
		dataset, err := o.dataset(ctx, d)
		if err != nil {
			return nil, err
		}
		o.about.Datasets = append(o.about.Datasets, dataset)
	}
	return o, nil
}

// About implements export.Source.
func (o *Source) About() *export.About { return &o.about }

// dataset loads what is said of a dataset: its licence, words and version, of several the newest. It is asked at no day: who says something
// is no less so when its licence changed.
func (o *Source) dataset(ctx context.Context, d index.SelectedDataset) (export.Dataset, error) {
	at := index.AsOf{Revision: o.found.At.Revision}
	out := export.Dataset{ID: d.ID, Title: o.snapshot.Label(d.ID, o.language, at).Text, Assertions: d.Assertions}
	for _, i := range o.snapshot.Identifiers(d.ID, at) {
		if i.Scheme == graph.SchemeURL {
			out.URL = i.Value
		}
	}
	said := map[graph.Ref]*string{}
	var refs []graph.Ref
	for p, field := range map[graph.Predicate]*string{graph.PredLicence: &out.Licence, graph.PredAttribution: &out.Attribution, graph.PredVersion: &out.Version} {
		page, err := o.snapshot.Statements(index.StatementQuery{Entity: d.ID, Direction: index.Out, Predicates: []graph.Predicate{p}, Order: index.OrderNewestStatement, At: at, Page: index.Page{First: 1}})
		if err != nil {
			return out, err
		}
		for _, item := range page.Items {
			refs = append(refs, item.Refs[0])
			said[item.Refs[0]] = field
		}
	}
	loaded, err := o.store.Assertions(ctx, refs)
	if err != nil {
		return out, err
	}
	for _, ref := range refs {
		a := loaded[ref]
		if !kept(a) {
			return out, lacks(ref)
		}
		if a.Value != nil {
			*said[ref] = a.Value.Text
		}
	}
	return out, nil
}

// kept tells whether an assertion that the snapshot shows is there still, and was not redacted meanwhile. Of what was, nothing is to be exported that
// looks like a statement.
func kept(a *graph.Assertion) bool { return a != nil && a.Redacted == "" }

func lacks(ref graph.Ref) error {
	return fmt.Errorf("%w: the store lacks %s", graph.ErrCorrupt, ref)
}

// Entities implements export.Source. What an entity is called and when it dates from lies in memory.
func (o *Source) Entities(ctx context.Context) iter.Seq2[*export.Entity, error] {
	return func(yield func(*export.Entity, error) bool) {
		at, date := o.found.At, o.found.Date()
		for id, into := range o.found.EachEntity() {
			if err := ctx.Err(); err != nil {
				yield(nil, err)
				return
			}
			e := &export.Entity{ID: id, MergedInto: into, Label: o.snapshot.Label(id, o.language, at), Identifiers: o.snapshot.Identifiers(id, at), Date: date(id)}
			for _, name := range o.snapshot.Names(id, at) {
				e.Names = append(e.Names, export.Name{Name: name.Name, Statement: name.Statement})
			}
			for _, event := range o.snapshot.EventsOf(id, at) {
				e.Events = append(e.Events, export.Event{Predicate: event.Predicate, Date: event.Valid.From, Statement: event.ID})
			}
			for _, n := range o.snapshot.Namings(id, at) {
				e.Own = append(e.Own, export.Naming{Statement: n.Statement, Rank: n.Rank, Name: n.Name, Identifier: n.Identifier})
			}
			if !yield(e, nil) {
				return
			}
		}
	}
}

// Statements implements export.Source.
func (o *Source) Statements(ctx context.Context) iter.Seq2[*export.Statement, error] {
	return func(yield func(*export.Statement, error) bool) {
		for page := range pages(o.found.EachStatement()) {
			var refs []graph.Ref
			for i := range page {
				refs = append(refs, page[i].Refs...)
			}
			loaded, err := o.store.Assertions(ctx, refs)
			if err != nil {
				yield(nil, err)
				return
			}
			for i := range page {
				s, err := o.statement(&page[i], loaded)
				if !yield(s, err) || err != nil {
					return
				}
			}
		}
	}
}

func (o *Source) statement(s *index.SelectedStatement, loaded map[graph.Ref]*graph.Assertion) (*export.Statement, error) {
	out := &export.Statement{ID: s.ID, Source: s.Source, Target: s.Target, Rank: s.Rank, Confidence: s.Confidence, Recorded: o.snapshot.Recorded(s.ID)}
	for _, ref := range s.Refs {
		a := loaded[ref]
		if !kept(a) {
			return nil, lacks(ref)
		}
		out.Assertions = append(out.Assertions, a)
	}
	out.Claim = out.Assertions[0].Claim
	return out, nil
}

// pages gathers items, a page of them at a time, in memory that is used again.
func pages[T any](items iter.Seq[T]) iter.Seq[[]T] {
	return func(yield func([]T) bool) {
		page := make([]T, 0, pageStatements)
		for item := range items {
			if page = append(page, item); len(page) == pageStatements {
				if !yield(page) {
					return
				}
				page = page[:0]
			}
		}
		if len(page) > 0 {
			yield(page)
		}
	}
}

// Assertions implements export.Source. Everything is read by one scan, in which later revisions are passed over; else each is looked up.
func (o *Source) Assertions(ctx context.Context) iter.Seq2[*graph.Version, error] {
	if o.found.Everything() {
		return o.scan(ctx)
	}
	return func(yield func(*graph.Version, error) bool) {
		var v graph.Version
		var body []byte
		for refs := range pages(o.found.EachAssertion()) {
			loaded, err := o.store.Assertions(ctx, refs)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, ref := range refs {
				a := loaded[ref]
				if !kept(a) {
					yield(nil, lacks(ref))
					return
				}
				body = graph.AppendAssertion(body[:0], a)
				v = graph.Version{Ref: ref, Body: string(body)}
				if !yield(&v, nil) {
					return
				}
			}
		}
	}
}

func (o *Source) scan(ctx context.Context) iter.Seq2[*graph.Version, error] {
	return func(yield func(*graph.Version, error) bool) {
		_, versions, err := o.store.Scan(ctx)
		if err != nil {
			yield(nil, err)
			return
		}
		at := o.about.Revision
		for v, err := range versions {
			if err == nil && v.Ref.From > at {
				return // the order is that of revisions
			}
			if err == nil && (v.To != 0 && v.To <= at || graph.IsTombstone(v.Body)) {
				continue
			}
			if !yield(&v, err) || err != nil {
				return
			}
		}
	}
}

// Texts implements export.Source. One at a time: each may be long.
func (o *Source) Texts(ctx context.Context, hashes []graph.TextHash) iter.Seq2[*graph.Text, error] {
	return func(yield func(*graph.Text, error) bool) {
		for _, hash := range hashes {
			loaded, err := o.store.Texts(ctx, []graph.TextHash{hash})
			if err != nil {
				yield(nil, err)
				return
			}
			if t := loaded[hash]; t != nil && !yield(t, nil) { // what is none has only the form of a hash
				return
			}
		}
	}
}
