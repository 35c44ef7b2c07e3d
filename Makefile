# Every task of a developer and of the CI, by name. Plain `make` lists them.
# Needs GNU make and one Python >= 3.11; everything else goes into .venv.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

# The first interpreter that starts and is new enough; a pyenv shim may exist and still fail.
CANDIDATES := python3.13 python3.12 python3.11 python3
NEW_ENOUGH := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for name in $(CANDIDATES); do \
  if $$name -c '$(NEW_ENOUGH)' >/dev/null 2>&1; then echo $$name; break; fi; done)

VENV := .venv
BIN := $(VENV)/bin
# Stamps of two sets of packages in one environment: those for serving, and all.
SERVING := $(VENV)/.serving
INSTALLED := $(VENV)/.installed
SOURCES := app tests $(wildcard demo benchmarks judges simulator)
WORKERS ?= auto
# Some tests mostly wait: one worker more than there are cores keeps every core busy. A worker without tests
# takes some from the worker that has the most left.
CORES := nproc 2>/dev/null || getconf _NPROCESSORS_ONLN
TEST_WORKERS = $(if $(filter auto,$(WORKERS)),$$(($$($(CORES)) + 1)),$(WORKERS))
PYTEST_ARGS ?=
# pytest exits with 5 when no test has the mark, which is not a failure.
NONE_MARKED := test $$? -eq 5

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(firstword $(MAKEFILE_LIST)) | awk -F ':.*## ' '{printf "  %-14s %s\n", $$1, $$2}'

.PHONY: setup
setup: $(INSTALLED) ## build .venv with all pinned and hashed packages

PIP_INSTALL := $(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --require-hashes -r
COUNT = $$(grep -c '^[A-Za-z0-9]' $<)
define BUILD_VENV
if [ -z "$(PYTHON)" ]; then \
  echo "Python >= 3.11 with venv was not found (tried: $(CANDIDATES))." >&2; \
  echo "Install it (Debian: apt-get install python3 python3-venv) or set PYTHON=/path/to/python." >&2; \
  exit 1; \
fi; \
echo "Building $(VENV)…" >&2; \
$(PYTHON) -m venv --clear $(VENV)
endef

$(SERVING): requirements.txt
	@$(BUILD_VENV)
	@echo "Installing $(COUNT) packages, which takes up to a minute…" >&2
	@$(PIP_INSTALL) $<
	@touch $@

# An up-to-date environment for serving gets the other packages; anything else is built again from nothing.
$(INSTALLED): requirements-dev.txt requirements.txt
	@if [ -e $@ ] || [ ! $(SERVING) -nt requirements.txt ]; then $(BUILD_VENV); fi
	@echo "Installing $(COUNT) packages for serving and development, which takes up to two minutes…" >&2
	@$(PIP_INSTALL) $<
	@touch $(SERVING) $@

# An environment with all packages serves too.
ENOUGH_TO_SERVE := $(or $(wildcard $(INSTALLED)),$(SERVING))

# For .ci/run, which must use the same interpreter.
.PHONY: print-python
print-python:
	@echo "$(PYTHON)"

.PHONY: run
run: $(ENOUGH_TO_SERVE) ## start the service on port 8000 with a new admin key for development
	@echo "Migrating the database and starting the service…" >&2
	@exec $(BIN)/python -m app serve --dev

.PHONY: demo
demo: $(ENOUGH_TO_SERVE) ## play the demonstration, in English with LANG=en
	@$(BIN)/python -m demo

.PHONY: demo-chat
demo-chat: $(ENOUGH_TO_SERVE) ## chat with the desk in a simulated Telegram, in English with LANG=en
	@$(BIN)/python -m demo.chat

.PHONY: check
check: lint types contracts test ## run what the CI runs: lint, types, contracts, test

.PHONY: lint
lint: setup ## check rules and format with ruff
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)

.PHONY: types
types: setup ## check types with mypy --strict
	$(BIN)/mypy $(SOURCES)

.PHONY: contracts
contracts: setup ## check the import contracts with import-linter
	$(BIN)/lint-imports --no-cache

.PHONY: test
test: setup ## run the tests except those marked slow, soak or browser
	$(BIN)/python -m pytest -n $(TEST_WORKERS) --dist worksteal $(PYTEST_ARGS)

