package ingest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"

	"treatygraph/graph"
	"treatygraph/index"
)

// An Import asks that a file be read into a dataset.
type Import struct {
	Kind    string // the name of an importer, see ImportKinds
	File    Source
	Dataset DatasetHeader

	Language  graph.Language    // of the names in the file
	Treaty    string            // the treaty that all of a participation table is about; empty: a column says it
	Columns   map[string]string // header to role, for columns that the importer would read otherwise
	Mapping   Source            // what the columns of a table mean, for the kind "mapping"
	Dates     DateOrder         // of dates such as 03/04/1975 where the column does not tell
	Decisions Decisions         // what a person answered to the questions of an earlier try

	SkipRejected bool // write the good rows of a file that has bad ones
	DryRun       bool
	Author       string
	Progress     func(stage string, done, total int) // may be nil
}

// A DatasetHeader is what a dataset says of itself.
type DatasetHeader struct {
	ID          graph.ID
	Title       string // in English
	Licence     string
	Attribution string // who must be named
	Edition     string // which edition of the source it is, as the source calls it
	URL         string // where the source is published; it is never fetched
}

// An importer reads files of one kind: each row becomes statements, or is refused with its reason.
type importer struct {
	kind  string
	short string
	read  func(*importing) error
}

// importers are all there are, in the order in which help lists them.
func importers() []importer {
	return []importer{
		{"participation", "a table of actors, treaties, acts and dates (CSV or XLSX)", (*importing).participation},
		{"mapping", "any table, as a file of your own says what its columns mean (CSV or XLSX)", (*importing).mapped},
		{"countries", "the table of countries and their names of datasets/country-codes (CSV or XLSX)", (*importing).countries},
		{"citations", "which resolutions of the Security Council cite which (JSON with nodes and edges)", (*importing).citations},
		{"library", "the catalogue of a library of documents, out of MARC (CSV or XLSX)", (*importing).library},
		{"wikidata", "entities of Wikidata (JSON, as its API, its pages and its dumps give them)", (*importing).wikidata},
		{"treaty-text", "a treaty with its articles in Chinese and English side by side (JSON)", (*importing).texts},
	}
}

// ImportKinds lists the importers by name, each with what it reads.
func ImportKinds() [][2]string {
	var list [][2]string
	for _, i := range importers() {
		list = append(list, [2]string{i.kind, i.short})
	}
	return list
}

// ImportFile reads a file and makes a dataset say what it says. The same file again changes nothing, a changed one only what differs. A file that cannot
// be read as a whole is graph.ErrInvalid; a file with bad rows is, too, unless they are skipped: then nothing is written. The report comes beside the error.
// Rows that wait for an answer are left out and never guessed. The index takes over what was written when it gets to it: who reads it then waits for the report's Revision.
func ImportFile(ctx context.Context, store graph.Store, idx *index.Index, r Import) (*Report, error) {
	at := slices.IndexFunc(importers(), func(i importer) bool { return i.kind == r.Kind })
	if at < 0 {
		return nil, refused("%q is no kind of import", r.Kind)
	}
	if r.Progress == nil {
		r.Progress = func(string, int, int) {}
	}
	target := &indexTarget{Store: store, index: idx}
	if _, err := target.Refresh(ctx); err != nil {
		return nil, err
	}
	im := &importing{Import: &r, ctx: ctx, store: store, snapshot: target.snapshot, first: make(map[graph.StatementHash]uint32), subjects: make(map[graph.ID]bool), hasName: make(map[graph.ID]bool), made: make(map[graph.ID]bool)}
	im.report = Report{File: r.File.Name, Kind: r.Kind, Dataset: r.Dataset.ID, DryRun: r.DryRun}
	im.matcher = newMatcher(im)
	if err := im.header(); err != nil {
		return nil, err
	}
	read := importers()[at].read
	r.File = r.File.until(ctx)
	err := im.checkRows(read)
	if ended := ctx.Err(); ended != nil { // whatever was found then is not all there is
		err = fmt.Errorf("%s: %w", r.File.Name, ended)
	}
	if err != nil {
		return nil, err
	}
	im.noteLeft()
	im.matcher.finish()
	report := &im.report
	if report.Rows == 0 {
		return report, refused("%s: there is no row in it", r.File.Name)
	}
	if report.Rejected > 0 && !r.SkipRejected {
		report.Refused = true
		return report, fmt.Errorf("%w: %s: %d of %d rows are bad, so nothing was written; the first is %s", graph.ErrInvalid, r.File.Name, report.Rejected, report.Rows, report.Bad[0])
	}
	if err := im.write(target, read); err != nil {
		return report, err
	}
	return report, im.readDocuments(store, idx)
}

