package ingest

import (
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"path"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"treatygraph/graph"
)

// DatasetAuthority holds the entities of the authority files: their names, identifiers and descriptions.
const DatasetAuthority graph.ID = "dataset/authority"

// A Corpus is what ships: datasets in the order in which they can be applied, each after those it refers to.
type Corpus struct {
	Datasets []*Dataset
	held     map[graph.ID]*held // the documents with their texts
}

// Load reads the folders authority, documents and statements of a file system; docs/corpus.md describes the formats. It reports
// everything that is wrong, as Problems.
func Load(files fs.FS) (*Corpus, error) {
	l := &loader{
		files: files, entities: make(map[graph.ID]place), claims: make(map[graph.AssertionKey]place),
		names: make(map[officialName]place), identifiers: make(map[graph.Identifier]place),
		datasets: make(map[graph.ID]*Dataset), documents: make(map[graph.ID]*held),
	}
	l.dataset(DatasetAuthority)
	l.each("authority", l.authority)
	l.each("documents", l.document)
	l.each("statements", l.statements)
	if len(l.problems) == 0 {
		l.readDocuments()
	}
	for _, w := range l.waiting {
		if !l.unread {
			l.resolve(w)
		}
	}
	if len(l.problems) > 0 {
		l.problems.sort()
		return nil, l.problems
	}
	parts := make(map[graph.ID]part)
	for _, ds := range l.corpus.Datasets {
		partsIn(ds, parts)
	}
	for _, ds := range l.corpus.Datasets {
		ds.parts = parts
		ds.seal()
	}
	l.corpus.held = l.documents
	return &l.corpus, nil
}

// readDocuments reads what the documents mention and say, with the vocabulary of all files.
func (l *loader) readDocuments() {
	v := vocabularyOf(everything(&l.corpus))
	for _, id := range l.order {
		h := l.documents[id]
		h.read(l.datasets[h.Dataset()], v)
	}
}

// everything goes through all that the datasets of a corpus say.
func everything(c *Corpus) iter.Seq[*graph.Assertion] {
	return func(yield func(*graph.Assertion) bool) {
		for _, ds := range c.Datasets {
			for i := range ds.Desired {
				if !yield(&ds.Desired[i]) {
					return
				}
			}
		}
	}
}

// A place is where something stands.
type place struct {
	file string
	line int
}

func (p place) String() string { return fmt.Sprintf("%s:%d", p.file, p.line) }

type officialName struct {
	kind graph.Kind
	lang graph.Language
	text string // normalised
}

// A reference waits until all files are read.
type reference struct {
	place
	field string
	id    graph.ID
}

type loader struct {
	files       fs.FS
	corpus      Corpus
	problems    Problems
	entities    map[graph.ID]place
	claims      map[graph.AssertionKey]place
	names       map[officialName]place
	identifiers map[graph.Identifier]place
	datasets    map[graph.ID]*Dataset
	documents   map[graph.ID]*held
	order       []graph.ID // of the documents, as read
	waiting     []reference
	unread      bool // a file is no YAML: what it would declare is not known
}

func (l *loader) dataset(id graph.ID) *Dataset {
	ds := l.datasets[id]
	if ds == nil {
		ds = &Dataset{ID: id}
		l.datasets[id] = ds
		l.corpus.Datasets = append(l.corpus.Datasets, ds)
	}
	return ds
}

// each reads every YAML file of a folder in the order of their names. A folder that is not there holds none.
func (l *loader) each(folder string, read func(yamlFile, ast.Node)) {
	entries, err := fs.ReadDir(l.files, folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		l.problems = append(l.problems, Problem{File: folder, Message: err.Error()})
	}
	for _, entry := range entries {
		if entry.IsDir() || path.Ext(entry.Name()) != ".yaml" {
			continue
		}
		f := yamlFile{path.Join(folder, entry.Name()), &l.problems}
		content, err := l.readFile(f.name)
		if err != nil {
			f.report(0, "%v", err)
			continue
		}
		body := f.open(content)
		if body == nil {
			l.unread = true
			continue
		}
		read(f, body)
	}
}

// readFile reads a file of the corpus, none longer than a text may be.
func (l *loader) readFile(name string) ([]byte, error) {
	file, err := l.files.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return readOpen(file, graph.MaxTextBytes)
}

