# The only interface of the project for people and for CI.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
PYTEST := $(BIN)/python -m pytest

.PHONY: setup demo test test-real fuzz check bench clean

setup: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	$(BIN)/python -m compileall -q iac_offboard tests benchmarks
	touch $@

demo: setup ; $(BIN)/iac-offboard demo

test: setup ; $(PYTEST) -n 3 --dist loadgroup -m "not real"

test-real: setup ; $(PYTEST) -m real

fuzz: setup ; $(BIN)/python -m tests.fuzz

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup ; $(BIN)/python -m benchmarks

clean: ; rm -rf $(VENV) .mypy_cache .ruff_cache .import_linter_cache
