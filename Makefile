# Two commands for a fresh machine: `make run` and `make test`. `make help` lists the others.
# The node that is run is installed into .run as users install it, what is developed and tested into .venv.
PYTHON ?= python3
RUN    := .run
VENV   := .venv
BIN    := $(VENV)/bin
SOLONET ?= .solonet
# Clients that others wrote, for tests, which are skipped without them. Some of what they want no longer installs.
CLIENTS := python-bytom==1.0.3 pybytom==1.5.4

PIP := -m pip --quiet --disable-pip-version-check
SOURCES := pyproject.toml $(shell find pybytomd -name '*.py' -o -name '*.c' -o -name '*.h')
# An edited module is seen at once in .venv; only these make it stale.
BUILT := pyproject.toml pybytomd/__init__.py $(filter %.c %.h,$(SOURCES))

.PHONY: help run install test test-source test-wheel bindings check vectors bench mutants client format hook clean

run: install ## install, make a private network in .solonet, and mine on it
	$(RUN)/bin/pybytomd init --chain_id solonet --home $(SOLONET)
	$(RUN)/bin/pybytomd node --mining --home $(SOLONET)

test: test-source test-wheel ## install, and run every test, over the source and over what users install

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo "PYTHON=python3.12 chooses the interpreter; SOLONET=DIR the home of \`make run\`."
	@echo "ONLY=pybytomd/consensus/gas.py or ONLY=vm is where \`make mutants\` puts faults."

install: $(RUN)/.installed ## compile and install into .run, without running anything

test-source: $(VENV)/.installed-dev ## every test over the source
	$(BIN)/python -m pytest -n auto --dist worksteal

test-wheel: $(VENV)/.installed-dev ## vectors, virtual machine and properties over the compiled wheel
	.ci/test-wheel -n auto --dist worksteal

bindings: $(VENV)/.installed-dev ## store and crash tests over every binding of LevelDB that installs here
	.ci/test-bindings -n auto --dist worksteal

check: $(VENV)/.installed-dev ## lint, format, types and layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

vectors: $(VENV)/.installed-dev ## the recorded ground truth alone
	$(BIN)/python -m tests.vectors tests/vectors/data

bench: $(VENV)/.installed-dev ## measure what users get; writes bench.json. BENCH="wallet --quick" chooses
	.ci/over-wheel measured $(CURDIR)/$(BIN)/python -m tests.bench --output $(CURDIR)/bench.json $(BENCH)

mutants: $(VENV)/.installed-dev ## faults put into consensus, ledger, chain and vm that no test notices
	nice $(BIN)/python -m tests.mutants $(ONLY)

client: $(VENV)/.installed-dev ## write the typed client anew, after the API has changed
	$(BIN)/python -m pybytomd.client.generation

format: $(VENV)/.installed-dev ## put the source in form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

hook: $(VENV)/.installed-dev ## check what is staged before each commit
	$(BIN)/pre-commit install

clean: ## remove everything installed and built
	rm -rf $(RUN) $(VENV) build dist *.egg-info bench.json .mutants

$(RUN)/bin/python $(VENV)/bin/python:
	$(PYTHON) -m venv $(@:/bin/python=)

$(RUN)/.installed: $(SOURCES) | $(RUN)/bin/python
	wheel=$$($(RUN)/bin/python .ci/wheel.py) && \
	    $(RUN)/bin/python $(PIP) install "$$wheel[speed]" && \
	    $(RUN)/bin/python $(PIP) install --no-deps --force-reinstall "$$wheel"
	touch $@

$(VENV)/.installed: $(BUILT) | $(VENV)/bin/python
	$(BIN)/python $(PIP) install -e '.[speed]'
	$(BIN)/python -m compileall -q pybytomd
	touch $@

$(VENV)/.installed-dev: $(BUILT) | $(VENV)/bin/python
	$(BIN)/python $(PIP) install -e '.[speed,dev]'
	$(BIN)/python -m compileall -q pybytomd
	-$(BIN)/python $(PIP) install --no-deps $(CLIENTS)
	touch $@ $(VENV)/.installed
