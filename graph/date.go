package graph

import (
	"cmp"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// Day counts days since 1970-01-01 in the proleptic Gregorian calendar.
type Day int32

// The bounds of every date: EDTF writes years with four digits.
const (
	MinDay Day = -719528 // 0000-01-01
	MaxDay Day = 2932896 // 9999-12-31
)

const secondsPerDay = 24 * 60 * 60

// DayOf returns the UTC calendar day of t, or the nearer of MinDay and MaxDay when t lies outside them.
func DayOf(t time.Time) Day {
	seconds := t.Unix()
	days := seconds / secondsPerDay
	if seconds%secondsPerDay < 0 {
		days-- // division truncates towards zero, the day before 1970 is below it
	}
	return Day(min(max(days, int64(MinDay)), int64(MaxDay)))
}

// String returns YYYY-MM-DD, or Day(n) when d lies outside MinDay to MaxDay.
func (d Day) String() string {
	if d < MinDay || d > MaxDay {
		return fmt.Sprintf("Day(%d)", int32(d))
	}
	return d.Date().String()
}

// Date returns d as a day-precise date, or that of the nearer of MinDay and MaxDay when d lies outside them.
func (d Day) Date() Date {
	return Date{day: min(max(d, MinDay), MaxDay), form: layoutDay << qualifierBits}
}

// civilDay returns the day of a Gregorian date; month is 1 to 12, day counts from 1.
//
// Source: days_from_civil in Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms",
// https://howardhinnant.github.io/date_algorithms.html. Years begin in March there, so that the leap day is the last.
func civilDay(year, month, day int) Day {
	if month <= 2 {
		year--
		month += 12
	}
	era := year / 400
	if year < 0 {
		era = (year - 399) / 400
	}
	yearOfEra := year - era*400
	dayOfYear := (153*(month-3)+2)/5 + day - 1
	dayOfEra := yearOfEra*365 + yearOfEra/4 - yearOfEra/100 + dayOfYear
	return Day(era*146097 + dayOfEra - 719468)
}

// civil returns the Gregorian year, month and day of d; the reverse of civilDay. Source: civil_from_days, same text.
func (d Day) civil() (year, month, day int) {
	z := int(d) + 719468
	era := z / 146097
	if z < 0 {
		era = (z - 146096) / 146097
	}
	dayOfEra := z - era*146097
	yearOfEra := (dayOfEra - dayOfEra/1460 + dayOfEra/36524 - dayOfEra/146096) / 365
	dayOfYear := dayOfEra - (365*yearOfEra + yearOfEra/4 - yearOfEra/100)
	shifted := (5*dayOfYear + 2) / 153 // 0 is March
	year, month, day = yearOfEra+era*400, shifted+3, dayOfYear-(153*shifted+2)/5+1
	if month > 12 {
		year++
		month -= 12
	}
	return year, month, day
}

// Precision says how long the span is that a date leaves open. A date with unspecified digits has the precision of what
// it does specify: 1999-12-XX that of 1999-12, MONTH. (EDTF calls that "day precision, day unspecified".)
type Precision uint8

// The precisions, the finest first.
const (
	PrecisionNone    Precision = iota // of the zero Date and of Open
	PrecisionDay                      // 1991-07-31
	PrecisionMonth                    // 1991-07, 1991-07-XX
	PrecisionYear                     // 1991, 1991-XX, 1991-XX-XX
	PrecisionDecade                   // 199X
	PrecisionCentury                  // 19XX, the years 1900 to 1999
)

var precisionNames = [...]string{"NONE", "DAY", "MONTH", "YEAR", "DECADE", "CENTURY"}

// String returns DAY, MONTH, YEAR, DECADE, CENTURY or NONE.
func (p Precision) String() string {
	if int(p) >= len(precisionNames) {
		return fmt.Sprintf("Precision(%d)", uint8(p))
	}
	return precisionNames[p]
}

// span returns the first and last day of the month, year, decade or century around d.
func (p Precision) span(d Day) (first, last Day) {
	if p == PrecisionDay {
		return d, d
	}
	year, month, _ := d.civil()
	if p == PrecisionMonth {
		first = civilDay(year, month, 1)
		if month == 12 {
			return first, first + 30
		}
		return first, civilDay(year, month+1, 1) - 1
	}
	years := 1
	switch p {
	case PrecisionDecade:
		years = 10
	case PrecisionCentury:
		years = 100
	}
	year -= year % years
	return civilDay(year, 1, 1), civilDay(year+years, 1, 1) - 1
}

// Date is a calendar date in the Extended Date/Time Format (ISO 8601-2:2019, and the Library of Congress's text of it at
// https://www.loc.gov/standards/datetime/): of level 0 the forms YYYY, YYYY-MM and YYYY-MM-DD; of level 1 the open end
// "..", the unspecified digits of 199X, 19XX, 1999-XX, 1999-12-XX and 1999-XX-XX, and one trailing qualifier, ? for
// uncertain, ~ for approximate, % for both. Years run from 0000 to 9999.
//
// The zero Date means "not stated". Two dates are == exactly when they are written alike.
type Date struct {
	day  Day   // the earliest day; 0 for the zero Date and Open
	form uint8 // layout number above qualifierBits, qualifier below
}

// Open is "..", the end of an interval that has no bound.
var Open = Date{form: layoutOpen << qualifierBits}

// layout is one way to write a date: Y, M and D stand for digits, anything else for itself.
type layout struct {
	text      string
	precision Precision
}

// Layout numbers and qualifiers are what Pack returns and stores keep: never renumber them.
const (
	layoutNone = iota
	layoutDay
	layoutMonthDayX
	layoutMonth
	layoutYearMonthXDayX
	layoutYearMonthX
	layoutYear
	layoutDecade
	layoutCentury
	layoutOpen
)

var layouts = [...]layout{
	layoutNone:           {"", PrecisionNone},
	layoutDay:            {"YYYY-MM-DD", PrecisionDay},
	layoutMonthDayX:      {"YYYY-MM-XX", PrecisionMonth},
	layoutMonth:          {"YYYY-MM", PrecisionMonth},
	layoutYearMonthXDayX: {"YYYY-XX-XX", PrecisionYear},
	layoutYearMonthX:     {"YYYY-XX", PrecisionYear},
	layoutYear:           {"YYYY", PrecisionYear},
	layoutDecade:         {"YYYX", PrecisionDecade},
	layoutCentury:        {"YYXX", PrecisionCentury},
	layoutOpen:           {"..", PrecisionNone},
}

const (
	qualifierMarks = "?~%" // numbered from 1; 0 is no qualifier
	qualifierBits  = 2
	qualifierMask  = 1<<qualifierBits - 1
)

// ParseDate reads one date; see Date for the forms. The error quotes s, shortened when long, and says what is wrong.
// The empty text is an error here: a date that is not stated is the zero Date.
func ParseDate(s string) (Date, error) {
	if s == ".." {
		return Open, nil
	}
	body, qualifier := cutQualifier(s)
	for n := layoutDay; n < layoutOpen; n++ {
		parts, ok := layouts[n].read(body)
		if !ok {
			continue
		}
		year, month, day := parts[0], 1, 1
		if layouts[n].precision <= PrecisionMonth {
			month = parts[1]
		}
		if layouts[n].precision == PrecisionDay {
			day = parts[2]
		}
		if month < 1 || month > 12 {
			return Date{}, refuseDate(s, whyNotMonth(month, n))
		}
		first, last := PrecisionMonth.span(civilDay(year, month, 1))
		if day < 1 || day > int(last-first)+1 {
			return Date{}, refuseDate(s, fmt.Sprintf("%v %s has no day %s", time.Month(month), s[:4], s[8:10]))
		}
		return Date{day: first + Day(day-1), form: uint8(n<<qualifierBits | qualifier)}, nil
	}
	return Date{}, refuseDate(s, whyNotDate(s))
}

// MustDate is ParseDate for tables and tests: it panics where ParseDate returns an error.
func MustDate(s string) Date {
	d, err := ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func cutQualifier(s string) (body string, qualifier int) {
	if s == "" {
		return s, 0
	}
	last := len(s) - 1
	qualifier = strings.IndexByte(qualifierMarks, s[last]) + 1
	if qualifier == 0 {
		return s, 0
	}
	return s[:last], qualifier
}

// read returns the year, month and day that s writes in this layout, X and what is not written counting as 0.
func (l layout) read(s string) (parts [3]int, ok bool) {
	if len(s) != len(l.text) {
		return parts, false
	}
	for i := range len(s) {
		digit := 0
		switch l.text[i] {
		case 'Y', 'M', 'D':
			if s[i] < '0' || s[i] > '9' {
				return parts, false
			}
			digit = int(s[i] - '0')
		default:
			if s[i] != l.text[i] {
				return parts, false
			}
		}
		if l.text[i] != '-' {
			part := i / 4 // the year stands at 0 to 3, the month at 5 and 6, the day at 8 and 9
			parts[part] = parts[part]*10 + digit
		}
	}
	return parts, true
}

func refuseDate(s, why string) error {
	return fmt.Errorf("date %s: %s", quote(s), why)
}

func whyNotMonth(month, layoutNumber int) string {
	if layoutNumber == layoutMonth && month >= 21 && month <= 41 { // EDTF level 1 has 21 to 24, level 2 the rest
		return fmt.Sprintf("%d stands for a season or part of a year; only months 01 to 12 are accepted", month)
	}
	return fmt.Sprintf("there is no month %02d", month)
}

// whyNotDate says why s fits no layout. It runs only for texts that are refused.
func whyNotDate(s string) string {
	if s == "" {
		return "the text is empty"
	}
	for _, r := range s {
		if r >= utf8.RuneSelf {
			return "only ASCII digits and signs are accepted"
		}
	}
	has := func(signs string) bool { return strings.ContainsAny(s, signs) }
	body, _ := cutQualifier(s)
	switch {
	case has("/"):
		return `one date is expected here; "/" makes an interval`
	case has(":") || len(s) > 10 && s[10] == 'T':
		return "only calendar dates are accepted, without a time of day"
	case has(" \t\r\n"):
		return "spaces are not accepted"
	case s[0] == '-':
		return "years before 0000 are not accepted"
	case s[0] == 'Y':
		return "years of more than four digits are not accepted"
	case has("[]{},"):
		return "sets of dates (EDTF level 2) are not accepted"
	case has("S"):
		return "significant digits (EDTF level 2) are not accepted"
	case strings.ContainsAny(body, qualifierMarks):
		return "only one qualifier (?, ~ or %) is accepted, at the end"
	case has("."):
		return `".." is accepted only by itself`
	case has("x"):
		return "unspecified digits are written with a capital X"
	case has("X"):
		return "X is accepted only as in 199X, 19XX, 1999-XX, 1999-12-XX and 1999-XX-XX"
	}
	return "the form is not YYYY, YYYY-MM or YYYY-MM-DD"
}

// String returns the one way to write d, which ParseDate reads back as d; "" for the zero Date.
func (d Date) String() string {
	var buffer [len("YYYY-MM-DD?")]byte
	return string(d.appendTo(buffer[:0]))
}

func (d Date) appendTo(b []byte) []byte {
	year, month, day := d.day.civil()
	digits := [...]int{year / 1000, year / 100, year / 10, year, 0, month / 10, month, 0, day / 10, day}
	text := d.layout().text
	for i := range len(text) {
		switch text[i] {
		case 'Y', 'M', 'D':
			b = append(b, byte('0'+digits[i]%10))
		default:
			b = append(b, text[i])
		}
	}
	if q := d.form & qualifierMask; q != 0 {
		b = append(b, qualifierMarks[q-1])
	}
	return b
}

func (d Date) layout() layout { return layouts[d.form>>qualifierBits] }

// IsZero reports whether d is not stated.
func (d Date) IsZero() bool { return d == Date{} }

// IsOpen reports whether d is "..".
func (d Date) IsOpen() bool { return d == Open }

// Precision returns how much of the calendar d leaves open; PrecisionNone for the zero Date and Open.
func (d Date) Precision() Precision { return d.layout().precision }

// Earliest returns the first day d can mean; MinDay for the zero Date and Open. Qualifiers do not widen a date.
func (d Date) Earliest() Day {
	if d.Precision() == PrecisionNone {
		return MinDay
	}
	return d.day
}

// Latest returns the last day d can mean; MaxDay for the zero Date and Open. Qualifiers do not widen a date.
func (d Date) Latest() Day {
	p := d.Precision()
	if p == PrecisionNone {
		return MaxDay
	}
	_, last := p.span(d.day)
	return last
}

// Compare returns -1, 0 or +1 in a total order that is 0 only for dates that are ==: the zero Date, then by earliest day,
// by latest day, by qualifier (none, ?, ~, %) and by way of writing (1999-12-XX before 1999-12), then Open.
func (d Date) Compare(o Date) int {
	if d == o {
		return 0
	}
	if d.IsZero() || o.IsOpen() {
		return -1
	}
	if o.IsZero() || d.IsOpen() {
		return +1
	}
	return cmp.Or(
		cmp.Compare(d.Earliest(), o.Earliest()),
		cmp.Compare(d.Latest(), o.Latest()),
		cmp.Compare(d.form&qualifierMask, o.form&qualifierMask),
		cmp.Compare(d.form, o.form),
	)
}

// Pack returns d as two numbers for compact columns. Their meaning never changes, so they may be stored; the zero Date
// is 0, 0.
func (d Date) Pack() (Day, uint8) { return d.day, d.form }

// UnpackDate is the reverse of Pack. Two numbers that Pack never returns together give the zero Date.
func UnpackDate(day Day, form uint8) Date {
	d := Date{day: day, form: form}
	if int(form>>qualifierBits) >= len(layouts) {
		return Date{}
	}
	if d.Precision() == PrecisionNone {
		if d.IsOpen() {
			return Open
		}
		return Date{}
	}
	if day < MinDay || day > MaxDay {
		return Date{}
	}
	if first, _ := d.Precision().span(day); first != day {
		return Date{}
	}
	return d
}

// MarshalText returns the bytes of String; none for the zero Date. It never fails.
func (d Date) MarshalText() ([]byte, error) {
	return d.appendTo(nil), nil
}

// UnmarshalText reads what ParseDate reads, and the empty text as the zero Date. On an error d is unchanged.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	parsed, err := ParseDate(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}
