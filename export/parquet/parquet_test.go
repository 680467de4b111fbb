package parquet_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"treatygraph/export"
	"treatygraph/export/exporttest"
	"treatygraph/export/parquet"
	"treatygraph/export/selection"
	"treatygraph/tools/python"
)

// TestDuckDBAndPandasReadEveryCellOfTheTablesAsItIs gives the files of both formats, and what they should hold, to programs that people read them with.
func TestDuckDBAndPandasReadEveryCellOfTheTablesAsItIs(t *testing.T) {
	if testing.Short() {
		t.Skip("needs packages from PyPI; left out by -short")
	}
	interpreter := python.Interpreter(t)
	for name, record := range map[string]*exporttest.Record{"corpus": exporttest.Corpus(t), "odd": exporttest.Odd(t)} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			source := record.Source(t, selection.Query{Evidence: true})
			for _, format := range []*export.Format{export.CSV, parquet.Parquet} {
				for file, content := range exporttest.Files(t, exporttest.Written(t, format, source)) {
					write(t, filepath.Join(folder, file), content)
				}
			}
			text, err := json.Marshal(exporttest.Tables(t, source))
			if err != nil {
				t.Fatal(err)
			}
			write(t, filepath.Join(folder, "want.json"), text)
			var complaints bytes.Buffer
			cmd := exec.CommandContext(t.Context(), interpreter, "-I", "testdata/tables.py", folder)
			cmd.Stderr = &complaints
			if _, err := cmd.Output(); err != nil {
				t.Fatalf("%v\n%s", err, &complaints)
			}
		})
	}
}

func write(t *testing.T, file string, content []byte) {
	t.Helper()
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestOneSelectionIsTheSameParquetEachTime(t *testing.T) {
	record := exporttest.Odd(t)
	first := exporttest.Written(t, parquet.Parquet, record.Source(t, selection.Query{Evidence: true}))
	if again := exporttest.Written(t, parquet.Parquet, record.Source(t, selection.Query{Evidence: true})); !bytes.Equal(first, again) {
		t.Error("two exports differ")
	}
}
