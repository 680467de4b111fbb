package extract

import (
	"fmt"
	"strings"
	"testing"

	"treatygraph/graph"
)

// smallVocabulary is a world of a few entities that tests read with.
func smallVocabulary() *Vocabulary {
	names := func(list ...string) (names []graph.Name) {
		for _, text := range list {
			role, rest, found := strings.Cut(text, ":")
			n := graph.Name{Text: text, Lang: "en", Role: graph.NameShort}
			if found {
				n.Text = rest
				n.Role, _ = graph.ParseNameRole(role)
			}
			if graph.IsCJK([]rune(n.Text)[0]) || graph.IsCJK([]rune(n.Text)[len([]rune(n.Text))-1]) {
				n.Lang = "zh"
			}
			names = append(names, n)
		}
		return names
	}
	symbol := func(s string) []graph.Identifier {
		id, err := graph.ParseIdentifier(graph.SchemeUNSymbol, s)
		if err != nil {
			panic(err)
		}
		return []graph.Identifier{id}
	}
	return NewVocabulary([]Entity{
		{ID: "state/usa", Names: names("United States", "United States of America", "美国", "ACRONYM:美")},
		{ID: "state/rus", Names: names("Russian Federation", "Russia", "Российская Федерация", "俄罗斯", "俄罗斯联邦", "ACRONYM:俄")},
		{ID: "state/irn", Names: names("Iran", "伊朗")},
		{ID: "organisation/un", Names: names("United Nations", "联合国")},
		{ID: "organisation/iaea", Names: names("International Atomic Energy Agency", "ACRONYM:IAEA", "原子能机构")},
		{ID: "organisation/wto", Names: names("World Trade Organization", "世贸组织")},
		{ID: "body/unsc", Names: names("Security Council", "Совет Безопасности", "联合国安理会", "安全理事会")},
		{ID: "treaty/npt", Names: names("OFFICIAL:Treaty on the Non-Proliferation of Nuclear Weapons", "ACRONYM:NPT", "Договор о нераспространении ядерного оружия", "不扩散核武器条约"), Dates: []graph.Date{graph.MustDate("1968-07-01")}},
		{ID: "provision/npt-article-vi", Provision: Provision{"treaty/npt", 6}},
		{ID: "treaty/start", Names: names("ACRONYM:START", "裁减战略武器条约"), Dates: []graph.Date{graph.MustDate("1991-07-31")}},
		{ID: "treaty/cfe", Names: names("CFE Treaty", "欧洲常规武装部队条约"), Dates: []graph.Date{graph.MustDate("1990-11-19")}},
		{ID: "treaty/cfe-adapted", Names: names("Adapted CFE Treaty"), Amends: []graph.ID{"treaty/cfe"}, Dates: []graph.Date{graph.MustDate("1999-11-19")}},
		{ID: "treaty/investment", Names: names("DESCRIPTIVE:美俄双边投资条约", "DESCRIPTIVE:U.S.-Russia bilateral investment treaty")},
		{ID: "declaration/2002", Names: names("Joint Declaration on the New Strategic Relationship", "新战略关系联合宣言"), Dates: []graph.Date{graph.MustDate("2002-05-24")}},
		{ID: "resolution/s-res-1540-2004", Names: names("Resolution 1540 (2004)"), Identifiers: symbol("S/RES/1540")},
		{ID: "resolution/s-res-1737-2006", Identifiers: symbol("S/RES/1737")},
		{ID: "resolution/s-res-1747-2007", Identifiers: symbol("S/RES/1747")},
		{ID: "resolution/s-res-1267-1999", Identifiers: symbol("S/RES/1267")},
		{ID: "regime/1267", Names: names("1267号制裁制度")},
		{ID: "initiative/psi", Names: names("Proliferation Security Initiative", "防扩散安全倡议")},
		{ID: "topic/bases", Names: names("在波兰设立基地")},
		{ID: "facility/centre", Names: names("国际铀浓缩中心")},
	})
}

func read(t interface{ Helper() }, raw string, lang graph.Language) (*Document, *Reading) {
	t.Helper()
	d := Segment(raw)
	about := About{Document: "document/d", Language: lang, Date: graph.MustDate("2008-04-15"), Expresses: []graph.ID{"declaration/d"}, PartID: func(p Place) graph.ID {
		return graph.ID(fmt.Sprintf("passage/d/%d-%d", p.Kind, p.Index))
	}}
	return d, Read(d, about, smallVocabulary())
}

