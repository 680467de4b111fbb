package graph_test

import (
	"testing"

	"pgregory.net/rapid"

	"treatygraph/graph"
)

var intervalForms = []struct {
	text, written string
	from, to      string
	start, end    string
}{
	{"1991-07-31", "1991-07-31", "1991-07-31", "", "1991-07-31", "9999-12-31"},
	{"1991-07-31/", "1991-07-31", "1991-07-31", "", "1991-07-31", "9999-12-31"},
	{"199X~", "199X~", "199X~", "", "1990-01-01", "9999-12-31"},
	{"/2009-12", "/2009-12", "", "2009-12", "0000-01-01", "2009-12-31"},
	{"1994-12-05/2009-12-05", "1994-12-05/2009-12-05", "1994-12-05", "2009-12-05", "1994-12-05", "2009-12-05"},
	{"2007/2008", "2007/2008", "2007", "2008", "2007-01-01", "2008-12-31"},
	{"2007/2007", "2007/2007", "2007", "2007", "2007-01-01", "2007-12-31"},
	{"2007-06-29/2007", "2007-06-29/2007", "2007-06-29", "2007", "2007-06-29", "2007-12-31"},
	{"2007-12-31/2007-12-31", "2007-12-31/2007-12-31", "2007-12-31", "2007-12-31", "2007-12-31", "2007-12-31"},
	{"2007/2007-06-29", "2007/2007-06-29", "2007", "2007-06-29", "2007-01-01", "2007-06-29"},
	{"19XX?/200X%", "19XX?/200X%", "19XX?", "200X%", "1900-01-01", "2009-12-31"},
	{"2012/..", "2012/..", "2012", "..", "2012-01-01", "9999-12-31"},
	{"../2012-XX-XX", "../2012-XX-XX", "..", "2012-XX-XX", "0000-01-01", "2012-12-31"},
	{"../", "../", "..", "", "0000-01-01", "9999-12-31"},
	{"/..", "/..", "", "..", "0000-01-01", "9999-12-31"},
}

func TestEveryIntervalFormRunsFromEarliestToLatest(t *testing.T) {
	for _, form := range intervalForms {
		i, err := graph.ParseInterval(form.text)
		if err != nil {
			t.Error(err)
			continue
		}
		if i.From.String() != form.from || i.To.String() != form.to {
			t.Errorf("%s: from %q to %q, want %q and %q", form.text, i.From, i.To, form.from, form.to)
		}
		if got := i.String(); got != form.written {
			t.Errorf("%s is written %s, want %s", form.text, got, form.written)
		}
		if i.Start().String() != form.start || i.End().String() != form.end {
			t.Errorf("%s: %v to %v, want %s to %s", form.text, i.Start(), i.End(), form.start, form.end)
		}
		if i.IsZero() {
			t.Errorf("%s is zero", form.text)
		}
	}
}

func TestRefusedIntervalsSayWhatIsWrong(t *testing.T) {
	for text, want := range map[string]string{
		"":                                `interval "": the text is empty`,
		"/":                               `interval "/": neither end is stated`,
		"..":                              `interval "..": ".." is one end of an interval; the other is missing`,
		"../..":                           `interval "../..": both ends are open`,
		"1991/1992/1993":                  `interval "1991/1992/1993": more than one "/"`,
		"//":                              `interval "//": more than one "/"`,
		"2010/2009":                       `interval "2010/2009": its last day 2009-12-31 is before its first day 2010-01-01`,
		"2009-12-06/2009-12-05":           `interval "2009-12-06/2009-12-05": its last day 2009-12-05 is before its first day 2009-12-06`,
		"2007-12/2007-06-29":              `interval "2007-12/2007-06-29": its last day 2007-06-29 is before its first day 2007-12-01`,
		"2009-02-30":                      `date "2009-02-30": February 2009 has no day 30`,
		"2009-02-30/2010":                 `interval "2009-02-30/2010": date "2009-02-30": February 2009 has no day 30`,
		"2009/2010-13":                    `interval "2009/2010-13": date "2010-13": there is no month 13`,
		"1991 / 1992":                     `interval "1991 / 1992": date "1991 ": spaces are not accepted`,
		"../1992Z":                        `interval "../1992Z": date "1992Z": the form is not YYYY, YYYY-MM or YYYY-MM-DD`,
		"2001-02-03T09:30:01Z/2001-02-04": `interval "2001-02-03T09:30:01Z/2001-02-04": date "2001-02-03T09:30:01Z": only calendar dates are accepted, without a time of day`,
	} {
		i, err := graph.ParseInterval(text)
		if err == nil || err.Error() != want {
			t.Errorf("%q: %v\nwant %s", text, err, want)
		}
		if !i.IsZero() {
			t.Errorf("%q: an error came with %v", text, i)
		}
	}
}

