package extract

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"treatygraph/graph"
)

// lexiconOf makes a lexicon of names; "!" before one makes it an acronym.
func lexiconOf(names ...string) *Lexicon {
	var entries []Entry
	for i, text := range names {
		n := graph.Name{Text: text, Lang: "en", Role: graph.NameShort}
		if acronym, is := strings.CutPrefix(text, "!"); is {
			n.Text, n.Role = acronym, graph.NameAcronym
		}
		entries = append(entries, Entry{graph.ID(fmt.Sprintf("treaty/%d", i)), n})
	}
	return NewLexicon(entries)
}

// found returns what stands at the matches.
func namesFound(l *Lexicon, text string) []string {
	var list []string
	runes := []rune(text)
	for _, m := range l.Find(text, nil) {
		list = append(list, string(runes[m.Start:m.End]))
	}
	return list
}

func TestANameIsFoundInEverySpellingOfItsNormalForm(t *testing.T) {
	for name, texts := range map[string][]string{
		"联合国安全理事会":             {"联合国安全理事会", "聯合國安全理事會", "联合国 安全 理事会", "联合国“安全理事会", "联合国\u200b安全\u3000理事会", "聯合国\u00ad安全理事会"},
		"第1540(2004)号决议":       {"第1540(2004)号决议", "第 1540(2004) 号决议", "第１５４０（２００４）號決議"},
		"Treaty on Open Skies": {"Treaty on Open Skies", "TREATY ON OPEN SKIES", "Treaty  on\u00a0Open\tSkies", "Treaty on “Open Skies", "Ｔｒｅａｔｙ　ｏｎ　Ｏｐｅｎ　Ｓｋｉｅｓ", "Trea\u00adty on Open Skies", "Treaty on open skies"},
		"Côte d'Ivoire":        {"Côte d’Ivoire", "Co\u0302te d´Ivoire", "CO\u0302TE D`IVOIRE", "CÔTE D'IVOIRE"},
		"New START-II":         {"New START–II", "New START—Ⅱ", "New Start−II", "New START--II", "New START\u2011II"},
		"!СНВ-1":               {"СНВ-1", "СНВ–1", "СНВ‑１"},
		"Ещё Йод":              {"Еще Йод", "Е\u0308ще И\u0306од", "ЕЩЁ ЙОД", "Еще\u0308 Йод"},
		"弗拉基米尔·普京":             {"弗拉基米尔・普京", "弗拉基米爾 · 普京"},
		"Große Straße":         {"GROSSE STRASSE", "Grosse Straße"},
		"S/RES/1540 (2004)":    {"S/RES/1540 (2004)", "S/RES/1540  (2004)", "Ｓ／ＲＥＳ／１５４０　（２００４）"},
		"Договор по «открытому небу»": {"Договор по открытому небу", "Договору по „открытому небу", "ДОГОВОР ПО ОТКРЫТОМУ НЕБУ"},
		"ガス協定":  {"ｶﾞｽ協定", "カ\u3099ス协定"},
		"한국":    {"\u1112\u1161\u11ab\u1100\u116e\u11a8"},
		"№ 5 委": {"No 5委", "№ ５ 委"},
	} {
		l := lexiconOf(name)
		for _, text := range texts {
			for _, frame := range [][2]string{{"", ""}, {"《", "》"}, {"中", "中"}, {" ", " "}, {"(«", "»), "}, {"‘", "’"}, {"x\n", "\ny"}} {
				if got := namesFound(l, frame[0]+text+frame[1]); len(got) != 1 || got[0] != text {
					t.Errorf("%q in %q: got %q", name, frame[0]+text+frame[1], got)
				}
			}
		}
	}
}

