package resolvers_test

import (
	"testing"

	"treatygraph/httpapi"
)

// counted returns an API over a store of n treaties whose calls are counted, all caches cold.
func counted(t *testing.T, n int) (api, *countingStore) {
	t.Helper()
	store := &countingStore{Store: openSQLite(t)}
	fill(t, store, n)
	var source httpapi.Source = follow(t, store)
	store.assertions.Store(0)
	store.texts.Store(0)
	return newAPI(t, source, store), store
}

func TestContentIsLoadedOncePerLevelHoweverManyElementsThereAre(t *testing.T) {
	for name, test := range map[string]struct {
		query             string
		assertions, texts int32
	}{
		"shape alone": {`{treaties{totalCount nodes{id label names{text} status{value since explanation} statements{totalCount nodes{id predicate rank valid{from}} edges{other{id label}}}}}}`, 0, 0},
		"one level":   {`{treaties{nodes{statements{nodes{value{__typename} qualifiers{vote} assertions{dataset{label}} evidence{citation quote}}}}}}`, 1, 0},
		"three levels": {`{treaties{nodes{statements(first:10){edges{node{evidence{citation}} other{
			statements(first:9){edges{node{evidence{citation}} other{
				statements(first:8){nodes{evidence{citation}}}}}}}}}}}}`, 3, 0},
		"shape of lists": {`{entities(orderBy:MOST_STATEMENTS filter:{has:{predicates:[SIGNED]}}){totalCount nodes{id label kind}} states(filter:{not:{names:["State 0"]}}){nodes{label}}
			treaties(orderBy:NEWEST filter:{status:{is:[IN_FORCE]},party:{actor:"state/s0",is:[SIGNATORY,PARTY]},mentionedIn:["document/doc"]}){totalCount nodes{names{text}}}
			statements(orderBy:NEWEST filter:{predicates:[SIGNED],evidenced:true}){totalCount nodes{id subject{label} object{label status:__typename}}}}`, 0, 0},
		"four levels of all statements": {`{statements(filter:{predicates:[SIGNED]}){nodes{evidence{citation} object{statements(first:7){nodes{evidence{citation}
			subject{statements(first:6,orderBy:NEWEST){nodes{evidence{citation} object{description}}}}}}}}}}`, 4, 0},
		"a comparison": {`{compare(seeds:{ids:["treaty/t0","treaty/t1"]},from:{validOn:"1998-01-01"},to:{validOn:"2001-01-01"}){entitiesGained{label} entitiesLost{label}
			gained{id subject{label}} changed{differsIn} statusChanges{instrument{label} before{value} after{value explanation}}}}`, 0, 0},
		"a comparison with evidence": {`{compare(seeds:{ids:["treaty/t0","treaty/t1"]},from:{validOn:"1998-01-01"},to:{validOn:"2001-01-01"}){
			gained{evidence{citation}} lost{evidence{citation}} statusChanges{before{because{evidence{citation}}} after{because{evidence{citation}}}}}}`, 4, 0},
		"analysis":                    {`{analysis{entityCount degrees{entity{label}} pageRank{entity{names{text}}} bridges{id} articulationPoints{label}} coMentions(entity:"treaty/t0"){entities{entity{label}}}}`, 0, 0},
		"what an analysis finds":      {`{analysis(predicates:[MENTIONS]){bridges{evidence{quote}} components{entities{description}}}}`, 3, 0},
		"descriptions":                {`{treaties{nodes{description}}}`, 1, 0},
		"what decided statuses":       {`{treaties{nodes{status(at:"2001-01-01"){because{evidence{citation}}} partyStatus(actor:"state/s0",at:"1999-06-01"){because{evidence{citation}}}}}}`, 2, 0},
		"what else the actor did":     {`{treaties{nodes{partyStatus(actor:"state/s0"){actor{statements{nodes{evidence{citation}}}}}}}}`, 1, 0},
		"texts of passages":           {`{entity(id:"document/doc"){statements(direction:IN,predicates:[PART_OF]){edges{other{...on TextUnit{text}}}}}}`, 1, 1},
		"texts of passages of quotes": {`{treaties{nodes{statements(predicates:[MENTIONS]){nodes{evidence{quote passage{text} document{label}}}}}}}`, 2, 1},
		"parties without reasons":     {`{treaties{nodes{parties(at:"2001-01-01" status:[SIGNATORY PARTY]){totalCount nodes{value since explanation actor{label} treaty{label}} pageInfo{hasNextPage}}}}}`, 0, 0},
		"parties with reasons":        {`{treaties{nodes{parties(at:"2001-01-01" status:[SIGNATORY]){nodes{because{evidence{citation}}}}}}}`, 1, 0},
		"what parties did besides":    {`{treaties{nodes{parties(at:"2001-01-01" status:[SIGNATORY]){nodes{actor{statements{nodes{evidence{citation}}}}}}}}}`, 1, 0},
		"occurrences":                 {`{treaties{nodes{occurrences{nodes{surface score entity{label} passage{id}}}}}}`, 1, 0},
		"since when it is recorded":   {`{treaties{nodes{statements{nodes{recorded{number at}}}}}}`, 0, 0},
		"texts of documents":          {`{nodes(ids:["document/doc","document/doc2"]){...on Document{text}}}`, 1, 1},
		"statistics":                  {`{statistics{entities statements documentsWithText assertionsByDataset{dataset{label} count}}}`, 0, 0},
		"shape of subgraphs": {`{subgraph(seeds:{ids:["treaty/t0"]},depth:3){nodes{id label} statements{id predicate subject{label} object{label} rank} truncated omitted{count entity{label}} permalink}
			treaties{nodes{neighbourhood(maxNodes:2){nodes{label} omitted{count}} lineage{nodes{id}}}}}`, 0, 0},
		"a subgraph":                    {`{subgraph(seeds:{ids:["treaty/t0"]},depth:3){statements{evidence{citation} assertions{dataset{label}}}}}`, 1, 0},
		"neighbourhoods of a level":     {`{treaties{nodes{neighbourhood(depth:2){statements{evidence{citation}}}}}}`, 1, 0},
		"what lies in a subgraph":       {`{subgraph(seeds:{filter:{kinds:[TREATY]}}){statements{evidence{citation}} nodes{description statements{nodes{evidence{citation}}}}}}`, 3, 0},
		"shape of paths":                {`{paths(from:["state/s0"],to:["state/s1"],maxHops:4,first:100){complete reason explored paths{length hops{direction statementCount from{id label} to{id label} statement{id predicate rank}}}}}`, 0, 0},
		"all hops of all paths":         {`{paths(from:["state/s0"],to:["state/s1"],maxHops:4,first:100){paths{hops{statement{evidence{citation}}}}}}`, 1, 0},
		"all hops and their ends":       {`{paths(from:["state/s0"],to:["passage/doc/1"],maxHops:5,first:100){paths{hops{from{description statements(first:3){nodes{id}}} statement{evidence{citation}} statements{evidence{quote}}}}}}`, 2, 0},
		"statements and entities by ID": {`{nodes(ids:["treaty/t0","treaty/t1","state/s1"]){id ...on Entity{statements{nodes{evidence{citation}}}}}}`, 1, 0},
	} {
		t.Run(name, func(t *testing.T) {
			for _, n := range []int{2, 9} {
				a, store := counted(t, n)
				var data any
				a.answer(test.query, nil, &data)
				// Fewer are right where a deeper level meets what a higher one has loaded.
				if got := store.assertions.Load(); got > test.assertions || got == 0 && test.assertions > 0 {
					t.Errorf("%d treaties: %d calls for assertions, not %d", n, got, test.assertions)
				}
				if got := store.texts.Load(); got != test.texts {
					t.Errorf("%d treaties: %d calls for texts, not %d", n, got, test.texts)
				}
			}
		})
	}
}

func TestAPassageHasTheWordsOfItsSpan(t *testing.T) {
	a, _ := counted(t, 3)
	var data struct{ Entity struct{ Text string } }
	a.answer(`{entity(id:"passage/doc/2"){...on Passage{text}}}`, nil, &data)
	if data.Entity.Text != "第1条提到条约。" {
		t.Errorf("got %q", data.Entity.Text)
	}
}
