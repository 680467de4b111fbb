package graph_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"treatygraph/graph"
)

func TestLanguageTagsHaveOneSpelling(t *testing.T) {
	for input, want := range map[string]graph.Language{
		"zh": "zh", "ZH": "zh", "zh-hant": "zh-Hant", "zh_TW": "zh-TW", "ZH-HANS-cn": "zh-Hans-CN", "en": "en", "RU": "ru",
		"iw": "he", "zh-min-nan": "nan", "en-us": "en-US", "zh-x-old": "zh-x-old", "sr-latn": "sr-Latn",
	} {
		got, err := graph.ParseLanguage(input)
		if err != nil || got != want {
			t.Errorf("%q: got %q, %v; want %q", input, got, err, want)
		}
		if again, err := graph.ParseLanguage(string(got)); again != got || err != nil {
			t.Errorf("%q is not its own canonical form: %q, %v", got, again, err)
		}
	}
}

func TestTagsThatNameNoKnownLanguageAreRefused(t *testing.T) {
	for input, why := range map[string]string{
		"": "not a known", "und": "names no language", "und-Latn": "names no language", "root": "names no language",
		"x-klingon": "private use", "xx": "not a known", "english": "not a known", "zh Hant": "not a known", "中文": "not a known",
		"en-x-" + strings.Repeat("abcdefgh-", 5) + "a": "longer than 35 bytes",
	} {
		got, err := graph.ParseLanguage(input)
		if err == nil || got != "" || !strings.Contains(err.Error(), why) {
			t.Errorf("%q: got %q, %v; want an error with %q", input, got, err, why)
		}
	}
}

func TestTheBaseOfALanguageIsItsFirstSubtag(t *testing.T) {
	for lang, want := range map[graph.Language]string{"zh-Hant-TW": "zh", "en": "en", "": ""} {
		if got := lang.Base(); got != want {
			t.Errorf("%q: got %q, want %q", lang, got, want)
		}
	}
}

func TestCanonicalLanguagesStayAsTheyAre(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		input := rapid.StringMatching(`[a-zA-Z]{2,3}([-_]([A-Za-z]{4}|[A-Za-z]{2}|[0-9]{3}|[a-z]{5,8}|u-co-[a-z]{3,8}))?`).Draw(t, "tag")
		lang, err := graph.ParseLanguage(input)
		if err != nil {
			return
		}
		if again, err := graph.ParseLanguage(string(lang)); again != lang || err != nil {
			t.Fatalf("%q became %q, then %q, %v", input, lang, again, err)
		}
	})
}
