# Targets for people and for CI. They need Go; those with Neo4j also Java and Maven, which start it from its Maven artifacts;
# those with the tools of clients also Node.js and npm; those with outside judges in Python also Python 3.10 with venv or pip.
# The pages are tried in a Chromium where one is installed; CI must have one, or TREATYGRAPH_BROWSER=none.
GO      ?= go
PKGS    := ./...
TOOLS   := .tools/bin

.PHONY: test tests test-long test-quick eval lint generate fresh graphiql bench bench-paths fuzz run neo4j publish clients soak

## test: what CI runs: static checks, generated code is fresh, all tests over SQLite and two versions of Neo4j, the schema with the tools of its clients, the same under the race detector
test: lint fresh
	@rm -rf .tools/not-tested
	@mkdir -p $(TOOLS) && $(GO) build -o $(TOOLS)/serve ./tools/neo4j/serve
	$(TOOLS)/serve -- $(MAKE) tests
	@cat .tools/not-tested/* 2>/dev/null || true

# A package waits for its turn at the servers of Neo4j, and that counts: the time ends what hangs, not what waits. The models are tried on
# thousands of random cases by the first command alone, and the second asks one version of Neo4j.
tests:
	TREATYGRAPH_CASES=all $(GO) test -timeout 60m -count=1 $(PKGS)
	$(GO) test -timeout 40m -count=1 -race -short -shuffle=on $(PKGS)

## test-long: ten times the random sequences that must be equal on every store
test-long:
	@mkdir -p $(TOOLS) && $(GO) build -o $(TOOLS)/serve ./tools/neo4j/serve
	TREATYGRAPH_SEQUENCES=10000 $(TOOLS)/serve -- $(GO) test -timeout 3h -count=1 -run 'TestEveryStoreGivesTheSameScansAndAnswers' ./index

## test-quick: Go alone, nothing over Neo4j, the long tests cut short
test-quick:
	TREATYGRAPH_NEO4J=none $(GO) test -short $(PKGS)

## eval: how well the machine reads, against people and across languages; fails when a target or an accepted figure is missed
eval:
	$(GO) test -count=1 -v -run '^TestEval' ./ingest

## neo4j: a Neo4j for a person at bolt://127.0.0.1:7687, its data in .tools/neo4j-data, until Ctrl-C
neo4j:
	$(GO) run ./tools/neo4j/serve -home .tools/neo4j-data

## lint: formatting, vet, staticcheck
lint:
	@unformatted=$$(gofmt -l $$(git ls-files -co --exclude-standard '*.go')); if [ -n "$$unformatted" ]; then echo "gofmt: $$unformatted"; exit 1; fi
	$(GO) vet $(PKGS)
	$(GO) tool staticcheck $(PKGS)

## generate: gqlgen's code from the schema
generate:
	$(GO) generate $(PKGS)

## fresh: fails when the committed generated code is not what the generator makes
fresh:
	@before=$$(find resolvers/internal/gen -type f -exec sha256sum {} + | sort | sha256sum); $(GO) generate $(PKGS); \
	after=$$(find resolvers/internal/gen -type f -exec sha256sum {} + | sort | sha256sum); \
	if [ "$$before" != "$$after" ]; then echo "generated code was not fresh: commit what make generate wrote"; exit 1; fi

## publish: the schema for those who write clients, anew; refused when it breaks them, unless BREAKING=1
publish:
	@mkdir -p .tools && $(GO) run ./tools/clients/sdl > .tools/schema.graphql
	node tools/clients/prepare.mjs
	node .tools/node/publish.mjs schema/published.graphql .tools/schema.graphql

## clients: the published schema with graphql-js, GraphQL-ESLint, Relay, GraphQL Code Generator and TypeScript, and their clients with the server
clients:
	$(GO) test -count=1 -v -run '^TestTheToolsOfClients' .

## graphiql: the bundle in explorer/graphiql/files; it needs Node and npm
graphiql:
	cd tools/graphiql && npm ci && npm run build

## bench: the figures of docs/performance.md
## bench: the figures of docs/performance.md, of which those over HTTP alone: go test -run '^$$' -bench HTTP ./bench
bench:
	$(GO) test -run '^$$' -bench . -benchmem -timeout 60m ./bench ./index

## bench-paths: of these the paths, beside Neo4j's, neighbourhoods and comparisons in time
bench-paths:
	$(GO) test -run '^$$' -bench 'Path|Subgraph|Compare' -timeout 60m ./bench ./index

## soak: two hundred clients and a writer for SOAK (10m); prints memory, goroutines and open files, and fails when they are not flat
SOAK ?= 10m
soak:
	TREATYGRAPH_SOAK=$(SOAK) $(GO) test -count=1 -v -timeout 0 -run '^TestTwoHundredClients' .

## fuzz: every fuzz target for a short while each
fuzz:
	@for p in $$($(GO) list $(PKGS)); do for f in $$($(GO) test -list '^Fuzz' $$p | grep '^Fuzz'); do \
		echo "$$p $$f"; $(GO) test -run '^$$' -fuzz "^$$f$$" -fuzztime 20s $$p || exit 1; done; done

## run: the server, as go run . does
run:
	$(GO) run .
