package ingest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"treatygraph/extract"
	"treatygraph/graph"
)

// leastAgreement is the share of the entities mentioned in one language that the other language's text of the same article must mention, too.
const leastAgreement = 0.9

// TestEvalTheMachineFindsTheSameInBothLanguagesOfATreaty reads treaties whose articles stand side by side in traditional Chinese and English, with the
// shipped vocabulary, and compares what the two texts of an article mention. Nobody marked these texts: what both readings overlook counts as agreement.
func TestEvalTheMachineFindsTheSameInBothLanguagesOfATreaty(t *testing.T) {
	texts, complete := bilingualTexts(t)
	c := corpusFiles(t)
	v := vocabularyOf(everything(c))
	all, others := agreement{name: "in total"}, agreement{name: "in total, besides the text's own instrument"}
	var table, detail bytes.Buffer
	for _, text := range texts {
		own := expressedBy(c, text)
		row := agreement{name: text.name}
		for _, part := range text.parts() {
			zh, en := mentionsOf(part.zh, "zh-Hant", own, v), mentionsOf(part.en, "en", own, v)
			row.compare(zh, en)
			all.compare(zh, en)
			fmt.Fprint(&detail, differences(text.name+" "+part.name, zh, en))
			for _, id := range own {
				delete(zh, id)
				delete(en, id)
			}
			others.compare(zh, en)
		}
		fmt.Fprintln(&table, row)
	}
	fmt.Fprintf(&table, "%v\n%v\n", all, others)
	fmt.Print(table.String())
	if *showEval {
		fmt.Print(detail.String())
	}
	if zh, en := ratio(all.entities.both, all.entities.zh), ratio(all.entities.both, all.entities.en); zh < leastAgreement || en < leastAgreement {
		t.Errorf("of the entities in Chinese %.3f are in English, the other way %.3f; wanted are %.2f", zh, en, leastAgreement)
	}
	if complete {
		goldenFigures(t, "testdata/gold/bilingual.figures", table.Bytes())
	}
}

// An agreement counts what two languages' texts mention: entities, once for each article, and all mentions.
type agreement struct {
	name               string
	entities, mentions tally
}

type tally struct{ zh, en, both int }

func (n tally) String() string {
	return fmt.Sprintf("zh in en %.3f (%d of %d)  en in zh %.3f (%d of %d)", ratio(n.both, n.zh), n.both, n.zh, ratio(n.both, n.en), n.both, n.en)
}

func (a agreement) String() string {
	return fmt.Sprintf("%-44s entities %v  mentions %v", a.name, a.entities, a.mentions)
}

// compare adds an article. A mention has its counterpart as long as the other language has as many.
func (a *agreement) compare(zh, en map[graph.ID][]string) {
	for id := range zh {
		a.entities.zh++
		a.mentions.zh += len(zh[id])
		if len(en[id]) > 0 {
			a.entities.both++
		}
		a.mentions.both += min(len(zh[id]), len(en[id]))
	}
	for id := range en {
		a.entities.en++
		a.mentions.en += len(en[id])
	}
}

// differences lists what only one language's text of an article mentions, or mentions more often.
func differences(part string, zh, en map[graph.ID][]string) string {
	var b strings.Builder
	list := func(side string, more, fewer map[graph.ID][]string) {
		for _, id := range slices.Sorted(maps.Keys(more)) {
			if n := len(more[id]) - len(fewer[id]); n > 0 {
				much := "only"
				if len(fewer[id]) > 0 {
					much = "more"
				}
				fmt.Fprintf(&b, "%s: %s in %s %s: %s\n", part, much, side, id, strings.Join(more[id], " | "))
			}
		}
	}
	list("zh", zh, en)
	list("en", en, zh)
	return b.String()
}

