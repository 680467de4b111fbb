package extract

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"treatygraph/graph"
)

// tinyVocabulary is what the readings of this file know of the world: an entity a line, its ID, then its names, a language each.
func tinyVocabulary(t testing.TB) *Vocabulary {
	t.Helper()
	named := map[graph.ID]string{
		"state/usa":               "en United States of America; en United States; zh 美利坚合众国; zh 美国; zh 美; ru Соединённые Штаты Америки; ru США",
		"state/rus":               "en Russian Federation; en Russia; zh 俄罗斯联邦; zh 俄罗斯; zh 俄; ru Российская Федерация; ru Россия",
		"state/chn":               "en China; zh 中国; zh 中; ru Китай",
		"state/irn":               "en Iran; zh 伊朗; ru Иран",
		"state/ita":               "en Italy; zh 意大利; zh 意; ru Италия",
		"state/isr":               "en Israel; zh 以色列; zh 以; ru Израиль",
		"state/esp":               "en Spain; zh 西班牙; ru Испания",
		"organisation/un":         "en United Nations; zh 联合国; ru Организация Объединённых Наций; ru ООН",
		"organisation/iaea":       "en International Atomic Energy Agency; en IAEA; zh 国际原子能机构; ru МАГАТЭ",
		"organisation/wto":        "en World Trade Organization; en WTO; zh 世界贸易组织; zh 世贸组织; ru Всемирная торговая организация; ru ВТО",
		"body/unsc":               "en Security Council; en United Nations Security Council; zh 安全理事会; zh 安理会; ru Совет Безопасности",
		"body/unga":               "en General Assembly; zh 大会; ru Генеральная Ассамблея",
		"body/icj":                "en International Court of Justice; zh 国际法院; ru Международный Суд",
		"treaty/npt":              "en Treaty on the Non-Proliferation of Nuclear Weapons; en NPT; zh 不扩散核武器条约; ru Договор о нераспространении ядерного оружия; ru ДНЯО",
		"treaty/inf":              "en INF Treaty; zh 中程核武条约; ru Договор о РСМД",
		"treaty/start":            "en START Treaty; zh 裁减战略武器条约; ru Договор СНВ-1",
		"treaty/cfe":              "en Treaty on Conventional Armed Forces in Europe; en CFE Treaty; zh 欧洲常规武装部队条约; ru ДОВСЕ",
		"treaty/cfe-adapted":      "en Adapted CFE Treaty",
		"treaty/un-charter":       "en Charter of the United Nations; zh 联合国宪章; ru Устав Организации Объединённых Наций",
		"treaty/icj-statute":      "en Statute of the International Court of Justice; zh 国际法院规约; ru Статут Международного Суда",
		"treaty/vclt":             "en Vienna Convention on the Law of Treaties; zh 维也纳条约法公约; ru Венская конвенция о праве международных договоров",
		"provision/npt-vi":        "en Article VI of the Treaty on the Non-Proliferation of Nuclear Weapons; zh 不扩散核武器条约第六条",
		"declaration/joint-2002":  "en Joint Declaration on the New Strategic Relationship; zh 新型战略关系联合宣言; ru Совместная декларация о новых стратегических отношениях",
		"resolution/1540":         "en Resolution 1540 (2004); zh 第1540(2004)号决议",
		"resolution/1737":         "en Resolution 1737 (2006); zh 第1737(2006)号决议",
		"resolution/1747":         "en Resolution 1747 (2007); zh 第1747(2007)号决议",
		"resolution/1803":         "en Resolution 1803 (2008); zh 第1803(2008)号决议",
		"regime/1267":             "en 1267 sanctions regime; zh 1267号制裁制度; ru режим санкций 1267",
		"topic/missile-defence":   "en missile defence; zh 导弹防御; ru противоракетная оборона",
		"topic/terrorism":         "en international terrorism; zh 国际恐怖主义; ru международный терроризм",
		"topic/international-law": "en international law; zh 国际法; ru международное право",
		"topic/human-rights":      "en human rights; zh 人权; ru права человека",
	}
	facts := map[graph.ID]Entity{
		"provision/npt-vi":       {Provision: Provision{Of: "treaty/npt", Number: 6}},
		"treaty/cfe-adapted":     {Amends: []graph.ID{"treaty/cfe"}},
		"treaty/npt":             {Dates: []graph.Date{day(t, "1968-07-01")}},
		"treaty/inf":             {Dates: []graph.Date{day(t, "1987-12-08")}},
		"treaty/start":           {Dates: []graph.Date{day(t, "1991-07-31")}},
		"treaty/cfe":             {Dates: []graph.Date{day(t, "1990-11-19")}},
		"treaty/vclt":            {Dates: []graph.Date{day(t, "1969-05-23")}},
		"declaration/joint-2002": {Dates: []graph.Date{day(t, "2002-05-24")}},
		"resolution/1540":        {Identifiers: symbol(t, "S/RES/1540 (2004)")},
		"resolution/1737":        {Identifiers: symbol(t, "S/RES/1737 (2006)")},
		"resolution/1747":        {Identifiers: symbol(t, "S/RES/1747 (2007)")},
		"resolution/1803":        {Identifiers: symbol(t, "S/RES/1803 (2008)")},
	}
	var entities []Entity
	for id, names := range named {
		e := facts[id]
		e.ID = id
		for name := range strings.SplitSeq(names, "; ") {
			lang, text, _ := strings.Cut(name, " ")
			e.Names = append(e.Names, graph.Name{Text: text, Lang: graph.Language(lang), Role: graph.NameShort})
		}
		entities = append(entities, e)
	}
	return NewVocabulary(entities)
}

