# Everything a person or a machine runs. `make` alone lists it.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
MAKEFLAGS += --no-builtin-rules --no-print-directory
.DEFAULT_GOAL := help
.PHONY: help setup system demo test soak lint format bench bundle deb windows packaging lock clean

PYTHON := .venv/bin/python
WORKERS ?= 2
READY := .venv/.ready

# Qt wants a locale that can write Danish; a bare machine has none.
ifeq (,$(findstring UTF-8,$(LC_ALL)$(LC_CTYPE)$(LANG)))
export LC_ALL := C.UTF-8
endif

help: ## this list
	@sed -nE 's/^([a-z]+):.*## (.*)/make \1\t\2/p' Makefile | expand -t 14

setup: system $(READY) ## a .venv with `rundbord` in it, and the system libraries

system:
	@tools/setup.sh system

$(READY): requirements-dev.lock pyproject.toml tools/setup.sh
	@tools/setup.sh venv
	@touch $@

demo: setup ## two desks over one record on practice data: two windows, or papers and pictures where there is no screen
	@if [ -n "$${DISPLAY:-}$${WAYLAND_DISPLAY:-}" ] || [ "$$(uname -s)" = Darwin ]; then \
	  .venv/bin/rundbord demo; \
	else \
	  .venv/bin/rundbord demo --headless --script resources/practice/moede-1-bussen.json --out build/demo; \
	fi

test: lint ## every check and every test
	@echo "── tests"
	@$(PYTHON) -m pytest -p tests.second_chance -n $(WORKERS) --dist worksteal

soak: setup ## for hours: desks and a server at random, killed hundreds of times and put back
	@RUNDBORD_SOAK=1 HYPOTHESIS_PROFILE=soak $(PYTHON) -m pytest -n $(WORKERS) --dist worksteal \
	  tests/sync/test_three_replicas.py tests/sync/test_killed.py tests/sync/test_roads_alike.py tests/sync/test_put_back_live.py \
	  tests/store/test_incoming_histories.py

lint: setup ## the checks without the tests
	@echo "── ruff"
	@$(PYTHON) -m ruff check --quiet --output-format concise
	@$(PYTHON) -m ruff format --check --quiet || { echo "Not formatted: run make format"; exit 1; }
	@echo "── mypy"
	@$(PYTHON) -m mypy --no-error-summary
	@echo "── import rule"
	@found=$$(.venv/bin/lint-imports --no-logo) || { echo "$$found"; exit 1; }

format: setup ## lay out the code as the checks want it
	@$(PYTHON) -m ruff check --quiet --fix
	@$(PYTHON) -m ruff format --quiet

bench: setup ## the measurements, each beside its floor; writes build/bench.json
	@mkdir -p build
	@$(PYTHON) -m bench --out build/bench.json

bundle: setup ## the program as one folder that needs no Python, and whether it is the program
	@$(PYTHON) -m installer.bundle
	@installer/check_bundle

packaging: setup
	@tools/setup.sh packaging

deb: packaging bundle ## the Debian package; as root also installed, run, upgraded and removed on this machine
	@$(PYTHON) -m installer.deb
	@$(PYTHON) -m pytest -p no:randomly installer/tests

windows: packaging ## the Windows installer's script, compiled over a stand-in bundle (the real one is made on Windows)
	@$(PYTHON) -m installer.windows
	@$(PYTHON) -m pytest -q -p no:randomly tests/installer/test_windows.py

lock: ## renew the locked packages (needs uv)
	@uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	  --custom-compile-command "make lock" --output-file requirements.lock pyproject.toml
	@uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --extra dev \
	  --constraint requirements.lock --custom-compile-command "make lock" --output-file requirements-dev.lock pyproject.toml

clean: ## what was made here, but not .venv
	@rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .benchmarks
	@find app tests -name __pycache__ -type d -prune -exec rm -rf {} +
