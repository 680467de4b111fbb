package main

import (
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// A table is printed in aligned columns. Unlike text/tabwriter it knows that Chinese characters take two columns.
type table struct {
	title []string
	rows  [][]string
}

const (
	cellGap = 2
	// maxCell bounds a cell that is not the last, so that one long name does not push all others off the screen.
	maxCell = 60
)

func (t *table) add(cells ...string) {
	for i := range cells {
		cells[i] = visible(strings.Join(strings.Fields(cells[i]), " "))
		if i < len(cells)-1 {
			cells[i] = shorten(cells[i], maxCell)
		}
	}
	t.rows = append(t.rows, cells)
}

func (t *table) print(w io.Writer) {
	lines := append([][]string{t.title}, t.rows...)
	widths := make([]int, len(t.title))
	for _, cells := range lines {
		for i, c := range cells {
			widths[i] = max(widths[i], columns(c))
		}
	}
	var b strings.Builder
	for _, cells := range lines {
		b.Reset()
		for i, c := range cells {
			b.WriteString(c)
			b.WriteString(strings.Repeat(" ", widths[i]-columns(c)+cellGap))
		}
		fmt.Fprintln(w, strings.TrimRight(b.String(), " "))
	}
}

// columns returns how many columns of a terminal a text takes.
func columns(s string) int {
	n := 0
	for _, r := range s {
		n += columnsOf(r)
	}
	return n
}

func columnsOf(r rune) int {
	if r < utf8.RuneSelf {
		return 1
	}
	if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) {
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

// shorten cuts a text to a number of columns.
func shorten(s string, most int) string {
	if columns(s) <= most {
		return s
	}
	n := 0
	for i, r := range s {
		if n += columnsOf(r); n >= most {
			return s[:i] + "…"
		}
	}
	return s
}
