package resolvers

import (
	"regexp"
	"unicode/utf8"
)

const (
	// maxEcho is how many characters of one name or text of a client an error repeats: enough to find it again.
	maxEcho = 80
	// maxMessage is how many characters an error has in all; the longest of ours that explain something have half as many.
	maxMessage = 500
)

// long is a stretch that may be a client's: in quotation marks, or without a space.
var long = regexp.MustCompile(`"[^"]{80,}|\S{81,}`)

// shortened cuts what a message repeats of a request, so that an answer is not as large as what was sent.
func shortened(message string) string {
	if len(message) <= maxEcho {
		return message
	}
	return beginning(long.ReplaceAllStringFunc(message, func(s string) string { return beginning(s, maxEcho) }), maxMessage)
}

// beginning returns the first characters of a text, with a mark where it goes on.
func beginning(text string, characters int) string {
	if utf8.RuneCountInString(text) <= characters {
		return text
	}
	for i := range text {
		if characters == 0 {
			return text[:i] + "…"
		}
		characters--
	}
	return text
}