func day(t testing.TB, s string) graph.Date {
	t.Helper()
	d, err := graph.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func symbol(t testing.TB, s string) []graph.Identifier {
	t.Helper()
	id, err := graph.ParseIdentifier(graph.SchemeUNSymbol, s)
	if err != nil {
		t.Fatal(err)
	}
	return []graph.Identifier{id}
}

// documentDay is the date of the documents that are read here.
const documentDay = "2008-04-15"

func readTiny(t testing.TB, v *Vocabulary, lang graph.Language, text string, expresses ...graph.ID) (*Document, *Reading) {
	t.Helper()
	d := Segment(text)
	return d, Read(d, About{
		Document: "document/test", Language: lang, Date: day(t, documentDay), Expresses: expresses,
		PartID: func(p Place) graph.ID { return graph.ID(fmt.Sprintf("passage/test/%d-%d", p.Kind, p.Index)) },
	}, v)
}

// marked puts the mentions of a reading into the text as {words|entity}, an outer one before those inside it.
func marked(text string, mentions []Mention) string {
	runes := []rune(text)
	var b strings.Builder
	for at := 0; at <= len(runes); at++ {
		var closing []Mention
		for _, m := range mentions {
			if m.End == at {
				closing = append(closing, m)
			}
		}
		slices.SortStableFunc(closing, func(a, b Mention) int { return b.Start - a.Start })
		for _, m := range closing {
			fmt.Fprintf(&b, "|%s}", m.Entity)
		}
		for _, m := range mentions {
			if m.Start == at {
				b.WriteByte('{')
			}
		}
		if at < len(runes) {
			b.WriteRune(runes[at])
		}
	}
	return b.String()
}

// TestReadingFindsWhatEachLanguageNames gives texts with their mentions marked as {words|entity}.
func TestReadingFindsWhatEachLanguageNames(t *testing.T) {
	v := tinyVocabulary(t)
	for _, c := range []struct {
		name      string
		lang      graph.Language
		expresses graph.ID
		marked    string
	}{
		{"names", "en", "", "{Russia|state/rus} and the {United States of America|state/usa} spoke of {international law|topic/international-law} at the {United Nations|organisation/un}."},
		{"possessives and plurals of other words", "en", "", "The {INF Treaty|treaty/inf}'s parties met the {Security Council|body/unsc}'s members; treaties and councils did not."},
		{"a resolution by its number", "en", "", "The {Security Council|body/unsc} adopted {resolution 1540 (2004)|resolution/1540}."},
		{"resolutions that share a head", "en", "", "{Security Council|body/unsc} {resolutions 1737 (2006)|resolution/1737}, {1747 (2007)|resolution/1747} and {1803 (2008)|resolution/1803} bind all."},
		{"two resolutions", "en", "", "They recall {resolutions 1737 (2006)|resolution/1737} and {1747 (2007)|resolution/1747}."},
		{"an article of a treaty", "en", "", "{Article VI of the {Treaty on the Non-Proliferation of Nuclear Weapons|treaty/npt}|provision/npt-vi} binds all; so does {Article 6 of the {Treaty|treaty/npt}|provision/npt-vi}."},
		{"an article that is not known", "en", "", "Article 51 of the {Charter of the United Nations|treaty/un-charter} and Article VI of the {INF Treaty|treaty/inf} bind all."},
		{"an article of no named instrument", "en", "", "The {INF Treaty|treaty/inf} is cited in Article VI."},
		{"a declaration by its date", "en", "", "They recalled the {Joint Declaration of 24 May 2002|declaration/joint-2002} and the {Declaration signed on May 24, 2002|declaration/joint-2002}."},
		{"a declaration of another date", "en", "", "They recalled the Joint Declaration of 25 May 2002."},
		{"this treaty and the treaty", "en", "", "The {INF Treaty|treaty/inf} has no end. {This Treaty|treaty/inf} binds {Russia|state/rus}. The {Treaty|treaty/inf} was signed in 1987, and a treaty is law."},
		{"the same words for two treaties", "en", "", "The {INF Treaty|treaty/inf} has no end: {that treaty|treaty/inf} binds all. The {START Treaty|treaty/start} has one: {that treaty|treaty/start} ends."},
		{"that, but no pointing", "en", "", "The {INF Treaty|treaty/inf} provides that the treaty of a later date prevails."},
		{"the text itself", "en", "treaty/vclt", "{The present Convention|treaty/vclt} applies to treaties. The provisions of {the present Convention|treaty/vclt} bind, and so does the {Convention|treaty/vclt}. That treaty is another."},
		{"an amended treaty", "en", "", "The {CFE Treaty|treaty/cfe} stands; the {revised treaty|treaty/cfe-adapted} does not."},
		{"what belongs to what was named", "en", "", "The {International Court of Justice|body/icj} sits. The {Statute of the {Court|body/icj}|treaty/icj-statute} is a part of the {Charter of the United Nations|treaty/un-charter}. The {Charter|treaty/un-charter} binds."},
		{"a regime named by a number", "en", "", "The {1267 sanctions regime|regime/1267} stays, 1267 men left."},

		{"Russian cases", "ru", "", "В {Соединённых Штатах Америки|state/usa} и {Организации Объединённых Наций|organisation/un} говорили о {международном праве|topic/international-law} и {правах человека|topic/human-rights} с {Россией|state/rus} и {Китаем|state/chn}."},
		{"Russian resolutions", "ru", "", "Они сослались на {резолюцию 1540 (2004)|resolution/1540} и {резолюции 1737 (2006)|resolution/1737} и {1747 (2007)|resolution/1747} {Совета Безопасности|body/unsc}."},
		{"a Russian article", "ru", "", "По {статье VI {Договора о нераспространении ядерного оружия|treaty/npt}|provision/npt-vi} ведутся переговоры."},
		{"a Russian declaration by its date", "ru", "", "{Совместная декларация от 24 мая 2002|declaration/joint-2002} года действует, как и {Декларация от 24 мая 2002|declaration/joint-2002} года."},
		{"this treaty in Russian", "ru", "", "{Договор СНВ-1|treaty/start} истекает. {Этот договор|treaty/start} подписала {Россия|state/rus}."},

		{"another treaty's article", "zh-Hans", "", "《{不扩散核武器条约|treaty/npt}》是基石。《{裁减战略武器条约|treaty/start}》将到期，缔约国应遵守《{条约|treaty/start}》第六条。"},
		{"an article of a named treaty", "zh-Hans", "", "缔约国应遵守《{{不扩散核武器条约|treaty/npt}》第六条|provision/npt-vi}和《{联合国宪章|treaty/un-charter}》第五十一条。"},
		{"该条约 for two treaties", "zh-Hans", "", "《{中程核武条约|treaty/inf}》有效，{该条约|treaty/inf}无限期。《{裁减战略武器条约|treaty/start}》将期满，{该条约|treaty/start}有限期。"},
		{"该条约 is not the convention that says it", "zh-Hant", "treaty/vclt", "{本公約|treaty/vclt}適用於條約。該條約之效力依{本公約|treaty/vclt}。"},
		{"a list with one head", "zh-Hans", "", "{安全理事会|body/unsc}{第1737|resolution/1737}、{1747|resolution/1747}和{1803号决议|resolution/1803}"},
		{"a list with one head, each with its sign", "zh-Hans", "", "{安全理事会|body/unsc}{第1737(2006)号|resolution/1737}和{第1747(2007)号决议|resolution/1747}"},
		{"a regime named by a number", "zh-Hans", "", "维持{1267号制裁制度|regime/1267}和{第1540号决议|resolution/1540}。"},
		{"a revised treaty", "zh-Hans", "", "《{欧洲常规武装部队条约|treaty/cfe}》重要，{修订后的条约|treaty/cfe-adapted}和{经修订的《条约|treaty/cfe-adapted}》未生效。"},
		{"dates on both sides of the name", "zh-Hans", "", "{2002年5月24日的联合宣言|declaration/joint-2002}和{一九六九年五月二十三日之公约|treaty/vclt}。"},
		{"names within longer words", "zh-Hans", "", "国际法庭不是{国际法院|body/icj}，{国际法|topic/international-law}不是国际法学；个人权利和{人权|topic/human-rights}；扩大会议、代表大会和{大会|body/unga}。"},
		{"languages are no states", "zh-Hant", "", "中文、英文及西班牙文各本同一作準，{西班牙|state/esp}文化部用西班牙語。"},
		{"a longer name breaks a shorter word", "zh-Hans", "", "{中国|state/chn}同{意大利|state/ita}签署，{中国|state/chn}不同意{美国|state/usa}的看法。"},
		{"letters that are words here", "zh-Hant", "", "當事國有意以條約之規定為準。"},
		{"the Charter without its name", "zh-Hant", "treaty/un-charter", "會員國同意依{憲章|treaty/un-charter}之規定行事，奧林匹克憲章不論。"},
		{"the Charter named before", "zh-Hans", "", "《{联合国宪章|treaty/un-charter}》有效，促进{宪章|treaty/un-charter}的宗旨。"},
	} {
		t.Run(c.lang.Base()+" "+c.name, func(t *testing.T) {
			text := plain(c.marked)
			var expresses []graph.ID
			if c.expresses != "" {
				expresses = append(expresses, c.expresses)
			}
			if _, r := readTiny(t, v, c.lang, text, expresses...); marked(text, r.Mentions) != c.marked {
				t.Errorf("read   %s\nwanted %s", marked(text, r.Mentions), c.marked)
			}
		})
	}
}

// plain takes the marks out of a marked text.
func plain(marked string) string {
	var b strings.Builder
	for i := 0; i < len(marked); i++ {
		switch marked[i] {
		case '{':
		case '|':
			i += strings.IndexByte(marked[i:], '}')
		default:
			b.WriteByte(marked[i])
		}
	}
	return b.String()
}

// TestReadingSaysWhoStandsWhere lists all that is said besides what is cited.
func TestReadingSaysWhoStandsWhere(t *testing.T) {
	v := tinyVocabulary(t)
	for _, c := range []struct {
		name string
		lang graph.Language
		text string
		want []string
	}{
		{"a position of two", "en", "The United States and the Russian Federation reaffirm their support for the Treaty on the Non-Proliferation of Nuclear Weapons.", []string{
			"state/rus REAFFIRMS treaty/npt", "state/rus SUPPORTS treaty/npt", "state/usa REAFFIRMS treaty/npt", "state/usa SUPPORTS treaty/npt"}},
		{"a position of a list", "en", "The United States, China and Russia support the INF Treaty.", []string{
			"state/chn SUPPORTS treaty/inf", "state/rus SUPPORTS treaty/inf", "state/usa SUPPORTS treaty/inf"}},
		{"a list with a comma before its last", "en", "The United States, China, and Russia support the INF Treaty.", []string{
			"state/chn SUPPORTS treaty/inf", "state/rus SUPPORTS treaty/inf", "state/usa SUPPORTS treaty/inf"}},
		{"no list", "en", "In the United States, Russia opposes missile defence.", []string{"state/rus OPPOSES topic/missile-defence"}},
		{"one side only", "en", "Russia opposes missile defence. The United States supports missile defence.", []string{
			"state/rus OPPOSES topic/missile-defence", "state/usa SUPPORTS topic/missile-defence"}},
		{"what a charter prescribes is no intention", "en", "The Security Council shall consist of fifteen Members of the United Nations.", nil},
		{"plans that are things", "en", "The Security Council shall be responsible for plans to be submitted to the Members of the United Nations.", nil},
		{"a membership hoped for", "en", "The United States supports Russia's accession to the WTO.", nil},
		{"an adoption", "en", "The Security Council adopted resolution 1540 (2004) on 28 April 2004.", []string{
			"resolution/1540 ADOPTED 2004-04-28", "resolution/1540 ADOPTED_BY body/unsc 2004-04-28"}},
		{"makers before and behind", "en", "Security Council resolutions 1737 (2006) and 1747 (2007) follow resolution 1540 (2004) of the Security Council.", []string{
			"resolution/1540 ADOPTED_BY body/unsc", "resolution/1737 ADOPTED_BY body/unsc", "resolution/1747 ADOPTED_BY body/unsc"}},
		{"a date behind", "en", "They recall resolution 1540 (2004) of 28 April 2004.", []string{"resolution/1540 ADOPTED 2004-04-28"}},
		{"two dates", "en", "The START Treaty was signed on July 31, 1991 and entered into force on 5 December 1994.", []string{"treaty/start ENTERED_INTO_FORCE 1994-12-05"}},
		{"an organ", "en", "The United Nations Security Council met.", []string{"body/unsc BODY_OF organisation/un"}},
		{"members are not their organisation", "en", "The members of the United Nations signed the INF Treaty on 8 December 1987.", nil},

		{"a Russian position", "ru", "Россия и США подтверждают свою поддержку Договора о нераспространении ядерного оружия.", []string{
			"state/rus REAFFIRMS treaty/npt", "state/rus SUPPORTS treaty/npt", "state/usa REAFFIRMS treaty/npt", "state/usa SUPPORTS treaty/npt"}},
		{"Russian opposition", "ru", "Россия выступает против противоракетной обороны.", []string{"state/rus OPPOSES topic/missile-defence"}},
		{"a Russian event", "ru", "Договор СНВ-1 вступил в силу 5 декабря 1994 года.", []string{"treaty/start ENTERED_INTO_FORCE 1994-12-05"}},
		{"Russian makers", "ru", "Резолюции 1737 (2006) и 1747 (2007) Совета Безопасности действуют.", []string{
			"resolution/1737 ADOPTED_BY body/unsc", "resolution/1747 ADOPTED_BY body/unsc"}},

		{"opposition of one side", "zh-Hans", "俄罗斯反对导弹防御，美国支持导弹防御。", []string{
			"state/rus OPPOSES topic/missile-defence", "state/usa SUPPORTS topic/missile-defence"}},
		{"a membership hoped for", "zh-Hans", "美国支持俄罗斯加入世贸组织，俄罗斯将加入世贸组织。", nil},
		{"what a charter prescribes", "zh-Hans", "联合国应设立国际法院。安全理事会应将报告提交大会。", nil},
		{"its people are not the organisation", "zh-Hant", "我聯合國人民重申人權。", nil},
		{"what others are incited to", "zh-Hans", "大会谴责旨在鼓励国际恐怖主义的宣传。", nil},
		{"a list of makers' resolutions", "zh-Hans", "安全理事会第1737、1747和1803号决议。", []string{
			"resolution/1737 ADOPTED_BY body/unsc", "resolution/1747 ADOPTED_BY body/unsc", "resolution/1803 ADOPTED_BY body/unsc"}},
	} {
		t.Run(c.lang.Base()+" "+c.name, func(t *testing.T) {
			var got []string
			_, r := readTiny(t, v, c.lang, c.text)
			for _, s := range r.Statements {
				if s.Rule == "citation" {
					continue
				}
				claim := fmt.Sprintf("%s %s %s", s.Claim.Subject, s.Claim.Predicate, s.Claim.Object)
				if from := s.Claim.Valid.From; from != day(t, documentDay) {
					claim += " " + from.String()
				}
				got = append(got, strings.Join(strings.Fields(claim), " "))
			}
			slices.Sort(got)
			if !slices.Equal(got, c.want) {
				t.Errorf("read   %q\nwanted %q", got, c.want)
			}
		})
	}
}

// TestTheTextsOwnMakersAreWe reads a joint text: those who stand at its beginning are those who say "we".
func TestTheTextsOwnMakersAreWe(t *testing.T) {
	_, r := readTiny(t, tinyVocabulary(t), "en", "Joint Declaration\n\nThe United States and Russia,\n\nWe will cooperate to strengthen the NPT.", "declaration/joint-2002")
	for _, who := range []graph.ID{"state/usa", "state/rus"} {
		if !slices.ContainsFunc(r.Statements, func(s Statement) bool {
			return s.Claim.Subject == who && s.Claim.Predicate == graph.PredIntends && s.Claim.Object == "treaty/npt"
		}) {
			t.Errorf("nothing is intended by %s", who)
		}
	}
}
