package ingest

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"treatygraph/graph"
)

// A DateOrder tells how dates of three numbers are read.
type DateOrder uint8

// DateOrderUnknown leaves it to the column; days first as in 24/02/1848; months first as in 02/24/1848.
const (
	DateOrderUnknown DateOrder = iota
	DayFirst
	MonthFirst
)

// ParseDateOrder reads "day-first" or "month-first".
func ParseDateOrder(s string) (DateOrder, error) {
	switch s {
	case "":
		return DateOrderUnknown, nil
	case "day-first":
		return DayFirst, nil
	case "month-first":
		return MonthFirst, nil
	}
	return 0, fmt.Errorf("%s is neither day-first nor month-first", quoted(s))
}

// String is for reports.
func (o DateOrder) String() string {
	return [...]string{"not told by the column", "the day first", "the month first"}[o]
}

// lastYear stands in tables for an end that is open.
const lastYear = 9999

var (
	threeNumbers = regexp.MustCompile(`^(\d{1,4})( ?[./\- ] ?)(\d{1,2})[./\- ] ?(\d{1,4})\.?$`)
	monthAndYear = regexp.MustCompile(`^(\d{1,2})[./-](\d{4})$`)
	yearAndMonth = regexp.MustCompile(`^(\d{4})[./](\d{1,2})$`)
	eightDigits  = regexp.MustCompile(`^(\d{4})(\d{2})(\d{2})$`)
	hanDate      = regexp.MustCompile(`^(\d{4})年(?:(\d{1,2})月(?:(\d{1,2})[日号])?)?$`)
	timeOfDay    = regexp.MustCompile(`^(\d{4}-\d{2}-\d{2})[T ]00:00(?::00(?:\.0+)?)?(?:Z|\+00:00)?$`)
	aboutDate    = regexp.MustCompile(`(?i)^(?:c\.|ca\.?|circa|about|approx\.|um|vers|около|约)\s*(.+)$`)
	dateWord     = regexp.MustCompile(`\pL+|\d+(?:st|nd|rd|th|er|º|ª)?`)
)

// months are the names of months in the languages that treaty tables are kept in; a month may be cut to three letters or more where no other begins so.
var months = func() map[string]int {
	names := make(map[string]int)
	for _, year := range []string{
		"january february march april may june july august september october november december",
		"janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
		"enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
		"января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
		"январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь",
		"januar februar marz april mai juni juli august september oktober november dezember",
	} {
		for i, name := range strings.Fields(year) {
			letters := []rune(name)
			for n := 3; n <= len(letters); n++ {
				if month, there := names[string(letters[:n])]; there && month != i+1 {
					names[string(letters[:n])] = 0 // "jui" begins juin and juillet
				} else if !there {
					names[string(letters[:n])] = i + 1
				}
			}
		}
	}
	names["sept"] = 9
	return names
}()

// dateFillers stand between the parts of a date and say nothing.
var dateFillers = map[string]bool{"of": true, "the": true, "de": true, "del": true, "den": true, "le": true, "г": true, "года": true, "год": true}

// numbers returns the three numbers of a date such as 02.12.1972 whose order is to be told, and what parts them.
func numbers(s string) (first, second, year int, mark string, ok bool) {
	m := threeNumbers.FindStringSubmatch(s)
	if m == nil || len(m[1]) > 2 {
		return 0, 0, 0, "", false
	}
	first, _ = strconv.Atoi(m[1])
	second, _ = strconv.Atoi(m[3])
	year, _ = strconv.Atoi(m[4])
	return first, second, year, strings.TrimSpace(m[2]), len(m[4]) == 4
}

// A dateColumn gathers what a column's dates tell of their order.
type dateColumn struct {
	dayFirst, monthFirst int // the lines of the first date that can only be read so
	open                 int // the line of the first date that can be read both ways
}

// see takes a cell into account. Dates with points have the day first everywhere.
func (c *dateColumn) see(line int, cell string) {
	first, second, _, mark, ok := numbers(plainDate(cell))
	switch {
	case !ok || mark == "." || first == second:
	case first > 12 && c.dayFirst == 0:
		c.dayFirst = line
	case second > 12 && c.monthFirst == 0:
		c.monthFirst = line
	case first <= 12 && second <= 12 && c.open == 0:
		c.open = line
	}
}

// settle tells the order, and how it was found. Where lines contradict each other or nothing tells, dates that could be read both ways are refused.
func (c *dateColumn) settle(given DateOrder) (DateOrder, string) {
	switch {
	case c.dayFirst > 0 && c.monthFirst > 0:
		return given, fmt.Sprintf("the day first on line %d, the month first on line %d; others: %s", c.dayFirst, c.monthFirst, given)
	case c.dayFirst > 0:
		return DayFirst, fmt.Sprintf("the day first, as line %d shows", c.dayFirst)
	case c.monthFirst > 0:
		return MonthFirst, fmt.Sprintf("the month first, as line %d shows", c.monthFirst)
	case c.open > 0:
		return given, "the order of day and month is " + given.String()
	}
	return given, ""
}