# The dictionary of Russian word forms has an environment of its own; only this target needs it.
LANGUAGE := .venv-language
$(LANGUAGE)/.installed: requirements-language.txt
	$(PYTHON) -m venv --clear $(LANGUAGE)
	$(LANGUAGE)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

.PHONY: test-language
test-language: $(LANGUAGE)/.installed ## measure the accuracy of the text rules and write docs/text-rules.md
	$(LANGUAGE)/bin/python -m tests.language.report --all --write
	$(LANGUAGE)/bin/python -m tests.language.fuzz
	$(LANGUAGE)/bin/python -m tests.language.sweep

# uv lives in its own environment: it changes the pins, and installs the oldest versions for a slow test.
UV := .venv-lock/bin/uv
$(UV):
	$(PYTHON) -m venv --clear .venv-lock
	.venv-lock/bin/python -m pip install --quiet --disable-pip-version-check uv

.PHONY: check-slow
check-slow: setup $(UV) ## run the tests marked slow; needs strace
	$(BIN)/python -m pytest -n $(WORKERS) -m slow $(PYTEST_ARGS) || $(NONE_MARKED)

.PHONY: soak
soak: setup ## run the tests marked soak, for hours (shorter: PYTEST_ARGS=--soak-share=0.1)
	$(BIN)/python -m pytest -m soak $(PYTEST_ARGS) || $(NONE_MARKED)

.PHONY: bench
bench: setup ## measure the speed and write docs/speed.md (ONLY=submission: one part, no table)
	$(BIN)/python -m benchmarks $(if $(ONLY),--only $(ONLY))

# One browser at a time. The screenshots are for people to look at.
.PHONY: test-browser
test-browser: setup ## test the pages in Chromium; screenshots go to build/screenshots
	@command -v chromium chromium-browser google-chrome >/dev/null || \
	  { echo "Chromium is missing. Debian: apt-get install -y chromium" >&2; exit 1; }
	$(BIN)/python -m pytest -m browser $(PYTEST_ARGS)

# The judges' tools have an environment of their own: some pin other versions, and only they need Node.js.
JUDGES := .judges
ONLY ?=
.PHONY: judges
judges: setup $(JUDGES)/.installed ## check contract and service with third-party tools (ONLY=spectral,respect)
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

# A public Telegram library in an environment of its own; only its types are used, as a judge.
CONTRACTS_VENV := .venv-contracts
$(CONTRACTS_VENV)/.installed: simulator/requirements.txt
	$(PYTHON) -m venv --clear $(CONTRACTS_VENV)
	$(CONTRACTS_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

.PHONY: test-contracts
test-contracts: setup $(CONTRACTS_VENV)/.installed ## check the simulated messenger against a public library's types
	@samples="$$(mktemp)"; trap 'rm -f "$$samples"' EXIT; \
	$(BIN)/python -m simulator.shapes > "$$samples"; \
	$(CONTRACTS_VENV)/bin/python simulator/hold_against_aiogram.py < "$$samples"

.PHONY: fmt
fmt: setup ## format the code and apply the fixes of ruff
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

.PHONY: settings-page
settings-page: setup ## regenerate docs/settings.md
	@$(BIN)/python -m tests.settings_page > docs/settings.md

COMPILE := pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-emit-find-links --no-annotate --no-header $(LOCK_ARGS)
.PHONY: lock
lock: $(UV) ## pin the requirements again (newest versions: LOCK_ARGS=--upgrade)
	$(UV) $(COMPILE) pyproject.toml --output-file requirements.txt
	$(UV) $(COMPILE) simulator/requirements.in --output-file simulator/requirements.txt
	$(UV) $(COMPILE) pyproject.toml --group dev --constraints requirements.txt --output-file requirements-dev.txt
	$(UV) $(COMPILE) --group judges --output-file judges/requirements.txt
	cd judges && npm install --package-lock-only --omit-lockfile-registry-resolved --ignore-scripts --no-audit

.PHONY: clean
clean: ## remove environments, caches and build output, but never data/
	rm -rf $(VENV) .venv-lock .venv-bench $(JUDGES) $(CONTRACTS_VENV) $(LANGUAGE) build dist *.egg-info
	rm -rf .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find app tests -name __pycache__ -type d -prune -exec rm -rf {} +