func TestNamesBeginAndEndAtTheBoundsOfWords(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"Treaty", "Treaty's Treaty, (Treaty) Treaty-bound", "Treaty Treaty Treaty Treaty"},
		{"Treaty", "Treaty2 Treatys 2Treaty xTreaty Treatyé Treaty\u0301 Treaty\u00ads", ""},
		{"Treaty", "条约Treaty条约 ДTreatyД", "Treaty Treaty"},
		{"Treaty", "“Treaty”s 1“Treaty”2", "Treaty Treaty"},
		{"Trea“ty", "Treaty Trea“ty xTrea“ty Trea “ty", "Treaty Trea“ty"},
		{"ty of x", "Trea“ty of x “ty” of “x”y", "ty of x ty” of “x"},
		{"Россия", "Россия2 ЕвроРоссия Россия", "Россия"},
		{"SS-20", "SS-20 SS-200 SS-20s SS-20型 2SS-20", "SS-20 SS-20 SS-20"},
		{"1540号", "1540号 21540号", "1540号"},
		{"中国", "在中国人", "中国"},
		{"联合国", "联合\n国 联合国", "联合国"},
		{"No 5", "No 5½ No 5⒈", ""},
		{"一二", "㈠二 一二", "一二"},
		{"2部", "½部 2部", "2部"},
		{"a–b", "a- -b a--b", "a--b"},
		{"a- b", "a- -b", ""},
		{"か国", "か\u3099国 か国", "か国"},
		{"Treaty of Rome", "Treaty of\nRome Treaty of Rome", "Treaty of Rome"},
		{"Open Skies", "OpenSkies Open, Skies Open-Skies", ""},
		{"Open Skies", "Open Sk“ies Open Skies”t Open Sk“iest", "Open Sk“ies Open Skies"},
	} {
		if got := strings.Join(namesFound(lexiconOf(test.name), test.text), " "); got != test.want {
			t.Errorf("%q in %q: got %q, want %q", test.name, test.text, got, test.want)
		}
	}
}

func TestLetterCaseTellsNamesFromWords(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"!START", "START start Start ＳＴＡＲＴ", "START ＳＴＡＲＴ"},
		{"US", "US us Us let US", "US US"},
		{"START-1", "start-1 START-1 Start-1", "START-1"},
		{"EURATOM", "EURATOM Euratom euratom", "EURATOM Euratom"},
		{"!EURATOM", "EURATOM Euratom euratom", "EURATOM"},
		{"!PfP", "PFP PfP pfp", "PfP"},
		{"the Charter", "the Charter the charter The Charter", "the Charter the charter The Charter"},
		{"Charter", "charter a ship; Charter; CHARTER", "Charter CHARTER"},
		{"Treaty on Open Skies", "treaty on open skies Treaty on open skies", "Treaty on open skies"},
		{"«Charter»", "“charter” “Charter”", "Charter"},
		{"1925 Geneva Protocol", "1925 geneva protocol", "1925 geneva protocol"},
		{"Турция", "турция Турция ТУРЦИЯ", "Турция ТУРЦИЯ"},
		{"!ООН", "оон ООН Оон", "ООН"},
		{"!МАГАТЭ", "МАГАТЭ МАГАТ МАГАТА", "МАГАТЭ"},
		{"ДОВСЕ", "ДОВСЕ довсе ДОВСЕЙ", "ДОВСЕ"},
		{"nuclear weapon", "Nuclear Weapon nuclear weapon NUCLEAR WEAPON", "Nuclear Weapon nuclear weapon NUCLEAR WEAPON"},
		{"Étude", "étude Étude e\u0301tude E\u0301tude", "Étude E\u0301tude"},
		{"俄US", "俄us 俄US", "俄us 俄US"},
		{"!俄US", "俄us 俄US", "俄US"},
	} {
		if got := strings.Join(namesFound(lexiconOf(test.name), test.text), " "); got != test.want {
			t.Errorf("%q in %q: got %q, want %q", test.name, test.text, got, test.want)
		}
	}
}

