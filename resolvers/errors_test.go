package resolvers_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"treatygraph/graph"
)

func TestBadInputIsRefusedWithACodeAndAMessageThatNamesTheArgument(t *testing.T) {
	a, _ := counted(t, 2)
	for name, test := range map[string]struct {
		query     string
		variables map[string]any
		code      string
		says      string // part of the message
	}{
		"ID without a kind":          {`{entity(id:"start-i"){id}}`, nil, "BAD_USER_INPUT", "id:"},
		"ID in capitals":             {`{entity(id:"treaty/START-I"){id}}`, nil, "BAD_USER_INPUT", "not lower case"},
		"ID of an unknown kind":      {`{node(id:"unicorn/x"){id}}`, nil, "BAD_USER_INPUT", "not a kind"},
		"one bad ID of several":      {`{nodes(ids:["treaty/t0","??"]){id}}`, nil, "BAD_USER_INPUT", "item 1"},
		"ID as a number":             {`query($id:ID!){node(id:$id){id}}`, map[string]any{"id": 7}, "BAD_USER_INPUT", "id"},
		"no argument of entity":      {`{entity{id}}`, nil, "BAD_USER_INPUT", "exactly one"},
		"two arguments of entity":    {`{entity(id:"treaty/t0",name:"x"){id}}`, nil, "BAD_USER_INPUT", "exactly one"},
		"empty name":                 {`{entity(name:" "){id}}`, nil, "BAD_USER_INPUT", "name: is empty"},
		"long text":                  {`{lookup(text:"` + strings.Repeat("x", 5000) + `"){reason}}`, nil, "BAD_USER_INPUT", "text:"},
		"malformed identifier":       {`{entity(identifier:{scheme:WIKIDATA,value:"seven"}){id}}`, nil, "BAD_USER_INPUT", "identifier:"},
		"date of another form":       {`{entity(id:"treaty/t0"){...on Treaty{status(at:"06.04.2008"){value}}}}`, nil, "BAD_USER_INPUT", "at:"},
		"date that is not":           {`{entity(id:"treaty/t0"){...on Treaty{status(at:"2007-02-29"){value}}}}`, nil, "BAD_USER_INPUT", "at:"},
		"month where a day is asked": {`{entity(id:"treaty/t0"){...on Treaty{status(at:"2008-04"){value}}}}`, nil, "BAD_USER_INPUT", "leaves the day open"},
		"open where a day is asked":  {`{entity(id:"treaty/t0"){...on Treaty{status(at:".."){value}}}}`, nil, "BAD_USER_INPUT", "leaves the day open"},
		"date as a number":           {`query($d:Date){entity(id:"treaty/t0"){...on Treaty{status(at:$d){value}}}}`, map[string]any{"d": 2008}, "BAD_USER_INPUT", "$d: Date is written as a string"},
		"language":                   {`{entity(id:"treaty/t0"){label(language:"no language")}}`, nil, "BAD_USER_INPUT", "language:"},
		"cursor of nobody":           {`{treaties(after:"abc"){totalCount nodes{id}}}`, nil, "BAD_USER_INPUT", "after:"},
		"cursor before":              {`{entity(id:"treaty/t0"){statements(last:1,before:"abc"){nodes{id}}}}`, nil, "BAD_USER_INPUT", "before:"},
		"empty cursor":               {`{treaties(after:""){nodes{id}}}`, nil, "BAD_USER_INPUT", "after:"},
		"first and last":             {`{treaties(first:1,last:1){nodes{id}}}`, nil, "BAD_USER_INPUT", "last: stands together with first"},
		"first 0":                    {`{treaties(first:0){nodes{id}}}`, nil, "BAD_USER_INPUT", "first: 0 is not between 1 and 100"},
		"first 101":                  {`{entity(id:"treaty/t0"){statements(first:101){nodes{id}}}}`, nil, "BAD_USER_INPUT", "first: 101 is not between"},
		"last -1":                    {`{treaties(last:-1){nodes{id}}}`, nil, "BAD_USER_INPUT", "last: -1"},
		"Int as a string":            {`{treaties(first:"5"){nodes{id}}}`, nil, "BAD_USER_INPUT", ""},
		"Int variable as a string":   {`query($n:Int){treaties(first:$n){nodes{id}}}`, map[string]any{"n": "5"}, "BAD_USER_INPUT", "$n: Int is written as a number"},
		"Int as a fraction":          {`query($n:Int){treaties(first:$n){nodes{id}}}`, map[string]any{"n": 1.5}, "BAD_USER_INPUT", ""},
		"Int beyond 32 bits":         {`query($n:Int){treaties(first:$n){nodes{id}}}`, map[string]any{"n": 1 << 33}, "BAD_USER_INPUT", "32 bits"},
		"String as a number":         {`query($t:String!){lookup(text:$t){reason}}`, map[string]any{"t": 5}, "BAD_USER_INPUT", ""},
		"enum in small letters":      {`query($k:[EntityKind!]){lookup(text:"x",kinds:$k){reason}}`, map[string]any{"k": []string{"treaty"}}, "BAD_USER_INPUT", "treaty"},
		"unknown enum value":         {`{lookup(text:"x",kinds:[UNICORN]){reason}}`, nil, "BAD_USER_INPUT", "UNICORN"},
		"empty list of kinds":        {`{lookup(text:"x",kinds:[]){reason}}`, nil, "BAD_USER_INPUT", "kinds:"},
		"empty list of predicates":   {`{entity(id:"treaty/t0"){statements(predicates:[]){nodes{id}}}}`, nil, "BAD_USER_INPUT", "predicates:"},
		"unknown actor":              {`{entity(id:"treaty/t0"){...on Treaty{partyStatus(actor:"state/atlantis"){value}}}}`, nil, "NOT_FOUND", "actor:"},
		"a treaty as actor":          {`{entity(id:"treaty/t0"){...on Treaty{partyStatus(actor:"treaty/t1"){value}}}}`, nil, "BAD_USER_INPUT", "cannot act"},
		"as of a month":              {`query @asOf(validOn:"2008-04"){revision{number}}`, nil, "BAD_USER_INPUT", "validOn"},
		"as of no moment":            {`query @asOf(recordedAt:"yesterday"){revision{number}}`, nil, "BAD_USER_INPUT", "RFC 3339"},
		"as of before the record":    {`query @asOf(recordedAt:"1990-01-01T00:00:00Z"){revision{number}}`, nil, "BAD_USER_INPUT", "nothing was recorded"},
		"as of revision 0":           {`query @asOf(revision:0){revision{number}}`, nil, "BAD_USER_INPUT", "revision"},
		"as of a revision to come":   {`query @asOf(revision:99){revision{number}}`, nil, "BAD_USER_INPUT", "the newest, 1"},
		"as of two records":          {`query @asOf(revision:1,recordedAt:"2026-01-16T00:00:00Z"){revision{number}}`, nil, "BAD_USER_INPUT", "one of the two"},
		"variable of another type":   {`query($a:AsOf){treaties(asOf:$a){totalCount}}`, map[string]any{"a": map[string]any{"revision": "x"}}, "BAD_USER_INPUT", "$a.revision: "},
		"unknown part of a variable": {`query($a:AsOf){treaties(asOf:$a){totalCount}}`, map[string]any{"a": map[string]any{"day": "x"}}, "BAD_USER_INPUT", "$a.day: "},
		"variable that is missing":   {`query($id:ID!){node(id:$id){id}}`, nil, "BAD_USER_INPUT", "$id: "},
		"no name of the operation":   {`query A{revision{number}} query B{revision{number}}`, nil, "BAD_USER_INPUT", "operationName: "},
		"paths from nowhere":         {`{paths(from:[],to:["treaty/t0"]){complete}}`, nil, "BAD_USER_INPUT", "from: names no entity"},
		"paths to nowhere":           {`{paths(from:["treaty/t0"],to:[]){complete}}`, nil, "BAD_USER_INPUT", "to: names no entity"},
		"paths from 101 ends":        {`query($f:[ID!]!){paths(from:$f,to:["treaty/t0"]){complete}}`, map[string]any{"f": slices.Repeat([]string{"treaty/t1"}, 101)}, "BAD_USER_INPUT", "from: 101 items are more than 100"},
		"paths from no ID":           {`{paths(from:["treaty/t0","T1"],to:["treaty/t1"]){complete}}`, nil, "BAD_USER_INPUT", "from.1:"},
		"paths from the unknown":     {`{paths(from:["treaty/none"],to:["treaty/t1"]){complete}}`, nil, "NOT_FOUND", "from.0:"},
		"paths to the unknown":       {`{paths(from:["treaty/t0"],to:["treaty/t1","treaty/none"]){complete}}`, nil, "NOT_FOUND", "to.1:"},
		"paths without the unknown":  {`{paths(from:["treaty/t0"],to:["treaty/t1"],without:["treaty/none"]){complete}}`, nil, "NOT_FOUND", "without.0:"},
		"paths to themselves":        {`{paths(from:["treaty/t0"],to:["treaty/t0"]){complete}}`, nil, "BAD_USER_INPUT", "to.0: \"treaty/t0\" stands in from too"},
		"an end in both":             {`{paths(from:["state/s0","treaty/t0"],to:["state/s1","state/s0"]){complete}}`, nil, "BAD_USER_INPUT", "to.1: \"state/s0\" stands in from too"},
		"paths without their end":    {`{paths(from:["treaty/t0"],to:["treaty/t1"],without:["treaty/t1"]){complete}}`, nil, "BAD_USER_INPUT", "without.0: \"treaty/t1\" stands in to too"},
		"paths of no hops":           {`{paths(from:["treaty/t0"],to:["treaty/t1"],maxHops:0){complete}}`, nil, "BAD_USER_INPUT", "maxHops: 0 is not between 1 and 12"},
		"paths of 13 hops":           {`{paths(from:["treaty/t0"],to:["treaty/t1"],maxHops:13){complete}}`, nil, "BAD_USER_INPUT", "maxHops: 13 is not"},
		"no paths":                   {`{paths(from:["treaty/t0"],to:["treaty/t1"],first:0){complete}}`, nil, "BAD_USER_INPUT", "first: 0 is not"},
		"101 paths":                  {`{paths(from:["treaty/t0"],to:["treaty/t1"],first:101){complete}}`, nil, "BAD_USER_INPUT", "first: 101 is not"},
		"paths along nothing":        {`{paths(from:["treaty/t0"],to:["treaty/t1"],predicates:[]){complete}}`, nil, "BAD_USER_INPUT", "predicates:"},
		"paths by no step":           {`{paths(from:["treaty/t0"],to:["treaty/t1"],steps:[]){complete}}`, nil, "BAD_USER_INPUT", "steps:"},
		"paths of no kinds":          {`{paths(from:["treaty/t0"],to:["treaty/t1"],kinds:[]){complete}}`, nil, "BAD_USER_INPUT", "kinds:"},
		"paths of a broken pattern":  {`{paths(from:["treaty/t0"],to:["treaty/t1"],pattern:"CITES> (SIGNED | "){complete}}`, nil, "BAD_USER_INPUT", "pattern: character 18: a step is missing"},
		"paths of an empty pattern":  {`{paths(from:["treaty/t0"],to:["treaty/t1"],pattern:""){complete}}`, nil, "BAD_USER_INPUT", "pattern: character 1:"},
		"paths as of a month":        {`{paths(from:["treaty/t0"],to:["treaty/t1"],asOf:{validOn:"2008-04"}){complete}}`, nil, "BAD_USER_INPUT", "asOf.validOn"},
		"unknown field":              {`{nothing}`, nil, "BAD_USER_INPUT", "nothing"},
		"syntax":                     {`{treaties(`, nil, "BAD_USER_INPUT", ""},
		"no operation":               {`# nothing`, nil, "BAD_USER_INPUT", ""},
		"a mutation":                 {`mutation{x}`, nil, "BAD_USER_INPUT", ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := a.ask(test.query, test.variables)
			if len(r.Errors) == 0 {
				t.Fatalf("not refused: %s", r.Data)
			}
			e := r.Errors[0]
			if e.Extensions.Code != test.code || !strings.Contains(e.Message, test.says) || e.Extensions.RequestID == "" {
				t.Errorf("got %+v, want code %s and a message with %q", e, test.code, test.says)
			}
			if len(e.Path) > 0 && e.Path[0] == "variable" {
				t.Errorf("the path leads into the variables, not into the answer: %v", e.Path)
			}
			if r.Extensions.Revision == nil {
				t.Error("the response does not state its revision")
			}
		})
	}
}