func TestAnIntervalHoldsOnBothItsEnds(t *testing.T) {
	for _, c := range []struct {
		interval, on string
		want         bool
	}{
		{"1994-12-05/2009-12-05", "1994-12-04", false},
		{"1994-12-05/2009-12-05", "1994-12-05", true},
		{"1994-12-05/2009-12-05", "2009-12-05", true},
		{"1994-12-05/2009-12-05", "2009-12-06", false},
		{"2007/2008-02", "2006-12-31", false},
		{"2007/2008-02", "2007-01-01", true},
		{"2007/2008-02", "2008-02-29", true},
		{"2007/2008-02", "2008-03-01", false},
		{"1991", "1992-01-01", true},
		{"1991", "1990-12-31", false},
		{"2012/..", "9999-12-31", true},
		{"../2012", "0000-01-01", true},
		{"../2012", "2013-01-01", false},
		{"/2012", "0000-01-01", true},
	} {
		i, err := graph.ParseInterval(c.interval)
		if err != nil {
			t.Fatal(err)
		}
		if got := i.Holds(graph.MustDate(c.on).Earliest()); got != c.want {
			t.Errorf("%s holds on %s: %v", i, c.on, got)
		}
	}
	if always := (graph.Interval{}); !always.IsZero() || always.String() != "" || !always.Holds(graph.MinDay) || !always.Holds(graph.MaxDay) {
		t.Error("the zero interval does not hold always")
	}
}

func TestIntervalsReadWithoutAllocatingAndWriteWithOneAllocation(t *testing.T) {
	for _, form := range intervalForms {
		i, err := graph.ParseInterval(form.text)
		if err != nil {
			t.Fatal(err)
		}
		if n := testing.AllocsPerRun(100, func() { _, _ = graph.ParseInterval(form.text) }); n != 0 {
			t.Errorf("reading %s allocates %v times", form.text, n)
		}
		if n := testing.AllocsPerRun(100, func() { _ = i.String() }); n > 1 {
			t.Errorf("writing %s allocates %v times", form.text, n)
		}
	}
}

func TestAnIntervalIsValidExactlyWhenItsTextIsReadBack(t *testing.T) {
	if err := (graph.Interval{}).Valid(); err != nil {
		t.Error(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		i := graph.Interval{From: edtfDates().Draw(t, "from"), To: edtfDates().Draw(t, "to")}
		if i.IsZero() {
			return
		}
		again, readErr := graph.ParseInterval(i.String())
		validErr := i.Valid()
		if (readErr == nil) != (validErr == nil) {
			t.Fatalf("%q: read %v, valid %v", i, readErr, validErr)
		}
		if validErr == nil && again != i {
			t.Fatalf("%q was read back as %q", i, again)
		}
		if validErr == nil && (!i.Holds(i.Start()) || !i.Holds(i.End())) {
			t.Fatalf("%q does not hold on its ends", i)
		}
		if validErr != nil && i.Holds(i.Start()) && i.Holds(i.End()) && !(i.From.IsOpen() && i.To.IsOpen()) {
			t.Fatalf("%q: %v", i, validErr)
		}
	})
}

func FuzzParseInterval(f *testing.F) {
	for _, form := range intervalForms {
		f.Add(form.text)
	}
	f.Fuzz(func(t *testing.T, s string) {
		i, err := graph.ParseInterval(s)
		if err != nil {
			checkRefusal(t, s, err)
			return
		}
		if text := i.String(); text != s && text+"/" != s {
			t.Fatalf("%q is written %q", s, text)
		}
		if again, err := graph.ParseInterval(i.String()); err != nil || again != i {
			t.Fatalf("%q was read back as %q, %v", s, again, err)
		}
		if err := i.Valid(); err != nil || i.IsZero() || i.End() < i.Start() {
			t.Fatalf("%q was accepted: %v", s, err)
		}
	})
}
