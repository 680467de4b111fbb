package extract

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"treatygraph/graph"
)

// numeral takes what begins with a number or with 第: a date, a resolution or a list of them, an article, a quantity, else digits that are none of
// these: nothing begins within a number. It tells whether it took anything.
func (s *scanner) numeral() bool {
	return s.date() || s.resolutions() || s.article() || s.quantity() || s.digits()
}

func (s *scanner) digits() bool {
	from := s.at
	for s.at < len(s.fold) && isDigit(s.fold[s.at]) {
		s.at++
	}
	return s.at > from
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

// number reads a number in digits or Chinese numerals at a place; 0 digits for none.
func number(text []rune, at int) (n, end int) {
	end = at
	for end < len(text) && isDigit(text[end]) && end-at < 9 {
		n = n*10 + int(text[end]-'0')
		end++
	}
	if end > at {
		if end < len(text) && isDigit(text[end]) {
			return 0, at
		}
		return n, end
	}
	return chineseNumber(text, at)
}

// chineseDigit returns the value of a Chinese digit, -1 for none.
func chineseDigit(r rune) int {
	switch r {
	case '〇', '零', '○':
		return 0
	case '一':
		return 1
	case '二', '两':
		return 2
	case '三':
		return 3
	case '四':
		return 4
	case '五':
		return 5
	case '六':
		return 6
	case '七':
		return 7
	case '八':
		return 8
	case '九':
		return 9
	}
	return -1
}

// chinesePlace returns the power of ten that a Chinese numeral stands for, 0 for none.
func chinesePlace(r rune) int {
	switch r {
	case '十':
		return 10
	case '百':
		return 100
	case '千':
		return 1000
	}
	return 0
}

// chineseNumber reads 一九四六, written digit by digit, and 十二, 二十一, 一百零五.
func chineseNumber(text []rune, at int) (n, end int) {
	total, digit, placed := 0, 0, false
	for end = at; end < len(text) && end-at < 12; end++ {
		if d := chineseDigit(text[end]); d >= 0 {
			if !placed {
				digit = digit*10 + d
			} else {
				digit = d
			}
			continue
		}
		place := chinesePlace(text[end])
		if place == 0 {
			break
		}
		total, digit, placed = total+max(digit, 1)*place, 0, true
	}
	return total + digit, end
}

func skipBlanks(text []rune, at int) int {
	for at < len(text) && text[at] == ' ' {
		at++
	}
	return at
}

// date takes a date.
func (s *scanner) date() bool {
	date, end := dateAt(s.fold, s.at)
	if end > 0 {
		s.push(token{span: span{s.at, end}, mention: -1, date: date})
	}
	return end > 0
}

// dateAt reads 2008 年 4 月 6 日, 2006 年 7 月, 一九四六年十二月十一日, and in Latin and Cyrillic text 6 April 2008, April 6, 2008, 6 апреля 2008; end is 0 for
// none.
func dateAt(text []rune, at int) (date graph.Date, end int) {
	if at >= len(text) || at > 0 && isDigit(text[at]) && isDigit(text[at-1]) {
		return date, 0
	}
	if isWordLetter(text[at]) {
		return monthDayYear(text, at)
	}
	n, end := number(text, at)
	if end == at {
		return date, 0
	}
	if date, to := chineseDate(text, n, end); to > 0 {
		return date, to
	}
	return dayMonthYear(text, n, end)
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

// monthDayYear reads April 6, 2008.
func monthDayYear(text []rune, at int) (date graph.Date, end int) {
	name, to := latinWord(text, at)
	month := months[name]
	if month == 0 || to >= len(text) || text[to] != ' ' {
		return date, 0
	}
	day, end := number(text, to+1)
	if end == to+1 || !follows(text, end, ", ") {
		return date, 0
	}
	return dated(text, day, month, end+2)
}

// A resolutionNumber is what a text writes of one resolution: 1540, 1540 (2004), 1962 (XVIII), 60/1.
type resolutionNumber struct {
	span
	number  int
	part    int    // behind a slash; 0 for none
	session string // in brackets behind the number: a year or a session
	and     span   // what joins it to the next
}

func (s *scanner) resolutionNumber(at int) (n resolutionNumber, ok bool) {
	n.start = at
	n.number, n.end = number(s.fold, at)
	if follows(s.fold, n.end, "/") {
		if part, end := number(s.fold, n.end+1); part > 0 {
			n.part, n.end = part, end
		}
	}
	if session, end := parenthesised(s.fold, skipBlanks(s.fold, n.end)); end > 0 {
		n.session, n.end = session, end
	}
	return n, n.number > 0
}

// resolutions takes 第1737、1747和1803号决议 and 第1540(2004)号决议: numbers that share one head.
func (s *scanner) resolutions() bool {
	const head = "号决议"
	var list []resolutionNumber
	at := s.at
	for {
		at = skipBlanks(s.fold, at)
		start := at
		if at < len(s.fold) && s.fold[at] == '第' {
			at = skipBlanks(s.fold, at+1)
		}
		n, ok := s.resolutionNumber(at)
		if !ok || len(list) == maxList {
			return false
		}
		n.start = start
		if at = skipBlanks(s.fold, n.end); follows(s.fold, at, head) {
			n.end = at + utf8.RuneCountInString(head)
			s.pushResolutions(append(list, n))
			return true
		}
		if at < len(s.fold) && s.fold[at] == '号' {
			n.end = at + 1
			at = skipBlanks(s.fold, at+1)
		}
		if at >= len(s.fold) || !strings.ContainsRune("、和及与，", s.fold[at]) {
			return false
		}
		n.and = span{at, at + 1}
		list = append(list, n)
		at++
	}
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

// pushResolutions links resolutions by their numbers, and by the body that stands before or behind them as far as it tells two series of numbers apart.
func (s *scanner) pushResolutions(list []resolutionNumber) {
	whole := span{list[0].start, list[len(list)-1].end}
	assembly := followsAny(s.fold, whole.end, assemblyBehind) || slices.ContainsFunc(assemblyBefore, func(w string) bool {
		return follows(s.fold, whole.start-utf8.RuneCountInString(w), w)
	})
	for i := range list {
		n := &list[i]
		s.resolution(n, assembly)
		if n.and.end > 0 {
			s.push(token{span: n.and, class: classAnd, mention: -1})
		}
	}
	s.at = whole.end
}

// resolution links one resolution. Where it has neither a session nor the General Assembly beside it, it is the Security Council's.
func (s *scanner) resolution(n *resolutionNumber, assembly bool) {
	var symbols []string
	before, hasBefore := s.sessionBefore(n.start)
	switch {
	case n.part > 0:
		if assembly { // other bodies count by sessions, too
			symbols = append(symbols, fmt.Sprintf("A/RES/%d/%d", n.number, n.part))
		}
	case hasBefore:
		symbols = append(symbols, fmt.Sprintf("A/RES/%d(%s)", n.number, before))
	case n.session != "" && !isDigit(rune(n.session[0])):
		symbols = append(symbols, fmt.Sprintf("A/RES/%d(%s)", n.number, n.session))
	case !assembly:
		symbols = append(symbols, graph.SecurityCouncilResolution(n.number, 0).String())
	}
	for _, symbol := range symbols {
		id, err := graph.ParseIdentifier(graph.SchemeUNSymbol, symbol)
		if err != nil {
			continue
		}
		if entity := s.identified[id]; entity != "" {
			s.pushMention(mention{span: n.span, entity: entity, score: scoreNumber, reason: "number of a resolution"})
			return
		}
	}
	s.unlinked = append(s.unlinked, unlinked{n.span, "a resolution that the vocabulary does not hold"})
	s.at = n.end
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
	amount, end := decimal(s.fold, s.at, s.about.Language.Base() == "ru")
	if end == s.at {
		return false
	}
	at := skipBlanks(s.fold, end)
	scale := 1
	for _, m := range []struct {
		sign  string
		value int
	}{{"万", 10_000}, {"百万", 1_000_000}, {"亿", 100_000_000}, {"million", 1_000_000}, {"billion", 1_000_000_000}, {"млн", 1_000_000}} {
		if follows(s.fold, at, m.sign) {
			at, scale = skipBlanks(s.fold, at+utf8.RuneCountInString(m.sign)), m.value
			break
		}
	}
	for _, u := range units {
		end := at + utf8.RuneCountInString(u.sign)
		if follows(s.fold, at, u.sign) && !(isWordLetter(s.fold[end-1]) && end < len(s.fold) && isWordLetter(s.fold[end])) {
			value, ok := scaled(amount, scale)
			if !ok {
				return false
			}
			s.push(token{span: span{s.at, end}, mention: -1, measure: &measurement{value, u.unit}})
			return true
		}
	}
	return false
}

// decimal reads 67, 17.4, 5,000, 12 345 and, where the comma is the decimal sign, 17,4. It gives the number without signs between thousands.
func decimal(text []rune, at int, decimalComma bool) (amount string, end int) {
	digits := func(from int) int {
		to := from
		for to < len(text) && isDigit(text[to]) {
			to++
		}
		return to
	}
	end = digits(at)
	if end == at || end-at > maxDigits {
		return "", at
	}
	amount = string(text[at:end])
	for thousands := end-at <= 3; end < len(text); {
		next := digits(end + 1)
		switch sign, n := text[end], next-end-1; {
		case thousands && (sign == ',' || sign == ' ') && n == 3 && len(amount) < maxDigits:
			amount, end = amount+string(text[end+1:next]), next
		case (sign == '.' || sign == ',' && decimalComma) && n > 0 && n <= maxDigits:
			return amount + "." + string(text[end+1:next]), next
		default:
			return amount, end
		}
	}
	return amount, end
}

// maxDigits bounds numbers: longer ones measure nothing.
const maxDigits = 15

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
	if s.date() {
		return true
	}
	name, end := latinWord(s.fold, s.at)
	switch name {
	case "resolution", "резолюция", "резолюцию", "резолюцией":
		return s.latinResolutions(end, false)
	case "resolutions", "резолюции", "резолюциях", "резолюций":
		return s.latinResolutions(end, true)
	case "article", "art", "статья", "статьи", "статье", "статью", "статьей":
		return s.latinArticle(name, end)
	}
	return false
}

// latinResolutions takes the numbers behind the head: one, or a list.
func (s *scanner) latinResolutions(at int, several bool) bool {
	var list []resolutionNumber
	for {
		n, ok := s.resolutionNumber(skipBlanks(s.fold, at))
		if _, end := dateAt(s.fold, n.start); !ok || end > 0 {
			break
		}
		if list = append(list, n); !several {
			break
		}
		and := skipBlanks(s.fold, n.end)
		at = and
		if follows(s.fold, at, ",") {
			at = skipBlanks(s.fold, at+1)
		}
		for _, word := range []string{"and ", "и "} {
			if follows(s.fold, at, word) {
				at += utf8.RuneCountInString(word)
			}
		}
		if at == and {
			break
		}
		list[len(list)-1].and = span{and, at}
	}
	if len(list) == 0 {
		return false
	}
	list[0].start, list[len(list)-1].and = s.at, span{}
	s.pushResolutions(list)
	return true
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
		if !follows(s.fold, end, of) || of == " " && !strings.HasPrefix(name, "стат") {
			continue
		}
		behind := end + utf8.RuneCountInString(of)
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
