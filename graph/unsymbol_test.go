package graph_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"treatygraph/graph"
)

var symbolSpellings = []struct{ input, text, key string }{
	// As the UN writes them.
	{"S/RES/1803 (2008)", "S/RES/1803 (2008)", "S/RES/1803"},
	{"S/RES/1540", "S/RES/1540", "S/RES/1540"},
	{"E/CN.15/2008/21", "E/CN.15/2008/21", "E/CN.15/2008/21"},
	{"S/PV.5848", "S/PV.5848", "S/PV.5848"},
	{"S/PV.4950 (Resumption 1)", "S/PV.4950 (Resumption 1)", "S/PV.4950 (Resumption 1)"},
	{"A/RES/62/1", "A/RES/62/1", "A/RES/62/1"},
	{"A/RES/1962(XVIII)", "A/RES/1962(XVIII)", "A/RES/1962(XVIII)"},
	{"A/RES/3201(S-VI)", "A/RES/3201(S-VI)", "A/RES/3201(S-VI)"},
	{"A/RES/377(V)A", "A/RES/377(V)A", "A/RES/377(V)A"},
	{"A/RES/47/52A", "A/RES/47/52A", "A/RES/47/52A"},
	{"A/RES/S-10/2", "A/RES/S-10/2", "A/RES/S-10/2"},
	{"A/ES-10/PV.3", "A/ES-10/PV.3", "A/ES-10/PV.3"},
	{"A/C.1/62/L.5", "A/C.1/62/L.5", "A/C.1/62/L.5"},
	{"E/CN.4/Sub.2/1987/7", "E/CN.4/Sub.2/1987/7", "E/CN.4/Sub.2/1987/7"},
	{"E/ECE/TRANS/505/Rev.1/Add.12", "E/ECE/TRANS/505/Rev.1/Add.12", "E/ECE/TRANS/505/Rev.1/Add.12"},
	{"A/AC.237/18 (Part II)/Add.1", "A/AC.237/18 (Part II)/Add.1", "A/AC.237/18 (Part II)/Add.1"},
	{"S/2008/151", "S/2008/151", "S/2008/151"},
	{"CD/1679", "CD/1679", "CD/1679"},
	{"NPT/CONF.2010/50 (Vol. I)", "NPT/CONF.2010/50 (Vol. I)", "NPT/CONF.2010/50 (Vol. I)"},
	{"NPT/CONF.2000/28 (Parts I and II)", "NPT/CONF.2000/28 (Parts I and II)", "NPT/CONF.2000/28 (Parts I and II)"},
	{"ST/LEG/SER.E/26", "ST/LEG/SER.E/26", "ST/LEG/SER.E/26"},
	{"S/RES/1540 (2004)/Corr.1", "S/RES/1540 (2004)/Corr.1", "S/RES/1540/Corr.1"},
	// As people write them.
	{"s/res/1803(2008)", "S/RES/1803 (2008)", "S/RES/1803"},
	{" S / RES / 1803  ( 2008 ) ", "S/RES/1803 (2008)", "S/RES/1803"},
	{"S/RES/0232 (1966)", "S/RES/232 (1966)", "S/RES/232"},
	{"Ｓ／ＲＥＳ／１８０３（２００８）", "S/RES/1803 (2008)", "S/RES/1803"},
	{"S∕RES⁄1803", "S/RES/1803", "S/RES/1803"},
	{"a/res/1962 (xviii)", "A/RES/1962(XVIII)", "A/RES/1962(XVIII)"},
	{"A/RES/1962（Ⅹ\u2167）", "A/RES/1962(XVIII)", "A/RES/1962(XVIII)"},
	{"A/RES/377 (V) A", "A/RES/377(V)A", "A/RES/377(V)A"},
	{"A/RES/47/52 a", "A/RES/47/52A", "A/RES/47/52A"},
	{"A/RES/S–10/2", "A/RES/S-10/2", "A/RES/S-10/2"},
	{"e/cn.15/2008/21*", "E/CN.15/2008/21", "E/CN.15/2008/21"},
	{"E/CN.4/SUB.2/1987/7/ADD. 1/corr.2", "E/CN.4/Sub.2/1987/7/Add.1/Corr.2", "E/CN.4/Sub.2/1987/7/Add.1/Corr.2"},
	{"npt/conf.2010/50(VOL.I)", "NPT/CONF.2010/50 (Vol. I)", "NPT/CONF.2010/50 (Vol. I)"},
	{"A/62/6 (sect. 2)/Corr.1", "A/62/6 (Sect. 2)/Corr.1", "A/62/6 (Sect. 2)/Corr.1"},
}

