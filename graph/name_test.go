package graph_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"
	"pgregory.net/rapid"

	"treatygraph/graph"
)

func TestSpellingsOfOneNameMeet(t *testing.T) {
	for want, spellings := range map[string][]string{
		"莫斯科条约":                {"莫斯科条约", "《莫斯科条約》", "莫斯科条约 ", "莫 斯科条约", "〈莫斯科條約〉", "「莫斯科條約」", "『莫斯科条约』", "“莫斯科条约”", "莫斯科\n条约", "莫斯科\u200b条约", "\ufeff莫斯科条约"},
		"start-i":              {"START-I", "START–I", "Start-I", "START‑I", "START—I", "START−I", "ＳＴＡＲＴ－Ｉ", "START-Ⅰ", "START--I", "«START-I»", "'START-I'", "'start-i", "start-i'", "\"START-I\"", "START-\u00adI"},
		"снв-1":                {"СНВ-1", "СНВ–1", "снв—1", "«СНВ-1»", "„СНВ-1“"},
		"еще одно":             {"Ещё одно", "ЕЩЕ ОДНО", "еще\u00a0одно", "ЕЩЁ  ОДНО", "Еще\u0308 одно"},
		"s/res/1540 (2004)":    {"S/RES/1540 (2004)", "s/res/1540 (2004)", "Ｓ/RES/1540　（２００４）"},
		"第1540号决议":             {"第1540号决议", "第 1540 号决议", "第１５４０號決議"},
		"2004年4月28日":           {"2004 年 4 月 28 日", "２００４年４月２８日"},
		"二〇〇八年":                {"二○○八年", "二〇〇八年"},
		"côte d'ivoire":        {"Côte d'Ivoire", "CÔTE D’IVOIRE", "Co\u0302te d´Ivoire", "Côte d`Ivoire", "Côte\td'Ivoire"},
		"弗拉基米尔·普京":             {"弗拉基米尔·普京", "弗拉基米尔・普京", "弗拉基米尔•普京", "弗拉基米尔 · 普京", "弗拉基米尔‧普京", "弗拉基米爾･普京"},
		"strasse":              {"Straße", "STRASSE", "straſſe"},
		"treaty on open skies": {"Treaty on Open Skies", "  TREATY  on open\r\nskies ", "“Treaty on Open Skies”", "‘Treaty on Open Skies’", "'' Treaty on Open Skies ' "},
		"й":                    {"Й", "и\u0306"},
		"":                     {"", " ", "«»", "''", "\t", "《》", "\u200e"},
	} {
		for _, s := range spellings {
			if got := graph.NormalizeName(s); got != want {
				t.Errorf("%q: got %q, want %q", s, got, want)
			}
		}
	}
}

func TestWhatTellsNamesApartStays(t *testing.T) {
	for _, pair := range [][2]string{
		{"START I", "START II"}, {"Å", "A"}, {"й", "и"}, {"ї", "і"}, {"S/RES/1540", "SRES1540"}, {"U.S.", "US"}, {"New START", "NewSTART"},
		{"が", "か"}, {"中、国", "中国"}, {"e\u0308", "е\u0308"}, {"1(2)", "12"},
	} {
		if a, b := graph.NormalizeName(pair[0]), graph.NormalizeName(pair[1]); a == b {
			t.Errorf("%q and %q are both %q", pair[0], pair[1], a)
		}
	}
}

func TestPlainNamesAreNormalisedWithoutAllocating(t *testing.T) {
	for _, s := range []string{"treaty on the non-proliferation of nuclear weapons", "s/res/1540 (2004)", ""} {
		if got := graph.NormalizeName(s); got != s {
			t.Errorf("%q became %q", s, got)
		}
		if n := testing.AllocsPerRun(10, func() { graph.NormalizeName(s) }); n != 0 {
			t.Errorf("%q: %v allocations", s, n)
		}
	}
}

// nameTexts draws names in the scripts of the UN's languages and some others, and the characters that normalising is about.
func nameTexts() *rapid.Generator[string] {
	letters := rapid.SampledFrom([]rune("abcXYZéÅçñ" + "абвЁёЙйЩ" + "αβΣςΏ" + "条约條約國后後著乾〇" + "かガｶﾞ" + "한국" + "العربية" + "0189"))
	others := rapid.SampledFrom([]rune(" \t\u00a0\u3000--–—−“”‘’'\"«»《》「」·・•…()（）、。,./\u0301\u0308\u0323\u0345\u3099\u200d\u00ad´¨ﬁßⅠ№"))
	return rapid.StringOf(rapid.OneOf(letters, letters, others, rapid.Rune()))
}

// checkNormal checks what holds of the normal form of every text.
func checkNormal(t interface{ Fatalf(string, ...any) }, s string) {
	got := graph.NormalizeName(s)
	if again := graph.NormalizeName(got); again != got {
		t.Fatalf("%q becomes %q, then %q", s, got, again)
	}
	if !utf8.ValidString(got) {
		t.Fatalf("%q becomes %q, which is not valid UTF-8", s, got)
	}
	if strings.TrimSpace(got) != got || strings.Contains(got, "  ") || strings.ContainsAny(got, "\"\t\n“”«»《》\u00ad\u034f–—") {
		t.Fatalf("%q becomes %q", s, got)
	}
}

func TestNormalisingTwiceIsNormalisingOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { checkNormal(t, nameTexts().Draw(t, "name")) })
}

func TestLongRunsOfMarksAreCutTheSameWayEachTime(t *testing.T) {
	for _, run := range []string{"\u0301", "\u0323\u0301", "\u0345", "\u0308", "\u3099", "\u1161", "\u11a8", "\u0301\"", "\u034f", "\u0f71", "\U0001d165"} {
		for _, before := range []string{"", "a", "е", "か", "\u1100", "国", " ", "'"} {
			for _, n := range []int{15, 16, 17, 29, 30, 31, 32, 60, 61, 200} {
				checkNormal(t, before+strings.Repeat(run, n)+"\u0323\u0308b")
			}
		}
	}
}

func TestEveryCharacterHasOneNormalFormInAllItsCases(t *testing.T) {
	for r := rune(0); r <= 0xe01ff; r++ {
		switch r { // plain ideographs and places not assigned; the rest of the planes is for private use
		case 0x20000:
			r = 0x2f800
		case 0x2fa20:
			r = 0xe0000
		}
		name := "a" + string(r) + "a"
		checkNormal(t, name)
		if other := unicode.SimpleFold(r); other != r {
			if a, b := graph.NormalizeName(name), graph.NormalizeName("a"+string(other)+"a"); a != b {
				t.Errorf("%U becomes %q, but %U becomes %q", r, a, other, b)
			}
		}
	}
}

func TestTheNormalFormDoesNotDependOnTheFormOfTheText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := nameTexts().Draw(t, "name")
		want := graph.NormalizeName(s)
		for _, form := range []norm.Form{norm.NFC, norm.NFD} {
			if got := graph.NormalizeName(form.String(s)); got != want {
				t.Fatalf("%q: %q, but %q in form %d", s, want, got, form)
			}
		}
	})
}

func TestTheNormalFormDoesNotDependOnCaseAndWidth(t *testing.T) {
	names := rapid.StringOf(rapid.SampledFrom([]rune("abcXYZéÅçñ абвЁёЙйЩαβΣς条約國-–'\"()/.,0189カガ《》·")))
	rapid.Check(t, func(t *rapid.T) {
		s := names.Draw(t, "name")
		want := graph.NormalizeName(s)
		for change, of := range map[string]func(string) string{
			"upper": strings.ToUpper, "lower": strings.ToLower, "wide": width.Widen.String, "narrow": width.Narrow.String,
		} {
			if got := graph.NormalizeName(of(s)); got != want {
				t.Fatalf("%q: %q, but %q in %s form", s, want, got, change)
			}
		}
	})
}

func FuzzNormalizeName(f *testing.F) {
	for _, s := range []string{"《莫斯科条約》", "莫 斯科条约", "START–I", "Ещё одно", "Côte d´Ivoire", "S/RES/1540 (2004)"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { checkNormal(t, s) })
}

func TestNamesThatCannotBeShownOrComparedAreInvalid(t *testing.T) {
	good := graph.Name{Text: "Договор о СНВ", Lang: "ru", Role: graph.NameShort}
	if err := good.Valid(); err != nil {
		t.Error(err)
	}
	for text, why := range map[string]string{
		"": `name "" is empty`, " \u3000": "is empty", "《》": "is empty", "a\xff": "not valid UTF-8", "a\nb": "control character U+000A",
		"a\u202eb": "control character U+202E", "a\u200fb": "control character U+200F", "a\u2028b": "control character U+2028",
		strings.Repeat("条", 501): "longer than 500 characters",
	} {
		n := good
		n.Text = text
		if err := n.Valid(); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%q: got %v, want %q", text, err, why)
		}
	}
	long := good
	if long.Text = strings.Repeat("条", graph.MaxNameRunes); long.Valid() != nil {
		t.Error(long.Valid())
	}
	for _, n := range []graph.Name{{Text: "NPT", Lang: "en"}, {Text: "NPT", Lang: "en", Role: 7}, {Text: "NPT", Role: graph.NameAcronym}, {Text: "NPT", Lang: "EN", Role: graph.NameAcronym}} {
		if n.Valid() == nil {
			t.Errorf("%+v is taken for valid", n)
		}
	}
}

func TestNameRolesAreReadAsTheyAreWritten(t *testing.T) {
	for i, r := range graph.NameRoles() {
		if back, err := graph.ParseNameRole(r.String()); err != nil || back != r || int(r) != i+1 {
			t.Errorf("%d %s: got %d, %v", i, r, back, err)
		}
	}
	for _, s := range []string{"", "official", "UNKNOWN"} {
		if r, err := graph.ParseNameRole(s); err == nil || r != 0 {
			t.Errorf("%q: got %s", s, r)
		}
	}
}

func BenchmarkNormalizeName(b *testing.B) {
	for name, s := range map[string]string{
		"plain": "treaty on the non-proliferation of nuclear weapons", "english": "Treaty on the Non-Proliferation of Nuclear Weapons",
		"chinese": "关于各国探测及使用外层空间活动的条约", "traditional": "《關於各國探測及使用外層空間活動的條約》", "russian": "Договор о нераспространении ядерного оружия",
		"french": "Traité sur la non-prolifération des armes nucléaires",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(s)))
			for b.Loop() {
				graph.NormalizeName(s)
			}
		})
	}
}