// inflections are names with forms of them as they stand in treaties and resolutions.
var inflections = map[string][]string{
	"Договор о нераспространении ядерного оружия":           {"Договора о нераспространении ядерного оружия", "Договору о нераспространении ядерного оружия", "Договором о нераспространении ядерного оружия", "Договоре о нераспространении ядерного оружия"},
	"Организация Объединённых Наций":                        {"Организации Объединенных Наций", "Организацией Объединённых Наций", "Организацию Объединённых Наций"},
	"Российская Федерация":                                  {"Российской Федерации", "Российскую Федерацию", "Российской Федерацией", "РОССИЙСКОЙ ФЕДЕРАЦИИ"},
	"Совет Безопасности":                                    {"Совета Безопасности", "Советом Безопасности", "Совете Безопасности", "Совету Безопасности"},
	"Соединённые Штаты Америки":                             {"Соединенных Штатов Америки", "Соединёнными Штатами Америки", "Соединенным Штатам Америки"},
	"Международное агентство по атомной энергии":            {"Международного агентства по атомной энергии", "Международным агентством по атомной энергии"},
	"Генеральная Ассамблея":                                 {"Генеральной Ассамблеи", "Генеральной Ассамблеей", "Генеральную Ассамблею"},
	"Венская конвенция о праве международных договоров":     {"Венской конвенции о праве международных договоров", "Венскую конвенцию о праве международных договоров", "Венской конвенцией о праве международных договоров"},
	"Устав Организации Объединённых Наций":                  {"Уставом Организации Объединенных Наций", "Уставе Организации Объединенных Наций"},
	"Группа ядерных поставщиков":                            {"Группы ядерных поставщиков", "Группой ядерных поставщиков", "Группе ядерных поставщиков"},
	"Европейский союз":                                      {"Европейского союза", "Европейским союзом", "Европейскому союзу"},
	"Ближний Восток":                                        {"Ближнего Востока", "Ближнем Востоке", "Ближним Востоком"},
	"Исламская Республика Иран":                             {"Исламской Республики Иран", "Исламской Республикой Иран", "Исламской Республике Иран"},
	"Корейская Народно-Демократическая Республика":          {"Корейской Народно-Демократической Республики", "Корейскую Народно-Демократическую Республику"},
	"Договор по открытому небу":                             {"Договора по открытому небу", "Договоре по «открытому небу"},
	"Московский договор":                                    {"Московского договора", "Московским договором"},
	"Женевский протокол":                                    {"Женевского протокола", "Женевскому протоколу"},
	"Киргизская Республика":                                 {"Киргизской Республикой"},
	"Содружество Независимых Государств":                    {"Содружества Независимых Государств", "Содружеством Независимых Государств"},
	"Глобальная инициатива по борьбе с ядерным терроризмом": {"Глобальной инициативы по борьбе с ядерным терроризмом", "Глобальную инициативу по борьбе с ядерным терроризмом"},
	"Соглашение":                                            {"Соглашения", "Соглашением", "Соглашений", "Соглашениям", "Соглашениями"},
	"Иран":                                                  {"Ирана", "Ирану", "Ираном", "Иране"},
	"Вьетнам":                                               {"Вьетнама", "Вьетнаму", "Вьетнамом", "Вьетнаме"},
	"Китай":                                                 {"Китая", "Китаю", "Китаем", "Китае"},
	"Чад":                                                   {"Чада", "Чаду", "Чадом", "Чаде"},
	"Рим":                                                   {"Рима", "Риме", "Римом"},
	"Россия":                                                {"России", "Россию", "Россией"},
	"Корея":                                                 {"Кореи", "Корее", "Корею", "Кореей"},
	"Приднестровье":                                         {"Приднестровья", "Приднестровьем"},
	"Владимир Путин":                                        {"Владимира Путина", "Владимиром Путиным", "Владимиру Путину"},
	"Сергей Лавров":                                         {"Сергея Лаврова", "Сергеем Лавровым", "Сергею Лаврову"},
	"Таганрог":                                              {"Таганрога", "Таганроге"},
	"Третий комитет":                                        {"Третьего комитета", "Третьем комитете"},
	"Казахстан":                                             {"Казахстана", "Казахстане", "Казахстаном"},
	"Сочи":                                                  {"Сочи"},
}

func TestRussianNamesAreFoundInAnyCase(t *testing.T) {
	var names []string
	for name := range inflections {
		names = append(names, name)
	}
	all := lexiconOf(names...)
	forms := 0
	for name, list := range inflections {
		for _, form := range append(list, name) {
			forms++
			for _, l := range []*Lexicon{lexiconOf(name), all} {
				if got := namesFound(l, "в "+form+", и"); len(got) != 1 || got[0] != form {
					t.Errorf("%q: got %q", form, got)
				}
			}
		}
	}
	t.Log(forms, "forms")
}

