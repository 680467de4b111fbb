package ingest

import (
	"errors"
	"fmt"
	"slices"

	"treatygraph/graph"
	"treatygraph/index"
)

// Limits of what is held back. The edition of one treaty collection has some thousand such rows.
const (
	// maxLateBytes bounds the cells of such rows and what they say, in bytes of the record; in memory they take several times that.
	maxLateBytes = 16 << 20
	// lateRowBytes is what a row counts that says nothing.
	lateRowBytes = 200
)

// lateRows are rows that refer to entities which no row before them names. They are decided on when all rows were read and are written after all others: so the order of
// the rows makes no difference, and no batch refers to what a later one names.
type lateRows struct {
	rows    []*row
	numbers map[uint32]bool
	bytes   int
}

// hold keeps a row back, if there is room.
func (l *lateRows) hold(r *row) bool {
	size := lateRowBytes + r.bytes
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

// A lateEntity is one that rows speak of which are held back.
type lateEntity struct {
	said, named int    // how often they say something of it, and name it
	by          []*row // those that refer to it, or leave it to others to name it
}

// settleLate decides on the rows that were held back: as many are taken as name each other's entities.
func (im *importing) settleLate() {
	im.refuseLate()
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

// refuseLate refuses the rows that refer to what neither the rows that were taken nor those held back name. What a refused row alone named is named no longer: who refers to
// it is looked at again.
func (im *importing) refuseLate() {
	entities := make(map[graph.ID]*lateEntity)
	entity := func(id graph.ID) *lateEntity {
		if entities[id] == nil {
			entities[id] = &lateEntity{}
		}
		return entities[id]
	}
	for _, r := range im.late.rows {
		for i := range r.said {
			a := &r.said[i]
			e := entity(a.Subject)
			e.said++
			if a.Predicate == graph.PredNamed {
				e.named++
			}
			for _, id := range references(a) {
				if id != "" {
					e := entity(id)
					e.by = append(e.by, r)
				}
			}
		}
		for _, l := range r.lacks {
			e := entity(l.id)
			e.by = append(e.by, r)
		}
	}
	queue := slices.Clone(im.late.rows)
	for len(queue) > 0 {
		r := queue[0]
		queue = queue[1:]
		if !r.counts() {
			continue
		}
		err := r.refers(entities)
		if err == nil {
			continue
		}
		r.reject("", "%v", err)
		for i := range r.said {
			a := &r.said[i]
			e, names := entities[a.Subject], a.Predicate == graph.PredNamed
			e.said--
			if names {
				e.named--
			}
			if e.said == 0 || names && e.named == 0 {
				queue = append(queue, e.by...)
			}
		}
	}
}

// A lack is a new entity that a row leaves to others to name.
type lack struct {
	id  graph.ID
	why string // it is refused when none does
}

// refers holds that what the row refers to is there: said by other datasets, by rows that were taken, by the row itself or by others that are held back. What only the dataset's
// own earlier edition named is not: an import would leave it without a name.
func (r *row) refers(late map[graph.ID]*lateEntity) error {
	im := r.im
	for i := range r.said {
		for _, id := range references(&r.said[i]) {
			if id == "" || im.subjects[id] || late[id] != nil && late[id].said > 0 || slices.ContainsFunc(r.said, func(s graph.Assertion) bool { return s.Subject == id }) {
				continue
			}
			if !im.matcher.saidElsewhere(id) {
				return im.missing(id)
			}
			im.subjects[id] = true
		}
	}
	for _, l := range r.lacks {
		if !im.hasName[l.id] && (late[l.id] == nil || late[l.id].named == 0) {
			return errors.New(l.why)
		}
	}
	return nil
}

// references are the entities that an importer's assertion refers to, or empty.
func references(a *graph.Assertion) [3]graph.ID {
	return [3]graph.ID{a.Object, a.Qualifiers.Depositary, a.Qualifiers.Place}
}

func (im *importing) missing(id graph.ID) error {
	if _, there := im.snapshot.Entity(id, index.AsOf{}); there {
		return fmt.Errorf("%s is known by an earlier edition of the dataset alone, and this one does not name it", id)
	}
	return fmt.Errorf("%s does not exist", id)
}

// writeLate writes the rows that were held back: first what refers to nothing, so that all that the rest refers to is there.
func (im *importing) writeLate() {
	for _, refer := range []bool{false, true} {
		for _, r := range im.late.rows {
			r.writeThose(refer)
		}
	}
}
