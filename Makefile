# Everything one does with a checkout. `make` alone explains itself.
# Needs Python 3.11 or newer and nothing else; another interpreter: `make demo PYTHON=python3.13`.

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
READY := $(VENV)/.locked
CACHES := .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage
COUNT ?= 500
SEED ?= 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo up test check bench chaos lock clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-6s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(READY)  ## refunds and a renewal played through the API on a stack of their own, everything shown, then checked
	@$(RUN) -m demo

up: $(READY)  ## the same stack to stay: addresses printed, data kept between runs, Ctrl-C stops it
	@$(RUN) -m stack up

test: $(READY)  ## every test, unattended
	@$(RUN) -m pytest

check: $(READY)  ## style, types and the direction of imports
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(RUN) -m mypy
	@$(VENV)/bin/lint-imports

bench: $(READY)  ## what a refund, a renewal and an import of a bank statement cost, beside bare ones
	@$(RUN) -m bench

chaos: $(READY)  ## refunds and renewals while processes are killed: make chaos COUNT=500 SEED=1
	@$(RUN) -m bench.chaos --count $(COUNT) --seed $(SEED)

lock: $(READY)  ## compile requirements/*.in into *.txt with hashes; pins that still fit are kept
	@tools=$$(mktemp -d) && trap 'rm -rf "$$tools"' EXIT \
	  && $(PYTHON) -m venv "$$tools" \
	  && "$$tools/bin/python" -m pip install -qq --disable-pip-version-check uv \
	  && for set in runtime dev; do \
	       "$$tools/bin/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	         --no-header --no-emit-index-url --no-emit-find-links \
	         --output-file requirements/$$set.txt requirements/$$set.in || exit 1; \
	     done

clean:  ## remove the environment, caches and the data of `make up`
	@if [ -x $(RUN) ]; then $(RUN) -m stack clean; fi
	@rm -rf $(VENV) $(CACHES)
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Installed again only when the locked set is another one, not when its file is merely newer.
$(READY): requirements/dev.txt
	@if $(RUN) -c '' 2>/dev/null && cmp -s $< $@; then touch $@; exit 0; fi; \
	command -v $(PYTHON) >/dev/null \
	  || { echo "Kopeyka needs Python 3.11 or newer: '$(PYTHON)' is not found"; exit 1; }; \
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Kopeyka needs Python 3.11 or newer, '$(PYTHON)' is" \
	            "$$($(PYTHON) --version 2>&1); try PYTHON=python3.12"; exit 1; }; \
	$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	  || { echo "Python's venv is missing: install it (on Debian and Ubuntu: python3-venv)"; exit 1; }; \
	echo "Installing the locked packages into $(VENV)…"; \
	{ $(RUN) -c '' 2>/dev/null || $(PYTHON) -m venv --clear $(VENV); } \
	  && $(RUN) -m pip install -qq --disable-pip-version-check --require-hashes -r $< \
	  && cp $< $@
