package ingest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"treatygraph/extract"
	"treatygraph/graph"
	"treatygraph/index"
)

// An Alignment asks that the documents that express one instrument be laid side by side.
type Alignment struct {
	Instrument graph.ID
	Author     string
	DryRun     bool
}

// An AlignmentReport says which parts of documents were found to say the same.
type AlignmentReport struct {
	Dataset             graph.ID
	Reference           graph.ID // the document that the others are compared with
	Versions            []AlignedVersion
	Remarks             []string // of documents in another script than their language says
	Asserted, Withdrawn int
	Receipt             *graph.Receipt // nil: nothing was written
}

// An AlignedVersion is a document beside the reference.
type AlignedVersion struct {
	Document graph.ID
	Language graph.Language
	Sections int
	Aligned  int      // of its sections
	Doubtful []string // headings of those that a person should look at, with the reason
	Alone    []string // headings of its sections without a counterpart, and of the reference's, behind "−"
	NotHeld  bool     // no text of it is held
}

// AlignDocuments finds the sections of documents in several languages that are the same part of the instrument that the documents express, by the numbers of articles, else by length, place and figures. Each such section EXPRESSES one provision of the
// instrument: one that the record knows, else a new one. The dataset that says so is made equal to what is found, so that the same again changes nothing.
func AlignDocuments(ctx context.Context, store graph.Store, idx *index.Index, r Alignment) (*AlignmentReport, error) {
	target := &indexTarget{Store: store, index: idx}
	if _, err := target.Refresh(ctx); err != nil {
		return nil, err
	}
	if !graph.Instruments.Has(r.Instrument.Kind()) {
		return nil, refused("%s is no instrument", r.Instrument)
	}
	if !target.Exists(r.Instrument) {
		return nil, refused("%s does not exist", r.Instrument)
	}
	// A law may have the slug of a treaty, and must not have its provisions.
	slug := strings.ReplaceAll(strings.TrimPrefix(string(r.Instrument), graph.KindTreaty.Prefix()+"/"), "/", "-")
	a := &aligning{ctx: ctx, target: target, instrument: r.Instrument, slug: slug, ds: &Dataset{ID: graph.ID("dataset/aligned-" + slug)}}
	a.report.Dataset = a.ds.ID
	if err := a.open(); err != nil {
		return nil, err
	}
	if err := a.align(); err != nil {
		return nil, err
	}
	a.say(curated(a.ds.ID, graph.Claim{Subject: a.ds.ID, Predicate: graph.PredNamed, Value: nameValue(graph.Name{Text: "Alignment of " + slug, Lang: "en", Role: graph.NameDescriptive})}))
	a.say(curated(a.ds.ID, graph.Claim{Subject: a.ds.ID, Predicate: graph.PredDescribed, Value: textValue("Which parts of documents in several languages are the same part of the instrument.", "en")}))
	a.ds.seal()
	report := &a.report
	p, err := compare(ctx, target, a.ds)
	if err != nil || p == nil {
		return report, err
	}
	report.Asserted, report.Withdrawn = len(p.difference.Assert), len(p.difference.Withdraw)
	if r.DryRun {
		return report, nil
	}
	if report.Receipt, err = apply(ctx, target, a.ds, headerOf(a.ds, r.Author)); err != nil {
		return nil, err
	}
	_, err = target.Refresh(ctx)
	return report, err
}

// aligning is one alignment under way.
type aligning struct {
	ctx        context.Context
	target     *indexTarget
	instrument graph.ID
	slug       string
	ds         *Dataset
	versions   []*alignedText
	known      map[int]graph.ID  // the provisions that others know, by number
	told       map[graph.ID]bool // those of which somebody says that they are the instrument's
	report     AlignmentReport
}

func (a *aligning) say(list ...graph.Assertion) { a.ds.Desired = append(a.ds.Desired, list...) }

// An alignedText is a document with its sections as they are compared.
type alignedText struct {
	*held
	units []extract.Unit
}

const (
	maxVersions = 100      // documents that express one instrument
	maxAligned  = 64 << 20 // bytes of their texts: all are in memory at once, with a map back to each code point
)