func TestRussianWordsThatOnlyBeginAlikeStayApart(t *testing.T) {
	for name, texts := range map[string][]string{
		"Грузия": {"Грузы", "Груз", "Грузовик", "Грузин", "Грузинский"}, "Россия": {"Россы", "Российский", "Россияне"}, "Сербия": {"Сербы", "Сербом"},
		"Право": {"Правый", "Правительство", "Правого", "Правило"}, "Договор": {"Договорённость", "Договорный", "Договорились"},
		"Союз": {"Союзник", "Союзный"}, "Совет": {"Советник", "Советский"}, "Мир": {"Мирный", "Мировой"}, "США": {"Сшах", "СШ"},
		"Африка": {"Африканский"}, "Франция": {"Франк"}, "Индия": {"Инды", "Индом"}, "Перу": {"Перуном"}, "Народ": {"Народный"}, "Оно": {"Она"},
	} {
		l := lexiconOf(name)
		for _, text := range texts {
			if got := namesFound(l, text); len(got) > 0 {
				t.Errorf("%q in %q: got %q", name, text, got)
			}
		}
	}
}

func TestTheCyrillicLettersOfTwoBytesFoldToSuch(t *testing.T) {
	for r := '\u0400'; r <= '\u047f'; r++ {
		if f := foldings()[r]; f.class() != runeCyrillic || f.rune() < '\u0400' || f.rune() > '\u047f' {
			t.Errorf("%U folds to %U of class %d", r, f.rune(), f.class())
		}
	}
}

