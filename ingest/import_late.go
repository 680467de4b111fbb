package ingest

import (
	"fmt"
	"slices"

	"treatygraph/graph"
	"treatygraph/index"
)

// maxLateBytes bounds what the rows say, in bytes of the record, that are held back; in memory they take several times that. The edition of one treaty collection has some
// thousand such rows.
const maxLateBytes = 16 << 20

// lateRows are rows that refer to entities which no row before them names. They are decided on when all rows were read and are written after all others: so the order of
// the rows makes no difference, and no batch refers to what a later one names.
type lateRows struct {
	rows    []*row
	numbers map[uint32]bool
	bytes   int
}

// hold keeps a row back, if there is room.
func (l *lateRows) hold(r *row) bool {
	size := 0
	for i := range r.said {
		r.im.buffer = graph.AppendAssertion(r.im.buffer[:0], &r.said[i])
		size += len(r.im.buffer)
	}
	if l.bytes+size > maxLateBytes {
		return false
	}
	l.bytes += size
	l.rows = append(l.rows, r)
	return true
}

// settleLate decides on the rows that were held back: as many are taken as name each other's entities.
func (im *importing) settleLate() {
	for im.refuseLate() {
	}
	kept := im.late.rows[:0]
	im.late.numbers = make(map[uint32]bool)
	for _, r := range im.late.rows {
		if r.take(); r.counts() {
			kept = append(kept, r)
			im.late.numbers[r.number] = true
		}
	}
	im.late.rows = kept
}

// refuseLate refuses the rows that refer to what neither the rows that were taken nor those held back name, and tells whether there were any.
func (im *importing) refuseLate() (found bool) {
	subjects, hasName := make(map[graph.ID]bool), make(map[graph.ID]bool)
	for _, r := range im.late.rows {
		for i := range r.said {
			if a := &r.said[i]; r.counts() {
				subjects[a.Subject] = true
				hasName[a.Subject] = hasName[a.Subject] || a.Predicate == graph.PredNamed
			}
		}
	}
	for _, r := range im.late.rows {
		if !r.counts() {
			continue
		}
		if err := r.refers(subjects, hasName); err != nil {
			r.reject("", "%v", err)
			found = true
		}
	}
	return found
}

// refers holds that what the row refers to is there: said by other datasets, by rows that were taken, by the row itself or by others that are given. What only the dataset's
// own earlier edition named is not: an import would leave it without a name.
func (r *row) refers(subjects, hasName map[graph.ID]bool) error {
	im := r.im
	for i := range r.said {
		a := &r.said[i]
		for _, id := range []graph.ID{a.Object, a.Qualifiers.Depositary, a.Qualifiers.Place} {
			if id == "" || im.subjects[id] || subjects[id] || slices.ContainsFunc(r.said, func(s graph.Assertion) bool { return s.Subject == id }) {
				continue
			}
			if !im.matcher.saidElsewhere(id) {
				return im.missing(id)
			}
			im.subjects[id] = true
		}
	}
	for _, id := range r.lacks {
		if !im.hasName[id] && !hasName[id] {
			return fmt.Errorf("%s is new, and no row that is taken names it", id)
		}
	}
	return nil
}

func (im *importing) missing(id graph.ID) error {
	if _, there := im.snapshot.Entity(id, index.AsOf{}); there {
		return fmt.Errorf("%s is known by an earlier edition of the dataset alone, and this one does not name it", id)
	}
	return fmt.Errorf("%s does not exist", id)
}

// writeLate writes the rows that were held back: first what refers to nothing, so that all that the rest refers to is there.
func (im *importing) writeLate() {
	for _, refers := range []bool{false, true} {
		for _, r := range im.late.rows {
			for i := range r.said {
				a := &r.said[i]
				if refers == (a.Object != "" || a.Qualifiers.Depositary != "" || a.Qualifiers.Place != "") {
					r.writeOne(a)
				}
			}
		}
	}
}
