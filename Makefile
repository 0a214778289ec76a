# Everything a person needs: `make` lists it.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PINS := requirements.txt
DEV_PINS := requirements-dev.txt
STAMP := $(VENV)/.installed-$(shell cat $(PINS) pyproject.toml 2>/dev/null | sha256sum | cut -c1-16)
DEV_STAMP := $(VENV)/.installed-dev-$(shell cat $(DEV_PINS) pyproject.toml 2>/dev/null | sha256sum | cut -c1-16)
WORKERS ?= 2

.PHONY: help install install-dev test-tools run test lint format bench pins

help: ## Say what can be made
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

install: $(STAMP) ## Build .venv from the lock file, with the command `hailong`

install-dev: $(DEV_STAMP) ## The same, with what tests and checks need

$(VENV)/bin/python:
	@$(PYTHON) -m venv $(VENV) 2>/dev/null || { rm -rf $(VENV); .ci/tools venv; $(PYTHON) -m venv $(VENV); }

$(STAMP): | $(VENV)/bin/python
	@.ci/install $(VENV) $(PINS)
	@touch $@

$(DEV_STAMP): | $(VENV)/bin/python
	@.ci/install $(VENV) $(DEV_PINS)
	@touch $@ $(STAMP)

run: install ## Prepare the database, load the demo, start everything and print the addresses
	@$(BIN)/hailong init
	@$(BIN)/hailong demo
	@$(BIN)/hailong run

test-tools: ## Install what tests need: PostgreSQL, a browser, stand-ins for Telegram
	@.ci/tools tests

test: install-dev test-tools ## Run the whole suite, on SQLite and PostgreSQL, browser included
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup $(ARGS)

lint: install-dev ## Format check, ruff, mypy strict, import contracts, unused dependencies
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .

format: install-dev ## Put every file in the one format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: install-dev test-tools ## Measure speed as ratios of one run; QUICK=1 takes under two minutes
	$(BIN)/python -m tests.load $(if $(QUICK),--quick) $(ARGS)

pins: ## Work the lock files out anew from pyproject.toml (needs uv)
	uv pip compile -q --universal --python-version 3.11 --extra dev --generate-hashes --no-annotate --no-header \
	    --no-emit-index-url --no-emit-find-links pyproject.toml -o $(DEV_PINS)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	    --no-emit-index-url --no-emit-find-links -c $(DEV_PINS) pyproject.toml -o $(PINS)
