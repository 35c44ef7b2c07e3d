# Everything a developer or the CI does here, by name. Plain `make` prints the list.
# Needs GNU make and one Python >= 3.11; everything else goes into .venv.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

# The first interpreter that really runs and is new enough: a pyenv shim may exist and still fail.
CANDIDATES := python3.13 python3.12 python3.11 python3
NEW_ENOUGH := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for name in $(CANDIDATES); do \
  if $$name -c '$(NEW_ENOUGH)' >/dev/null 2>&1; then echo $$name; break; fi; done)

VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
SOURCES := app tests $(wildcard demo benchmarks judges simulator)
WORKERS ?= auto
# Some tests mostly wait: one worker more than there are cores, so that no core waits with them. A worker
# that is done takes tests from the one that has the most left.
CORES := nproc 2>/dev/null || getconf _NPROCESSORS_ONLN
TEST_WORKERS = $(if $(filter auto,$(WORKERS)),$$(($$($(CORES)) + 1)),$(WORKERS))
PYTEST_ARGS ?=
# pytest answers 5 when no test carries the mark: nothing to do is no failure.
NONE_MARKED := test $$? -eq 5

HOST := $(or $(SUPPORT_HOST),127.0.0.1)
PORT := $(or $(SUPPORT_PORT),8000)

.PHONY: help
help: ## print this list
	@grep -hE '^[a-z-]+:.*## ' $(firstword $(MAKEFILE_LIST)) | awk -F ':.*## ' '{printf "  %-13s %s\n", $$1, $$2}'

.PHONY: setup
setup: $(INSTALLED) ## build .venv with the pinned, hashed requirements

$(INSTALLED): requirements.txt requirements-dev.txt
	@if [ -z "$(PYTHON)" ]; then \
	  echo "No Python >= 3.11 with venv found (tried: $(CANDIDATES))." >&2; \
	  echo "Install one (Debian: apt-get install python3 python3-venv) or say PYTHON=/path/to/python." >&2; \
	  exit 1; \
	fi
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

# For .ci/run, which must choose the same interpreter.
.PHONY: print-python
print-python:
	@echo "$(PYTHON)"

.PHONY: run
run: setup ## migrate the database and serve, with a fresh development admin key
	@$(BIN)/python -m app migrate
	@echo "Docs:      http://$(HOST):$(PORT)/docs"; \
	if [ -n "$${SUPPORT_ADMIN_KEY:-}" ]; then \
	  echo "Admin key: yours, from SUPPORT_ADMIN_KEY"; \
	else \
	  export SUPPORT_ADMIN_KEY="jsd_$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(32))')"; \
	  echo "Admin key: $$SUPPORT_ADMIN_KEY"; \
	fi; \
	exec $(BIN)/python -m app serve

.PHONY: demo
demo: setup ## play the demonstration
	@$(BIN)/python -m demo

.PHONY: demo-chat
demo-chat: setup ## talk to the desk as a customer, in a simulated Telegram
	@$(BIN)/python -m demo.chat

.PHONY: check
check: lint types contracts test ## everything the CI runs: lint, types, import contracts, tests

.PHONY: lint
lint: setup ## ruff: rules and formatting
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)

.PHONY: types
types: setup ## mypy --strict
	$(BIN)/mypy $(SOURCES)

.PHONY: contracts
contracts: setup ## import-linter: who may import whom
	$(BIN)/lint-imports --no-cache

.PHONY: test
test: setup ## the tests, without the slow ones
	$(BIN)/python -m pytest -n $(TEST_WORKERS) --dist worksteal $(PYTEST_ARGS)

# The dictionary of Russian word forms has an environment of its own: nothing else needs it.
LANGUAGE := .venv-language
$(LANGUAGE)/.installed: requirements-language.txt
	$(PYTHON) -m venv --clear $(LANGUAGE)
	$(LANGUAGE)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

.PHONY: test-language
test-language: $(LANGUAGE)/.installed ## the text rules: every word form of a dictionary, generated texts; writes docs/text-rules.md
	$(LANGUAGE)/bin/python -m tests.language.report --all --write
	$(LANGUAGE)/bin/python -m tests.language.fuzz
	$(LANGUAGE)/bin/python -m tests.language.sweep

# uv lives in its own environment: it changes the pins, and installs the oldest versions for a slow test.
UV := .venv-lock/bin/uv
$(UV):
	$(PYTHON) -m venv --clear .venv-lock
	.venv-lock/bin/python -m pip install --quiet --disable-pip-version-check uv

