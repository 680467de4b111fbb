package httpapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/piprate/json-gold/ld"
)

func TestAnEntityIsShownToPeople(t *testing.T) {
	s := serveCorpus(t)
	r := s.get(t, "/entity/treaty/start-i")
	page := r.Body.String()
	for _, want := range []string{
		`<html lang="en">`, `<h1 lang="en">START I</h1>`, `treaty · <code>treaty/start-i</code>`, `<strong>expired</strong> since <time>2009-12-05</time>`,
		`<span lang="ru">СНВ-1</span>`, `<h3>signed by</h3>`, `href="/entity/state/rus"`, `1991-07-31`, `<blockquote lang="zh">`,
		`href="/entity/document/e-cn.15-2008-21"`, `Revision 6 of the record`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %s", want)
		}
	}
	if r.Code != 200 || strings.Join(r.Header().Values("Vary"), ", ") != "Accept-Encoding, Accept, Accept-Language" || r.Header().Get("Content-Language") != "en" ||
		r.Header().Get("Content-Security-Policy") != pagePolicy || strings.Contains(pagePolicy, "script-src") || strings.Contains(page, "<script") {
		t.Errorf("got %d %v", r.Code, r.Header())
	}
	if t.Failed() {
		t.Log(page)
	}
}

func TestADocumentShowsItsSectionsAndPassages(t *testing.T) {
	s := serveCorpus(t)
	page := s.get(t, "/entity/document/e-cn.15-2008-21").Body.String()
	if !strings.Contains(page, "<h2 id=\"sections\">") || !strings.Contains(page, `<p lang="zh">我们谨在此转交美利坚合众国总统和俄罗斯联邦总统 2008 年 4 月 6 日在俄罗斯联邦索契通过的`) {
		t.Error(page)
	}
	next := regexp.MustCompile(`href="([^"]*passagesAfter=[^"]*)#passages"`).FindStringSubmatch(page)
	if next == nil {
		t.Fatal("no more passages")
	}
	if page := s.get(t, next[1]).Body.String(); !strings.Contains(page, "First passages") {
		t.Error(page)
	}
	if page := s.get(t, "/entity/passage/e-cn.15-2008-21/zh/1/1").Body.String(); !strings.Contains(page, "<h2 id=\"text\">") {
		t.Error(page)
	}
}

func TestALongListGoesOnAfterACursor(t *testing.T) {
	s := serveCorpus(t)
	seen := map[string]bool{}
	statement := regexp.MustCompile(`<li id="([^"]+)">`)
	target := "/entity/state/rus"
	for pages := 0; target != ""; pages++ {
		if pages == 100 {
			t.Fatal("the list has no end")
		}
		r := s.get(t, target)
		for _, found := range statement.FindAllStringSubmatch(r.Body.String(), -1) {
			if seen[found[1]] {
				t.Errorf("%s stands on two pages", found[1])
			}
			seen[found[1]] = true
		}
		next := regexp.MustCompile(`<([^>]*)>; rel="next"`).FindStringSubmatch(r.Header().Get("Link"))
		if target = ""; next != nil {
			target = next[1]
		}
	}
	var all struct {
		Entity struct{ Statements struct{ TotalCount int } }
	}
	if err := json.Unmarshal(s.get(t, "/entity/state/rus", "Accept", formJSON).Body.Bytes(), &all); err != nil || len(seen) <= 50 || len(seen) != all.Entity.Statements.TotalCount {
		t.Errorf("%d statements of %d were shown (%v)", len(seen), all.Entity.Statements.TotalCount, err)
	}
}

func TestTheReadersLanguageDecidesTheLabels(t *testing.T) {
	s := serveCorpus(t)
	r := s.get(t, "/entity/state/rus", "Accept-Language", "zh-CN, en;q=0.5")
	if !strings.Contains(r.Body.String(), `<h1 lang="zh">俄罗斯`) || r.Header().Get("Content-Language") != "zh-CN" {
		t.Errorf("got %v %.2000s", r.Header(), r.Body)
	}
}

func TestAnEntityIsShownAsOfADayAndARevision(t *testing.T) {
	s := serveCorpus(t)
	page := s.get(t, "/entity/treaty/start-i?validOn=2008-04-06").Body.String()
	if !strings.Contains(page, `<strong>in force</strong> since <time>1994-12-05</time>, as of <time datetime="2008-04-06">`) || !strings.Contains(page, `href="/entity/state/rus?validOn=2008-04-06"`) {
		t.Error(page)
	}
	if page := s.get(t, "/entity/treaty/start-i?revision=1").Body.String(); !strings.Contains(page, "Revision 1 of the record") {
		t.Error(page)
	}
}

func TestWhatIsNotThereIsSaidInTheFormAskedFor(t *testing.T) {
	s := serveCorpus(t)
	for target, want := range map[string]int{
		"/entity/treaty/nothing":             404,
		"/entity/nonsense":                   400,
		"/entity/Treaty/start-i":             400,
		"/entity/treaty/start-i?after=x":     400,
		"/entity/treaty/start-i?validOn=x":   400,
		"/entity/treaty/start-i?revision=x":  400,
		"/entity/treaty/start-i?revision=99": 400,
	} {
		r := s.get(t, target)
		if r.Code != want || r.Header().Get("Content-Type") != "text/html; charset=utf-8" || !strings.Contains(r.Body.String(), "<h1>") || r.Header().Get("Vary") == "" {
			t.Errorf("%s: %d %v %s", target, r.Code, r.Header(), r.Body)
		}
		if r := s.get(t, target, "Accept", formJSON); r.Code != want || code(t, r) == "" {
			t.Errorf("%s as JSON: %d %s", target, r.Code, r.Body)
		}
	}
}

