package index

import (
	"cmp"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"treatygraph/graph"
	"treatygraph/index/text"
)

// The classes of matches that only Search finds, after those of Lookup.
const (
	MatchPrefix   = MatchHistoricName + 1 + iota // a name begins with the text
	MatchPhrase                                  // the text stands in a name or passage
	MatchAllWords                                // all its words do, in any inflection
	MatchFuzzy                                   // all its words do, some with letters wrong
)

// A SearchQuery asks for what a text may mean. The text is literal and at most text.MaxQueryRunes and text.MaxQueryWords long.
type SearchQuery struct {
	Text          string
	Kinds         graph.KindSet    // 0: all
	Filter        *EntityFilter    // nil: all
	Langs         []graph.Language // of the names and passages; "zh" is also zh-Hant. None: all
	Names         bool             // find by identifiers and names
	Passages      bool             // find passages by their text
	Fuzzy         bool             // find what matches with misspelt words, too
	At            AsOf
	First, Last   int      // exactly one is above 0
	After, Before string   // cursors of the same query but for Kinds, Filter and At; empty: none
	Facets        FacetSet // what to count
}

// A SearchItem is an entity with its best match: Name and Identifier are empty for a passage found by its text.
type SearchItem struct {
	Match
	Statements int       // it stands in: the more, the earlier it comes in its class
	Span       graph.Ref // what gives the text of a passage that was found by it; zero for others
	Cursor     string
}

// A SearchPage is a part of what was found.
type SearchPage struct {
	Items                []SearchItem
	Total                int // of all pages
	HasNext, HasPrevious bool
	Facets               Facets // of all pages
}

// Search returns what a text may mean, each entity once with its best match: first what Lookup finds, then by beginning, phrase, all
// words and misspelt words. Better classes come first, then the entity with more statements, then the lower ID. Deprecated statements
// do not count. It waits until the snapshot's texts are indexed, so that it gives the same answer whenever it is asked. The errors are
// ErrCursor, graph.ErrInvalid for the text, the context's, ErrClosed, and those of a store whose texts cannot be read now.
func (s *Snapshot) Search(ctx context.Context, q SearchQuery) (SearchPage, error) {
	var after, before *searchPosition
	for _, c := range []struct {
		cursor string
		to     **searchPosition
	}{{q.After, &after}, {q.Before, &before}} {
		if c.cursor == "" {
			continue
		}
		p, err := decodeSearchCursor(&q, c.cursor)
		if err != nil {
			return SearchPage{}, err
		}
		*c.to = &p
	}
	classes, langs, err := s.matches(ctx, &q)
	if err != nil {
		return SearchPage{}, fmt.Errorf("search: %w", err)
	}
	page, err := s.searchPage(ctx, &q, classes, after, before)
	if err != nil {
		return SearchPage{}, fmt.Errorf("search: %w", err)
	}
	if page.Facets, err = s.facets(ctx, &q, classes, langs); err != nil {
		return SearchPage{}, fmt.Errorf("count what was found: %w", err)
	}
	return page, nil
}

// searchPage cuts a page. Only the classes that it touches are put in order.
func (s *Snapshot) searchPage(ctx context.Context, q *SearchQuery, classes found, after, before *searchPosition) (page SearchPage, err error) {
	limit, direction := q.First, 1 // of the reading: 1 forward, -1 backward
	near, far := after, before
	if q.Last > 0 {
		limit, direction = q.Last, -1
		near, far = before, after
	}
	behind, ahead := false, false // whether there is something before and after the page, in the direction of reading
	for i := range classes {
		class := MatchClass(i)
		if direction < 0 {
			class = MatchClass(len(classes) - 1 - i)
		}
		page.Total += len(classes[class])
		switch {
		case len(classes[class]) == 0:
			continue
		case near != nil && direction*cmp.Compare(class, near.class) < 0:
			behind = true
			continue
		case ahead || len(page.Items) == limit || far != nil && direction*cmp.Compare(class, far.class) > 0:
			ahead = true
			continue
		}
		list, err := s.ordered(ctx, q, class, classes[class])
		if err != nil {
			return SearchPage{}, err
		}
		if direction < 0 {
			slices.Reverse(list)
		}
		for _, p := range list {
			if near != nil && direction*p.compare(*near) <= 0 {
				behind = true
				continue
			}
			if len(page.Items) == limit || far != nil && direction*p.compare(*far) >= 0 {
				ahead = true
				break
			}
			page.Items = append(page.Items, s.searchItem(q, p, classes[class][p.id]))
		}
	}
	page.HasPrevious, page.HasNext = behind, ahead
	if direction < 0 {
		slices.Reverse(page.Items)
		page.HasPrevious, page.HasNext = ahead, behind
	}
	return page, nil
}