func TestASymbolIsReadInEverySpellingAndWrittenInOne(t *testing.T) {
	for _, c := range symbolSpellings {
		u, err := graph.ParseUNSymbol(c.input)
		if err != nil || u.String() != c.text || u.Key() != c.key {
			t.Errorf("%q: got %q with key %q, %v; want %q with key %q", c.input, u, u.Key(), err, c.text, c.key)
		}
	}
}

func TestWhatIsNoSymbolIsRefusedAtItsCharacter(t *testing.T) {
	for input, want := range map[string]string{
		"":                                      "at the end: a letter or digit is missing",
		"S":                                     "at the end: nothing follows the body",
		"and/or":                                "at the end: there is no number",
		"S//1540":                               "character 3: a letter or digit is missing",
		"S/RES/":                                "at the end: a letter or digit is missing",
		"S/RES/1540.":                           "at the end: a letter or digit is missing",
		"S/RES/15x40":                           `character 7: "15X40" is not the number of a resolution`,
		"S/RES/0":                               `character 7: "0" is not the number of a resolution`,
		"S/RES/100000":                          `character 7: "100000" is not the number of a resolution`,
		"S/RES/1540 (04)":                       `character 12: "04" is not the year of a resolution`,
		"S/RES/1540 (1945)":                     `character 12: "1945" is not the year of a resolution`,
		"S/RES/1540 (2004) A":                   "character 7: resolutions of the Security Council have no lettered parts",
		"S/RES/1540 (2004":                      "character 12: the parenthesis is not closed",
		"S/RES/1540 ()":                         "character 12: the parentheses are empty",
		"S/RES/1540 (2004) of 28 April":         "character 19: 'O' where a slash should stand",
		"S/RES/1540, 1718":                      "character 11: ',' where a slash should stand",
		"E/2008/30–E/CN.15/2008/22":             "character 11: a second symbol begins",
		"安理会/1540":                              "character 1: '安' does not occur in symbols",
		"Ｓ/安/1540":                              "character 3: '安' does not occur in symbols",
		"1/2":                                   `character 1: the body "1" is not made of letters`,
		"INTERNATIONALLY/2":                     "character 1: the body is longer than 12 letters",
		"S (2)/2":                               "character 3: the body has a parenthesis",
		"A/62/6 (a/b)":                          "character 10: '/' does not occur in parentheses",
		"S/\xff/1":                              "not valid UTF-8",
		"A/" + strings.Repeat("1/", 60):         "longer than 100 characters",
		"A/1 (" + strings.Repeat("x", 41) + ")": "character 5: the parentheses hold more than 40 characters",
	} {
		_, err := graph.ParseUNSymbol(input)
		if err == nil || !strings.HasSuffix(err.Error(), want) || !strings.HasPrefix(err.Error(), "un symbol ") {
			t.Errorf("%q: got %v, want %s", input, err, want)
		}
	}
}

func TestANumberAloneTellsSomeResolutions(t *testing.T) {
	for input, want := range map[string]struct {
		body   string
		number int
	}{
		"S/RES/1540": {"S", 1540}, "S/RES/1540 (2004)": {"S", 1540}, "A/RES/1962(XVIII)": {"A", 1962}, "E/RES/1503(XLVIII)": {"E", 1503},
		"A/RES/62/1": {}, "A/RES/S-10/2": {}, "A/RES/377(V)A": {}, "S/RES/1540 (2004)/Corr.1": {}, "S/2004/1540": {}, "S/PV.1540": {},
	} {
		u, err := graph.ParseUNSymbol(input)
		if err != nil {
			t.Fatal(err)
		}
		body, number, ok := u.Resolution()
		if body != want.body || number != want.number || ok != (want.number != 0) {
			t.Errorf("%q: got %q, %d, %t", input, body, number, ok)
		}
	}
}

