# What a newcomer needs: `make demo` tells the story, `make check` proves it.
# Only Go, git and make are needed; staticcheck is a tool of go.mod.

GO       ?= go
FUZZTIME ?= 2s

export CGO_ENABLED = 0

.PHONY: all build check vet lint test race fuzz demo bench update clean

all: build

# The two programs: static, no cgo, the same bytes from the same sources.
build:
	$(GO) build -trimpath -o bin/ ./cmd/rexc ./cmd/rexvm

check: build vet lint test race fuzz cross

vet:
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { echo "gofmt wants:"; gofmt -l $$(git ls-files '*.go'); exit 1; }
	$(GO) vet ./...

lint:
	$(GO) tool staticcheck ./...

test:
	$(GO) test ./...

# The race detector needs cgo, and cgo a C compiler; where there is none the
# step says so and is skipped.
race:
	@if command -v $${CC:-cc} >/dev/null 2>&1; then \
		echo "CGO_ENABLED=1 $(GO) test -race -short ./..."; \
		CGO_ENABLED=1 $(GO) test -race -short ./...; \
	else echo "skipped: race tests need a C compiler, there is none"; fi

# Every fuzz target for $(FUZZTIME).
fuzz:
	@set -e; grep -rln --include='*_test.go' '^func Fuzz' . | while read -r file; do \
		dir=$$(dirname $$file); \
		for target in $$(sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\).*/\1/p' $$file); do \
			echo "fuzz $$dir $$target $(FUZZTIME)"; \
			$(GO) test -run='^$$' -fuzz="^$$target\$$" -fuzztime=$(FUZZTIME) -fuzzminimizetime=10x $$dir; \
		done; done

# The machine against the reference evaluator, in N generated programs.
N ?= 1000000
.PHONY: reference
reference:
	$(GO) test ./conformance/reference -run TestReference -v -timeout 0 -args -n $(N)

# The parts that need no Linux build on other systems too.
.PHONY: cross
cross:
	GOOS=darwin $(GO) build -o /dev/null ./cmd/rexc
	GOOS=windows $(GO) build -o /dev/null ./cmd/rexc

demo: build
	@conformance/demo/demo.sh

bench:
	$(GO) test -run='^$$' -bench=. -benchmem ./...

# The front end beside the parsers of other languages, which the product doesn't
# link: a module of its own.
.PHONY: peers
peers:
	cd peers && $(GO) vet ./... && $(GO) run .

# Rewrites every golden file; a clean tree afterwards shows that all were current.
update:
	$(GO) test ./capability ./lang ./library ./bytecode ./compiler ./policy ./conformance -update

# The time zones that are compiled in, as the installed Go has them.
.PHONY: zones
zones:
	cp "$$($(GO) env GOROOT)/lib/time/zoneinfo.zip" library/zones.zip

clean:
	rm -rf bin