// ordered lists the positions of one class.
func (s *Snapshot) ordered(ctx context.Context, q *SearchQuery, class MatchClass, of map[graph.ID]hit) ([]searchPosition, error) {
	list := make([]searchPosition, 0, len(of))
	for id := range of {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		list = append(list, searchPosition{class, s.CountStatements(StatementQuery{Entity: id, At: q.At}), id})
	}
	slices.SortFunc(list, searchPosition.compare)
	return list, nil
}

func (s *Snapshot) searchItem(q *SearchQuery, p searchPosition, h hit) SearchItem {
	item := SearchItem{Match: h.Match, Statements: p.statements, Cursor: encodeSearchCursor(q, p)}
	if h.passage {
		item.Span = s.refOf(h.version)
	}
	return item
}

// A hit is the best match of an entity.
type hit struct {
	Match
	passage bool   // found by its text
	version uint32 // that gives the text
}

// A found is what a search matched: for each class the entities whose best match is of it.
type found [MatchFuzzy + 1]map[graph.ID]hit

// A spoken is the languages in which a search matched entities.
type spoken map[graph.Language]map[graph.ID]struct{}

func (s spoken) add(lang graph.Language, id graph.ID) {
	if s == nil || lang == "" {
		return
	}
	if s[lang] == nil {
		s[lang] = make(map[graph.ID]struct{})
	}
	s[lang][id] = struct{}{}
}

// matches waits for the texts of the snapshot and searches them. A text index that was given up meanwhile is waited for again.
func (s *Snapshot) matches(ctx context.Context, q *SearchQuery) (found, spoken, error) {
	for {
		index, err := s.texts.reach(ctx, s.view.Versions())
		if err != nil {
			return found{}, nil, err
		}
		classes, langs, err := s.matchesIn(ctx, index, q)
		if !errors.Is(err, text.ErrClosed) {
			return classes, langs, err
		}
	}
}

func (s *Snapshot) matchesIn(ctx context.Context, index *text.Index, q *SearchQuery) (classes found, langs spoken, err error) {
	if q.Facets&FacetLanguages != 0 {
		langs = make(spoken)
	}
	best := make(map[graph.ID]MatchClass)
	fits := s.remembered(q.Filter, q.At)
	add := func(h hit, lang graph.Language) {
		if q.Kinds != 0 && !q.Kinds.Has(h.Entity.Kind()) || !fits(h.Entity) {
			return
		}
		langs.add(lang, h.Entity)
		class, there := best[h.Entity]
		if there && (class < h.Class || !s.better(h, classes[class][h.Entity])) { // classes come best first
			return
		}
		if classes[h.Class] == nil {
			classes[h.Class] = make(map[graph.ID]hit)
		}
		best[h.Entity], classes[h.Class][h.Entity] = h.Class, h
	}
	if q.Names {
		for _, m := range s.LookupIn(q.Text, q.Kinds, q.Langs, q.At) {
			add(hit{Match: m}, m.Name.Lang)
		}
	}
	// The kind of the entity that a name belongs to now may be another than of the one that it was said of: merges cross kinds.
	query := text.Query{Text: q.Text, Langs: q.Langs, Names: q.Names, Passages: q.Passages, Fuzzy: q.Fuzzy, Below: s.view.Versions()}
	steps := 0
	err = index.Search(ctx, query, func(class text.Class, version uint32, lang graph.Language) bool {
		if steps++; steps%1024 == 0 && ctx.Err() != nil {
			return false
		}
		id, current := s.says(version, q.At)
		if !current {
			return true
		}
		h := hit{Match: Match{Entity: id, Class: MatchHistoricName + MatchClass(class), Reason: searchReasons[class]}, version: version}
		if row := s.view.Row(version); row.Kind == graph.ValueName {
			h.Name = s.names.list.At(row.Value).name()
		} else {
			h.passage = true
		}
		add(h, lang)
		return true
	})
	if err == nil {
		err = ctx.Err()
	}
	return classes, langs, err
}

