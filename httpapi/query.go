package httpapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"
)

// documentIDs are the names under which clients send the ID of a trusted document: Relay has no name of its own, so people took these.
var documentIDs = []string{"documentId", "id", "doc_id"}

// readRequest reads the parameters of an operation. Errors are for the client and repeat nothing of what it sent.
func readRequest(r *http.Request) (*graphql.RawParams, error) {
	var given map[string]json.RawMessage
	var err error
	if r.Method == http.MethodGet {
		given, err = addressed(r.URL.RawQuery)
	} else {
		given, err = posted(r.Body)
	}
	if err != nil {
		return nil, err
	}
	return paramsOf(given)
}

// paramsOf takes the parameters of an operation out of a request that was read.
func paramsOf(given map[string]json.RawMessage) (*graphql.RawParams, error) {
	var params graphql.RawParams
	for _, p := range []struct {
		name, form string
		into       any
	}{
		{"query", "a string", &params.Query},
		{"operationName", "a string", &params.OperationName},
		{"variables", "an object", &params.Variables},
		{"extensions", "an object", &params.Extensions},
	} {
		if err := parameter(given, p.name, p.form, p.into); err != nil {
			return nil, err
		}
	}
	if params.Query != "" {
		return &params, nil
	}
	for _, name := range documentIDs {
		var id string
		if err := parameter(given, name, "a string", &id); err != nil {
			return nil, err
		}
		if id != "" {
			if params.Extensions == nil {
				params.Extensions = map[string]any{}
			}
			params.Extensions[documentID] = id
			return &params, nil
		}
	}
	if params.Extensions[persistedQuery] == nil {
		return nil, errors.New("query: is missing")
	}
	return &params, nil
}

// posted reads a body. Keys are taken as they are written, where encoding/json would take "Query" for "query"; unknown ones are left.
func posted(r io.Reader) (map[string]json.RawMessage, error) {
	body, err := io.ReadAll(r)
	if err != nil {
		return nil, errors.New("the request body could not be read")
	}
	if !utf8.Valid(body) {
		return nil, errors.New("the request body is not in UTF-8")
	}
	if strings.HasPrefix(strings.TrimLeft(string(body[:min(len(body), 100)]), " \t\r\n"), "[") {
		return nil, errors.New("batches are not taken: send one operation a request")
	}
	var given map[string]json.RawMessage
	if err := json.Unmarshal(body, &given); err != nil || given == nil {
		return nil, errors.New("the request body is not an object in JSON")
	}
	return given, nil
}

// addressed reads the query of an address, whose objects are written as JSON.
func addressed(query string) (map[string]json.RawMessage, error) {
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil, errors.New("the query in the address cannot be read")
	}
	given := map[string]json.RawMessage{}
	for name, list := range values {
		if len(list) > 1 {
			return nil, fmt.Errorf("%.60s: stands in the address more than once", name)
		}
		switch text := list[0]; {
		case text == "":
		case name == "variables" || name == "extensions":
			given[name] = json.RawMessage(text)
		default:
			if given[name], err = json.Marshal(text); err != nil {
				return nil, err
			}
		}
	}
	return given, nil
}

// parameter reads one parameter; null is none.
func parameter(given map[string]json.RawMessage, name, form string, into any) error {
	value, is := given[name]
	if !is {
		return nil
	}
	decoder := json.NewDecoder(strings.NewReader(string(value)))
	decoder.UseNumber()
	err := decoder.Decode(into)
	if err == nil {
		_, err = decoder.Token() // nothing comes after it
	}
	if err != io.EOF {
		return fmt.Errorf("%s: is not %s in JSON", name, form)
	}
	return nil
}
