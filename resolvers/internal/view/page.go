package view

import (
	"errors"

	"treatygraph/index"
)

// How long pages are: what is given when nothing is asked, and the most that can be asked.
const (
	DefaultPage = 20
	MaxPage     = 100
)

// PageInfo is the GraphQL type PageInfo.
type PageInfo struct {
	HasNextPage, HasPreviousPage bool
	StartCursor, EndCursor       *string
}

// newPage checks the arguments of a connection.
func newPage(first *int, after *string, last *int, before *string) (index.Page, error) {
	var page index.Page
	switch {
	case first != nil && last != nil:
		return page, inputError("last", "stands together with first; give one of the two")
	case first != nil:
		if err := checkSize("first", *first); err != nil {
			return page, err
		}
		page.First = *first
	case last != nil:
		if err := checkSize("last", *last); err != nil {
			return page, err
		}
		page.Last = *last
	default:
		page.First = DefaultPage
	}
	for _, cursor := range []struct {
		argument string
		given    *string
		field    *string
	}{{"after", after, &page.After}, {"before", before, &page.Before}} {
		if cursor.given == nil {
			continue
		}
		if *cursor.given == "" {
			return page, inputError(cursor.argument, "an empty text is no cursor")
		}
		*cursor.field = *cursor.given
	}
	return page, nil
}

func checkSize(argument string, n int) error {
	if n < 1 || n > MaxPage {
		return inputError(argument, "%d is not between 1 and %d", n, MaxPage)
	}
	return nil
}

// pageError names the argument of a cursor that the index refuses.
func pageError(err error, page index.Page) error {
	if !errors.Is(err, index.ErrCursor) {
		return err
	}
	argument := "after"
	if page.After == "" {
		argument = "before"
	} else if page.Before != "" {
		argument = "after or before"
	}
	return inputError(argument, "%v", index.ErrCursor)
}

func newPageInfo(next, previous bool, n int, cursor func(int) string) PageInfo {
	info := PageInfo{HasNextPage: next, HasPreviousPage: previous}
	if n > 0 {
		start, end := cursor(0), cursor(n-1)
		info.StartCursor, info.EndCursor = &start, &end
	}
	return info
}
