package schema_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"treatygraph/graph"
	"treatygraph/schema"
)

func load(t *testing.T) *ast.Schema {
	t.Helper()
	loaded, err := schema.Load()
	if err != nil {
		t.Fatal(err)
	}
	return loaded
}

// ours visits the definitions of our SDL, without those of GraphQL itself.
func ours(schema *ast.Schema, visit func(*ast.Definition)) {
	for _, definition := range schema.Types {
		if !definition.BuiltIn {
			visit(definition)
		}
	}
}

func TestEverythingInTheSchemaIsDescribedInSentences(t *testing.T) {
	schema := load(t)
	check := func(what, description string) {
		description = strings.TrimSpace(description)
		if description == "" {
			t.Errorf("%s has no description", what)
		} else if last := description[len(description)-1]; !strings.Contains(".)/", string(last)) || description[:1] != strings.ToUpper(description[:1]) {
			t.Errorf("%s: %q is not a sentence", what, description)
		}
	}
	ours(schema, func(d *ast.Definition) {
		check(d.Name, d.Description)
		for _, field := range d.Fields {
			if strings.HasPrefix(field.Name, "__") {
				continue
			}
			check(d.Name+"."+field.Name, field.Description)
			for _, argument := range field.Arguments {
				check(d.Name+"."+field.Name+"("+argument.Name+")", argument.Description)
			}
		}
		for _, value := range d.EnumValues {
			check(d.Name+"."+value.Name, value.Description)
		}
	})
	for _, name := range []string{"asOf", "cost"} {
		directive := schema.Directives[name]
		check("@"+name, directive.Description)
		for _, argument := range directive.Arguments {
			check("@"+name+"("+argument.Name+")", argument.Description)
		}
	}
}

func TestAFieldOfAnInterfaceReadsTheSameInEveryTypeThatHasIt(t *testing.T) {
	schema := load(t)
	ours(schema, func(d *ast.Definition) {
		for _, name := range d.Interfaces {
			for _, field := range schema.Types[name].Fields {
				own := d.Fields.ForName(field.Name)
				if name != "Node" && own.Description != field.Description {
					t.Errorf("%s.%s does not read as %s.%s", d.Name, field.Name, name, field.Name)
				}
				for _, argument := range field.Arguments {
					if got := own.Arguments.ForName(argument.Name); got.Description != argument.Description || got.DefaultValue.String() != argument.DefaultValue.String() {
						t.Errorf("%s.%s(%s) is not as in %s", d.Name, field.Name, argument.Name, name)
					}
				}
			}
		}
	})
}

func TestEnumsEqualTheTablesOfTheModel(t *testing.T) {
	schema := load(t)
	for name, table := range map[string][]string{
		"EntityKind":       names(graph.Kinds()),
		"Predicate":        names(graph.Predicates()),
		"NameRole":         names(graph.NameRoles()),
		"IdentifierScheme": names(graph.Schemes()),
		"Rank":             names([]graph.Rank{graph.RankPreferred, graph.RankNormal, graph.RankDeprecated}),
		"Method":           names([]graph.Method{graph.MethodCurated, graph.MethodExtracted, graph.MethodImported, graph.MethodDerived}),
		"InstrumentState":  names(graph.InstrumentStates()),
		"PartyState":       names(graph.PartyStates()),
	} {
		var inSchema []string
		for _, value := range schema.Types[name].EnumValues {
			inSchema = append(inSchema, value.Name)
		}
		if !slices.Equal(inSchema, table) {
			t.Errorf("enum %s has\n%v, the model\n%v", name, inSchema, table)
		}
	}
}

func names[T interface{ String() string }](values []T) []string {
	all := make([]string, len(values))
	for i, v := range values {
		all[i] = v.String()
	}
	return all
}

func TestEveryKindHasAnObjectTypeWithItsInterfaces(t *testing.T) {
	schema := load(t)
	for _, kind := range graph.Kinds() {
		name := kind.String()[:1] + strings.ToLower(kind.String()[1:])
		definition := schema.Types[name]
		if definition == nil || definition.Kind != ast.Object {
			t.Errorf("kind %s has no object type", kind)
			continue
		}
		for iface, has := range map[string]bool{
			"Node": true, "Entity": true, "Instrument": graph.Instruments.Has(kind), "Actor": graph.Actors.Has(kind), "TextUnit": graph.TextUnits.Has(kind),
		} {
			if slices.Contains(definition.Interfaces, iface) != has {
				t.Errorf("type %s implements %v; %s should be %t", name, definition.Interfaces, iface, has)
			}
		}
	}
}
