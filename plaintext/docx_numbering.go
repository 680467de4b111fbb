package plaintext

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"math"
	"strconv"
	"strings"

	"treatygraph/ooxml"
)

// onOff is an element that says yes, unless it says no; nil says nothing.
type onOff ooxml.Value

func (o *onOff) is() bool { return o != nil && (o.Val == "" || ooxml.IsOn(o.Val)) }

// A docxNumbering is how a paragraph or a style says which list it belongs to.
type docxNumbering struct {
	Level ooxml.Value `xml:"ilvl"`
	ID    ooxml.Value `xml:"numId"`
}

// A docxNumber says which list a paragraph belongs to, and at what level: by what stands in it, else as the list has it for a style.
type docxNumber struct{ id, level, style string }

// over returns the number that a paragraph or a style has by what it says and by what it inherits.
func (n docxNumbering) over(inherited docxNumber) docxNumber {
	style := inherited.style
	if n.ID.Val != "" {
		style = ""
	}
	return docxNumber{cmp.Or(n.ID.Val, inherited.id), cmp.Or(n.Level.Val, inherited.level), style}
}

// docxStyles are styles by their ID; that of paragraphs that name none is "".
type docxStyles map[string]docxStyle

type docxStyle struct {
	basedOn string
	number  docxNumbering
	hidden  *onOff
}

// A docxLook is what a style brings with what it is based on.
type docxLook struct {
	number docxNumber
	hidden *onOff
}

func readDOCXStyles(archive *ooxml.Archive, part string) (docxStyles, error) {
	styles := make(docxStyles)
	return styles, archive.Each(part, maxPartBytes, func(d *ooxml.Decoder, e xml.StartElement) error {
		if e.Name.Local != "style" {
			return nil
		}
		var s struct {
			ID      string        `xml:"styleId,attr"`
			Type    string        `xml:"type,attr"`
			Default string        `xml:"default,attr"`
			BasedOn ooxml.Value   `xml:"basedOn"`
			Number  docxNumbering `xml:"pPr>numPr"`
			Hidden  *onOff        `xml:"rPr>vanish"`
		}
		if err := d.DecodeElement(&s, &e); err != nil {
			return err
		}
		style := docxStyle{s.BasedOn.Val, s.Number, s.Hidden}
		if s.ID != "" {
			styles[s.ID] = style
		}
		if s.Type == "paragraph" && ooxml.IsOn(s.Default) {
			styles[""] = style
		}
		return nil
	})
}

// maxStyleBases bounds how many styles a style rests on: they may stand in a circle.
const maxStyleBases = 50

// of returns what a style brings. What it says itself comes before what it is based on.
func (s docxStyles) of(id string) (look docxLook) {
	for range maxStyleBases {
		style, there := s[id]
		if !there {
			break
		}
		if look.number.id == "" && style.number.ID.Val != "" {
			look.number.id, look.number.style = style.number.ID.Val, id
		}
		look.number.level = cmp.Or(look.number.level, style.number.Level.Val)
		if look.hidden == nil {
			look.hidden = style.hidden
		}
		if id = style.basedOn; id == "" {
			break
		}
	}
	return look
}

// docxLists are how lists are numbered.
type docxLists struct {
	abstract map[string]*docxList
	numbers  map[string]*docxUse
}

// A docxList is a way of numbering, with its counters.
type docxList struct {
	levels levels
	link   string // the style that has the levels instead
	counts [maxLevels]int
}

// A docxUse is a list that uses a way of numbering: those that use the same count on, unless they say where they start.
type docxUse struct {
	list   string
	levels levels
	starts [maxLevels]*int
	begun  bool
}

// maxLevels bounds the levels of a list; Word has nine.
const maxLevels = 9

type levels [maxLevels]*docxLevel

