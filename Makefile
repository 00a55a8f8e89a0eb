# All that a fresh machine needs is python3 (3.11 or newer) with pip and venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PLOT ?= examples/lighthouse.txt
OUT ?= outputs/demo

# Trainers whose own loaders read what we write, each in an environment of its own: tests/loaders/check_NAME.py.
LOADERS ?= $(patsubst tests/loaders/check_%.py,%,$(wildcard tests/loaders/check_*.py))

.PHONY: demo test lint types unit test-loaders clean

demo: $(VENV)/.core  ## a film and a dataset from an example plot
	$(BIN)/dreamgen story $(PLOT) --out $(OUT)

test: lint types unit  ## everything that CI runs

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/codespell

types: $(VENV)/.dev
	$(BIN)/mypy

# Tests start many processes: without the bytecode of the one before, each would compile the package again.
unit: export PYTHONDONTWRITEBYTECODE :=
unit: $(VENV)/.dev
	$(BIN)/pytest -n 3 --dist worksteal

test-loaders: $(addprefix .loaders/,$(addsuffix .read,$(LOADERS)))  ## trainers' own loaders read the demo's dataset

.loaders/%.read: .loaders/%/installed demo
	$(BIN)/dreamgen export $(OUT) --format $* --check
	PYTHONPATH=. HF_HUB_OFFLINE=1 .loaders/$*/bin/python tests/loaders/check_$*.py $(OUT)/dataset/$*

.PRECIOUS: .loaders/%/installed

# NAME.bare.txt is what is installed without all that it asks for.
.loaders/%/installed: tests/loaders/%.txt
	$(PYTHON) -m venv .loaders/$*
	.loaders/$*/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	set -e; for bare in $(wildcard tests/loaders/$*.bare.txt); do .loaders/$*/bin/python -m pip install --quiet --disable-pip-version-check --no-deps -r $$bare; done
	touch $@

clean:  ## removes the virtual environments and what tools cache
	rm -rf $(VENV) .loaders .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist

# The stamps say which set of packages is installed, so that nothing is installed twice.
$(VENV)/.core: pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	touch $@ $(VENV)/.core

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "dreamgen needs Python 3.11 or newer; name one with: make PYTHON=python3.12 demo" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV) || { $(PYTHON) -m venv --clear --without-pip $(VENV) && $(PYTHON) -m pip --python $@ install --quiet pip; }