// checkReading holds the promises of Read against any text.
func checkReading(t interface {
	Helper()
	Fatalf(string, ...any)
}, raw string, lang graph.Language) {
	t.Helper()
	d, r := read(t, raw, lang)
	quote := func(q Quote, what string) {
		var start, end int
		switch q.Kind {
		case InHeading:
			start, end = d.Sections[q.Index].Start, d.Sections[q.Index].HeadingEnd
		case InPassage:
			start, end = d.Passages[q.Index].Start, d.Passages[q.Index].End
		case InNote:
			start, end = d.Notes[q.Index].Start, d.Notes[q.Index].End
		}
		if q.Start < start || q.End > end || q.Start >= q.End {
			t.Fatalf("%s at [%d,%d) lies outside its place [%d,%d)", what, q.Start, q.End, start, end)
		}
	}
	for _, m := range r.Mentions {
		quote(m.Quote, string(m.Entity))
		if m.Entity == "" || m.Score == 0 || m.Score > 1000 || m.Reason == "" {
			t.Fatalf("mention %+v", m)
		}
	}
	for _, u := range r.Unlinked {
		quote(u.Quote, u.Text)
		if u.Reason == "" {
			t.Fatalf("unlinked %+v", u)
		}
	}
	seen := make(map[graph.StatementID]bool)
	for _, s := range r.Statements {
		if len(s.Evidence) == 0 || s.Rule == "" || s.Confidence == 0 {
			t.Fatalf("statement %+v", s)
		}
		for _, q := range s.Evidence {
			quote(q, s.Claim.Predicate.String())
		}
		if id := s.Claim.ID(); seen[id] {
			t.Fatalf("%s %s stands twice", s.Claim.Subject, s.Claim.Predicate)
		} else {
			seen[id] = true
		}
		row := s.Claim.Predicate.Row()
		if !row.Subjects.Has(s.Claim.Subject.Kind()) || s.Claim.Object != "" && !row.Objects.Has(s.Claim.Object.Kind()) || row.Objects != 0 && s.Claim.Object == "" {
			t.Fatalf("%s: the kinds of %s and %s do not fit", s.Claim.Predicate, s.Claim.Subject, s.Claim.Object)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(string([]rune(readDeclaration(f))[3500:4000]), true)
	for _, seed := range readSeeds {
		f.Add(seed, true)
		f.Add(seed, false)
	}
	f.Fuzz(func(t *testing.T, raw string, chinese bool) {
		lang := graph.Language("en")
		if chinese {
			lang = "zh"
		}
		checkReading(t, raw, lang)
	})
}

var readSeeds = []string{"", "\xff《\xfe》", "《《《》", "第1737、1747和1540号决议。", "第一九四六、号决议", "该条约。本公约。《条约》第六条", "美俄关系，美俄美俄两国", "2008 年 13 月 45 日的声明",
	"United States and Russian Federation will sign the Treaty on 6 April 2008.", "Article VI of the Treaty on the Non-Proliferation of Nuclear Weapons", "我们重申支持", "《不扩散核武器条约》之后的安排",
	"resolutions 1540 (2004), 1737 (2006) and 1747 (2007)", "S/RES/1540 (2004)", "（签名）A. B.\n\n俄罗斯", "美国提供 5,000 万美元用于设立国际铀浓缩中心", "9999999999999年1月1日", "\u202e美国\u202c反对俄罗斯"}

// Endless lines, floods and long lists end, with all that is promised of a reading. A reader that looked through all that came before at each step would take
// hours for them.
func TestReadingHostileTextsStaysBounded(t *testing.T) {
	times := 40_000
	if testing.Short() {
		times = 2_000
	}
	for name, piece := range map[string]string{
		"mentions without an end": "美国和俄罗斯支持《不扩散核武器条约》，",
		"words that point back":   "美国该条约，",
		"open titles":             "《",
		"numbers":                 "第1、",
		"quantities":              "国际铀浓缩中心67 个参与国，",
		"purposes":                "我们将合作以实现，以促进防扩散安全倡议，",
		"capitals":                "A B C ",
		"observers":               "防扩散安全倡议美国为观察员",
		"the same citation":       "《欧洲常规武装部队条约》。",
	} {
		t.Run(name, func(t *testing.T) { checkReading(t, strings.Repeat(piece, times), "zh") })
	}
}
