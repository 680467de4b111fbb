package storetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"treatygraph/graph"
)

// texts that a store, its driver or its database may be tempted to change or to hold for the same.
var texts = []string{
	"a", "A", "ä", "Ä", // case
	"\u00e9", "e\u0301", // NFC and NFD
	"\u212b", "\u00c5", "A\u030a", // the angstrom sign and what it decomposes to
	"ﬁ", "fi", "①", "1", // compatibility forms
	"条约", "條約", "𠀀", "𠀁", "👩‍👩‍👧", // Han of the base plane and beyond it, joined emoji
	" a", "a ", "a\t", "a\n", "a\r\n", "\u00a0a", "\u2028", "\ufeffa", "\u200b", // white space and what is not seen
	"ИИ", "İ", "ı", "I", "i", "ß", "ss", "ẞ", // case that depends on the language
	"null", "NULL", "true", "0", "00", "1e3", "-1", "\"", "\\", "'", "''", "{}", "[]", "$1", "?", "%", "_", "*", ";--", "\\u0041", "\\n", // other languages' syntax
	"\u0001", "\u001f", "\u007f", "\u0085", "\ufffd", "\uffff", "\U0010ffff", // controls and the ends of the planes
}

// dates are one of each form of EDTF that the model takes.
var dates = []string{
	"1991-07-31", "1991-07", "1991", "199X", "19XX", "1999-XX", "1999-12-XX", "1999-XX-XX", "0000", "0000-01-01", "9999-12-31", "9999",
	"1991-07-31?", "1991-07~", "1991%", "199X?", "19XX~", "1999-12-XX%", "2000-02-29", "..",
}

var valuesPromises = []promise{
	{"texts that differ in one byte are different values and come back as they were", func(t *testing.T, open Open) {
		store := open(t, nil)
		list := []graph.Assertion{declared(curated)}
		for _, text := range texts {
			list = append(list, by(curated, described("topic/text", text)))
		}
		comesBack(t, store, list)
	}},
	{"names that differ in case, normal form, language or role are different names", func(t *testing.T, open Open) {
		store := open(t, nil)
		list := []graph.Assertion{declared(curated)}
		for _, text := range []string{"START", "Start", "start", "caf\u00e9", "cafe\u0301", "𠀀𠀁", "Договор"} {
			for _, lang := range []graph.Language{"en", "zh", "zh-Hant"} {
				for _, role := range []string{"OFFICIAL", "SHORT", "ALIAS"} {
					name := graph.NameValue(graph.Name{Text: text, Lang: lang, Role: roleOf(role)})
					list = append(list, by(curated, graph.Claim{Subject: "topic/name", Predicate: graph.PredNamed, Value: &name}))
				}
			}
		}
		comesBack(t, store, list)
	}},
	{"every form of date comes back as it was, at either end", func(t *testing.T, open Open) {
		store := open(t, nil)
		list := []graph.Assertion{declared(curated)}
		for i, from := range append([]string{""}, dates...) {
			for j, to := range append([]string{""}, dates...) {
				valid := graph.Interval{From: date(from), To: date(to)}
				if valid.Valid() != nil {
					continue
				}
				a := by(curated, described("topic/date", fmt.Sprint(i, " ", j)))
				a.Valid = valid
				list = append(list, a)
			}
		}
		if len(list) < len(dates)*5 {
			t.Fatalf("only %d intervals", len(list))
		}
		for _, on := range dates[:len(dates)-1] {
			a := by(curated, graph.Claim{Subject: "treaty/date", Predicate: graph.PredForeseen, Valid: graph.Interval{From: date(on)}})
			a.Qualifiers.EffectiveOn = date(on)
			list = append(list, a)
		}
		comesBack(t, store, list)
	}},
	{"every predicate comes back as it was", func(t *testing.T, open Open) {
		store := open(t, nil)
		text := graph.NewText("en", "text", nil)
		list := []graph.Assertion{declared(curated)}
		for _, kind := range graph.Kinds() {
			list = append(list, by(curated, described(graph.ID(kind.Prefix()+"/one"), "one")), by(curated, described(graph.ID(kind.Prefix()+"/two"), "two")))
		}
		for _, p := range graph.Predicates() {
			row := p.Row()
			c := graph.Claim{Subject: some(row.Subjects, "one"), Predicate: p}
			switch row.Value {
			case graph.ValueText:
				c.Value = &graph.Value{Kind: graph.ValueText, Text: "text", Lang: "en"}
			case graph.ValueName:
				c.Value = &graph.Value{Kind: graph.ValueName, Text: "name", Lang: "en", Role: roleOf("OFFICIAL")}
			case graph.ValueQuantity:
				c.Value = &graph.Value{Kind: graph.ValueQuantity, Amount: "-17.40", Unit: "t"}
			case graph.ValueDate:
				c.Value = &graph.Value{Kind: graph.ValueDate, Date: date("1991-07-XX")}
			case graph.ValueSpan:
				c.Value = &graph.Value{Kind: graph.ValueSpan, Hash: text.Hash, Start: 1, End: 4}
			case graph.ValueIdentifier:
				identifier, err := graph.ParseIdentifier(schemeOf("WIKIDATA"), "Q42")
				if err != nil {
					t.Fatal(err)
				}
				value := graph.IdentifierValue(identifier)
				c.Value = &value
			default:
				if row.Objects != 0 {
					c.Object = some(row.Objects, "two")
				}
			}
			list = append(list, by(curated, c))
		}
		mustApply(t, store, &graph.Batch{Key: "texts", Texts: []*graph.Text{text}})
		comesBack(t, store, list)
	}},
	{"the longest values come back as they were", func(t *testing.T, open Open) {
		store := open(t, nil)
		a := by(curated, described(graph.ID("topic/"+strings.Repeat("a", graph.MaxIDBytes-len("topic/"))), strings.Repeat("𠀀", graph.MaxValueBytes/4)))
		a.Qualifiers.Note = strings.Repeat("注", graph.MaxNoteBytes/3)
		for i := range graph.MaxEvidence {
			a.Evidence = append(a.Evidence, graph.Evidence{Citation: fmt.Sprint(i)})
		}
		comesBack(t, store, []graph.Assertion{declared(curated), a})
		b := &graph.Batch{Key: strings.Repeat("k", graph.MaxKeyBytes), Author: strings.Repeat("a", graph.MaxNoteBytes), Summary: strings.Repeat("s", graph.MaxNoteBytes)}
		b.Texts = []*graph.Text{graph.NewText("zh", strings.Repeat("𠀀", graph.MaxTextBytes/4), nil)}
		mustApply(t, store, b)
		got, err := store.Texts(t.Context(), []graph.TextHash{b.Texts[0].Hash})
		if err != nil || got[b.Texts[0].Hash].Body != b.Texts[0].Body {
			t.Fatalf("another text, error %v", err)
		}
	}},
	{"keys that differ in case, normal form or white space are different keys", func(t *testing.T, open Open) {
		store := open(t, nil)
		for i, key := range texts {
			if r := mustApply(t, store, batch(key, by(curated, described(curated, fmt.Sprint(i))))); r.Repeated || r.Revision.Key != key {
				t.Fatalf("key %q: %+v", key, r)
			}
		}
	}},
}

