package edit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"treatygraph/graph"
	"treatygraph/index"
)

// MaxRecords is how many statements or entities one edit by hand may name: as many as a page of the API holds. More go in further edits.
const MaxRecords = 100

// A NewDataset is what a data set is, when it is made.
type NewDataset struct {
	Title       string
	Lang        graph.Language
	Licence     string
	Attribution string
}

// A Said is one statement to assert: a claim, or the ID of one that the record knows.
type Said struct {
	Claim      graph.Claim
	Known      graph.StatementID // not empty: the claim is this one's
	Rank       graph.Rank
	Reason     string // why it is deprecated
	Confidence graph.Thousandths
	Evidence   []Source
}

// A Source is where something can be seen: words of a document that is held, or the citation of one that is not.
type Source struct {
	Document graph.ID
	Words    string
	Passage  graph.ID // where the words stand; empty: anywhere in the document
	Start    *int     // the first code point of the words; nil: not stated
	Citation string
	URL      string
}

// Assert asserts statements in a data set.
func (d *Desk) Assert(ctx context.Context, a Attempt, dataset graph.ID, made *NewDataset, said []Said) (*Result, error) {
	if err := checkCount("statements", len(said)); err != nil {
		return nil, err
	}
	draft, err := d.begin(ctx, a)
	if err != nil {
		return nil, err
	}
	if err := draft.dataset(dataset, made); err != nil {
		return nil, err
	}
	for i := range said {
		path := fmt.Sprintf("statements[%d]", i)
		claim, err := draft.claim(ctx, path, &said[i])
		if err != nil {
			return nil, err
		}
		evidence, err := draft.evidence(ctx, path+".evidence", said[i].Evidence)
		if err != nil {
			return nil, err
		}
		draft.assert(origin{path: path}, graph.Assertion{Claim: *claim, Dataset: dataset, Rank: said[i].Rank, Reason: said[i].Reason,
			Method: graph.MethodCurated, Confidence: said[i].Confidence, Evidence: evidence})
	}
	return draft.finish(ctx, a.DryRun)
}

// Withdraw withdraws statements from a data set.
func (d *Desk) Withdraw(ctx context.Context, a Attempt, dataset graph.ID, ids []graph.StatementID) (*Result, error) {
	if err := checkCount("ids", len(ids)); err != nil {
		return nil, err
	}
	draft, err := d.begin(ctx, a)
	if err != nil {
		return nil, err
	}
	if err := draft.checkDataset(dataset); err != nil {
		return nil, err
	}
	for i, id := range ids {
		draft.withdraw(origin{fmt.Sprintf("ids[%d]", i), true}, graph.AssertionKey{Statement: id, Dataset: dataset})
	}
	return draft.finish(ctx, a.DryRun)
}

func checkCount(path string, n int) error {
	if n < 1 || n > MaxRecords {
		return invalid(path, "%d are not between 1 and %d", n, MaxRecords)
	}
	return nil
}

// versionPrefix begins the IDs of VERSION statements.
var versionPrefix = strings.ToLower(graph.PredVersion.String()) + "."

// documentPrefix begins the IDs of the data sets that documents make.
const documentPrefix = "dataset/document-"

// checkDataset refuses edits in a data set that programs keep: what a person changed there would be undone when the program next compares it with its
// source. Such a data set states its VERSION.
func (d *draft) checkDataset(id graph.ID) error {
	if _, err := graph.ParseID(string(id)); err != nil {
		return invalid("dataset", "%v", err)
	}
	if id.Kind() != graph.KindDataset {
		return invalid("dataset", "%s is of kind %s, not a data set", id, id.Kind())
	}
	kept := strings.HasPrefix(string(id), documentPrefix)
	for _, ref := range d.snapshot.DatasetRefs(id) {
		kept = kept || strings.HasPrefix(string(ref.Statement), versionPrefix)
	}
	if kept {
		return invalid("dataset", "%s is kept by the corpus, an import or a document, and takes no edits by hand; assert in a data set of your own what competes with it, or that what it says is DEPRECATED", id)
	}
	return nil
}

