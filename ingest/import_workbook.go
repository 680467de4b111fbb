package ingest

import (
	"encoding/xml"
	"fmt"
	"math"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"treatygraph/ooxml"
)

// Limits of a workbook. Its parts are read as a stream, but for the texts of its cells, which stand in one part and are asked for by number.
const (
	// maxWorkbookBytes bounds the file as it is, packed: a million rows of treaty actions take half of it.
	maxWorkbookBytes = 64 << 20
	// maxSharedBytes bounds the texts of all cells, unpacked.
	maxSharedBytes = 128 << 20
	// maxTexts bounds how many texts there are: a sheet has a million rows, and those of treaty actions hold few that stand nowhere else.
	maxTexts = 4 << 20
	// maxStyles bounds the formats of cells; spreadsheets themselves stop at 65,490.
	maxStyles = 1 << 16
	// maxSheets bounds the sheets of a workbook.
	maxSheets = 1_000
)

// zipSignature begins every ZIP archive, and so every workbook of Office Open XML.
const zipSignature = "PK\x03\x04"

// A workbook is a spreadsheet in Office Open XML (ECMA-376 part 1, chapter 18). It is read here, because what matters of a cell is what
// libraries for spreadsheets do not tell beside its value: whether it is a formula, a mistake or a date, and of a date how much of it is shown.
type workbook struct {
	archive *ooxml.Archive
	sheets  []sheetPart
	texts   []string
	dates   []datePrecision // by style
	since04 bool            // days are counted from 1904 on

	merged      int // cells of the sheet that was read last, each over several places
	firstMerged string
}

type sheetPart struct {
	name, part string
	hidden     bool
}

// A datePrecision tells how much of a date a format shows; 0: the format is of no date.
type datePrecision uint8

const (
	showsYear datePrecision = iota + 1
	showsMonth
	showsDay
)