// importing is one import under way.
type importing struct {
	*Import
	ctx       context.Context
	store     graph.Reader
	snapshot  *index.Snapshot
	self      []graph.Assertion // what the dataset says of itself, but for its VERSION
	documents []Request         // to be read when the dataset stands
	matcher   *matcher
	report    Report

	// The file is read twice: first everything is checked and numbered, then it is written.
	rows uint32 // read so far, this time

	// The first time, what follows and all counts and remarks of report belong to the goroutine that checks rows while the next are read.
	ended    []*row // to be checked
	queue    chan []*row
	first    map[graph.StatementHash]uint32 // the row that made each claim first, from 1
	version  multisetHash                   // of all bodies
	subjects map[graph.ID]bool
	hasName  map[graph.ID]bool // by rows that were taken
	made     map[graph.ID]bool // what report.Created has
	claims   int               // of rows, that are to be written yet
	late     lateRows
	writer   *importWriter // nil the first time
	columns  []participationColumn
	acts     map[string]namedAct
	mapping  *tableMapping
	items    map[string]namedItem // of Wikidata in the file
	left     map[string]int       // how often something was left out, by the reason
	asides   []string             // of the file as a whole
	lines    int                  // of a table
	buffer   []byte
}

// header says what the dataset is, and checks that it belongs to imports.
func (im *importing) header() error {
	h := im.Dataset
	if id, err := graph.ParseID(string(h.ID)); err != nil {
		return invalidHeader("dataset", err)
	} else if id.Kind() != graph.KindDataset {
		return invalidHeader("dataset", fmt.Errorf("%s is of kind %s, not a dataset", id, id.Kind()))
	}
	if err := im.checkOwn(); err != nil {
		return invalidHeader("dataset", err)
	}
	title := graph.Name{Text: h.Title, Lang: "en", Role: graph.NameOfficial}
	if err := title.Valid(); err != nil {
		return invalidHeader("title", err)
	}
	say := func(field string, p graph.Predicate, v *graph.Value) error {
		a := curated(h.ID, graph.Claim{Subject: h.ID, Predicate: p, Value: v})
		if err := checked(&a); err != nil {
			return invalidHeader(field, err)
		}
		im.self = append(im.self, a)
		return nil
	}
	errs := []error{say("title", graph.PredNamed, nameValue(title))}
	if h.Licence != "" {
		errs = append(errs, say("licence", graph.PredLicence, textValue(h.Licence, "en")))
	}
	if h.Attribution != "" {
		errs = append(errs, say("attribution", graph.PredAttribution, textValue(h.Attribution, "en")))
	}
	if h.URL != "" {
		url, err := graph.ParseIdentifier(graph.SchemeURL, h.URL)
		if err != nil {
			return invalidHeader("url", err)
		}
		errs = append(errs, say("url", graph.PredIdentifiedBy, identifierValue(url)))
	}
	return errors.Join(errs...)
}

func invalidHeader(field string, err error) error {
	return &graph.InvalidError{Record: "dataset", Field: field, Reason: err.Error()}
}

// checkOwn holds that the dataset is none that something else is made equal to, or that a person writes in by hand: an import would withdraw what
// stands there. A dataset is of one sort throughout, so the first statement that is not of the dataset itself tells.
func (im *importing) checkOwn() error {
	id := im.Dataset.ID
	if id == DatasetAuthority || strings.HasPrefix(string(id), documentDatasets) {
		return fmt.Errorf("%s is made from other files", id)
	}
	for _, ref := range im.snapshot.DatasetRefs(id) {
		if s, there := im.snapshot.Statement(ref.Statement, index.AsOf{}); there && s.Subject != id {
			if !slices.Contains(s.Methods, graph.MethodImported) {
				return fmt.Errorf("%s holds what no import wrote, and an import would withdraw it", id)
			}
			break
		}
	}
	return nil
}

// documentDatasets begin the IDs of the datasets of documents, see Document.Dataset.
const documentDatasets = "dataset/document-"

// rowsAtATime is how many rows are handed on to be checked at once, so that handing them on costs nothing beside checking them.
const rowsAtATime = 64

// checkRows reads the file for the first time. Rows are checked in another goroutine, in their order.
func (im *importing) checkRows(read func(*importing) error) error {
	im.queue = make(chan []*row, 1)
	var checking sync.WaitGroup
	checking.Go(func() {
		for rows := range im.queue {
			for _, r := range rows {
				r.check()
			}
		}
		im.settleLate()
	})
	err := read(im)
	im.queue <- im.ended
	close(im.queue)
	checking.Wait()
	im.ended = nil
	return err
}

