package topology

import (
	"encoding/binary"
	"slices"
	"sort"

	"treatygraph/graph"
)

// A View is the shape at one revision. It never changes, whatever the writer does.
type View struct {
	g         *Graph
	Revision  uint32
	versions  uint32
	nodes     Node
	abouts    uint32
	preferred uint32
	segments  []*segment
	merges    []uint32
	merged    []uint32
	days      []graph.Day
}

// An At is a time to ask of: a revision up to the view's, and optionally a day on which statements must hold.
type At struct {
	Revision uint32
	ValidOn  *graph.Day
}

// Node returns the number of an entity that existed at a revision.
func (v *View) Node(id graph.ID, revision uint32) (Node, bool) {
	n, ok := v.g.nodes.find(id, v.nodes)
	return n, ok && v.existed(n, revision)
}

// Number returns the number of an ID, whether or not the entity existed yet.
func (v *View) Number(id graph.ID) (Node, bool) { return v.g.nodes.find(id, v.nodes) }

func (v *View) existed(n Node, revision uint32) bool {
	born := v.g.nodes.born.At(n).Load()
	return born != 0 && born <= revision
}

// ID returns a node's ID, empty for 0.
func (v *View) ID(n Node) graph.ID { return *v.g.nodes.ids.At(n) }

// Kind returns a node's kind.
func (v *View) Kind(n Node) graph.Kind { return *v.g.nodes.kinds.At(n) }

// Versions returns how many versions there are; they are numbered from 0 in the order of their Refs.
func (v *View) Versions() uint32 { return v.versions }

// Visible tells whether a version was recorded at a revision.
func (v *View) Visible(i, revision uint32) bool { return v.g.versions.visible(i, revision) }

// Newest returns the newest version of a claim; Older the one before.
func (v *View) Newest(hash graph.StatementHash) (uint32, bool) {
	t := &v.g.versions
	return v.g.byHash.Find(binary.BigEndian.Uint64(hash[8:]), v.versions, func(e uint32) bool { return *t.hash(e) == hash })
}

// Older returns the version of the same claim that was recorded before.
func (v *View) Older(i uint32) (uint32, bool) { return v.g.byHash.Prev(i) }

// Redacted tells whether a version is a tombstone.
func (v *View) Redacted(i uint32) bool { return v.g.versions.redacted(i) }

// OlderWhole returns the newest version of the same claim before that was not redacted.
func (v *View) OlderWhole(i uint32) (uint32, bool) { return v.g.whole(i) }

// Recorded appends the versions of a claim that were recorded at a revision, newest first.
func (v *View) Recorded(rows []uint32, hash graph.StatementHash, revision uint32) []uint32 {
	for i, ok := v.Newest(hash); ok; i, ok = v.Older(i) {
		if v.Visible(i, revision) {
			rows = append(rows, i)
		}
	}
	return rows
}

// Tombstones lists in the order of their Refs those of a dataset.
func (v *View) Tombstones(dataset Node) []uint32 {
	var rows []uint32
	for i := range v.versions {
		if c, k := v.g.versions.at(i); c.dataset[k] == dataset && v.Redacted(i) {
			rows = append(rows, i)
		}
	}
	return rows
}

// Of lists in the order of their Refs the versions of a dataset recorded at a revision.
func (v *View) Of(dataset Node, revision uint32) []uint32 {
	var rows []uint32
	for i := range v.versions {
		if c, k := v.g.versions.at(i); c.dataset[k] == dataset && v.Visible(i, revision) {
			rows = append(rows, i)
		}
	}
	return rows
}

// A Row is the shape of one version.
type Row struct {
	Hash            graph.StatementHash
	Predicate       graph.Predicate
	Subject, Object Node // Object is 0 without one
	Kind            graph.ValueKind
	Value           uint32 // what the writer gave
	Valid           graph.Interval
	Effective       graph.Date
	Dataset         Node
	Rank            graph.Rank
	Method          graph.Method
	Confidence      graph.Thousandths
	Evidenced       bool
	From, To        uint32
}

// Row reads one version. To is 0 when no revision up to the view's closed it.
func (v *View) Row(i uint32) Row {
	c, k := v.g.versions.at(i)
	r := Row{
		Hash: c.hash[k], Predicate: c.predicate[k], Subject: c.subject[k], Kind: c.kind[k],
		Valid:     graph.Interval{From: graph.UnpackDate(graph.Day(c.validFrom[k]), c.fromForm[k]), To: graph.UnpackDate(graph.Day(c.validTo[k]), c.toForm[k])},
		Effective: graph.UnpackDate(graph.Day(c.effective[k]), c.effForm[k]),
		Dataset:   c.dataset[k], Rank: c.rank(k), Method: c.method(k), Confidence: graph.Thousandths(c.confidence[k]),
		Evidenced: c.evidence[k] != noEvidence, From: c.from[k], To: c.to[k].Load(),
	}
	if r.Kind == graph.ValueNone {
		r.Object = c.object[k]
	} else {
		r.Value = c.object[k]
	}
	if r.To > v.Revision {
		r.To = 0
	}
	return r
}

