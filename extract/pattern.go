package extract

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"treatygraph/graph"
)

// numeral takes what begins with a number or with 第: a date, a resolution or a list of them, an article, a quantity. It tells whether it
// took anything.
func (s *scanner) numeral() bool {
	return s.date() || s.resolutions() || s.article() || s.quantity()
}

// number reads a number in digits or Chinese numerals at a place; 0 digits for none.
func number(text []rune, at int) (n, end int) {
	end = at
	for end < len(text) && text[end] >= '0' && text[end] <= '9' && end-at < 9 {
		n = n*10 + int(text[end]-'0')
		end++
	}
	if end > at {
		if end < len(text) && text[end] >= '0' && text[end] <= '9' {
			return 0, at
		}
		return n, end
	}
	return chineseNumber(text, at)
}

var chineseDigits = map[rune]int{'〇': 0, '零': 0, '○': 0, '一': 1, '二': 2, '两': 2, '三': 3, '四': 4, '五': 5, '六': 6, '七': 7, '八': 8, '九': 9}

// chineseNumber reads 一九四六, written digit by digit, and 十二, 二十一, 一百零五.
func chineseNumber(text []rune, at int) (n, end int) {
	total, digit, placed := 0, 0, false
	for end = at; end < len(text) && end-at < 12; end++ {
		if d, is := chineseDigits[text[end]]; is {
			if !placed {
				digit = digit*10 + d
			} else {
				digit = d
			}
			continue
		}
		place := chinesePlaces[text[end]]
		if place == 0 {
			break
		}
		total, digit, placed = total+max(digit, 1)*place, 0, true
	}
	return total + digit, end
}

var chinesePlaces = map[rune]int{'十': 10, '百': 100, '千': 1000}

func skipBlanks(text []rune, at int) int {
	for at < len(text) && text[at] == ' ' {
		at++
	}
	return at
}

// date takes 2008 年 4 月 6 日, 2006 年 7 月, 一九四六年十二月十一日, and in Latin and Cyrillic text 6 April 2008, April 6, 2008, 6 апреля 2008.
func (s *scanner) date() bool {
	if s.at > 0 && s.fold[s.at] >= '0' && s.fold[s.at] <= '9' && s.fold[s.at-1] >= '0' && s.fold[s.at-1] <= '9' {
		return false
	}
	n, end := number(s.fold, s.at)
	if end == s.at {
		return false
	}
	if date, to := chineseDate(s.fold, n, end); to > 0 {
		s.push(token{span: span{s.at, to}, mention: -1, date: date})
		return true
	}
	if date, to := dayMonthYear(s.fold, n, end); to > 0 {
		s.push(token{span: span{s.at, to}, mention: -1, date: date})
		return true
	}
	return false
}

// chineseDate reads what follows the year of a date; a year alone is none, since it rarely dates an act.
func chineseDate(text []rune, year, at int) (date graph.Date, end int) {
	next := func(sign rune) (int, bool) {
		at = skipBlanks(text, at)
		n, to := number(text, at)
		if to == at {
			return 0, false
		}
		to = skipBlanks(text, to)
		if to >= len(text) || text[to] != sign {
			return 0, false
		}
		at = to + 1
		return n, true
	}
	at = skipBlanks(text, at)
	if at >= len(text) || text[at] != '年' || year < 1000 || year > 2999 {
		return date, 0
	}
	at++
	month, ok := next('月')
	if !ok {
		return date, 0
	}
	written, end := fmt.Sprintf("%04d-%02d", year, month), at
	if day, ok := next('日'); ok {
		written, end = fmt.Sprintf("%s-%02d", written, day), at
	}
	date, err := graph.ParseDate(written)
	if err != nil {
		return graph.Date{}, 0
	}
	return date, end
}

var months = func() map[string]int {
	m := make(map[string]int)
	for i, name := range []string{"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"} {
		m[name] = i + 1
	}
	for i, name := range []string{"января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"} {
		m[name] = i + 1
	}
	return m
}()

func latinWord(text []rune, at int) (string, int) {
	end := at
	for end < len(text) && isWordLetter(text[end]) && end-at < 24 {
		end++
	}
	return string(text[at:end]), end
}

