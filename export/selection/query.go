// Package selection opens what is to be exported: everything, the statements of a filter, or a subgraph by its permalink, as an
// export.Source over one snapshot of the index and the store that it follows.
package selection

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"treatygraph/export"
	"treatygraph/graph"
	"treatygraph/index"
)

// All selects everything.
const All = "all"

// MaxLength bounds a selection, in bytes: a filter by as much as the body of a request.
const MaxLength = 64 << 10

// ErrSelection is the class of errors of Open for what is asked for wrongly. Their text says to people what is wrong, and begins with the
// name of the field of the query.
var ErrSelection = errors.New("selection")

// A Query says what to export.
type Query struct {
	Selection  string               // All, which is also meant by nothing; a permalink; or a StatementFilter of the API as JSON
	Revision   graph.RevisionNumber // 0: the newest. A permalink has its own
	RecordedAt string               // a time, RFC 3339: the newest revision at or before it, in the place of Revision; empty: Revision says it
	ValidOn    string               // a day, EDTF; empty: whenever it holds. A permalink has its own
	Evidence   bool                 // whether rows show their evidence
	Language   graph.Language       // of labels; empty: en
	Base       string               // what addresses of entities begin with, see export.About; empty: DefaultBase
}

// DefaultBase is what addresses of entities begin with where no service is asked: they name the entities, and lead nowhere.
const DefaultBase = "urn:treatygraph:entity:"

// Open finds what a query selects. The source reads contents from the store as it is gone through.
func Open(ctx context.Context, s *index.Snapshot, store Contents, q Query) (*Source, error) {
	if len(q.Selection) > MaxLength {
		return nil, refuse("selection", "it is longer than %d bytes", MaxLength)
	}
	at, err := q.at(s)
	if err != nil {
		return nil, err
	}
	var found *index.Selected
	switch {
	case q.Selection == "" || q.Selection == All:
		q.Selection = All
		found, err = s.SelectAll(ctx, at)
	case strings.HasPrefix(q.Selection, "{"):
		filter, wrong := parseFilter(q.Selection)
		if wrong != nil {
			return nil, wrong
		}
		found, err = s.SelectClaims(ctx, filter, at)
	default:
		if q.Revision != 0 || q.RecordedAt != "" || q.ValidOn != "" {
			return nil, refuse("selection", "a permalink is of a time of its own: leave out revision, recordedAt and validOn")
		}
		subgraph, wrong := s.OpenPermalink(q.Selection)
		if errors.Is(wrong, index.ErrPermalink) {
			return nil, refuse("selection", "it is neither %q nor a filter nor a permalink: %v", All, wrong)
		}
		if wrong != nil {
			return nil, wrong
		}
		found, err = s.SelectSubgraph(ctx, subgraph)
	}
	if err != nil {
		return nil, err
	}
	return newSource(ctx, s, store, found, q)
}

// at is the time of everything and of filters.
func (q *Query) at(s *index.Snapshot) (at index.AsOf, err error) {
	newest := s.Head().Revision
	if q.Revision > newest {
		return at, refuse("revision", "there is no revision %d; the newest is %d", q.Revision, newest)
	}
	at.Revision = q.Revision
	if q.RecordedAt != "" {
		t, err := time.Parse(time.RFC3339Nano, q.RecordedAt)
		switch {
		case err != nil:
			return at, refuse("recordedAt", "%.40q is not a time such as 2026-11-27T08:00:00Z", q.RecordedAt)
		case q.Revision != 0:
			return at, refuse("recordedAt", "stands together with revision; give one of them")
		}
		if at.Revision = s.RevisionAt(t); at.Revision == 0 {
			return at, refuse("recordedAt", "nothing was recorded by then")
		}
	}
	if q.ValidOn == "" {
		return at, nil
	}
	date, err := graph.ParseDate(q.ValidOn)
	if err != nil {
		return at, refuse("validOn", "%v", err)
	}
	if date.IsZero() || date.IsOpen() || date.Earliest() != date.Latest() {
		return at, refuse("validOn", "%q is not one day, as 2008-04-06 is", q.ValidOn)
	}
	day := date.Earliest()
	at.ValidOn = &day
	return at, nil
}

func refuse(field, format string, args ...any) error {
	return &refusal{field + ": " + fmt.Sprintf(format, args...)}
}

// A refusal is an ErrSelection with nothing but its reason in the text.
type refusal struct{ reason string }

func (r *refusal) Error() string        { return r.reason }
func (r *refusal) Is(target error) bool { return target == ErrSelection }

var _ export.Source = (*Source)(nil)