func TestTheLongestNameWinsAndNoneOverlap(t *testing.T) {
	l := lexiconOf("联合国", "联合国安全理事会", "安全理事会", "理事会决议", "United Nations", "United Nations Security Council", "Security Council resolution", "Совет Безопасности", "Совет Безопасности ООН", "!ООН", "美")
	for text, want := range map[string]string{
		"联合国安全理事会决议":                                 "联合国安全理事会",
		"联合国安全理会决议":                                  "联合国",
		"在联合国联合国安理会":                                 "联合国|联合国",
		"安全安全理事会":                                    "安全理事会",
		"美国":                                         "",
		"United Nations Security Council resolution": "United Nations Security Council",
		"United Nations Security resolution":         "United Nations",
		"Советом Безопасности ООН, Совета Безопасности оон": "Советом Безопасности ООН|Совета Безопасности оон",
		"ООН ООН": "ООН|ООН",
	} {
		if got := strings.Join(namesFound(l, text), "|"); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestAllNamesOfOneFormAreReturnedInOrder(t *testing.T) {
	l := lexiconOf("Moscow Treaty", "!START", "《moscow treaty》", "Start", "MOSCOW TREATY", "start", "Договор", "Договора", "!ДОГОВОР", "a", "《》")
	for text, want := range map[string]string{
		"Moscow Treaty": "[0 2 4]", "moscow treaty": "[2]", "START": "[1 3 5]", "Start": "[3 5]", "start": "[5]", "Договору": "[6 7]", "ДОГОВОР": "[6 7 8]", "ДОГОВОРЕ": "[6 7]", "a 《》": "",
	} {
		got := ""
		for _, m := range l.Find(text, nil) {
			got += fmt.Sprint(m.Entries)
		}
		if got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
	for text, want := range map[string]string{
		"Moscow Treaty": "[0 2 4]", "《moscow  treaty》": "[0 2 4]", "START": "[1 3 5]", "договор": "[6 8]", "Договора": "[7]", "Договору": "[]", "Moscow": "[]", "": "[]", "a": "[]", "'start'": "[1 3 5]", "Mos\"cow Treaty": "[0 2 4]",
	} {
		if got := fmt.Sprint(l.Lookup(text)); got != want {
			t.Errorf("look-up of %q: got %s, want %s", text, got, want)
		}
	}
	if got := l.Entry(2).Name.Text; got != "《moscow treaty》" {
		t.Errorf("entry 2 is %q", got)
	}
}

func TestOffsetsCountCodePointsAndInvalidBytes(t *testing.T) {
	l := lexiconOf("联合国", "Co\u0302te", "NATO", "x𠀀国")
	for text, want := range map[string]string{
		"\xff\xfe联合国": "[2 5)", "𠀀联 合国": "[1 5)", "Côte Co\u0302te": "[0 4)[5 10)", "…NATO…": "[1 5)", "a\n\nNATO\n联合国": "[3 7)[8 11)", "x𠀀\U000e0100國": "[0 4)",
		"\u0301NATO": "[1 5)", "NATO\u0301": "", "联合国\u0301": "",
	} {
		got := ""
		for _, m := range l.Find(text, nil) {
			got += fmt.Sprintf("[%d %d)", m.Start, m.End)
		}
		if got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
}

func TestAnEmptyLexiconFindsNothing(t *testing.T) {
	if l := NewLexicon(nil); l.Find("联合国 and 1 Договор", nil) != nil || l.Lookup("联合国") != nil {
		t.Error("found something")
	}
}

func TestALexiconServesManyGoroutines(t *testing.T) {
	l := NewLexicon(lexiconNames(1000))
	text := lexiconEnglish(l) + lexiconChinese(t, l)
	want := fmt.Sprint(l.Find(text, nil))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if fmt.Sprint(l.Find(text, nil)) != want {
				t.Error("another result")
			}
		})
	}
	wg.Wait()
}

// The pieces that texts of the model are made of; no two combine.
var modelPieces = struct{ letters, others []string }{
	[]string{"a", "b", "A", "B", "é", "É", "e\u0301", "E\u0301", "ａ", "Ａ", "ß", "о", "в", "О", "В", "ё", "е\u0308", "Е", "й", "и\u0306", "с", "т", "а", "м", "中", "国", "國", "联", "1", "２", "カ"},
	[]string{" ", "\u3000", "\u00a0", "“", "”", "《", "》", "\"", "\u00ad", "\u200b", "-", "–", ".", "…", "(", "、", "'", "’"},
}

// A modelName and what follows find names in the obvious way: every stretch of pieces is tried against every name.
type modelName struct {
	pieces  []string
	acronym bool
}

func modelFind(names []modelName, text []string) (matches []string) {
	offset := make([]int, len(text)+1)
	for i, p := range text {
		offset[i+1] = offset[i] + utf8.RuneCountInString(p)
	}
	for start := 0; start < len(text); start++ {
		for end := len(text); end > start; end-- {
			if !modelBounds(text, start, end) {
				continue
			}
			var entries []int32
			for i, n := range names {
				if modelSame(n, text[start:end]) {
					entries = append(entries, int32(i))
				}
			}
			if entries != nil {
				matches = append(matches, fmt.Sprintf("[%d,%d)%v", offset[start], offset[end], entries))
				start = end - 1
				break
			}
		}
	}
	return matches
}

// modelSort returns l and c for letters, d for digits, v for what else is seen, i for the invisible, q for quotes, a for apostrophes and s for
// blanks.
func modelSort(piece string) byte {
	r, _ := utf8.DecodeRuneInString(piece)
	switch {
	case unicode.Is(unicode.Latin, r):
		return 'l'
	case unicode.Is(unicode.Cyrillic, r):
		return 'c'
	case unicode.IsDigit(r):
		return 'd'
	case unicode.IsSpace(r):
		return 's'
	case unicode.Is(unicode.Cf, r):
		return 'i'
	case piece == "'" || piece == "’":
		return 'a'
	case graph.NormalizeName(piece) == "":
		return 'q'
	}
	return 'v'
}

func modelBounds(text []string, start, end int) bool {
	apart := func(edge, next byte) bool {
		switch edge {
		case 'l', 'c':
			return next != edge && next != 'd'
		case 'd':
			return next != 'd'
		}
		return edge == 'v'
	}
	before, next := byte('s'), byte('s')
	for i := start - 1; i >= 0; i-- {
		if before = modelSort(text[i]); before != 'i' {
			break
		}
	}
	for i := end; i < len(text); i++ {
		if next = modelSort(text[i]); next != 'i' {
			break
		}
	}
	return apart(modelSort(text[start]), before) && apart(modelSort(text[end-1]), next)
}

func modelSame(n modelName, text []string) bool {
	name := strings.Join(n.pieces, "")
	form := graph.NormalizeName(name)
	if utf8.RuneCountInString(form) < 2 {
		return false
	}
	pieces := modelTrim(n.pieces)
	letters := modelCase(pieces)
	others := strings.ContainsAny(name, "中国國联カ")
	exact := n.acronym || !others && len(letters) > 0 && len(letters) <= MaxCapitals && !strings.Contains(letters, "l")
	first := modelSort(pieces[0])
	switch {
	case exact && modelCase(text) != letters:
		return false
	case !exact && (first == 'l' || first == 'c') && letters[0] == 'U' && modelCase(text)[:min(1, len(modelCase(text)))] != "U":
		return false
	}
	a, b := modelWords(form), modelWords(graph.NormalizeName(strings.Join(text, "")))
	return slices.EqualFunc(a, b, func(x, y string) bool {
		return x == y || !exact && modelSort(x) == 'c' && modelSort(y) == 'c' && inflected([]byte(x), []byte(y))
	})
}

func modelTrim(pieces []string) []string {
	seen := func(p string) bool { return strings.IndexByte("lcdv", modelSort(p)) >= 0 }
	for len(pieces) > 0 && !seen(pieces[0]) {
		pieces = pieces[1:]
	}
	return pieces
}

func modelCase(pieces []string) (cases string) {
	for _, p := range pieces {
		if s := modelSort(p); s == 'l' || s == 'c' {
			of := "l"
			if unicode.IsUpper([]rune(p)[0]) {
				of = "U"
			}
			cases += strings.Repeat(of, utf8.RuneCountInString(graph.NormalizeName(p)))
		}
	}
	return cases
}

func modelWords(form string) (words []string) {
	before := byte(0)
	for _, r := range form {
		s := modelSort(string(r))
		if s == before && (s == 'l' || s == 'c' || s == 'd') {
			words[len(words)-1] += string(r)
		} else {
			words = append(words, string(r))
		}
		before = s
	}
	return words
}

func TestFindAgreesWithTheObviousWay(t *testing.T) {
	letter := rapid.SampledFrom(modelPieces.letters)
	piece := rapid.OneOf(letter, letter, letter, rapid.SampledFrom(modelPieces.others))
	isDash := func(p string) bool { return p == "-" || p == "–" }
	rapid.Check(t, func(t *rapid.T) {
		var names []modelName
		var entries []Entry
		for range rapid.IntRange(1, 6).Draw(t, "names") {
			n := modelName{rapid.SliceOfN(piece, 1, 7).Draw(t, "name"), rapid.Bool().Draw(t, "acronym")}
			trimmed := slices.DeleteFunc(slices.Clone(n.pieces), func(p string) bool { return strings.IndexByte("siqa", modelSort(p)) >= 0 })
			if len(trimmed) == 0 || isDash(trimmed[0]) || isDash(trimmed[len(trimmed)-1]) {
				continue // which of several dashes a name's edge is, nobody can tell
			}
			names = append(names, n)
			role := graph.NameShort
			if n.acronym {
				role = graph.NameAcronym
			}
			entries = append(entries, Entry{"treaty/x", graph.Name{Text: strings.Join(n.pieces, ""), Lang: "en", Role: role}})
		}
		parts := []*rapid.Generator[[]string]{rapid.SliceOfN(piece, 1, 3), rapid.SliceOfN(piece, 1, 3)}
		for _, n := range names {
			parts = append(parts, rapid.Just(n.pieces), rapid.Just(n.pieces))
		}
		text := slices.Concat(rapid.SliceOfN(rapid.OneOf(parts...), 0, 6).Draw(t, "text")...)
		want := modelFind(names, text)
		var got []string
		for _, m := range NewLexicon(entries).Find(strings.Join(text, ""), nil) {
			got = append(got, fmt.Sprintf("[%d,%d)%v", m.Start, m.End, m.Entries))
		}
		if !slices.Equal(got, want) {
			t.Fatalf("%+v in %q: got %v, want %v", names, strings.Join(text, ""), got, want)
		}
	})
}

func TestLexemesSpellTheNormalForm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		letters := rapid.SampledFrom([]rune("abcXYZéÅçñабвЁёЙйЩαβΣςΏ条约條約國后〇かガｶﾞ한국العربية0189"))
		others := rapid.SampledFrom([]rune(" \t\u00a0\u3000--–—−“”‘’'\"«»《》・…()（）、。,./\u0301\u0308\u0323\u0345\u3099\u200d\u00ad´¨ﬁßⅠ№ŉ½\u1161\u11a8\U000e0100𠀀"))
		checkLexemes(t, rapid.StringOf(rapid.OneOf(letters, letters, others, rapid.Rune())).Draw(t, "text"))
	})
}

