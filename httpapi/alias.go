package httpapi

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"treatygraph/graph"
	"treatygraph/resolvers"
)

// An expansion goes through operations and fragments as an answer has them: with fragments filled in, and with fields of the same name in the
// same place brought together. Validation looks at each of these fields, and compares each two that are brought together, so their
// numbers bound its work; and they are what an alias or a fragment multiplies.
type expansion struct {
	Limits
	fragments map[string]*ast.FragmentDefinition
	fields    int // so far; it goes no further once these are too many
	aliases   int // of the operation or fragment that is gone through
}

// checkExpansion goes through the whole document. Each fragment is also gone through by itself, as validation does.
func (l Limits) checkExpansion(d *ast.QueryDocument) *gqlerror.Error {
	e := newExpansion(l, d)
	for _, operation := range d.Operations {
		if err := e.root(operation.SelectionSet, nil); err != nil {
			return err
		}
	}
	for _, fragment := range d.Fragments {
		if err := e.root(fragment.SelectionSet, &within{fragment.Name, nil}); err != nil {
			return err
		}
	}
	return nil
}

func newExpansion(l Limits, d *ast.QueryDocument) *expansion {
	e := &expansion{Limits: l, fragments: map[string]*ast.FragmentDefinition{}}
	for _, fragment := range d.Fragments {
		e.fragments[fragment.Name] = fragment
	}
	return e
}

// within names the fragments in which something stands, from the innermost out.
type within struct {
	fragment string
	outer    *within
}

func (w *within) has(fragment string) bool {
	for ; w != nil; w = w.outer {
		if w.fragment == fragment {
			return true
		}
	}
	return false
}

// A part is selections and where they stand.
type part struct {
	selections ast.SelectionSet
	in         *within
}

func (p part) goesOn() bool { return len(p.selections) > 0 }

// A level is one place of the answer: its fields by the names that the answer gives them, in the order of the document.
type level struct {
	names  []string
	fields map[string][]part // the selections below each field of a name
	of     map[string]string // what is asked for under a name
	spread map[string]bool   // fragments are filled in once in a place, as the executor does
}

func (e *expansion) root(selections ast.SelectionSet, in *within) *gqlerror.Error {
	e.aliases = 0
	return e.place([]part{{selections, in}}, e.FieldAliases)
}

// introspectionAliases is how many aliases a field may have below __schema and __type: tools give none, and descriptions are long.
const introspectionAliases = 5

// place goes through one place of the answer and those below it. A field may have so many aliases.
func (e *expansion) place(parts []part, most int) *gqlerror.Error {
	here := level{fields: map[string][]part{}, of: map[string]string{}, spread: map[string]bool{}}
	for _, p := range parts {
		if err := e.collect(&here, p, 1); err != nil {
			return err
		}
	}
	aliases := map[string]int{}
	for _, name := range here.names {
		if field := here.of[name]; field != name {
			if aliases[field]++; aliases[field] > most {
				return resolvers.Refuse(resolvers.ErrLimit, "the field %s has more than %d aliases in one place", field, most)
			}
			if e.aliases++; e.aliases > e.Aliases {
				return resolvers.Refuse(resolvers.ErrLimit, "an operation has more than %d aliases", e.Aliases)
			}
		}
		if below := here.fields[name]; slices.ContainsFunc(below, part.goesOn) {
			mostBelow := most
			if here.of[name] == "__schema" || here.of[name] == "__type" {
				mostBelow = min(most, introspectionAliases)
			}
			if err := e.place(below, mostBelow); err != nil {
				return err
			}
		}
	}
	return nil
}

// collect adds the fields of a part. Each counts as often as validation compares it: once, and again in each inline fragment around it.
func (e *expansion) collect(here *level, p part, times int) *gqlerror.Error {
	for _, selection := range p.selections {
		switch s := selection.(type) {
		case *ast.Field:
			if e.fields += times; e.fields > e.Fields {
				return resolvers.Refuse(resolvers.ErrLimit, "with its fragments filled in, the document has more than %d fields", e.Fields)
			}
			same, found := here.fields[s.Alias]
			if !found {
				here.names = append(here.names, s.Alias)
				here.of[s.Alias] = s.Name
			}
			if len(same) == e.Repeats {
				return resolvers.Refuse(resolvers.ErrLimit, "the field %s stands in one place more than %d times", s.Alias, e.Repeats)
			}
			here.fields[s.Alias] = append(same, part{s.SelectionSet, p.in})
		case *ast.InlineFragment:
			if err := e.collect(here, part{s.SelectionSet, p.in}, times+1); err != nil {
				return err
			}
		case *ast.FragmentSpread:
			fragment := e.fragments[s.Name]
			if p.in.has(s.Name) {
				return resolvers.Refuse(graph.ErrInvalid, "the fragment %s spreads itself", s.Name)
			}
			if fragment == nil || here.spread[s.Name] {
				continue
			}
			here.spread[s.Name] = true
			if err := e.collect(here, part{fragment.SelectionSet, &within{s.Name, p.in}}, times); err != nil {
				return err
			}
		}
	}
	return nil
}