.PHONY: check-slow
check-slow: setup $(UV) ## the tests marked slow; needs strace
	$(BIN)/python -m pytest -n $(WORKERS) -m slow $(PYTEST_ARGS) || $(NONE_MARKED)

.PHONY: soak
soak: setup ## the tests marked soak: hours, one at a time (PYTEST_ARGS=--soak-share=0.1)
	$(BIN)/python -m pytest -m soak $(PYTEST_ARGS) || $(NONE_MARKED)

.PHONY: bench
bench: setup ## measure what is promised, write docs/speed.md (ONLY=submission: one part, no table)
	$(BIN)/python -m benchmarks $(if $(ONLY),--only $(ONLY))

# One browser after the other: the pictures that they leave are looked at by people.
.PHONY: test-browser
test-browser: setup ## the pages in a real Chromium; pictures in build/screenshots
	@command -v chromium chromium-browser google-chrome >/dev/null || \
	  { echo "Chromium is missing. Debian: apt-get install -y chromium" >&2; exit 1; }
	$(BIN)/python -m pytest -m browser $(PYTEST_ARGS)

# The judges' tools live apart from the service's: some pin other versions, and nobody else needs Node.
JUDGES := .judges
ONLY ?=
.PHONY: judges
judges: setup $(JUDGES)/.installed ## foreign judges of the contract and the service (ONLY=spectral,respect)
	@$(BIN)/python -m judges $(ONLY)

$(JUDGES)/.installed: judges/requirements.txt judges/package.json judges/package-lock.json
	@if ! command -v npm >/dev/null; then \
	  echo "The judges need Node.js >= 20 with npm; neither the service nor its tests do." >&2; \
	  exit 1; \
	fi
	@mkdir -p $(JUDGES)
	$(PYTHON) -m venv --clear $(JUDGES)/python
	$(JUDGES)/python/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes \
	  -r judges/requirements.txt
	cp judges/package.json judges/package-lock.json $(JUDGES)/
	cd $(JUDGES) && npm ci --silent --ignore-scripts --no-audit --no-fund --no-update-notifier
	@touch $@

# A library that speaks Telegram too, in its own environment: only its types are wanted, as a judge.
CONTRACTS_VENV := .venv-contracts
$(CONTRACTS_VENV)/.installed: simulator/requirements.txt
	$(PYTHON) -m venv --clear $(CONTRACTS_VENV)
	$(CONTRACTS_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

.PHONY: test-contracts
test-contracts: setup $(CONTRACTS_VENV)/.installed ## hold the simulated messenger against a public library's types
	@samples="$$(mktemp)"; trap 'rm -f "$$samples"' EXIT; \
	$(BIN)/python -m simulator.shapes > "$$samples"; \
	$(CONTRACTS_VENV)/bin/python simulator/hold_against_aiogram.py < "$$samples"

.PHONY: fmt
fmt: setup ## format, and fix what ruff can fix
	$(BIN)/ruff format $(SOURCES)
	$(BIN)/ruff check --fix $(SOURCES)

.PHONY: openapi
openapi: setup ## regenerate openapi/openapi.json
	@mkdir -p openapi
	@new="$$(mktemp openapi/.openapi.XXXXXX)"; \
	trap 'rm -f "$$new"' EXIT; \
	$(BIN)/python -m app openapi > "$$new"; \
	chmod 644 "$$new"; \
	mv "$$new" openapi/openapi.json

COMPILE := pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-emit-find-links --no-annotate --no-header $(LOCK_ARGS)
.PHONY: lock
lock: $(UV) ## pin the requirements anew (LOCK_ARGS=--upgrade for the newest)
	$(UV) $(COMPILE) pyproject.toml --output-file requirements.txt
	$(UV) $(COMPILE) simulator/requirements.in --output-file simulator/requirements.txt
	$(UV) $(COMPILE) pyproject.toml --group dev --constraints requirements.txt --output-file requirements-dev.txt
	$(UV) $(COMPILE) --group judges --output-file judges/requirements.txt
	cd judges && npm install --package-lock-only --omit-lockfile-registry-resolved --ignore-scripts --no-audit

.PHONY: clean
clean: ## remove the environment, caches and build leftovers (never data/)
	rm -rf $(VENV) .venv-lock .venv-bench $(JUDGES) $(CONTRACTS_VENV) $(LANGUAGE) build dist *.egg-info
	rm -rf .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find app tests -name __pycache__ -type d -prune -exec rm -rf {} +
