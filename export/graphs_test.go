package export_test

import (
	"os/exec"
	"strings"
	"testing"

	"treatygraph/export"
	"treatygraph/export/exporttest"
	"treatygraph/tools/python"
)

// graphs are the formats of graphs.
var graphs = []*export.Format{export.GraphML, export.GEXF, export.GEXF12, export.DOT, export.Cytoscape}

// TestToolsOfPythonReadGraphsWithEveryIDAndAttribute has those who know nothing of this program read the graphs of the corpus, of all that is
// odd, of the surroundings of the NPT and of nothing.
func TestToolsOfPythonReadGraphsWithEveryIDAndAttribute(t *testing.T) {
	if testing.Short() {
		t.Skip("needs packages from PyPI; left out by -short")
	}
	interpreter := python.Interpreter(t)
	folder := exporttest.Graphs(t, graphs...)
	small := []string{"odd", "bare", "near", "none"} // pydot takes a minute for the corpus
	for _, judge := range []struct {
		tool, format string
		cases        []string
	}{
		{"networkx", "graphml", exporttest.GraphCases}, {"igraph", "graphml", exporttest.GraphCases}, {"networkx", "gexf12", exporttest.GraphCases},
		{"networkx", "gexf", exporttest.GraphCases}, {"pydot", "dot", small}, {"networkx", "cytoscape", exporttest.GraphCases},
	} {
		t.Run(judge.tool+" "+judge.format, func(t *testing.T) {
			args := append([]string{"-I", "testdata/graphs.py", judge.tool, judge.format, folder}, judge.cases...)
			out, err := exec.CommandContext(t.Context(), interpreter, args...).CombinedOutput()
			if err != nil || strings.Count(string(out), "values are equal") != len(judge.cases) {
				t.Errorf("%v", err)
			}
			t.Logf("%s", out)
		})
	}
}
