package resolvers

import (
	"regexp"
	"unicode/utf8"
)

const (
	// maxEcho is how many bytes of one name or text of a client an error repeats: enough to find it again, also of some 25 Chinese characters.
	maxEcho = 80
	// maxMessage is how many bytes an error has in all; the longest of ours that explain something have half as many.
	maxMessage = 500
)

// stretch is what may be a client's: in quotation marks, which are escaped within, or without a space.
var stretch = regexp.MustCompile(`"(?:[^"\\]|\\.)*"?|[^\s"]+`)

// shortened cuts what a message repeats of a request, so that an answer is not as large as what was sent.
func shortened(message string) string {
	if len(message) <= maxEcho {
		return message
	}
	return beginning(stretch.ReplaceAllStringFunc(message, func(s string) string { return beginning(s, maxEcho) }), maxMessage)
}

// beginning returns as many whole characters of a text as so many bytes hold, with a mark where it goes on.
func beginning(text string, bytes int) string {
	if len(text) <= bytes {
		return text
	}
	for !utf8.RuneStart(text[bytes]) {
		bytes--
	}
	return text[:bytes] + "…"
}
