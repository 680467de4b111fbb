package httpapi

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"treatygraph/graph"
	"treatygraph/index"
	"treatygraph/reconcile"
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
	dir := os.Getenv("TREATYGRAPH_TESTDATA")
	file, err := os.Open(filepath.Join(dir, "country-codes.csv"))
	if dir == "" || err != nil {
		t.Skip("no country-codes.csv; set TREATYGRAPH_TESTDATA to the folder that holds it")
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