func TestAMergedIDLeadsToTheOneThatAnswersForIt(t *testing.T) {
	s := serveCorpus(t)
	r := s.get(t, "/entity/treaty/old?validOn=2008-04-06")
	if r.Code != http.StatusPermanentRedirect || r.Header().Get("Location") != "/entity/treaty/start-i?validOn=2008-04-06" {
		t.Errorf("got %d %v", r.Code, r.Header())
	}
}

func TestAnUnchangedEntityIsNotSentAgain(t *testing.T) {
	s := serveCorpus(t)
	first := s.get(t, "/entity/treaty/npt")
	tag := first.Header().Get("Etag")
	if again := s.get(t, "/entity/treaty/npt", "If-None-Match", tag); tag == "" || again.Code != http.StatusNotModified || again.Body.Len() > 0 {
		t.Errorf("got %d for %s", again.Code, tag)
	}
	if other := s.get(t, "/entity/treaty/npt", "If-None-Match", tag, "Accept", formJSON); other.Code != 200 || other.Header().Get("Etag") == tag {
		t.Errorf("another form answers %d", other.Code)
	}
}

func TestJSONIsTheAnswerOfTheAPI(t *testing.T) {
	s := serveCorpus(t)
	r := s.get(t, "/entity/treaty/start-i", "Accept", formJSON)
	variables, err := json.Marshal(map[string]any{"id": "treaty/start-i", "language": "en", "predicates": shownPredicates})
	if err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(map[string]any{"query": entityQuery, "variables": json.RawMessage(variables)})
	if err != nil {
		t.Fatal(err)
	}
	var answer struct{ Data json.RawMessage }
	if err := json.Unmarshal(s.do(t, http.MethodPost, "/graphql", "application/json", bytes.NewReader(body)).Body.Bytes(), &answer); err != nil {
		t.Fatal(err)
	}
	if r.Header().Get("Content-Type") != formJSON || !bytes.Equal(answer.Data, r.Body.Bytes()) {
		t.Errorf("got %s, the API says %s", r.Body, answer.Data)
	}
}

func TestJSONLDSaysEverythingItHolds(t *testing.T) {
	s := serveCorpus(t)
	for _, id := range []string{
		"treaty/start-i", "treaty/cfe", "resolution/s-res-1540-2004", "declaration/us-russia-strategic-framework-2008", "document/e-cn.15-2008-21",
		"passage/e-cn.15-2008-21/zh/1/1", "section/e-cn.15-2008-21/zh/1/2.1", "state/rus", "topic/counter-terrorism", "dataset/authority",
	} {
		r := s.get(t, "/entity/"+id, "Accept", formJSONLD)
		var document any
		if err := json.Unmarshal(r.Body.Bytes(), &document); err != nil || r.Header().Get("Content-Type") != formJSONLD {
			t.Fatalf("%s: %v in %s", id, err, r.Body)
		}
		// In safe mode what a processor would drop is an error; a base elsewhere shows whether the document's own counts.
		options := ld.NewJsonLdOptions("https://elsewhere.example/")
		options.ProcessingMode, options.SafeMode = ld.JsonLd_1_1, true
		expanded, err := ld.NewJsonLdProcessor().Expand(document, options)
		if err != nil {
			t.Errorf("%s: %v", id, err)
			continue
		}
		if got, want := leaves(expanded), leaves(document.(map[string]any)["@graph"]); got != want {
			t.Errorf("%s: %d values are left of %d", id, got, want)
		}
		everyKey(expanded, func(key, value string) {
			if !strings.HasPrefix(key, "@") && !strings.Contains(key, ":") {
				t.Errorf("%s: the property %s is no IRI", id, key)
			}
			if key == "@id" && !strings.Contains(value, ":") {
				t.Errorf("%s: the ID %s is no IRI", id, value)
			}
		})
		if text := fmt.Sprint(expanded); !strings.Contains(text, "http://example.com/entity/"+id) {
			t.Errorf("%s does not stand in %s", id, text)
		}
		if dataset, err := ld.NewJsonLdProcessor().ToRDF(document, options); err != nil || len(dataset.(*ld.RDFDataset).GetQuads("@default")) < 5 {
			t.Errorf("%s as triples: %v", id, err)
		}
	}
}

// leaves counts the strings, numbers and truth values of a JSON document.
func leaves(v any) (n int) {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			n += leaves(item)
		}
		return n
	case map[string]any:
		for _, item := range v {
			n += leaves(item)
		}
		return n
	default:
		return 1
	}
}

func everyKey(v any, visit func(key, value string)) {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			everyKey(item, visit)
		}
	case map[string]any:
		for key, item := range v {
			text, _ := item.(string)
			visit(key, text)
			everyKey(item, visit)
		}
	}
}

func TestTheServiceIsNamedAsTheClientReachedIt(t *testing.T) {
	request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/entity/treaty/npt", nil)
	request.Host = "treaties.example"
	request.Header.Set("X-Forwarded-Proto", "https")
	if got := base(request); got != "https://treaties.example" {
		t.Error(got)
	}
}
