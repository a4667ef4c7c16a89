# A bare machine needs Python >= 3.11, gcc, git and make. `make demo` and `make test` set up the rest in .venv.
#   make setup    .venv with the package, all its extras and the development tools
#   make demo     the main job, on shipped data; writes demo/
#   make test     everything that must hold: lint, types, layers, tests, coverage
#   make bench    the figures, side by side with what others do
#   make lint     style, types and layers alone
#   make clean    away with what these left behind (`make distclean`: .venv too)

PYTHON ?= python3
# How many processes the tests run in.
JOBS ?= 2
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.set-up
BENCHES := $(filter-out tests/bench/_%,$(sort $(wildcard tests/bench/*.py)))
# Tests that reach every branch of these rooms; their kernels run as plain Python when their coverage is measured.
EXACT_ROOMS := slmdsl/calendars/*,slmdsl/rules/*,slmdsl/evaluate/*

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.PHONY: setup demo test bench lint packages clean distclean

# Byte code and compiled kernels are worth keeping, whatever the environment says.
unexport PYTHONDONTWRITEBYTECODE
export PIP_DISABLE_PIP_VERSION_CHECK := 1

setup: $(STAMP)

$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "slmdsl needs Python 3.11 or newer, and '$(PYTHON)' is $$($(PYTHON) --version 2>&1 || true)." \
	    "Name another one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || { echo "Creating $(VENV)"; $(PYTHON) -m venv $(VENV); }
	@echo "Installing slmdsl and the development tools in $(VENV)"
	@$(BIN)/python -m pip install -qq --upgrade 'pip>=25.1' # the first that reads dependency groups
	@$(BIN)/python -m pip install -qq --editable '.[all]' --group dev
	@echo "Compiling the evaluator and the simulator, which takes a minute or two"
# On one processor the simulator's largest kernel, for agreements that act on the desk; on another its twin for those that
# do not, and the evaluator. Through pipes, since both at once would draw bars. The demo compiles what is left.
	@{ $(BIN)/slm simulate models/acme today --replications 1 --json 2>&1 >/dev/null | cat >&2; } & largest=$$!; \
	  $(BIN)/slm evaluate models/demo --source servicenow --json 2>&1 >/dev/null | cat >&2; \
	  $(BIN)/slm simulate models/starter today --replications 1 --json 2>&1 >/dev/null | cat >&2; \
	  wait $$largest
	@$(BIN)/slm demo --json --out $(VENV)/warm >/dev/null
	@touch $@

demo: setup
	@$(BIN)/slm demo

lint: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

# Pages are shown in the system's own browser, and a print in Chinese takes a font that has the characters.
# SLM_WITHOUT_BROWSER=1 and SLM_WITHOUT_CHINESE=1 leave out the tests that need them.
packages:
	@missing=(); \
	if [ "$${SLM_WITHOUT_BROWSER:-}" != 1 ]; then \
	  [ -n "$$(type -P chromium chromium-browser google-chrome google-chrome-stable)" ] || missing+=(chromium); \
	fi; \
	if [ "$${SLM_WITHOUT_CHINESE:-}" != 1 ] && [ "$$(uname)" = Linux ]; then \
	  [ -n "$$(fc-list :lang=zh-cn family 2>/dev/null)" ] || missing+=(fonts-wqy-microhei); \
	fi; \
	[ "$${#missing[@]}" = 0 ] && exit 0; \
	type -P apt-get >/dev/null || { \
	  echo "The tests need what is not installed: $${missing[*]}. Install it, or say SLM_WITHOUT_BROWSER=1 SLM_WITHOUT_CHINESE=1" >&2; \
	  exit 1; }; \
	echo "Installing $${missing[*]}"; \
	sudo=; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	$$sudo apt-get -qq update; \
	DEBIAN_FRONTEND=noninteractive $$sudo apt-get -qq install --yes --no-install-recommends "$${missing[@]}" >/dev/null

# First the kernels as plain Python, for their coverage, then everything as it ships. Both count.
test: setup packages lint
	rm -f .coverage .coverage.*
	NUMBA_DISABLE_JIT=1 $(BIN)/pytest tests/unit tests/property tests/spec -m 'not compiled' -n $(JOBS) -q --cov --cov-report=
	$(BIN)/pytest -n $(JOBS) --cov --cov-append --cov-report= --cov-fail-under=85
	@$(BIN)/coverage report --include='$(EXACT_ROOMS)' --fail-under=100

bench: setup
	@for script in $(BENCHES); do echo "== $$script"; $(BIN)/python $$script; done

clean:
	rm -rf demo dist build .coverage .coverage.* .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find slmdsl tests -name __pycache__ -prune -exec rm -rf {} +

distclean: clean
	rm -rf $(VENV)
