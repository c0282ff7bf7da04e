# What a developer runs. `make` lists it. BIN is where the tools are: README says how to get them.
BIN ?= .venv/bin
PYTHON = $(BIN)/python

.DEFAULT_GOAL := help
.PHONY: help check style types contracts scripts test fast format generated pictures wheel

help:  ## list what there is
	@grep -E '^[a-z]+: .*## ' $(MAKEFILE_LIST) | sed -E 's/: .*## /\t/' | expand -t 14

check: style types contracts scripts  ## everything but the tests: style, types, imports, the page's scripts

style:  ## style of the Python code
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types:  ## types of the Python code
	$(BIN)/mypy

contracts:  ## which package may import which
	$(BIN)/lint-imports --no-cache

scripts:  ## style, types and tests of the page's scripts; skipped where there is no node
	@sh .ci/scripts

test:  ## every test, three at a time
	$(PYTHON) -m pytest

fast:  ## the tests of the pure core, the page's Python and the documents, in under a minute
	$(PYTHON) -m pytest $(addprefix tests/comfy/,protocol progress graph workflow) tests/ui \
		tests/storage/mapping tests/test_docs.py -x --ff

format:  ## put the Python code into shape
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

generated:  ## write docs/api.md's tables and ui/shell/wire.d.ts anew from the code
	$(PYTHON) -m docs.api_reference
	$(PYTHON) -m tests.js.declare

pictures:  ## take the pictures of the README and the docs anew, in a real browser
	$(PYTHON) -m docs.screenshots
	$(PYTHON) -m docs.stats_pictures

wheel:  ## build the wheel, install it into BIN's environment and start it from another folder
	$(PYTHON) .ci/wheel.py
