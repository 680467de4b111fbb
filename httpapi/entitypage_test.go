package httpapi

import (
	"strings"
	"testing"
)

func TestTheTimeOfAStatementIsSaidInWords(t *testing.T) {
	for want, dates := range map[string][2]string{
		"": {"", ""}, "from 1991": {"1991", ""}, "from 1992": {"1992", ".."}, "until 1993": {"", "1993"}, "until 1994": {"..", "1994"}, "from 1995 to 1996": {"1995", "1996"},
		"without an end": {"", ".."},
	} {
		var s shownStatement
		s.Node.Predicate, s.Node.Valid.From, s.Node.Valid.To = "MEMBER_OF", dates[0], dates[1]
		if got := s.Dates(); got != want {
			t.Errorf("%q: got %q, want %q", dates, got, want)
		}
	}
}

func TestAnErrorIsSaidInEnglish(t *testing.T) {
	if r := serveCorpus(t).get(t, "/entity/treaty/nothing", "Accept-Language", "zh"); r.Header().Get("Content-Language") != "en" {
		t.Errorf("got %v", r.Header())
	}
}

func TestOnlyOfWhatCanBeLawItIsSaidThatItIsNot(t *testing.T) {
	s := serveCorpus(t)
	for target, want := range map[string]string{
		"/entity/resolution/s-res-1540-2004":                        "",
		"/entity/declaration/us-russia-strategic-framework-2008":    "",
		"/entity/treaty/cfe-adapted":                                "schema:NotInForce",
		"/entity/treaty/start-i?validOn=2008-04-06":                 "schema:InForce",
		"/entity/treaty/us-russia-123-agreement?validOn=2008-04-06": "schema:NotInForce",
	} {
		body := s.get(t, target, "Accept", formJSONLD).Body.String()
		if strings.Contains(body, "schema:legislationLegalForce") != (want != "") || !strings.Contains(body, want) {
			t.Errorf("%s: not %q in %s", target, want, body)
		}
	}
}

func TestThePageJoinsLinesAsTheAPIDoes(t *testing.T) {
	page := serveCorpus(t).get(t, "/entity/document/e-cn.15-2008-21").Body.String()
	if !strings.Contains(page, "应对 21 世纪的各种全球挑战") || strings.Contains(page, "应对21 世纪") {
		t.Error("a number at the beginning of a line is not parted from the Chinese before it")
	}
}
