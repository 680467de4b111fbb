package plaintext

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"treatygraph/graph"
)

// Bounds of what is taken for lines that run at the heads or the feet of pages.
const (
	minRunningPages   = 3 // as many pages have it,
	runningShare      = 3 // and one in as many: left and right pages differ, and so do the first and those of annexes
	maxRunningLines   = 3 // at the head of a page, and at its foot
	maxRunningRunes   = 200
	maxRunningNumbers = 6 // a line with more is one of a table; each of them is looked at in all pages
)

// joinPages makes one text of pages, without what runs at their heads and feet. A blank line stands between, so that what stands alone at an end of a
// page does, unless a sentence goes on.
func joinPages(text string) string {
	var pages [][]string
	for page := range strings.SplitSeq(text, "\f") {
		pages = append(pages, trimmed(strings.Split(page, "\n")))
	}
	first := slices.IndexFunc(pages, func(page []string) bool { return len(page) > 0 })
	for range maxRunningLines {
		dropRunning(pages, first, func(page []string) (string, []string) { return page[0], page[1:] })
		dropRunning(pages, -1, func(page []string) (string, []string) { return page[len(page)-1], page[:len(page)-1] })
	}
	var b strings.Builder
	last := ""
	for _, page := range pages {
		if len(page) == 0 {
			continue
		}
		switch {
		case last == "":
		case goesOn(last, page[0]):
			b.WriteByte('\n')
		default:
			b.WriteString("\n\n")
		}
		b.WriteString(strings.Join(page, "\n"))
		last = page[len(page)-1]
	}
	return b.String() + "\n"
}

// trimmed leaves out the blank lines at the ends of a page.
func trimmed(page []string) []string {
	for len(page) > 0 && strings.TrimSpace(page[0]) == "" {
		page = page[1:]
	}
	for len(page) > 0 && strings.TrimSpace(page[len(page)-1]) == "" {
		page = page[:len(page)-1]
	}
	return page
}

// dropRunning drops the line at one end of pages, which cut gives with the rest, where it runs. A page that is titled keeps what only its words have in common with others: the title of a
// treaty runs at the heads of the pages behind its first one.
func dropRunning(pages [][]string, titled int, cut func([]string) (string, []string)) {
	count, full := make(map[string]int), 0
	keys := make([][]string, len(pages))
	for i, page := range pages {
		if len(page) == 0 {
			continue
		}
		full++
		line, _ := cut(page)
		keys[i] = runningKeys(line, i)
		for _, key := range keys[i] {
			count[key]++
		}
	}
	for i, page := range pages {
		if slices.ContainsFunc(keys[i], func(key string) bool {
			return (i != titled || strings.Contains(key, counts)) && count[key] >= max(minRunningPages, (full+runningShare-1)/runningShare)
		}) {
			_, rest := cut(page)
			pages[i] = trimmed(rest)
		}
	}
}

var number = regexp.MustCompile(`[0-9]{1,5}`)

// counts stands around the number in a key.
const counts = "\x00"

// partNumber is what stands before a number that counts parts of a text, and no pages: each part may begin a page of its own.
var partNumber = regexp.MustCompile(`(?i)(?:\b(?:articles?|art|annexe?|appendix|chapter|section|part|protocol|schedule|form|table|rule|regulation|resolution|item|paragraph|amendment|proposal|declaration|chapitre|partie|formulaire|artículo|anexo|capítulo|protocolo|resolución)|статья|приложение|глава|раздел|протокол|附件|附录|附錄|议定书|議定書|决议|決議)[\s.]*(?:n[or]?[.º°]*|№|第)?\s*$`)

// runningKeys returns what a line has in common with the same line of other pages: its words, and its words with one of its numbers that counts the pages.
func runningKeys(line string, page int) []string {
	line = strings.Join(strings.Fields(line), " ")
	if line == "" || utf8.RuneCountInString(line) > maxRunningRunes {
		return nil
	}
	var keys []string
	if hasWords(line, 2) {
		keys = append(keys, line)
	}
	numbers := number.FindAllStringIndex(line, maxRunningNumbers+1)
	if len(numbers) > maxRunningNumbers || !isOfPages(number.ReplaceAllString(line, "")) {
		return keys
	}
	for _, at := range numbers {
		if partNumber.MatchString(line[:at[0]]) {
			continue
		}
		n, _ := strconv.Atoi(line[at[0]:at[1]])
		keys = append(keys, line[:at[0]]+counts+strconv.Itoa(n-page)+counts+line[at[1]:])
	}
	return keys
}

// pageWords are those that stand beside the number of a page.
var pageWords = regexp.MustCompile(`(?i)^(?:page|pages|p|of|страница|стр|с|из|página|de|sur|第|页|頁|共|\PL)*$`)

// isOfPages tells whether words may stand beside the number of a page: those of pages, or of a title. A single word does not: "Article 1" and "Article 2" may begin pages that follow
// each other.
func isOfPages(words string) bool { return pageWords.MatchString(words) || hasWords(words, 2) }

// hasWords tells whether there are so many words of two letters; two Chinese characters are one.
func hasWords(s string, many int) bool {
	for word := range strings.FieldsFuncSeq(s, func(r rune) bool { return !unicode.IsLetter(r) }) {
		han := 0
		for _, r := range word {
			if graph.IsCJK(r) {
				han++
			}
		}
		switch {
		case han > 0:
			many -= han / 2
		case utf8.RuneCountInString(word) > 1:
			many--
		}
	}
	return many <= 0
}

// goesOn tells whether a sentence goes on from one page to the next: small letters on both sides.
func goesOn(last, next string) bool {
	last, next = strings.TrimSpace(last), strings.TrimSpace(next)
	end, _ := utf8.DecodeLastRuneInString(last)
	begin, _ := utf8.DecodeRuneInString(next)
	return (unicode.IsLower(end) || end == ',' || end == '-') && unicode.IsLower(begin)
}
