package graph

import (
	"strings"
	"testing"
)

func TestIDsHaveOneSpelling(t *testing.T) {
	for _, good := range []string{"treaty/start-i", "document/e-cn.15-2008-21", "passage/e-cn.15-2008-21/zh/1/12", "state/rus", "law/1"} {
		if id, err := ParseID(good); err != nil || string(id) != good {
			t.Errorf("%q: %v", good, err)
		}
	}
	for bad, why := range map[string]string{
		"":                                   `is not of the form "kind/slug"`,
		"treaty":                             `is not of the form "kind/slug"`,
		"treaty/":                            `is not of the form "kind/slug"`,
		"/x":                                 `is not of the form "kind/slug"`,
		"planet/mars":                        `"planet" is not a kind`,
		"Treaty/x":                           `"Treaty" is not a kind`,
		"treaty/START":                       `'S' is not lower case`,
		"treaty/a//b":                        `a part between slashes is empty`,
		"treaty/-a":                          `character "-" at byte 0 of "-a" is not allowed there`,
		"treaty/条约":                          `is not allowed there`,
		"treaty/a b":                         `character " " at byte 1 of "a b" is not allowed there`,
		"treaty/" + strings.Repeat("a", 200): `is longer than 200 bytes`,
	} {
		_, err := ParseID(bad)
		if err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%q: %v, want %q", bad, err, why)
		}
	}
}

func TestEveryKindHasItsOwnPrefixAndName(t *testing.T) {
	prefixes := map[string]bool{}
	for _, k := range Kinds() {
		if k.Prefix() == "" || prefixes[k.Prefix()] {
			t.Errorf("prefix of %s: %q", k, k.Prefix())
		}
		prefixes[k.Prefix()] = true
		if back, err := ParseKind(k.String()); err != nil || back != k {
			t.Errorf("%s: %v", k, err)
		}
		if ID(k.Prefix()+"/x").Kind() != k || !AnyKind.Has(k) {
			t.Errorf("%s is not the kind of its own IDs", k)
		}
	}
	if _, err := ParseKind("UNKNOWN"); err == nil || AnyKind.Has(KindUnknown) || ID("x").Kind() != KindUnknown {
		t.Error("UNKNOWN is taken for a kind")
	}
}

func TestThePredicateTableIsWhole(t *testing.T) {
	for _, p := range Predicates() {
		row := p.Row()
		if row.Name == "" || row.Subjects == 0 {
			t.Errorf("row %d is not filled: %+v", p, row)
		}
		if row.Objects != 0 && row.Value != ValueNone {
			t.Errorf("%s takes an object and a value", p)
		}
		if (row.Objects != 0) != (row.Inverse != "") {
			t.Errorf("%s: an inverse label goes with an object, and only there", p)
		}
		if row.Compete == CompetePair && row.Objects == 0 {
			t.Errorf("%s competes by pair without an object", p)
		}
		if row.Group == GroupEvent && row.Tempo != TempoEvent {
			t.Errorf("%s is an event without a date", p)
		}
		if back, err := ParsePredicate(row.Name); err != nil || back != p {
			t.Errorf("%s: %v", p, err)
		}
	}
	if _, err := ParsePredicate("RELATES_TO"); err == nil {
		t.Error("an unknown predicate is taken")
	}
}

func TestAStatementIDIsTheSameForTheSameClaimAndReadsBack(t *testing.T) {
	seen := map[StatementID]bool{}
	for _, a := range fixtureAssertions() {
		id := a.Claim.ID()
		if id != a.Claim.ID() || seen[id] {
			t.Errorf("%s: not one ID for one claim", id)
		}
		seen[id] = true
		p, hash, err := ParseStatementID(string(id))
		if err != nil || p != a.Predicate || NewStatementID(p, hash) != id {
			t.Errorf("%s: %v", id, err)
		}
		other := a
		other.Dataset, other.Rank, other.Evidence = "dataset/other", RankPreferred, nil
		if other.Claim.ID() != id {
			t.Errorf("%s depends on who says it", id)
		}
	}
	for _, bad := range []string{"", "cites", "cites.", "CITES.1" + strings.Repeat("0", 26), "cites.2" + strings.Repeat("0", 26), "cites.1" + strings.Repeat("0", 25) + "1", "cites.1" + strings.Repeat("i", 26), "likes.1" + strings.Repeat("0", 26)} {
		if _, _, err := ParseStatementID(bad); err == nil {
			t.Errorf("%q is taken for a statement ID", bad)
		}
	}
}

func TestEveryKindIsToldByItsPrefix(t *testing.T) {
	for _, k := range Kinds() {
		if got := ID(k.Prefix() + "/x").Kind(); got != k {
			t.Errorf("%s/x is of kind %s, not %s", k.Prefix(), got, k)
		}
	}
}
