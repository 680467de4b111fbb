package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"treatygraph/graph"
	"treatygraph/index"
)

const redactUsage = `Removes content from the record for legal reasons, for good. What is named loses its value, object, dates, details, evidence and notes, in every version
that was ever recorded; of a text everything but its language and its hash goes. What stays is that something was said: its ID, of whom, by which
data set, when, and a digest, so that the record can still be verified. The reason is recorded, as the summary of a revision.

  --statement  all versions of a statement
  --entity     all versions of the statements that give a value of an entity: its names, identifiers, descriptions, numbers, dates
  --text       a text, with all versions of assertions that quote it or say where parts of it stand

Nothing is asked: without --yes only --dry-run works, which prints the content. Afterwards restart every treatygraph that serves the record, and see
docs/operations.md for what cannot be reached from here: backups, exports, and the logs of a Neo4j.`

const redactExample = `  treatyctl redact --entity person/x --reason "erasure request 2026-14" --dry-run
  treatyctl redact --text 7d0c4c9e… --reason "withdrawn by its owner" --yes`

// redactTries is how often a redaction is asked for again whose outcome was lost.
const redactTries = 3

type redactFlags struct {
	statements, texts, entities []string
	reason, author              string
	dryRun, yes                 bool
}

func newRedactCommand(s *settings) *cobra.Command {
	var f redactFlags
	c := &cobra.Command{
		Use:     "redact --statement ID | --entity ID | --text HASH --reason TEXT",
		Short:   "Remove content for legal reasons",
		Long:    redactUsage,
		Example: redactExample,
		Args:    noArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return runRedact(c, s, &f) },
	}
	flags := c.Flags()
	flags.StringArrayVar(&f.statements, "statement", nil, "the `ID` of a statement; may be repeated")
	flags.StringArrayVar(&f.entities, "entity", nil, "the `ID` of an entity; may be repeated")
	flags.StringArrayVar(&f.texts, "text", nil, "the `HASH` of a text; may be repeated")
	flags.StringVar(&f.reason, "reason", "", "the `REASON` that is recorded, where everyone can read it")
	flags.StringVar(&f.author, "author", "treatyctl", "the `NAME` that the revision is recorded under")
	flags.BoolVar(&f.dryRun, "dry-run", false, "print what would be removed, with its content, and remove nothing")
	flags.BoolVar(&f.yes, "yes", false, "remove it")
	return c
}

// A removal is what is to be removed, and how much of what was asked for has been met.
type removal struct {
	statements map[graph.StatementID]bool // true: met
	entities   map[graph.ID]bool
	texts      map[graph.TextHash]bool
	versions   []doomed
}

// A doomed version will lose its content.
type doomed struct {
	ref     graph.Ref
	subject graph.ID
	claim   graph.Claim // for a dry run alone
	gone    bool        // it has lost it already: it goes along so that a redaction that was cut short is finished
}

func (f *redactFlags) check() (*removal, error) {
	r := &removal{make(map[graph.StatementID]bool), make(map[graph.ID]bool), make(map[graph.TextHash]bool), nil}
	for _, id := range f.statements {
		if _, _, err := graph.ParseStatementID(id); err != nil {
			return nil, usageError("--statement: %w", err)
		}
		r.statements[graph.StatementID(id)] = false
	}
	for _, id := range f.entities {
		if _, err := graph.ParseID(id); err != nil {
			return nil, usageError("--entity: %w", err)
		}
		r.entities[graph.ID(id)] = false
	}
	for _, hash := range f.texts {
		r.texts[graph.TextHash(hash)] = false
	}
	switch {
	case len(r.statements)+len(r.entities)+len(r.texts) == 0:
		return nil, usageError("--statement, --entity or --text must say what is to be removed")
	case strings.TrimSpace(f.reason) == "":
		return nil, usageError("--reason is missing: it is recorded")
	case len(f.reason) > graph.MaxReasonBytes:
		return nil, usageError("--reason is longer than %d bytes", graph.MaxReasonBytes)
	case f.yes == f.dryRun:
		return nil, usageError("--yes removes for good, --dry-run shows what would go: one of them must stand")
	}
	return r, nil
}

func runRedact(c *cobra.Command, s *settings, f *redactFlags) (err error) {
	r, err := f.check()
	if err != nil {
		return err
	}
	store, err := s.openStore(c.Context(), "--store", s.store, true)
	if err != nil {
		return err
	}
	defer closing(store.Close, &err)
	texts, err := store.Texts(c.Context(), keysOf(r.texts))
	if err != nil {
		return err
	}
	for hash := range r.texts {
		if texts[hash] == nil {
			return usageError("--text: the record holds no text %s", hash)
		}
	}
	if err := r.find(c, store, f.dryRun); err != nil {
		return err
	}
	hashes := slices.DeleteFunc(keysOf(r.texts), func(hash graph.TextHash) bool { return texts[hash].Redacted })
	r.print(c, f.dryRun, len(hashes))
	if f.dryRun {
		return nil
	}
	err = r.redact(c, store, f, keysOf(r.texts))
	if err == nil {
		err = r.late(c, store, f)
	}
	if folder := s.indexFolder(); folder != "" { // also when not all was done: some of it may be
		if e := index.Forget(folder); e != nil {
			err = errors.Join(err, fmt.Errorf("the saved index holds what was removed until it is deleted: %w", e))
		}
	}
	if err != nil {
		return err
	}
	fmt.Fprintln(c.ErrOrStderr(), "treatyctl: restart every treatygraph that serves this record; backups, exports and the logs of a Neo4j hold it still: see docs/operations.md")
	return nil
}

