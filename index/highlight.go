package index

import (
	"treatygraph/graph"
	"treatygraph/index/text"
)

// A Mark is a part of a text: the code points [Start, End).
type Mark = text.Mark

// Highlight marks in a name or passage what a search for a text found there by a class: all of it for the classes of Lookup. The error is
// graph.ErrInvalid for a text that Search would not take.
func Highlight(query string, class MatchClass, lang graph.Language, in string) ([]Mark, error) {
	if class <= MatchHistoricName {
		return []Mark{{Start: 0, End: len([]rune(in))}}, nil
	}
	h, err := text.NewHighlighter(query)
	if err != nil {
		return nil, err
	}
	return h.Marks(text.Class(class-MatchHistoricName), lang, in), nil
}