// isPlainDate tells whether a text has the form 1972-12-02, as nearly all dates of nearly all tables: nothing stands beside such a date.
func isPlainDate(s string) bool {
	if len(s) != len("1972-12-02") || s[4] != '-' || s[7] != '-' {
		return false
	}
	for i := range len(s) {
		if c := s[i]; i != 4 && i != 7 && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}

// plainDate folds what only looks different: widths, dashes, spaces.
func plainDate(s string) string {
	s = norm.NFKC.String(s)
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Pd, r), r == '−':
			return '-'
		case unicode.IsSpace(r):
			return ' '
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// parseDate reads a date as tables write them; order is for those of three numbers. An end in the year 9999 is open.
func parseDate(cell string, order DateOrder) (graph.Date, error) {
	s := cell
	if !isPlainDate(cell) {
		s = plainDate(cell)
	}
	if m := aboutDate.FindStringSubmatch(s); m != nil {
		d, err := parseDate(m[1], order)
		if err != nil || d.IsOpen() {
			return d, err
		}
		return graph.ParseDate(d.String() + "~")
	}
	if m := timeOfDay.FindStringSubmatch(s); m != nil {
		s = m[1]
	}
	if d, err := graph.ParseDate(s); err == nil {
		if d.Precision() != graph.PrecisionNone && strings.HasPrefix(d.String(), strconv.Itoa(lastYear)) {
			return graph.Open, nil
		}
		return d, nil
	}
	if first, second, year, mark, ok := numbers(s); ok {
		switch {
		case mark == "." || first > 12 || first == second || order == DayFirst:
			return dateOf(cell, year, second, first)
		case second > 12 || order == MonthFirst:
			return dateOf(cell, year, first, second)
		}
		return graph.Date{}, fmt.Errorf("%s can be read with the day first or the month first", quoted(cell))
	}
	for _, form := range []struct {
		is               *regexp.Regexp
		year, month, day int // the groups
	}{{threeNumbers, 1, 3, 4}, {monthAndYear, 2, 1, 0}, {yearAndMonth, 1, 2, 0}, {eightDigits, 1, 2, 3}, {hanDate, 1, 2, 3}} {
		if m := form.is.FindStringSubmatch(s); m != nil && len(m[form.year]) == 4 {
			part := func(group int) int {
				n, _ := strconv.Atoi(m[group])
				return n
			}
			month, day := part(form.month), 0
			if form.day > 0 {
				day = part(form.day)
			}
			return dateOf(cell, part(form.year), month, day)
		}
	}
	return dateInWords(cell, s)
}

// dateOf makes a date; month and day 0 are not stated.
func dateOf(cell string, year, month, day int) (graph.Date, error) {
	if year == lastYear {
		return graph.Open, nil
	}
	s := fmt.Sprintf("%04d", year)
	if month != 0 || day != 0 {
		s += fmt.Sprintf("-%02d", month)
	}
	if day != 0 {
		s += fmt.Sprintf("-%02d", day)
	}
	d, err := graph.ParseDate(s)
	if err != nil {
		return d, fmt.Errorf("%s is no date of the calendar", quoted(cell))
	}
	return d, nil
}

// dateInWords reads "15 Oct 1996", "October 15th, 1996", "1er janvier 1990", "15 октября 1996 г.", "Oct 1996".
func dateInWords(cell, s string) (graph.Date, error) {
	refusal := fmt.Errorf("%s is no date", quoted(cell))
	if strings.IndexFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) && !strings.ContainsRune(" .,-/'’º", r)
	}) >= 0 {
		return graph.Date{}, refusal
	}
	day, month, year := 0, 0, 0
	for _, word := range dateWord.FindAllString(unaccented(strings.ToLower(s)), -1) {
		digits := strings.TrimRightFunc(word, unicode.IsLetter)
		n, _ := strconv.Atoi(digits)
		switch {
		case len(digits) == 4 && digits == word && year == 0:
			year = n
		case digits != "" && len(digits) <= 2 && day == 0 && n > 0:
			day = n
		case months[word] != 0 && month == 0:
			month = months[word]
		case !dateFillers[word]:
			return graph.Date{}, refusal
		}
	}
	switch {
	case month != 0 && year == 0 && day != 0:
		return graph.Date{}, fmt.Errorf("%s has no year of four digits", quoted(cell))
	case month == 0 || year == 0:
		return graph.Date{}, refusal
	}
	return dateOf(cell, year, month, day)
}

// unaccented drops the accents of letters.
func unaccented(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFKD.String(s))
}
