package ingest

import (
	"fmt"
	"unicode"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/language"

	"treatygraph/graph"
)

// A text is clearly in one script where it has at least so many characters that the other lacks, and so many times as many as the other way round: a traditional text may quote simplified titles, and the other way.
const (
	leastOfScript = 10
	timesOfScript = 5
)

// scriptRemark tells that a Chinese text is in another script than its tag says; empty: it is not, or nothing tells. A tag without a script or region means simplified Chinese, as in the Unicode CLDR.
func scriptRemark(lang graph.Language, body string) string {
	if lang.Base() != "zh" {
		return ""
	}
	said, _ := language.Make(string(lang)).Script()
	simplified, traditional := scriptsOf(body)
	clearly := func(a, b int) bool { return a >= leastOfScript && a >= timesOfScript*b }
	switch {
	case said.String() != "Hant" && clearly(traditional, simplified):
		return fmt.Sprintf("tagged %s, but in traditional Chinese (zh-Hant): %d characters are traditional only, %d simplified only", lang, traditional, simplified)
	case said.String() == "Hant" && clearly(simplified, traditional):
		return fmt.Sprintf("tagged %s, but in simplified Chinese (zh-Hans): %d characters are simplified only, %d traditional only", lang, simplified, traditional)
	}
	return ""
}

// scriptsOf counts the characters of a text that GB2312 has and Big5 lacks, and the reverse.
func scriptsOf(body string) (simplified, traditional int) {
	gbk, big5 := simplifiedchinese.GBK.NewEncoder(), traditionalchinese.Big5.NewEncoder()
	known := make(map[rune][2]int) // what a character counts for either
	for _, r := range body {
		if !unicode.Is(unicode.Han, r) {
			continue
		}
		counts, there := known[r]
		if !there {
			gb, tw := gb2312(gbk, r), bigFive(big5, r)
			if gb && !tw {
				counts = [2]int{1, 0}
			} else if tw && !gb {
				counts = [2]int{0, 1}
			}
			known[r] = counts
		}
		simplified, traditional = simplified+counts[0], traditional+counts[1]
	}
	return simplified, traditional
}

// gb2312 tells whether a character stands among those of GBK that GB2312 has.
func gb2312(gbk *encoding.Encoder, r rune) bool {
	b, err := gbk.Bytes([]byte(string(r)))
	return err == nil && len(b) == 2 && b[0] >= 0xB0 && b[0] <= 0xF7 && b[1] >= 0xA1
}

// bigFive tells whether a character is one of Big5 itself, not of its extension for Hong Kong, which has simplified ones.
func bigFive(big5 *encoding.Encoder, r rune) bool {
	b, err := big5.Bytes([]byte(string(r)))
	return err == nil && len(b) == 2 && b[0] >= 0xA4 && b[0] <= 0xF9 && (b[0] < 0xC7 || b[0] > 0xC8)
}
