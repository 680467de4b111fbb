package main

import (
	"fmt"
	"strconv"
	"strings"

	"treatygraph/graph"
)

// How the model is put into words, for tables and pages alike.

// count says a number of things: "1 mention", "1,234 mentions".
func count(n int, thing string) string {
	if n != 1 {
		if strings.HasSuffix(thing, "y") {
			thing = strings.TrimSuffix(thing, "y") + "ie"
		}
		thing += "s"
	}
	return thousands(n) + " " + thing
}

func thousands(n int) string {
	digits := strconv.Itoa(n)
	for at := len(digits) - 3; at > 0; at -= 3 {
		digits = digits[:at] + "," + digits[at:]
	}
	return digits
}

// partName names a part of a document within it: "passage 12", "section 2.1", "note 1"; other IDs stand for themselves.
func partName(id graph.ID) string {
	last := string(id[strings.LastIndexByte(string(id), '/')+1:])
	switch id.Kind() {
	case graph.KindPassage:
		if n, is := strings.CutPrefix(last, "note-"); is {
			return "note " + n
		}
		return "passage " + last
	case graph.KindSection:
		return "section " + last
	case graph.KindDocument:
		return "document"
	default:
		return string(id)
	}
}

func valueWords(v *graph.Value) string {
	switch v.Kind {
	case graph.ValueText:
		return v.Text
	case graph.ValueName:
		return fmt.Sprintf("%s (%s, %s)", v.Text, v.Lang, strings.ToLower(v.Role.String()))
	case graph.ValueIdentifier:
		return v.Identifier().String()
	case graph.ValueQuantity:
		return v.Amount + " " + v.Unit
	case graph.ValueDate:
		return v.Date.String()
	case graph.ValueSpan:
		return fmt.Sprintf("characters %s to %s", thousands(v.Start), thousands(v.End))
	default:
		return ""
	}
}

// validWords says when a claim holds: an event has a date, a state a beginning and an end.
func validWords(p graph.Predicate, v graph.Interval) string {
	switch {
	case v.IsZero():
		return ""
	case p.Row().Tempo == graph.TempoEvent:
		return v.From.String()
	}
	var words []string
	if !v.From.IsZero() && !v.From.IsOpen() {
		words = append(words, "from "+v.From.String())
	}
	switch {
	case v.To.IsOpen():
		words = append(words, "still holds")
	case !v.To.IsZero():
		words = append(words, "to "+v.To.String())
	}
	return strings.Join(words, ", ")
}

// qualifierWords lists the details of a claim; name shows the entities in it.
func qualifierWords(q *graph.Qualifiers, name func(graph.ID) string) []string {
	var list []string
	add := func(what, text string) {
		if text != "" {
			list = append(list, strings.TrimSpace(what+" "+text))
		}
	}
	entity := func(what string, id graph.ID) {
		if id != "" {
			add(what, name(id))
		}
	}
	if !q.EffectiveOn.IsZero() {
		add("effective on", q.EffectiveOn.String())
	}
	entity("depositary", q.Depositary)
	entity("place", q.Place)
	entity("on behalf of", q.OnBehalfOf)
	add("vote", q.Vote)
	if q.Ordinal != 0 {
		add("number", strconv.Itoa(q.Ordinal))
	}
	add("as", q.Role)
	add("note:", q.Note)
	add("about", string(q.About))
	return list
}

// predicateWords reads as a verb: "acceded to".
func predicateWords(p graph.Predicate) string {
	return strings.ToLower(strings.ReplaceAll(p.String(), "_", " "))
}

// degree shows a confidence or score; empty where none is stated.
func degree(t graph.Thousandths) string {
	if t == 0 {
		return ""
	}
	return strconv.FormatFloat(float64(t)/1000, 'f', 2, 64)
}