func TestBlanksBesideTheSameCharactersAreDroppedAsInNormalForms(t *testing.T) {
	for r := range rune(1 << 16) {
		f := foldings()[r]
		if c := f.class(); c == runeQuote || c == runeInvisible || c == runeEntangled || c == runeBlank {
			continue
		}
		dropped := normalApart(" "+string(f.rune())) == string(f.rune())
		if got := f.class() == runeSpaceless; got != dropped {
			t.Errorf("%U folds to %U: %v", r, f.rune(), got)
		}
	}
}

// checkLexemes holds lexemes against graph.NormalizeName.
func checkLexemes(t interface{ Fatalf(string, ...any) }, text string) {
	var b strings.Builder
	s := &lexer{throughQuotes: true}
	if n := s.read(text); n != utf8.RuneCountInString(text) {
		t.Fatalf("%q has %d code points", text, n)
	}
	before := int32(0)
	for _, token := range s.lexemes {
		if token.spaced {
			b.WriteByte(' ')
		}
		if token.kind.inWords() {
			b.Write(s.letters[token.letters:token.lettersTo])
		} else {
			b.WriteRune(rune(token.number))
		}
		if token.start < before && !token.glued || token.end <= token.start {
			t.Fatalf("%q: token at [%d,%d) after %d", text, token.start, token.end, before)
		}
		before = token.end
	}
	if got, want := strings.Trim(b.String(), " '"), graph.NormalizeName(text); got != want {
		t.Fatalf("%q is read as %q, want %q", text, got, want)
	}
}

