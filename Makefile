# Everything one does with a checkout. `make` alone explains itself.
# Needs Python 3.11 or newer and nothing else; another interpreter: `make demo PYTHON=python3.13`.

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
# Which locked set is installed: what the stack and the demo run on, or that and what the tests need, or what the bench
# compares us with too.
STACK := $(VENV)/.locked-stack
DEV := $(VENV)/.locked-dev
BENCH := $(VENV)/.locked-bench
CACHES := .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage
COUNT ?= 500
SEED ?= 1
TESTS ?= tests
# Of the whole only: a part reaches a part.
COVERAGE := $(if $(filter tests,$(TESTS)),-p tests.counting)
# Tests mostly wait, so more of them than there are cores.
WORKERS ?= 4

# Each of our many processes would compile everything it imports once more.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo up test pictures pythons check bench chaos lock vendor clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(STACK)  ## refunds, a renewal and a ticket played on a stack of their own, everything shown, then checked
	@$(RUN) -m demo

up: $(STACK)  ## the same stack to stay: addresses printed, data kept between runs, Ctrl-C stops it
	@$(RUN) -m stack up

test: $(DEV)  ## every test, unattended, several at a time; a part: TESTS=tests/domain make test
	@$(RUN) -m pytest --numprocesses $(WORKERS) --no-loadscope-reorder --durations 10 $(COVERAGE) $(TESTS)

pictures: $(DEV)  ## every page that the journeys visit into docs/img/pages: light, dark, and as wide as a phone
	@KOPEYKA_PICTURES=docs/img/pages $(RUN) -m pytest tests/browser

pythons:  ## make demo and make test on every supported Python that this machine has
	@PYTHON=$(PYTHON) sh tests/on_every_python.sh

check: $(DEV)  ## style, spelling, types, direction of imports, dead code, known vulnerabilities
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/codespell
	@$(RUN) -m mypy
	@$(VENV)/bin/lint-imports
	@$(RUN) -m tests.dead_code
	@$(RUN) requirements/audit.py

bench: $(BENCH)  ## what cases, imports and pages cost, beside bare ones and DBOS; a part: make bench ONLY=open OPEN=20000
	@$(RUN) -m bench $(if $(ONLY),--only $(ONLY)) $(if $(OPEN),--open-cases $(OPEN))

chaos: $(DEV)  ## cases of all kinds while processes are killed: make chaos COUNT=500 SEED=1
	@$(RUN) -m bench.chaos --count $(COUNT) --seed $(SEED)

lock: $(STACK)  ## compile requirements/*.in into *.txt with hashes; pins that still fit are kept
	@PYTHON=$(PYTHON) VENV=$(VENV) sh requirements/lock.sh

vendor: $(STACK)  ## take the browser's files of requirements/vendor.json from npm again: script, font, icons
	@$(RUN) requirements/vendor.py

clean:  ## remove the environment, caches and the data of `make up`
	@if [ -x $(RUN) ]; then $(RUN) -m stack clean; fi
	@rm -rf $(VENV) $(CACHES)
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(STACK): requirements/stack.txt
	@PYTHON=$(PYTHON) VENV=$(VENV) sh requirements/install.sh stack
$(DEV): requirements/dev.txt
	@PYTHON=$(PYTHON) VENV=$(VENV) sh requirements/install.sh dev
$(BENCH): requirements/bench.txt
	@PYTHON=$(PYTHON) VENV=$(VENV) sh requirements/install.sh bench
