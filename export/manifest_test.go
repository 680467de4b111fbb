package export_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"treatygraph/export"
	"treatygraph/export/exporttest"
	"treatygraph/export/selection"
	"treatygraph/graph"
)

type dataPackage struct {
	Schema   string `json:"$schema"`
	Name     string
	Created  string
	Licences []struct{ Name, Path, Title string } `json:"licenses"`
	Sources  []struct {
		ID, Title, Version, Licence, Attribution string
		Assertions                               int
	}
	Resources []struct {
		Name, Path, Hash, Encoding, MediaType string
		Bytes                                 int64
		Dialect                               *struct{ Delimiter, LineTerminator string }
		Schema                                *struct {
			Fields      []struct{ Name, Type, Delimiter string }
			PrimaryKey  []string
			ForeignKeys []struct {
				Fields    []string
				Reference struct {
					Resource string
					Fields   []string
				}
			}
		}
	}
}

// The patterns and lists of https://datapackage.org/profiles/2.0/datapackage.json.
var (
	packageName  = regexp.MustCompile(`^[-a-z0-9._]+$`)
	packageHash  = regexp.MustCompile(`^[^:]+:[a-fA-F0-9]+$`)
	packagePath  = regexp.MustCompile(`^(https?://.*|[^./~:\\][^:\\]*)$`) // a URL, or a path below the package
	packageTypes = []string{"string", "number", "integer", "date", "time", "datetime", "year", "yearmonth", "boolean", "object", "geopoint", "geojson", "array", "list", "duration", "any"}
)

func TestTheManifestIsADataPackageWhoseDigestsAndKeysAreTrue(t *testing.T) {
	record := exporttest.Odd(t)
	files := exporttest.Files(t, exporttest.Written(t, export.CSV, record.Source(t, selection.Query{Evidence: true})))
	var p dataPackage
	if err := json.Unmarshal(files[export.ManifestName], &p); err != nil {
		t.Fatal(err)
	}
	checkPackage(t, &p)
	rows := make(map[string][]map[string]string)
	for _, r := range p.Resources {
		content := files[r.Path]
		if sum := sha256.Sum256(content); r.Hash != "sha256:"+hex.EncodeToString(sum[:]) || r.Bytes != int64(len(content)) {
			t.Errorf("%s is %d bytes with another digest", r.Path, len(content))
		}
		if r.MediaType != "text/csv" || r.Encoding != "utf-8" || r.Dialect == nil || r.Dialect.Delimiter != "," || r.Dialect.LineTerminator != "\r\n" {
			t.Errorf("%+v", r)
		}
		rows[r.Name] = readCSV(t, files, r.Path)
	}
	keys := 0
	for _, r := range p.Resources {
		there := make(map[string]bool)
		for _, row := range rows[r.Name] {
			key := cells(row, r.Schema.PrimaryKey)
			if there[key] {
				t.Errorf("%s has two rows %s", r.Name, key)
			}
			there[key] = true
		}
		for _, k := range r.Schema.ForeignKeys {
			named := make(map[string]bool)
			to := k.Reference.Resource
			if to == "" {
				to = r.Name
			}
			for _, row := range rows[to] {
				named[cells(row, k.Reference.Fields)] = true
			}
			for _, row := range rows[r.Name] {
				if key := cells(row, k.Fields); row[k.Fields[0]] != "" && !named[key] {
					t.Errorf("%s: %v names no row of %s: %s", r.Name, k.Fields, to, key)
				}
			}
			keys++
		}
	}
	if keys < 10 {
		t.Errorf("only %d foreign keys", keys)
	}
	if len(rows) != 7 {
		t.Errorf("%d tables", len(rows))
	}
}

func cells(row map[string]string, columns []string) (key string) {
	for _, c := range columns {
		key += "|" + row[c]
	}
	return key
}

