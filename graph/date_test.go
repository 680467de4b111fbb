package graph_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unsafe"

	"pgregory.net/rapid"

	"treatygraph/graph"
)

var dateForms = []struct {
	text             string
	earliest, latest string
	precision        graph.Precision
}{
	{"1991-07-31", "1991-07-31", "1991-07-31", graph.PrecisionDay},
	{"1991-07-31?", "1991-07-31", "1991-07-31", graph.PrecisionDay},
	{"2000-02-29", "2000-02-29", "2000-02-29", graph.PrecisionDay},
	{"0000-02-29", "0000-02-29", "0000-02-29", graph.PrecisionDay},
	{"0000-01-01", "0000-01-01", "0000-01-01", graph.PrecisionDay},
	{"9999-12-31", "9999-12-31", "9999-12-31", graph.PrecisionDay},
	{"1970-01-01", "1970-01-01", "1970-01-01", graph.PrecisionDay},
	{"1999-12-XX", "1999-12-01", "1999-12-31", graph.PrecisionMonth},
	{"2008-02-XX%", "2008-02-01", "2008-02-29", graph.PrecisionMonth},
	{"2007-06", "2007-06-01", "2007-06-30", graph.PrecisionMonth},
	{"2007-06~", "2007-06-01", "2007-06-30", graph.PrecisionMonth},
	{"2008-02", "2008-02-01", "2008-02-29", graph.PrecisionMonth},
	{"2009-02", "2009-02-01", "2009-02-28", graph.PrecisionMonth},
	{"1900-02", "1900-02-01", "1900-02-28", graph.PrecisionMonth},
	{"2000-02", "2000-02-01", "2000-02-29", graph.PrecisionMonth},
	{"9999-12", "9999-12-01", "9999-12-31", graph.PrecisionMonth},
	{"1999-XX-XX", "1999-01-01", "1999-12-31", graph.PrecisionYear},
	{"1999-XX", "1999-01-01", "1999-12-31", graph.PrecisionYear},
	{"2007", "2007-01-01", "2007-12-31", graph.PrecisionYear},
	{"2007%", "2007-01-01", "2007-12-31", graph.PrecisionYear},
	{"0000", "0000-01-01", "0000-12-31", graph.PrecisionYear},
	{"9999", "9999-01-01", "9999-12-31", graph.PrecisionYear},
	{"199X", "1990-01-01", "1999-12-31", graph.PrecisionDecade},
	{"000X", "0000-01-01", "0009-12-31", graph.PrecisionDecade},
	{"999X~", "9990-01-01", "9999-12-31", graph.PrecisionDecade},
	{"19XX", "1900-01-01", "1999-12-31", graph.PrecisionCentury},
	{"00XX", "0000-01-01", "0099-12-31", graph.PrecisionCentury},
	{"99XX?", "9900-01-01", "9999-12-31", graph.PrecisionCentury},
	{"..", "0000-01-01", "9999-12-31", graph.PrecisionNone},
}

func TestEveryDateFormSpansFromItsEarliestToItsLatestDay(t *testing.T) {
	for _, form := range dateForms {
		d, err := graph.ParseDate(form.text)
		if err != nil {
			t.Error(err)
			continue
		}
		if got := d.Earliest().String(); got != form.earliest {
			t.Errorf("%s: earliest %s, want %s", form.text, got, form.earliest)
		}
		if got := d.Latest().String(); got != form.latest {
			t.Errorf("%s: latest %s, want %s", form.text, got, form.latest)
		}
		if got := d.Precision(); got != form.precision {
			t.Errorf("%s: precision %v, want %v", form.text, got, form.precision)
		}
		if got := d.String(); got != form.text {
			t.Errorf("%s is written %s", form.text, got)
		}
	}
}

func TestOnlyTheLeapYearsOfTheGregorianCalendarHaveA29February(t *testing.T) {
	for year, leap := range map[string]bool{"0000": true, "0004": true, "0100": false, "1900": false, "2000": true, "2004": true, "2100": false, "2007": false, "9996": true} {
		if _, err := graph.ParseDate(year + "-02-29"); (err == nil) != leap {
			t.Errorf("%s-02-29: %v", year, err)
		}
	}
}

