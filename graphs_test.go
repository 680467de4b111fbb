package main

import (
	"strings"
	"testing"

	"treatygraph/export"
	"treatygraph/export/exporttest"
)

func TestGraphologyReadsGEXFWithEveryIDAndAttribute(t *testing.T) {
	if testing.Short() {
		t.Skip("needs packages from npm; left out by -short")
	}
	prepareClientTools(t)
	formats := []*export.Format{export.GEXF, export.GEXF12}
	folder := exporttest.Graphs(t, formats...)
	for _, f := range formats {
		t.Run(f.Name, func(t *testing.T) {
			output := clientTool(t, append([]string{"node", "graphs.mjs", f.Name, folder}, exporttest.GraphCases...)...)
			if strings.Count(output, "values are equal") != len(exporttest.GraphCases) {
				t.Error("not every graph was compared")
			}
			t.Log(output)
		})
	}
}
