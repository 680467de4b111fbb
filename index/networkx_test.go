package index_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os/exec"
	"reflect"
	"slices"
	"testing"

	"treatygraph/graph"
	"treatygraph/index"
	"treatygraph/tools/python"
)

// A nxGraph is a graph with the questions that NetworkX is asked of it; nxAnswers are what it says.
type (
	nxGraph struct {
		Nodes []graph.ID `json:"nodes"`
		Edges []nxEdge   `json:"edges"`
		Paths []nxPaths  `json:"paths"`
		Balls []nxBall   `json:"balls"`
	}
	nxEdge struct {
		ID        graph.StatementID `json:"id"`
		From      graph.ID          `json:"from"`
		To        graph.ID          `json:"to"`
		Predicate string            `json:"predicate"`
	}
	nxPart struct {
		Predicates []string `json:"predicates"`
		Without    graph.ID `json:"without"`
	}
	nxPaths struct {
		nxPart
		From     graph.ID `json:"from"`
		To       graph.ID `json:"to"`
		Hops     int      `json:"hops"`
		First    int      `json:"first"`
		Directed bool     `json:"directed"`
	}
	nxBall struct {
		nxPart
		Seed  graph.ID `json:"seed"`
		Depth int      `json:"depth"`
	}
	nxAnswers struct {
		Paths []struct {
			Shortest []int                 `json:"shortest"`
			All      [][]graph.StatementID `json:"all"`
		} `json:"paths"`
		Balls []struct {
			Nodes []graph.ID          `json:"nodes"`
			Edges []graph.StatementID `json:"edges"`
		} `json:"balls"`
		Measures struct {
			Components   [][]graph.ID         `json:"components"`
			Bridges      []graph.StatementID  `json:"bridges"`
			Articulation []graph.ID           `json:"articulation"`
			Degrees      map[graph.ID]int     `json:"degrees"`
			Shares       map[graph.ID]float64 `json:"shares"`
		} `json:"measures"`
	}
)

var nxPredicates = []graph.Predicate{graph.PredCites, graph.PredAmends, graph.PredSupplements}

// TestRelationshipsAreThoseOfNetworkX compares paths, graphs around entities and measures with what others, who know nothing of this program,
// compute of the same graphs.
func TestRelationshipsAreThoseOfNetworkX(t *testing.T) {
	if testing.Short() {
		t.Skip("needs packages from PyPI; left out by -short")
	}
	interpreter := python.Interpreter(t)
	const graphs = 400
	var asked []nxGraph
	var snapshots []*index.Snapshot
	for n := range uint64(graphs) {
		g, s := drawNXGraph(t, rand.New(rand.NewPCG(7, n)))
		asked, snapshots = append(asked, g), append(snapshots, s)
	}
	text, err := json.Marshal(asked)
	if err != nil {
		t.Fatal(err)
	}
	var complaints bytes.Buffer
	cmd := exec.CommandContext(t.Context(), interpreter, "-I", "testdata/networkx_answers.py")
	cmd.Stdin, cmd.Stderr = bytes.NewReader(text), &complaints
	text, err = cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, &complaints)
	}
	var answers []nxAnswers
	if err := json.Unmarshal(text, &answers); err != nil || len(answers) != graphs {
		t.Fatalf("%d answers: %v", len(answers), err)
	}
	found := 0
	for i := range asked {
		for j, q := range asked[i].Paths {
			compareNXPaths(t, snapshots[i], q, answers[i].Paths[j].Shortest, answers[i].Paths[j].All)
			found += len(answers[i].Paths[j].All)
		}
		for j, q := range asked[i].Balls {
			compareNXBall(t, snapshots[i], q, answers[i].Balls[j].Nodes, answers[i].Balls[j].Edges)
		}
		compareNXMeasures(t, snapshots[i], &answers[i])
		if t.Failed() {
			t.Fatalf("graph %d: %+v", i, asked[i].Edges)
		}
	}
	if found < 10*graphs {
		t.Errorf("only %d paths in %d graphs", found, graphs)
	}
}