// better tells whether a hit is better than another of its entity and class. The choice does not depend on the order of recording.
func (s *Snapshot) better(a, b hit) bool {
	if a.passage && b.passage {
		x, y := s.refOf(a.version), s.refOf(b.version)
		return cmp.Or(cmp.Compare(x.Statement, y.Statement), x.Compare(y)) < 0
	}
	return compareNames(a.Name, b.Name) < 0
}

func (s *Snapshot) refOf(version uint32) graph.Ref {
	row := s.view.Row(version)
	return s.ref(graph.NewStatementID(row.Predicate, row.Hash), &row)
}

var searchReasons = [...]string{text.Prefix: "beginning of a name", text.Phrase: "phrase", text.AllWords: "all words", text.Fuzzy: "similar words"}

// narrows tells whether a language is the other or a variety of it.
func narrows(l, of graph.Language) bool {
	rest, ok := strings.CutPrefix(string(l), string(of))
	return ok && (rest == "" || rest[0] == '-')
}

// searchCursor begins a cursor of Search: 'f', fingerprint of what classes depend on (4 bytes), class, number of statements, ID. The number may be
// another after a write: pages that must fit together are asked of one snapshot, or as of one revision.
const (
	searchCursor      = 'f'
	searchCursorFixed = 6
)

type searchPosition struct {
	class      MatchClass
	statements int
	id         graph.ID
}

func (p searchPosition) compare(q searchPosition) int {
	return cmp.Or(cmp.Compare(p.class, q.class), cmp.Compare(q.statements, p.statements), cmp.Compare(p.id, q.id))
}

// fingerprint tells queries apart in which an entity may be of another class.
func (q *SearchQuery) fingerprint() uint32 {
	langs := slices.Clone(q.Langs)
	slices.Sort(langs)
	h := fnv.New32a()
	fmt.Fprintf(h, "%q %q %t %t %t", q.Text, slices.Compact(langs), q.Names, q.Passages, q.Fuzzy)
	return h.Sum32()
}

func encodeSearchCursor(q *SearchQuery, p searchPosition) string {
	b := binary.BigEndian.AppendUint32([]byte{searchCursor}, q.fingerprint())
	b = binary.AppendUvarint(append(b, byte(p.class)), uint64(p.statements))
	return cursorText.EncodeToString(append(b, p.id...))
}

func decodeSearchCursor(q *SearchQuery, cursor string) (p searchPosition, err error) {
	b, err := cursorText.DecodeString(cursor)
	if err != nil || len(b) <= searchCursorFixed || b[0] != searchCursor || binary.BigEndian.Uint32(b[1:]) != q.fingerprint() ||
		b[5] < byte(MatchID) || b[5] > byte(MatchFuzzy) {
		return p, badCursor(cursor)
	}
	n, size := binary.Uvarint(b[searchCursorFixed:])
	if size <= 0 || n > MaxRevision {
		return p, badCursor(cursor)
	}
	p.class, p.statements = MatchClass(b[5]), int(n)
	if p.id, err = graph.ParseID(string(b[searchCursorFixed+size:])); err != nil {
		return p, badCursor(cursor)
	}
	return p, nil
}

const (
	// textName is the folder of the text index in the folder of the saved index.
	textName = "text"
	// textDelay is how long after the start texts begin to be indexed, if no search comes before: the first questions go first.
	textDelay = time.Second
	// textBatch and textBatchBytes bound what is indexed at once: some 50 MB of memory while it is done.
	textBatch      = 5_000
	textBatchBytes = 4 << 20
	// spanBatch bounds the passages that are loaded at once, textGroup the texts: of the longest, 64 MB.
	spanBatch = 500
	textGroup = 4
	// markEvery is how many versions without any text may be looked at again at the next start.
	markEvery = 10_000
)