func TestSecurityCouncilResolutionsAreMadeFromNumberAndYear(t *testing.T) {
	u := graph.SecurityCouncilResolution(1803, 2008)
	parsed, err := graph.ParseUNSymbol("S/RES/1803 (2008)")
	if err != nil || u != parsed {
		t.Errorf("got %#v, want %#v, %v", u, parsed, err)
	}
	if u := graph.SecurityCouncilResolution(1803, 0); u.String() != "S/RES/1803" || u.Key() != "S/RES/1803" {
		t.Errorf("got %q", u)
	}
	for _, c := range [][2]int{{0, 2008}, {-1, 0}, {100_000, 0}, {1, 1945}, {1, 2200}, {1, -1}} {
		if u := graph.SecurityCouncilResolution(c[0], c[1]); u != (graph.UNSymbol{}) {
			t.Errorf("%v: got %q", c, u)
		}
	}
}

// symbols draws symbols as people write them.
func symbols() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		s := rapid.SampledFrom([]string{"S", "A", "E", "st", "CD", "NPT", "s/res", "A/RES", "e/cn.15"}).Draw(t, "body")
		parts := rapid.SampledFrom([]string{"1540", "62", "L.5", "pv.12", "Add.1", "rev. 2", "Corr.1", "CONF.2010", "S-10", "SER.E", "007", "52 A"})
		groups := rapid.SampledFrom([]string{"", "", "", "(2004)", " (XVIII)", " ( vol. iv )", "(s-vi)", "（Part Ⅱ）", " (V) b", "(Resumption 1)"})
		for range rapid.IntRange(1, 4).Draw(t, "length") {
			s += rapid.SampledFrom([]string{"/", " / ", "／"}).Draw(t, "slash") + parts.Draw(t, "part") + groups.Draw(t, "group")
		}
		return s
	})
}

func TestSymbolsRoundTrip(t *testing.T) {
	drawn, read := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		drawn++
		if checkSymbol(t, symbols().Draw(t, "symbol")) {
			read++
		}
	})
	if read*10 < drawn {
		t.Errorf("only %d of %d symbols drawn are read", read, drawn)
	}
}

// checkSymbol checks what holds of every text, and tells whether it is a symbol.
func checkSymbol(t interface{ Fatalf(string, ...any) }, input string) bool {
	u, err := graph.ParseUNSymbol(input)
	if err != nil {
		if u != (graph.UNSymbol{}) {
			t.Fatalf("%q: a symbol %q beside the error %v", input, u, err)
		}
		return false
	}
	for _, spelling := range []string{u.String(), strings.ToLower(u.String()), strings.ReplaceAll(u.String(), "(", " ( "), u.String() + "*"} {
		if again, err := graph.ParseUNSymbol(spelling); err != nil || again != u {
			t.Fatalf("%q is %q, but %q is %q, %v", input, u, spelling, again, err)
		}
	}
	if key, err := graph.ParseUNSymbol(u.Key()); err != nil || key.Key() != u.Key() || key.String() != u.Key() {
		t.Fatalf("the key %q of %q is read as %q, %v", u.Key(), u, key, err)
	}
	if body, number, ok := u.Resolution(); ok && body == "S" && graph.SecurityCouncilResolution(number, 0).Key() != u.Key() {
		t.Fatalf("%q is resolution %d, which has another key", input, number)
	}
	return true
}

func FuzzParseUNSymbol(f *testing.F) {
	for _, c := range symbolSpellings {
		f.Add(c.input)
	}
	f.Fuzz(func(t *testing.T, input string) { checkSymbol(t, input) })
}
