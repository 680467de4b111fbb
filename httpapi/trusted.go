package httpapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"treatygraph/resolvers"
)

// manifestFormat is what a manifest of Apollo's generate-persisted-query-manifest says of itself.
const manifestFormat = "apollo-persisted-query-manifest"

// Trusted are the documents that the people who run the service know, by ID. Nil holds none.
type Trusted struct {
	byID  map[string]string
	texts map[string]bool // all of them, for clients that send them whole
}

// ParseTrusted reads a file of trusted documents: relay-compiler's persisted.json (a document for each ID) or Apollo's manifest. Each document must
// be one that the schema allows.
func ParseTrusted(file []byte) (*Trusted, error) {
	var manifest struct {
		Format     string
		Version    int
		Operations []struct{ ID, Name, Type, Body string }
	}
	byID := map[string]string{}
	if err := json.Unmarshal(file, &manifest); err == nil && manifest.Format == manifestFormat {
		if manifest.Version != 1 {
			return nil, fmt.Errorf("the manifest has version %d, and only 1 is known", manifest.Version)
		}
		for i, operation := range manifest.Operations {
			if operation.ID == "" || byID[operation.ID] != "" {
				return nil, fmt.Errorf("operation %d of the manifest has no ID of its own", i+1)
			}
			byID[operation.ID] = operation.Body
		}
	} else if json.Unmarshal(file, &byID) != nil {
		return nil, errors.New("neither an object of documents by ID, as relay-compiler writes, nor a manifest of Apollo")
	}
	if len(byID) == 0 {
		return nil, errors.New("there is no document in it")
	}
	t := &Trusted{byID, map[string]bool{}}
	for _, id := range slices.Sorted(maps.Keys(byID)) {
		if err := resolvers.CheckDocument(byID[id]); err != nil {
			return nil, fmt.Errorf("document %.70q: %w", id, err)
		}
		t.texts[byID[id]] = true
	}
	return t, nil
}

func (t *Trusted) document(id string) (string, bool) {
	if t == nil {
		return "", false
	}
	document, found := t.byID[id]
	return document, found
}

func (t *Trusted) holds(document string) bool { return t != nil && t.texts[document] }
