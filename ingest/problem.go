// Package ingest brings what is written in files into a store: the shipped corpus, documents, importers. It reads, checks everything,
// compares with what the store holds, and writes the difference; bad input writes nothing.
package ingest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"treatygraph/graph"
)

// A Problem is one thing wrong in a file. Line counts from 1; 0 is the file as a whole.
type Problem struct {
	File    string
	Line    int
	Message string
}

func (p Problem) String() string {
	if p.Line == 0 {
		return fmt.Sprintf("%s: %s", p.File, p.Message)
	}
	return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Message)
}

// Problems are all that is wrong in the files that were read, by file and line. They are graph.ErrInvalid.
type Problems []Problem

func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// Is makes errors.Is(err, graph.ErrInvalid) true.
func (ps Problems) Is(target error) bool { return target == graph.ErrInvalid }

func (ps Problems) sort() {
	slices.SortStableFunc(ps, func(a, b Problem) int { return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line)) })
}