func (l *loader) authority(f yamlFile, body ast.Node) {
	list, ok := body.(*ast.SequenceNode)
	if !ok {
		f.fail(body, "a list of entities is expected here")
		return
	}
	for _, n := range list.Values {
		m := f.mapping(n, "!id", "names", "identifiers", "description", "licence", "attribution")
		id, ok := l.declare(m)
		if !ok {
			continue
		}
		if id.Kind() == graph.KindDataset && id != DatasetAuthority {
			m.fail(m.fields["id"], "%s does not belong here: a dataset speaks of itself", id)
			continue
		}
		ds := l.dataset(DatasetAuthority)
		l.identity(ds, id, m)
		l.terms(ds, id, m)
		if m.fields["names"] == nil {
			f.fail(n, `field "names" is missing`)
		}
	}
}

// declare reads the ID of a new entity.
func (l *loader) declare(m mapping) (graph.ID, bool) {
	id := parsed(m, "id", graph.ParseID)
	if id == "" {
		return "", false
	}
	here := place{m.name, lineOf(m.fields["id"])}
	if before, there := l.entities[id]; there {
		m.fail(m.fields["id"], "%s stands at %s already", id, before)
		return "", false
	}
	l.entities[id] = here
	return id, true
}

// identity reads names, identifiers and description of an entity.
func (l *loader) identity(ds *Dataset, id graph.ID, m mapping) {
	for _, n := range m.list("names") {
		name, valid := l.name(m.yamlFile, n, id)
		l.add(m.yamlFile, ds, n, curated(ds.ID, graph.Claim{Subject: id, Predicate: graph.PredNamed, Value: nameValue(name), Valid: valid}))
	}
	for _, n := range m.list("identifiers") {
		if identifier, ok := l.identifier(m.yamlFile, n); ok {
			l.add(m.yamlFile, ds, n, curated(ds.ID, graph.Claim{Subject: id, Predicate: graph.PredIdentifiedBy, Value: identifierValue(identifier)}))
		}
	}
	for _, v := range descriptions(m) {
		l.add(m.yamlFile, ds, m.fields["description"], curated(ds.ID, graph.Claim{Subject: id, Predicate: graph.PredDescribed, Value: &v}))
	}
}

// terms reads under which terms a dataset may be used.
func (l *loader) terms(ds *Dataset, id graph.ID, m mapping) {
	for _, term := range []struct {
		field     string
		predicate graph.Predicate
	}{{"licence", graph.PredLicence}, {"attribution", graph.PredAttribution}} {
		if words := m.text(term.field); words != "" {
			l.add(m.yamlFile, ds, m.fields[term.field], curated(ds.ID, graph.Claim{Subject: id, Predicate: term.predicate, Value: textValue(words, "en")}))
		}
	}
}

func (l *loader) name(f yamlFile, n ast.Node, id graph.ID) (graph.Name, graph.Interval) {
	m := f.mapping(n, "!text", "!lang", "!role", "from", "to")
	name := graph.Name{Text: m.text("text"), Lang: parsed(m, "lang", graph.ParseLanguage), Role: parsed(m, "role", graph.ParseNameRole)}
	if name.Role == graph.NameOfficial {
		key := officialName{id.Kind(), name.Lang, graph.NormalizeName(name.Text)}
		if before, there := l.names[key]; there {
			m.fail(n, "the official name %q of a %s in %s stands at %s already", name.Text, id.Kind(), name.Lang, before)
		} else {
			l.names[key] = place{f.name, lineOf(n)}
		}
	}
	return name, interval(m)
}

func (l *loader) identifier(f yamlFile, n ast.Node) (graph.Identifier, bool) {
	m := f.mapping(n, "!scheme", "!value")
	scheme := parsed(m, "scheme", graph.ParseScheme)
	if scheme == 0 || m.fields["value"] == nil {
		return graph.Identifier{}, false
	}
	identifier := parsed(m, "value", func(s string) (graph.Identifier, error) { return graph.ParseIdentifier(scheme, s) })
	if identifier == (graph.Identifier{}) {
		return identifier, false
	}
	if before, there := l.identifiers[identifier]; there {
		m.fail(n, "identifier %s stands at %s already", identifier, before)
		return identifier, false
	}
	l.identifiers[identifier] = place{f.name, lineOf(n)}
	return identifier, true
}

