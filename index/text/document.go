package text

import (
	"encoding/binary"
	"iter"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/analysis"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/en" // registers the analyser
	_ "github.com/blevesearch/bleve/v2/analysis/lang/ru" // registers the analyser
	tokens "github.com/blevesearch/bleve/v2/analysis/tokenizer/unicode"
	"github.com/blevesearch/bleve/v2/document"
	"github.com/blevesearch/bleve/v2/registry"
	bleve "github.com/blevesearch/bleve_index_api"

	"treatygraph/graph"
)

// The fields of a document, all over its text after graph.NormalizeName. Nothing is stored: what the filters of a query need stands in
// the document's ID, which every hit is asked for anyway.
const (
	fieldKey   = "k" // of a name: its beginnings, see beginnings
	fieldWords = "w" // words as they are, with positions; none of an unspaced script
	fieldEn    = "e" // of an English text: stems, without stop words
	fieldRu    = "r" // of a Russian text: likewise
	fieldPairs = "p" // of a text with characters of an unspaced script: every two neighbouring characters, whatever they are, with positions
	fieldRune  = "c" // every single character of an unspaced script
)

const (
	withPositions = bleve.IndexField | bleve.IncludeTermVectors
	withoutFreqs  = bleve.IndexField | bleve.SkipFreqNorm
)

// An id is a document's ID: number (4 bytes, big endian), kind, 1 for a name or 0 for a passage, language.
const idFixed = 6

func newID(d *Document) string {
	b := binary.BigEndian.AppendUint32(make([]byte, 0, idFixed+len(d.Lang)), d.Number)
	name := byte(0)
	if d.Name {
		name = 1
	}
	return string(append(append(b, byte(d.Kind), name), d.Lang...))
}

func newDocument(d *Document) bleve.Document {
	key := graph.NormalizeName(d.Text)
	text := []byte(key)
	doc := document.NewDocument(newID(d))
	add := func(field string, options bleve.FieldIndexingOptions, a analysis.Analyzer) {
		doc.AddField(document.NewTextFieldCustom(field, nil, text, options, a))
	}
	if d.Name {
		add(fieldKey, withoutFreqs, analyzer(beginningTokens))
	}
	add(fieldWords, withPositions, analyzer(wordTokens))
	switch d.Lang.Base() {
	case "en":
		add(fieldEn, withoutFreqs, english)
	case "ru":
		add(fieldRu, withoutFreqs, russian)
	}
	if hasUnspaced(key) {
		add(fieldPairs, withPositions, analyzer(pairTokens))
		add(fieldRune, withoutFreqs, analyzer(runeTokens))
	}
	return doc
}

// An analyzer makes tokens of a text that is normalised.
type analyzer func(text []byte) analysis.TokenStream

func (a analyzer) Analyze(text []byte) analysis.TokenStream { return a(text) }

var (
	english = mustAnalyzer("en")
	russian = mustAnalyzer("ru")
)

func mustAnalyzer(name string) analysis.Analyzer {
	a, err := registry.NewCache().AnalyzerNamed(name)
	if err != nil {
		panic(err) // it is registered by an import above
	}
	return a
}

// unspaced are the scripts that put no spaces between words. Texts in them are found by any part, not by words.
var unspaced = []*unicode.RangeTable{unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Bopomofo, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar}

func isUnspaced(r rune) bool {
	return r >= 0x0e00 && (r >= 0x4e00 && r <= 0x9fff || unicode.In(r, unspaced...))
}

func hasUnspaced(s string) bool {
	for _, r := range s {
		if isUnspaced(r) {
			return true
		}
	}
	return false
}

var tokenizer = tokens.NewUnicodeTokenizer()

// wordTokens cuts by the word boundaries of UAX #29 and keeps the words.
func wordTokens(text []byte) analysis.TokenStream {
	all := tokenizer.Tokenize(text)
	kept := all[:0]
	for _, t := range all {
		if r, _ := utf8.DecodeRune(t.Term); !isUnspaced(r) && isWord(t.Term) {
			kept = append(kept, t)
		}
	}
	return kept
}

// isWord tells whether there is a letter or a digit in a token.
func isWord(term []byte) bool {
	for _, r := range string(term) {
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			return true
		}
	}
	return false
}

// beginningLengths are the lengths, in characters, at which beginnings of names are kept. A query of another length looks through those
// beginnings of the next length that begin with it: far fewer than names do, for most share them.
var beginningLengths = [...]int{1, 2, 3, 4, 6, 8, 11, 16, 22, 32, 45, 64, 90, 128, 181, 256, 362, 512}

// beginnings yields the beginnings of a key up to the first length that takes all of it, with the place of the length.
func beginnings(key string) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		level, runes := 0, 0
		for at := range key {
			if runes == beginningLengths[level] {
				if !yield(level, key[:at]) {
					return
				}
				if level++; level == len(beginningLengths) {
					return
				}
			}
			runes++
		}
		yield(level, key)
	}
}

func beginningTerm(level int, text string) string { return string(rune('A'+level)) + text }

func beginningTokens(text []byte) analysis.TokenStream {
	var list analysis.TokenStream
	for level, b := range beginnings(string(text)) {
		list = append(list, &analysis.Token{Term: []byte(beginningTerm(level, b)), Position: 1})
	}
	return list
}

func pairTokens(text []byte) analysis.TokenStream {
	backing := make([]analysis.Token, 0, utf8.RuneCount(text))
	list := make(analysis.TokenStream, 0, cap(backing))
	for pair := range pairs(string(text)) {
		backing = append(backing, analysis.Token{Term: []byte(pair), Position: len(list) + 1})
		list = append(list, &backing[len(backing)-1])
	}
	return list
}

// pairs yields every two neighbouring characters.
func pairs(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		before := -1
		for at, r := range text {
			if before >= 0 && !yield(text[before:at+utf8.RuneLen(r)]) {
				return
			}
			before = at
		}
	}
}

func runeTokens(text []byte) analysis.TokenStream {
	var list analysis.TokenStream
	for _, r := range string(text) {
		if isUnspaced(r) {
			list = append(list, &analysis.Token{Term: []byte(string(r)), Position: len(list) + 1})
		}
	}
	return list
}
