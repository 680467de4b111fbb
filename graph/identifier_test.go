package graph_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"treatygraph/graph"
)

var identifierSpellings = []struct {
	scheme      graph.Scheme
	input, want string
}{
	{graph.SchemeUNSymbol, "s/res/1803(2008)", "S/RES/1803"},
	{graph.SchemeUNSymbol, "E/CN.15/2008/21", "E/CN.15/2008/21"},
	{graph.SchemeUNTS, "I-10485", "I-10485"},
	{graph.SchemeUNTS, " i–10485 ", "I-10485"},
	{graph.SchemeUNTS, "No. I-10485", "I-10485"},
	{graph.SchemeUNTS, "ii-1045", "II-1045"},
	{graph.SchemeUNTS, "729 UNTS 161", "729 UNTS 161"},
	{graph.SchemeUNTS, "729 U.N.T.S. 161", "729 UNTS 161"},
	{graph.SchemeUNTS, "UNTS vol. 729, p. 161", "729 UNTS 161"},
	{graph.SchemeUNTS, "United Nations, Treaty Series, vol. 729, p. 161", "729 UNTS 161"},
	{graph.SchemeMTDSG, "XXVI-3", "XXVI-3"},
	{graph.SchemeMTDSG, "xxvi.3", "XXVI-3"},
	{graph.SchemeMTDSG, "XI-b-16-12", "XI-B-16-12"},
	{graph.SchemeMTDSG, "IV-11-B", "IV-11-b"},
	{graph.SchemeMTDSG, "XXIX-1", "XXIX-1"},
	{graph.SchemeWikidata, "q123", "Q123"},
	{graph.SchemeWikidata, "Ｑ889", "Q889"},
	{graph.SchemeWikidata, "wd:Q889", "Q889"},
	{graph.SchemeWikidata, "https://www.wikidata.org/wiki/Q889", "Q889"},
	{graph.SchemeWikidata, "http://www.wikidata.org/entity/q889", "Q889"},
	{graph.SchemeISO31661A2, "ru", "RU"},
	{graph.SchemeISO31661A3, " rus ", "RUS"},
	{graph.SchemeISO31663, "suhh", "SUHH"},
	{graph.SchemeISO31663, "SUN", "SUN"},
	{graph.SchemeDOI, "10.1017/S0020589300067944", "10.1017/s0020589300067944"},
	{graph.SchemeDOI, "doi:10.1000/182", "10.1000/182"},
	{graph.SchemeDOI, "DOI: 10.1000/182", "10.1000/182"},
	{graph.SchemeDOI, "https://doi.org/10.1000/182", "10.1000/182"},
	{graph.SchemeDOI, "http://dx.doi.org/10.1002/(SICI)1097%3C1::AID%3E3.0.CO;2-Q", "10.1002/(sici)1097<1::aid>3.0.co;2-q"},
	{graph.SchemeURL, "HTTPS://Treaties.UN.org/Pages/View.aspx?id=1#x", "https://treaties.un.org/Pages/View.aspx?id=1#x"},
	{graph.SchemeURL, "http://example.org:80", "http://example.org/"},
	{graph.SchemeURL, "https://example.org:443/a", "https://example.org/a"},
	{graph.SchemeURL, "https://example.org:8443?q", "https://example.org:8443/?q"},
	{graph.SchemeURL, "http://[2001:DB8::1]/", "http://[2001:db8::1]/"},
	{graph.SchemeURL, "https://example.org/条约", "https://example.org/%E6%9D%A1%E7%BA%A6"},
}

func TestIdentifiersHaveOneCanonicalForm(t *testing.T) {
	for _, c := range identifierSpellings {
		got, err := graph.ParseIdentifier(c.scheme, c.input)
		if err != nil || got != (graph.Identifier{Scheme: c.scheme, Value: c.want}) {
			t.Errorf("%s %q: got %q, %v; want %q", c.scheme, c.input, got.Value, err, c.want)
			continue
		}
		checkIdentifier(t, got)
	}
}

