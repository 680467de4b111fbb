package text_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"treatygraph/graph"
	"treatygraph/index/text"
)

func TestMain(m *testing.M) {
	if path := os.Getenv("TEXT_TEST_ADD_TO"); path != "" {
		addForEver(path)
		return
	}
	goleak.VerifyTestMain(m)
}

func open(t testing.TB, documents ...text.Document) *text.Index {
	t.Helper()
	x, err := text.Open("")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close() })
	if err := x.Add(documents, nil, uint32(len(documents))); err != nil {
		t.Fatal(err)
	}
	return x
}

func names(lang graph.Language, texts ...string) []text.Document {
	var list []text.Document
	for i, s := range texts {
		list = append(list, text.Document{Number: uint32(i), Kind: graph.KindTreaty, Lang: lang, Name: true, Text: s})
	}
	return list
}

// find returns the classes of what a text finds, by number.
func find(t testing.TB, x *text.Index, q text.Query) map[uint32]text.Class {
	t.Helper()
	if q.Below == 0 {
		q.Below = 1 << 31
	}
	if !q.Names && !q.Passages {
		q.Names, q.Passages = true, true
	}
	found := map[uint32]text.Class{}
	last, lastClass := uint32(0), text.Class(0)
	err := x.Search(context.Background(), q, func(c text.Class, n uint32, _ graph.Language) bool {
		if c < lastClass || c == lastClass && n <= last {
			t.Errorf("%q: document %d of class %d comes after %d of class %d", q.Text, n, c, last, lastClass)
		}
		if _, twice := found[n]; twice {
			t.Errorf("%q: document %d is visited twice", q.Text, n)
		}
		found[n], last, lastClass = c, n, c
		return true
	})
	if err != nil {
		t.Fatalf("%q: %v", q.Text, err)
	}
	return found
}

