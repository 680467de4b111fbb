package text

import (
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
	bleve "github.com/blevesearch/bleve_index_api"

	"treatygraph/graph"
)

// Search visits the documents that match, each once, with its language: class by class, within a class by number. It ends when visit returns false. A text
// without letters, digits and characters finds nothing. The errors are graph.ErrInvalid for a text that is too long, the context's, and
// ErrClosed.
func (x *Index) Search(ctx context.Context, q Query, visit func(class Class, number uint32, lang graph.Language) bool) error {
	t, err := parse(q.Text)
	if err != nil || t.empty() {
		return err
	}
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.closed {
		return ErrClosed
	}
	reader, err := x.scorch.Reader()
	if err != nil {
		return fmt.Errorf("search: %w", err)
	}
	defer reader.Close()
	s := &search{ctx: ctx, reader: reader, found: roaring.New()}
	for _, c := range []struct {
		class Class
		asked bool
		find  func(*terms) (*roaring.Bitmap, error)
	}{{Prefix, q.Names, s.prefix}, {Phrase, true, s.phrase}, {AllWords, true, s.allWords}, {Fuzzy, q.Fuzzy, s.fuzzy}} {
		if !c.asked {
			continue
		}
		hits, err := c.find(&t)
		if err != nil {
			return fmt.Errorf("search: %w", err)
		}
		hits.AndNot(s.found)
		s.found.Or(hits)
		documents, err := s.documents(hits, &q)
		if err != nil {
			return fmt.Errorf("search: %w", err)
		}
		for _, d := range documents {
			if !visit(c.class, d.number, d.lang) {
				return nil
			}
		}
	}
	return nil
}

// A search finds sets of documents by the numbers that they have inside one reader.
type search struct {
	ctx    context.Context
	reader bleve.IndexReader
	found  *roaring.Bitmap
	steps  int
}

// step ends a search whose context has ended. It is called for about every microsecond of work.
func (s *search) step() error {
	if s.steps++; s.steps%1024 == 0 {
		return s.ctx.Err()
	}
	return nil
}

// A hit is a document that is found.
type hit struct {
	number uint32
	lang   graph.Language
}

// documents returns the documents that the query does not filter out, in rising order of their numbers.
func (s *search) documents(hits *roaring.Bitmap, q *Query) ([]hit, error) {
	list := make([]hit, 0, hits.GetCardinality())
	var room bleve.IndexInternalID
	for it := hits.Iterator(); it.HasNext(); {
		if err := s.step(); err != nil {
			return nil, err
		}
		room = bleve.NewIndexInternalID(room, uint64(it.Next()))
		id, err := s.reader.ExternalID(room)
		if err != nil {
			return nil, err
		}
		if len(id) < idFixed {
			return nil, fmt.Errorf("%w: a document has the ID %q", ErrDamaged, id)
		}
		if n := binary.BigEndian.Uint32([]byte(id[:4])); n < q.Below && (q.Kinds == 0 || q.Kinds.Has(graph.Kind(id[4]))) &&
			(q.Names && id[5] == 1 || q.Passages && id[5] == 0) && q.speaks(id[idFixed:]) {
			list = append(list, hit{n, graph.Language(id[idFixed:])})
		}
	}
	slices.SortFunc(list, func(a, b hit) int { return cmp.Compare(a.number, b.number) })
	return list, nil
}

func (q *Query) speaks(lang string) bool {
	return len(q.Langs) == 0 || slices.ContainsFunc(q.Langs, func(l graph.Language) bool {
		rest, ok := strings.CutPrefix(lang, string(l))
		return ok && (rest == "" || rest[0] == '-')
	})
}

func (s *search) prefix(t *terms) (*roaring.Bitmap, error) {
	runes := len([]rune(t.key))
	level := slices.IndexFunc(beginningLengths[:], func(n int) bool { return n >= runes })
	if level < 0 {
		return roaring.New(), nil
	}
	term := beginningTerm(level, t.key)
	if beginningLengths[level] == runes {
		return s.with(fieldKey, term)
	}
	dict, err := s.reader.FieldDictPrefix(fieldKey, []byte(term))
	if err != nil {
		return nil, err
	}
	return s.withAny(fieldKey, dict)
}

func (s *search) phrase(t *terms) (*roaring.Bitmap, error) {
	if len(t.runs) > 0 {
		return s.substring(t.key)
	}
	places := make([]place, len(t.words))
	for i, w := range t.words {
		places[i] = place{w, uint64(i)}
	}
	return s.adjacent(fieldWords, places)
}

// substring finds the texts in which a text stands that has a character of an unspaced script.
func (s *search) substring(text string) (*roaring.Bitmap, error) {
	runes := []rune(text)
	if len(runes) == 1 {
		return s.with(fieldRune, text)
	}
	var places []place
	for i := 0; i < len(runes); i += 2 { // every second pair, and the last: they cover the text
		i := min(i, len(runes)-2)
		places = append(places, place{string(runes[i : i+2]), uint64(i)})
	}
	return s.adjacent(fieldPairs, places)
}

func (s *search) allWords(t *terms) (*roaring.Bitmap, error) {
	return s.allOf(t, func(word string) (*roaring.Bitmap, error) {
		hits, err := s.with(fieldWords, word)
		if err != nil {
			return nil, err
		}
		for field, term := range map[string]string{fieldEn: stem(word, false), fieldRu: stem(word, true)} {
			if term == "" {
				continue
			}
			more, err := s.with(field, term)
			if err != nil {
				return nil, err
			}
			hits.Or(more)
		}
		return hits, nil
	})
}