// open reads the documents. The reference comes first: the one with the most articles.
func (a *aligning) open() error {
	page, err := a.target.snapshot.Statements(index.StatementQuery{Entity: a.instrument, Direction: index.In, Predicates: []graph.Predicate{graph.PredExpresses}, Page: index.Page{First: maxProvisions}})
	if err != nil {
		return err
	}
	var ids []graph.ID
	for _, item := range page.Items {
		if item.Subject.Kind() == graph.KindDocument && !slices.Contains(ids, item.Subject) {
			ids = append(ids, item.Subject)
		}
	}
	if len(ids) > maxVersions {
		return refused("%d documents express %s, more than %d", len(ids), a.instrument, maxVersions)
	}
	slices.Sort(ids)
	articles, size := make(map[*alignedText]int), 0
	for _, id := range ids {
		d, text, err := a.target.recordedDocument(a.ctx, &Document{ID: id})
		if err != nil {
			return err
		}
		if text == nil {
			a.report.Versions = append(a.report.Versions, AlignedVersion{Document: id, NotHeld: true})
			continue
		}
		if size += len(text.Body); size > maxAligned {
			return refused("the texts of %s have more than %d MiB together", a.instrument, maxAligned>>20)
		}
		h := &alignedText{held: hold(d, text)}
		if n := len(h.parts.Sections); n > extract.MaxUnits {
			return refused("%s has %d sections, more than %d", id, n, extract.MaxUnits)
		}
		h.units = h.parts.Units()
		for _, u := range h.units {
			if u.Number.Article > 0 {
				articles[h]++
			}
		}
		if remark := scriptRemark(h.Language, text.Body); remark != "" {
			a.report.Remarks = append(a.report.Remarks, fmt.Sprintf("%s: %s", id, remark))
		}
		a.versions = append(a.versions, h)
		a.ds.Texts = append(a.ds.Texts, text)
	}
	if len(a.versions) < 2 {
		return refused("%d documents with a text express %s, and two at least are needed: treatyctl ingest --expresses says which do", len(a.versions), a.instrument)
	}
	slices.SortStableFunc(a.versions, func(x, y *alignedText) int { return cmp.Compare(articles[y], articles[x]) })
	return nil
}

// An alignedSection is a section with what was found of it.
type alignedSection struct {
	of   *alignedText
	at   int
	pair extract.Pair
}

func (s *alignedSection) section() *extract.Section { return &s.of.parts.Sections[s.at] }

func (s *alignedSection) unit() *extract.Unit { return &s.of.units[s.at] }

// align compares each document with the reference, and says what is found.
func (a *aligning) align() error {
	reference := a.versions[0]
	a.report.Reference = reference.ID
	units := reference.units
	same := make([][]alignedSection, len(units))
	for _, v := range a.versions[1:] {
		version := AlignedVersion{Document: v.ID, Language: v.Language, Sections: len(v.parts.Sections)}
		found, there := make([]bool, len(units)), make([]bool, len(v.units))
		pairs, err := extract.Align(a.ctx, units, v.units)
		if err != nil {
			return fmt.Errorf("align %s with %s: %w", v.ID, reference.ID, err)
		}
		for _, p := range pairs {
			same[p.A] = append(same[p.A], alignedSection{v, p.B, p})
			found[p.A], there[p.B] = true, true
			version.Aligned++
			if p.Doubtful() {
				version.Doubtful = append(version.Doubtful, fmt.Sprintf("%s (%s)", v.parts.Sections[p.B].Title, p.Reason))
			}
		}
		for i, is := range there {
			if !is {
				version.Alone = append(version.Alone, v.parts.Sections[i].Title)
			}
		}
		for i, is := range found {
			if !is {
				version.Alone = append(version.Alone, "− "+reference.parts.Sections[i].Title)
			}
		}
		a.report.Versions = append(a.report.Versions, version)
	}
	// What texts cite was found by what is said here, so that it is no reason not to say it.
	known, told, err := provisionsOf(a.ctx, a.target, a.target.snapshot, a.instrument, func(x *graph.Assertion) bool { return x.Dataset != a.ds.ID && x.Method != graph.MethodExtracted })
	if err != nil {
		return err
	}
	a.known, a.told = known, told
	names := naming{taken: make(map[string]bool)}
	for i, list := range same {
		if len(list) == 0 {
			continue
		}
		surest := slices.MinFunc(list, func(x, y alignedSection) int { return cmp.Compare(x.pair.Doubt, y.pair.Doubt) })
		list = append([]alignedSection{{reference, i, surest.pair}}, list...)
		if err := a.provision(names.of(list), list); err != nil {
			return err
		}
	}
	return nil
}

// A naming names the provisions of an instrument by what does not depend on the language, nor on which text the others are compared with: the annex, the number of the article, and for a part without a number how many such
// parts with a counterpart stand between the article before it and itself.
type naming struct {
	last  string // the article or annex that stands before
	annex int
	parts int // since then
	taken map[string]bool
}

// A provisionName is the end of a provision's ID, and the number of an article of the main part that was not put in later; 0: it is none.
type provisionName struct {
	name    string
	article int
}

