package text_test

import (
	"strings"
	"testing"

	"treatygraph/graph"
	"treatygraph/index/text"
)

// marked shows marks as square brackets.
func marked(s string, marks []text.Mark) string {
	runes, at := []rune(s), 0
	var b strings.Builder
	for _, m := range marks {
		b.WriteString(string(runes[at:m.Start]) + "[" + string(runes[m.Start:m.End]) + "]")
		at = m.End
	}
	return b.String() + string(runes[at:])
}

func TestWhatAQueryFoundIsMarkedWhereItStands(t *testing.T) {
	for _, c := range []struct {
		query string
		class text.Class
		lang  graph.Language
		want  string
	}{
		{"treaty on the proh", text.Prefix, "en", "[Treaty on the Proh]ibition of Nuclear Weapons"},
		{"Treaty", text.Prefix, "en", "[Treaty] after treaty"},
		{"裁減戰略", text.Prefix, "zh", "《[裁减战略]武器条约》"},
		{"nuclear weapons", text.Phrase, "en", "No [nuclear  weapons], weapons nuclear; [Nuclear-weapons]"},
		{"核武器", text.Phrase, "zh", "[核武器]与[核\n\n武器]、核 的武器"},
		{"2001年宣言", text.Phrase, "zh", "见 [2001 年宣言]"},
		{"40號決議", text.Phrase, "zh", "第 15[40 号决议]"},
		{"反恐", text.Phrase, "zh-Hant", "[反恐]怖與[反恐反恐]"},
		{"weapon of the treaties", text.AllWords, "en", "The [Treaty] on [Weapons] of war"},
		{"ядерное оружие", text.AllWords, "ru", "о нераспространении [ядерного] [оружия]"},
		{"ядерное оружие", text.AllWords, "en", "ядерного оружия [оружие]"}, // inflections are those of the text's language
		{"the", text.AllWords, "en", "[The] end of [the] line"},
		{"合作 伙伴", text.AllWords, "zh", "[伙伴]关系与[合作]"},
		{"条约 START", text.AllWords, "zh", "[START] [条约]"},
		{"nuclaer wepons 2001", text.Fuzzy, "en", "[Nuclear] [weapons] of 2002 and [2001], nucleic"},
		{"мёд", text.Phrase, "ru", "[мед] и [МЁД] и [ме\u0308д]"},
		{"ｎｐｔ", text.Phrase, "en", "the [NPT]"},
		{"strasse", text.Phrase, "de", "die [Straße]"},
	} {
		h, err := text.NewHighlighter(c.query)
		if err != nil {
			t.Fatal(err)
		}
		plain := strings.NewReplacer("[", "", "]", "").Replace(c.want)
		if got := marked(plain, h.Marks(c.class, c.lang, plain)); got != c.want {
			t.Errorf("%q marks\n%s, want\n%s", c.query, got, c.want)
		}
	}
}

func FuzzHighlight(f *testing.F) {
	for _, s := range []string{"", "条约 treaty", "a*", "\xff", "e\u0301 é", "№ 1", "\u0e01\u0e02 ก", strings.Repeat("ﷺ", 15), "カタカナ ひらがな 3カ月"} {
		f.Add(s, s+" "+s)
		f.Add("条约", s)
	}
	f.Fuzz(func(t *testing.T, query, body string) {
		h, err := text.NewHighlighter(query)
		if err != nil {
			return
		}
		n := len([]rune(body))
		for class := text.Prefix; class <= text.Fuzzy; class++ {
			for _, lang := range []graph.Language{"en", "ru", "zh"} {
				last := -1
				for _, m := range h.Marks(class, lang, body) {
					if m.Start <= last || m.End <= m.Start || m.End > n {
						t.Fatalf("class %d: mark %v after %d in %d characters", class, m, last, n)
					}
					last = m.End
				}
			}
		}
	})
}