func TestEachTextIsFoundInItsBestClass(t *testing.T) {
	documents := []text.Document{
		0:  {Lang: "en", Name: true, Text: "Treaty on the Non-Proliferation of Nuclear Weapons"},
		1:  {Lang: "en", Name: true, Text: "Nuclear Non-Proliferation Treaty"},
		2:  {Lang: "ru", Name: true, Text: "Договор о нераспространении ядерного оружия"},
		3:  {Lang: "zh-Hans", Name: true, Text: "不扩散核武器条约"},
		4:  {Lang: "zh-Hant", Name: true, Text: "《不擴散核武器條約》"},
		5:  {Lang: "zh", Name: true, Text: "美国、英国、澳大利亚关于AUKUS潜艇的声明"},
		6:  {Lang: "en", Text: "The parties to the treaties on weapons met in 1995.\nThey extended them."},
		7:  {Lang: "fr", Name: true, Text: "Traité sur la non-prolifération des armes nucléaires"},
		8:  {Lang: "en", Name: true, Text: "S/RES/1540 (2004)"},
		9:  {Lang: "zh", Text: "缔约国重申\n不扩散核武器条约的重要性。"},
		10: {Lang: "ru", Name: true, Text: "Орёл"},
		11: {Lang: "th", Name: true, Text: "สนธิสัญญากรุงเทพ"},
		12: {Lang: "ja", Name: true, Text: "日本国とアメリカ合衆国との間の相互協力"},
		13: {Lang: "ko", Name: true, Text: "핵확산 금지 조약"},
		14: {Lang: "ar", Name: true, Text: "معاهدة عدم انتشار الأسلحة النووية"},
	}
	for i := range documents {
		documents[i].Number, documents[i].Kind = uint32(i), graph.KindTreaty
	}
	x := open(t, documents...)
	type classes = map[uint32]text.Class
	for _, c := range []struct {
		q    string
		want classes
	}{
		{"treaty on the non-prolif", classes{0: text.Prefix}},
		{"t", classes{0: text.Prefix, 7: text.Prefix}},
		{"nuclear weapons", classes{0: text.Phrase}},
		{"nuclear treaty", classes{0: text.AllWords, 1: text.AllWords}},
		{"non proliferation", classes{0: text.Phrase, 1: text.Phrase}},
		{"weapon", classes{0: text.AllWords, 6: text.AllWords}},
		{"the", classes{0: text.Phrase, 6: text.Phrase}}, // a passage has no beginning
		{"1995 they", classes{6: text.Phrase}},
		{"ядерное оружие", classes{2: text.AllWords}},
		{"ЯДЕРНОГО оружия", classes{2: text.Phrase}},
		{"орел", classes{10: text.Prefix}},
		{"核武器", classes{3: text.Phrase, 4: text.Phrase, 9: text.Phrase}},
		{"不擴散核", classes{3: text.Prefix, 4: text.Prefix, 9: text.Phrase}},
		{"核 条约", classes{3: text.AllWords, 4: text.AllWords, 9: text.AllWords}},
		{"核", classes{3: text.Phrase, 4: text.Phrase, 9: text.Phrase}},
		{"条约 重申", classes{9: text.AllWords}},
		{"英国、澳", classes{5: text.Phrase}},
		{"英国澳大利亚", classes{}},
		{"英国 澳大利亚", classes{5: text.AllWords}},
		{"kus潜艇", classes{5: text.Phrase}},
		{"aukus", classes{5: text.Phrase}},
		{"声明 AUKUS", classes{5: text.AllWords}},
		{"声明 NATO", classes{}},
		{"res/1540", classes{8: text.Phrase}},
		{"s/res/15", classes{8: text.Prefix}},
		{"prolifération", classes{7: text.Phrase}},
		{"กรุงเทพ", classes{11: text.Phrase}},
		{"アメリカ", classes{12: text.Phrase}},
		{"금지 조약", classes{13: text.Phrase}},
		{"الأسلحة النووية", classes{14: text.Phrase}},
		{"weap*", classes{}}, {"\"nuclear weapons", classes{0: text.Phrase}}, {"+weapons -treaty", classes{0: text.AllWords, 6: text.AllWords}},
		{"", classes{}}, {" ", classes{}}, {"、。!?", classes{}}, {"…", classes{}}, {"\x00\xff", classes{}},
	} {
		got := find(t, x, text.Query{Text: c.q})
		if fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%q finds %v, want %v", c.q, got, c.want)
		}
	}
	for _, c := range []struct {
		q    string
		want classes
	}{
		{"proliferaton", classes{0: text.Fuzzy, 1: text.Fuzzy, 7: text.Fuzzy}}, // "prolifération" is two edits away
		{"nucleer wepons", classes{0: text.Fuzzy}},
		{"договр оружия", classes{2: text.Fuzzy}},
		{"wexyons", classes{}},
		{"1996", classes{}},
		{"rez/1540", classes{}},
	} {
		if got := find(t, x, text.Query{Text: c.q, Fuzzy: true}); fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%q finds fuzzily %v, want %v", c.q, got, c.want)
		}
		if got := find(t, x, text.Query{Text: c.q}); len(got) != 0 {
			t.Errorf("%q finds %v without being asked for misspelt words", c.q, got)
		}
	}
	for _, c := range []struct {
		q    text.Query
		want classes
	}{
		{text.Query{Text: "核武器", Names: true}, classes{3: text.Phrase, 4: text.Phrase}},
		{text.Query{Text: "核武器", Passages: true}, classes{9: text.Phrase}},
		{text.Query{Text: "核武器", Below: 4}, classes{3: text.Phrase}},
		{text.Query{Text: "核武器", Langs: []graph.Language{"zh-Hant", "en"}}, classes{4: text.Phrase}},
		{text.Query{Text: "核武器", Langs: []graph.Language{"zh"}, Names: true}, classes{3: text.Phrase, 4: text.Phrase}},
		{text.Query{Text: "核武器", Kinds: graph.Set(graph.KindState)}, classes{}},
	} {
		if got := find(t, x, c.q); fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%+v finds %v, want %v", c.q, got, c.want)
		}
	}
}

func TestEveryPartOfAChineseNameIsFoundAndNothingElse(t *testing.T) {
	alphabet := []rune("中國国美核條条约約武器声聲明关於于《》()、,。 AbИ12-·")
	name := rapid.Map(rapid.SliceOfN(rapid.SampledFrom(alphabet), 1, 12), func(r []rune) string { return string(r) })
	rapid.Check(t, func(r *rapid.T) {
		texts := rapid.SliceOfN(name, 1, 12).Draw(r, "names")
		x := open(t, names("zh", texts...)...)
		defer x.Close()
		query := func(q string) {
			key := graph.NormalizeName(q)
			if !strings.ContainsFunc(key, func(r rune) bool { return r >= '一' && r <= '鿿' }) {
				return
			}
			got := find(t, x, text.Query{Text: q})
			for i, s := range texts {
				class := got[uint32(i)]
				switch name := graph.NormalizeName(s); {
				case strings.HasPrefix(name, key) != (class == text.Prefix):
					r.Errorf("%q in %q is of class %d", q, s, class)
				case strings.Contains(name, key) != (class == text.Prefix || class == text.Phrase):
					r.Errorf("%q in %q is of class %d", q, s, class)
				}
			}
		}
		for range 8 {
			whole := []rune(rapid.SampledFrom(texts).Draw(r, "of"))
			from := rapid.IntRange(0, len(whole)-1).Draw(r, "from")
			query(string(whole[from:rapid.IntRange(from+1, len(whole)).Draw(r, "to")]))
			query(name.Draw(r, "other"))
		}
	})
}