// dataset checks the data set that is to assert something, and makes it where that is asked for.
func (d *draft) dataset(id graph.ID, made *NewDataset) error {
	if err := d.checkDataset(id); err != nil {
		return err
	}
	if made == nil {
		if len(d.snapshot.DatasetRefs(id)) == 0 {
			return invalid("newDataset", "nothing was said by %s yet: give its title, licence and attribution", id)
		}
		return nil
	}
	name := graph.NameValue(graph.Name{Text: made.Title, Lang: made.Lang, Role: graph.NameOfficial})
	for _, said := range []struct {
		field     string
		predicate graph.Predicate
		value     graph.Value
	}{
		{"title", graph.PredNamed, name},
		{"licence", graph.PredLicence, graph.Value{Kind: graph.ValueText, Text: made.Licence, Lang: graph.Language("en")}},
		{"attribution", graph.PredAttribution, graph.Value{Kind: graph.ValueText, Text: made.Attribution, Lang: made.Lang}},
	} {
		d.assert(origin{"newDataset." + said.field, true}, graph.Assertion{
			Claim:   graph.Claim{Subject: id, Predicate: said.predicate, Value: &said.value},
			Dataset: id, Rank: graph.RankNormal, Method: graph.MethodCurated,
		})
	}
	return nil
}

// claim returns what is said. Some predicates have rules that a statement by itself does not show, so they are not said in this way.
func (d *draft) claim(ctx context.Context, path string, said *Said) (*graph.Claim, error) {
	claim := &said.Claim
	if said.Known != "" {
		a, err := d.recorded(ctx, said.Known)
		if err != nil {
			return nil, err
		}
		if a == nil {
			return nil, invalid(path+".statement", "the record holds no statement %q", said.Known)
		}
		claim = &a.Claim
	}
	switch claim.Predicate {
	case graph.PredVersion:
		return nil, invalid(path+".predicate", "VERSION marks the data sets that programs keep")
	case graph.PredSpan:
		return nil, invalid(path+".predicate", "a SPAN is made by ingesting its text")
	case graph.PredMergedInto:
		if said.Rank != graph.RankDeprecated {
			return nil, invalid(path+".predicate", "use mergeEntities, which checks what it leads to")
		}
	}
	return claim, nil
}

// recorded returns an assertion of a statement that was ever recorded; nil when none was.
func (d *draft) recorded(ctx context.Context, id graph.StatementID) (*graph.Assertion, error) {
	versions := slices.DeleteFunc(d.snapshot.Versions(id), func(v index.Version) bool { return v.Redacted })
	if len(versions) == 0 {
		return nil, nil
	}
	ref := versions[0].Ref
	loaded, err := d.Index.Assertions(ctx, []graph.Ref{ref})
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", id, err)
	}
	if loaded[ref] == nil {
		return nil, fmt.Errorf("%w: the store lacks assertion %v", graph.ErrCorrupt, ref)
	}
	return loaded[ref], nil
}

// evidence finds the words of sources.
func (d *draft) evidence(ctx context.Context, path string, sources []Source) ([]graph.Evidence, error) {
	var list []graph.Evidence
	for i, s := range sources {
		at := fmt.Sprintf("%s[%d]", path, i)
		if s.Document == "" {
			if s.Passage != "" || s.Start != nil {
				return nil, invalid(at+".document", "is missing: a place is one in a document")
			}
			list = append(list, graph.Evidence{Citation: s.Citation, URL: s.URL, Quote: s.Words})
			continue
		}
		switch {
		case s.Citation != "" || s.URL != "":
			return nil, invalid(at+".citation", "a document that is held is its own source; leave citation and url out")
		case s.Words == "":
			return nil, invalid(at+".quote", "is missing: which words of %s show it", s.Document)
		}
		found, err := d.quote(ctx, at, s)
		if err != nil {
			return nil, err
		}
		list = append(list, found)
	}
	return list, nil
}

// quote finds the words of a source in a document, which is opened once.
func (d *draft) quote(ctx context.Context, path string, s Source) (graph.Evidence, error) {
	if err := ctx.Err(); err != nil {
		return graph.Evidence{}, err
	}
	text := d.texts[s.Document]
	if text == nil {
		if _, err := graph.ParseID(string(s.Document)); err != nil {
			return graph.Evidence{}, invalid(path+".document", "%v", err)
		}
		var err error
		text, err = d.Documents.Open(ctx, d.snapshot, s.Document)
		if errors.Is(err, ErrNotHeld) {
			return graph.Evidence{}, invalid(path+".document", "no text of %s is held", s.Document)
		}
		if err != nil {
			return graph.Evidence{}, err
		}
		d.texts[s.Document] = text
	}
	found, err := text.Quote(ctx, s)
	var wrong *Error
	if errors.As(err, &wrong) {
		return found, &Error{path + "." + wrong.Path, wrong.Reason}
	}
	return found, err
}

// exists tells whether anything was ever said of an entity.
func (d *draft) exists(id graph.ID) bool {
	_, found := d.snapshot.Entity(id, index.AsOf{})
	return found
}