func (c *versionChunk) rank(k uint32) graph.Rank {
	return graph.Rank(c.standing[k] & (1<<rankBits - 1))
}

func (c *versionChunk) method(k uint32) graph.Method { return graph.Method(c.standing[k] >> rankBits) }

// Holds tells whether the claim of a version holds on a day; nil is any day.
func (v *View) Holds(i uint32, on *graph.Day) bool {
	if on == nil {
		return true
	}
	c, k := v.g.versions.at(i)
	return c.holds(k, *on)
}

// Documents returns the documents in which a version's evidence stands. They must not be changed.
func (v *View) Documents(i uint32) []Node {
	c, k := v.g.versions.at(i)
	return *v.g.sets.At(c.evidence[k])
}

// EvidencedIn lists in the order of their Refs the versions recorded at a revision that have evidence in a document.
func (v *View) EvidencedIn(document Node, revision uint32) []uint32 {
	var rows []uint32
	set, has := uint32(noEvidence), false // of the version before: most have the same
	for i := range v.versions {
		c, k := v.g.versions.at(i)
		if c.evidence[k] != set {
			set = c.evidence[k]
			_, has = slices.BinarySearch(*v.g.sets.At(set), document)
		}
		if has && v.Visible(i, revision) {
			rows = append(rows, i)
		}
	}
	return rows
}

// About returns the statement that a version's claim speaks of.
func (v *View) About(i uint32) (graph.StatementID, bool) {
	at := sort.Search(int(v.abouts), func(j int) bool { return v.g.abouts.At(uint32(j)).version >= i })
	if at == int(v.abouts) {
		return "", false
	}
	a := v.g.abouts.At(uint32(at))
	if a.version != i {
		return "", false
	}
	return graph.NewStatementID(a.predicate, a.hash), true
}

// A Fold is what the visible assertions of a claim say together.
type Fold struct {
	Rank       graph.Rank
	Methods    uint8 // bit 1<<method
	Confidence graph.Thousandths
	Evidenced  bool
}

// Fold folds the versions of one claim: the rank is the lowest among the curated if there are any, else the highest.
func (v *View) Fold(rows []uint32) Fold {
	var f Fold
	var curated, best graph.Rank // a lower rank is a higher number
	for _, i := range rows {
		c, k := v.g.versions.at(i)
		rank, method := c.rank(k), c.method(k)
		if method == graph.MethodCurated {
			curated = max(curated, rank)
		}
		if best == 0 || rank < best {
			best = rank
		}
		f.Methods |= 1 << method
		f.Confidence = max(f.Confidence, graph.Thousandths(c.confidence[k]))
		f.Evidenced = f.Evidenced || c.evidence[k] != noEvidence
	}
	if f.Rank = best; curated != 0 {
		f.Rank = curated
	}
	return f
}

// Ends returns the subject of a version's claim, and its object or 0.
func (v *View) Ends(i uint32) (subject, object Node) {
	c, k := v.g.versions.at(i)
	if c.kind[k] == graph.ValueNone {
		object = c.object[k]
	}
	return c.subject[k], object
}

// PositionOf returns the place of a version's claim in a list that shows no direction.
func (v *View) PositionOf(i uint32) Position {
	c, k := v.g.versions.at(i)
	return Position{Predicate: c.predicate[k], Day: c.start(k), Hash: c.hash[k]}
}

// RowsOf visits the versions whose subject (out) or object (in) is one of some nodes, each once, until visit says no.
func (v *View) RowsOf(nodes []Node, out, in bool, visit func(i uint32) bool) {
	for _, s := range v.segments {
		for _, n := range nodes {
			if out {
				for _, i := range s.out.of(n) {
					if !visit(i) {
						return
					}
				}
			}
			if !in {
				continue
			}
			for _, i := range s.in.of(n) {
				if c, k := v.g.versions.at(i); out && slices.Contains(nodes, c.subject[k]) {
					continue // it was visited as the subject's
				}
				if !visit(i) {
					return
				}
			}
		}
	}
}

// Changed visits the versions that the revisions after one, up to another, wrote or closed, until visit says no. It looks at every version
// once, at eight bytes each.
func (v *View) Changed(after, upTo uint32, visit func(i uint32) bool) {
	in := func(revision uint32) bool { return after < revision && revision <= upTo }
	for i := range v.versions {
		if c, k := v.g.versions.at(i); (in(c.from[k]) || in(c.to[k].Load())) && !visit(i) {
			return
		}
	}
}

// Degree returns how many versions a node's rows hold, closed ones included: what is merged into it not counted.
func (v *View) Degree(n Node) int {
	degree := 0
	for _, s := range v.segments {
		degree += len(s.out.of(n)) + len(s.in.of(n))
	}
	return degree
}