func TestABeginningOfANameOfAnyLengthIsFound(t *testing.T) {
	long := strings.Repeat("Abkommen über vieles und mehr ", 20)[:500]
	x := open(t, names("de", long, long[:300], long[:7], "other")...)
	for n := 1; n <= 250; n++ {
		q := string([]rune(long)[:n])
		if _, size := graph.NormalizeName(q), len(strings.Fields(q)); size > text.MaxQueryWords {
			break
		}
		got := find(t, x, text.Query{Text: q})
		if got[0] != text.Prefix || got[1] != text.Prefix || (got[2] == text.Prefix) != (n <= 7) || got[3] != 0 {
			t.Fatalf("the first %d characters find %v", n, got)
		}
	}
}

func TestAnswersDoNotDependOnWhatCameLater(t *testing.T) {
	var texts []string
	for i := range 300 {
		texts = append(texts, fmt.Sprintf("Treaty %d on weapons 核武器条约", i%40))
	}
	all := names("en", texts...)
	once := open(t, all[:100]...)
	later := open(t)
	for i := 0; i < 300; i += 7 {
		if err := later.Add(all[i:min(i+7, 300)], []byte{1}, uint32(min(i+7, 300))); err != nil {
			t.Fatal(err)
		}
	}
	for _, q := range []string{"weapon", "treaty 1", "武器条", "treat wepons", "treaty"} {
		query := text.Query{Text: q, Fuzzy: true, Below: 100}
		if a, b := find(t, once, query), find(t, later, query); len(a) == 0 || fmt.Sprint(a) != fmt.Sprint(b) {
			t.Errorf("%q finds %v alone, %v with later ones", q, a, b)
		}
	}
}

func TestATextThatIsTooLongIsInvalid(t *testing.T) {
	x := open(t, names("en", "a")...)
	for _, q := range []string{strings.Repeat("a", text.MaxQueryRunes+1), strings.Repeat("a ", text.MaxQueryWords+1), strings.Repeat("条 ", text.MaxQueryWords+1)} {
		err := x.Search(context.Background(), text.Query{Text: q}, nil)
		var invalid *graph.InvalidError
		if !errors.As(err, &invalid) || invalid.Record != "search" || invalid.Field != "text" {
			t.Errorf("%.20q: %v", q, err)
		}
	}
}

func TestACancelledContextEndsASearch(t *testing.T) {
	var texts []string
	for i := range 3_000 {
		texts = append(texts, fmt.Sprint("one name ", i))
	}
	x := open(t, names("en", texts...)...)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := x.Search(ctx, text.Query{Text: "name one", Names: true, Below: 1 << 20}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("the search ends with %v", err)
	}
}

func TestASearchEndsWhenTheVisitorHasEnough(t *testing.T) {
	x := open(t, names("en", "a b", "a c", "x a")...)
	visited := 0
	err := x.Search(context.Background(), text.Query{Text: "a", Names: true, Below: 9}, func(text.Class, uint32, graph.Language) bool { visited++; return visited < 2 })
	if err != nil || visited != 2 {
		t.Errorf("%d visits, %v", visited, err)
	}
}

func TestDocumentsOutOfOrderAreRefused(t *testing.T) {
	x := open(t, names("en", "a", "b")...)
	for _, n := range []uint32{0, 1, 5} {
		if err := x.Add([]text.Document{{Number: n}}, nil, 5); err == nil {
			t.Errorf("number %d after 2 and below 5 is taken", n)
		}
	}
}

func TestASavedIndexIsThereAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "text")
	x, err := text.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if mark, next := x.Mark(); mark != nil || next != 0 {
		t.Errorf("a new index has the mark %q and next %d", mark, next)
	}
	if err := x.Add(names("en", "a treaty"), []byte("first"), 10); err != nil {
		t.Fatal(err)
	}
	if err := x.Add(nil, []byte("second"), 12); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	if _, err := text.Open(path); !errors.Is(err, text.ErrLocked) || time.Since(start) > 2*time.Second {
		t.Errorf("a second Open gives %v after %v", err, time.Since(start))
	}
	if err := errors.Join(x.Close(), x.Close()); err != nil {
		t.Fatal(err)
	}
	if err := x.Search(context.Background(), text.Query{Text: "a"}, nil); !errors.Is(err, text.ErrClosed) {
		t.Errorf("searching a closed index: %v", err)
	}
	if err := x.Add(nil, nil, 13); !errors.Is(err, text.ErrClosed) {
		t.Errorf("adding to a closed index: %v", err)
	}
	x, err = text.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	if mark, next := x.Mark(); string(mark) != "second" || next != 12 || len(find(t, x, text.Query{Text: "treaty"})) != 1 {
		t.Errorf("the mark is %q, next %d", mark, next)
	}
}

