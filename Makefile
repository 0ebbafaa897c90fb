# Targets are thin; the logic is in tools/ and tests/.
DIALECT ?= v11
AREAS ?=
SCENARIOS ?=
SAMPLE ?=
UPGRADE ?=
VERSION ?=
TAG ?=
TESTS ?=
.PHONY: archive-check bench bench-controller bench-eda bench-simulator browser build build-simulator clean contract contract-refresh controller-check demo docs importer lint matrices molecule mutants performance pictures publish release release-check report requirements sanity set-up site stale tag-check test test-eda test-full test-matrix tried unit

set-up:
	@tools/set-up.sh

demo: set-up
	@tools/demo.sh $(DIALECT)

tried: set-up
	@tools/tried.sh

unit: set-up
	@tools/test.sh tests/unit

test: set-up
	@tools/test.sh

# The tests come last: their closing line is the last one.
test-full: set-up
	@tools/test-eda.sh --full
	@tools/test.sh --full

test-eda: set-up
	@tools/test-eda.sh

test-matrix:
	@tools/test-matrix.sh $(TESTS)

contract: set-up
	@tools/contract.sh $(AREAS)

contract-refresh:
	@tools/contract-refresh.sh

controller-check: set-up
	@tools/controller-check.sh

lint: set-up
	@tools/lint.sh

matrices: set-up
	@tools/matrices.sh

sanity: set-up
	@tools/sanity.sh

molecule: set-up
	@tools/molecule.sh $(SCENARIOS)

mutants: set-up
	@tools/mutants.sh $(if $(SAMPLE),--sample $(SAMPLE))

requirements: set-up
	@tools/requirements.sh $(if $(UPGRADE),--upgrade)

report: set-up
	@tools/report.sh $(DIALECT)

site: set-up
	@tools/site.sh

# It also opens the site.
browser: site
	@tools/browser.sh

pictures: set-up
	@tools/pictures.sh

bench: set-up
	@tools/bench.sh bench_collection
	@tools/bench.sh bench_backtest
	@tools/bench.sh bench_inventory

performance: set-up
	@tools/bench.sh bench_collection --page

bench-simulator: set-up
	@tools/bench.sh bench_simulator

bench-controller: set-up
	@tools/set-up-controller.sh
	@tools/bench.sh bench_controller

bench-eda: set-up
	@tools/set-up-eda.sh
	@tools/bench.sh bench_eda

docs: set-up
	@tools/docs.sh

build: set-up
	@tools/build.sh

build-simulator: set-up
	@tools/build-simulator.sh

archive-check: set-up
	@tools/archive-check.sh

importer: set-up
	@tools/importer.sh

stale: set-up
	@tools/stale.sh

release: set-up
	@tools/release.sh "$(VERSION)"

release-check:
	@tools/release-check.sh

tag-check:
	@tools/tag-check.sh "$(TAG)"

publish: set-up
	@tools/publish.sh

clean:
	@rm -rf .venv .venv-* build .hypothesis .mypy_cache .pytest_cache .ruff_cache
