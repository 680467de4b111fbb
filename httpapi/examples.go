package httpapi

import "net/url"

// An example is a query that the home page and GraphiQL offer. GraphiQL calls its tab by the name of the operation.
type example struct {
	Title string `json:"title"`
	Query string `json:"query"`
}

// Raw answers the example with JSON.
func (e example) Raw() string { return "/graphql?query=" + url.QueryEscape(e.Query) }

// GraphiQL opens the example to be run and changed.
func (e example) GraphiQL() string { return "/graphiql?query=" + url.QueryEscape(e.Query) }

var examples = []example{
	{"What became of the Moscow Treaty, found by its Chinese name", `query MoscowTreaty {
  entity(name: "莫斯科条约") {
    id
    label(language: "en")
    ... on Treaty {
      status(at: "2008-04-06") { value since explanation }
    }
  }
}`},
	{"What the declaration of Sochi cites, and with which words", `query Citations {
  entity(id: "declaration/us-russia-strategic-framework-2008") {
    ... on Declaration {
      cites(first: 30) {
        totalCount
        nodes {
          object { id label }
          evidence { quote language passage { ... on Passage { section { label } } } }
        }
      }
    }
  }
}`},
	{"START I while it was in force, and after it", `query StartI {
  entity(id: "treaty/start-i") {
    ... on Treaty {
      before: status(at: "2008-04-06") { value since explanation }
      after: status(at: "2009-12-06") { value since explanation }
      timeline { on statement { predicate subject { label } object { label } } }
    }
  }
}`},
	{"Where Russia stood towards the CFE Treaty, and why", `query RussiaAndCFE {
  entity(id: "treaty/cfe") {
    ... on Treaty {
      partyStatus(actor: "state/rus", at: "2008-04-06") {
        value since explanation
        because { id evidence { citation url } }
      }
    }
  }
}`},
	{"What the United States and Russia disagreed on", `query Disagreements {
  nodes(ids: ["state/usa", "state/rus"]) {
    ... on State {
      label
      statements(direction: OUT, predicates: [OPPOSES, DISAGREES_ON]) {
        nodes { predicate object { id label } evidence { quote } }
      }
    }
  }
}`},
	{"Where texts speak of missile defence, in Chinese", `query MissileDefence {
  search(text: "导弹防御", first: 5) {
    totalCount
    nodes { entity { id label } fragments { text highlights { start end } } }
  }
}`},
	{"What СНВ-1 is", `query Lookup {
  lookup(text: "СНВ-1") {
    class
    reason
    entity { id kind label names { text language role } }
  }
}`},
	{"What held on the day of the declaration, as the record stood at its first revisions", `query EarlierRecord @asOf(validOn: "2008-04-06", revision: 4) {
  entity(id: "treaty/cfe") {
    statements(first: 10) {
      totalCount
      nodes { predicate subject { label } object { label } valid { from to } }
    }
  }
}`},
	{"The first ten treaties and their names", `query Treaties {
  treaties(first: 10) {
    totalCount
    nodes { id label names { text language role } }
  }
}`},
}