func TestRefusedDatesSayWhatIsWrong(t *testing.T) {
	const (
		form   = "the form is not YYYY, YYYY-MM or YYYY-MM-DD"
		ascii  = "only ASCII digits and signs are accepted"
		clock  = "only calendar dates are accepted, without a time of day"
		spaces = "spaces are not accepted"
		season = " stands for a season or part of a year; only months 01 to 12 are accepted"
		mark   = "only one qualifier (?, ~ or %) is accepted, at the end"
		set    = "sets of dates (EDTF level 2) are not accepted"
		xs     = "X is accepted only as in 199X, 19XX, 1999-XX, 1999-12-XX and 1999-XX-XX"
		dots   = `".." is accepted only by itself`
	)
	for text, why := range map[string]string{
		"":                          "the text is empty",
		"2009-02-30":                "February 2009 has no day 30",
		"2009-02-29~":               "February 2009 has no day 29",
		"1900-02-29":                "February 1900 has no day 29",
		"2009-04-31":                "April 2009 has no day 31",
		"2009-12-32":                "December 2009 has no day 32",
		"2009-12-00":                "December 2009 has no day 00",
		"2009-13":                   "there is no month 13",
		"2009-00":                   "there is no month 00",
		"2009-00-01":                "there is no month 00",
		"2009-13-XX":                "there is no month 13",
		"2009-21-01":                "there is no month 21",
		"2009-20":                   "there is no month 20",
		"2001-21":                   "21" + season,
		"2001-24?":                  "24" + season,
		"2001-41":                   "41" + season,
		"2001-42":                   "there is no month 42",
		"2001-02-03T09:30:01Z":      clock,
		"2001-02-03T09:30:01+05:00": clock,
		"2001-02-03T09":             clock,
		"2001-02-03 09:30":          clock,
		" 2001":                     spaces,
		"2001 ":                     spaces,
		"2001-02\n":                 spaces,
		"31 July 1991":              spaces,
		"-0044":                     "years before 0000 are not accepted",
		"-0044-03-15":               "years before 0000 are not accepted",
		"Y170000002":                "years of more than four digits are not accepted",
		"Y-17E7":                    "years of more than four digits are not accepted",
		"1950S2":                    "significant digits (EDTF level 2) are not accepted",
		"[1667,1668]":               set,
		"{1960..1970}":              set,
		"1667,1668":                 set,
		"2004-06~-11":               mark,
		"?2004-06":                  mark,
		"2004??":                    mark,
		"2004?~":                    mark,
		"1XXX":                      xs,
		"XXXX":                      xs,
		"19X9":                      xs,
		"156X-12":                   xs,
		"156X-12-25":                xs,
		"XXXX-12-XX":                xs,
		"1984-1X":                   xs,
		"1984-12-3X":                xs,
		"1984-XX-31":                xs,
		"199x":                      "unspecified digits are written with a capital X",
		"1984..":                    dots,
		"..?":                       dots,
		"...":                       dots,
		"1991/1992":                 `one date is expected here; "/" makes an interval`,
		"31/07/1991":                `one date is expected here; "/" makes an interval`,
		"１９９１":                      ascii,
		"1991‐07":                   ascii,
		"1991-07-٣١":                ascii,
		"\xff":                      ascii,
		"?":                         form,
		"199":                       form,
		"19":                        form,
		"1991-7-31":                 form,
		"1991-":                     form,
		"1991-07-":                  form,
		"1991-07-3":                 form,
		"19910731":                  form,
		"1991.":                     dots,
		"19911":                     form,
		"+1991":                     form,
		"1991_07":                   form,
		"1991-07-31Z":               form,
		"1991:07-31":                clock,
		"abcd":                      form,
	} {
		d, err := graph.ParseDate(text)
		if err == nil {
			t.Errorf("%q was read as %v", text, d)
			continue
		}
		if _, got, _ := strings.Cut(err.Error(), `": `); got != why {
			t.Errorf("%q: %s\nwant %s", text, got, why)
		}
		if !d.IsZero() {
			t.Errorf("%q: an error came with %v", text, d)
		}
	}
}

func TestErrorsQuoteTheInputAndShortenALongOne(t *testing.T) {
	for text, want := range map[string]string{
		"2009-02-30": `date "2009-02-30": February 2009 has no day 30`,
		"a\x00\"b":   `date "a\x00\"b": the form is not YYYY, YYYY-MM or YYYY-MM-DD`,
	} {
		if _, err := graph.ParseDate(text); err == nil || err.Error() != want {
			t.Errorf("got %v\nwant %s", err, want)
		}
	}
	for _, long := range []string{strings.Repeat("19", 1<<20), "1" + strings.Repeat("年", 1<<20), strings.Repeat("1991/", 1<<20)} {
		_, dateErr := graph.ParseDate(long)
		checkRefusal(t, long, dateErr)
		_, intervalErr := graph.ParseInterval(long)
		checkRefusal(t, long, intervalErr)
	}
}