// A docxLevel is how a level of a list is numbered.
type docxLevel struct {
	start, restart int    // it begins again behind a level up to this one, from 1
	format, text   string // %1 in the text is the number of the first level
	style          string // the style whose paragraphs are at this level
	legal          bool   // numbers of other levels are Arabic
}

// maxNumberBytes bounds the text of a number: it stands before each paragraph.
const maxNumberBytes = 1 << 10

type docxLevelXML struct {
	Level   int         `xml:"ilvl,attr"`
	Start   ooxml.Value `xml:"start"`
	Restart ooxml.Value `xml:"lvlRestart"`
	Format  ooxml.Value `xml:"numFmt"`
	Text    ooxml.Value `xml:"lvlText"`
	Style   ooxml.Value `xml:"pStyle"`
	Legal   *onOff      `xml:"isLgl"`
}

func (l *levels) add(x docxLevelXML) {
	if x.Level < 0 || x.Level >= maxLevels || len(x.Text.Val) > maxNumberBytes {
		return
	}
	level := &docxLevel{start: 1, restart: x.Level, format: x.Format.Val, text: x.Text.Val, style: x.Style.Val, legal: x.Legal.is()}
	if n, err := strconv.Atoi(x.Start.Val); err == nil {
		level.start = n
	}
	if n, err := strconv.Atoi(x.Restart.Val); err == nil {
		level.restart = min(n, x.Level)
	}
	l[x.Level] = level
}

func readDOCXLists(archive *ooxml.Archive, part string) (*docxLists, error) {
	lists := &docxLists{make(map[string]*docxList), make(map[string]*docxUse)}
	return lists, archive.Each(part, maxPartBytes, func(d *ooxml.Decoder, e xml.StartElement) error {
		switch e.Name.Local {
		case "abstractNum":
			var a struct {
				ID     string         `xml:"abstractNumId,attr"`
				Link   ooxml.Value    `xml:"numStyleLink"`
				Levels []docxLevelXML `xml:"lvl"`
			}
			if err := d.DecodeElement(&a, &e); err != nil {
				return err
			}
			list := &docxList{link: a.Link.Val}
			for _, l := range a.Levels {
				list.levels.add(l)
			}
			lists.abstract[a.ID] = list
		case "num":
			var n struct {
				ID        string      `xml:"numId,attr"`
				Abstract  ooxml.Value `xml:"abstractNumId"`
				Overrides []struct {
					Level int            `xml:"ilvl,attr"`
					Start *ooxml.Value   `xml:"startOverride"`
					Other []docxLevelXML `xml:"lvl"`
				} `xml:"lvlOverride"`
			}
			if err := d.DecodeElement(&n, &e); err != nil {
				return err
			}
			use := &docxUse{list: n.Abstract.Val}
			for _, o := range n.Overrides {
				for _, l := range o.Other {
					use.levels.add(l)
				}
				if o.Start == nil || o.Level < 0 || o.Level >= maxLevels {
					continue
				}
				if start, err := strconv.Atoi(o.Start.Val); err == nil {
					use.starts[o.Level] = &start
				}
			}
			lists.numbers[n.ID] = use
		}
		return nil
	})
}

// bullet is shown for the bullets of all fonts.
const bullet = "•"

// uncounted is the counter of a level that is still to begin.
const uncounted = math.MinInt

// restart has all lists begin again.
func (l *docxLists) restart() {
	for _, list := range l.abstract {
		for i := range list.counts {
			list.counts[i] = uncounted
		}
	}
	for _, use := range l.numbers {
		use.begun = false
	}
}

// maxListLinks bounds how often a list refers to another one: they may stand in a circle.
const maxListLinks = 10

// list returns the way of numbering that a list uses; nil: it has none.
func (l *docxLists) list(use *docxUse, styles docxStyles) *docxList {
	for range maxListLinks {
		list := l.abstract[use.list]
		if list == nil || list.link == "" {
			return list
		}
		if use = l.numbers[styles.of(list.link).number.id]; use == nil {
			break
		}
	}
	return nil
}

