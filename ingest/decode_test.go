package ingest

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	textunicode "golang.org/x/text/encoding/unicode"

	"treatygraph/corpus"
	"treatygraph/graph"
)

// Texts to be encoded: the treaty on non-proliferation in Russian and Ukrainian, the convention on diplomatic relations in
// traditional Chinese, and, for what must not be taken for one of those, whatever the language is written in.
const (
	russianText = "ДОГОВОР О НЕРАСПРОСТРАНЕНИИ ЯДЕРНОГО ОРУЖИЯ\n\nСтатья I\n\nКаждое из государств — участников настоящего Договора, обладающих ядерным оружием, " +
		"обязуется не передавать кому бы то ни было ядерное оружие или другие ядерные взрывные устройства, а также контроль над таким оружием или взрывными устройствами " +
		"ни прямо, ни косвенно; равно как и никоим образом не помогать, не поощрять и не побуждать какое-либо государство, не обладающее ядерным оружием, к производству " +
		"или к приобретению каким-либо иным способом ядерного оружия. США, СССР и МАГАТЭ («Агентство») объявили о её действии 5 марта 1970 г.\n"
	ukrainianText = "Кожна з держав — учасниць цього Договору, що володіють ядерною зброєю, зобов'язується не передавати кому б то не було ядерну зброю або інші ядерні вибухові " +
		"пристрої, а також контроль над такою зброєю. Україна приєдналася до Договору 16 листопада 1994 року.\n"
	traditionalText = "本公約各當事國：鑑於各國人民自古即已確認外交代表之地位，察及聯合國憲章之宗旨及原則中有各國主權平等，維持國際和平與安全，以及促進國際間友好關係等項，" +
		"深信關於外交往來，特權及豁免國際公約當能有助於各國間友好關係之發展，此項關係對於各國憲政及社會制度之差異，在所不問，爰議定條款如下：\n"

	frenchText   = "Les États dotés d'armes nucléaires qui sont parties au Traité s'engagent à ne transférer à qui que ce soit, ni directement ni indirectement, des armes nucléaires.\n"
	greekText    = "Κάθε κράτος που διαθέτει πυρηνικά όπλα και είναι συμβαλλόμενο μέρος της Συνθήκης αναλαμβάνει να μην μεταβιβάσει σε κανέναν πυρηνικά όπλα.\n"
	hebrewText   = "כל מדינה בעלת נשק גרעיני שהיא צד לאמנה מתחייבת שלא להעביר לאיש נשק גרעיני או התקני נפץ גרעיניים אחרים.\n"
	arabicText   = "تتعهد كل دولة من الدول الحائزة للأسلحة النووية تكون طرفا في هذه المعاهدة بعدم نقلها إلى أي مكان لا مباشرة ولا بصورة غير مباشرة.\n"
	japaneseText = "締約国である核兵器国は、核兵器その他の核爆発装置又はその管理をいかなる者に対しても直接又は間接に移譲しないことを約束する。\n"
	koreanText   = "핵무기보유 조약당사국은 여하한 핵무기 또는 핵폭발장치 또는 그러한 무기 또는 장치에 대한 관리를 직접적으로 또는 간접적으로 어떠한 수령자에 대하여도 양도하지 않을 것을 약속한다.\n"
)

var (
	utf16LE = textunicode.UTF16(textunicode.LittleEndian, textunicode.IgnoreBOM)
	utf16BE = textunicode.UTF16(textunicode.BigEndian, textunicode.IgnoreBOM)
)