func dayMonthYear(text []rune, day, at int) (date graph.Date, end int) {
	if day < 1 || day > 31 || at >= len(text) || text[at] != ' ' {
		return date, 0
	}
	name, to := latinWord(text, at+1)
	month := months[name]
	if month == 0 || to >= len(text) || text[to] != ' ' {
		return date, 0
	}
	return dated(text, day, month, to+1)
}

// dated reads the year that ends a date.
func dated(text []rune, day, month, at int) (date graph.Date, end int) {
	year, end := number(text, at)
	if end-at != 4 {
		return date, 0
	}
	date, err := graph.ParseDate(fmt.Sprintf("%04d-%02d-%02d", year, month, day))
	if err != nil {
		return graph.Date{}, 0
	}
	return date, end
}

// monthDayYear takes April 6, 2008.
func (s *scanner) monthDayYear() bool {
	name, to := latinWord(s.fold, s.at)
	month := months[name]
	if month == 0 || to >= len(s.fold) || s.fold[to] != ' ' {
		return false
	}
	day, end := number(s.fold, to+1)
	if end == to+1 || end+1 >= len(s.fold) || s.fold[end] != ',' || s.fold[end+1] != ' ' {
		return false
	}
	date, end := dated(s.fold, day, month, end+2)
	if end == 0 {
		return false
	}
	s.push(token{span: span{s.at, end}, mention: -1, date: date})
	return true
}

// resolutions takes 第1737、1747和1803号决议 and 第1540(2004)号决议: numbers that share one head.
func (s *scanner) resolutions() bool {
	type member struct {
		span
		number  int
		session string // in parentheses behind the number: a year or a session
		and     span   // what joins it to the next
	}
	var list []member
	at := s.at
	for {
		at = skipBlanks(s.fold, at)
		start := at
		if at < len(s.fold) && s.fold[at] == '第' {
			at = skipBlanks(s.fold, at+1)
		}
		n, end := number(s.fold, at)
		if end == at || n == 0 || len(list) == maxList {
			return false
		}
		m := member{span: span{start, end}, number: n}
		if session, to := parenthesised(s.text, skipBlanks(s.fold, end)); to > 0 {
			m.session, m.end = session, to
		}
		list = append(list, m)
		at = skipBlanks(s.fold, m.end)
		if hasRunes(s.fold, at, []rune("号决议")) {
			break
		}
		if at < len(s.fold) && s.fold[at] == '号' {
			list[len(list)-1].end = at + 1
			at = skipBlanks(s.fold, at+1)
		}
		if at >= len(s.fold) || s.fold[at] != '、' && s.fold[at] != '和' && s.fold[at] != '及' && s.fold[at] != '与' && s.fold[at] != '，' {
			return false
		}
		list[len(list)-1].and = span{at, at + 1}
		at++
	}
	list[len(list)-1].end = at + len([]rune("号决议"))
	for _, m := range list {
		s.resolution(m.span, m.number, m.session)
		if m.and.end > 0 {
			s.push(token{span: m.and, class: classAnd, mention: -1})
		}
	}
	s.at = list[len(list)-1].end
	return true
}

// maxList bounds the resolutions that share one head.
const maxList = 50

// parenthesised reads what stands in parentheses at a place; end is 0 where nothing does.
func parenthesised(text []rune, at int) (inside string, end int) {
	if at >= len(text) || text[at] != '(' && text[at] != '（' {
		return "", 0
	}
	for end = at + 1; end < len(text) && end-at < 12; end++ {
		if text[end] == ')' || text[end] == '）' {
			return strings.TrimSpace(string(text[at+1 : end])), end + 1
		}
	}
	return "", 0
}

// resolution links one resolution by its number and the body that stands before it.
func (s *scanner) resolution(here span, number int, session string) {
	var candidates []string
	roman := session != "" && (session[0] < '0' || session[0] > '9')
	if !roman {
		candidates = append(candidates, graph.SecurityCouncilResolution(number, 0).String())
	}
	if session != "" {
		candidates = append(candidates, fmt.Sprintf("A/RES/%d(%s)", number, session))
	}
	if before, ok := s.sessionBefore(here.start); ok {
		candidates = append([]string{fmt.Sprintf("A/RES/%d(%s)", number, before)}, candidates...)
	}
	for _, symbol := range candidates {
		id, err := graph.ParseIdentifier(graph.SchemeUNSymbol, symbol)
		if err != nil {
			continue
		}
		if entity := s.identified[id]; entity != "" {
			s.pushMention(mention{span: here, entity: entity, score: scoreNumber, reason: "number of a resolution"})
			return
		}
	}
	s.unlinked = append(s.unlinked, unlinked{here, "a resolution that the vocabulary does not hold"})
	s.at = here.end
}