// texts is the text index of an Index, which follows the shape in the background.
type texts struct {
	x       *Index
	late    bool          // nothing is done before asked
	asked   chan struct{} // closed by the first search
	askOnce sync.Once

	mu    sync.Mutex
	index *text.Index   // nil before it was opened
	kept  bool          // the index lies in the folder, not in a temporary one
	next  uint32        // the versions below are in the index
	err   error         // why it cannot go on now; ErrClosed: for ever
	moved chan struct{} // closed when one of these changes
}

func newTexts(x *Index, late bool) *texts {
	return &texts{x: x, late: late, asked: make(chan struct{}), moved: make(chan struct{})}
}

// set changes the state and wakes who waits.
func (t *texts) set(change func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	change()
	close(t.moved)
	t.moved = make(chan struct{})
}

// reach returns the index as soon as it holds a number of versions.
func (t *texts) reach(ctx context.Context, versions uint32) (*text.Index, error) {
	t.askOnce.Do(func() { close(t.asked) })
	for {
		t.mu.Lock()
		index, next, err, moved := t.index, t.next, t.err, t.moved
		t.mu.Unlock()
		switch {
		case errors.Is(err, ErrClosed):
			return nil, err
		case index != nil && next >= versions:
			return index, nil
		case err != nil:
			return nil, err
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return nil, fmt.Errorf("wait for the text index: %w", ctx.Err())
		}
	}
}

// follow keeps the text index up with the shape until the context ends.
func (t *texts) follow(ctx context.Context) {
	defer func() {
		index := t.index
		t.set(func() { t.index, t.err = nil, ErrClosed })
		if index != nil {
			index.Close()
		}
	}()
	timer := time.NewTimer(textDelay)
	defer timer.Stop()
	if t.late {
		timer.Stop()
	}
	select {
	case <-ctx.Done():
		return
	case <-t.asked:
	case <-timer.C:
	}
	retry := firstRetry
	for ctx.Err() == nil {
		before := t.next
		err := t.keepUp(ctx)
		if ctx.Err() != nil {
			return
		}
		if t.next > before {
			retry = firstRetry
		}
		t.x.log.Warn("texts cannot be indexed; it will be tried again", "error", err)
		t.set(func() { t.err = err })
		timer.Reset(retry)
		select {
		case <-ctx.Done():
		case <-timer.C:
		}
		retry = min(2*retry, lastRetry)
	}
}

// keepUp adds the texts of every snapshot until it fails.
func (t *texts) keepUp(ctx context.Context) error {
	if t.index == nil {
		index, kept, err := t.open(ctx)
		if err != nil {
			return err
		}
		_, next := index.Mark()
		t.set(func() { t.index, t.kept, t.next, t.err = index, kept, next, nil })
	}
	for seen := graph.RevisionNumber(0); ; {
		s, err := t.x.Wait(ctx, seen)
		if err != nil {
			return err
		}
		if err := t.add(ctx, s); err != nil {
			return err
		}
		seen = s.head.Revision + 1
	}
}

// open opens the saved index if it stands for the store, else a new one; when the folder cannot be used, one that is not kept.
func (t *texts) open(ctx context.Context) (index *text.Index, kept bool, err error) {
	if t.x.folder == "" {
		index, err = text.Open("")
		return index, false, err
	}
	if err := os.MkdirAll(t.x.folder, 0o700); err != nil {
		t.x.log.Warn("the text index is not kept", "error", err)
		index, err = text.Open("")
		return index, false, err
	}
	path := filepath.Join(t.x.folder, textName)
	if index, err = text.Open(path); err == nil {
		mark, next := index.Mark()
		if next == 0 {
			return index, true, nil
		}
		var head graph.Head
		stand := false
		if json.Unmarshal(mark, &head) == nil {
			if stand, err = stands(ctx, t.x.store, head); err != nil {
				return nil, false, errors.Join(err, index.Close())
			}
		}
		if stand && next <= t.x.Snapshot().view.Versions() {
			return index, true, nil
		}
		t.x.log.Info("the text index is built anew: the saved one is of another store", "folder", path)
		index.Close()
	} else if errors.Is(err, text.ErrDamaged) {
		t.x.log.Warn("the text index is built anew", "error", err)
	}
	if err == nil || errors.Is(err, text.ErrDamaged) {
		if err = os.RemoveAll(path); err == nil {
			index, err = text.Open(path)
		}
	}
	if err != nil {
		t.x.log.Warn("the text index is not kept", "error", err)
		index, err = text.Open("")
		return index, false, err
	}
	return index, true, nil
}

