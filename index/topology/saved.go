package topology

import (
	"errors"

	"treatygraph/graph"
)

// columns returns the memory of the first n versions, column by column, but for to, which is written in place.
func (c *versionChunk) columns(n uint32) [][]byte {
	return [][]byte{
		memory(c.hash[:n]), memory(c.subject[:n]), memory(c.object[:n]), memory(c.dataset[:n]), memory(c.evidence[:n]), memory(c.from[:n]),
		memory(c.validFrom[:n]), memory(c.validTo[:n]), memory(c.effective[:n]), memory(c.confidence[:n]), memory(c.predicate[:n]),
		memory(c.kind[:n]), memory(c.standing[:n]), memory(c.fromForm[:n]), memory(c.toForm[:n]), memory(c.effForm[:n]),
	}
}

// versionBytes is what one version takes in a file.
const versionBytes = 60

// Save writes what cannot be computed again: IDs, versions, evidence sets, abouts. It may run beside the writer: all of it only grows, and
// a version that was closed after the view's revision is written as open.
func (v *View) Save(e *Encoder) {
	e.Uint32(v.nodes - 1)
	e.Strings(v.nodes-1, func(i uint32) string { return string(v.ID(i + 1)) })

	e.Uint32(v.versions)
	sets := uint32(evidenceAtLarge)
	for from := uint32(0); from < v.versions; from += chunkSize {
		c, _ := v.g.versions.at(from)
		n := min(v.versions-from, chunkSize)
		for _, column := range c.columns(n) {
			e.Bytes(column)
		}
		var to [chunkSize]uint32
		for k := range n {
			if to[k] = c.to[k].Load(); to[k] > v.Revision {
				to[k] = 0
			}
			sets = max(sets, c.evidence[k])
		}
		e.Bytes(memory(to[:n]))
	}

	e.Uint32(sets - evidenceAtLarge) // sets are numbered as versions come to need them
	for i := uint32(evidenceAtLarge + 1); i <= sets; i++ {
		set := *v.g.sets.At(i)
		e.Uint32(uint32(len(set)))
		e.Bytes(memory(set))
	}

	e.Uint32(v.abouts)
	for i := range v.abouts {
		a := v.g.abouts.At(i)
		e.Uint32(a.version)
		e.Bytes([]byte{uint8(a.predicate)})
		e.Bytes(a.hash[:])
	}
}

// Load reads what Save wrote at a revision, and computes the rest. Nothing of what it reads can make the graph's methods fail.
func Load(d *Decoder, revision uint32) (*Graph, error) {
	g := New()
	d.Strings(d.Count(StringBytes), func(s string) {
		id, err := graph.ParseID(s)
		if err != nil {
			d.Fail("%w", err)
			return
		}
		if _, there := g.nodes.table.Prev(g.nodes.put(id)); there {
			d.Fail("id %s stands twice", id)
		}
	})
	if err := g.loadVersions(d, revision); err != nil {
		return nil, err
	}
	for n := d.Count(4); n > 0 && d.err == nil; n-- {
		set := make([]Node, d.Count(4))
		d.Bytes(memory(set))
		for _, n := range set {
			if n == 0 || n >= g.nodes.ids.Len() {
				d.Fail("an evidence set names node %d of %d", n, g.nodes.ids.Len())
			}
		}
		g.addSet(set)
	}
	for n, least := d.Count(4), uint32(0); n > 0 && d.err == nil; n-- {
		a := about{version: d.Uint32()}
		var p [1]graph.Predicate
		d.Bytes(memory(p[:]))
		a.predicate = p[0]
		d.Bytes(a.hash[:])
		if a.version < least || a.version >= g.Len() || a.predicate.Row().Name == "" {
			d.Fail("about %d of %d is not valid", a.version, g.Len())
		}
		least = a.version + 1
		g.abouts.Append(a)
	}
	if d.err != nil {
		return nil, d.err
	}
	for i := range g.Len() {
		if c, k := g.versions.at(i); c.evidence[k] >= g.sets.Len() {
			return nil, errors.New("a version has an evidence set that is not there")
		}
	}
	return g, nil
}

func (g *Graph) loadVersions(d *Decoder, revision uint32) error {
	t := &g.versions
	for left := d.Count(versionBytes); left > 0; {
		c, _ := t.next()
		n := min(left, chunkSize)
		for _, column := range c.columns(n) {
			d.Bytes(column)
		}
		d.Bytes(memory(c.to[:n])) // nobody else sees it yet
		if d.err != nil {
			break
		}
		for k := range n {
			if !c.fits(k, g.nodes.ids.Len(), revision) {
				d.Fail("version %d is not valid", t.n)
				return d.err
			}
			t.n++
			g.note(t.n - 1)
		}
		left -= n
	}
	return d.err
}

// fits tells whether the numbers of a version are within their bounds, but for evidence.
func (c *versionChunk) fits(k uint32, nodes Node, revision uint32) bool {
	row := c.predicate[k].Row()
	to := c.to[k].Load()
	within := func(day int32) bool { return graph.Day(day) >= graph.MinDay && graph.Day(day) <= graph.MaxDay }
	kind := row.Value
	if to == c.from[k] { // a tombstone, which says nothing
		kind = graph.ValueNone
	}
	return row.Name != "" && c.kind[k] == kind && (c.kind[k] != graph.ValueNone || c.object[k] < nodes) &&
		c.subject[k]-1 < nodes-1 && c.dataset[k]-1 < nodes-1 &&
		c.from[k]-1 < revision && (to == 0 || to >= c.from[k] && to <= revision) &&
		within(c.validFrom[k]) && within(c.validTo[k]) && within(c.effective[k]) &&
		c.rank(k)-1 < graph.RankDeprecated && c.method(k)-1 < graph.MethodDerived
}

// Valued returns the kind of a version's value, what Add was given as the value, and the version of the same claim before that has one.
func (g *Graph) Valued(i uint32) (kind graph.ValueKind, value, before uint32, again bool) {
	c, k := g.versions.at(i)
	before, again = g.whole(i)
	return c.kind[k], c.object[k], before, again
}
