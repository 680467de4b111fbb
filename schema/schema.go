// Package schema holds the SDL of the API: one file a topic, and all of it in one file for those who write clients.
package schema

import (
	"embed"
	"io/fs"
	"strings"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
)

//go:embed *.graphql
var files embed.FS

// Published is the file of the schema that clients were promised, which Load leaves out. make publish writes it.
const Published = "published.graphql"

// Load parses and validates the files of the topics together.
func Load() (*ast.Schema, error) {
	names, err := fs.Glob(files, "*.graphql") // sorted
	if err != nil {
		return nil, err
	}
	var sources []*ast.Source
	for _, name := range names {
		if name == Published {
			continue
		}
		text, err := files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		sources = append(sources, &ast.Source{Name: name, Input: string(text)})
	}
	return gqlparser.LoadSchema(sources...)
}

// Print returns the whole schema as one text.
func Print() (string, error) {
	loaded, err := Load()
	if err != nil {
		return "", err
	}
	return Format(loaded), nil
}

// Format returns a schema as text, sorted by name, which depends on nothing but what the schema says.
func Format(s *ast.Schema) string {
	var text strings.Builder
	formatter.NewFormatter(&text, formatter.WithIndent("  ")).FormatSchema(s)
	return text.String()
}
