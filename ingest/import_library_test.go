package ingest

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"

	"treatygraph/graph"
)

// goodCatalogue has two documents and a resolution that the record does not have, with headers as MARC and as people write them.
const goodCatalogue = "001,191__a,245__a,245__b,269__a,710__a,650__a,856__u,041__a\n" +
	"1,A/C.1/99/L.5 | A/C.1/99/L.5/Rev.1,Question of lakes :,draft resolution /,2044-10-21,United Nations,LAKES,https://example.org/lakes.pdf,eng\n" +
	"2,CD/9999,Letter on rivers.,,[21 Oct. 2044],Society of Rivers; France,RIVERS|LAKES,,eng\n" +
	"3,A/RES/99/77,Rivers,,2044-12-01,,,,eng\n"

func catalogueOf(rows string) Import {
	return Import{Kind: "library", File: BytesSource("table.csv", []byte(rows)), Language: "en", Author: "test", Dataset: DatasetHeader{ID: "dataset/library", Title: "A library"}}
}

func TestACatalogueOfALibraryIsReadByItsMARCFields(t *testing.T) {
	w := withCorpus(t)
	r := w.imported(t, catalogueOf(goodCatalogue))
	want := []string{
		"document/a-c.1-99-l.5 AUTHORED_BY organisation/un",
		"document/a-c.1-99-l.5 IDENTIFIED_BY UN_SYMBOL:A/C.1/99/L.5",
		"document/a-c.1-99-l.5 IDENTIFIED_BY UN_SYMBOL:A/C.1/99/L.5/Rev.1",
		"document/a-c.1-99-l.5 IDENTIFIED_BY URL:https://example.org/lakes.pdf",
		"document/a-c.1-99-l.5 ISSUED  2044-10-21",
		"document/a-c.1-99-l.5 NAMED Question of lakes: draft resolution en OFFICIAL",
		"document/cd-9999 AUTHORED_BY state/fra",
		"document/cd-9999 IDENTIFIED_BY UN_SYMBOL:CD/9999",
		"document/cd-9999 ISSUED  2044-10-21",
		"document/cd-9999 NAMED Letter on rivers en OFFICIAL",
		"resolution/a-res-99-77 IDENTIFIED_BY UN_SYMBOL:A/RES/99/77",
		"resolution/a-res-99-77 NAMED Rivers en OFFICIAL",
	}
	if got := w.claims(t, "dataset/library"); !slices.Equal(got, want) {
		t.Errorf("claims\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	var notes []string
	for _, n := range r.Notes {
		notes = append(notes, n.String())
	}
	if want := []string{"the file: 1 times the author, which the record does not have", "the file: 1 times the date of a resolution, which may be that of its adoption or of its printing", "the file: 3 times the subject, which the record does not have"}; !slices.Equal(notes, want) {
		t.Errorf("%q", notes)
	}
	head := w.head(t)
	people := strings.Replace(goodCatalogue, "001,191__a,245__a,245__b,269__a,710__a,650__a,856__u,041__a", "Record;Symbol;Title;Subtitle;Date;Author;Subject;URL;Language", 1)
	people = strings.NewReplacer("Rivers; France", "Rivers| France", ",", ";", "https://example.org/lakes.pdf", "https://example.org/lakes.pdf").Replace(people)
	if r := w.imported(t, catalogueOf(people)); r.Effect() != "nothing has changed" || w.head(t) != head {
		t.Errorf("with the headers of people: %+v", r)
	}
}

func TestATitleIsInTheLanguageOfItsDocument(t *testing.T) {
	w := withNames(t)
	r, err := ImportFile(t.Context(), w.store, w.index, catalogueOf("191$a,245$a,041$a\nCD/1,Lettre,fre\nCD/2,Letter,engfre\nCD/3,Letter,eng | fre\nCD/4,Brief,de\nCD/5,One | Un,\n"))
	if !errors.Is(err, graph.ErrInvalid) || len(r.Bad) != 1 || !strings.HasPrefix(r.Bad[0].String(), "line 6: document/cd-5 is new, and has no title that can be taken") {
		t.Fatalf("%v\n%+v", err, r)
	}
	skipping := catalogueOf("191$a,245$a,041$a\nCD/1,Lettre,fre\nCD/2,Letter,engfre\nCD/3,Letter,eng | fre\nCD/4,Brief,de\nCD/5,One | Un,\n")
	skipping.SkipRejected = true
	w.imported(t, skipping)
	for _, want := range []string{"document/cd-1 NAMED Lettre fr OFFICIAL", "document/cd-2 NAMED Letter en OFFICIAL", "document/cd-3 NAMED Letter en OFFICIAL", "document/cd-4 NAMED Brief de OFFICIAL"} {
		if got := w.claims(t, "dataset/library"); !slices.Contains(got, want) {
			t.Errorf("no %s in %q", want, got)
		}
	}
}

func TestADocumentThatTheRecordHasIsFoundByItsSymbol(t *testing.T) {
	w := withCorpus(t)
	w.imported(t, catalogueOf("Document symbol,Title,Date\nE/CN.15/2008/21,,15 April 2008\nS/RES/1540 (2004),,2004\n"))
	got := w.claims(t, "dataset/library")
	if want := "document/e-cn.15-2008-21 ISSUED  2008-04-15"; !slices.Contains(got, want) || len(got) != 3 {
		t.Errorf("%q", got)
	}
	if !slices.ContainsFunc(got, func(s string) bool {
		return strings.HasPrefix(s, "resolution/") && strings.HasSuffix(s, "IDENTIFIED_BY UN_SYMBOL:S/RES/1540")
	}) {
		t.Errorf("%q", got)
	}
}

func TestBrokenCataloguesAreRefusedWithTheRowAndNothingIsWritten(t *testing.T) {
	w := withNames(t)
	before := w.head(t)
	replaced := func(old, by string) string { return strings.Replace(goodCatalogue, old, by, 1) }
	for name, c := range map[string]struct{ content, says string }{
		"empty":                    {"", "the file is empty"},
		"a header alone":           {goodCatalogue[:strings.Index(goodCatalogue, "\n")+1], "there is no row"},
		"no symbol column":         {replaced("191__a", "190__a"), "table.csv:1: no column looks like the symbol"},
		"no title column":          {replaced("245__a", "246__a"), "table.csv:1: no column looks like the title"},
		"two symbol columns":       {replaced("041__a", "Symbol"), `table.csv:1: columns "191__a" and "Symbol" both look like the symbol`},
		"two titles":               {replaced("041__a", "Title"), `table.csv:1: columns "245__a" and "Title" both look like the title`},
		"no symbol":                {replaced("CD/9999", ""), "line 3, 191__a: the symbol is missing"},
		"no symbol between bars":   {replaced("CD/9999", " | | "), "line 3, 191__a: the symbol is missing"},
		"a symbol that is none":    {replaced("CD/9999", "see the annex!"), "line 3, 191__a: "},
		"a second that is none":    {replaced("CD/9999", "CD/9999 | ?"), "line 3, 191__a: "},
		"no title":                 {replaced("Letter on rivers.", ""), "line 3: document/cd-9999 is new, and has no title"},
		"a title of marks alone":   {replaced("Letter on rivers.", " / "), "line 3: document/cd-9999 is new, and has no title"},
		"a title without end":      {replaced("Letter on rivers.", strings.Repeat("x", 600)), "line 3: value of NAMED"},
		"a title that turns round": {replaced("Letter on", "Letter \u202eon"), "line 3: value of NAMED"},
		"a date that is none":      {replaced("[21 Oct. 2044]", "[n.d.]"), "line 3, 269__a: "},
		"a day that never was":     {replaced("[21 Oct. 2044]", "2044-02-30"), "line 3, 269__a: "},
		"an open date":             {replaced("[21 Oct. 2044]", "31.12.9999"), "line 3, 269__a: "},
		"an address that is none":  {replaced("https://example.org/lakes.pdf", "javascript:alert(1)"), "line 2, 856__u: "},
		"a formula":                {replaced("Letter on rivers.", "=1+1"), "line 3: the cell of column \"245__a\" is a formula"},
		"bad UTF-8":                {replaced("Letter", "L\xe9ttre"), "line 3: the cell of column \"245__a\" is not UTF-8"},
		"a cell too few":           {replaced(",RIVERS|LAKES", ""), "line 3: the row has 8 cells, the header 9"},
		"MARC itself":              {"00714cam a2200205 a 4500001001200000003000600012", "no column looks like the symbol"},
	} {
		_, err := ImportFile(t.Context(), w.store, w.index, catalogueOf(c.content))
		if !errors.Is(err, graph.ErrInvalid) || !regexp.MustCompile(c.says).MatchString(err.Error()) || len(err.Error()) > 2_000 {
			t.Errorf("%s: %.300v\nwant %s", name, err, c.says)
		}
	}
	if after := w.head(t); after != before {
		t.Errorf("head %d, was %d", after, before)
	}
}

func TestASymbolIsOfOneDocumentAndACorrigendumIsADocumentOfItsOwn(t *testing.T) {
	w := withCorpus(t)
	const header = "Symbol,Title\n"
	for name, c := range map[string]struct{ rows, says string }{
		"of two in the record":       {"E/CN.15/2008/21 | S/RES/1540 (2004),Both\n", "line 2, Symbol: the symbols are those of .*, which are not one"},
		"of another row":             {"CD/1,One\nCD/2 | CD/1,Two\n", `line 3, Symbol: "CD/1" is document/cd-1 on line 2, and the row is document/cd-2`},
		"of another row, turned":     {"CD/2 | CD/1,Two\nCD/1,One\n", `line 3, Symbol: "CD/1" is document/cd-2 on line 2, and the row is document/cd-1`},
		"the record's, then another": {"CD/1 | S/RES/1540,One\nCD/1,Two\n", `line 3, Symbol: "CD/1" is resolution/[^ ]* on line 2`},
	} {
		if _, err := ImportFile(t.Context(), w.store, w.index, catalogueOf(header+c.rows)); !errors.Is(err, graph.ErrInvalid) || !regexp.MustCompile(c.says).MatchString(err.Error()) {
			t.Errorf("%s: %.300v\nwant %s", name, err, c.says)
		}
	}
	r := w.imported(t, catalogueOf("Symbol,Title,Subtitle,Author,993__a\nA/RES/99/77/Corr.1,Corrigendum,,France,A/RES/99/77 | CD/9\nA/RES/99/77/Add.2,Addendum,,The Nations United,\nS/RES/1540 (2004),,draft /,Nations United,\nCD/9,Nine,part two,,\n"))
	want := []string{
		"document/a-res-99-77-add.2 AUTHORED_BY organisation/un",
		"document/a-res-99-77-add.2 IDENTIFIED_BY UN_SYMBOL:A/RES/99/77/Add.2",
		"document/a-res-99-77-add.2 NAMED Addendum en OFFICIAL",
		"document/a-res-99-77-corr.1 AUTHORED_BY state/fra",
		"document/a-res-99-77-corr.1 IDENTIFIED_BY UN_SYMBOL:A/RES/99/77/Corr.1",
		"document/a-res-99-77-corr.1 NAMED Corrigendum en OFFICIAL",
		"document/cd-9 IDENTIFIED_BY UN_SYMBOL:CD/9",
		"document/cd-9 NAMED Nine: part two en OFFICIAL",
		"resolution/s-res-1540-2004 AUTHORED_BY organisation/un",
		"resolution/s-res-1540-2004 IDENTIFIED_BY UN_SYMBOL:S/RES/1540",
	}
	if got := w.claims(t, "dataset/library"); !slices.Equal(got, want) {
		t.Errorf("claims\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	wantNotes := []string{
		`line 3, Author: "The Nations United" is organisation/un, found by its words, in another order or spelling`,
		`line 4, Author: "Nations United" is organisation/un, found by its words, in another order or spelling`,
		"the file: 2 times a related document, since the catalogue does not say how it is related",
		"the file: 1 times the rest of a title that has no beginning",
	}
	if got := notesOf(r); !slices.Equal(got, wantNotes) {
		t.Errorf("notes %q", got)
	}
}