// A row gathers what one row of a file says. It counts as a whole or not at all.
type row struct {
	im     *importing
	number uint32
	place  string
	said   []graph.Assertion
	known  int // of said: statements that introduce an entity, which many rows repeat
	bad    []Remark
	notes  []Remark
	makes  []graph.ID // new entities that it names
	lacks  []lack     // new entities that it does not name
	bytes  int        // of its cells

	waits, skipped bool // for a decision, and by one
}

// row begins a row. Place tells where it stands: "line 12".
func (im *importing) row(place string) *row {
	im.rows++
	return &row{im: im, number: im.rows, place: place}
}

// progressRows is after how many rows progress is told.
const progressRows = 1_000

// eachRow visits the rows of a table that can be read. How many there are is told beside the progress, once im.lines says so.
func (im *importing) eachRow(t *table, visit func(r *row, cells []string)) error {
	stage, done := StageRead, 0
	if im.writer != nil {
		stage = StageWrite
	}
	err := t.each(func(line int, cells []string, wrong string) {
		r := im.row("line " + strconv.Itoa(line))
		for _, cell := range cells {
			r.bytes += len(cell)
		}
		if wrong != "" {
			r.reject("", "%s", wrong)
		} else {
			visit(r, cells)
		}
		r.end()
		if done++; done%progressRows == 0 || done == im.lines {
			im.Progress(stage, done, im.lines)
		}
	})
	if im.writer == nil {
		im.asides = t.asides()
	}
	return err
}

// reject says what is wrong with the row.
func (r *row) reject(column, format string, args ...any) {
	r.bad = append(r.bad, Remark{r.place, column, fmt.Sprintf(format, args...)})
}

// note says what a person should know of the row.
func (r *row) note(column, format string, args ...any) {
	if r.im.writer == nil {
		r.notes = append(r.notes, Remark{r.place, column, fmt.Sprintf(format, args...)})
	}
}

// leave counts what is left out of a row, by the reason.
func (r *row) leave(format string, args ...any) {
	if r.im.writer == nil {
		r.im.left[fmt.Sprintf(format, args...)]++
	}
}

// noteLeft tells what was left out, by the reasons.
func (im *importing) noteLeft() {
	for _, aside := range im.asides {
		im.report.note(Remark{"the file", "", aside})
	}
	for _, why := range slices.Sorted(maps.Keys(im.left)) {
		im.report.note(Remark{"the file", "", fmt.Sprintf("%d times %s", im.left[why], why)})
	}
}

// created tells of a new entity that the row names; it is one when the row is taken.
func (r *row) created(id graph.ID) {
	if r.im.writer == nil {
		r.makes = append(r.makes, id)
	}
}

// say adds a claim, with the words of the source that make it.
func (r *row) say(claim graph.Claim, words string) {
	r.said = append(r.said, r.im.imported(claim, words))
}

// introduce adds what is said of an entity that rows speak of: it may have been said before.
func (r *row) introduce(claims ...graph.Claim) {
	if len(claims) == 0 {
		return
	}
	list := make([]graph.Assertion, len(claims), len(claims)+len(r.said))
	for i, c := range claims {
		list[i] = r.im.imported(c, "")
	}
	r.said, r.known = append(list, r.said...), r.known+len(claims)
}

// imported makes an assertion of the dataset. Its evidence cites the source, with the words of the row and not its number: rows move.
func (im *importing) imported(claim graph.Claim, words string) graph.Assertion {
	citation := im.Dataset.Title
	if words != "" {
		citation += ": " + words
	}
	return graph.Assertion{
		Claim: claim, Dataset: im.Dataset.ID, Rank: graph.RankNormal, Method: graph.MethodImported,
		Evidence: []graph.Evidence{{Citation: cut(citation, graph.MaxNoteBytes), URL: im.Dataset.URL}},
	}
}

// end hands the row on, to be checked the first time and to be written the second.
func (r *row) end() {
	im := r.im
	if im.writer != nil {
		r.write()
		return
	}
	if im.ended = append(im.ended, r); len(im.ended) == rowsAtATime {
		im.queue <- im.ended
		im.ended = make([]*row, 0, rowsAtATime)
	}
}