// drawNXGraph draws a graph whose edges often stand beside each other, and some of whose nodes often stand alone.
func drawNXGraph(t *testing.T, r *rand.Rand) (g nxGraph, s *index.Snapshot) {
	b := base()
	n := 5 + r.IntN(10)
	for i := range n {
		g.Nodes = append(g.Nodes, charted(i))
		b.Assert = append(b.Assert, named(charted(i), fmt.Sprint("Treaty ", i)))
	}
	node := func() graph.ID { return g.Nodes[r.IntN(n)] }
	there := map[graph.StatementID]bool{}
	for range n + r.IntN(3*n/2) {
		c := graph.Claim{Subject: node(), Predicate: nxPredicates[r.IntN(len(nxPredicates))], Object: node()}
		if c.Subject != c.Object && !there[c.ID()] {
			there[c.ID()] = true
			b.Assert = append(b.Assert, says("dataset/a", c))
			g.Edges = append(g.Edges, nxEdge{c.ID(), c.Subject, c.Object, c.Predicate.String()})
		}
	}
	part := func(others ...graph.ID) (p nxPart) {
		if r.IntN(3) == 0 {
			p.Predicates = []string{nxPredicates[0].String(), nxPredicates[1+r.IntN(2)].String()}
		}
		if gone := node(); r.IntN(3) == 0 && !slices.Contains(others, gone) {
			p.Without = gone
		}
		return p
	}
	for range 5 {
		if from, to := node(), node(); from != to {
			g.Paths = append(g.Paths, nxPaths{part(from, to), from, to, 1 + r.IntN(6), 1 + r.IntN(8), r.IntN(3) == 0})
		}
		seed := node()
		g.Balls = append(g.Balls, nxBall{part(seed), seed, r.IntN(5)})
	}
	m := newMemory()
	if _, err := m.Apply(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	return g, follow(t, m).Snapshot()
}

// terms puts a part of a graph into the index's terms.
func (p *nxPart) terms() (predicates []graph.Predicate, without []graph.ID) {
	for _, known := range nxPredicates {
		if slices.Contains(p.Predicates, known.String()) {
			predicates = append(predicates, known)
		}
	}
	if p.Without != "" {
		without = []graph.ID{p.Without}
	}
	return predicates, without
}

func compareNXPaths(t *testing.T, s *index.Snapshot, q nxPaths, shortest []int, all [][]graph.StatementID) {
	predicates, without := q.terms()
	query := index.PathQuery{From: []graph.ID{q.From}, To: []graph.ID{q.To}, Predicates: predicates, Without: without, MaxHops: q.Hops, First: 100_000, Listed: true}
	if q.Directed {
		for _, p := range nxPredicates {
			query.Steps = append(query.Steps, index.PathStep{Predicate: p, Direction: index.Out})
		}
	}
	every, err := s.Paths(t.Context(), query)
	if err != nil || every.Bound != index.PathsAll {
		t.Fatalf("%+v: bound %v, %v", q, every.Bound, err)
	}
	got := [][]graph.StatementID{}
	for _, path := range every.Paths {
		var ids []graph.StatementID
		for _, hop := range path {
			ids = append(ids, hop.Statement.ID)
		}
		got = append(got, ids)
	}
	slices.SortFunc(got, slices.Compare)
	if !reflect.DeepEqual(got, all) {
		t.Errorf("%+v: %d paths\n%v\nNetworkX finds %d\n%v", q, len(got), got, len(all), all)
	}
	query.Listed, query.First = false, q.First
	first, err := s.Paths(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	var lengths []int
	for _, path := range first.Paths {
		lengths = append(lengths, len(path))
	}
	if !slices.Equal(lengths, shortest) {
		t.Errorf("%+v: the shortest have %v hops, NetworkX says %v", q, lengths, shortest)
	}
}

func compareNXBall(t *testing.T, s *index.Snapshot, q nxBall, nodes []graph.ID, edges []graph.StatementID) {
	predicates, without := q.terms()
	if predicates == nil {
		predicates = nxPredicates
	}
	g := subgraphOf(t, s, index.SubgraphQuery{Seeds: []graph.ID{q.Seed}, Depth: q.Depth, Predicates: predicates, Without: without, MaxNodes: 100, MaxStatements: 1000})
	var ids []graph.StatementID
	for _, statement := range g.Statements {
		ids = append(ids, statement.ID)
	}
	slices.Sort(g.Nodes)
	slices.Sort(ids)
	if !slices.Equal(g.Nodes, nodes) || !slices.Equal(ids, edges) {
		t.Errorf("%+v:\n%v %v, NetworkX says\n%v %v", q, g.Nodes, ids, nodes, edges)
	}
}

func compareNXMeasures(t *testing.T, s *index.Snapshot, answers *nxAnswers) {
	want := &answers.Measures
	a, err := s.Analysis(t.Context(), index.AnalysisQuery{Predicates: nxPredicates})
	if err != nil {
		t.Fatal(err)
	}
	structure, err := a.Structure(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var bridges []graph.StatementID
	for _, edge := range structure.Bridges {
		bridges = append(bridges, a.Statement(edge))
	}
	slices.Sort(bridges)
	var articulation []graph.ID
	for _, node := range structure.Articulation {
		articulation = append(articulation, a.IDs[node])
	}
	if components := a.Components(structure); !reflect.DeepEqual(components, want.Components) || !slices.Equal(bridges, want.Bridges) || !slices.Equal(articulation, want.Articulation) {
		t.Errorf("components %v, bridges %v, articulation points %v, NetworkX says %v, %v, %v", components, bridges, articulation, want.Components, want.Bridges, want.Articulation)
	}
	degrees := a.Degrees(math.MaxInt)
	for _, d := range degrees {
		if d.Number != want.Degrees[d.ID] {
			t.Errorf("%s has degree %d, NetworkX says %d", d.ID, d.Number, want.Degrees[d.ID])
		}
	}
	shares, err := a.PageRank(t.Context(), math.MaxInt)
	if err != nil || len(degrees) != len(want.Degrees) || len(shares) != len(want.Shares) {
		t.Fatalf("%d degrees and %d shares of %d entities: %v", len(degrees), len(shares), len(want.Degrees), err)
	}
	for _, r := range shares {
		if math.Abs(r.Number-want.Shares[r.ID]) > 1e-8 {
			t.Errorf("%s has a share of %v, NetworkX says %v", r.ID, r.Number, want.Shares[r.ID])
		}
	}
}
