package resolvers

import (
	"time"

	"github.com/99designs/gqlgen/graphql"

	"treatygraph/graph"
	"treatygraph/index"
	"treatygraph/resolvers/internal/view"
	"treatygraph/resolvers/scalar"
)

// asOf reads the operation's @asOf; without one the zero AsOf.
func asOf(s *index.Snapshot, c *graphql.OperationContext) (index.AsOf, error) {
	var at index.AsOf
	directive := c.Operation.Directives.ForName("asOf")
	if directive == nil {
		return at, nil
	}
	args := directive.ArgumentMap(c.Variables)
	if args["recordedAt"] != nil && args["revision"] != nil {
		return at, view.NewInputError("@asOf", "recordedAt and revision stand together; give one of the two")
	}
	if v := args["validOn"]; v != nil {
		date, err := scalar.UnmarshalDate(v)
		if err != nil {
			return at, view.NewInputError("@asOf validOn", "%v", err)
		}
		day, err := view.FullDay("@asOf validOn", date)
		if err != nil {
			return at, err
		}
		at.ValidOn = &day
	}
	if v := args["recordedAt"]; v != nil {
		t, err := scalar.UnmarshalDateTime(v)
		if err != nil {
			return at, view.NewInputError("@asOf recordedAt", "%v", err)
		}
		if at.Revision = s.RevisionAt(t); at.Revision == 0 {
			return at, view.NewInputError("@asOf recordedAt", "nothing was recorded at %s", t.UTC().Format(time.RFC3339))
		}
	}
	if v := args["revision"]; v != nil {
		n, err := scalar.UnmarshalInt(v)
		if err != nil {
			return at, view.NewInputError("@asOf revision", "%v", err)
		}
		if newest := s.Head().Revision; n < 1 || graph.RevisionNumber(n) > newest {
			return at, view.NewInputError("@asOf revision", "%d is not between 1 and the newest, %d", n, newest)
		}
		at.Revision = graph.RevisionNumber(n)
	}
	return at, nil
}
