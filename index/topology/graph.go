package topology

import (
	"encoding/binary"
	"fmt"
	"hash/maphash"
	"slices"

	"treatygraph/graph"
)

// A Graph is the growing shape. Its methods are for one writer at a time, apart from those of the Views it gives out.
type Graph struct {
	nodes     *nodes
	versions  versions
	byHash    *Chains // versions by the hash of their claim
	preferred *Chains // entries of prefer, by what the claim competes about
	prefer    Column[uint32]
	abouts    Column[about]
	sets      Column[[]Node] // evidence sets: the documents that evidence stands in, sorted
	setOf     map[string]uint32
	merges    []uint32    // versions of MERGED_INTO
	merged    []uint32    // the revisions that wrote or closed one
	days      []graph.Day // the days from which one holds, sorted; without those that hold always
	resolved  resolutions
	segments  []*segment
	merging   *Merge
	sealed    uint32 // versions in segments
	sealedIDs Node   // nodes in segments
}

type about struct {
	version   uint32
	predicate graph.Predicate
	hash      graph.StatementHash
}

// The first evidence sets.
const (
	noEvidence      = 0
	evidenceAtLarge = 1 // evidence in no document
)

// New returns an empty graph.
func New() *Graph {
	g := &Graph{nodes: newNodes(), setOf: map[string]uint32{"": evidenceAtLarge}}
	t := &g.versions
	g.byHash = NewChains(
		func(e uint32) uint64 { return binary.BigEndian.Uint64(t.hash(e)[8:]) },
		func(a, b uint32) bool { return *t.hash(a) == *t.hash(b) })
	g.preferred = NewChains(
		func(e uint32) uint64 { return g.rivalry(*g.prefer.At(e)).hash(g.nodes.seed) },
		func(a, b uint32) bool { return g.rivalry(*g.prefer.At(a)) == g.rivalry(*g.prefer.At(b)) })
	g.sets.Append(nil)
	g.sets.Append(nil)
	return g
}

// A rivalry is what claims compete about: those with the same one exclude each other.
type rivalry struct {
	subject, object Node // object only where the predicate competes for pairs
	predicate       graph.Predicate
}

func (r rivalry) hash(seed maphash.Seed) uint64 { return maphash.Comparable(seed, r) }

func (g *Graph) rivalry(i uint32) rivalry {
	c, k := g.versions.at(i)
	r := rivalry{subject: c.subject[k], predicate: c.predicate[k]}
	if r.predicate.Row().Compete == graph.CompetePair {
		r.object = c.object[k]
	}
	return r
}

// Add adds the version of an assertion that a revision wrote; versions come in the order of their Refs. Value is the number of the
// claim's name or identifier, which the caller keeps. A tombstone is closed by the revision that wrote it, so it is visible at none, but its
// subject came into being with it.
func (g *Graph) Add(hash graph.StatementHash, a *graph.Assertion, value uint32, from, to uint32) uint32 {
	t := &g.versions
	c, k := t.next()
	c.hash[k] = hash
	c.predicate[k] = a.Predicate
	c.subject[k] = g.nodes.intern(a.Subject)
	c.object[k] = value
	if a.Value != nil {
		c.kind[k] = a.Value.Kind
	} else {
		c.object[k] = g.nodes.intern(a.Object)
	}
	c.dataset[k] = g.nodes.dataset(a.Dataset)
	c.validFrom[k], c.fromForm[k] = pack(a.Valid.From)
	c.validTo[k], c.toForm[k] = pack(a.Valid.To)
	c.effective[k], c.effForm[k] = pack(a.Qualifiers.EffectiveOn)
	c.standing[k] = uint8(a.Rank) | uint8(a.Method)<<rankBits
	c.confidence[k] = uint16(a.Confidence)
	c.evidence[k] = g.evidenceSet(a.Evidence)
	c.from[k] = from
	c.to[k].Store(to)
	i := t.n
	t.n++
	if id := a.Qualifiers.About; id != "" {
		if p, h, err := graph.ParseStatementID(string(id)); err == nil {
			g.abouts.Append(about{i, p, h})
		}
	}
	g.note(i)
	return i
}

// note brings what is computed from the columns up to version i, the last.
func (g *Graph) note(i uint32) {
	c, k := g.versions.at(i)
	if born := g.nodes.born.At(c.subject[k]); born.Load() == 0 {
		born.Store(c.from[k])
	}
	g.byHash.Add()
	if g.versions.redacted(i) {
		return
	}
	if c.rank(k) == graph.RankPreferred && c.predicate[k].Row().Compete != graph.CompeteNone {
		g.prefer.Append(i)
		g.preferred.Add()
	}
	if c.predicate[k] == graph.PredMergedInto {
		g.noteMerge(i, c.from[k])
		if to := c.to[k].Load(); to != 0 {
			g.noteMerge(i, to)
		}
	}
}

// noteMerge remembers that a revision changed what is merged.
func (g *Graph) noteMerge(i, revision uint32) {
	if c, k := g.versions.at(i); c.from[k] == revision {
		g.merges = append(g.merges, i)
		if day := c.start(k); day != graph.MinDay {
			at, _ := slices.BinarySearch(g.days, day)
			g.days = slices.Insert(slices.Clone(g.days), at, day)
		}
	}
	if at, there := slices.BinarySearch(g.merged, revision); !there {
		if at < len(g.merged) {
			g.merged = slices.Clone(g.merged) // views hold the old one
		}
		g.merged = slices.Insert(g.merged, at, revision)
	}
}

