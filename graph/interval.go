package graph

import (
	"fmt"
	"strings"
)

// Interval is a validity: From and To, both inclusive. Each is a date, the zero Date (not stated; EDTF's "unknown"), or
// Open. The earliest day of From and the latest day of To count. The zero Interval means "not stated" and holds always.
type Interval struct {
	From, To Date
}

// ParseInterval reads an EDTF interval (ISO 8601-2:2019, level 1; https://www.loc.gov/standards/datetime/):
// "from/to", "from/..", "../to", "from/" and "/to", where an empty end is not stated, and a single date "1991-07-31",
// which is From with To not stated. So "from/" and "from" are the same interval, and String returns "from".
//
// Refused are the empty text, "/", ".." and "../..", which state nothing, and a To whose latest day is before the
// earliest day of From. The error quotes s, shortened when long, and says what is wrong.
func ParseInterval(s string) (Interval, error) {
	if s == "" {
		return Interval{}, refuseInterval(s, "the text is empty")
	}
	if s == ".." {
		return Interval{}, refuseInterval(s, `".." is one end of an interval; the other is missing`)
	}
	from, to, isPair := strings.Cut(s, "/")
	if !isPair {
		d, err := ParseDate(s)
		return Interval{From: d}, err
	}
	if from == "" && to == "" {
		return Interval{}, refuseInterval(s, "neither end is stated")
	}
	if strings.Contains(to, "/") {
		return Interval{}, refuseInterval(s, `more than one "/"`)
	}
	var i Interval
	var err error
	if i.From, err = parseEnd(from); err != nil {
		return Interval{}, fmt.Errorf("interval %s: %w", quote(s), err)
	}
	if i.To, err = parseEnd(to); err != nil {
		return Interval{}, fmt.Errorf("interval %s: %w", quote(s), err)
	}
	if err := i.Valid(); err != nil {
		return Interval{}, err
	}
	return i, nil
}

func parseEnd(s string) (Date, error) {
	if s == "" {
		return Date{}, nil
	}
	return ParseDate(s)
}

func refuseInterval(s, why string) error {
	return fmt.Errorf("interval %s: %s", quote(s), why)
}

// Valid makes the checks of ParseInterval on an interval built in code: its ends are not both Open, and the latest day
// of To is not before the earliest day of From. The zero Interval is valid. ParseInterval reads the String of every
// other valid interval back as that interval.
func (i Interval) Valid() error {
	if i.From.IsOpen() && i.To.IsOpen() {
		return refuseInterval(i.String(), "both ends are open")
	}
	if i.End() < i.Start() {
		return refuseInterval(i.String(), fmt.Sprintf("its last day %v is before its first day %v", i.End(), i.Start()))
	}
	return nil
}

// String returns the one way to write i: "from/to", "/to", "from" when To is not stated ("../" when From is Open), ""
// for the zero Interval.
func (i Interval) String() string {
	var buffer [len("YYYY-MM-DD?/YYYY-MM-DD?")]byte
	b := i.From.appendTo(buffer[:0])
	if !i.To.IsZero() || i.From.IsOpen() {
		b = append(b, '/')
	}
	return string(i.To.appendTo(b))
}

// IsZero reports whether neither end is stated.
func (i Interval) IsZero() bool { return i == Interval{} }

// Start returns the earliest day of From; MinDay when From is not stated or Open.
func (i Interval) Start() Day { return i.From.Earliest() }

// End returns the latest day of To; MaxDay when To is not stated or Open.
func (i Interval) End() Day { return i.To.Latest() }

// Holds reports whether on lies within Start to End, both included.
func (i Interval) Holds(on Day) bool { return i.Start() <= on && on <= i.End() }
