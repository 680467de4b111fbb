package httpapi

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestTheFormWantedMostIsGiven(t *testing.T) {
	for accept, want := range map[string]string{
		"":                                     formHTML,
		"*/*":                                  formHTML,
		"application/json":                     formJSON,
		"Application/LD+JSON":                  formJSONLD,
		"application/*":                        formJSONLD,
		"application/json, text/html":          formHTML,
		"application/json, text/html;q=0.9":    formJSON,
		"application/json;q=0.1, */*;q=0":      formJSON,
		"application/json;q=0, */*;q=0.5":      formHTML,
		"text/html;q=0, */*":                   formJSONLD,
		"text/*;q=0.3, application/json;q=0.4": formJSON,
		"image/png":                            formHTML,
		"application/json;q=2":                 formHTML,
		";;, application/json":                 formJSON,
		`application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"`:               formJSONLD,
		"text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8":         formHTML,
		"text/turtle;q=1, application/ld+json;q=0.9, application/json;q=0.5, text/html;q=.1": formTurtle,
	} {
		if got := negotiate([]string{accept}, formHTML, formJSONLD, formTurtle, formJSON); got != want {
			t.Errorf("%q gives %s, want %s", accept, got, want)
		}
	}
	if got := negotiate([]string{"text/html;q=0.1", "application/json"}, formHTML, formJSONLD, formTurtle, formJSON); got != formJSON {
		t.Errorf("two fields give %s", got)
	}
}

func TestTheLanguageWantedMostIsGiven(t *testing.T) {
	for accept, want := range map[string]string{
		"":                     "en",
		"zh":                   "zh",
		"zh-CN,zh;q=0.9":       "zh-CN",
		"en;q=0.5, ru":         "ru",
		"*":                    "en",
		"*;q=0.1, ru;q=0.05":   "ru",
		"ru;q=0":               "en",
		"und, zh-Hant;q=0.1":   "zh-Hant",
		"nonsense!":            "en",
		"x-klingon, fr;q=0.2":  "fr",
		"en-GB, *;q=0.5":       "en-GB",
		"zh;q=0.8, en-US;q=.9": "en-US",
	} {
		if got := acceptedLanguage([]string{accept}); string(got) != want {
			t.Errorf("%q gives %s, want %s", accept, got, want)
		}
	}
}

func TestLabelsComeInTheLanguageOfTheRequest(t *testing.T) {
	s := serveCorpus(t)
	for accept, want := range map[string]string{"": "Nuclear Non-Proliferation Treaty", "ru, en;q=0.5": "Договор о нераспространении ядерного оружия", "zh-Hans;q=0.9": "不扩散核武器条约", "xx-!": "Nuclear Non-Proliferation Treaty"} {
		request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", strings.NewReader(`{"query":"{entity(id:\"treaty/npt\"){label}}"}`))
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Accept-Language", accept)
		answer := httptest.NewRecorder()
		s.ServeHTTP(answer, request)
		if !strings.Contains(answer.Body.String(), want) || strings.Join(answer.Header().Values("Vary"), ", ") != "Accept-Encoding, Accept-Language, Accept" {
			t.Errorf("Accept-Language %q: %s, Vary %q", accept, answer.Body, answer.Header().Values("Vary"))
		}
	}
}
