# `make` lists what there is. Everything works as an ordinary user and as root.
.POSIX:
.SUFFIXES:
BIN = .venv/bin
PYTEST = $(BIN)/pytest --numprocesses auto --maxprocesses 4 --dist loadfile

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' Makefile | while IFS='|' read -r name says; do \
	    printf '  make %-12s %s\n' "$$name" "$$says"; done

setup: ## everything into .venv, pinned
	@PYTHON="$(PYTHON)" sh scripts/setup

demo: setup ## the whole thing with an invented association, until Ctrl-C
	@exec $(BIN)/ledenbrug demo $(ARGS)

run: setup ## an installation of your own, until Ctrl-C
	@exec $(BIN)/ledenbrug run $(ARGS)

check: setup ## style, types, who may import whom
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

test: check ## all but the slow tests, with what they need
	@LEDENBRUG_CHROMIUM="$$(sh scripts/browser)" && export LEDENBRUG_CHROMIUM && \
	    exec $(PYTEST) -m 'not slow' $(ARGS)

test-slow: setup ## the slow tests
	@LEDENBRUG_CHROMIUM="$$(sh scripts/browser)" && export LEDENBRUG_CHROMIUM && \
	    exec $(PYTEST) -m slow $(ARGS)

simulate: setup ## thousands of crashes, lost answers and edits against the engine
	@exec $(BIN)/python -m tests.simulation $(or $(N),1000) $(or $(FIRST),0) --package $(or $(PACKAGE),memory)

golden: setup ## writes the plans that reviewers read anew
	@exec $(BIN)/python -m tests.core.golden

pictures: setup ## takes the pictures of README anew, in a demo of their own
	@LEDENBRUG_CHROMIUM="$$(sh scripts/browser)" && export LEDENBRUG_CHROMIUM && \
	    exec $(BIN)/python -m tests.browser.pictures

bench: setup ## measures, and prints a table
	@exec $(BIN)/ledenbrug bench $(ARGS)

.PHONY: help setup demo run check test test-slow simulate golden pictures bench
