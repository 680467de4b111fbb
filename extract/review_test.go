package extract

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"treatygraph/graph"
)

// TestReadingMeasuresWhatIsWritten reads quantities as each language writes its numbers.
func TestReadingMeasuresWhatIsWritten(t *testing.T) {
	v := smallVocabulary()
	for _, c := range []struct {
		lang graph.Language
		text string
		want []string
	}{
		{"zh", "防扩散安全倡议有67 个参与国。", []string{"67 participants"}},
		{"zh", "防扩散安全倡议有5,000个参与国。", []string{"5000 participants"}},
		{"en", "The Proliferation Security Initiative has 1,234,567 participants.", []string{"1234567 participants"}},
		{"en", "The Proliferation Security Initiative has 12 345 participants.", []string{"12345 participants"}},
		{"en", "The Proliferation Security Initiative had in 2008 100 participants.", []string{"100 participants"}},
		{"en", "The Proliferation Security Initiative has 5,000, not 6, participants.", nil},
		{"en", "The Proliferation Security Initiative has 12345678901234567890123456 participants.", nil},
		{"en", "The Proliferation Security Initiative has 007 participants.", []string{"7 participants"}},
	} {
		var got []string
		for _, s := range Read(Segment(c.text), About{Document: "document/d", Language: c.lang, Date: graph.MustDate("2008-04-15"), PartID: testPart}, v).Statements {
			if s.Rule == "quantity" {
				got = append(got, s.Claim.Value.Amount+" "+s.Claim.Value.Unit)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: read %q, wanted %q", c.text, got, c.want)
		}
	}
}

func TestDecimalReadsNumbersAsLanguagesWriteThem(t *testing.T) {
	for _, c := range []struct {
		text         string
		decimalComma bool
		want         string
		end          int
	}{
		{"67 ", false, "67", 2}, {"17.4 t", false, "17.4", 4}, {"17,4 тонны", true, "17.4", 4}, {"17,4 t", false, "17", 2}, {"5,000", true, "5000", 5},
		{"1,234,567.5 ", false, "1234567.5", 11}, {"5 000 тонн", true, "5000", 5}, {"2008 100", false, "2008", 4}, {"5,0000", false, "5", 1}, {"5.", false, "5", 1},
		{"1234567890123456", false, "", 0}, {"x", false, "", 0}, {"", false, "", 0}, {"100 000 000 000 000 000 000", false, "100000000000000", 19},
	} {
		if got, end := decimal([]rune(c.text), 0, c.decimalComma); got != c.want || end != c.end {
			t.Errorf("%q: %q to %d, wanted %q to %d", c.text, got, end, c.want, c.end)
		}
	}
}

func testPart(p Place) graph.ID { return graph.ID(fmt.Sprintf("passage/d/%d-%d", p.Kind, p.Index)) }

// TestReadingKeepsApart gives texts that are almost what a rule reads, with their mentions marked.
func TestReadingKeepsApart(t *testing.T) {
	v := tinyVocabulary(t)
	for _, c := range []struct {
		name   string
		lang   graph.Language
		marked string
	}{
		{"the Assembly's resolution of the same number", "en", "The {General Assembly|body/unga} adopted resolution 1540 (XV) and {General Assembly|body/unga} resolution 1540."},
		{"the Assembly's resolution of the same number", "zh-Hans", "{大会|body/unga}第1540号决议。"},
		{"the Assembly's, behind it", "en", "Resolution 1540 of the {General Assembly|body/unga} is old."},
		{"a resolution with a session and a number", "en", "They recall resolution 1540/2 and resolutions 1737/4 and 1747/5."},
		{"a resolution with a session and a number", "zh-Hans", "回顾第1540/2号决议。"},
		{"a longer number", "zh-Hans", "第31540号决议。"},
		{"a word in a title that is not known", "zh-Hans", "《{中程核武条约|treaty/inf}》和《关于条约的条约》。"},
		{"an article of a list", "zh-Hans", "《{{不扩散核武器条约|treaty/npt}》第六条|provision/npt-vi}和第七条。"},
		{"the words cut off an agreement", "zh-Hans", "{美国|state/usa}和{俄罗斯|state/rus}签署{中国|state/chn}和{伊朗|state/irn}之间的双边条约。"},
	} {
		t.Run(c.lang.Base()+" "+c.name, func(t *testing.T) {
			text := plain(c.marked)
			if _, r := readTiny(t, v, c.lang, text); marked(text, r.Mentions) != c.marked {
				t.Errorf("read   %s\nwanted %s\nunlinked %+v", marked(text, r.Mentions), c.marked, r.Unlinked)
			}
		})
	}
}

// TestReadingDoesNotSay gives texts in which a rule's words stand for something else, and what is said all the same.
func TestReadingDoesNotSay(t *testing.T) {
	v := tinyVocabulary(t)
	for _, c := range []struct {
		name string
		lang graph.Language
		text string
		want []string
	}{
		{"a heading with 导致", "zh-Hans", "俄罗斯的政策导致美国\n\n这是一个句子。", nil},
		{"a heading with 一致", "zh-Hans", "俄罗斯和美国一致同意各项原则\n\n这是一个句子。", nil},
		{"a heading with 致使", "zh-Hans", "俄罗斯致使美国\n\n这是一个句子。", nil},
		{"a letter's heading", "zh-Hans", "俄罗斯致美国的信函\n\n这是一个句子。", []string{"document/test ADDRESSED_TO state/usa", "document/test AUTHORED_BY state/rus"}},
		{"a letter's heading", "en", "Letter from Russia addressed to the United States\n\nThis is a sentence.", []string{"document/test ADDRESSED_TO state/usa", "document/test AUTHORED_BY state/rus"}},
		{"an opposition denied", "en", "Russia does not oppose missile defence.", nil},
		{"a support denied", "en", "Russia does not support missile defence.", []string{"state/rus OPPOSES topic/missile-defence"}},
		{"no intention", "en", "Russia will not sign the INF Treaty.", nil},
		{"no intention", "zh-Hans", "俄罗斯不会支持导弹防御。", nil},
		{"no opposition", "zh-Hans", "俄罗斯不反对导弹防御。", nil},
		{"has not entered into force", "en", "The INF Treaty has not entered into force on 1 June 1988.", nil},
		{"not in force", "zh-Hans", "《中程核武条约》1988年6月1日尚未生效。", nil},
		{"in force", "zh-Hans", "《中程核武条约》1988年6月1日生效。", []string{"treaty/inf ENTERED_INTO_FORCE"}},
		{"what is not done, and what is", "zh-Hans", "俄罗斯将不签署《中程核武条约》，美国将签署《中程核武条约》。", []string{"state/usa INTENDS treaty/inf"}},
		{"a support denied", "ru", "Россия не поддерживает ДНЯО.", []string{"state/rus OPPOSES treaty/npt"}},
		{"an opposition denied", "ru", "Россия не отвергает ДНЯО.", nil},
		{"an event in the next sentence", "en", "The INF Treaty entered into force. On 1 June 1988 nothing happened.", nil},
	} {
		t.Run(c.lang.Base()+" "+c.name, func(t *testing.T) {
			var got []string
			_, r := readTiny(t, v, c.lang, c.text)
			for _, s := range r.Statements {
				if s.Rule != "citation" {
					got = append(got, strings.TrimSpace(fmt.Sprintf("%s %s %s", s.Claim.Subject, s.Claim.Predicate, s.Claim.Object)))
				}
			}
			slices.Sort(got)
			if !slices.Equal(got, c.want) {
				t.Errorf("read   %q\nwanted %q", got, c.want)
			}
		})
	}
}

// TestReadingOddTextsHoldsItsPromises tries what breaks readers: words at the very ends, marks without their fellows, numbers without an end.
func TestReadingOddTextsHoldsItsPromises(t *testing.T) {
	for _, raw := range []string{
		"the", "t", "the Treaty", "Treaty", "Article", "Article ", "Article VI of the", "article civil of the Treaty", "resolution", "resolutions 1540 (", "resolutions 1540 (2004", "6 April", "April 6,", "April 6, ",
		"第", "第 ", "第六", "第六条", "第1540(", "第1540号", "第1540号决", "2008 年", "2008 年 4", "《", "《》", "《条约", "《条约》", "A/", "/", "S/RES/", "S/RES/1540 (", "美", "美俄", "该", "该条约", "the Statute of the ", "Statute of the Court",
		"《不扩散核武器条约》", "《不扩散核武器条约》之", "不扩散核武器条约第六条第六条", "declaration of ", "declaration of 24 May 2002", "2002年5月24日的", "2002年5月24日的联合宣言", "美国和俄罗斯之间的双边条约", "美国、俄罗斯和伊朗之间的双边条约",
		"《美俄双边投资条约》。美国和俄罗斯之间的双边条约第六条，美国和伊朗之间的双边条约。", "5,", "5,000", "5,0", "0.", "0.5", ".5 吨", "①②③", "１５４０号决议", "第１５４０（２００４）号决议", "İstanbul İ", "ﬀ ß", "\u0301Treaty", "a\u0301 treaty",
		strings.Repeat("美国 ", 50) + strings.Repeat("  \n \n", 50) + "支持《不扩散核武器条约》。", "美国" + strings.Repeat(" \t", 20_000) + "支持不扩散核武器条约。",
	} {
		for _, lang := range []graph.Language{"zh", "en", "ru"} {
			checkReading(t, raw, lang)
			checkReading(t, raw+"\n\n"+raw+"。", lang)
			checkReading(t, raw+"："+raw+"。", lang)
		}
	}
}
