# Targets for people and for CI. Only Go is needed for all that stands here.
GO      ?= go
PKGS    := ./...

.PHONY: test test-quick race lint generate fresh bench fuzz run

## test: what CI runs: static checks, generated code is fresh, all tests, the same under the race detector
test: lint fresh
	$(GO) test -timeout 20m -count=1 $(PKGS)
	$(GO) test -timeout 20m -count=1 -race -short -shuffle=on $(PKGS)

## test-quick: Go alone, the long tests cut short
test-quick:
	$(GO) test -short $(PKGS)

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

## bench: the figures of docs/performance.md
bench:
	$(GO) test -run '^$$' -bench . -benchmem -timeout 30m ./bench ./index

## fuzz: every fuzz target for a short while each
fuzz:
	@for p in $$($(GO) list $(PKGS)); do for f in $$($(GO) test -list '^Fuzz' $$p | grep '^Fuzz'); do \
		echo "$$p $$f"; $(GO) test -run '^$$' -fuzz "^$$f$$" -fuzztime 20s $$p || exit 1; done; done

## run: the server, as go run . does
run:
	$(GO) run .
