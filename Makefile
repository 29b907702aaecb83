# Needs make and Python 3.11 or later, nothing else. Everything that is made lies in .venv/ and out/.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.DEFAULT_GOAL := help
.PHONY: help setup lint types test golden quality bench fuzz build run clean

help: ## show this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 10

setup: $(READY) ## make the virtual environment and install everything into it

# The stamp is older than pyproject.toml only when what is to be installed may have changed.
$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "make: banmian needs Python 3.11 or later; say which: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || \
	  { echo "make: $(PYTHON) cannot make virtual environments; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@

lint: $(READY) ## check style and layout
	$(BIN)/ruff check && $(BIN)/ruff format --check

types: $(READY) ## check types
	$(BIN)/mypy

test: $(READY) ## run all tests but the slow ones
	$(BIN)/pytest -n auto

golden: $(READY) ## write the golden files anew; read the diff before you commit it
	BANMIAN_GOLDEN=write $(BIN)/pytest tests/test_golden.py

quality: $(READY) ## measure the accuracy and compare it with the floors
	$(BIN)/python tests/quality.py

bench: $(READY) ## measure accuracy, speed, start-up, memory and search, beside other tools
	$(BIN)/python tests/bench/run.py
	$(BIN)/python tests/bench/search.py

fuzz: $(READY) ## try to crash it: random and damaged pages, and damaged files of all kinds, by the thousand
	$(BIN)/python tests/fuzz/run.py
	$(BIN)/python tests/fuzz/files.py

build: $(READY) ## make the wheel and the source archive in dist/
	$(BIN)/python -m build --quiet

run: $(READY) ## reconstruct the pages in fixtures/ into out/ and show one
	$(BIN)/banmian read fixtures --format md --output out
	$(BIN)/banmian read fixtures --output out
	$(BIN)/banmian show fixtures/made/before-after/page.txt

clean: ## remove what make made
	rm -rf .venv out dist