// openWorkbook reads all of a workbook but its sheets.
func openWorkbook(content []byte) (*workbook, error) {
	archive, err := ooxml.Open(content)
	if err != nil {
		return nil, err
	}
	b := &workbook{archive: archive}
	if !archive.Has("xl/workbook.xml") {
		return nil, refused("the file is a ZIP archive and no spreadsheet in Office Open XML (.xlsx)")
	}
	targets := make(map[string]string)
	for _, read := range []struct {
		part  string
		limit int64
		visit func(*ooxml.Decoder, xml.StartElement) error
	}{
		{"xl/_rels/workbook.xml.rels", maxRowBytes, func(_ *ooxml.Decoder, e xml.StartElement) error {
			if e.Name.Local == "Relationship" && ooxml.Attribute(e, "TargetMode") != "External" {
				targets[ooxml.Attribute(e, "Id")] = path.Join("xl", ooxml.Attribute(e, "Target"))
				if target := ooxml.Attribute(e, "Target"); strings.HasPrefix(target, "/") {
					targets[ooxml.Attribute(e, "Id")] = strings.TrimPrefix(path.Clean(target), "/")
				}
			}
			return nil
		}},
		{"xl/workbook.xml", maxRowBytes, func(_ *ooxml.Decoder, e xml.StartElement) error {
			switch e.Name.Local {
			case "workbookPr":
				b.since04 = ooxml.IsOn(ooxml.Attribute(e, "date1904"))
			case "sheet":
				if len(b.sheets) == maxSheets {
					return refused("more than %d sheets", maxSheets)
				}
				b.sheets = append(b.sheets, sheetPart{ooxml.Attribute(e, "name"), targets[ooxml.Attribute(e, "id")], ooxml.Attribute(e, "state") != "" && ooxml.Attribute(e, "state") != "visible"})
			}
			return nil
		}},
		{"xl/sharedStrings.xml", maxSharedBytes, b.text},
		{"xl/styles.xml", maxSharedBytes, b.styles()},
	} {
		if err := archive.Each(read.part, read.limit, read.visit); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// A richText is the text of a cell, in one piece or in runs; what is said of its pronunciation is left out.
type richText struct {
	Text string `xml:"t"`
	Runs []struct {
		Text string `xml:"t"`
	} `xml:"r"`
}

// escaped is how Office writes characters that XML has no place for, such as _x000D_.
var escaped = regexp.MustCompile(`_x([0-9A-Fa-f]{4})_`)

func (t *richText) String() string {
	var s strings.Builder
	s.WriteString(t.Text)
	for _, r := range t.Runs {
		s.WriteString(r.Text)
	}
	return escaped.ReplaceAllStringFunc(s.String(), func(code string) string {
		n, _ := strconv.ParseUint(code[2:6], 16, 32) // of four hexadecimal digits
		return string(rune(n))
	})
}

// text reads one of the shared texts.
func (b *workbook) text(d *ooxml.Decoder, e xml.StartElement) error {
	if e.Name.Local != "si" {
		return nil
	}
	if len(b.texts) == maxTexts {
		return refused("more than %d texts of cells", maxTexts)
	}
	var t richText
	if err := d.DecodeElement(&t, &e); err != nil {
		return err
	}
	b.texts = append(b.texts, t.String())
	return nil
}

// styles reads which styles show dates.
func (b *workbook) styles() func(*ooxml.Decoder, xml.StartElement) error {
	formats, inCells := make(map[int]string), false
	return func(_ *ooxml.Decoder, e xml.StartElement) error {
		switch e.Name.Local {
		case "numFmt":
			if id, err := strconv.Atoi(ooxml.Attribute(e, "numFmtId")); err == nil {
				formats[id] = ooxml.Attribute(e, "formatCode")
			}
		case "cellXfs":
			inCells = true
		case "cellStyles", "dxfs":
			inCells = false
		case "xf":
			if !inCells {
				break
			}
			if len(b.dates) == maxStyles {
				return refused("more than %d styles of cells", maxStyles)
			}
			id, _ := strconv.Atoi(ooxml.Attribute(e, "numFmtId")) // 0, where it is none, is the general format
			b.dates = append(b.dates, dateShown(id, formats[id]))
		}
		return nil
	}
}

// notShown is what of a format is not about dates: texts, colours and conditions.
var notShown = regexp.MustCompile(`"[^"]*"|\\.|_.|\*.|\[[^\]]*\]`)

// dateShown tells how much of a date a format shows, by its number where that says so (ECMA-376 part 1, 18.8.30), else by its code.
func dateShown(id int, code string) datePrecision {
	switch {
	case id >= 14 && id <= 16, id == 22, id >= 28 && id <= 31, id == 51, id == 53, id == 54, id == 58:
		return showsDay
	case id == 17, id == 27, id == 36, id == 50, id == 52, id == 57: // but for the first, a month in Chinese and a day in Japanese: no more is sure
		return showsMonth
	}
	code, _, _ = strings.Cut(notShown.ReplaceAllString(strings.ToLower(code), ""), ";")
	switch {
	case strings.Contains(code, "general"), !strings.ContainsAny(code, "yd"):
		return 0
	case strings.Contains(code, "d"):
		return showsDay
	case strings.Contains(code, "m"):
		return showsMonth
	}
	return showsYear
}

// sheet finds a sheet by its name; the empty name is the first one that is not hidden.
func (b *workbook) sheet(name string) (sheetPart, error) {
	at := slices.IndexFunc(b.sheets, func(s sheetPart) bool { return s.name == name || name == "" && !s.hidden })
	if at >= 0 && b.archive.Has(b.sheets[at].part) {
		return b.sheets[at], nil
	}
	var names []string
	for _, s := range b.sheets {
		names = append(names, quoted(s.name))
	}
	if name == "" {
		return sheetPart{}, refused("no sheet can be read; there are %s", strings.Join(names, ", "))
	}
	return sheetPart{}, refused("there is no sheet %s; there are %s", quoted(name), strings.Join(names, ", "))
}

// asides are what a person should know of a sheet that was read whole.
func (b *workbook) asides(sheet sheetPart) (list []string) {
	if len(b.sheets) > 1 {
		list = append(list, fmt.Sprintf("of %d sheets %s is read alone", len(b.sheets), quoted(sheet.name)))
	}
	if b.merged > 0 {
		list = append(list, fmt.Sprintf("%d cells are merged, the first over %s: each counts at its first place alone, and the others are empty", b.merged, quoted(b.firstMerged)))
	}
	return list
}

// A sheetCell is a cell as it stands in the file.
type sheetCell struct {
	Reference string    `xml:"r,attr"`
	Type      string    `xml:"t,attr"`
	Style     int       `xml:"s,attr"`
	Formula   *string   `xml:"f"`
	Value     string    `xml:"v"`
	Inline    *richText `xml:"is"`
}

// rows visits the rows of a sheet that hold something, with their numbers; wrong says what is wrong with a cell of it.
func (b *workbook) rows(sheet sheetPart, visit func(line int, cells []string, wrong string) error) error {
	line := 0
	b.merged = 0
	return b.archive.Each(sheet.part, MaxImportBytes, func(d *ooxml.Decoder, e xml.StartElement) error {
		if e.Name.Local == "mergeCell" {
			if b.merged++; b.merged == 1 {
				b.firstMerged = ooxml.Attribute(e, "ref")
			}
		}
		if e.Name.Local != "row" {
			return nil
		}
		line++
		if n, err := strconv.Atoi(ooxml.Attribute(e, "r")); err == nil {
			if n < line {
				return refused("row %d stands behind row %d", n, line-1)
			}
			line = n
		}
		cells, wrong, err := b.row(d)
		if err != nil || len(cells) == 0 && wrong == "" {
			return err
		}
		return visit(line, cells, wrong)
	})
}

// row reads the cells of a row up to its last one that is not empty.
func (b *workbook) row(d *ooxml.Decoder) (cells []string, wrong string, err error) {
	bytesRead := 0
	for {
		token, err := d.Token()
		if err != nil {
			return nil, "", err
		}
		if end, is := token.(xml.EndElement); is && end.Name.Local == "row" {
			for len(cells) > 0 && cells[len(cells)-1] == "" {
				cells = cells[:len(cells)-1]
			}
			return cells, wrong, nil
		}
		start, is := token.(xml.StartElement)
		if !is || start.Name.Local != "c" {
			continue
		}
		var c sheetCell
		if err := d.DecodeElement(&c, &start); err != nil {
			return nil, "", err
		}
		at := len(cells)
		if c.Reference != "" {
			at = columnOf(c.Reference)
		}
		value, why := b.value(&c)
		switch {
		case at >= maxColumns && value == "" && why == "": // it was painted as far as the sheet goes
			continue
		case at < len(cells) || at >= maxColumns:
			return nil, "", refused("cell %s is out of place: a table has %d columns at most, from left to right", quoted(c.Reference), maxColumns)
		}
		for len(cells) <= at {
			cells = append(cells, "")
		}
		if why != "" && wrong == "" {
			wrong = fmt.Sprintf("cell %s %s", cut(c.Reference, maxMessageCell), why)
		}
		if bytesRead += len(value); bytesRead > maxRowBytes {
			return nil, "", refused("the row of cell %s is longer than %d bytes", quoted(c.Reference), maxRowBytes)
		}
		cells[at] = value
	}
}

// maxMessageCell bounds what is shown of a reference: those that there can be have ten characters.
const maxMessageCell = 12

// columnOf returns the column of a reference such as B7, from 0; -1 where it is none.
func columnOf(reference string) int {
	n := 0
	for i := 0; i < len(reference) && i < 4; i++ {
		c := reference[i]
		switch {
		case c >= 'A' && c <= 'Z':
			n = 26*n + int(c-'A') + 1
		case c >= '0' && c <= '9':
			return n - 1
		default:
			return -1
		}
	}
	return n - 1
}

// value returns what a cell holds as text: a date as 1968-07-01, however it is shown; or why it cannot be used.
func (b *workbook) value(c *sheetCell) (value, wrong string) {
	if c.Formula != nil {
		return "", fmt.Sprintf("is a formula, %s: save the values alone", quoted("="+*c.Formula))
	}
	switch c.Type {
	case "s":
		n, err := strconv.Atoi(strings.TrimSpace(c.Value))
		if err != nil || n < 0 || n >= len(b.texts) {
			return "", fmt.Sprintf("refers to text %s, which the workbook does not have", quoted(c.Value))
		}
		return b.texts[n], ""
	case "inlineStr":
		if c.Inline == nil {
			return "", ""
		}
		return c.Inline.String(), ""
	case "str", "d":
		return c.Value, ""
	case "b":
		return strconv.FormatBool(ooxml.IsOn(c.Value)), ""
	case "e":
		return "", fmt.Sprintf("holds the error %s", quoted(c.Value))
	case "", "n":
	default:
		return "", fmt.Sprintf("is of the unknown type %s", quoted(c.Type))
	}
	if c.Value == "" {
		return "", ""
	}
	number, err := strconv.ParseFloat(c.Value, 64)
	if err != nil || math.IsNaN(number) || math.IsInf(number, 0) {
		return "", fmt.Sprintf("holds %s, which is no number", quoted(c.Value))
	}
	if c.Style >= 0 && c.Style < len(b.dates) && b.dates[c.Style] != 0 {
		return b.date(number, b.dates[c.Style])
	}
	return strconv.FormatFloat(number, 'f', -1, 64), ""
}

// lastSerial is 31 December 9999, the last day of spreadsheets.
const lastSerial = 2_958_465

// date returns the day of a serial number. In the system of 1900 day 60 is 29 February 1900, which there never was; days before it count from one day later.
func (b *workbook) date(serial float64, shown datePrecision) (value, wrong string) {
	day := math.Floor(serial)
	epoch := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case day < 1 && !b.since04, day < 0, day > lastSerial:
		return "", fmt.Sprintf("holds day %v, which no spreadsheet has", serial)
	case b.since04:
		epoch = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	case day == 60:
		return "", "holds 29 February 1900, a day that never was"
	case day < 60:
		epoch = epoch.AddDate(0, 0, 1)
	}
	on := epoch.AddDate(0, 0, int(day))
	switch {
	case shown == showsYear:
		return on.Format("2006"), ""
	case shown == showsMonth:
		return on.Format("2006-01"), ""
	case serial != day:
		return on.Add(time.Duration(math.Round((serial-day)*24*60*60)) * time.Second).Format("2006-01-02T15:04:05"), ""
	}
	return on.Format(time.DateOnly), ""
}