// checkLexicon holds the promises of Find against any name and text.
func checkLexicon(t interface{ Fatalf(string, ...any) }, name, text string) {
	l := NewLexicon([]Entry{{"treaty/a", graph.Name{Text: name, Role: graph.NameShort}}, {"treaty/b", graph.Name{Text: name, Role: graph.NameAcronym}}})
	form := graph.NormalizeName(name)
	length, before := utf8.RuneCountInString(text), 0
	runes := []rune(text)
	for _, m := range l.Find(text, nil) {
		if m.Start < before || m.End <= m.Start || m.End > length || len(m.Entries) == 0 {
			t.Fatalf("%q in %q: match %v after %d", name, text, m, before)
		}
		before = m.End
		at := string(runes[m.Start:m.End])
		if strings.Contains(at, "\n") {
			t.Fatalf("%q in %q: match across lines", name, text)
		}
		if !slices.Contains(m.Entries, 0) && graph.NormalizeName(at) != form {
			t.Fatalf("%q in %q: found at %q", name, text, at)
		}
	}
	if !utf8.ValidString(name) || strings.Contains(name, "\n") || utf8.RuneCountInString(form) < 2 {
		return
	}
	checkLexemes(t, name)
	if got := l.Lookup(name); len(got) != 2 {
		t.Fatalf("look-up of %q: got %v", name, got)
	}
	s := new(lexer)
	s.read(name)
	if lexemes := trimApostrophes(s.lexemes); lexemes[0].glued || s.lexemes[len(s.lexemes)-1].glued { // part of a ligature is no name
		return
	}
	if matches := l.Find("。"+name+"。", nil); len(matches) != 1 || len(matches[0].Entries) != 2 {
		t.Fatalf("%q is not found in itself: %v", name, matches)
	}
}

// Its seeds are kept in testdata/fuzz.
func FuzzLexicon(f *testing.F) {
	f.Fuzz(func(t *testing.T, name, text string) { checkLexicon(t, name, text) })
}

// lexiconNames makes n names: two fifths Chinese, two fifths English, one fifth Russian, no two alike.
func lexiconNames(n int) []Entry {
	random := rand.New(rand.NewPCG(1, 2))
	pick := func(list []string) string { return list[random.IntN(len(list))] }
	han := []rune("阿巴西中美英法俄德日意加拿大澳利亚新兰印度尼泰国马来古智秘鲁墨哥埃及南非肯坦桑乌干达波匈捷克罗保希腊土耳其伊朗拉沙特约旦关于与和政府间的协定条约公约议书经济合作科学技术文化交流核能平用安全理事会联组织决武器裁军")
	en := strings.Fields("Agreement Treaty Protocol Convention between the Government of on concerning and Nuclear Weapons Cooperation Air Transport Extradition Trade Limitation Arms Peaceful Uses Outer Space Law Sea Status Refugees Republic Kingdom States Council Commission Protection Rights Peru Chile France Japan India Kenya Norway Spain")
	ru := strings.Fields("Договор Соглашение Протокол Конвенция между о и об Правительством Республики Федерации ядерного оружия сотрудничестве космического пространства морского права статусе беженцев Совет Комитет Организация защиты прав торговле воздушном сообщении Перу Чили Франции Японии")
	syllables := []string{"ka", "ro", "mi", "ven", "sta", "lor", "ia", "ber", "tun", "gal", "os", "pra", "zim", "ne", "du", "li"}
	ruSyllables := []string{"ка", "ро", "ми", "вен", "ста", "лор", "бер", "тун", "гал", "пра", "зим", "ду"}
	words := func(list, syllables []string, least, most int) string {
		var name []string
		for range least + random.IntN(most-least+1) {
			if random.IntN(4) == 0 {
				place := []rune(pick(syllables) + pick(syllables) + pick(syllables))
				name = append(name, string(unicode.ToUpper(place[0]))+string(place[1:]))
			} else {
				name = append(name, pick(list))
			}
		}
		return strings.Join(name, " ")
	}
	seen := map[string]bool{}
	entries := make([]Entry, 0, n)
	for len(entries) < n {
		name := graph.Name{Role: graph.NameOfficial}
		switch i := len(entries) % 5; {
		case i < 2:
			text := make([]rune, 2+random.IntN(19))
			for i := range text {
				text[i] = han[random.IntN(len(han))]
			}
			name.Lang, name.Text = "zh", string(text)
		case i < 4:
			name.Lang, name.Text = "en", words(en, syllables, 2, 8)
		default:
			name.Lang, name.Text = "ru", words(ru, ruSyllables, 2, 6)
		}
		if !seen[name.Text] {
			seen[name.Text] = true
			entries = append(entries, Entry{"treaty/x", name})
		}
	}
	return entries
}