func TestWhatTheRecordDoesNotHoldIsNullAndNoError(t *testing.T) {
	a, _ := counted(t, 1)
	var data map[string]any
	a.answer(`{a:node(id:"treaty/none") {id} b:node(id:"cites.100000000000000000000000000") {id} c:entity(id:"treaty/none"){id} d:entity(name:"Atlantis"){id}
		e:entity(identifier:{scheme:WIKIDATA,value:"Q1"}){id}}`, nil, &data)
	for field, value := range data {
		if value != nil {
			t.Errorf("%s is %v", field, value)
		}
	}
	var nodes struct{ Nodes []*struct{ ID string } }
	a.answer(`{nodes(ids:["treaty/none","treaty/t0","treaty/none"]){id}}`, nil, &nodes)
	if len(nodes.Nodes) != 3 || nodes.Nodes[0] != nil || nodes.Nodes[1] == nil || nodes.Nodes[1].ID != "treaty/t0" || nodes.Nodes[2] != nil {
		t.Errorf("got %+v", nodes.Nodes)
	}
}

func TestErrorsOfTheStoreGetACodeAndKeepTheirCauseInside(t *testing.T) {
	for code, fail := range map[string]func(context.Context) error{
		"UNAVAILABLE": func(context.Context) error { return fmt.Errorf("dial secret-host: %w", graph.ErrUnavailable) },
		"INTERNAL":    func(context.Context) error { return errors.New("secret detail") },
		"TIMEOUT":     func(context.Context) error { return fmt.Errorf("secret wait: %w", context.DeadlineExceeded) },
	} {
		store := &countingStore{Store: openSQLite(t)}
		fill(t, store, 2)
		idx := follow(t, store)
		store.fail = fail
		r := newAPI(t, idx, store).ask(`{treaties{nodes{id description}}}`, nil)
		if len(r.Errors) == 0 || r.Errors[0].Extensions.Code != code || strings.Contains(fmt.Sprint(r), "secret") {
			t.Errorf("%s: got %+v", code, r)
		}
	}
}

func TestAPanicBecomesAnInternalError(t *testing.T) {
	store := &countingStore{Store: openSQLite(t)}
	fill(t, store, 2)
	idx := follow(t, store)
	store.fail = func(context.Context) error { panic("secret") }
	r := newAPI(t, idx, store).ask(`{treaties{nodes{description}}}`, nil)
	if len(r.Errors) == 0 || r.Errors[0].Extensions.Code != "INTERNAL" || strings.Contains(fmt.Sprint(r), "secret") {
		t.Errorf("got %+v", r)
	}
}

func TestAnOperationBegunTooLateIsATimeout(t *testing.T) {
	a, _ := counted(t, 1)
	ctx, cancel := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
	defer cancel()
	r := a.within(ctx, `{treaties{nodes{id}}}`)
	if len(r.Errors) != 1 || r.Errors[0].Extensions.Code != "TIMEOUT" {
		t.Errorf("got %+v", r)
	}
}