func checkIdentifier(t interface{ Fatalf(string, ...any) }, i graph.Identifier) {
	if again, err := graph.ParseIdentifier(i.Scheme, i.Value); err != nil || again != i {
		t.Fatalf("%s is not its own canonical form: %s, %v", i, again, err)
	}
}

func TestMalformedIdentifiersAreRefused(t *testing.T) {
	for _, c := range []struct {
		scheme graph.Scheme
		input  string
		want   string
	}{
		{0, "Q1", `identifier "Q1" has no known scheme`},
		{99, "Q1", `identifier "Q1" has no known scheme`},
		{graph.SchemeUNSymbol, "S", `un symbol "S": at the end: nothing follows the body`},
		{graph.SchemeUNTS, "10485", `UNTS identifier "10485": want a registration number`},
		{graph.SchemeUNTS, "III-3", "want a registration number"},
		{graph.SchemeUNTS, "I-0", "want a registration number"},
		{graph.SchemeUNTS, "729 LNTS 161", "want a registration number"},
		{graph.SchemeMTDSG, "XXVI", `MTDSG identifier "XXVI": want a chapter`},
		{graph.SchemeMTDSG, "IIX-3", "want a chapter"},
		{graph.SchemeMTDSG, "XXXX-3", "want a chapter"},
		{graph.SchemeMTDSG, "-3", "want a chapter"},
		{graph.SchemeWikidata, "P31", `WIKIDATA identifier "P31": want an item`},
		{graph.SchemeWikidata, "Q0123", "want an item"},
		{graph.SchemeWikidata, "https://example.org/wiki/Q889", "want an item"},
		{graph.SchemeISO31661A2, "RUS", `ISO3166_1_A2 identifier "RUS": want two letters`},
		{graph.SchemeISO31661A3, "R1S", "want three letters"},
		{graph.SchemeISO31661A3, "РУС", "want three letters"},
		{graph.SchemeISO31663, "SU", "want four or three letters"},
		{graph.SchemeDOI, "11.1000/182", "want a name"},
		{graph.SchemeDOI, "10.1000/1 2", "want a name"},
		{graph.SchemeDOI, "10.1000/", "want a name"},
		{graph.SchemeDOI, "https://doi.org/10.1000/%FF", "malformed escape"},
		{graph.SchemeURL, "example.org", "want an absolute http or https address"},
		{graph.SchemeURL, "/path", "want an absolute http or https address"},
		{graph.SchemeURL, "ftp://example.org/", "want an absolute http or https address"},
		{graph.SchemeURL, "javascript:alert(1)", "want an absolute http or https address"},
		{graph.SchemeURL, "https://user:secret@example.org/", "has a user name or password"},
		{graph.SchemeURL, "https:///path", "no valid host"},
		{graph.SchemeURL, "https://пример.рф/", "no valid host"},
		{graph.SchemeURL, "https://exa mple.org/", "is no web address"},
		{graph.SchemeURL, "https://example.org/\x00", "is no web address"},
		{graph.SchemeURL, "https://example.org/" + strings.Repeat("a", 2000), "longer than 2000 bytes"},
		{graph.SchemeURL, "https://example.org/" + strings.Repeat("条", 600), "longer than 2000 bytes in canonical form"},
		{graph.SchemeURL, "https://example.org/\xff", "not valid UTF-8"},
	} {
		got, err := graph.ParseIdentifier(c.scheme, c.input)
		if err == nil || got != (graph.Identifier{}) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %q: got %q, %v; want an error with %q", c.scheme, c.input, got.Value, err, c.want)
		}
		if err != nil && len(err.Error()) > 250 {
			t.Errorf("%s: the error has %d bytes", c.scheme, len(err.Error()))
		}
	}
}