const lexiconTextBytes = 1 << 20

// lexiconText makes a text of sentences with a name between every two.
func lexiconText(l *Lexicon, lang graph.Language, sentences []string) string {
	var b strings.Builder
	for i := 0; b.Len() < lexiconTextBytes; i++ {
		b.WriteString(sentences[i%len(sentences)])
		entry := int32(i * 7919 % len(l.entries))
		for l.Entry(entry).Name.Lang != lang {
			entry = (entry + 1) % int32(len(l.entries))
		}
		b.WriteString(l.Entry(entry).Name.Text)
		if i%4 == 3 {
			b.WriteByte('\n')
		}
	}
	return b.String()
}

func lexiconChinese(tb testing.TB, l *Lexicon) string {
	var sentences []string
	for _, p := range Normalise(readDeclaration(tb)).Paragraphs {
		sentences = append(sentences, p.Text)
	}
	return lexiconText(l, "zh", sentences)
}

func lexiconEnglish(l *Lexicon) string {
	return lexiconText(l, "en", []string{
		"Each nuclear-weapon State Party to the Treaty undertakes not to transfer to any recipient whatsoever nuclear weapons or other nuclear explosive devices or control over such weapons or explosive devices directly, or indirectly; see the ",
		"The exploration and use of outer space, including the Moon and other celestial bodies, shall be carried out for the benefit and in the interests of all countries, irrespective of their degree of economic or scientific development. The ",
		"In order to ensure prompt and effective action by the United Nations, its Members confer on the Security Council primary responsibility for the maintenance of international peace and security (Article 24, paragraph 1). The ",
	})
}

func lexiconRussian(l *Lexicon) string {
	return lexiconText(l, "ru", []string{
		"Каждое из государств-участников настоящего Договора, обладающих ядерным оружием, обязуется не передавать кому бы то ни было ядерное оружие или другие ядерные взрывные устройства, а также контроль над таким оружием; см. ",
		"Исследование и использование космического пространства, включая Луну и другие небесные тела, осуществляются на благо и в интересах всех стран, независимо от степени их экономического или научного развития. ",
	})
}

func BenchmarkLexicon(b *testing.B) {
	entries := lexiconNames(100_000)
	named := heapInUse()
	l := NewLexicon(entries)
	size := float64(heapInUse() - named)
	for _, bench := range []struct{ name, text string }{{"chinese", lexiconChinese(b, l)}, {"english", lexiconEnglish(l)}, {"russian", lexiconRussian(l)}} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(bench.text)))
			var matches []NameMatch
			for b.Loop() {
				matches = l.Find(bench.text, matches[:0])
			}
			b.ReportMetric(float64(len(matches)), "matches")
			b.ReportMetric(size/(1<<20), "lexicon-MB")
		})
	}
	runtime.KeepAlive(entries)
}

func BenchmarkNewLexicon(b *testing.B) {
	entries := lexiconNames(100_000)
	for b.Loop() {
		NewLexicon(entries)
	}
}

func heapInUse() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