func TestMustDatePanicsOnWhatParseDateRefuses(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	graph.MustDate("2009-02-30")
}

func TestTheZeroDateIsNotStated(t *testing.T) {
	var d graph.Date
	if !d.IsZero() || d.IsOpen() || d.String() != "" || d.Precision() != graph.PrecisionNone ||
		d.Earliest() != graph.MinDay || d.Latest() != graph.MaxDay {
		t.Errorf("zero date: %+v", d)
	}
	if epoch := graph.MustDate("1970-01-01"); epoch.IsZero() || epoch == d {
		t.Error("1970-01-01 is taken for the zero date")
	}
	if !graph.Open.IsOpen() || graph.Open.IsZero() || graph.Open != graph.MustDate("..") {
		t.Error("Open is not ..")
	}
}

func TestDatesTravelAsTextInJSON(t *testing.T) {
	type record struct {
		From graph.Date `json:"from,omitzero"`
		To   graph.Date `json:"to"`
	}
	for body, want := range map[string]record{
		`{"from":"199X~","to":".."}`: {graph.MustDate("199X~"), graph.Open},
		`{"to":""}`:                  {},
	} {
		got := record{To: graph.Open}
		if err := json.Unmarshal([]byte(body), &got); err != nil || got != want {
			t.Errorf("%s: %v, %v", body, got, err)
		}
		if again, err := json.Marshal(want); err != nil || string(again) != body {
			t.Errorf("%v is written %s, %v", want, again, err)
		}
	}
	d := graph.MustDate("1991")
	if err := d.UnmarshalText([]byte("1991-13")); err == nil || d != graph.MustDate("1991") {
		t.Errorf("a refused text left %v, %v", d, err)
	}
}

// Stores keep these numbers: a change here is a change of their format.
func TestPackedDatesKeepTheirNumbers(t *testing.T) {
	for text, want := range map[string]struct {
		day  graph.Day
		form uint8
	}{
		"": {0, 0}, "1991-07-31": {7881, 4}, "1991-07-31?": {7881, 5}, "1991-07-31~": {7881, 6}, "1991-07-31%": {7881, 7},
		"1991-07-XX": {7851, 8}, "1991-07": {7851, 12}, "1991-XX-XX": {7670, 16}, "1991-XX": {7670, 20},
		"1991": {7670, 24}, "199X": {7305, 28}, "19XX": {-25567, 32}, "..": {0, 36},
	} {
		var d graph.Date
		if err := d.UnmarshalText([]byte(text)); err != nil {
			t.Fatal(err)
		}
		if day, form := d.Pack(); day != want.day || form != want.form {
			t.Errorf("%q packs as %d, %d; want %v", text, day, form, want)
		}
	}
}

func TestNumbersThatPackNeverReturnsUnpackAsTheZeroDate(t *testing.T) {
	for _, c := range []struct {
		day  graph.Day
		form uint8
	}{
		{1, 0}, {0, 1}, {1, 36}, {0, 37}, {0, 40}, {0, 255}, // not stated and Open have one day and no qualifier; no such layout
		{1, 12}, {1, 8}, {1, 24}, {365, 28}, {365, 32}, // not the first day of the month, year, decade, century
		{graph.MinDay - 1, 4}, {graph.MaxDay + 1, 4}, {-1 << 31, 24}, {1<<31 - 1, 24},
	} {
		if d := graph.UnpackDate(c.day, c.form); !d.IsZero() {
			t.Errorf("%d, %d unpacks as %q", c.day, c.form, d)
		}
	}
}

func TestDatesSortByEarliestThenLatestThenQualifier(t *testing.T) {
	want := strings.Fields("0000-01-01 0000 1899 19XX 1990-01-01 1990-01-01? 1990-01-01~ 1990-01-01% 1990-01-XX 1990-01 1990-01-XX? 1990-01? " +
		"1990-XX-XX 1990-XX 1990 1990? 199X 1990-01-02 1990-02 1991 9999-12-31 ..")
	dates := []graph.Date{{}}
	for _, text := range want {
		dates = append(dates, graph.MustDate(text))
	}
	for i, a := range dates {
		for j, b := range dates {
			if got := a.Compare(b); got != sign(i-j) {
				t.Errorf("%q against %q: %d", a, b, got)
			}
		}
	}
}

func sign(n int) int { return min(max(n, -1), 1) }