func TestASymbolWithAndWithoutItsYearIsOneIdentifier(t *testing.T) {
	with, err1 := graph.ParseIdentifier(graph.SchemeUNSymbol, "S/RES/1540 (2004)")
	without, err2 := graph.ParseIdentifier(graph.SchemeUNSymbol, "s/res/1540")
	if err1 != nil || err2 != nil || with != without || with.String() != "UN_SYMBOL:S/RES/1540" {
		t.Errorf("got %s and %s, %v, %v", with, without, err1, err2)
	}
}

func TestCanonicalIdentifiersStayAsTheyAre(t *testing.T) {
	shapes := map[graph.Scheme]string{
		graph.SchemeUNTS:       `(No\. )?[iI]{1,2} ?[-–] ?[1-9][0-9]{0,5}|(vol\. )?[1-9][0-9]{0,3} (UNTS|U\.N\.T\.S\.) [1-9][0-9]{0,3}`,
		graph.SchemeMTDSG:      `[XVI]{1,5}[-.–]([A-Ea-e]-)?[1-9][0-9]?(-[a-d])?`,
		graph.SchemeWikidata:   `(wd:|https://www\.wikidata\.org/wiki/)?[qQ][0-9]{1,8}`,
		graph.SchemeISO31661A2: `[a-zA-Z]{2}`, graph.SchemeISO31661A3: `[a-zA-Z]{3}`, graph.SchemeISO31663: `[a-zA-Z]{3,4}`,
		graph.SchemeDOI: `(doi:|https://doi\.org/)?10\.[0-9]{4,6}/[!-~éÉ条]{1,20}`,
		graph.SchemeURL: `(http|HTTPS)://[a-zA-Z0-9.-]{1,12}(:[0-9]{1,4})?(/[!-~ 条é]{0,20})?`,
	}
	rapid.Check(t, func(t *rapid.T) {
		scheme := rapid.SampledFrom(graph.Schemes()).Draw(t, "scheme")
		value := symbols()
		if shape, ok := shapes[scheme]; ok {
			value = rapid.StringMatching(shape)
		}
		value = rapid.OneOf(value, value, value, rapid.String())
		if i, err := graph.ParseIdentifier(scheme, value.Draw(t, "value")); err == nil {
			checkIdentifier(t, i)
		}
	})
}

func TestFreeTextIsTakenForTheIdentifiersItCanBe(t *testing.T) {
	for text, want := range map[string][]string{
		"S/RES/1540": {"UN_SYMBOL:S/RES/1540"}, " s/res/1540 (2004)": {"UN_SYMBOL:S/RES/1540"}, "e/cn.15/2008/21": {"UN_SYMBOL:E/CN.15/2008/21"},
		"Q42": {"WIKIDATA:Q42"}, "https://www.wikidata.org/wiki/Q42": {"WIKIDATA:Q42", "URL:https://www.wikidata.org/wiki/Q42"},
		"10.1000/182": {"DOI:10.1000/182"}, "https://doi.org/10.1000/182": {"DOI:10.1000/182", "URL:https://doi.org/10.1000/182"},
		"I-10485": {"UNTS:I-10485"}, "729 UNTS 161": {"UNTS:729 UNTS 161"}, "https://www.un.org": {"URL:https://www.un.org/"},
		// Words, codes that look like words, and what two schemes share.
		"": nil, "treaty": nil, "RUS": nil, "XXVI-3": nil, "I-4": nil, "windows/11": nil, "24/7": nil, "and/or": nil, "1540": nil, "安理会第1540号决议": nil,
	} {
		var got []string
		for _, i := range graph.GuessIdentifier(text) {
			got = append(got, i.String())
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestSchemesAreReadAsTheyAreWritten(t *testing.T) {
	for i, s := range graph.Schemes() {
		if back, err := graph.ParseScheme(s.String()); err != nil || back != s || int(s) != i+1 {
			t.Errorf("%d %s: got %d, %v", i, s, back, err)
		}
	}
	for _, s := range []string{"", "doi", "UNKNOWN"} {
		if scheme, err := graph.ParseScheme(s); err == nil || scheme != 0 {
			t.Errorf("%q: got %s", s, scheme)
		}
	}
}