func (s *search) fuzzy(t *terms) (*roaring.Bitmap, error) {
	reader, ok := s.reader.(bleve.IndexReaderFuzzy)
	if !ok {
		return nil, fmt.Errorf("%T cannot search for misspelt words", s.reader)
	}
	return s.allOf(t, func(word string) (*roaring.Bitmap, error) {
		distance := edits(word)
		if distance == 0 {
			return s.with(fieldWords, word)
		}
		dict, err := reader.FieldDictFuzzy(fieldWords, word, distance, "")
		if err != nil {
			return nil, err
		}
		return s.withAny(fieldWords, dict)
	})
}

// allOf finds the texts in which all runs and, in the way of find, all words stand.
func (s *search) allOf(t *terms, find func(word string) (*roaring.Bitmap, error)) (*roaring.Bitmap, error) {
	var all *roaring.Bitmap
	and := func(text string, find func(string) (*roaring.Bitmap, error)) error {
		if all != nil && all.IsEmpty() {
			return nil
		}
		hits, err := find(text)
		if err != nil {
			return err
		}
		if all == nil {
			all = hits
		} else {
			all.And(hits)
		}
		return nil
	}
	for _, run := range t.runs {
		if err := and(run, s.substring); err != nil {
			return nil, err
		}
	}
	for _, word := range t.content() {
		if err := and(word, find); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// with finds the texts that have a term.
func (s *search) with(field, term string) (*roaring.Bitmap, error) {
	hits := roaring.New()
	return hits, s.collect(field, term, hits)
}

// withAny finds the texts that have one of the terms, and closes their list.
func (s *search) withAny(field string, terms bleve.FieldDict) (hits *roaring.Bitmap, err error) {
	defer terms.Close()
	hits = roaring.New()
	for {
		entry, err := terms.Next()
		if err != nil || entry == nil {
			return hits, err
		}
		if err := s.collect(field, entry.Term, hits); err != nil {
			return nil, err
		}
	}
}

func (s *search) collect(field, term string, hits *roaring.Bitmap) (err error) {
	reader, err := s.reader.TermFieldReader(s.ctx, []byte(term), field, false, false, false)
	if err != nil {
		return err
	}
	defer reader.Close()
	var room bleve.TermFieldDoc
	for {
		if err := s.step(); err != nil {
			return err
		}
		hit, err := reader.Next(&room)
		if err != nil || hit == nil {
			return err
		}
		hits.Add(uint32(hit.ID.Value()))
	}
}

// withAll finds the texts that have all terms, beginning with the rarest.
func (s *search) withAll(field string, places []place) (*roaring.Bitmap, error) {
	counts := make(map[string]uint64, len(places))
	for _, p := range places {
		reader, err := s.reader.TermFieldReader(s.ctx, []byte(p.term), field, false, false, false)
		if err != nil {
			return nil, err
		}
		counts[p.term] = reader.Count()
		if err := reader.Close(); err != nil {
			return nil, err
		}
	}
	terms := slices.SortedFunc(maps.Keys(counts), func(a, b string) int { return cmp.Compare(counts[a], counts[b]) })
	var all *roaring.Bitmap
	for _, term := range terms {
		hits, err := s.with(field, term)
		if err != nil {
			return nil, err
		}
		if all == nil {
			all = hits
		} else {
			all.And(hits)
		}
		if all.IsEmpty() {
			break
		}
	}
	return all, nil
}

// A place is a term and where it stands from the beginning of what is looked for.
type place struct {
	term string
	at   uint64
}

// adjacent finds the texts in which terms stand at the same distances.
func (s *search) adjacent(field string, places []place) (*roaring.Bitmap, error) {
	all, err := s.withAll(field, places)
	if err != nil || all.IsEmpty() {
		return all, err
	}
	if len(places) == 1 {
		return all, nil
	}
	readers := make([]bleve.TermFieldReader, 0, len(places))
	defer func() {
		for _, r := range readers {
			r.Close()
		}
	}()
	for _, p := range places {
		r, err := s.reader.TermFieldReader(s.ctx, []byte(p.term), field, true, false, true)
		if err != nil {
			return nil, err
		}
		readers = append(readers, r)
	}
	hits := roaring.New()
	var id bleve.IndexInternalID
	rooms := make([]bleve.TermFieldDoc, len(readers)) // a reader compares with the ID that it put there last
	var starts, next []uint64
	for it := all.Iterator(); it.HasNext(); {
		n := it.Next()
		id = bleve.NewIndexInternalID(id, uint64(n))
		for i, r := range readers {
			if err := s.step(); err != nil {
				return nil, err
			}
			hit, err := r.Advance(id, &rooms[i])
			if err != nil {
				return nil, err
			}
			next = next[:0]
			if hit != nil && hit.ID.Equals(id) {
				for _, v := range hit.Vectors {
					if start := v.Pos - places[i].at; i == 0 || slices.Contains(starts, start) {
						next = append(next, start)
					}
				}
			}
			if starts, next = next, starts; len(starts) == 0 {
				break
			}
		}
		if len(starts) > 0 {
			hits.Add(n)
		}
	}
	return hits, nil
}