func pack(d graph.Date) (int32, uint8) {
	day, form := d.Pack()
	return int32(day), form
}

// evidenceSet returns the number of the set of documents that evidence stands in. Equal sets have one number.
func (g *Graph) evidenceSet(evidence []graph.Evidence) uint32 {
	if len(evidence) == 0 {
		return noEvidence
	}
	var room [16]Node
	set := room[:0]
	for i := range evidence {
		if n := g.nodes.intern(evidence[i].Document); n != 0 {
			set = append(set, n)
		}
	}
	slices.Sort(set)
	set = slices.Compact(set)
	number, there := g.setOf[string(memory(set))]
	if !there {
		number = g.addSet(slices.Clone(set))
	}
	return number
}

func (g *Graph) addSet(set []Node) uint32 {
	number := g.sets.Append(set)
	g.setOf[string(memory(set))] = number
	return number
}

// Len returns how many versions were added.
func (g *Graph) Len() uint32 { return g.versions.n }

// newest returns the newest version of a claim, sealed or not.
func (g *Graph) newest(hash graph.StatementHash) (uint32, bool) {
	return g.byHash.Find(binary.BigEndian.Uint64(hash[8:]), g.versions.n, func(e uint32) bool { return *g.versions.hash(e) == hash })
}

// Value returns what Add was given as the value of an older version of a claim, one that was not redacted.
func (g *Graph) Value(hash graph.StatementHash) (uint32, bool) {
	i, ok := g.newest(hash)
	if ok && g.versions.redacted(i) {
		i, ok = g.whole(i)
	}
	if !ok {
		return 0, false
	}
	c, k := g.versions.at(i)
	return c.object[k], true
}

// whole returns the newest version of the same claim before one that was not redacted.
func (g *Graph) whole(i uint32) (uint32, bool) {
	i, ok := g.byHash.Prev(i)
	for ok && g.versions.redacted(i) {
		i, ok = g.byHash.Prev(i)
	}
	return i, ok
}

// Open returns the open version, or the tombstone, that a dataset's assertion of a claim has since a revision.
func (g *Graph) Open(hash graph.StatementHash, dataset graph.ID, from uint32) (uint32, error) {
	set, known := g.nodes.find(dataset, g.nodes.ids.Len())
	i, ok := g.newest(hash)
	for ; known && ok; i, ok = g.byHash.Prev(i) {
		c, k := g.versions.at(i)
		if c.dataset[k] != set || c.from[k] != from {
			continue
		}
		if to := c.to[k].Load(); to != 0 && to != from {
			return 0, fmt.Errorf("revision %d closed it already", to)
		}
		return i, nil
	}
	return 0, fmt.Errorf("it is not known")
}

// Close closes a version at a revision: in place, which views of earlier revisions do not notice. A tombstone stays what it is.
func (g *Graph) Close(i, revision uint32) {
	if g.versions.redacted(i) {
		return
	}
	c, k := g.versions.at(i)
	c.to[k].Store(revision)
	if c.predicate[k] == graph.PredMergedInto {
		g.noteMerge(i, revision)
	}
}

// Seal makes what was added since the last Seal a segment, and returns the view of all, and the merge that the caller should Run in a
// goroutine of its own and then Adopt, if one has become due.
func (g *Graph) Seal(revision uint32) (*View, *Merge) {
	var merge *Merge
	if n, ids := g.versions.n, g.nodes.ids.Len(); n > g.sealed || ids > g.sealedIDs {
		s := g.newSegment(g.sealed, n, g.sealedIDs, ids)
		g.segments = append(slices.Clip(g.segments), s)
		g.sealed, g.sealedIDs = n, ids
		merge = g.settle()
	}
	return g.View(revision), merge
}

// View returns what was sealed, as of a revision.
func (g *Graph) View(revision uint32) *View {
	return &View{g: g, Revision: revision, versions: g.sealed, nodes: g.sealedIDs, abouts: g.abouts.Len(), preferred: g.prefer.Len(),
		segments: g.segments, merges: g.merges, merged: g.merged, days: g.days}
}

// A Size says what memory holds, in bytes of the arrays themselves.
type Size struct {
	Versions int64 // how many assertion versions
	Shape    int64 // columns, both orders and the table of claims
	Nodes    int64 // IDs and what finds them
}

// Size is the writer's.
func (g *Graph) Size() Size {
	s := Size{Versions: int64(g.versions.n), Nodes: g.nodes.bytes()}
	s.Shape = g.versions.bytes() + g.byHash.Bytes() + g.preferred.Bytes() + g.prefer.Bytes() + g.abouts.Bytes() + g.sets.Bytes()
	for i := range g.sets.Len() {
		s.Shape += 4 * int64(len(*g.sets.At(i)))
	}
	for _, segment := range g.segments {
		s.Shape += segment.bytes()
		s.Nodes += 4 * int64(len(segment.ids))
		s.Shape -= 4 * int64(len(segment.ids))
	}
	return s
}
