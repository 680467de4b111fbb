package index

import (
	"slices"
	"sync"

	"treatygraph/graph"
	"treatygraph/index/topology"
)

// analyses keep the graphs that were gathered for the questions asked last. Like a sorted list, one belongs to a revision, not to a snapshot.
type analyses struct {
	mu   sync.Mutex
	kept []*gathered // the one used last at the end
}

const (
	// keptAnalyses bounds the questions.
	keptAnalyses = 8
	// keptAnalysed bounds the statements of all graphs together, of which each takes 36 bytes, so that they take some 70 MB: room for the
	// largest there is.
	keptAnalysed = MaxAnalysed
)

// A gathered is a graph, or is being gathered.
type gathered struct {
	analysisKey
	shared[*Analysis]
	statements int // guarded by analyses.mu; 0 until it is gathered
}

// An analysisKey is an AnalysisQuery in a form that can be compared.
type analysisKey struct {
	timeKey
	allPredicates bool
	predicates    string
	kinds         graph.KindSet
	evidenced     evidencedKey
}

func newAnalysisKey(q *AnalysisQuery, at topology.At) analysisKey {
	k := analysisKey{timeKey: newTimeKey(at), allPredicates: q.Predicates == nil, kinds: q.Kinds, evidenced: newEvidencedKey(q.Evidenced)}
	list := slices.Clone(q.Predicates)
	slices.Sort(list)
	for _, p := range slices.Compact(list) {
		k.predicates += string(rune(p))
	}
	return k
}

// find returns what is gathered for a question, which is kept from now on.
func (a *analyses) find(key analysisKey) *gathered {
	a.mu.Lock()
	defer a.mu.Unlock()
	var g *gathered
	if i := slices.IndexFunc(a.kept, func(g *gathered) bool { return g.analysisKey == key }); i >= 0 {
		g = a.kept[i]
		a.kept = slices.Delete(a.kept, i, i+1)
	} else {
		g = &gathered{analysisKey: key, shared: newShared[*Analysis]()}
		if len(a.kept) == keptAnalyses {
			a.kept = slices.Delete(a.kept, 0, 1)
		}
	}
	a.kept = append(a.kept, g)
	return g
}

// weigh is told how large a graph is that was gathered, and lets others go to make room for it, those first that were used least lately.
func (a *analyses) weigh(g *gathered, statements int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	g.statements = statements
	sum := 0
	for _, k := range a.kept {
		sum += k.statements
	}
	a.kept = slices.DeleteFunc(a.kept, func(k *gathered) bool {
		goes := sum > keptAnalysed && k != g && k.statements > 0
		if goes {
			sum -= k.statements
		}
		return goes
	})
}
