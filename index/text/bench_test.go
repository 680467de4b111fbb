package text_test

import (
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"testing"

	"treatygraph/graph"
	"treatygraph/index/text"
)

// benchNames makes n names such as treaties have: two fifths Chinese, two fifths English, one fifth Russian. Half of the Chinese ones
// are agreements (协定), 1 in 4,000 names the Antarctic (南极).
func benchNames(n int) []text.Document {
	random := rand.New(rand.NewPCG(1, 2))
	pick := func(list ...string) string { return list[random.IntN(len(list))] }
	syllables := []string{"ka", "ro", "mi", "ven", "sta", "lor", "ia", "ber", "tun", "gal", "os", "pra", "zim", "ne", "du", "li", "shan", "qua", "er", "bo"}
	place := func() string {
		return fmt.Sprintf("%s%s%s", pick(syllables...), pick(syllables...), pick(syllables...))
	}
	han := []rune("阿巴西中美英法俄德日意加拿大澳利亚新兰印度尼泰国马来古智秘鲁墨哥埃及南非肯坦桑乌干达波匈捷克罗保加希腊土耳其伊朗拉沙特约旦")
	hanPlace := func() string {
		return string([]rune{han[random.IntN(len(han))], han[random.IntN(len(han))], han[random.IntN(len(han))]})
	}
	list := make([]text.Document, n)
	for i := range list {
		d := text.Document{Number: uint32(i), Kind: graph.KindTreaty, Name: true}
		year := 1900 + random.IntN(125)
		switch i % 5 {
		case 0, 1:
			d.Lang = "zh"
			kind := pick("协定", "条约", "议定书", "公约")
			if i%5 == 0 {
				kind = "协定"
			}
			d.Text = fmt.Sprintf("%s政府和%s政府关于%s%s的%s(%d年)", hanPlace(), hanPlace(), pick("经济", "科学技术", "文化", "航空运输", "避免双重征税", "核能和平利用", "引渡"), pick("合作", "交流", "事务", "问题"), kind, year)
			if i%4_000 == 0 {
				d.Text = "《南极" + d.Text + "》"
			}
		case 2, 3:
			d.Lang = "en"
			d.Text = fmt.Sprintf("%s between the Government of %s and the Government of %s %s %s, %d", pick("Agreement", "Treaty", "Protocol", "Exchange of notes"), place(), place(),
				pick("concerning", "on", "regarding cooperation in"), pick("air transport", "double taxation", "peaceful uses of nuclear energy", "cultural relations", "extradition of offenders", "fisheries"), year)
		default:
			d.Lang = "ru"
			d.Text = fmt.Sprintf("%s между Правительством %s и Правительством %s %s, %d", pick("Соглашение", "Договор", "Протокол"), place(), place(),
				pick("о воздушном сообщении", "об избежании двойного налогообложения", "о культурном сотрудничестве", "о нераспространении ядерного оружия"), year)
		}
		list[i] = d
	}
	return list
}

const benchCount, benchBatch = 100_000, 5_000

func addAll(tb testing.TB, x *text.Index, list []text.Document) {
	for at := 0; at < len(list); at += benchBatch {
		end := min(at+benchBatch, len(list))
		if err := x.Add(list[at:end], nil, uint32(end)); err != nil {
			tb.Fatal(err)
		}
	}
}

func BenchmarkAdd(b *testing.B) {
	list := benchNames(benchCount)
	for b.Loop() {
		path := filepath.Join(b.TempDir(), "text")
		x, err := text.Open(path)
		if err != nil {
			b.Fatal(err)
		}
		before := heap()
		addAll(b, x, list)
		b.ReportMetric(float64(heap()-before)/benchCount, "heap-B/name")
		if err := x.Close(); err != nil {
			b.Fatal(err)
		}
		var size int64
		filepath.WalkDir(path, func(_ string, e fs.DirEntry, err error) error {
			if info, err := e.Info(); err == nil && !e.IsDir() {
				size += info.Size()
			}
			return err
		})
		b.ReportMetric(float64(size)/benchCount, "disk-B/name")
	}
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func BenchmarkSearch(b *testing.B) {
	x := open(b)
	addAll(b, x, benchNames(benchCount))
	for _, bench := range []struct {
		name string
		q    text.Query
	}{
		{"chinese/few", text.Query{Text: "南极"}},
		{"chinese/20000", text.Query{Text: "协定"}},
		{"chinese/long", text.Query{Text: "核能和平利用合作的协定"}},
		{"chinese/one", text.Query{Text: "核"}},
		{"chinese/apart", text.Query{Text: "引渡 2004"}},
		{"english/two", text.Query{Text: "nuclear extradition"}},
		{"english/common", text.Query{Text: "nuclear energy"}},
		{"english/phrase", text.Query{Text: "between the government of"}},
		{"russian/words", text.Query{Text: "ядерное оружие"}},
		{"fuzzy", text.Query{Text: "extraditon karomivn", Fuzzy: true}},
		{"fuzzy/common", text.Query{Text: "nucler enrgy", Fuzzy: true}},
		{"prefix/few", text.Query{Text: "treaty between the government of kar"}},
		{"prefix/common", text.Query{Text: "agreement between the gov"}},
		{"prefix/one", text.Query{Text: "a"}},
	} {
		bench.q.Names, bench.q.Below = true, benchCount
		b.Run(bench.name, func(b *testing.B) {
			hits := 0
			for b.Loop() {
				hits = 0
				if err := x.Search(context.Background(), bench.q, func(text.Class, uint32, graph.Language) bool { hits++; return true }); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(hits), "hits")
		})
	}
}