func keysOf[K graph.TextHash | graph.ID | graph.StatementID](m map[K]bool) []K {
	list := make([]K, 0, len(m))
	for k := range m {
		list = append(list, k)
	}
	slices.Sort(list)
	return list
}

// find goes through all versions for those that are meant.
func (r *removal) find(c *cobra.Command, store graph.Store, withContent bool) error {
	head, versions, err := store.Scan(c.Context())
	if err != nil {
		return err
	}
	progress, end := newProgress(c.ErrOrStderr())
	defer end()
	r.versions = nil
	var a graph.Assertion
	for v, err := range versions {
		if err != nil {
			return err
		}
		progress("looking", int(v.Ref.From), int(head.Revision))
		if err := a.Decode(v.Body, graph.Full); err != nil {
			return fmt.Errorf("%s: %w", v.Ref, err)
		}
		if !r.meant(v.Ref.Statement, &a) {
			continue
		}
		body := strings.Clone(v.Body) // v is valid until the next
		kept, err := graph.DecodeAssertion(body)
		if err != nil {
			return err
		}
		d := doomed{ref: graph.Ref{Statement: graph.StatementID(strings.Clone(string(v.Ref.Statement))), Dataset: kept.Dataset, From: v.Ref.From}, subject: kept.Subject, gone: kept.Redacted != ""}
		if withContent {
			d.claim = kept.Claim
		}
		r.versions = append(r.versions, d)
	}
	for id, met := range r.statements {
		if !met {
			return usageError("--statement: the record holds no statement %s", id)
		}
	}
	for id, met := range r.entities {
		if !met {
			return usageError("--entity: %s is not in the record", id)
		}
	}
	return nil
}

// meant tells whether a version is to go, and notes what was met.
func (r *removal) meant(id graph.StatementID, a *graph.Assertion) (meant bool) {
	if _, asked := r.statements[id]; asked {
		r.statements[id], meant = true, true
	}
	if _, asked := r.entities[a.Subject]; asked {
		r.entities[a.Subject] = true
		meant = meant || a.Redacted != "" || a.Value != nil && a.Value.Kind != graph.ValueSpan
	}
	a.Texts(func(hash graph.TextHash) {
		if _, asked := r.texts[hash]; asked {
			meant = true
		}
	})
	return meant
}

// print lists what goes, the content only before a dry run.
func (r *removal) print(c *cobra.Command, withContent bool, texts int) {
	w := c.OutOrStdout()
	t := table{title: []string{"STATEMENT", "REVISION", "DATASET", "SUBJECT"}}
	if withContent {
		t.title = append(t.title, "OBJECT", "DATES", "DETAILS")
	}
	statements, n := make(map[graph.StatementID]bool), 0
	for _, d := range r.versions {
		if d.gone {
			continue
		}
		statements[d.ref.Statement] = true
		if n++; n > maxChanges {
			continue
		}
		cells := []string{string(d.ref.Statement), fmt.Sprint(d.ref.From), string(d.ref.Dataset), string(d.subject)}
		if withContent {
			claim := claimCells(&d.claim)
			cells = append(cells, claim[2:]...)
		}
		t.add(cells...)
	}
	t.printOf(w, n)
	what := "are removed"
	if withContent {
		what = "would be removed"
	}
	fmt.Fprintf(w, "%s of %s and %s %s\n", count(n, "assertion version"), count(len(statements), "statement"), count(texts, "text"), what)
}

// late removes what others wrote between the looking and the removing. They write no more since: the store is another one to them.
func (r *removal) late(c *cobra.Command, store graph.Store, f *redactFlags) error {
	if err := r.find(c, store, false); err != nil {
		return err
	}
	r.versions = slices.DeleteFunc(r.versions, func(d doomed) bool { return d.gone })
	if len(r.versions) == 0 {
		return nil
	}
	r.print(c, false, 0)
	return r.redact(c, store, f, nil)
}

// redact removes what was found, in as many revisions as the limits ask for, the texts with the first. Cut short, it is to be run again.
func (r *removal) redact(c *cobra.Command, store graph.Store, f *redactFlags, texts []graph.TextHash) error {
	key := "redact " + uuid.NewString()
	refs := r.versions
	for n := 1; n == 1 || len(refs)+len(texts) > 0; n++ {
		some := min(len(refs), graph.MaxBatchRecords-len(texts))
		part := &graph.Redaction{Key: fmt.Sprintf("%s#%d", key, n), Author: f.author, Reason: f.reason, Texts: texts}
		for _, d := range refs[:some] {
			part.Refs = append(part.Refs, d.ref)
		}
		refs, texts = refs[some:], nil
		if len(part.Refs)+len(part.Texts) == 0 {
			return nil // an entity without a value
		}
		var receipt graph.Receipt
		var err error
		for range redactTries {
			if receipt, err = store.Redact(c.Context(), part); !errors.Is(err, graph.ErrUnknownOutcome) {
				break
			}
		}
		if err != nil {
			return err
		}
		if number := receipt.Revision.Number; number != 0 {
			fmt.Fprintf(c.OutOrStdout(), "revision %d: %s\n", number, visible(receipt.Revision.Summary))
		}
	}
	return nil
}