// descriptions reads the field description: a text for each language.
func descriptions(m mapping) []graph.Value {
	var list []graph.Value
	if m.fields["description"] == nil {
		return nil
	}
	for key, n := range m.pairs(m.fields["description"]) {
		lang, err := graph.ParseLanguage(key.name)
		if err != nil {
			m.report(key.line, "description: %v", err)
			continue
		}
		list = append(list, *textValue(m.scalar(n), lang))
	}
	return list
}

// interval reads the fields from and to.
func interval(m mapping) graph.Interval {
	return graph.Interval{From: parsed(m, "from", graph.ParseDate), To: parsed(m, "to", graph.ParseDate)}
}

func (l *loader) document(f yamlFile, body ast.Node) {
	m := f.mapping(body, "!id", "!text", "!language", "version", "date", "!names", "identifiers", "description", "expresses", "licence")
	id, ok := l.declare(m)
	if !ok {
		return
	}
	if id.Kind() != graph.KindDocument {
		m.fail(m.fields["id"], "%s is of kind %s, not DOCUMENT", id, id.Kind())
		return
	}
	d := &Document{ID: id, Language: parsed(m, "language", graph.ParseLanguage), TextVersion: 1, Date: parsed(m, "date", graph.ParseDate), Licence: m.text("licence")}
	if version, stated := m.number("version"); stated {
		d.TextVersion = version
	}
	for _, n := range m.list("names") {
		name, _ := l.name(f, n, id)
		d.Names = append(d.Names, name)
	}
	for _, n := range m.list("identifiers") {
		if identifier, ok := l.identifier(f, n); ok {
			d.Identifiers = append(d.Identifiers, identifier)
		}
	}
	d.Descriptions = descriptions(m)
	for _, n := range m.list("expresses") {
		instrument := parsedNode(f, n, "expresses", graph.ParseID)
		l.refer(f, n, "expresses", instrument)
		d.Expresses = append(d.Expresses, instrument)
	}
	if m.fields["text"] == nil || d.Language == "" {
		return
	}
	original, err := l.readFile(path.Join("documents", m.text("text")))
	if err != nil {
		m.fail(m.fields["text"], "text: %v", err)
		return
	}
	text, err := ReadText(d.Language, original)
	if err != nil {
		m.fail(m.fields["text"], "%v", err)
		return
	}
	h := hold(d, text)
	l.documents[id], l.order = h, append(l.order, id)
	built := h.dataset()
	ds := l.dataset(built.ID)
	ds.Texts = built.Texts
	for _, a := range built.Desired {
		l.entities[a.Subject] = place{f.name, lineOf(m.fields["id"])}
		if a.Method == graph.MethodExtracted { // right by construction, and many
			ds.Desired = append(ds.Desired, a)
		} else {
			l.add(f, ds, m.fields["id"], a)
		}
	}
}

func (l *loader) statements(f yamlFile, body ast.Node) {
	m := f.mapping(body, strings.Fields("!dataset !statements licence attribution names description citations")...)
	id := parsed(m, "dataset", graph.ParseID)
	if id == "" {
		return
	}
	if id.Kind() != graph.KindDataset {
		m.fail(m.fields["dataset"], "%s is of kind %s, not DATASET", id, id.Kind())
		return
	}
	ds := l.dataset(id)
	if _, there := l.entities[id]; !there {
		l.entities[id] = place{f.name, lineOf(m.fields["dataset"])}
	}
	l.identity(ds, id, m)
	l.terms(ds, id, m)
	citations := l.citations(m)
	for _, n := range m.list("statements") {
		if a, ok := l.statement(f, n, ds, citations); ok {
			l.add(f, ds, n, a)
		}
	}
}

// citations reads the sources that are not held, each under a short name that statements give.
func (l *loader) citations(m mapping) map[string]graph.Evidence {
	cited := make(map[string]graph.Evidence)
	if m.fields["citations"] == nil {
		return cited
	}
	for key, n := range m.pairs(m.fields["citations"]) {
		c := m.mapping(n, "!text", "url")
		cited[key.name] = graph.Evidence{Citation: c.text("text"), URL: c.text("url")}
	}
	return cited
}