// level returns how a level is numbered: as the list says, else as the way of numbering that it uses.
func (u *docxUse) level(list *docxList, at int) *docxLevel {
	return cmp.Or(u.levels[at], list.levels[at])
}

// count counts a paragraph of a list and returns its number as it is shown; empty: it has none.
func (l *docxLists) count(n docxNumber, styles docxStyles) string {
	use := l.numbers[n.id]
	if use == nil || n.id == "0" {
		return ""
	}
	list := l.list(use, styles)
	if list == nil {
		return ""
	}
	at, err := strconv.Atoi(n.level)
	if err != nil {
		at = 0
		for i := range list.levels {
			if level := use.level(list, i); level != nil && n.style != "" && level.style == n.style {
				at = i
			}
		}
	}
	if at < 0 || at >= maxLevels || use.level(list, at) == nil {
		return ""
	}
	if !use.begun {
		use.begun = true
		for i, start := range use.starts {
			if start != nil {
				list.counts[i] = uncounted
			}
		}
	}
	if list.counts[at] == uncounted {
		list.counts[at] = use.start(list, at)
	} else {
		list.counts[at]++
	}
	for i := at + 1; i < maxLevels; i++ {
		if level := use.level(list, i); level == nil || at < level.restart {
			list.counts[i] = uncounted
		}
	}
	return use.shown(list, at)
}

func (u *docxUse) start(list *docxList, at int) int {
	if start := u.starts[at]; start != nil {
		return *start
	}
	return u.level(list, at).start
}

// shown writes the number of a level as it stands before the paragraph.
func (u *docxUse) shown(list *docxList, at int) string {
	own := u.level(list, at)
	if own.format == "bullet" {
		return bullet
	}
	text := own.text
	for i := range at + 1 {
		level, count := u.level(list, i), list.counts[i]
		if level == nil {
			continue
		}
		if count == uncounted {
			count = u.start(list, i)
		}
		format := level.format
		if own.legal {
			format = "decimal"
		}
		text = strings.ReplaceAll(text, fmt.Sprintf("%%%d", i+1), shown(count, format))
	}
	return strings.TrimSpace(text)
}

// shown writes a number in a format of Word.
func shown(n int, format string) string {
	switch format {
	case "lowerLetter":
		return lettered(n, "abcdefghijklmnopqrstuvwxyz")
	case "upperLetter":
		return lettered(n, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
	case "russianLower":
		return lettered(n, "абвгдежзиклмнопрстуфхцчшщыэюя")
	case "russianUpper":
		return lettered(n, "АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЫЭЮЯ")
	case "lowerRoman":
		return counted(n, "i")
	case "upperRoman":
		return counted(n, "I")
	case "decimalZero":
		return fmt.Sprintf("%02d", n)
	case "none":
		return ""
	case "chineseCounting", "chineseCountingThousand", "ideographDigital", "taiwaneseCounting", "taiwaneseCountingThousand", "japaneseCounting":
		if n > 0 && n < 100 {
			return chinese(n)
		}
	}
	return strconv.Itoa(n)
}

// maxLetters bounds how often a letter is repeated, as Word does.
const maxLetters = 30

// lettered counts a, b, … z, aa, bb, … aaa.
func lettered(n int, alphabet string) string {
	letters := []rune(alphabet)
	if n < 1 || n > maxLetters*len(letters) {
		return strconv.Itoa(n)
	}
	return strings.Repeat(string(letters[(n-1)%len(letters)]), (n-1)/len(letters)+1)
}

// chinese writes a number below a hundred in Chinese numerals.
func chinese(n int) string {
	digits := []rune("〇一二三四五六七八九")
	var b strings.Builder
	if n >= 10 {
		if n >= 20 {
			b.WriteRune(digits[n/10])
		}
		b.WriteRune('十')
	}
	if n%10 > 0 || n == 0 {
		b.WriteRune(digits[n%10])
	}
	return b.String()
}