// of names the provision that sections express.
func (n *naming) of(list []alignedSection) (p provisionName) {
	number, annex := numberOf(list), annexOf(list)
	prefix := ""
	if annex > 0 {
		prefix = fmt.Sprintf("annex-%d-", annex)
	}
	if annex != n.annex {
		n.annex, n.last, n.parts = annex, prefix, 0
	}
	switch {
	case number.Article == 0:
		n.parts++
		p.name = fmt.Sprintf("%spart-%d", n.last, n.parts)
	default:
		p.name = fmt.Sprintf("%sarticle-%d", prefix, number.Article)
		if number.Bis > 0 {
			p.name += fmt.Sprintf("-%d", number.Bis)
		} else if annex == 0 {
			p.article = number.Article
		}
		n.last, n.parts = prefix+"after-"+strings.TrimPrefix(p.name, prefix)+"-", 0
	}
	for again, name := 2, p.name; n.taken[p.name]; again++ {
		p = provisionName{name: fmt.Sprintf("%s-again-%d", name, again)}
	}
	n.taken[p.name] = true
	return p
}

// numberOf returns the number that the sections have; the first where they differ in it.
func numberOf(list []alignedSection) (number extract.Number) {
	for i := range list {
		if n := list[i].unit().Number; n.Article > 0 && (number.Article == 0 || n.Compare(number) < 0) {
			number = n
		}
	}
	return number
}

// annexOf returns the annex where the sections stand: what headings say goes before what was counted, and the first before the others.
func annexOf(list []alignedSection) int {
	first := slices.MinFunc(list, func(x, y alignedSection) int {
		told := func(u *extract.Unit) int {
			if u.Told {
				return 0
			}
			return 1
		}
		a, b := x.unit(), y.unit()
		return cmp.Or(cmp.Compare(told(a), told(b)), cmp.Compare(a.Annex, b.Annex))
	})
	return first.unit().Annex
}

// provision says that sections express one provision: one that others say one of them expresses, one with its number, or a new one. What nobody else says is of the instrument is said to be. Its ordinal is the article that
// "Article 2" of the instrument means, so that one of an annex or one put in later has none.
func (a *aligning) provision(name provisionName, list []alignedSection) error {
	id := graph.ID("")
	for i := range list {
		expressed, err := a.expressed(list[i].of.SectionID(list[i].section().Path))
		if err != nil {
			return err
		}
		id = cmp.Or(id, expressed)
	}
	id = cmp.Or(id, a.known[name.article], graph.ID(fmt.Sprintf("%s/%s-%s", graph.KindProvision.Prefix(), a.slug, name.name)))
	if !a.told[id] {
		a.told[id] = true
		a.say(a.derived(graph.Claim{Subject: id, Predicate: graph.PredProvisionOf, Object: a.instrument, Qualifiers: graph.Qualifiers{Ordinal: name.article}}))
		for i := range list {
			if name := (graph.Name{Text: list[i].section().Title, Lang: list[i].of.Language, Role: graph.NameDescriptive}); name.Valid() == nil {
				a.say(a.derived(graph.Claim{Subject: id, Predicate: graph.PredNamed, Value: nameValue(name)}))
			}
		}
	}
	for i := range list {
		s := &list[i]
		subject := s.of.SectionID(s.section().Path)
		e := s.of.evidence(subject, s.section().Start, s.section().HeadingEnd)
		e.Reason, e.Score = s.pair.Reason, s.pair.Score()
		if len(e.Quote) > graph.MaxQuoteBytes {
			continue // a heading that is none
		}
		a.say(a.derived(graph.Claim{Subject: subject, Predicate: graph.PredExpresses, Object: id}, e))
	}
	return nil
}

// expressed returns the provision of the instrument that a section expresses as another dataset says; empty: none does.
func (a *aligning) expressed(section graph.ID) (graph.ID, error) {
	page, err := a.target.snapshot.Statements(index.StatementQuery{Entity: section, Direction: index.Out, Predicates: []graph.Predicate{graph.PredExpresses}, Page: index.Page{First: maxVersions}})
	if err != nil {
		return "", err
	}
	for _, item := range page.Items {
		if item.Object.Kind() == graph.KindProvision && a.byOthers(item.Statement) {
			if others, err := a.ofAnother(item.Object); err != nil || !others {
				return item.Object, err
			}
		}
	}
	return "", nil
}

// ofAnother tells whether a provision is of other instruments only: a document may express several.
func (a *aligning) ofAnother(provision graph.ID) (bool, error) {
	page, err := a.target.snapshot.Statements(index.StatementQuery{Entity: provision, Direction: index.Out, Predicates: []graph.Predicate{graph.PredProvisionOf}, Page: index.Page{First: maxVersions}})
	if err != nil {
		return false, err
	}
	return len(page.Items) > 0 && !slices.ContainsFunc(page.Items, func(i index.StatementItem) bool { return i.Object == a.instrument }), nil
}

func (a *aligning) byOthers(s index.Statement) bool {
	return slices.ContainsFunc(s.Refs, func(r graph.Ref) bool { return r.Dataset != a.ds.ID })
}

func (a *aligning) derived(c graph.Claim, evidence ...graph.Evidence) graph.Assertion {
	return graph.Assertion{Claim: c, Dataset: a.ds.ID, Rank: graph.RankNormal, Method: graph.MethodDerived, Evidence: evidence}
}