// check holds the row against the rules of the model, and takes it unless it is bad or waits, or refers to what only rows after it may name.
func (r *row) check() {
	r.im.report.Rows++
	if r.counts() {
		for i := range r.said {
			if err := checked(&r.said[i]); err != nil {
				r.reject("", "%v", err)
				break
			}
		}
	}
	if r.counts() {
		if err := r.refers(nil); err != nil && !r.im.late.hold(r) {
			r.reject("", "%v, or only behind more rows than are held back", err)
		} else if err != nil {
			return
		}
	}
	r.take()
}

// counts tells whether the row is neither bad nor left out so far.
func (r *row) counts() bool { return len(r.bad) == 0 && !r.waits && !r.skipped }

// take takes the row if it counts, and tells of it.
func (r *row) take() {
	report := &r.im.report
	for _, n := range r.notes {
		report.note(n)
	}
	switch {
	case len(r.bad) > 0:
		report.Rejected++
		for _, b := range r.bad {
			report.reject(b)
		}
		return
	case r.skipped:
		report.Skipped++
		return
	case r.waits:
		report.Waiting++
		return
	}
	report.Taken++
	for _, id := range r.makes {
		if !r.im.made[id] {
			r.im.made[id] = true
			report.Created = append(report.Created, id)
		}
	}
	fresh, repeats := false, uint32(0)
	for i := range r.said {
		before, there := r.im.take(&r.said[i], r.number)
		switch {
		case i < r.known:
		case !there:
			fresh = true
		case before != r.number && repeats == 0:
			repeats = before
		}
	}
	if !fresh && repeats != 0 {
		report.note(Remark{r.place, "", fmt.Sprintf("says nothing that row %d does not say", repeats)})
	}
}

// take numbers a claim that has not been made before; else it returns the row that made it.
func (im *importing) take(a *graph.Assertion, number uint32) (before uint32, there bool) {
	hash := hashOf(a)
	if before, there = im.first[hash]; !there {
		im.first[hash] = number
		im.subjects[a.Subject] = true
		if a.Predicate == graph.PredNamed {
			im.hasName[a.Subject] = true
		}
		im.buffer = graph.AppendAssertion(im.buffer[:0], a)
		im.version.add(im.buffer)
	}
	return before, there
}

// written stands for the row of a claim once that is on its way.
const written = math.MaxUint32

// write writes the claims that the row was the first to make: first those that refer to nothing, since a batch may end between any two.
func (r *row) write() {
	if r.counts() && !r.im.late.numbers[r.number] {
		r.writeThose(false)
		r.writeThose(true)
	}
}

// writeThose writes of these claims those that refer to something, or the others.
func (r *row) writeThose(refer bool) {
	for i := range r.said {
		a := &r.said[i]
		if hash := hashOf(a); refer == (references(a) != [3]graph.ID{}) && r.im.first[hash] == r.number {
			r.im.first[hash] = written // a row may say a thing twice
			r.im.claims--
			r.im.writer.assert(*a)
		}
	}
}

// checked says what is wrong with an assertion by itself, as a person would.
func checked(a *graph.Assertion) error {
	err := graph.CheckAssertion(a)
	var invalid *graph.InvalidError
	if errors.As(err, &invalid) {
		return fmt.Errorf("%s of %s %s", invalid.Field, a.Predicate, invalid.Reason)
	}
	return err
}

// hashOf returns the hash in the ID of an assertion's claim.
func hashOf(a *graph.Assertion) graph.StatementHash {
	_, hash, _ := graph.ParseStatementID(string(a.Claim.ID())) // of an ID that was made here
	return hash
}

// cut shortens a text to a number of bytes, between characters.
func cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	s = s[:most-len("…")]
	for !validEnd(s) {
		s = s[:len(s)-1]
	}
	return s + "…"
}

// readDocuments reads the documents of the import, each into a dataset of its own.
func (im *importing) readDocuments(store graph.Store, idx *index.Index) error {
	for _, r := range im.documents {
		if im.DryRun && im.report.Asserted > 0 { // what the documents express may not be there
			im.report.note(Remark{string(r.Document.ID), "", "is read when the rest is written"})
			continue
		}
		r.Progress = im.Progress
		out, err := IngestDocument(im.ctx, store, idx, r)
		if err != nil {
			return fmt.Errorf("%s: %w", r.Document.ID, err)
		}
		im.report.Documents = append(im.report.Documents, r.Document.ID)
		im.report.Asserted += out.Asserted
		im.report.Withdrawn += out.Withdrawn
		if out.Receipt != nil && !out.Receipt.Repeated {
			im.report.Revision = out.Receipt.Revision.Number
		}
	}
	return nil
}