// mentionsOf returns the words that mention each entity, the text read as a document of its own.
func mentionsOf(text string, lang graph.Language, own []graph.ID, v *extract.Vocabulary) map[graph.ID][]string {
	about := extract.About{
		Document: "document/test", Language: lang, Expresses: own,
		PartID: func(p extract.Place) graph.ID { return graph.ID(fmt.Sprintf("passage/test/%d-%d", p.Kind, p.Index)) },
	}
	parts := extract.Segment(text)
	found := make(map[graph.ID][]string)
	for _, m := range extract.Read(parts, about, v).Mentions {
		found[m.Entity] = append(found[m.Entity], parts.Raw(m.Start, m.End))
	}
	return found
}

// A bilingualText is a treaty of the test data.
type bilingualText struct {
	name       string
	TitleZh    string `json:"treaty_zh"`
	TitleEn    string `json:"treaty_en"`
	PreambleZh string `json:"preamble_zh"`
	PreambleEn string `json:"preamble_en"`
	Articles   []bilingualArticle
}

type bilingualArticle struct {
	Article   string
	TitleZh   string `json:"title_zh"`
	TitleEn   string `json:"title_en"`
	ContentZh string `json:"content_zh"`
	ContentEn string `json:"content_en"`
}

type bilingualPart struct{ name, zh, en string }

func (b *bilingualText) parts() []bilingualPart {
	list := []bilingualPart{{"preamble", b.PreambleZh, b.PreambleEn}}
	for _, a := range b.Articles {
		list = append(list, bilingualPart{a.Article, a.TitleZh + "\n\n" + a.ContentZh, a.TitleEn + "\n\n" + a.ContentEn})
	}
	return list
}

// bilingualTexts reads the test data, which are not part of the project; where they are not there, complete is false and one kept text serves.
func bilingualTexts(t *testing.T) (texts []*bilingualText, complete bool) {
	t.Helper()
	dir := os.Getenv("TREATYGRAPH_TESTDATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared", "data")
	}
	files, err := filepath.Glob(filepath.Join(dir, "texts", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Logf("no treaties in two languages in %s: the Outer Space Treaty of testdata/gold serves alone; set TREATYGRAPH_TESTDATA to the folder that holds texts/", filepath.Join(dir, "texts"))
		return []*bilingualText{keptText(t)}, false
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		text := &bilingualText{name: strings.TrimSuffix(filepath.Base(file), ".json")}
		if err := json.Unmarshal(content, text); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		texts = append(texts, text)
	}
	return texts, true
}

// keptText is the Outer Space Treaty, from the texts that a person marked.
func keptText(t *testing.T) *bilingualText {
	t.Helper()
	zh, en := readMarkedLines(t, "testdata/gold/outer-space.zh.mentions.txt"), readMarkedLines(t, "testdata/gold/outer-space.en.mentions.txt")
	text := &bilingualText{name: "outer-space", TitleZh: zh[0].plain, TitleEn: en[0].plain, PreambleZh: zh[1].plain, PreambleEn: en[1].plain}
	for i := range zh[2:] {
		text.Articles = append(text.Articles, bilingualArticle{Article: zh[i+2].mark, ContentZh: zh[i+2].plain, ContentEn: en[i+2].plain})
	}
	return text
}

// expressedBy returns the instrument that a title of the text names.
func expressedBy(c *Corpus, text *bilingualText) []graph.ID {
	for _, ds := range c.Datasets {
		for i := range ds.Desired {
			a := &ds.Desired[i]
			if a.Predicate != graph.PredNamed || !graph.Instruments.Has(a.Subject.Kind()) {
				continue
			}
			if name := graph.NormalizeName(a.Value.Text); name == graph.NormalizeName(text.TitleEn) || name == graph.NormalizeName(text.TitleZh) {
				return []graph.ID{a.Subject}
			}
		}
	}
	return nil
}

// goldenFigures compares figures with those that were accepted. Better ones fail, too, until they are.
func goldenFigures(t *testing.T, file string, figures []byte) {
	t.Helper()
	if *updateEval {
		if err := os.WriteFile(file, figures, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, figures) {
		t.Errorf("the figures differ from %s: read what changed, then accept them with -update", file)
	}
}
