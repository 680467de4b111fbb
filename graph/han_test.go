package graph

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/unicode/norm"
)

func TestHanTablesStandSideBySide(t *testing.T) {
	traditional, simplified := []rune(hanTraditional), []rune(hanSimplified)
	if len(traditional) != len(simplified) || len(traditional) < 2000 {
		t.Fatalf("%d characters stand beside %d", len(traditional), len(simplified))
	}
	for i, r := range traditional {
		s := simplified[i]
		if i > 0 && r <= traditional[i-1] {
			t.Errorf("%c is out of order", r)
		}
		if r < firstHan || r > lastHan || s < firstHan || s > lastHan || !unicode.Is(unicode.Han, r) || !unicode.Is(unicode.Han, s) {
			t.Errorf("%c to %c leaves the range of the table", r, s)
		}
		if SimplifyHan(r) != s || SimplifyHan(s) != s {
			t.Errorf("%c folds to %c, and %c to %c", r, SimplifyHan(r), s, SimplifyHan(s))
		}
		if pair := string([]rune{r, s}); norm.NFKC.String(pair) != pair {
			t.Errorf("%s is not in normalisation form KC", pair)
		}
	}
}

func TestTraditionalAndVariantCharactersMeetTheSimplifiedOnes(t *testing.T) {
	for traditional, simplified := range map[string]string{
		"維也納條約法公約":     "维也纳条约法公约",
		"關於侵略定義的決議":    "关于侵略定义的决议",
		"戰略武器裁減條約":     "战略武器裁减条约",
		"殺傷人員地雷":       "杀伤人员地雷",
		"爲併託啓眾衆裡裏羣説録産": "为并托启众众里里群说录产",
		"後乾著餘鍾馀锺":      "后干着余钟余钟",
		"朝鮮民主主義人民共和國":  "朝鲜民主主义人民共和国",
	} {
		if got := NormalizeName(traditional); got != simplified {
			t.Errorf("%s: got %s, want %s", traditional, got, simplified)
		}
	}
	// What has several simplified forms folds to one of them in simplified texts too.
	if NormalizeName("著作權公約") != NormalizeName("著作权公约") {
		t.Error("著作權公約 and 著作权公约 differ")
	}
}

// traditionalInTexts are the characters of the Chinese texts in shared/data/texts that Unihan 14.0 (kSimplifiedVariant), or OpenCC
// 1.4 or zhconv 1.4 (traditional to simplified, one character at a time) take for traditional or variant forms.
const traditionalInTexts = "" +
	"並亂併來係個們偉備傭傳傷僅僕僱價儀儘優兒內兩別則創劃動務勞勢勵勻區協參員問喪單嚴囑國圍圖團執堅報場壞奧學實寧審將專尋對屆" +
	"屢層屬帶幹庫廢廣張強後徑從復徵惡愛慘慣慮憑憤憲應懲戰戶拋採換揮損撓擇擊擔據擬擾攜敵數斷於時暫曆書會條棄業構標樣機檔檢櫫權" +
	"歡歷殺毀決沖況淵減測準滅滿漸潛濟為無營爭爲爾牴狀獎獨獰獲獻現環產異當發盡監眾瞭確碼礎礙禍禮稅種稱節範築簡簽紀約納紐純級紮" +
	"細終組結絕給統經維緊線締編縮縱總織繞繫繳繼續罰義習聖聯聲職聽脅臨與舉茲華薦藉蘇蘭處號術衛衝補裝製覆見規視觀觸訂計訊討訓託" +
	"記訟設許訴詐詢試該認語誠誤說誰課調談請論諮諸諾謀謂謬謹證識譯議譴護變負財貢責貯費賂賃賄資質賴贈贊趨軌軍較載輔輸轄轉辦辭逕" +
	"這連進運過達違遞適遲選遺還邊郵鄰釋銷錄錯鎖鐵鑑鑒長門閉開間閱關陳陸隊階際隨險雙離難電響項順須預頒領頭題額願顛類顧顯飛餘館" +
	"駐驗驟體點齊"

func TestNoTraditionalCharacterOfTheTreatyTextsStaysUnfolded(t *testing.T) {
	for _, r := range traditionalInTexts {
		if SimplifyHan(r) == r {
			t.Errorf("%c stays unfolded", r)
		}
	}
	// Characters of simplified Chinese that its character set GB 2312 lacks.
	const rare = "楬〇"
	gb2312 := simplifiedchinese.HZGB2312.NewEncoder()
	for r := range hanOfTreatyTexts(t) {
		folded := SimplifyHan(r)
		if folded != r && !strings.ContainsRune(traditionalInTexts, r) && r != '玆' { // 玆 is the variant of 兹 that all three overlook
			t.Errorf("%c folds to %c, but is not traditional", r, folded)
		}
		if _, err := gb2312.String(string(folded)); err != nil && !strings.ContainsRune(rare, folded) {
			t.Errorf("%c folds to %c, which is not in GB 2312", r, folded)
		}
	}
}

// hanOfTreatyTexts returns the Han characters of the texts in TREATYGRAPH_TESTDATA, else those of a title.
func hanOfTreatyTexts(t *testing.T) map[rune]bool {
	t.Helper()
	dir := os.Getenv("TREATYGRAPH_TESTDATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared", "data")
	}
	files, err := filepath.Glob(filepath.Join(dir, "texts", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	han := make(map[rune]bool)
	add := func(s string) {
		for _, r := range s {
			if unicode.Is(unicode.Han, r) {
				han[r] = true
			}
		}
	}
	if len(files) == 0 {
		t.Logf("no texts in %s: a built-in title serves", dir)
		add("關於各國探測及使用外層空間包括月球與其他天體活動所應遵守原則的條約 維也納條約法公約 玆鑑於併爲託諮")
		return han
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		decoder := json.NewDecoder(strings.NewReader(string(data)))
		for {
			token, err := decoder.Token()
			if err != nil {
				if !errors.Is(err, io.EOF) {
					t.Fatalf("%s: %v", file, err)
				}
				break
			}
			if s, ok := token.(string); ok {
				add(s)
			}
		}
	}
	if len(han) < 900 {
		t.Errorf("the texts in %s have only %d Han characters", dir, len(han))
	}
	return han
}
