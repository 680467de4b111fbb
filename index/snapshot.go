package index

import (
	"cmp"
	"encoding/hex"
	"slices"
	"sort"
	"sync"
	"time"

	"treatygraph/graph"
	"treatygraph/index/topology"
)

// A Snapshot is everything that was recorded up to one revision. It never changes and needs no closing; its methods may be called
// from any number of goroutines and never wait.
type Snapshot struct {
	view        *topology.View
	names       *names
	sorted      *sortedLists
	counts      *counts
	listCounts  *listCounts
	analyses    *analyses
	texts       *texts
	head        graph.Head
	revisions   []recorded // the i-th is revision i+1
	nameCount   uint32
	identifiers uint32
}

// Head returns where the store stood.
func (s *Snapshot) Head() graph.Head { return s.head }

// At returns the time of the snapshot's revision; the zero time for the empty store.
func (s *Snapshot) At() time.Time {
	r, _ := s.Revision(s.head.Revision)
	return r.At
}

// A Revision is one state of the record.
type Revision struct {
	Number graph.RevisionNumber
	At     time.Time
	Digest graph.Digest
}

// Revision returns a revision; false for 0 and for one after the snapshot's.
func (s *Snapshot) Revision(n graph.RevisionNumber) (Revision, bool) {
	if n == 0 || uint64(n) > uint64(len(s.revisions)) {
		return Revision{}, false
	}
	r := &s.revisions[n-1]
	return Revision{n, time.UnixMicro(r.at).UTC(), graph.Digest(hex.EncodeToString(r.digest[:]))}, true
}

// RevisionAt returns the newest revision at or before a time; 0 when all came after.
func (s *Snapshot) RevisionAt(t time.Time) graph.RevisionNumber {
	at := t.UnixMicro()
	return graph.RevisionNumber(sort.Search(len(s.revisions), func(i int) bool { return s.revisions[i].at > at }))
}

// at makes an AsOf precise.
func (s *Snapshot) at(at AsOf) topology.At {
	revision := s.view.Revision
	if at.Revision != 0 && uint64(at.Revision) < uint64(revision) {
		revision = uint32(at.Revision)
	}
	return topology.At{Revision: revision, ValidOn: at.ValidOn}
}

// Entity returns what an ID stands for. It exists once it was the subject of a statement, and for ever after.
func (s *Snapshot) Entity(id graph.ID, at AsOf) (Entity, bool) {
	when := s.at(at)
	n, ok := s.view.Node(id, when.Revision)
	if !ok {
		return Entity{}, false
	}
	return Entity{ID: s.view.ID(s.view.Merged(when).Canonical(n)), Asked: id}, true
}

// Statement returns a claim as its assertions recorded at the time make it, whatever their rank; false when there are none. It is
// there on every day, also when it does not hold: ValidOn has no influence.
func (s *Snapshot) Statement(id graph.StatementID, at AsOf) (Statement, bool) {
	rows := s.recorded(id, s.at(at).Revision)
	if len(rows) == 0 {
		return Statement{}, false
	}
	return s.statement(rows, s.view.Fold(rows)), true
}

// recorded returns the versions of a statement visible at a revision.
func (s *Snapshot) recorded(id graph.StatementID, revision uint32) []uint32 {
	predicate, hash, err := graph.ParseStatementID(string(id))
	if err != nil {
		return nil
	}
	rows := s.view.Recorded(nil, hash, revision)
	if len(rows) > 0 && s.view.Row(rows[0]).Predicate != predicate {
		return nil
	}
	return rows
}

// Versions returns the history of a statement up to the snapshot, by revision, then dataset.
func (s *Snapshot) Versions(id graph.StatementID) []Version {
	predicate, hash, err := graph.ParseStatementID(string(id))
	if err != nil {
		return nil
	}
	var list []Version
	for i, ok := s.view.Newest(hash); ok; i, ok = s.view.Older(i) {
		row := s.view.Row(i)
		if row.Predicate != predicate {
			return nil
		}
		list = append(list, Version{s.ref(id, &row), graph.RevisionNumber(row.To), s.view.Redacted(i)})
	}
	slices.SortFunc(list, func(a, b Version) int { return a.Ref.Compare(b.Ref) })
	return list
}

// Recorded returns the revision that recorded a statement first, whoever asserted it then; 0 when none did up to the snapshot.
func (s *Snapshot) Recorded(id graph.StatementID) (first graph.RevisionNumber) {
	_, hash, err := graph.ParseStatementID(string(id))
	if err != nil {
		return 0
	}
	for i, ok := s.view.Newest(hash); ok; i, ok = s.view.Older(i) {
		first = graph.RevisionNumber(s.view.Row(i).From) // the versions of a statement come in the order of revisions
	}
	return first
}

