package extract

import (
	"cmp"
	"slices"
	"unicode"

	"treatygraph/graph"
)

// A wordClass is what a word does in a sentence. The words are those of grammar and of diplomatic usage; what a text is about stands in
// the authority files.
type wordClass uint8

const (
	classNone       wordClass = iota // a word that holds another one as a part and is none of the classes: 同时 is not 同
	classType                        // what an instrument, a body, an undertaking is called: 条约, Convention
	classThat                        // points back: 该, this, the said
	classSelf                        // points at the text itself: 本, the present
	classAttached                    // points at what is attached: 所附, annexed
	classAmended                     // 修改后, as amended
	classNew                         // 新的, new
	classBetween                     // 之间的双边
	classWe                          // those who speak
	classOther                       // begins a clause that has a subject of its own
	classPosition                    // a position on something, with its predicate
	classReaffirm                    // a position said again
	classComply                      // 遵守: after a reaffirmation a commitment, of somebody else a call
	classMust                        // 有必要, must
	classWill                        // 将, will
	classNot                         // 不会, not, and a Chinese verb behind 不: what is not done is not said
	classAgainst                     // what one does against a thing: 防止, combat
	classAccede                      // 加入
	classVerb                        // any other verb that takes an object
	classUnder                       // what follows is a basis, a place or a partner, no object: 根据, with
	classAbout                       // 关于, concerning
	classConcerns                    // 涉及, deals with
	classFound                       // 成立, established
	classAdopt                       // 通过了, adopted; 签署, signed
	classEvent                       // 开始制定, entered into force, with its predicate
	classPurpose                     // 以便, in order to
	classPromote                     // 促进实现, promote
	classAchieve                     // 实现, achieve
	classStrengthen                  // 加强, strengthen
	classGive                        // 提供, provide
	classSupport                     // 支助, finance
	classSupply                      // 运送, deliver
	classDiffer                      // 分歧, differences
	classInclude                     // 包括, including
	classAnd                         // 和, 、, and
	classOf                          // 的, of
	classBelow                       // 下: "under" behind its object
	classTerritory                   // 领土上, on the territory of
	classLocative                    // 上的: ends a place and goes on with what is there
	classPartner                     // 中的合作伙伴关系: being in it
	classObserver                    // 为观察员
	classMember                      // 参与国, members: what one counts
	classOwn                         // 我们的, our
	classSigned                      // （签名）
	classLetter                      // 致, 的信函
	classAfter                       // 之后的
	classField                       // 领域
	classBasis                       // 法律基础
	classBreak                       // the end of a clause
	classStop                        // the end of a sentence
)

// A word of the grammar. Words of letters stand between bounds; Han words anywhere.
type word struct {
	text      string
	runes     []rune
	class     wordClass
	predicate graph.Predicate // of positions and events
	kinds     graph.KindSet   // of type words: what is called so
}

// A wordTable finds the longest word that begins at a place.
type wordTable struct {
	words []word         // by first character, the longer first
	first [1 << 16]int32 // by first character: 1 + the index of its first word; 0 for none
}

var grammar = newWordTable()

func newWordTable() *wordTable {
	t := &wordTable{}
	add := func(class wordClass, predicate graph.Predicate, kinds graph.KindSet, words ...string) {
		for _, w := range words {
			t.words = append(t.words, word{w, []rune(w), class, predicate, kinds})
		}
	}
	for _, row := range typeWords {
		add(classType, 0, row.kinds, row.words...)
	}
	for _, row := range positionWords {
		add(classPosition, row.predicate, 0, row.words...)
	}
	for _, row := range eventWords {
		add(classEvent, row.predicate, 0, row.words...)
	}
	for class, words := range plainWords {
		add(class, 0, 0, words...)
	}
	slices.SortFunc(t.words, func(a, b word) int {
		return cmp.Or(cmp.Compare(a.runes[0], b.runes[0]), cmp.Compare(len(b.runes), len(a.runes)), cmp.Compare(a.text, b.text))
	})
	for i := len(t.words) - 1; i >= 0; i-- {
		t.first[t.words[i].runes[0]] = int32(i + 1)
	}
	return t
}

// at returns the longest word that begins at text[i] with its length, nil for none. The text is folded.
func (t *wordTable) at(text []rune, i int) (*word, int) {
	r := text[i]
	if r >= 1<<16 || t.first[r] == 0 {
		return nil, 0
	}
	if isWordLetter(r) && i > 0 && isWordLetter(text[i-1]) {
		return nil, 0
	}
	for k := int(t.first[r]) - 1; k < len(t.words) && t.words[k].runes[0] == r; k++ {
		w := &t.words[k]
		n := len(w.runes)
		if i+n > len(text) || !slices.Equal(text[i:i+n], w.runes) || isWordLetter(w.runes[n-1]) && i+n < len(text) && isWordLetter(text[i+n]) {
			continue
		}
		return w, n
	}
	return nil, 0
}

// isWordLetter holds for letters of scripts that part words by blanks.
func isWordLetter(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= 0xC0 && r < 0x2E80 && unicode.IsLetter(r)
}

// foldRune is what grammar and patterns compare: simplified Han, lower case, plain digits and letters; one character for one.
func foldRune(r rune) rune {
	switch {
	case r < 0x80:
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	case r >= 0x3400 && r <= 0x9FFF:
		return graph.SimplifyHan(r)
	case r >= '０' && r <= '９', r >= 'Ａ' && r <= 'Ｚ', r >= 'ａ' && r <= 'ｚ':
		return unicode.ToLower(r - 0xFEE0)
	case r == 'ё' || r == 'Ё':
		return 'е'
	case r == '\u2019':
		return '\''
	default:
		return unicode.ToLower(r)
	}
}

func foldRunes(text []rune) []rune {
	fold := make([]rune, len(text))
	for i, c := range text {
		fold[i] = foldRune(c)
	}
	return fold
}

func simplified(s string) string {
	runes := []rune(s)
	for i, r := range runes {
		runes[i] = graph.SimplifyHan(r)
	}
	return string(runes)
}
