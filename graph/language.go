package graph

import (
	"fmt"
	"strings"

	"golang.org/x/text/language"
)

// Language is a BCP 47 tag in the canonical form that ParseLanguage gives: "zh", "zh-Hant", "en", "ru".
type Language string

// MaxLanguageBytes bounds a language tag: the length that RFC 5646, section 4.4.1, asks every program to be ready for.
const MaxLanguageBytes = 35

// ParseLanguage reads a BCP 47 tag in any case, with hyphens or underscores, and gives its canonical form: casing of RFC 5646,
// section 2.1.1, and the present subtag where one was replaced ("iw" becomes "he"). It refuses tags that are malformed or
// unknown to the registry, tags that name no language ("und", "und-Latn") and tags for private use only ("x-…").
func ParseLanguage(s string) (Language, error) {
	switch s {
	case "ar", "en", "es", "fr", "ru", "zh", "zh-Hans", "zh-Hant": // canonical already, and nearly all there are
		return Language(s), nil
	}
	if len(s) > MaxLanguageBytes {
		return "", fmt.Errorf("language %s is longer than %d bytes", quote(s), MaxLanguageBytes)
	}
	tag, err := language.Parse(s)
	if err != nil {
		return "", fmt.Errorf("language %s is not a known BCP 47 tag", quote(s))
	}
	canonical := Language(tag.String())
	switch base := canonical.Base(); {
	case base == "und":
		return "", fmt.Errorf("language %s names no language", quote(s))
	case base == "x":
		return "", fmt.Errorf("language %s is for private use only", quote(s))
	case len(canonical) > MaxLanguageBytes:
		return "", fmt.Errorf("language %s is longer than %d bytes in canonical form", quote(s), MaxLanguageBytes)
	}
	return canonical, nil
}

// Base returns the language without script, region and variants: "zh" of "zh-Hant".
func (l Language) Base() string {
	base, _, _ := strings.Cut(string(l), "-")
	return base
}
