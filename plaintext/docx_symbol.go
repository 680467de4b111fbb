package plaintext

import (
	"strconv"
	"strings"
	"unicode"
)

// Fonts of symbols have their own signs at the places of Latin letters; Word writes the places also as characters for private use, from U+F000.
const (
	symbolFonts     = 0xF000
	lostSign        = "\uFFFD" // a sign that stands there and is not known
	symbolFirst     = 0x20
	symbolSecond    = 0xA1
	symbolsOfLetter = " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼" // Adobe's Symbol from symbolFirst
	symbolsOfMath   = "ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑"                           // and from symbolSecond
)

// wingdings are the signs that documents have in text: boxes that are ticked or not, bullets and arrows.
var wingdings = map[rune]string{
	0x46: "☞", 0x6C: "●", 0x6E: "■", 0x6F: "□", 0x71: "❑", 0x75: "◆", 0x76: "❖", 0x9F: "•", 0xA7: "▪", 0xA8: "◻",
	0xD8: "➢", 0xDF: "←", 0xE0: "→", 0xE1: "↑", 0xE2: "↓", 0xE8: "➔", 0xFB: "✗", 0xFC: "✔", 0xFD: "☒", 0xFE: "☑",
}

// symbol returns the sign at a place of a font, which is a hexadecimal number.
func symbol(font, place string) string {
	n, err := strconv.ParseUint(place, 16, 21)
	at := rune(n)
	if err != nil || at > unicode.MaxRune {
		return lostSign
	}
	sign := ""
	switch local := at &^ symbolFonts; strings.ToLower(font) {
	case "symbol":
		sign = signAt(symbolsOfLetter, local-symbolFirst) + signAt(symbolsOfMath, local-symbolSecond)
	case "wingdings":
		sign = wingdings[local]
	default:
		if !unicode.Is(unicode.Co, at) && unicode.IsPrint(at) {
			sign = string(at)
		}
	}
	if sign == "" {
		return lostSign
	}
	return sign
}

func signAt(signs string, at rune) string {
	if list := []rune(signs); at >= 0 && int(at) < len(list) {
		return string(list[at])
	}
	return ""
}