// comesBack writes assertions of distinct claims and asks for the same bytes from Scan, Changes and Assertions.
func comesBack(t testing.TB, store graph.Store, list []graph.Assertion) {
	t.Helper()
	number := mustApply(t, store, batch("comes back", list...)).Revision.Number
	want := make([]graph.Version, len(list))
	refs := make([]graph.Ref, len(list))
	for i := range list {
		refs[i] = graph.Ref{Statement: list[i].ID(), Dataset: list[i].Dataset, From: number}
		want[i] = graph.Version{Ref: refs[i], Body: string(graph.AppendAssertion(nil, &list[i]))}
	}
	slices.SortFunc(want, func(a, b graph.Version) int { return a.Ref.Compare(b.Ref) })
	if _, got := scan(t, store); !slices.Equal(got, want) {
		t.Error("Scan gives other versions")
	}
	if got := changes(t, store, number-1)[0].Written; !slices.Equal(got, want) {
		t.Error("Changes gives other versions")
	}
	got, err := store.Assertions(t.Context(), refs)
	if err != nil || len(got) != len(want) {
		t.Fatalf("%d of %d, error %v", len(got), len(want), err)
	}
	for _, v := range want {
		if body := string(graph.AppendAssertion(nil, got[v.Ref])); body != v.Body {
			t.Errorf("got %q, want %q", body, v.Body)
		}
	}
}

// some returns the ID of an entity of the first of the kinds.
func some(kinds graph.KindSet, slug string) graph.ID {
	for _, kind := range graph.Kinds() {
		if kinds.Has(kind) {
			return graph.ID(kind.Prefix() + "/" + slug)
		}
	}
	panic("no kind")
}

func roleOf(name string) graph.NameRole {
	role, err := graph.ParseNameRole(name)
	if err != nil {
		panic(err)
	}
	return role
}

func schemeOf(name string) graph.Scheme {
	scheme, err := graph.ParseScheme(name)
	if err != nil {
		panic(err)
	}
	return scheme
}
