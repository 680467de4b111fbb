package schema_test

import (
	"os"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"treatygraph/schema"
)

func TestThePublishedSchemaIsThePresentOne(t *testing.T) {
	const file = schema.Published
	published, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	present, err := schema.Print()
	if err != nil {
		t.Fatal(err)
	}
	if string(published) != present {
		t.Errorf("schema/%s is not what the schema says: run make publish", file)
	}
}

func TestThePrintedSchemaIsWholeAndPrintsAsItself(t *testing.T) {
	text, err := schema.Print()
	if err != nil {
		t.Fatal(err)
	}
	printed, err := gqlparser.LoadSchema(&ast.Source{Input: text})
	if err != nil {
		t.Fatal(err)
	}
	if again := schema.Format(printed); again != text {
		t.Errorf("the printed schema prints as another of %d bytes, not %d", len(again), len(text))
	}
	loaded := load(t)
	if len(printed.Types) != len(loaded.Types) || len(printed.Directives) != len(loaded.Directives) {
		t.Errorf("%d types and %d directives are printed of %d and %d", len(printed.Types), len(printed.Directives), len(loaded.Types), len(loaded.Directives))
	}
}
