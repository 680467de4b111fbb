package index

import "treatygraph/graph"

// Competing returns the statements that cannot be true together with a statement, whatever their rank, as recorded at the time: those of the same
// predicate and subject, where the predicate's row says so also of the same object, in the order of the subject's list.
func (s *Snapshot) Competing(id graph.StatementID, at AsOf) []Statement {
	at = AsOf{Revision: at.Revision}
	self, there := s.Statement(id, at)
	compete := self.Predicate.Row().Compete
	if !there || compete == graph.CompeteNone {
		return nil
	}
	canonical := func(id graph.ID) graph.ID {
		if e, found := s.Entity(id, at); found {
			return e.ID
		}
		return id
	}
	var list []Statement
	q := StatementQuery{Entity: self.Subject, Direction: Out, Predicates: []graph.Predicate{self.Predicate}, At: at, Page: Page{First: competingPage},
		Ranks: []graph.Rank{graph.RankPreferred, graph.RankNormal, graph.RankDeprecated}}
	for {
		page, err := s.Statements(q)
		if err != nil { // its own cursors are never refused
			return list
		}
		for _, item := range page.Items {
			q.Page.After = item.Cursor
			if item.ID != id && (compete == graph.CompeteSubject || canonical(item.Object) == canonical(self.Object)) {
				list = append(list, item.Statement)
			}
		}
		if !page.HasNext {
			return list
		}
	}
}

const competingPage = 100