func TestADamagedFolderIsEmptyOrAnError(t *testing.T) {
	build := func(t *testing.T) string {
		path := filepath.Join(t.TempDir(), "text")
		x, err := text.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer x.Close()
		if err := x.Add(names("en", "a treaty", "another"), []byte("mark"), 2); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for name, damage := range map[string]func(path string) error{
		"bolt is noise": func(p string) error {
			return os.WriteFile(filepath.Join(p, "root.bolt"), bytes.Repeat([]byte("noise"), 20_000), 0o600)
		},
		"segment is away": func(p string) error { return each(p, os.Remove) },
		"segment is cut":  func(p string) error { return each(p, func(s string) error { return os.Truncate(s, 10) }) },
		"segment is none": func(p string) error { return each(p, func(s string) error { return os.Truncate(s, 0) }) },
	} {
		t.Run(name, func(t *testing.T) {
			path := build(t)
			if err := damage(path); err != nil {
				t.Fatal(err)
			}
			x, err := text.Open(path)
			switch {
			case err == nil: // scorch leaves out the snapshots that it cannot load
				if mark, next := x.Mark(); mark != nil || next != 0 || len(find(t, x, text.Query{Text: "treaty"})) != 0 {
					t.Errorf("it opens with the mark %q and next %d", mark, next)
				}
				x.Close()
			case !errors.Is(err, text.ErrDamaged):
				t.Errorf("it opens with %v", err)
			}
			if err := os.RemoveAll(path); err != nil {
				t.Fatal(err)
			}
			if x, err = text.Open(path); err != nil {
				t.Errorf("the folder cannot be used again: %v", err)
			} else {
				x.Close()
			}
		})
	}
}

func each(path string, do func(string) error) error {
	segments, err := filepath.Glob(filepath.Join(path, "*.zap"))
	if err == nil && len(segments) == 0 {
		err = errors.New("no segments")
	}
	for _, s := range segments {
		err = errors.Join(err, do(s))
	}
	return err
}

// addForEver adds batches of 10 names whose mark says how many there are.
func addForEver(path string) {
	x, err := text.Open(path)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	_, next := x.Mark()
	for {
		var list []text.Document
		for i := range uint32(10) {
			list = append(list, text.Document{Number: next + i, Kind: graph.KindTreaty, Lang: "en", Name: true, Text: fmt.Sprintf("common name %d 条约", next+i)})
		}
		next += 10
		if err := x.Add(list, binary.BigEndian.AppendUint32(nil, next), next); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println("added")
	}
}

func TestAKillLeavesAWholeAdd(t *testing.T) {
	path := filepath.Join(t.TempDir(), "text")
	before := uint32(0)
	for round := range 8 {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "TEXT_TEST_ADD_TO="+path)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		line := make([]byte, 6)
		if n, err := out.Read(line); err != nil || string(line[:n]) != "added\n"[:n] {
			t.Fatalf("the helper says %q, %v", line, err)
		}
		time.Sleep(time.Duration(round*17) * time.Millisecond)
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		cmd.Wait()
		x, err := text.Open(path)
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		mark, next := x.Mark()
		if len(mark) != 4 || binary.BigEndian.Uint32(mark) != next || next%10 != 0 || next <= before {
			t.Errorf("round %d: the mark is %v, next %d after %d", round, mark, next, before)
		}
		before = next
		for _, q := range []string{"common", "条约"} {
			got := find(t, x, text.Query{Text: q})
			if len(got) != int(next) {
				t.Errorf("round %d: %d documents are found, want %d", round, len(got), next)
			}
		}
		x.Close()
	}
}

func FuzzSearch(f *testing.F) {
	x := open(f, slices.Concat(names("zh", "不扩散核武器条约", "《條約》(2020年)", "AUKUS 潜艇", "Договор 1", "e\u0301"))...)
	for _, s := range []string{"", "条约", "a*", "\xff", "\"", "weapns", "~2", "核 a", strings.Repeat("a", 256), strings.Repeat("ﷺ", 15), "e\u0301", "\U0001F600", "a\u0345"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if graph.NormalizeName(s) == "" {
			return
		}
		err := x.Search(context.Background(), text.Query{Text: s, Names: true, Passages: true, Fuzzy: true, Below: 9}, func(text.Class, uint32, graph.Language) bool { return true })
		if err != nil && !errors.Is(err, graph.ErrInvalid) {
			t.Error(err)
		}
	})
}

// Documents of any text can be added.
func FuzzAdd(f *testing.F) {
	x, err := text.Open("")
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { x.Close() })
	for _, s := range []string{"", "条约", "\xff", "\x00", strings.Repeat("长", 600), "เท"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		_, next := x.Mark()
		if err := x.Add([]text.Document{{Number: next, Lang: "en", Name: next%2 == 0, Text: s}}, nil, next+1); err != nil {
			t.Error(err)
		}
	})
}