func TestPrecisionsAreNamed(t *testing.T) {
	for p, want := range []string{"NONE", "DAY", "MONTH", "YEAR", "DECADE", "CENTURY", "Precision(6)"} {
		if got := graph.Precision(p).String(); got != want {
			t.Errorf("%d: %s, want %s", p, got, want)
		}
	}
}

// A whole cycle of 400 years around ours, and a century at each bound.
func TestEveryDayOfSixCenturiesAgreesWithPackageTime(t *testing.T) {
	for _, years := range [][2]int{{0, 104}, {1700, 2104}, {9900, 9999}} {
		end := time.Date(years[1]+1, 1, 1, 0, 0, 0, 0, time.UTC)
		for at := time.Date(years[0], 1, 1, 0, 0, 0, 0, time.UTC); at.Before(end); at = at.AddDate(0, 0, 1) {
			day := graph.DayOf(at)
			if int64(day)*24*60*60 != at.Unix() {
				t.Fatalf("%v is day %d", at, int32(day))
			}
			want := at.Format(time.DateOnly)
			if got := day.String(); got != want {
				t.Fatalf("day %d is %s, want %s", int32(day), got, want)
			}
			if d, err := graph.ParseDate(want); err != nil || d != day.Date() {
				t.Fatalf("%s was read as %v, %v", want, d, err)
			}
		}
	}
	if graph.MinDay.String() != "0000-01-01" || graph.MaxDay.String() != "9999-12-31" {
		t.Errorf("the bounds are %v and %v", graph.MinDay, graph.MaxDay)
	}
}

func TestDayOfIsTheUTCDay(t *testing.T) {
	tokyo := time.FixedZone("UTC+9", 9*60*60)
	for _, c := range []struct {
		at   time.Time
		want string
	}{
		{time.Date(2008, 3, 4, 8, 59, 59, 0, tokyo), "2008-03-03"},
		{time.Date(2008, 3, 4, 9, 0, 0, 0, tokyo), "2008-03-04"},
		{time.Date(1969, 12, 31, 23, 59, 59, 999999999, time.UTC), "1969-12-31"},
		{time.Date(1969, 12, 31, 0, 0, 0, 0, time.UTC), "1969-12-31"},
		{time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC), "1970-01-01"},
		{time.Time{}, "0001-01-01"},
		{time.Date(-5, 1, 1, 0, 0, 0, 0, time.UTC), "0000-01-01"},
		{time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), "9999-12-31"},
	} {
		if got := graph.DayOf(c.at).String(); got != c.want {
			t.Errorf("%v: %s, want %s", c.at, got, c.want)
		}
	}
}

func TestADayOutsideTheCalendarIsShownAsANumberAndDatedAtTheBound(t *testing.T) {
	if got := (graph.MaxDay + 1).String(); got != "Day(2932897)" {
		t.Error(got)
	}
	if got := (graph.MinDay - 1).String(); got != "Day(-719529)" {
		t.Error(got)
	}
	if got := (graph.MaxDay + 1).Date(); got != graph.MustDate("9999-12-31") {
		t.Error(got)
	}
	if got := (graph.MinDay - 1).Date(); got != graph.MustDate("0000-01-01") {
		t.Error(got)
	}
}

func TestDatesAreSmallAndParseWithoutAllocating(t *testing.T) {
	if size := unsafe.Sizeof(graph.Date{}); size != 8 {
		t.Errorf("a date takes %d bytes", size)
	}
	for _, form := range dateForms {
		if n := testing.AllocsPerRun(100, func() { _, _ = graph.ParseDate(form.text) }); n != 0 {
			t.Errorf("reading %s allocates %v times", form.text, n)
		}
		d := graph.MustDate(form.text)
		if n := testing.AllocsPerRun(100, func() { _ = d.String() }); n > 1 {
			t.Errorf("writing %s allocates %v times", form.text, n)
		}
		if n := testing.AllocsPerRun(100, func() { _, _ = d.Earliest(), d.Latest() }); n != 0 {
			t.Errorf("the span of %s allocates %v times", form.text, n)
		}
	}
}

