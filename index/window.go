package index

import "slices"

// A window keeps the part of a list that a page asks for while the whole list goes by in any order. Its memory depends on the page alone.
type window[P any] struct {
	compare       func(a, b P) int
	after, before *P // nil: no bound
	limit         int
	backward      bool // the last of the list are asked for, not the first

	kept                 []P
	full                 bool // kept was cut: worst is the last that can still be on the page
	worst                P
	hasBefore, hasBeyond bool // something lies before and behind the bounds and the page
}

func newWindow[P any](compare func(a, b P) int, after, before *P, page Page) *window[P] {
	return &window[P]{compare: compare, after: after, before: before, limit: page.First + page.Last, backward: page.Last > 0}
}

// needs tells whether an item at this place changes the page or what is known of its surroundings.
func (w *window[P]) needs(p P) bool {
	switch {
	case w.after != nil && w.compare(p, *w.after) <= 0:
		return !w.hasBefore
	case w.before != nil && w.compare(p, *w.before) >= 0:
		return !w.hasBeyond
	case !w.full:
		return true
	case w.backward:
		return w.compare(p, w.worst) > 0
	default:
		return w.compare(p, w.worst) < 0
	}
}

// add puts an item at its place.
func (w *window[P]) add(p P) {
	switch {
	case w.after != nil && w.compare(p, *w.after) <= 0:
		w.hasBefore = true
	case w.before != nil && w.compare(p, *w.before) >= 0:
		w.hasBeyond = true
	default:
		if w.kept = append(w.kept, p); len(w.kept) >= 2*w.limit+1 {
			w.cut()
		}
	}
}

// cut leaves what the page can hold, in order.
func (w *window[P]) cut() {
	slices.SortFunc(w.kept, w.compare)
	if len(w.kept) <= w.limit {
		return
	}
	w.full = true
	if w.backward {
		w.hasBefore = true
		w.kept = append(w.kept[:0], w.kept[len(w.kept)-w.limit:]...)
		w.worst = w.kept[0]
	} else {
		w.hasBeyond = true
		w.kept = w.kept[:w.limit]
		w.worst = w.kept[w.limit-1]
	}
}

// page returns the items in the order of the list, and whether the list has more before and after them.
func (w *window[P]) page() (items []P, hasPrevious, hasNext bool) {
	w.cut()
	return w.kept, w.hasBefore, w.hasBeyond
}
