package httpapi

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"treatygraph/graph"
	"treatygraph/index"
	"treatygraph/reconcile"
	"treatygraph/tools/shareddata"
)

// reconcileForm sends a form to the endpoint.
func (s *service) reconcileForm(t *testing.T, name, value string) *httptest.ResponseRecorder {
	t.Helper()
	return s.do(t, http.MethodPost, "/reconcile", "application/x-www-form-urlencoded; charset=UTF-8", strings.NewReader(url.Values{name: {value}}.Encode()))
}

// read reads an answer that must be there.
func read[T any](t *testing.T, r *httptest.ResponseRecorder) (answer T) {
	t.Helper()
	if r.Code != http.StatusOK || r.Header().Get("Content-Type") != "application/json; charset=utf-8" {
		t.Fatalf("%d %v: %s", r.Code, r.Header(), r.Body)
	}
	if err := json.Unmarshal(r.Body.Bytes(), &answer); err != nil {
		t.Fatalf("%v in %s", err, r.Body)
	}
	return answer
}

type batchAnswer map[string]struct{ Result []reconcile.ResultCandidate }

// A countryRow is a line of country-codes.csv.
type countryRow struct {
	line  int
	names map[string]string // by language
	code  string            // ISO 3166-1 alpha-2
}

// countryNames are the columns of the names that the United Nations gives, by language.
var countryNames = map[string]string{"zh": "official_name_cn", "ru": "official_name_ru", "en": "official_name_en"}

