package httpapi

import (
	"github.com/vektah/gqlparser/v2/gqlerror"

	"treatygraph/resolvers"
)

// checkVariables bounds the values of variables before they are held against their types. Only mutations take long texts.
func (l Limits) checkVariables(variables map[string]any, mutation bool) *gqlerror.Error {
	if n := len(variables); n > l.Variables {
		return resolvers.Refuse(resolvers.ErrLimit, "the request gives %d variables, more than %d", n, l.Variables)
	}
	if mutation {
		l.String = int(l.WriteBody)
	}
	items := 0
	for _, value := range variables {
		if err := l.checkValue(value, 0, &items); err != nil {
			return err
		}
	}
	return nil
}

// checkValue checks one value as JSON has it, and adds the items of its lists.
func (l Limits) checkValue(value any, depth int, items *int) *gqlerror.Error {
	if depth > l.ValueDepth {
		return resolvers.Refuse(resolvers.ErrLimit, "lists and objects in the variables nest more than %d deep", l.ValueDepth)
	}
	switch v := value.(type) {
	case string:
		if len(v) > l.String {
			return resolvers.Refuse(resolvers.ErrLimit, "a string in the variables has %d bytes, more than %d", len(v), l.String)
		}
	case []any:
		if *items += len(v); *items > l.List {
			return resolvers.Refuse(resolvers.ErrLimit, "the lists in the variables have more than %d items", l.List)
		}
		for _, item := range v {
			if err := l.checkValue(item, depth+1, items); err != nil {
				return err
			}
		}
	case map[string]any:
		for name, field := range v {
			if len(name) > l.Name {
				return resolvers.Refuse(resolvers.ErrLimit, "a name in the variables has %d bytes, more than %d", len(name), l.Name)
			}
			if err := l.checkValue(field, depth+1, items); err != nil {
				return err
			}
		}
	}
	return nil
}