func (l *loader) statement(f yamlFile, n ast.Node, ds *Dataset, citations map[string]graph.Evidence) (graph.Assertion, bool) {
	problems := len(l.problems)
	m := f.mapping(n, strings.Fields("!subject !predicate object text lang amount unit from to effectiveOn depositary place onBehalfOf vote ordinal role note rank reason cite quotes")...)
	a := curated(ds.ID, graph.Claim{
		Subject: l.entity(m, "subject"), Predicate: parsed(m, "predicate", graph.ParsePredicate), Object: l.entity(m, "object"), Valid: interval(m),
		Qualifiers: graph.Qualifiers{
			EffectiveOn: parsed(m, "effectiveOn", graph.ParseDate), Depositary: l.entity(m, "depositary"), Place: l.entity(m, "place"),
			OnBehalfOf: l.entity(m, "onBehalfOf"), Vote: m.text("vote"), Role: m.text("role"), Note: m.text("note"),
		},
	})
	a.Qualifiers.Ordinal, _ = m.number("ordinal")
	switch {
	case m.fields["text"] != nil:
		a.Value = textValue(m.text("text"), parsed(m, "lang", graph.ParseLanguage))
	case m.fields["amount"] != nil:
		a.Value = &graph.Value{Kind: graph.ValueQuantity, Amount: m.text("amount"), Unit: m.text("unit")}
	}
	if m.fields["rank"] != nil {
		a.Rank, a.Reason = parsed(m, "rank", graph.ParseRank), m.text("reason")
	}
	for _, n := range m.list("quotes") {
		if e, ok := l.quote(f, n); ok {
			a.Evidence = append(a.Evidence, e)
		}
	}
	for _, n := range m.list("cite") {
		cited, known := citations[f.scalar(n)]
		if !known {
			f.fail(n, "cite: %q is not among the file's citations", f.scalar(n))
			continue
		}
		a.Evidence = append(a.Evidence, cited)
	}
	if m.fields["quotes"] == nil && m.fields["cite"] == nil && len(l.problems) == problems {
		f.fail(n, "a statement needs a source: cite or quotes")
	}
	return a, len(l.problems) == problems
}

func (l *loader) quote(f yamlFile, n ast.Node) (graph.Evidence, bool) {
	m := f.mapping(n, "!document", "!quote", "start", "reason")
	id := parsed(m, "document", graph.ParseID)
	if id == "" || m.fields["quote"] == nil {
		return graph.Evidence{}, false
	}
	h := l.documents[id]
	if h == nil {
		m.fail(m.fields["document"], "the text of %s is not held", id)
		return graph.Evidence{}, false
	}
	start, stated := m.number("start")
	e, err := h.find(m.text("quote"), start, stated)
	if err != nil {
		m.fail(m.fields["quote"], "%v", err)
		return graph.Evidence{}, false
	}
	e.Reason = m.text("reason")
	return e, true
}

// entity reads a field that names an entity, which some file must declare.
func (l *loader) entity(m mapping, field string) graph.ID {
	if m.fields[field] == nil {
		return ""
	}
	id := parsed(m, field, graph.ParseID)
	l.refer(m.yamlFile, m.fields[field], field, id)
	return id
}

func (l *loader) refer(f yamlFile, n ast.Node, field string, id graph.ID) {
	if id != "" {
		l.waiting = append(l.waiting, reference{place{f.name, lineOf(n)}, field, id})
	}
}

func (l *loader) resolve(r reference) {
	if _, there := l.entities[r.id]; !there {
		l.problems = append(l.problems, Problem{r.file, r.line, fmt.Sprintf("%s: no file declares %s", r.field, r.id)})
	}
}

// add checks an assertion by the rules of the model and takes it, unless its claim stands in the dataset already.
func (l *loader) add(f yamlFile, ds *Dataset, n ast.Node, a graph.Assertion) {
	if _, err := graph.Prepare(&graph.Batch{Key: "check", Assert: []graph.Assertion{a}}); err != nil {
		var invalid *graph.InvalidError
		if errors.As(err, &invalid) {
			f.fail(n, "%s of %s: %s", invalid.Field, a.Subject, invalid.Reason)
		} else {
			f.fail(n, "%v", err)
		}
		return
	}
	key := a.Key()
	if before, there := l.claims[key]; there {
		f.fail(n, "the same claim (%s %s) stands at %s already", a.Subject, a.Predicate, before)
		return
	}
	l.claims[key] = place{f.name, lineOf(n)}
	ds.Desired = append(ds.Desired, a)
}