// add adds the texts of a snapshot that are not there yet.
func (t *texts) add(ctx context.Context, s *Snapshot) error {
	mark, err := json.Marshal(s.head)
	if err != nil {
		return err
	}
	for t.next < s.view.Versions() {
		documents, next, err := s.documents(ctx, t.x.store, t.next)
		if err != nil {
			return err
		}
		if _, marked := t.index.Mark(); len(documents) > 0 || next-marked >= markEvery {
			if err := t.index.Add(documents, mark, next); err != nil {
				return errors.Join(err, t.giveUp())
			}
		}
		t.set(func() { t.next, t.err = next, nil })
	}
	return nil
}

// giveUp leaves an index that cannot be written. Its folder is removed, since nobody knows what is in it.
func (t *texts) giveUp() error {
	index, kept := t.index, t.kept
	t.set(func() { t.index, t.kept, t.next = nil, false, 0 })
	err := index.Close()
	if kept {
		err = errors.Join(err, os.RemoveAll(filepath.Join(t.x.folder, textName)))
	}
	return err
}

// documents returns the texts of the versions from one on, as many as are indexed at once, and the version after the last one looked at.
func (s *Snapshot) documents(ctx context.Context, store graph.Reader, from uint32) (list []text.Document, next uint32, err error) {
	var spans []graph.Ref
	var places []int // in list, of the spans
	size := 0
	for next = from; next < s.view.Versions() && len(list) < textBatch && size < textBatchBytes && len(spans) < spanBatch; next++ {
		switch row := s.view.Row(next); {
		case row.Kind == graph.ValueName:
			name := s.names.list.At(row.Value)
			list = append(list, text.Document{Number: next, Kind: s.view.Kind(row.Subject), Lang: name.lang, Name: true, Text: name.text})
			size += len(name.text)
		case row.Predicate == graph.PredSpan && s.view.Kind(row.Subject) == graph.KindPassage:
			spans, places = append(spans, s.ref(graph.NewStatementID(row.Predicate, row.Hash), &row)), append(places, len(list))
			list = append(list, text.Document{Number: next, Kind: graph.KindPassage})
		}
	}
	if err := fillPassages(ctx, store, spans, places, list); err != nil {
		return nil, 0, err
	}
	return slices.DeleteFunc(list, func(d text.Document) bool { return d.Text == "" }), next, nil
}

// fillPassages loads the texts of passages. One whose text was removed from the store stays empty.
func fillPassages(ctx context.Context, store graph.Reader, spans []graph.Ref, places []int, list []text.Document) error {
	if len(spans) == 0 {
		return nil
	}
	assertions, err := store.Assertions(ctx, spans)
	if err != nil {
		return fmt.Errorf("load passages: %w", err)
	}
	ofText := make(map[graph.TextHash][]int) // places in spans
	var hashes []graph.TextHash
	for i, ref := range spans {
		a := assertions[ref]
		if a == nil || a.Value == nil {
			continue
		}
		if ofText[a.Value.Hash] == nil {
			hashes = append(hashes, a.Value.Hash)
		}
		ofText[a.Value.Hash] = append(ofText[a.Value.Hash], i)
	}
	for group := range slices.Chunk(hashes, textGroup) {
		loaded, err := store.Texts(ctx, group)
		if err != nil {
			return fmt.Errorf("load texts: %w", err)
		}
		for hash, body := range loaded {
			slicer := graph.NewSlicer(body.Body)
			for _, i := range ofText[hash] {
				span := assertions[spans[i]].Value
				d := &list[places[i]]
				words, _ := slicer.Slice(span.Start, span.End)
				d.Text = strings.Clone(words) // the slice would keep the whole text
				d.Lang = body.Lang
			}
		}
	}
	return nil
}