// edtfDates draws every kind of date, often near others, the zero Date and Open included.
func edtfDates() *rapid.Generator[graph.Date] {
	return rapid.Custom(func(t *rapid.T) graph.Date {
		kind := rapid.IntRange(0, 9).Draw(t, "kind")
		switch kind {
		case 0:
			return graph.Date{}
		case 9:
			return graph.Open
		}
		years := rapid.OneOf(rapid.IntRange(1988, 2011), rapid.IntRange(0, 9999))
		on := time.Date(years.Draw(t, "year"), time.Month(rapid.IntRange(1, 12).Draw(t, "month")), 1, 0, 0, 0, 0, time.UTC)
		on = on.AddDate(0, 0, rapid.IntRange(0, on.AddDate(0, 1, -1).Day()-1).Draw(t, "day"))
		full := on.Format(time.DateOnly)
		text := []string{full, full[:8] + "XX", full[:7], full[:4] + "-XX-XX", full[:4] + "-XX", full[:4], full[:3] + "X", full[:2] + "XX"}
		return graph.MustDate(text[kind-1] + rapid.SampledFrom([]string{"", "", "?", "~", "%"}).Draw(t, "qualifier"))
	})
}

func TestEveryDateSurvivesEachOfItsEncodings(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := edtfDates().Draw(t, "date")
		checkDate(t, d)
		if got := graph.UnpackDate(d.Pack()); got != d {
			t.Fatalf("%q unpacks as %q", d, got)
		}
	})
}

func TestAnyTwoNumbersUnpackAsADateThatHoldsTogether(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		day := graph.Day(rapid.OneOf(rapid.Int32(), rapid.Int32Range(-800, 800), rapid.Int32Range(int32(graph.MinDay), int32(graph.MaxDay))).Draw(t, "day"))
		form := rapid.Uint8Range(0, 44).Draw(t, "form")
		d := graph.UnpackDate(day, form)
		checkDate(t, d)
		if gotDay, gotForm := d.Pack(); !d.IsZero() && (gotDay != day || gotForm != form) {
			t.Fatalf("%d, %d comes back as %d, %d", day, form, gotDay, gotForm)
		}
	})
}

// checkDate asserts what is true of every date: its text reads back as it, and its span is in order and within bounds.
func checkDate(t interface{ Fatalf(string, ...any) }, d graph.Date) {
	text, err := d.MarshalText()
	if err != nil || string(text) != d.String() {
		t.Fatalf("%q is marshalled %q, %v", d, text, err)
	}
	again := graph.MustDate("1991")
	if err := again.UnmarshalText(text); err != nil || again != d {
		t.Fatalf("%q was read back as %q, %v", d, again, err)
	}
	if d.IsZero() != (len(text) == 0) || d.IsOpen() != (string(text) == "..") {
		t.Fatalf("%q: zero %v, open %v", d, d.IsZero(), d.IsOpen())
	}
	if first, last := d.Earliest(), d.Latest(); first < graph.MinDay || first > last || last > graph.MaxDay {
		t.Fatalf("%q spans %v to %v", d, first, last)
	}
}

func TestDatesAreTotallyOrderedInAgreementWithEquality(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dates := rapid.SliceOfN(edtfDates(), 3, 3).Draw(t, "dates")
		a, b, c := dates[0], dates[1], dates[2]
		if (a.Compare(b) == 0) != (a == b) {
			t.Fatalf("%q against %q: %d, but == is %v", a, b, a.Compare(b), a == b)
		}
		if a.Compare(b) != -b.Compare(a) {
			t.Fatalf("%q against %q: %d one way, %d the other", a, b, a.Compare(b), b.Compare(a))
		}
		if a.Compare(b) <= 0 && b.Compare(c) <= 0 && a.Compare(c) > 0 {
			t.Fatalf("%q, %q, %q: the order is not transitive", a, b, c)
		}
		if !a.IsZero() && !b.IsOpen() && a.Compare(b) < 0 && a.Earliest() > b.Earliest() {
			t.Fatalf("%q sorts before %q", a, b)
		}
	})
}

func FuzzParseDate(f *testing.F) {
	for _, form := range dateForms {
		f.Add(form.text)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := graph.ParseDate(s)
		if err != nil {
			checkRefusal(t, s, err)
			return
		}
		if d.String() != s || d.IsZero() {
			t.Fatalf("%q is written %q", s, d)
		}
		checkDate(t, d)
		if got := graph.UnpackDate(d.Pack()); got != d {
			t.Fatalf("%q unpacks as %q", d, got)
		}
	})
}

// checkRefusal asserts that an error is one line of text, of bounded length whatever was refused.
func checkRefusal(t *testing.T, s string, err error) {
	const most = 1000 // two inputs quoted, each byte at most \x00
	if text := err.Error(); len(text) > most || strings.ContainsAny(text, "\r\n") || !strings.Contains(text, ": ") {
		t.Fatalf("%.100q: %.2000s", s, text)
	}
}