func declaration(t testing.TB) string {
	t.Helper()
	content, err := fs.ReadFile(corpus.Files, "documents/declaration.zh.txt")
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func encoded(t interface{ Fatal(...any) }, e encoding.Encoding, text string) []byte {
	b, err := e.NewEncoder().Bytes([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestATextIsTheSameInEveryEncoding(t *testing.T) {
	none := encoding.Nop
	for name, test := range map[string]struct {
		text     string
		encoding encoding.Encoding
		mark     string
		want     Encoding
	}{
		"Chinese in UTF-8":                     {declaration(t), none, "", UTF8},
		"Chinese in UTF-8 with a mark":         {declaration(t), none, "\uFEFF", UTF8},
		"Chinese in UTF-16LE":                  {declaration(t), utf16LE, "", UTF16LE},
		"Chinese in UTF-16LE with a mark":      {declaration(t), utf16LE, "\xFF\xFE", UTF16LE},
		"Chinese in UTF-16BE":                  {declaration(t), utf16BE, "", UTF16BE},
		"Chinese in UTF-16BE with a mark":      {declaration(t), utf16BE, "\xFE\xFF", UTF16BE},
		"Chinese in GB18030":                   {declaration(t), simplifiedchinese.GB18030, "", GB18030},
		"Chinese in GB18030 with a mark":       {declaration(t), simplifiedchinese.GB18030, "\x84\x31\x95\x33", GB18030},
		"Chinese in GBK":                       {declaration(t), simplifiedchinese.GBK, "", GB18030},
		"traditional Chinese in GBK":           {traditionalText, simplifiedchinese.GBK, "", GB18030},
		"traditional Chinese in UTF-16BE":      {traditionalText, utf16BE, "", UTF16BE},
		"four-byte characters in GB18030":      {traditionalText + "𠀀㐀", simplifiedchinese.GB18030, "", GB18030},
		"pairs of surrogates in UTF-16LE":      {traditionalText + "𠀀", utf16LE, "", UTF16LE},
		"Russian in UTF-8":                     {russianText, none, "", UTF8},
		"Russian in windows-1251":              {russianText, charmap.Windows1251, "", Windows1251},
		"Russian in windows-1251, capitals":    {strings.ToUpper(russianText), charmap.Windows1251, "", Windows1251},
		"Russian in windows-1251, small":       {strings.ToLower(russianText), charmap.Windows1251, "", Windows1251},
		"Ukrainian in windows-1251":            {ukrainianText, charmap.Windows1251, "", Windows1251},
		"Russian in KOI8-R":                    {koi8(russianText), charmap.KOI8R, "", KOI8R},
		"Russian in KOI8-R, capitals":          {koi8(strings.ToUpper(russianText)), charmap.KOI8R, "", KOI8R},
		"Russian in KOI8-R, small":             {koi8(strings.ToLower(russianText)), charmap.KOI8R, "", KOI8R},
		"Russian in UTF-16LE":                  {russianText, utf16LE, "", UTF16LE},
		"French in UTF-16BE":                   {frenchText, utf16BE, "", UTF16BE},
		"Arabic in UTF-16LE":                   {arabicText, utf16LE, "", UTF16LE},
		"English in UTF-16LE":                  {"Article I\n\nEach party\n", utf16LE, "", UTF16LE},
		"Chinese between English":              {strings.Repeat("The Treaty (《条约》) says so. ", 10), simplifiedchinese.GB18030, "", GB18030},
		"one endless line":                     {strings.Repeat(strings.ReplaceAll(russianText, "\n", " "), 200), charmap.Windows1251, "", Windows1251},
		"characters of direction, odd breaks":  {"甲\u202E乙\u2066\u200F丙\u2028\v\f\r\n\u0085丁\x1A", none, "", UTF8},
		"a single character":                   {"x", none, "", UTF8},
		"nothing but ASCII, said to be Korean": {"Article I", none, "", UTF8},
	} {
		t.Run(name, func(t *testing.T) {
			original := append([]byte(test.mark), encoded(t, test.encoding, test.text)...)
			for _, lang := range []graph.Language{"zh", "zh-Hant", "ru", "uk", "en", "ko"} {
				body, found, err := DecodeText(lang, original)
				if err != nil || found != test.want || body != test.text {
					t.Fatalf("as %s: %s, error %v, %d bytes, want %s, %d bytes", lang, found, err, len(body), test.want, len(test.text))
				}
				text, err := ReadText(lang, original)
				if err != nil || text.Body != body || text.Hash != graph.HashText(body) || text.Lang != lang {
					t.Fatalf("as %s: error %v, %+v", lang, err, text)
				}
				if changed := string(original) != body; changed != (text.Original != nil) || changed && !bytes.Equal(text.Original, original) {
					t.Fatalf("as %s: %d bytes of the original are kept, of %d", lang, len(text.Original), len(original))
				}
			}
		})
	}
}

// koi8 takes away what KOI8-R does not have.
func koi8(text string) string {
	return strings.NewReplacer("—", "-", "«", `"`, "»", `"`).Replace(text)
}

func TestWhereBytesMeanTwoThingsTheLanguageDecides(t *testing.T) {
	tests := []struct {
		bytes string
		want  map[graph.Language]string // "" is refused
	}{
		{"\xD1\xD1\xD1\xD0", map[graph.Language]string{"ru": "СССР", "bg": "СССР", "zh": "蜒研", "zh-Hans": "蜒研", "en": ""}},
		{"\xCC\xF5\xD4\xBC", map[graph.Language]string{"zh": "条约", "ru": "", "fr": ""}},
		{"\xEC\xE8\xF0", map[graph.Language]string{"ru": "мир", "zh": "", "en": ""}},         // windows-1251
		{"\xCD\xC9\xD2", map[graph.Language]string{"ru": "мир", "zh": "", "en": ""}},         // KOI8-R
		{"\xC4\xEE\xE3\xEE\xE2\xEE\xF0", map[graph.Language]string{"ru": "Договор"}},         // windows-1251
		{"\xE4\xCF\xC7\xCF\xD7\xCF\xD2", map[graph.Language]string{"ru": "Договор"}},         // KOI8-R
		{"\xC4\xCE\xC3\xCE\xC2\xCE\xD0", map[graph.Language]string{"ru": "ДОГОВОР"}},         // windows-1251
		{"\xE4\xEF\xE7\xEF\xF7\xEF\xF2", map[graph.Language]string{"ru": "ДОГОВОР"}},         // KOI8-R
		{"\xE0", map[graph.Language]string{"ru": "", "zh": "", "fr": ""}},                    // à, or a word of one letter
		{"\xC0\xE9\xE9\xE9", map[graph.Language]string{"fr": ""}},                            // Àééé
		{"ab\xE9\xE8", map[graph.Language]string{"fr": "", "ru": "", "zh": ""}},              //
		{"\x61\x67\xA6\x7E", map[graph.Language]string{"en": "", "ru": ""}},                  // 条约 in UTF-16LE
		{"a\x00b\x00", map[graph.Language]string{"en": ""}},                                  // two units may be anything
		{"\xC1\xAA\xCD\xA8", map[graph.Language]string{"zh": "联通", "en": "", "ru": ""}},      // as Notepad did not read it
		{"\xE8\xAF\xB4", map[graph.Language]string{"zh": "说", "ru": "说"}},                    // UTF-8 wins
		{"Bush hid the facts", map[graph.Language]string{"en": "Bush hid the facts"}},        // and here
		{"\xB5\xB1", map[graph.Language]string{"zh": "当", "zh-Hant": "当", "en": "", "": ""}}, //
	}
	for _, test := range tests {
		for lang, want := range test.want {
			body, found, err := DecodeText(lang, []byte(test.bytes))
			if body != want || (err == nil) != (want != "") || err != nil && !errors.Is(err, graph.ErrInvalid) {
				t.Errorf("% x as %q: %q in %s, error %v; want %q", test.bytes, lang, body, found, err, want)
			}
		}
	}
}

func TestTextsInOtherEncodingsAreRefusedNotMisread(t *testing.T) {
	for name, test := range map[string]struct {
		text     string
		encoding encoding.Encoding
		want     string
	}{
		"ISO-8859-1":     {frenchText, charmap.ISO8859_1, "; it looks like ISO-8859-1 or windows-1252: convert it to UTF-8"},
		"windows-1252":   {strings.ReplaceAll(frenchText, "'", "’"), charmap.Windows1252, "; it looks like ISO-8859-1 or windows-1252"},
		"windows-1253":   {greekText, charmap.Windows1253, ""},
		"windows-1255":   {hebrewText, charmap.Windows1255, ""},
		"windows-1256":   {arabicText, charmap.Windows1256, ""},
		"ISO-8859-6":     {arabicText, charmap.ISO8859_6, ""},
		"ISO-8859-5":     {koi8(russianText), charmap.ISO8859_5, ""},
		"IBM866":         {koi8(russianText), charmap.CodePage866, ""},
		"Mac Cyrillic":   {russianText, charmap.MacintoshCyrillic, ""},
		"Big5":           {traditionalText, traditionalchinese.Big5, ""},
		"EUC-JP":         {japaneseText, japanese.EUCJP, ""},
		"Shift JIS":      {japaneseText, japanese.ShiftJIS, ""},
		"ISO-2022-JP":    {strings.Repeat(japaneseText, 3), japanese.ISO2022JP, "are control characters"},
		"EUC-KR":         {koreanText, korean.EUCKR, ""},
		"UTF-16 of none": {koreanText, utf16LE, "NUL at byte"},
	} {
		original := encoded(t, test.encoding, test.text)
		for _, lang := range []graph.Language{"zh", "ru", "en"} {
			body, found, err := DecodeText(lang, original)
			if !errors.Is(err, graph.ErrInvalid) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%s as %s: %.40q in %s, error %v", name, lang, body, found, err)
			}
		}
	}
}

func TestWhatIsNoTextIsRefusedWithItsReason(t *testing.T) {
	chinese := declaration(t)
	gb := string(encoded(t, simplifiedchinese.GB18030, chinese))
	wide := string(encoded(t, utf16LE, chinese))
	for name, test := range map[string]struct{ original, want string }{
		"nothing":                       {"", "invalid: the text is empty"},
		"blanks":                        {" \t\r\n\u3000\u00A0", "invalid: the text is empty"},
		"a mark alone":                  {"\uFEFF", "invalid: the text is empty"},
		"a mark and characters unseen":  {"\uFEFF\u200B\u202E\n", "invalid: the text is empty"},
		"blanks in UTF-16":              {"\xFE\xFF\x00 \x30\x00", "invalid: the text is empty"},
		"NUL":                           {"abc\x00def", "invalid: NUL at byte 3: "},
		"NUL after a mark":              {"\uFEFFab\x00", "invalid: NUL at byte 5: "},
		"NUL in marked UTF-16":          {"\xFE\xFFNN\x00\x00NN", "invalid: NUL at byte 4: "},
		"NUL in UTF-16":                 {wide + "\x00\x00", "invalid: NUL at byte "},
		"NUL in GB18030":                {gb + "\x00", "invalid: NUL at byte "},
		"control characters":            {strings.Repeat("word \x01", 100), "invalid: 100 of 600 characters are control characters, the first at byte 5: "},
		"control characters, GB18030":   {gb + strings.Repeat("\x01", 100), "invalid: 100 of 6675 characters are control characters, the first at byte 12"},
		"control characters of Latin-1": {strings.Repeat("\u0081", 4), "invalid: 4 of 4 characters are control characters, the first at byte 0: "},
		"UTF-32":                        {"\xFF\xFE\x00\x00a\x00\x00\x00", "invalid: text has the byte order mark of UTF-32, which is not read"},
		"UTF-8 cut off":                 {"甲乙丙丁戊己庚辛壬癸子"[:32], "invalid: text is not UTF-8 at byte 30, though most of it is: it was damaged or cut off"},
		"UTF-8 damaged":                 {russianText[:100] + "\xFF" + russianText[100:], "invalid: text is not UTF-8 at byte 100, though most of it is: "},
		"marked UTF-8 damaged":          {"\uFEFFab\xFF", "invalid: text has the byte order mark of UTF-8 but is malformed at byte 5"},
		"marked UTF-16 cut off":         {"\xFF\xFEa\x00b", "invalid: text has the byte order mark of UTF-16LE but is malformed at byte 4"},
		"half a pair of surrogates":     {"\xFE\xFF\x00a\xD8\x00\x00b", "invalid: text has the byte order mark of UTF-16BE but is malformed at byte 4"},
		"whole and half a pair":         {"\xFE\xFF\xD8\x40\xDC\x00\xDC\x00", "invalid: text has the byte order mark of UTF-16BE but is malformed at byte 6"},
		"GB18030 cut off":               {gb[:len(gb)-3] + "\xB0", "GB18030 (malformed at byte "},
		"GB18030 damaged":               {"\xCC\xF5a\x81\x30\x81\x30\xFF", "invalid: text is not UTF-8 at byte 0, nor UTF-16LE (too short to tell), nor UTF-16BE (too short to tell), nor GB18030 (malformed at byte 7), nor windows-1251 (only 40% of its letters would stand in Cyrillic words), nor "},
		"noise":                         {"\xff\xffa", "invalid: text is not UTF-8 at byte 0, nor UTF-16LE (malformed at byte 2), "},
		"PDF":                           {"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n", "invalid: the file is a PDF; give its text as a plain text file"},
		"ZIP":                           {"PK\x03\x04\x14\x00\x06\x00[Content_Types].xml", "invalid: the file is a ZIP archive (DOCX, ODT and EPUB are such); "},
		"DOC":                           {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\x00", "invalid: the file is an old Office document (DOC, XLS or PPT); "},
		"RTF":                           {"{\\rtf1\\ansi text}", "invalid: the file is an RTF document; "},
		"gzip":                          {"\x1F\x8B\x08\x00", "invalid: the file is compressed with gzip; "},
		"PNG":                           {"\x89PNG\r\n\x1A\n\x00\x00\x00\x0DIHDR", "invalid: the file is a PNG image; "},
		"JPEG":                          {"\xFF\xD8\xFF\xE0\x00\x10JFIF", "invalid: the file is a JPEG image; "},
		"a long PDF":                    {"%PDF-1.7\n" + strings.Repeat("x", graph.MaxTextBytes), "invalid: the file is a PDF; "},
	} {
		t.Run(name, func(t *testing.T) {
			body, found, err := DecodeText("zh", []byte(test.original))
			if !errors.Is(err, graph.ErrInvalid) || !strings.Contains(err.Error(), test.want) || body != "" || found != "" {
				t.Errorf("%.40q in %q, error %v, want %s", body, found, err, test.want)
			}
			if text, err := ReadText("zh", []byte(test.original)); text != nil || err == nil {
				t.Errorf("%+v, error %v", text, err)
			}
		})
	}
}

// allocated returns the bytes that do allocates.
func allocated(do func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	do()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

func TestALongTextIsRefusedWithoutACopyOfIt(t *testing.T) {
	original := bytes.Repeat([]byte("0123456789abcdef\n"), 100<<20/17)
	var err error
	if took := allocated(func() { _, _, err = DecodeText("en", original) }); took > 1<<20 {
		t.Errorf("%d bytes were allocated", took)
	}
	if !errors.Is(err, graph.ErrInvalid) || !strings.Contains(err.Error(), "longer than 16777216") {
		t.Errorf("error %v", err)
	}
	if _, _, err := DecodeText("en", original[:graph.MaxTextBytes]); err != nil {
		t.Error(err)
	}
}

func TestATextThatDecodingMakesTooLongIsDecodedNoFurther(t *testing.T) {
	if testing.Short() {
		t.Skip("10 MB in five encodings take the race detector long")
	}
	original := bytes.Repeat(encoded(t, charmap.Windows1251, russianText), 10_000_000/utf8.RuneCountInString(russianText))
	var err error
	took := allocated(func() { _, _, err = DecodeText("ru", original) })
	if !errors.Is(err, graph.ErrInvalid) || !strings.Contains(err.Error(), "longer than 16777216 bytes when decoded from windows-1251: they end at byte 9") {
		t.Errorf("error %v", err)
	}
	if most := 11 * graph.MaxTextBytes; took > uint64(most) { // room and text of each of five candidates
		t.Errorf("%d bytes were allocated, more than %d", took, most)
	}
}

func TestAFileIsReadUpToItsLimit(t *testing.T) {
	dir := t.TempDir()
	small, large, pipe := filepath.Join(dir, "small"), filepath.Join(dir, "large"), filepath.Join(dir, "pipe")
	if err := os.WriteFile(small, []byte("0123456789"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(large, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(large, 100<<20); err != nil { // a hole: no disk is filled
		t.Fatal(err)
	}
	if content, err := ReadFile(small, 10); err != nil || string(content) != "0123456789" {
		t.Errorf("%q, error %v", content, err)
	}
	for path, want := range map[string]string{
		small: small + ": invalid: file of 10 bytes is longer than 9", large: large + ": invalid: file of 104857600 bytes is longer than 9",
		dir: dir + ": invalid: a directory, not a file",
	} {
		var err error
		if took := allocated(func() { _, err = ReadFile(path, 9) }); took > 1<<20 {
			t.Errorf("%s: %d bytes were allocated", path, took)
		}
		if !errors.Is(err, graph.ErrInvalid) || err.Error() != want {
			t.Errorf("error %v, want %s", err, want)
		}
	}
	if _, err := ReadFile(pipe, 10); !errors.Is(err, fs.ErrNotExist) || errors.Is(err, graph.ErrInvalid) {
		t.Errorf("error %v", err)
	}
	if _, err := os.Stat("/dev/zero"); err == nil { // a file that tells no size and has no end
		if _, err := ReadFile("/dev/zero", 1000); !errors.Is(err, graph.ErrInvalid) || !strings.Contains(err.Error(), "longer than 1000 bytes") {
			t.Errorf("error %v", err)
		}
	}
}

func TestAPieceOfATextIsRefusedRatherThanMisread(t *testing.T) {
	right := func(text string, e encoding.Encoding, lang graph.Language, length int) float64 {
		runes, all, right := []rune(text), 0, 0
		for from := 0; from+length <= len(runes); from += max(1, len(runes)/500) {
			piece := string(runes[from : from+length])
			body, found, err := DecodeText(lang, encoded(t, e, piece))
			switch {
			case err == nil && body != piece:
				t.Errorf("%v as %s: %q in %s is %q", e, lang, piece, found, body)
			case err == nil:
				right++
			}
			all++
		}
		return float64(right) / float64(all)
	}
	chinese := strings.Join(strings.Fields(declaration(t)), "")
	for _, lang := range []graph.Language{"zh", "ru", "en"} {
		for length, least := range map[int]float64{32: 0.95, 64: 0.99} {
			for name, share := range map[string]float64{
				"GB18030":      right(chinese, simplifiedchinese.GB18030, lang, length),
				"UTF-16LE":     right(chinese, utf16LE, lang, length),
				"UTF-16BE":     right(russianText, utf16BE, lang, length),
				"windows-1251": right(russianText+ukrainianText, charmap.Windows1251, lang, length),
				"KOI8-R":       right(koi8(russianText), charmap.KOI8R, lang, length),
			} {
				if share < least {
					t.Errorf("%s as %s: %.3f of the pieces of %d characters are read, want %.2f", name, lang, share, length, least)
				}
			}
		}
	}
}

func TestTextsOfSomeLengthAreTheSameAfterEncodingAndDecoding(t *testing.T) {
	windows := func(text []rune, length, step int) (list []string) {
		for at := 0; at+length <= len(text); at += step {
			list = append(list, string(text[at:at+length]))
		}
		return list
	}
	chinese := windows([]rune(strings.Join(strings.Fields(declaration(t)), "")), 160, 13)
	russian := windows([]rune(strings.Join(strings.Fields(koi8(russianText+ukrainianRussian)), " ")), 160, 3)
	if len(chinese) < 400 || len(russian) < 50 {
		t.Fatalf("only %d and %d windows", len(chinese), len(russian))
	}
	for _, lang := range []graph.Language{"zh", "ru", "en"} {
		check := func(texts []string, encodings ...encoding.Encoding) {
			for _, e := range encodings {
				for _, text := range texts {
					if body, found, err := DecodeText(lang, encoded(t, e, text)); err != nil || body != text {
						t.Errorf("%s, %v: %q in %s, error %v, want %q", lang, e, body, found, err, text)
					}
				}
			}
		}
		check(chinese, encoding.Nop, utf16LE, utf16BE, simplifiedchinese.GB18030, simplifiedchinese.GBK)
		check(russian, encoding.Nop, utf16LE, utf16BE, charmap.Windows1251, charmap.KOI8R)
	}
}

// ukrainianRussian adds other words, without letters that KOI8-R does not have.
const ukrainianRussian = " Устав Организации Объединённых Наций и Статут Международного Суда вступили в силу 24 октября 1945 года; подлинный экземпляр хранится в архиве "

func FuzzDecodeText(f *testing.F) {
	for _, text := range []string{russianText, ukrainianText, traditionalText, frenchText, japaneseText, "甲\u202E乙", "", "\x00", "%PDF-"} {
		f.Add("zh", []byte(text))
		for _, e := range []encoding.Encoding{utf16LE, utf16BE, simplifiedchinese.GB18030, charmap.Windows1251, charmap.KOI8R} {
			b, _ := encoding.ReplaceUnsupported(e.NewEncoder()).Bytes([]byte(text))
			f.Add("ru", b)
		}
	}
	f.Fuzz(func(t *testing.T, lang string, original []byte) {
		kept := bytes.Clone(original)
		text, err := ReadText(graph.Language(lang), original)
		if !bytes.Equal(original, kept) {
			t.Fatal("the input was changed")
		}
		if err != nil {
			if !errors.Is(err, graph.ErrInvalid) || text != nil || !utf8.ValidString(err.Error()) {
				t.Fatalf("%+v, error %v", text, err)
			}
			return
		}
		if body := text.Body; !utf8.ValidString(body) || strings.ContainsRune(body, 0) || strings.TrimSpace(body) == "" || len(body) > graph.MaxTextBytes {
			t.Fatalf("%q", body)
		}
		if utf8.Valid(original) && !bytes.Contains(original, []byte{0}) && text.Body != strings.TrimPrefix(string(original), "\uFEFF") {
			t.Fatalf("UTF-8 was not taken as it is: %q", text.Body)
		}
		if binaryKind([]byte(text.Body)) != "" {
			return
		}
		if again, err := ReadText(graph.Language(lang), []byte(text.Body)); err != nil || again.Body != text.Body && !strings.HasPrefix(text.Body, "\uFEFF") {
			t.Fatalf("its own text is not read: %v", err)
		}
	})
}
