# make run [PORT=8000]   start the demo office      make test   run every test
.DEFAULT_GOAL := help
.PHONY: help run test test-debian lint lock clean
PORT ?= 8000
BIN := .venv/bin
# three processes for two cores: one of them mostly waits for the browser
# what takes longest is begun first (tests/conftest.py), not what has the most tests
TOGETHER := -n 3 --no-loadscope-reorder
# where it is set, every process would compile the whole source anew: a second each
export PYTHONDONTWRITEBYTECODE :=

help:  ## what there is to make
	@sed -n 's/^\([a-z-]*\):.*##/  make \1\t/p' $(MAKEFILE_LIST) | expand -t 20

# Stamps: a second `make` asks no package index for anything.
.venv/.run: requirements/run.txt pyproject.toml
	@echo "Installing medassist into .venv (once) …"
	@scripts/environment run
	@touch $@

.venv/.dev: requirements/dev.txt pyproject.toml
	@echo "Installing medassist and its tests' tools into .venv (once) …"
	@scripts/environment dev
	@touch $@ .venv/.run

run: .venv/.run  ## the demo office on http://127.0.0.1:8000; PORT=8080 for another port
	@exec $(BIN)/medassist run --demo --port $(PORT)

test: .venv/.dev  ## every test, on the embedded PostgreSQL, browser tests included
	@scripts/chromium
	@$(BIN)/python -m pytest $(TOGETHER) $(ARGS)

test-debian: .venv/.dev  ## the same tests on the system's PostgreSQL
	@MEDASSIST_TEST_POSTGRES=system $(BIN)/python -m pytest $(TOGETHER) $(ARGS)

lint: .venv/.dev  ## faults, types, who imports whom
	@$(BIN)/ruff check src tests scripts
	@$(BIN)/lint-imports
	@$(BIN)/mypy

lock: .venv/.dev  ## refresh requirements/ from pyproject.toml
	@scripts/lock --upgrade

clean:  ## remove the environment; var/ and its data stay
	@rm -rf .venv
