package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/spf13/cobra"

	"treatygraph/graph"
)

const verifyUsage = `Checks a record from its first revision on: that digests, encodings and IDs match, that what statements refer to was there by then, that quotes
stand in their texts, that names, identifiers and dates are valid, and that no assertion has two open versions. Then it compares what the store
derives from the record - of a Neo4j the whole projection that people query, of a SQLite file its indexes and its list of entities - with it.

It may run beside servers. Nothing is changed, but with --repair what is derived is put right; the record itself never is: restore it from a
backup. The exit code is 0 when all is sound, or was put right, 3 when something is wrong. Notices are not wrong.`

// errFindings ends verify when something is wrong, which has been printed.
var errFindings = errors.New("something is wrong with the record")

// maxFindings bounds the findings that are listed: damage often shows in a thousand places.
const maxFindings = 200

type verifyFlags struct{ repair, json bool }

func newVerifyCommand(s *settings) *cobra.Command {
	var f verifyFlags
	c := &cobra.Command{
		Use:     "verify",
		Short:   "Check the record, and what the store derives from it",
		Long:    verifyUsage,
		Example: "  treatyctl verify --store neo4j://localhost:7687 --repair",
		Args:    noArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return runVerify(c, s, &f) },
	}
	c.Flags().BoolVar(&f.repair, "repair", false, "put right what the store derives from the record")
	c.Flags().BoolVar(&f.json, "json", false, "print one JSON object instead of tables")
	return c
}

func noArgs(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usageError("%s takes no argument: %q is too many", c.Name(), args[0])
	}
	return nil
}

// A verdict is what verify found, in the form of its JSON.
type verdict struct {
	Store      string    `json:"store"`
	Revision   int       `json:"revision"`
	Digest     string    `json:"digest"`
	Versions   int       `json:"versions"`
	Tombstones int       `json:"tombstones"`
	Texts      int       `json:"texts"`
	Redacted   int       `json:"redactedTexts"`
	Findings   []finding `json:"findings"`
	Notices    []finding `json:"notices"`
	Flaws      []flaw    `json:"flaws"`
	Counts     struct {
		Findings int `json:"findings"`
		Notices  int `json:"notices"`
		Flaws    int `json:"flaws"`
		Repaired int `json:"repaired"`
	} `json:"counts"`
}

type finding struct {
	Revision  int    `json:"revision,omitempty"`
	Statement string `json:"statement,omitempty"`
	Dataset   string `json:"dataset,omitempty"`
	Field     string `json:"field"`
	Reason    string `json:"reason"`
}

type flaw struct {
	What     string `json:"what"`
	ID       string `json:"id,omitempty"`
	Problem  string `json:"problem"`
	Repaired bool   `json:"repaired"`
}

func runVerify(c *cobra.Command, s *settings, f *verifyFlags) (err error) {
	store, err := s.openStore(c.Context(), "--store", s.store, true)
	if err != nil {
		return err
	}
	defer closing(store.Close, &err)
	v := &verdict{Findings: []finding{}, Notices: []finding{}, Flaws: []flaw{}}
	progress, end := newProgress(c.ErrOrStderr())
	defer end()
	done, err := graph.Verify(c.Context(), store, graph.VerifyOptions{Progress: progress, Found: v.found})
	if err != nil {
		return err
	}
	v.Store, v.Revision, v.Digest = done.Head.Store, int(done.Head.Revision), string(done.Head.Digest)
	v.Versions, v.Tombstones, v.Texts, v.Redacted = done.Versions, done.Tombstones, done.Texts, done.Redacted
	for flaw, err := range store.Audit(c.Context(), f.repair) {
		if err != nil {
			return err
		}
		v.derived(flaw)
		progress("derived data", v.Counts.Repaired, v.Counts.Flaws)
	}
	end()
	if f.json {
		encoder := json.NewEncoder(c.OutOrStdout())
		encoder.SetIndent("", "  ")
		if err := encoder.Encode(v); err != nil {
			return err
		}
	} else {
		v.print(c.OutOrStdout())
	}
	if v.Counts.Findings > 0 || v.Counts.Flaws > v.Counts.Repaired {
		return errFindings
	}
	return nil
}

func (v *verdict) found(f graph.Finding) {
	list, n := &v.Findings, &v.Counts.Findings
	if f.Notice {
		list, n = &v.Notices, &v.Counts.Notices
	}
	if *n++; *n <= maxFindings {
		*list = append(*list, finding{int(f.Revision), string(f.Statement), string(f.Dataset), f.Field, f.Reason})
	}
}

func (v *verdict) derived(f graph.Flaw) {
	v.Counts.Flaws++
	if f.Repaired {
		v.Counts.Repaired++
	}
	if v.Counts.Flaws <= maxFindings {
		v.Flaws = append(v.Flaws, flaw{f.What, f.ID, f.Problem, f.Repaired})
	}
}

func (v *verdict) print(w io.Writer) {
	for _, list := range []struct {
		title string
		of    []finding
		total int
	}{{"FINDING", v.Findings, v.Counts.Findings}, {"NOTICE", v.Notices, v.Counts.Notices}} {
		t := table{title: []string{"REVISION", "STATEMENT", "DATASET", "FIELD", list.title}}
		for _, f := range list.of {
			revision := ""
			if f.Revision != 0 {
				revision = strconv.Itoa(f.Revision)
			}
			t.add(revision, f.Statement, f.Dataset, f.Field, f.Reason)
		}
		t.printOf(w, list.total)
	}
	t := table{title: []string{"DERIVED", "ID", "REPAIRED", "FLAW"}}
	for _, f := range v.Flaws {
		repaired := "no"
		if f.Repaired {
			repaired = "yes"
		}
		t.add(f.What, f.ID, repaired, f.Problem)
	}
	t.printOf(w, v.Counts.Flaws)
	fmt.Fprintf(w, "revision %d: %s checked with %s, %s and %s among them; %s, %s, %s in what is derived, %s repaired\n", v.Revision,
		count(v.Versions, "assertion version"), count(v.Texts, "text"), count(v.Tombstones, "tombstone"), count(v.Redacted, "redacted text"),
		count(v.Counts.Findings, "finding"), count(v.Counts.Notices, "notice"), count(v.Counts.Flaws, "flaw"), thousands(v.Counts.Repaired))
}

// printOf prints a table of the first rows of a total, and nothing without rows.
func (t *table) printOf(w io.Writer, total int) {
	if len(t.rows) == 0 {
		return
	}
	t.print(w)
	if more := total - len(t.rows); more > 0 {
		fmt.Fprintf(w, "and %s more\n", thousands(more))
	}
	fmt.Fprintln(w)
}
