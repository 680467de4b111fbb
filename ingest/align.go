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
	Asserted, Withdrawn int
	Receipt             *graph.Receipt // nil: nothing was written
}

// An AlignedVersion is a document beside the reference.
type AlignedVersion struct {
	Document graph.ID
	Language graph.Language
	Sections int
	Aligned  int      // of its sections
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
	slug := strings.ReplaceAll(strings.TrimPrefix(string(r.Instrument), r.Instrument.Kind().Prefix()+"/"), "/", "-")
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
	versions   []*held
	report     AlignmentReport
}

func (a *aligning) say(list ...graph.Assertion) { a.ds.Desired = append(a.ds.Desired, list...) }

// maxVersions bounds the documents that express one instrument.
const maxVersions = 100

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
	articles := make(map[*held]int)
	for _, id := range ids {
		d, text, err := a.target.recordedDocument(a.ctx, &Document{ID: id})
		if err != nil {
			return err
		}
		if text == nil {
			a.report.Versions = append(a.report.Versions, AlignedVersion{Document: id, NotHeld: true})
			continue
		}
		h := hold(d, text)
		if n := len(h.parts.Sections); n > extract.MaxUnits {
			return refused("%s has %d sections, more than %d", id, n, extract.MaxUnits)
		}
		for _, u := range h.parts.Units() {
			if u.Number > 0 {
				articles[h]++
			}
		}
		a.versions = append(a.versions, h)
		a.ds.Texts = append(a.ds.Texts, text)
	}
	if len(a.versions) < 2 {
		return refused("%d documents with a text express %s, and two at least are needed: treatyctl ingest --expresses says which do", len(a.versions), a.instrument)
	}
	slices.SortStableFunc(a.versions, func(x, y *held) int { return cmp.Compare(articles[y], articles[x]) })
	return nil
}

// An alignedSection is a section with what was found of it.
type alignedSection struct {
	of   *held
	at   int
	pair extract.Pair
}

// align compares each document with the reference, and says what is found.
func (a *aligning) align() error {
	reference := a.versions[0]
	a.report.Reference = reference.ID
	units := reference.parts.Units()
	same := make([][]alignedSection, len(units))
	for _, v := range a.versions[1:] {
		version := AlignedVersion{Document: v.ID, Language: v.Language, Sections: len(v.parts.Sections)}
		others := v.parts.Units()
		found, there := make([]bool, len(units)), make([]bool, len(others))
		for _, p := range extract.Align(units, others) {
			same[p.A] = append(same[p.A], alignedSection{v, p.B, p})
			found[p.A], there[p.B] = true, true
			version.Aligned++
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
	known, err := provisionsOf(a.ctx, a.target, a.target.snapshot, a.instrument, a.byOthers)
	if err != nil {
		return err
	}
	run, last := 0, 0 // articles are numbered anew in each annex
	for i, list := range same {
		if n := units[i].Number; n > 0 {
			if n <= last {
				run++
			}
			last = n
		}
		if len(list) == 0 {
			continue
		}
		list = append([]alignedSection{{reference, i, extract.Pair{A: i, B: i, Number: units[i].Number > 0}}}, list...)
		if err := a.provision(i, a.part(units[i].Number, run, reference.parts.Sections[i].Path), known, run, units[i].Number, list); err != nil {
			return err
		}
	}
	return nil
}

// part is the ID of a new provision: its article, in the annex where it stands, else the path of the section in the reference.
func (a *aligning) part(number, run int, path string) graph.ID {
	name := "part-" + strings.ReplaceAll(path, ".", "-")
	if number > 0 {
		name = fmt.Sprintf("article-%d", number)
		if run > 0 {
			name = fmt.Sprintf("annex-%d-%s", run, name)
		}
	}
	return graph.ID(fmt.Sprintf("%s/%s-%s", graph.KindProvision.Prefix(), a.slug, name))
}

// provision says that sections express one provision: one that others say one of them expresses, one with its number, or a new one.
func (a *aligning) provision(ordinal int, made graph.ID, known map[int]graph.ID, run, number int, list []alignedSection) error {
	id := graph.ID("")
	for _, s := range list {
		expressed, err := a.expressed(s.of.SectionID(s.of.parts.Sections[s.at].Path))
		if err != nil {
			return err
		}
		id = cmp.Or(id, expressed)
	}
	if id == "" && run == 0 {
		id = known[number]
	}
	if id == "" {
		id = made
		a.say(a.derived(graph.Claim{Subject: id, Predicate: graph.PredProvisionOf, Object: a.instrument, Qualifiers: graph.Qualifiers{Ordinal: ordinal + 1}}))
		for _, s := range list {
			if name := (graph.Name{Text: s.of.parts.Sections[s.at].Title, Lang: s.of.Language, Role: graph.NameDescriptive}); name.Valid() == nil {
				a.say(a.derived(graph.Claim{Subject: id, Predicate: graph.PredNamed, Value: nameValue(name)}))
			}
		}
	}
	for _, s := range list {
		section := &s.of.parts.Sections[s.at]
		subject := s.of.SectionID(section.Path)
		e := s.of.evidence(subject, section.Start, section.HeadingEnd)
		e.Reason, e.Score = "the same place, length and figures", graph.Thousandths(1000-500*s.pair.Doubt)
		if s.pair.Number {
			e.Reason, e.Score = "the same number", 1000
		}
		if len(e.Quote) > graph.MaxQuoteBytes {
			continue // a heading that is none
		}
		a.say(a.derived(graph.Claim{Subject: subject, Predicate: graph.PredExpresses, Object: id}, e))
	}
	return nil
}

// expressed returns the provision that a section expresses as another dataset says; empty: none does.
func (a *aligning) expressed(section graph.ID) (graph.ID, error) {
	page, err := a.target.snapshot.Statements(index.StatementQuery{Entity: section, Direction: index.Out, Predicates: []graph.Predicate{graph.PredExpresses}, Page: index.Page{First: maxVersions}})
	if err != nil {
		return "", err
	}
	for _, item := range page.Items {
		if item.Object.Kind() == graph.KindProvision && a.byOthers(item.Statement) {
			return item.Object, nil
		}
	}
	return "", nil
}

func (a *aligning) byOthers(s index.Statement) bool {
	return slices.ContainsFunc(s.Refs, func(r graph.Ref) bool { return r.Dataset != a.ds.ID })
}

func (a *aligning) derived(c graph.Claim, evidence ...graph.Evidence) graph.Assertion {
	return graph.Assertion{Claim: c, Dataset: a.ds.ID, Rank: graph.RankNormal, Method: graph.MethodDerived, Evidence: evidence}
}
