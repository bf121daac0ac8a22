# revplan: `make help` lists the commands. Everything is installed into .venv from the locks.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet
PYTEST := $(BIN)/python -m pytest
CODE   := $(wildcard revplan app.py pages tests bench sample_data)
# One more than there are processors: browser tests mostly wait.
WORKERS = $(shell $(PYTHON) -c "import os; print((os.cpu_count() or 1) + 1)")
SHOWN  := $(wildcard revplan app.py pages)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test lint format words sample golden shots bench bench-full lock install install-dev clean

help:  ## this list
	@awk -F ':.*## +' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

run: $(VENV)/run.stamp  ## install if needed, then start the app on 127.0.0.1:8501
	@$(BIN)/revplan serve

test: lint  ## every check: lint, then the whole test suite
	$(PYTEST) -n $(WORKERS) --dist loadscope --no-loadscope-reorder

lint: $(VENV)/dev.stamp  ## style, types, floors, translations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy $(CODE)
	$(BIN)/lint-imports --no-logo
	$(PYTEST) -q tests/test_words.py

format: $(VENV)/dev.stamp  ## rewrite the code in the project's style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

words: $(VENV)/dev.stamp  ## collect every word shown to people, update and compile the catalogues
	@mkdir -p build
	$(BIN)/pybabel -q extract --no-location --sort-output --omit-header -o build/revplan.pot $(SHOWN)
	$(BIN)/pybabel -q update -D revplan -i build/revplan.pot -d revplan/words/locale --no-fuzzy-matching --no-wrap --ignore-obsolete --ignore-pot-creation-date
	$(BIN)/pybabel -q compile -D revplan -d revplan/words/locale

sample: $(VENV)/run.stamp  ## remake the sample company
	$(BIN)/python sample_data/generate.py

golden: $(VENV)/dev.stamp  ## keep the sample company's results for the engine's version
	$(BIN)/python -m tests.golden.renew

shots: $(VENV)/dev.stamp  ## a screenshot of every page and role
	$(BIN)/python tests/browser/shots.py

bench: $(VENV)/dev.stamp  ## the benchmarks, small
	$(BIN)/python -m bench.run

bench-full: $(VENV)/dev.stamp  ## the benchmarks at full size
	$(BIN)/python -m bench.run --full

install: $(VENV)/run.stamp  ## what `make run` needs

install-dev: $(VENV)/dev.stamp  ## what `make test` needs

# A newer lock or pyproject.toml installs again; otherwise these cost nothing.
$(VENV)/base.stamp:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "revplan needs Python 3.11 or newer; name it with: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "Python's venv module is missing. On Debian or Ubuntu: sudo apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(VENV)/run.stamp: requirements.lock pyproject.toml | $(VENV)/base.stamp
	@echo "Installing what revplan runs on (once; a minute or so) ..."
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock $(VENV)/run.stamp
	@echo "Installing what the checks need ..."
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

# Universal and hashed, for every Python and platform at once. uv only writes the locks: it lives in a venv of its own.
UV   := build/lock-venv/bin/uv
LOCK := $(UV) pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest \
        --generate-hashes --no-header --no-annotate $(UPGRADE) pyproject.toml --extra build

lock: $(VENV)/base.stamp  ## remake the locks (make lock UPGRADE=--upgrade for newer versions)
	@$(PYTHON) -m venv build/lock-venv && build/lock-venv/bin/python -m pip --quiet install uv
	$(LOCK) --output-file requirements.lock
	$(LOCK) --extra dev --constraint requirements.lock --output-file requirements-dev.lock

clean:  ## remove the environment, builds and caches (never data: .revplan stays)
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis shots
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
