package resolvers_test

import (
	"encoding/json"
	"fmt"
	"testing"
)

// The facts that the service exists to know, written here and not taken from its answers, so that no -update can change them.
func theStatusesOfTheArmsControlTreatiesAreThoseOfTheReferenceWorks(t *testing.T, a api) {
	for _, c := range []struct{ treaty, actor, at, value, since string }{
		{"start-i", "", "1991-07-31", "ADOPTED", "1991-07-31"},
		{"start-i", "", "2008-04-06", "IN_FORCE", "1994-12-05"},
		{"start-i", "", "2009-12-04", "IN_FORCE", "1994-12-05"},
		{"start-i", "", "2009-12-06", "EXPIRED", "2009-12-05"},
		{"moscow", "", "2008-04-06", "IN_FORCE", "2003-06-01"},
		{"moscow", "", "2011-02-05", "SUPERSEDED", "2011-02-05"},
		{"npt", "", "2008-04-06", "IN_FORCE", "1970-03-05"},
		{"npt", "", "1970-03-04", "ADOPTED", "1968-07-01"},
		{"inf", "", "2019-08-01", "IN_FORCE", "1988-06-01"},
		{"inf", "", "2019-08-03", "TERMINATED", "2019-08-02"},
		{"cfe", "", "1992-07-17", "PROVISIONALLY_APPLIED", "1992-07-17"},
		{"cfe", "", "2008-04-06", "IN_FORCE", "1992-11-09"},
		{"cfe", "rus", "2008-04-06", "SUSPENDED", "2007-12-12"},
		{"cfe", "rus", "2023-11-07", "WITHDRAWN", "2023-11-07"},
		{"cfe", "gbr", "1992-11-08", "PROVISIONAL", "1992-07-17"},
		{"cfe", "gbr", "2008-04-06", "PARTY", "1992-11-09"},
		{"start-i", "ukr", "2008-04-06", "PARTY", "1994-12-05"},
		{"un-charter", "usa", "1945-10-23", "SIGNATORY", "1945-06-26"},
		{"un-charter", "usa", "2008-04-06", "PARTY", "1945-10-24"},
		{"un-charter", "rus", "2008-04-06", "PARTY", "1945-10-24"},
		{"north-atlantic", "usa", "2008-04-06", "PARTY", "1949-08-24"},
		{"us-russia-123-agreement", "rus", "2011-01-10", "SIGNATORY", "2008-05-06"},
		{"us-russia-123-agreement", "rus", "2011-01-11", "PARTY", "2011-01-11"},
		{"cfe-adapted", "", "2008-04-06", "ADOPTED", "1999-11-19"},
		{"cfe-adapted", "", "2026-01-15", "ADOPTED", "1999-11-19"},
		{"npt", "prk", "2008-04-06", "DISPUTED", "2003-04-11"},
		{"npt", "rus", "2008-04-06", "PARTY", "1970-03-05"},
		{"npt", "sun", "1991-12-25", "PARTY", "1970-03-05"},
		{"npt", "sun", "2008-04-06", "NONE", "1991-12-26"},
	} {
		field := fmt.Sprintf(`status(at: %q)`, c.at)
		if c.actor != "" {
			field = fmt.Sprintf(`partyStatus(actor: "state/%s", at: %q)`, c.actor, c.at)
		}
		r := a.ask(fmt.Sprintf(`{ entity(id: "treaty/%s") { ... on Treaty { answer: %s { value since because { id } explanation } } } }`, c.treaty, field), nil)
		var data struct {
			Entity struct {
				Answer struct {
					Value, Since, Explanation string
					Because                   []struct{ ID string }
				}
			}
		}
		if err := json.Unmarshal(r.Data, &data); err != nil {
			t.Fatalf("%v: %+v", err, r.Errors)
		}
		if got := data.Entity.Answer; got.Value != c.value || got.Since != c.since || len(got.Because) == 0 || got.Explanation == "" {
			t.Errorf("%s %s on %s: %+v, want %s since %s", c.treaty, c.actor, c.at, got, c.value, c.since)
		}
	}
}