// Documents returns the documents in which the evidence of a statement's recorded assertions stands, by ID.
func (s *Snapshot) Documents(id graph.StatementID, at AsOf) []graph.ID {
	var list []graph.ID
	for _, i := range s.recorded(id, s.at(at).Revision) {
		for _, n := range s.view.Documents(i) {
			list = append(list, s.view.ID(n))
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// EvidencedIn returns the statements of which a recorded assertion has evidence in a document, each with all its recorded assertions and
// whatever its rank, ordered by predicate, earliest day of the validity, then ID. It looks at every version once, at four bytes each.
func (s *Snapshot) EvidencedIn(document graph.ID, at AsOf) []Statement {
	when := s.at(at)
	n, ok := s.view.Number(document)
	if !ok {
		return nil
	}
	var list []Statement
	seen := make(map[graph.StatementHash]bool)
	for _, i := range s.view.EvidencedIn(n, when.Revision) {
		hash := s.view.Row(i).Hash
		if seen[hash] || !s.view.Holds(i, when.ValidOn) {
			continue
		}
		seen[hash] = true
		rows := s.view.Recorded(nil, hash, when.Revision)
		list = append(list, s.statement(rows, s.view.Fold(rows)))
	}
	slices.SortFunc(list, func(a, b Statement) int {
		return cmp.Or(cmp.Compare(a.Predicate, b.Predicate), cmp.Compare(a.Valid.Start(), b.Valid.Start()), cmp.Compare(a.ID, b.ID))
	})
	return list
}

// DatasetRefs returns what a dataset asserts at the snapshot, in the order of Refs.
func (s *Snapshot) DatasetRefs(dataset graph.ID) []graph.Ref {
	n, ok := s.view.Number(dataset)
	if !ok {
		return nil
	}
	rows := s.view.Of(n, s.view.Revision)
	refs := make([]graph.Ref, len(rows))
	for i, row := range rows {
		r := s.view.Row(row)
		refs[i] = s.ref(graph.NewStatementID(r.Predicate, r.Hash), &r)
	}
	return refs
}

// Redacted returns the tombstones that stand for what a dataset said last of a statement, in the order of Refs.
func (s *Snapshot) Redacted(dataset graph.ID) []graph.Ref {
	n, ok := s.view.Number(dataset)
	if !ok {
		return nil
	}
	var refs []graph.Ref
	for _, i := range s.view.Tombstones(n) {
		r := s.view.Row(i)
		newest, _ := s.view.Newest(r.Hash)
		for s.view.Row(newest).Dataset != n {
			newest, _ = s.view.Older(newest)
		}
		if newest == i {
			refs = append(refs, s.ref(graph.NewStatementID(r.Predicate, r.Hash), &r))
		}
	}
	return refs
}

func (s *Snapshot) ref(id graph.StatementID, row *topology.Row) graph.Ref {
	return graph.Ref{Statement: id, Dataset: s.view.ID(row.Dataset), From: graph.RevisionNumber(row.From)}
}

// statement makes a Statement of the visible versions of a claim.
func (s *Snapshot) statement(rows []uint32, fold topology.Fold) Statement {
	row := s.view.Row(rows[0])
	out := Statement{
		ID: graph.NewStatementID(row.Predicate, row.Hash), Subject: s.view.ID(row.Subject), Predicate: row.Predicate, Object: s.view.ID(row.Object),
		ValueKind: row.Kind, Valid: row.Valid, Effective: row.Effective, Rank: fold.Rank, Confidence: fold.Confidence, Evidenced: fold.Evidenced,
		Methods: methodSets[fold.Methods>>1],
	}
	out.About, _ = s.view.About(rows[0])
	out.Refs = make([]graph.Ref, len(rows))
	for i, r := range rows {
		if i > 0 {
			row = s.view.Row(r)
		}
		out.Refs[i] = s.ref(out.ID, &row)
	}
	if len(out.Refs) > 1 {
		slices.SortFunc(out.Refs, func(a, b graph.Ref) int {
			return cmp.Or(cmp.Compare(a.Dataset, b.Dataset), cmp.Compare(a.From, b.From))
		})
	}
	return out
}

// methodSets holds the list of every set of methods, by its bits without the lowest. They are shared: nobody changes them.
var methodSets = func() (sets [1 << graph.MethodDerived][]graph.Method) {
	for bits := range sets {
		for m := graph.MethodCurated; m <= graph.MethodDerived; m++ {
			if bits&(1<<(m-1)) != 0 {
				sets[bits] = append(sets[bits], m)
			}
		}
		sets[bits] = slices.Clip(sets[bits])
	}
	return sets
}()

var walks = sync.Pool{New: func() any { return new(topology.Walk) }}

// walk starts a walk over an entity's statements; nil when the entity does not exist at the time. Done gives its memory back.
func (s *Snapshot) walk(id graph.ID, q topology.Query, at AsOf) (w *topology.Walk, done func()) {
	q.At = s.at(at)
	var ok bool
	if q.Node, ok = s.view.Node(id, q.At.Revision); !ok {
		return nil, func() {}
	}
	w = walks.Get().(*topology.Walk)
	w.Start(s.view, q)
	return w, func() { walks.Put(w) }
}
