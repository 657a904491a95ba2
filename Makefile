# Accord: `make demo` to look around, `make test` to test. Needs Python 3.11 or later and make; no Node.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
# Two processes, a file in one of them, in the order of tests/conftest.py: the longest files first.
TWO := -n 2 --dist loadfile --no-loadscope-reorder
# What the front end is built from, pages too, since only the style rules that they use are kept; and the list of towns.
BUILT_FROM := src/accord/accounts/places.py $(shell find frontend -type f -not -path '*/node_modules/*') $(shell find src/accord -name '*.html')

.PHONY: help demo serve test test-postgres e2e frontend-check lint types format install bench agreement lock pictures clean

help: ## Show this list
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sort | awk 'BEGIN {FS = ":.*## "}; {printf "  make %-14s %s\n", $$1, $$2}'

install: $(VENV)/.installed ## Create .venv from the lock and build the front end

demo: install ## Make the demo firm and serve it (PORT=8000)
	@$(BIN)/accord demo --port $(PORT)

serve: install ## Serve this checkout as a real installation (PORT=8000)
	@$(BIN)/accord serve --port $(PORT)

test: install ## Run all tests; those that need Chromium are skipped, and said so, where it is missing
	@$(BIN)/python -m pytest $(TWO) $(ARGS)

test-postgres: install ## Run the tests that meet a database on PostgreSQL (DATABASE_URL says which)
	@test -n "$${DATABASE_URL:-}" || { echo "set DATABASE_URL=postgres://user:password@host/name" >&2; exit 2; }
	@ACCORD_ONLY_DATABASE=1 $(BIN)/python -m pytest $(TWO) -m "not browser" --ignore tests/cli/test_first_look.py $(ARGS)

e2e: install ## Run the browser tests alone
	@$(BIN)/python -m pytest -m browser $(ARGS)

frontend-check: install ## Check the front end: its types, styles and tests (Node comes as a Python wheel)
	@$(BIN)/python frontend/check.py

lint: install ## Style of code and templates, import floors
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/lint-imports && $(BIN)/djlint src/accord --lint --quiet

format: install ## Put the code into the house style
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

types: install ## Check types
	@$(BIN)/mypy

bench: install ## Run the benchmarks (most of an hour, on a quiet machine)
	@for program in critical_path customers agreement pages relationship mail plan_gesture monte_carlo levelling; do \
		echo "== $$program"; $(BIN)/python benchmarks/$$program.py; done

agreement: install ## Compare our schedules with those that MS Project computed
	@$(BIN)/python benchmarks/agreement.py

pictures: install ## Take the README's pictures of this build
	@$(BIN)/python docs/pictures/take.py

lock: install ## Resolve the dependencies anew
	@$(BIN)/uv pip compile pyproject.toml --group dev --generate-hashes --no-emit-index-url --universal \
		--python-version 3.11 --quiet -o requirements.lock

clean: ## Remove what was built, the demo and the environment
	rm -rf $(VENV) var/demo dist build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	rm -rf node_modules frontend/node_modules src/accord/web/static/build src/accord/accounts/towns.*

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed; $(PYTHON) is older" >&2; exit 1; }
	@"$(PYTHON)" -m venv $(VENV) || { echo "Python lacks venv; on Debian: apt-get install python3-venv" >&2; exit 1; }

$(VENV)/.locked: requirements.lock | $(VENV)/bin/python
	@echo "Installing from requirements.lock (a minute the first time)"
	@awk '/^uv==/ {found = 1} found; found && !/\\$$/ {exit}' requirements.lock > $(VENV)/uv.txt
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --require-hashes -r $(VENV)/uv.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.installed: $(VENV)/.locked pyproject.toml hatch_build.py $(BUILT_FROM)
	@echo "Building the front end and the list of towns, and installing Accord"
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --reinstall-package accord --editable .
	@touch $@