func countries(t *testing.T) []countryRow {
	t.Helper()
	file, err := os.Open(shareddata.File(t, "country-codes.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var list []countryRow
	for i, row := range rows[1:] {
		c := countryRow{i + 2, map[string]string{}, row[slices.Index(rows[0], "ISO3166-1-Alpha-2")]}
		for lang, column := range countryNames {
			c.names[lang] = row[slices.Index(rows[0], column)]
		}
		list = append(list, c)
	}
	return list
}

func TestTheNamesOf249CountriesInThreeLanguagesAreReconciledInBatchesAsOpenRefineSendsThem(t *testing.T) {
	s := serveCorpus(t)
	rows := countries(t)
	if len(rows) != 249 {
		t.Fatalf("%d countries", len(rows))
	}
	const openRefineBatch = 10
	for lang := range countryNames {
		right, matched := 0, 0
		for batch := range slices.Chunk(rows, openRefineBatch) {
			queries := map[string]any{}
			for i, c := range batch {
				queries[fmt.Sprintf("q%d", i)] = map[string]any{"query": c.names[lang], "type": "territory", "type_strict": "should", "limit": 3}
			}
			text, err := json.Marshal(queries)
			if err != nil {
				t.Fatal(err)
			}
			answer := read[batchAnswer](t, s.reconcileForm(t, "queries", string(text)))
			for i, c := range batch {
				want, known := s.source.Snapshot().ByIdentifier(graph.Identifier{Scheme: graph.SchemeISO31661A2, Value: c.code}, index.AsOf{})
				found := answer[fmt.Sprintf("q%d", i)].Result
				switch {
				case !known:
					t.Errorf("line %d: nothing has the code %s", c.line, c.code)
				case len(found) > 0 && found[0].ID == want:
					right++
					if found[0].Match {
						matched++
					} else {
						t.Logf("%s line %d: %q is %s, left to a person with a score of %v", lang, c.line, c.names[lang], want, found[0].Score)
					}
				default:
					t.Logf("%s line %d: %q is %s, found %+v", lang, c.line, c.names[lang], want, found)
				}
				if len(found) > 0 && found[0].Match && found[0].ID != want {
					t.Errorf("%s line %d: %q is %s and was taken for %s", lang, c.line, c.names[lang], want, found[0].ID)
				}
			}
		}
		t.Logf("%s: %d of %d right, %d of them without a person", lang, right, len(rows), matched)
		if float64(right) < .99*float64(len(rows)) {
			t.Errorf("%s: %d of %d right", lang, right, len(rows))
		}
	}
}

// A shape is what the protocol's JSON schemas ask of a value, written from the text of the specification: its own files may not be copied
// here. A shape takes a value as encoding/json reads it and says what is wrong.
type shape func(value any) error

func aString(value any) error {
	if s, is := value.(string); !is || s == "" {
		return fmt.Errorf("want a text: %v", value)
	}
	return nil
}

func anyString(value any) error {
	if _, is := value.(string); !is {
		return fmt.Errorf("want a text: %v", value)
	}
	return nil
}

func aNumber(value any) error {
	if _, is := value.(float64); !is {
		return fmt.Errorf("want a number: %v", value)
	}
	return nil
}

func aBool(value any) error {
	if _, is := value.(bool); !is {
		return fmt.Errorf("want true or false: %v", value)
	}
	return nil
}

func holding(sign string) shape {
	return func(value any) error {
		if s, is := value.(string); !is || !strings.Contains(s, sign) {
			return fmt.Errorf("want %s in %v", sign, value)
		}
		return nil
	}
}

func oneOf(shapes ...shape) shape {
	return func(value any) error {
		fits := 0
		for _, s := range shapes {
			if s(value) == nil {
				fits++
			}
		}
		if fits != 1 {
			return fmt.Errorf("%d of %d shapes fit %v", fits, len(shapes), value)
		}
		return nil
	}
}

func items(item shape) shape {
	return func(value any) error {
		items, is := value.([]any)
		if !is {
			return fmt.Errorf("want a list: %v", value)
		}
		for i, v := range items {
			if err := item(v); err != nil {
				return fmt.Errorf("%d: %w", i, err)
			}
		}
		return nil
	}
}

func values(item shape) shape {
	return func(value any) error {
		fields, is := value.(map[string]any)
		if !is {
			return fmt.Errorf("want an object: %v", value)
		}
		for name, v := range fields {
			if err := item(v); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
		return nil
	}
}

// record wants the fields without "?" and allows those with; it knows no others, so that each that is written is checked.
func record(fields map[string]shape) shape {
	return func(value any) error {
		has, is := value.(map[string]any)
		if !is {
			return fmt.Errorf("want an object: %v", value)
		}
		for name, s := range fields {
			plain, optional := strings.CutSuffix(name, "?")
			v, there := has[plain]
			if !there && !optional {
				return fmt.Errorf("%s is missing in %v", plain, value)
			}
			if there {
				if err := s(v); err != nil {
					return fmt.Errorf("%s: %w", plain, err)
				}
			}
		}
		for name := range has {
			if fields[name] == nil && fields[name+"?"] == nil {
				return fmt.Errorf("%s is no field of the protocol", name)
			}
		}
		return nil
	}
}

// The shapes of the protocol.
var (
	briefType    = record(map[string]shape{"id": aString, "name": aString})
	fullType     = record(map[string]shape{"id": aString, "name": aString, "description?": anyString, "broader?": items(briefType)})
	serviceShape = record(map[string]shape{"service_url": aString, "service_path": aString})
	setting      = map[string]shape{"type": aString, "label": aString, "name": aString, "help_text?": anyString}

	manifestShape = record(map[string]shape{
		"versions": func(value any) error {
			if items, _ := value.([]any); !slices.Contains(items, any("0.2")) {
				return fmt.Errorf("0.2 is not in %v", value)
			}
			return nil
		},
		"name": aString, "identifierSpace": aString, "schemaSpace": aString, "serviceVersion?": aString, "defaultTypes?": items(fullType), "batchSize?": aNumber,
		"view?":    record(map[string]shape{"url": holding("{{id}}")}),
		"preview?": record(map[string]shape{"url": holding("{{id}}"), "width": aNumber, "height": aNumber}),
		"suggest?": record(map[string]shape{"entity?": serviceShape, "type?": serviceShape, "property?": serviceShape}),
		"extend?": record(map[string]shape{"propose_properties?": serviceShape, "property_settings?": items(oneOf(
			settingOf("number", aNumber), settingOf("text", anyString), settingOf("checkbox", aBool)))}),
	})
	resultShape = values(record(map[string]shape{"result": items(record(map[string]shape{
		"id": aString, "name": aString, "score": aNumber, "description?": anyString, "match?": aBool, "type?": items(briefType),
		"features?": items(record(map[string]shape{"id": aString, "value": oneOf(aNumber, aBool)})),
	}))}))
	suggestShape = record(map[string]shape{"result": items(record(map[string]shape{
		"id": aString, "name": aString, "description?": anyString, "notable?": items(briefType), "broader?": items(briefType)}))})
	extendShape = record(map[string]shape{
		"meta": items(record(map[string]shape{"id": aString, "name": aString, "type?": briefType})),
		"rows": values(values(items(oneOf(
			record(map[string]shape{"id": aString, "name": aString}), record(map[string]shape{"str": anyString}), record(map[string]shape{"float": aNumber}),
			record(map[string]shape{"date": func(value any) error {
				s, _ := value.(string)
				_, err := time.Parse(time.RFC3339, s)
				return err
			}}))))),
	})
	proposeShape = record(map[string]shape{"type": anyString, "limit?": aNumber, "properties": items(briefType)})
)

func settingOf(kind string, byDefault shape) shape {
	fields := map[string]shape{"default?": byDefault}
	for name, s := range setting {
		fields[name] = s
	}
	fields["type"] = func(value any) error {
		if value != kind {
			return fmt.Errorf("%v is not %s", value, kind)
		}
		return nil
	}
	return record(fields)
}

func TestWhatTheEndpointAnswersHasTheShapesOfTheProtocol(t *testing.T) {
	s := serveCorpus(t)
	at := func(path string, values ...string) string {
		query := url.Values{}
		for i := 0; i < len(values); i += 2 {
			query.Set(values[i], values[i+1])
		}
		return "/reconcile" + path + "?" + query.Encode()
	}
	for name, c := range map[string]struct {
		target string
		shape  shape
		holds  string // what must be in it
	}{
		"manifest":             {"/reconcile", manifestShape, `"batchSize":100`},
		"queries":              {at("", "queries", `{"a":{"query":"China"},"b":{"query":"Нигде и никогда","type":["state","treaty"],"limit":2},"c":{"properties":[{"pid":"identifier:ISO3166_1_A3","v":"CHN"}]}}`), resultShape, `"id":"state/chn"`},
		"suggested entities":   {at("/suggest/entity", "prefix", "Nort"), suggestShape, `"id":"state/`},
		"suggested types":      {at("/suggest/type", "prefix", "tr"), suggestShape, `"id":"treaty"`},
		"suggested properties": {at("/suggest/property", "prefix", "entered"), suggestShape, `"id":"ENTERED_INTO_FORCE"`},
		"a language":           {at("/suggest/property", "prefix", "name:fr"), suggestShape, `"id":"name:fr"`},
		"none":                 {at("/suggest/entity", "prefix", ""), suggestShape, `{"result":[]}`},
		"proposed properties":  {at("/extend/propose", "type", "treaty", "limit", "200"), proposeShape, `"id":"inverse:RATIFIED"`},
		"an extension": {at("", "extend", `{"ids":["treaty/npt","state/none"],"properties":[{"id":"ENTERED_INTO_FORCE"},{"id":"name:ru"},{"id":"status"},{"id":"inverse:DEPOSITARY_OF"},`+
			`{"id":"inverse:SIGNED","settings":{"limit":"2","language":"ru"}}]}`), extendShape, `{"date":"1970-03-05T00:00:00Z"}`},
	} {
		r := s.do(t, http.MethodGet, c.target, "", nil)
		answer := read[any](t, r)
		if err := c.shape(answer); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if !strings.Contains(r.Body.String(), c.holds) {
			t.Errorf("%s: no %s in %s", name, c.holds, r.Body)
		}
	}
}

func TestPagesOfAllHostsMayReadReconciliationAndNothingElse(t *testing.T) {
	const foreign = "https://openrefine.example"
	s := serveCorpus(t)
	for name, s := range map[string]*service{"without origins": s, "with others": s.with(func(c *Config) { c.Origins = []string{"https://friend.example"} })} {
		for _, path := range []string{"/reconcile", "/reconcile/extend/propose", "/reconcile/suggest/entity?prefix=x", "/reconcile/suggest/type?prefix=x", "/reconcile/suggest/property?prefix=x", "/reconcile/preview?id=treaty/npt", "/reconcile/preview?id=none", "/reconcile?queries=x"} {
			if r := s.ask(t, http.MethodGet, path, "", "Origin", foreign, "Sec-Fetch-Site", "cross-site"); r.Header().Get("Access-Control-Allow-Origin") != "*" || r.Header().Get("Access-Control-Allow-Credentials") != "" {
				t.Errorf("%s: %s: %d %v", name, path, r.Code, r.Header())
			}
		}
		preflight := s.ask(t, http.MethodOptions, "/reconcile", "", "Origin", foreign, "Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "x-custom")
		if preflight.Code != http.StatusNoContent || preflight.Header().Get("Access-Control-Allow-Origin") != "*" || preflight.Header().Get("Access-Control-Allow-Headers") != "x-custom" {
			t.Errorf("%s: %d %v", name, preflight.Code, preflight.Header())
		}
		for _, path := range []string{"/entity/treaty/npt", "/export?format=ndjson&selection=x", "/reconciled"} {
			if r := s.ask(t, http.MethodGet, path, "", "Origin", foreign); r.Header().Get("Access-Control-Allow-Origin") != "" {
				t.Errorf("%s: %s: %v", name, path, r.Header())
			}
		}
	}
}

func TestAPreviewCanBeFramedAndRunsNothing(t *testing.T) {
	s := serveCorpus(t)
	r := s.ask(t, http.MethodGet, "/reconcile/preview?id=state%2Fchn", "", "Accept-Language", "ru")
	policy := r.Header().Get("Content-Security-Policy")
	if r.Code != http.StatusOK || r.Header().Get("Content-Type") != "text/html; charset=utf-8" || !strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "frame-ancestors *") || strings.Contains(policy, "script-src") || r.Header().Get("X-Frame-Options") != "" {
		t.Errorf("%d %v", r.Code, r.Header())
	}
	for _, part := range []string{`href="/entity/state/chn"`, "Китай", "state/chn", "ISO3166_1_A2"} {
		if !strings.Contains(r.Body.String(), part) {
			t.Errorf("no %s in %s", part, r.Body)
		}
	}
	if r := s.ask(t, http.MethodGet, "/reconcile/preview?id=state/none", ""); r.Code != http.StatusNotFound {
		t.Errorf("%d %s", r.Code, r.Body)
	}
}

func TestTheAddressesOfTheManifestLeadSomewhere(t *testing.T) {
	s := serveCorpus(t)
	m := read[reconcile.Manifest](t, s.do(t, http.MethodGet, "/reconcile", "", nil))
	targets := []string{strings.ReplaceAll(m.View.URL, "{{id}}", url.PathEscape("treaty/npt")), strings.ReplaceAll(m.Preview.URL, "{{id}}", url.QueryEscape("treaty/npt")), m.Extend.Propose.URL + m.Extend.Propose.Path, m.IdentifierSpace + "treaty/npt"}
	for _, service := range m.Suggest {
		targets = append(targets, service.URL+service.Path+"?prefix=x")
	}
	for _, target := range targets {
		if r := s.do(t, http.MethodGet, target, "", nil); r.Code != http.StatusOK {
			t.Errorf("%s: %d %s", target, r.Code, r.Body)
		}
	}
}

func TestSuggestionsCanBeSkippedAndNarrowedByType(t *testing.T) {
	s := serveCorpus(t)
	type answer struct{ Result []reconcile.Suggestion }
	all := read[answer](t, s.do(t, http.MethodGet, "/reconcile/suggest/entity?prefix=republic", "", nil)).Result
	rest := read[answer](t, s.do(t, http.MethodGet, "/reconcile/suggest/entity?prefix=republic&cursor=5", "", nil)).Result
	if len(all) != reconcile.SuggestLimit || len(rest) == 0 || rest[0].ID != all[5].ID {
		t.Errorf("%v\n%v", all, rest)
	}
	if treaties := read[answer](t, s.do(t, http.MethodGet, "/reconcile/suggest/entity?prefix=republic&type=treaty", "", nil)).Result; slices.ContainsFunc(treaties, func(e reconcile.Suggestion) bool { return e.ID.Kind() != graph.KindTreaty }) {
		t.Errorf("%v", treaties)
	}
	if far := read[answer](t, s.do(t, http.MethodGet, "/reconcile/suggest/entity?prefix=republic&cursor=9000000000", "", nil)).Result; len(far) > reconcile.SuggestLimit {
		t.Errorf("%d suggestions", len(far))
	}
}

func TestWhatIsAskedWronglyOrTooMuchIsRefusedByItsStatus(t *testing.T) {
	s := serveCorpus(t).with(func(c *Config) { c.Limits = Limits{Body: 20_000, Deadline: time.Minute} })
	queries := func(n int) string {
		parts := make([]string, n)
		for i := range parts {
			parts[i] = fmt.Sprintf(`"q%d":{"query":"China"}`, i)
		}
		return "{" + strings.Join(parts, ",") + "}"
	}
	form := func(name, value string) string { return url.Values{name: {value}}.Encode() }
	const formType = "application/x-www-form-urlencoded"
	for name, c := range map[string]struct {
		method, target, contentType, body string
		status                            int
	}{
		"as many as may be":       {http.MethodPost, "/reconcile", formType, form("queries", queries(reconcile.MaxQueries)), http.StatusOK},
		"one more":                {http.MethodPost, "/reconcile", formType, form("queries", queries(reconcile.MaxQueries+1)), http.StatusRequestEntityTooLarge},
		"a long body":             {http.MethodPost, "/reconcile", formType, strings.Repeat("x", 20_001), http.StatusRequestEntityTooLarge},
		"a long address":          {http.MethodGet, "/reconcile?queries=" + strings.Repeat("x", 20_001), "", "", http.StatusRequestURITooLong},
		"JSON":                    {http.MethodPost, "/reconcile", "application/json", queries(1), http.StatusUnsupportedMediaType},
		"no type":                 {http.MethodPost, "/reconcile", "", queries(1), http.StatusUnsupportedMediaType},
		"another form":            {http.MethodPost, "/reconcile", formType, form("query", "x"), http.StatusBadRequest},
		"both":                    {http.MethodPost, "/reconcile", formType, form("queries", "{}") + "&" + form("extend", "{}"), http.StatusBadRequest},
		"a broken form":           {http.MethodPost, "/reconcile", formType, "queries=%zz", http.StatusBadRequest},
		"no JSON":                 {http.MethodGet, "/reconcile?queries=x", "", "", http.StatusBadRequest},
		"no extension":            {http.MethodGet, "/reconcile/extend", "", "", http.StatusBadRequest},
		"an unknown type":         {http.MethodGet, "/reconcile/suggest/entity?prefix=x&type=country", "", "", http.StatusBadRequest},
		"an unknown proposal":     {http.MethodGet, "/reconcile/extend/propose?type=country", "", "", http.StatusBadRequest},
		"a wrong limit":           {http.MethodGet, "/reconcile/extend/propose?limit=0", "", "", http.StatusBadRequest},
		"a wrong cursor":          {http.MethodGet, "/reconcile/suggest/type?prefix=x&cursor=-1", "", "", http.StatusBadRequest},
		"a form that suggests":    {http.MethodPost, "/reconcile/suggest/type", formType, "prefix=x", http.StatusMethodNotAllowed},
		"what is to be deleted":   {http.MethodDelete, "/reconcile", "", "", http.StatusMethodNotAllowed},
		"a function to call":      {http.MethodGet, "/reconcile?callback=evil", "", "", http.StatusOK},
		"the extension's own way": {http.MethodPost, "/reconcile/extend", formType, form("extend", `{"ids":["treaty/npt"],"properties":[{"id":"type"}]}`), http.StatusOK},
	} {
		r := s.do(t, c.method, c.target, c.contentType, strings.NewReader(c.body))
		if r.Code != c.status || r.Code >= 400 && code(t, r) == "" || strings.Contains(r.Body.String(), "evil") || !strings.HasPrefix(r.Body.String(), "{") {
			t.Errorf("%s: %d %.300s", name, r.Code, r.Body)
		}
	}
}

func TestABatchCostsWhatItMayFindAndAWrongOneWhatAWrongOperationDoes(t *testing.T) {
	s := serveCorpus(t).with(func(c *Config) { c.Limits.Rate = 250 })
	remaining := func(r *httptest.ResponseRecorder) string { return strings.Split(r.Header().Get("RateLimit"), ";")[1] }
	if r := s.reconcileForm(t, "queries", `{"a":{"query":"China","limit":20},"b":{"query":"France","limit":9}}`); r.Code != http.StatusOK || remaining(r) != "r=220" {
		t.Errorf("%d %v", r.Code, r.Header())
	}
	if r := s.reconcileForm(t, "queries", `{`); r.Code != http.StatusBadRequest {
		t.Errorf("%d %s", r.Code, r.Body)
	}
	if r := s.reconcileForm(t, "extend", `{"ids":["a","b","c"],"properties":[{"id":"name"},{"id":"type"}]}`); r.Code != http.StatusOK || remaining(r) != "r=113" {
		t.Errorf("%d %v", r.Code, r.Header())
	}
	r := s.reconcileForm(t, "queries", `{"a":{"query":"China","limit":50},"b":{"query":"China","limit":50},"c":{"query":"China","limit":50}}`)
	if r.Code != http.StatusTooManyRequests || code(t, r) != "LIMIT_EXCEEDED" || r.Header().Get("Retry-After") == "" {
		t.Errorf("%d %v %s", r.Code, r.Header(), r.Body)
	}
}

func TestABatchThatTakesTooLongIsGivenUp(t *testing.T) {
	s := serveCorpus(t).with(func(c *Config) { c.Limits.Deadline = time.Nanosecond })
	for _, name := range []string{"nothing bears this name", "China"} {
		if r := s.reconcileForm(t, "queries", `{"a":{"query":"`+name+`"}}`); r.Code != http.StatusGatewayTimeout || code(t, r) != "TIMEOUT" {
			t.Errorf("%s: %d %s", name, r.Code, r.Body)
		}
	}
}

func TestATextIsTakenForNothingElseInReconciliation(t *testing.T) {
	s := serveHostile(t)
	names, texts := injections(t)
	extend := func(id, property, setting string) string {
		return url.QueryEscape(`{"ids":[` + quoted(id) + `],"properties":[{"id":` + quoted(property) + `,"settings":{"language":` + quoted(setting) + `,"limit":` + quoted(setting) + `}}]}`)
	}
	query := func(key, text, kind, property, value string) string {
		return url.QueryEscape(`{` + quoted(key) + `:{"query":` + quoted(text) + `,"type":` + quoted(kind) + `,"properties":[{"pid":` + quoted(property) + `,"v":[` + quoted(value) + `,{"id":` + quoted(value) + `}]}]}}`)
	}
	for what, target := range map[string]func(text string) string{
		"queries":          func(text string) string { return "?queries=" + url.QueryEscape(text) },
		"query":            func(text string) string { return "?queries=" + query("q", text, "", "name", "x") },
		"type":             func(text string) string { return "?queries=" + query("q", "x", text, "name", "x") },
		"pid":              func(text string) string { return "?queries=" + query("q", "x", "", text, "x") },
		"v, a name":        func(text string) string { return "?queries=" + query("q", "", "", "name:en", text) },
		"v, an identifier": func(text string) string { return "?queries=" + query("q", "China", "", "identifier:URL", text) },
		"v, a date":        func(text string) string { return "?queries=" + query("q", "NPT", "", "ADOPTED", text) },
		"v, a status":      func(text string) string { return "?queries=" + query("q", "NPT", "", "status", text) },
		"v, an entity":     func(text string) string { return "?queries=" + query("q", "China", "", "SIGNED", text) },
		"extend":           func(text string) string { return "?extend=" + url.QueryEscape(text) },
		"id":               func(text string) string { return "?extend=" + extend(text, "name", "en") },
		"property":         func(text string) string { return "?extend=" + extend("state/chn", text, "en") },
		"setting":          func(text string) string { return "?extend=" + extend("state/chn", "name", text) },
		"prefix, entity":   func(text string) string { return "/suggest/entity?prefix=" + url.QueryEscape(text) },
		"prefix, type":     func(text string) string { return "/suggest/type?prefix=" + url.QueryEscape(text) },
		"prefix, property": func(text string) string { return "/suggest/property?prefix=" + url.QueryEscape(text) },
		"cursor":           func(text string) string { return "/suggest/entity?prefix=x&cursor=" + url.QueryEscape(text) },
		"preview":          func(text string) string { return "/preview?id=" + url.QueryEscape(text) },
		"proposed type":    func(text string) string { return "/extend/propose?type=" + url.QueryEscape(text) },
		"proposed limit":   func(text string) string { return "/extend/propose?limit=" + url.QueryEscape(text) },
		"callback":         func(text string) string { return "?callback=" + url.QueryEscape(text) },
	} {
		t.Run(what, func(t *testing.T) {
			for _, name := range names {
				c := hostileCase{Name: name, Method: http.MethodGet, Target: "/reconcile" + target(texts[name]), Want: "OK BAD_USER_INPUT NOT_FOUND LIMIT_EXCEEDED", Header: map[string]string{"Content-Type": ""}}
				if r := s.send(t, &c); t.Failed() {
					t.Fatalf("%s: %.300s is answered %d %.1000s", name, c.Target, r.Code, r.Body)
				}
			}
			if again := s.ask(t); string(again) != string(s.innocent) {
				t.Errorf("afterwards the innocent request is answered %s", again)
			}
		})
	}
}
