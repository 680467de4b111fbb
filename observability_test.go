package main

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// metricNames finds our metrics, and those of Go's and the process's collectors, in an expression of PromQL.
var metricNames = regexp.MustCompile(`\b(?:treatygraph|go|process)_[a-z0-9_]+`)

func TestTheDashboardTheAlertsAndTheManualNameMetricsThatThereAre(t *testing.T) {
	r := start(t, t.TempDir())
	r.ask(t, moscowTreaty)
	if status, _ := r.get(t, "/export?format=ndjson"); status != http.StatusOK { // an export's series begin with the first
		t.Fatalf("export: %d", status)
	}
	_, scraped := r.get(t, "/metrics")
	r.stop(t)
	there := map[string]bool{}
	for _, line := range strings.Split(scraped, "\n") {
		if name := metricNames.FindString(line); name != "" && !strings.HasPrefix(line, "#") {
			there[name] = true
		}
	}
	if len(there) < 50 {
		t.Fatalf("only %d metrics:\n%s", len(there), scraped)
	}
	drawn := checkMetrics(t, "the dashboard", dashboard(t), there)
	manual, err := os.ReadFile(filepath.Join("docs", "operations.md"))
	if err != nil {
		t.Fatal(err)
	}
	checkMetrics(t, "the alerts", alerts(t, string(manual)), there)
	for name := range there {
		base := strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(name, "_bucket"), "_sum"), "_count")
		short, ours := strings.CutPrefix(base, "treatygraph_")
		if ours && !strings.Contains(string(manual), "`"+short+"`") {
			t.Errorf("docs/operations.md does not name %s", base)
		}
		if ours && base == name && !drawn[name] && name != "treatygraph_build_info" && name != "treatygraph_index_following" && name != "treatygraph_cache_evictions_total" {
			t.Errorf("the dashboard does not draw %s", name)
		}
	}
}

// checkMetrics checks that expressions are whole, and name metrics that there are; it returns these.
func checkMetrics(t *testing.T, where string, expressions []string, there map[string]bool) (named map[string]bool) {
	t.Helper()
	named = map[string]bool{}
	for _, e := range expressions {
		names := metricNames.FindAllString(e, -1)
		if len(names) == 0 && !strings.HasPrefix(e, "up{") {
			t.Errorf("%s: no metric in %s", where, e)
		}
		for _, name := range names {
			named[name] = true
			if !there[name] {
				t.Errorf("%s: there is no metric %s", where, name)
			}
		}
		for _, pair := range []string{"()", "{}", "[]"} {
			if strings.Count(e, pair[:1]) != strings.Count(e, pair[1:]) {
				t.Errorf("%s: unbalanced %s in %s", where, pair, e)
			}
		}
	}
	return named
}

// dashboard returns the expressions of the panels.
func dashboard(t *testing.T) (expressions []string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("docs", "grafana-dashboard.json"))
	if err != nil {
		t.Fatal(err)
	}
	var d struct {
		Title, UID string
		Panels     []struct {
			ID      int
			Title   string
			Targets []struct{ Expr string }
		}
	}
	if err := json.Unmarshal(text, &d); err != nil || d.Title == "" || d.UID == "" {
		t.Fatalf("%v: %+v", err, d)
	}
	var ids []int
	for _, p := range d.Panels {
		if p.Title == "" || len(p.Targets) == 0 || slices.Contains(ids, p.ID) {
			t.Errorf("panel %d, %q, has %d expressions", p.ID, p.Title, len(p.Targets))
		}
		ids = append(ids, p.ID)
		for _, target := range p.Targets {
			expressions = append(expressions, target.Expr)
		}
	}
	return expressions
}

// alerts returns the expressions of the rules in the manual.
func alerts(t *testing.T, manual string) (expressions []string) {
	t.Helper()
	_, block, _ := strings.Cut(manual, "```yaml\ngroups:")
	block, _, found := strings.Cut(block, "```")
	var rules struct {
		Groups []struct {
			Rules []struct{ Alert, Expr, For string }
		}
	}
	if err := yaml.Unmarshal([]byte("groups:"+block), &rules); err != nil || !found || len(rules.Groups) != 1 {
		t.Fatalf("%v: %+v", err, rules)
	}
	for _, r := range rules.Groups[0].Rules {
		if r.Alert == "" {
			t.Errorf("a rule without a name: %s", r.Expr)
		}
		expressions = append(expressions, r.Expr)
	}
	if len(expressions) < 8 {
		t.Errorf("only %d alerts", len(expressions))
	}
	return expressions
}