// checkPackage holds a manifest against what a data package must have.
func checkPackage(t *testing.T, p *dataPackage) {
	t.Helper()
	if p.Schema != "https://datapackage.org/profiles/2.0/datapackage.json" || !packageName.MatchString(p.Name) || len(p.Resources) == 0 {
		t.Errorf("%+v", p)
	}
	if _, err := time.Parse(time.RFC3339, p.Created); err != nil {
		t.Error(err)
	}
	if len(p.Licences) == 0 || len(p.Sources) == 0 {
		t.Error("no licence or no source")
	}
	for _, l := range p.Licences {
		if l.Name == "" && l.Path == "" || l.Name != "" && !packageName.MatchString(strings.ToLower(l.Name)) || l.Path != "" && !packagePath.MatchString(l.Path) {
			t.Errorf("licence %+v", l)
		}
	}
	names := make(map[string]bool)
	for _, r := range p.Resources {
		if !packageName.MatchString(r.Name) || names[r.Name] || !packagePath.MatchString(r.Path) || !packageHash.MatchString(r.Hash) {
			t.Errorf("resource %+v", r)
		}
		names[r.Name] = true
	}
	for _, r := range p.Resources {
		if r.Schema == nil {
			continue
		}
		fields := make(map[string]bool)
		for _, f := range r.Schema.Fields {
			if f.Name == "" || fields[f.Name] || !slices.Contains(packageTypes, f.Type) || (f.Type == "list") != (f.Delimiter != "") {
				t.Errorf("%s: field %+v", r.Name, f)
			}
			fields[f.Name] = true
		}
		for _, name := range r.Schema.PrimaryKey {
			if !fields[name] {
				t.Errorf("%s: its key has no field %s", r.Name, name)
			}
		}
		for _, k := range r.Schema.ForeignKeys {
			if len(k.Fields) != len(k.Reference.Fields) || k.Reference.Resource != "" && !names[k.Reference.Resource] {
				t.Errorf("%s: foreign key %+v", r.Name, k)
			}
		}
	}
}

func TestTheManifestTellsLicenceAndAttributionOfEachDataset(t *testing.T) {
	for name, record := range map[string]*exporttest.Record{"corpus": exporttest.Corpus(t), "odd": exporttest.Odd(t)} {
		for _, f := range export.Formats {
			m, err := export.Write(t.Context(), io.Discard, f, record.Source(t, selection.Query{}), nil)
			if err != nil {
				t.Fatal(err)
			}
			var p dataPackage
			if err := json.Unmarshal(m.JSON(), &p); err != nil {
				t.Fatal(err)
			}
			checkPackage(t, &p)
			for _, r := range p.Resources {
				if end := map[string]string{"csv": "\r\n", "neo4j-csv": "\n"}[f.Name]; r.MediaType == "text/csv" && (r.Dialect == nil || r.Dialect.LineTerminator != end) {
					t.Errorf("%s: %s is said to have the dialect %+v", f.Name, r.Path, r.Dialect)
				}
			}
			said := make(map[string]string)
			for _, s := range p.Sources {
				said[s.ID] = s.Licence + "; " + s.Attribution
			}
			licences := make(map[string]string)
			for _, l := range p.Licences {
				licences[l.Path] = l.Name + "; " + l.Title
			}
			switch name {
			case "odd":
				if said["dataset/odd"] != `CC0-1.0; Odd & Sons, "the" makers` {
					t.Errorf("%s: %q", f.Name, said)
				}
			case "corpus":
				if said["dataset/countries"] != "ODC-PDDL-1.0; " || licences["https://opendatacommons.org/licenses/pddl/1-0/"] == "" ||
					licences["https://www.un.org/en/about-us/copyright"] != "; United Nations document; see https://www.un.org/en/about-us/copyright" {
					t.Errorf("%s: %q, %q", f.Name, said, licences)
				}
			}
		}
	}
}

func TestADatasetOfManyVersionsKeepsItsLicenceAndTellsTheNewest(t *testing.T) {
	record := exporttest.Odd(t)
	b := &graph.Batch{Key: "versions", Author: "test"}
	say := func(p graph.Predicate, words, from string) {
		c := graph.Claim{Subject: "dataset/odd", Predicate: p, Value: &graph.Value{Kind: graph.ValueText, Text: words}}
		c.Valid.From = graph.MustDate(from)
		b.Assert = append(b.Assert, graph.Assertion{Claim: c, Dataset: "dataset/odd", Rank: graph.RankNormal, Method: graph.MethodImported})
	}
	for year := 1990; year < 2010; year++ {
		say(graph.PredVersion, fmt.Sprintf("of %d", year), strconv.Itoa(year))
	}
	say(graph.PredLicence, "CC-BY-4.0", "2005")
	receipt, err := record.Store.Apply(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	if record.Snapshot, err = record.Index.Wait(t.Context(), receipt.Revision.Number); err != nil {
		t.Fatal(err)
	}
	for _, d := range record.Source(t, selection.Query{}).About().Datasets {
		if d.ID == "dataset/odd" && (d.Version != "of 2009" || d.Licence != "CC-BY-4.0" || d.Attribution != `Odd & Sons, "the" makers`) {
			t.Errorf("%+v", d)
		}
	}
}
