package view

import "treatygraph/graph"

// Assertion is the GraphQL type Assertion.
type Assertion struct {
	a     *graph.Assertion
	batch *batch
}

// Dataset resolves Assertion.dataset.
func (a Assertion) Dataset() Dataset {
	return Dataset{a.batch.named(roleDataset, graph.Set(graph.KindDataset), a.a.Dataset, func(a *graph.Assertion, add func(graph.ID)) { add(a.Dataset) })}
}

// Rank resolves Assertion.rank.
func (a Assertion) Rank() graph.Rank { return a.a.Rank }

// Reason resolves Assertion.reason.
func (a Assertion) Reason() *string { return some(a.a.Reason) }

// Method resolves Assertion.method.
func (a Assertion) Method() graph.Method { return a.a.Method }

// Rule resolves Assertion.rule.
func (a Assertion) Rule() *string { return some(a.a.Rule) }

// Confidence resolves Assertion.confidence.
func (a Assertion) Confidence() *float64 { return fraction(a.a.Confidence) }

// Evidence resolves Assertion.evidence.
func (a Assertion) Evidence() []Evidence {
	evidence := make([]Evidence, len(a.a.Evidence))
	for i := range evidence {
		evidence[i] = Evidence{&a.a.Evidence[i], a.batch}
	}
	return evidence
}

// fraction is null for a degree that is not stated.
func fraction(t graph.Thousandths) *float64 {
	if t == 0 {
		return nil
	}
	f := float64(t) / 1000
	return &f
}
