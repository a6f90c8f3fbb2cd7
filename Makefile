# Two commands for a fresh machine: `make run` and `make test`. Everything is installed into .venv.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
SOLONET ?= .solonet
# Clients that others wrote, for tests, which are skipped without them. Some of what they want no longer installs.
CLIENTS := python-bytom==1.0.3 pybytom==1.5.4

.PHONY: run test check bench vectors format clean

run: $(VENV)/.installed
	$(BIN)/pybytomd init --chain_id solonet --home $(SOLONET)
	$(BIN)/pybytomd node --mining --home $(SOLONET)

test: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -n 2

check: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

vectors: $(VENV)/.installed-dev
	$(BIN)/python -m tests.vectors tests/vectors/data

bench: $(VENV)/.installed-dev
	$(BIN)/python -m tests.bench

format: $(VENV)/.installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) build dist *.egg-info bench.json

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml pybytomd/__init__.py $(wildcard pybytomd/*/*.c pybytomd/*/*/*.[ch]) | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[speed]'
	$(BIN)/python -m compileall -q pybytomd
	touch $@

$(VENV)/.installed-dev: pyproject.toml pybytomd/__init__.py $(wildcard pybytomd/*/*.c pybytomd/*/*/*.[ch]) | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[speed,dev]'
	$(BIN)/python -m compileall -q pybytomd
	-$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps $(CLIENTS)
	touch $@ $(VENV)/.installed
