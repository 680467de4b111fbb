package ingest

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"treatygraph/corpus"
	"treatygraph/extract"
	"treatygraph/graph"
)

// benchVocabulary is the shipped vocabulary, with more made-up names of treaties, bodies and persons in Chinese, English and Russian.
func benchVocabulary(b *testing.B, more int) *extract.Vocabulary {
	b.Helper()
	c := load(b, corpus.Files)
	random := rand.New(rand.NewPCG(1, 2))
	zh, en, ru := []rune("安全合作贸易投资环境保护文化教育科学技术海洋航空通信卫生农业渔业能源矿产交通旅游金融税收司法引渡边界领事"),
		strings.Fields("Agreement Convention Protocol Maritime Trade Culture Science Fisheries Aviation Boundary Consular Taxation Extradition Energy Health Postal Transit"),
		strings.Fields("Соглашение Конвенция Протокол морской торговле культуре науке рыболовстве авиации границе консульский налогах выдаче энергии здравоохранении")
	words := func(from []string, n int) string {
		list := make([]string, n)
		for i := range list {
			list[i] = from[random.IntN(len(from))]
		}
		return strings.Join(list, " ")
	}
	return vocabularyOf(func(yield func(*graph.Assertion) bool) {
		for a := range everything(c) {
			if !yield(a) {
				return
			}
		}
		for i := range more {
			n := graph.Name{Lang: "zh", Role: graph.NameShort}
			switch i % 3 {
			case 0:
				r := make([]rune, 4+random.IntN(12))
				for k := range r {
					r[k] = zh[random.IntN(len(zh))]
				}
				n.Text = string(r) + "协定"
			case 1:
				n.Text, n.Lang = words(en, 3+random.IntN(5)), "en"
			case 2:
				n.Text, n.Lang = words(ru, 3+random.IntN(4)), "ru"
			}
			a := curated("dataset/bench", graph.Claim{Subject: graph.ID(fmt.Sprintf("treaty/bench-%d", i)), Predicate: graph.PredNamed, Value: nameValue(n)})
			if !yield(&a) {
				return
			}
		}
	})
}

// BenchmarkReadDeclaration is all of the reading of the declaration once the authority is loaded: segments, mentions, links, statements.
func BenchmarkReadDeclaration(b *testing.B) {
	benchmarkRead(b, benchVocabulary(b, 0), declarationText(b))
}

// BenchmarkReadWith100000Names reads a text of 1 MB with 100,000 names loaded: one as dense in names as the declaration, where every 24th character begins a
// mention, and one with a mention in some 120 characters, as the treaties on which the reading is tried have (see TestEval… of both languages).
func BenchmarkReadWith100000Names(b *testing.B) {
	v := benchVocabulary(b, 100_000)
	declaration := declarationText(b)
	b.Run("dense", func(b *testing.B) { benchmarkRead(b, v, strings.Repeat(declaration, 55)) })
	plain := plainPassages(b, declaration)
	b.Run("treaty", func(b *testing.B) {
		benchmarkRead(b, v, strings.Repeat(declaration+strings.Repeat(plain, 24), 10))
	})
}

func declarationText(b *testing.B) string {
	body, err := fs.ReadFile(corpus.Files, "documents/declaration.zh.txt")
	if err != nil {
		b.Fatal(err)
	}
	return string(body)
}

// plainPassages are passages of the declaration that mention little, as they stand.
func plainPassages(b *testing.B, declaration string) string {
	var list []string
	for _, p := range extract.Segment(declaration).Passages {
		if strings.HasPrefix(p.Text, "我们将合作实现关键的目标") || strings.HasPrefix(p.Text, "我们认识到防止大规模") || strings.HasPrefix(p.Text, "我们将与其他生产国") {
			list = append(list, p.Text)
		}
	}
	if len(list) != 3 {
		b.Fatalf("%d passages", len(list))
	}
	return "\n\n" + strings.Join(list, "\n\n")
}

func benchmarkRead(b *testing.B, v *extract.Vocabulary, body string) {
	text := graph.NewText("zh", body, nil)
	d := &Document{ID: declarationID, Language: "zh", Date: graph.MustDate("2008-04-15"), Expresses: []graph.ID{strategicFramework}}
	b.SetBytes(int64(len(text.Body)))
	b.ReportAllocs()
	mentions := 0
	for b.Loop() {
		h := hold(d, text)
		reading := extract.Read(h.parts, extract.About{Document: h.ID, Language: h.Language, Date: h.Date, Expresses: h.Expresses, PartID: h.partOf}, v)
		mentions = len(reading.Mentions)
	}
	if mentions < 270 {
		b.Fatalf("only %d mentions", mentions)
	}
	b.ReportMetric(float64(utf8.RuneCountInString(body))/float64(mentions), "characters/mention")
}
