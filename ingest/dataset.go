package ingest

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"treatygraph/graph"
)

// A Dataset is what one dataset is to say, ready to be compared with what it says now.
type Dataset struct {
	ID      graph.ID
	Version string            // digest of all that it says; recorded as its VERSION
	Desired []graph.Assertion // VERSION included
	Texts   []*graph.Text     // what its spans and quotes stand in
	parts   map[graph.ID]part // where the parts of documents that it speaks of stand
}

// seal computes the version of all that was added, and states it.
func (d *Dataset) seal() {
	bodies := make([]string, len(d.Desired))
	for i := range d.Desired {
		bodies[i] = string(graph.AppendAssertion(nil, &d.Desired[i]))
	}
	slices.Sort(bodies)
	h := sha256.New()
	for _, body := range bodies {
		h.Write([]byte(body))
		h.Write([]byte{'\n'})
	}
	d.Version = hex.EncodeToString(h.Sum(nil))
	d.Desired = append(d.Desired, curated(d.ID, graph.Claim{Subject: d.ID, Predicate: graph.PredVersion, Value: textValue(d.Version, "")}))
}

func curated(dataset graph.ID, claim graph.Claim) graph.Assertion {
	return graph.Assertion{Claim: claim, Dataset: dataset, Rank: graph.RankNormal, Method: graph.MethodCurated}
}

func textValue(text string, lang graph.Language) *graph.Value {
	return &graph.Value{Kind: graph.ValueText, Text: text, Lang: lang}
}

func nameValue(n graph.Name) *graph.Value {
	v := graph.NameValue(n)
	return &v
}

func identifierValue(i graph.Identifier) *graph.Value {
	v := graph.IdentifierValue(i)
	return &v
}