// sessionBefore reads a session in parentheses before a number: （十八届）第1962号决议.
func (s *scanner) sessionBefore(at int) (roman string, ok bool) {
	if at == 0 || s.fold[at-1] != '）' && s.fold[at-1] != ')' {
		return "", false
	}
	for start := at - 2; start >= 0 && at-start < 10; start-- {
		if s.fold[start] == '（' || s.fold[start] == '(' {
			inside := s.fold[start+1 : at-1]
			if len(inside) > 0 && inside[0] == '第' {
				inside = inside[1:]
			}
			n, end := number(inside, 0)
			if end == 0 || end >= len(inside) || inside[end] != '届' {
				return "", false
			}
			return romanNumeral(n), true
		}
	}
	return "", false
}

func romanNumeral(n int) string {
	var b strings.Builder
	for _, step := range []struct {
		value int
		sign  string
	}{{100, "C"}, {90, "XC"}, {50, "L"}, {40, "XL"}, {10, "X"}, {9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"}} {
		for n >= step.value {
			b.WriteString(step.sign)
			n -= step.value
		}
	}
	return b.String()
}

func parseRoman(s string) int {
	values := map[rune]int{'i': 1, 'v': 5, 'x': 10, 'l': 50, 'c': 100}
	total, last := 0, 0
	for _, r := range strings.ToLower(s) {
		v := values[r]
		if v == 0 {
			return 0
		}
		if v > last {
			total -= 2 * last
		}
		total, last = total+v, v
	}
	return total
}

// article takes 第六条 directly behind an instrument.
func (s *scanner) article() bool {
	if s.fold[s.at] != '第' {
		return false
	}
	at := skipBlanks(s.fold, s.at+1)
	n, end := number(s.fold, at)
	if end == at || n == 0 {
		return false
	}
	if end = skipBlanks(s.fold, end); end >= len(s.fold) || s.fold[end] != '条' || end+1 < len(s.fold) && s.fold[end+1] == '约' {
		return false
	}
	s.provision(span{s.at, end + 1}, n)
	return true
}

// provision links an article of the instrument that stands right before it. An article of no named instrument is the text's own, and no
// mention.
func (s *scanner) provision(here span, number int) {
	last := len(s.tokens) - 1
	if last < 0 || !s.tokens[last].isMention() || gapRunes(s.text, s.tokens[last].end, here.start) > 0 {
		s.at = here.end
		return
	}
	of := s.mentions[s.tokens[last].mention]
	if !graph.Instruments.Has(of.entity.Kind()) {
		s.at = here.end
		return
	}
	whole := span{openQuote(s.text, of.start), here.end}
	id := s.provisions[Provision{of.entity, number}]
	if id == "" {
		s.unlinked = append(s.unlinked, unlinked{whole, "an article that the vocabulary does not hold"})
		s.at = here.end
		return
	}
	from := len(s.inner)
	s.inner = append(s.inner, of)
	s.mentions[s.tokens[last].mention] = mention{span: whole, entity: id, score: of.score, reason: "article of " + string(of.entity), inner: span{from, from + 1}, points: of.points}
	s.tokens[last].span, s.at = whole, here.end
}

// openQuote returns where the title mark before a place begins, or the place itself.
func openQuote(text []rune, at int) int {
	if at > 0 && (text[at-1] == '《' || text[at-1] == '〈') {
		return at - 1
	}
	return at
}

// gapRunes counts what stands between two places besides blanks, title marks and the article "the".
func gapRunes(text []rune, from, to int) int {
	n := 0
	for i := from; i < to && i < len(text); i++ {
		switch text[i] {
		case ' ', '《', '》', '〈', '〉', '“', '”', '"', '「', '」':
		case 't', 'T':
			if i+3 <= to && isArticle(text, i) {
				i += 2
				continue
			}
			n++
		default:
			n++
		}
	}
	return n
}

// isArticle tells whether "the" stands at a place.
func isArticle(text []rune, at int) bool {
	return at+3 <= len(text) && text[at+1] == 'h' && text[at+2] == 'e' && (at == 0 || !isWordLetter(text[at-1])) && (at+3 == len(text) || !isWordLetter(text[at+3]))
}

// quantity takes a number with a unit that counts or measures something.
func (s *scanner) quantity() bool {
	amount, end := decimal(s.fold, s.at)
	if end == s.at {
		return false
	}
	at := skipBlanks(s.fold, end)
	scale := 1
	for _, m := range []struct {
		sign  string
		value int
	}{{"万", 10_000}, {"百万", 1_000_000}, {"亿", 100_000_000}, {"million", 1_000_000}, {"billion", 1_000_000_000}, {"млн", 1_000_000}} {
		if hasRunes(s.fold, at, []rune(m.sign)) {
			at, scale = skipBlanks(s.fold, at+len([]rune(m.sign))), m.value
			break
		}
	}
	for _, u := range units {
		if hasRunes(s.fold, at, u.sign) {
			value, ok := scaled(amount, scale)
			if !ok {
				return false
			}
			s.push(token{span: span{s.at, at + len(u.sign)}, mention: -1, measure: &measurement{value, u.unit}})
			return true
		}
	}
	return false
}

// units are the signs of quantities, with their UCUM or ISO 4217 code or a plain word.
var units = []struct {
	sign []rune
	unit string
}{
	{[]rune("公吨"), "t"}, {[]rune("吨"), "t"}, {[]rune("metric tons"), "t"}, {[]rune("tonnes"), "t"}, {[]rune("метрических тонн"), "t"}, {[]rune("тонн"), "t"},
	{[]rune("公斤"), "kg"}, {[]rune("千克"), "kg"}, {[]rune("kilograms"), "kg"}, {[]rune("公里"), "km"}, {[]rune("kilometres"), "km"}, {[]rune("kilometers"), "km"},
	{[]rune("美元"), "USD"}, {[]rune("dollars"), "USD"}, {[]rune("欧元"), "EUR"}, {[]rune("euros"), "EUR"}, {[]rune("卢布"), "RUB"}, {[]rune("долларов"), "USD"},
	{[]rune("个参与国"), "participants"}, {[]rune("个参加国"), "participants"}, {[]rune("个成员国"), "members"}, {[]rune("个缔约国"), "parties"}, {[]rune("partner nations"), "participants"},
	{[]rune("participants"), "participants"}, {[]rune("member states"), "members"}, {[]rune("states parties"), "parties"},
}

// decimal reads 17.4, 5,000, 67.
func decimal(text []rune, at int) (string, int) {
	end := at
	var b strings.Builder
	for end < len(text) {
		c := text[end]
		digitNext := end+1 < len(text) && text[end+1] >= '0' && text[end+1] <= '9'
		switch {
		case c >= '0' && c <= '9':
			b.WriteRune(c)
		case c == ',' && b.Len() > 0 && digitNext && !strings.Contains(b.String(), "."):
		case c == '.' && b.Len() > 0 && digitNext && !strings.Contains(b.String(), "."):
			b.WriteByte('.')
		default:
			return b.String(), end
		}
		if end++; end-at > 20 {
			return "", at
		}
	}
	return b.String(), end
}

func scaled(amount string, scale int) (string, bool) {
	if scale > 1 {
		f, err := strconv.ParseFloat(amount, 64)
		if err != nil || f > 1e9 {
			return "", false
		}
		amount = strconv.FormatFloat(f*float64(scale), 'f', -1, 64)
	}
	amount = strings.TrimLeft(amount, "0")
	if amount == "" || amount[0] == '.' {
		amount = "0" + amount
	}
	return amount, true
}

// symbol takes the symbol of a UN document: capitals, then a slash.
func (s *scanner) symbol() bool {
	end, slash := s.at, false
	for end < len(s.text) && end-s.at < 60 {
		c := s.text[end]
		if c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || (c == '.' || c == '-') && end > s.at {
			end++
			continue
		}
		if c == '/' && end > s.at {
			slash = true
			end++
			continue
		}
		break
	}
	if !slash {
		return false
	}
	for end > s.at && (s.text[end-1] == '.' || s.text[end-1] == '/' || s.text[end-1] == '-') {
		end--
	}
	if inside, to := parenthesised(s.text, skipBlanks(s.fold, end)); to > 0 && inside != "" {
		if _, err := graph.ParseUNSymbol(string(s.text[s.at:to])); err == nil {
			end = to
		}
	}
	words := string(s.text[s.at:end])
	id, err := graph.ParseIdentifier(graph.SchemeUNSymbol, words)
	if err != nil {
		return false
	}
	here := span{s.at, end}
	if entity := s.identified[id]; entity != "" {
		s.pushMention(mention{span: here, entity: entity, score: scoreNumber, reason: "UN symbol"})
	} else {
		s.unlinked = append(s.unlinked, unlinked{here, "a UN symbol that the vocabulary does not hold"})
		s.at = end
	}
	return true
}

// latinReference takes "resolution 1540 (2004)", "resolutions 1737 (2006) and 1747 (2007)", "Article VI of the Treaty" and dates that begin with a
// month, in English and Russian.
func (s *scanner) latinReference() bool {
	if s.monthDayYear() {
		return true
	}
	name, end := latinWord(s.fold, s.at)
	switch name {
	case "resolution", "resolutions", "резолюция", "резолюции", "резолюцию", "резолюцией", "резолюциях", "резолюций":
		return s.latinResolutions(end)
	case "article", "art", "статья", "статьи", "статье", "статью", "статьей":
		return s.latinArticle(name, end)
	}
	return false
}

func (s *scanner) latinResolutions(at int) bool {
	first := true
	for {
		at = skipBlanks(s.fold, at)
		n, end := number(s.fold, at)
		if end == at || n == 0 {
			return !first
		}
		here := span{at, end}
		if first {
			here.start = s.at
		}
		session := ""
		if inside, to := parenthesised(s.text, skipBlanks(s.fold, end)); to > 0 {
			session, here.end = inside, to
		}
		s.resolution(here, n, session)
		first = false
		next := skipBlanks(s.fold, here.end)
		and := next
		if next < len(s.fold) && s.fold[next] == ',' {
			next = skipBlanks(s.fold, next+1)
		}
		for _, word := range []string{"and ", "и "} {
			if hasRunes(s.fold, next, []rune(word)) {
				next += len([]rune(word))
			}
		}
		if _, end := number(s.fold, next); next == and || end == next {
			return true
		}
		s.push(token{span: span{and, next}, class: classAnd, mention: -1})
		at = next
	}
}

// latinArticle takes "Article VI of the Treaty": the head comes first, so the instrument is looked for behind it.
func (s *scanner) latinArticle(name string, at int) bool {
	at = skipBlanks(s.fold, at)
	n, end := number(s.fold, at)
	if end == at {
		var roman string
		roman, end = latinWord(s.fold, at)
		n = parseRoman(roman)
	}
	if n == 0 {
		return false
	}
	for _, of := range []string{" of the ", " of ", " "} {
		if !hasRunes(s.fold, end, []rune(of)) || of == " " && !strings.HasPrefix(name, "стат") {
			continue
		}
		behind := end + len([]rune(of))
		if inner := s.instrumentAt(behind); inner.entity != "" {
			return s.articleOf(span{s.at, inner.end}, n, inner)
		}
	}
	s.at = end
	return true
}

// instrumentAt returns the instrument that is named at a place, or that "Treaty" there, with a capital, points back at.
func (s *scanner) instrumentAt(at int) mention {
	if i, found := slices.BinarySearchFunc(s.names, at, func(m NameMatch, at int) int { return m.Start - at }); found {
		if named := s.linkName(s.names[i]); graph.Instruments.Has(named.entity.Kind()) {
			return named
		}
		return mention{}
	}
	if at >= len(s.text) || !unicode.IsUpper(s.text[at]) {
		return mention{}
	}
	w, n := grammar.at(s.fold, at)
	if w == nil || w.class != classType || !s.standsAlone(at+n) {
		return mention{}
	}
	if id := s.pointedAt(w); id != "" {
		return mention{span: span{at, at + n}, entity: id, score: scorePointing, reason: "points back at the last " + w.text, points: true}
	}
	return mention{}
}

// articleOf takes an article with its instrument, whose head comes first.
func (s *scanner) articleOf(whole span, number int, of mention) bool {
	id := s.provisions[Provision{of.entity, number}]
	if id == "" {
		s.unlinked = append(s.unlinked, unlinked{whole, "an article that the vocabulary does not hold"})
		s.pushMention(of)
		return true
	}
	s.inner = append(s.inner, of)
	s.pushMention(mention{span: whole, entity: id, score: of.score, reason: "article of " + string(of.entity), inner: span{len(s.inner) - 1, len(s.inner)}, points: of.points})
	return true
}
