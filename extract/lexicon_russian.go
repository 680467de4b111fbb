package extract

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// Russian words are compared in any case and number. Both the text and the names are first reduced to a root that is certain to be the
// same for all forms of a word, if often too short; where whole names meet in their roots, inflected has the last word: it wants both
// words to be one stem with two endings of one paradigm.
//
// Snowball's stemmer, which search uses, would be too coarse and too fine at once: it takes -ан and -ал for endings of verbs, so Иран and
// Ираном part (ира, иран), and it brings together Грузия and грузы, право and правый.

// minStem is the shortest stem, in letters: Аз-ия.
const minStem = 2

// minInflected is the shortest word that may be an inflected form: Чада of Чад. Shorter ones are initials and prepositions.
const minInflected = 4

// letterSet is a set of the letters а to я.
type letterSet uint32

func newLetterSet(letters string) (set letterSet) {
	for _, r := range letters {
		set |= 1 << (r - 'а')
	}
	return set
}

func (set letterSet) has(r rune) bool { return r >= 'а' && r <= 'я' && set>>(r-'а')&1 != 0 }

var (
	vowelLetters = newLetterSet("аеиоуыэюя")
	weakLetters  = newLetterSet("аеиоуыэюяйь") // may stand anywhere in an ending
	afterVowel   = newLetterSet("мхвг")        // stand in endings after a vowel only
)

// root strips everything from the end of a word that could be part of an ending, as often as it goes. A stem's forms have one root: every
// ending is made of weak letters, and of м, х, в and г after vowels, so that stripping passes through the stem.
func russianRoot(word []byte) []byte {
	n := len(word)
	const letter = 2 // bytes
	for n > minStem*letter {
		switch r := cyrillicAt(word[n-letter:]); {
		case weakLetters.has(r):
		case afterVowel.has(r) && vowelLetters.has(cyrillicAt(word[n-2*letter:])):
		default:
			return word[:n]
		}
		n -= letter
	}
	return word[:n]
}

// cyrillicAt reads a letter of two bytes; anything else gives no letter of Russian.
func cyrillicAt(b []byte) rune {
	if b[0] != 0xd0 && b[0] != 0xd1 {
		return 0
	}
	return rune(b[0]&0x1f)<<6 | rune(b[1]&0x3f)
}

// paradigms lists the endings of each, ё written е; "-" is the empty one. Nothing says which paradigm a word has: two forms are taken for
// one word if any has both.
var paradigms = [...]string{
	"- а у ом ем е ы и ов ев ей ам ами ах о",                    // договор, Ирак, месяц, государство
	"ь й я ю ем е и ей ев ям ями ях",                            // Кремль, Китай, море
	"- а ы и у е ой ою ей ею ам ами ах",                         // Куба, группа, встреча
	"- ь й я и ю е ей ею ям ями ях",                             // земля, Корея
	"ия ии ию ией иею ий иям иями иях",                          // Россия, организация
	"ие ия ию ием ии ий иям иями иях",                           // соглашение
	"ий ия ию ием ии иев иям иями иях",                          // Василий, Меркурий
	"ье ья ью ьем ьи ьей ий ьев ьям ьями ьях",                   // Приднестровье, статья
	"- ь и ью ию ей ям ями ях ам ами ах",                        // безопасность, речь
	"ый ий ой ого ому ым им ом ая ую ою ое ые ие ых их ыми ими", // ядерный, российский, мировой
	"ий его ему им ем яя ая ей ею юю ую ее ие их ими",           // ближний, общий
	"ий ьего ьему ьим ьем ья ьей ьею ью ье ьи ьих ьими",         // третий
	"- а у ым ом е ой ы ых ыми о",                               // Путин, Лаврова, Пушкино
}

// maxEnding is the longest ending in bytes.
const maxEnding = len("ьего")

// endings holds the set of paradigms that each ending has a place in.
var endings = func() map[string]uint32 {
	m := map[string]uint32{}
	for i, list := range paradigms {
		for ending := range strings.FieldsSeq(list) {
			m[strings.Trim(ending, "-")] |= 1 << i
		}
	}
	return m
}()

// inflected tells whether two words, folded, are forms of one word.
func inflected(a, b []byte) bool {
	if bytes.Equal(a, b) {
		return true
	}
	if max(utf8.RuneCount(a), utf8.RuneCount(b)) < minInflected {
		return false
	}
	for letters, at := 0, 0; ; letters++ {
		if letters >= minStem && paradigmsAfter(a, at)&paradigmsAfter(b, at) != 0 {
			return true
		}
		r, size := utf8.DecodeRune(a[at:])
		s, _ := utf8.DecodeRune(b[at:])
		if r != s || size == 0 {
			return false
		}
		at += size
	}
}

// paradigmsAfter returns the paradigms in which a word may be the stem before the byte and the ending after it. The empty ending stands
// after consonants only.
func paradigmsAfter(word []byte, at int) uint32 {
	if at == len(word) {
		if last, _ := utf8.DecodeLastRune(word); weakLetters.has(last) {
			return 0
		}
	}
	return endings[string(word[at:])]
}
