# Two commands for a newcomer: `make run` and `make test`. They need Python 3.11 and nothing else.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CODE := portal tenants migrations tests
WORKERS ?= 3

.DEFAULT_GOAL := help
.PHONY: help venv run test lint lint-style lint-format lint-types lint-imports lint-templates lint-addresses bench clean lock stop

help:
	@sed -n 's/^## //p' Makefile

## make run     serve the portal with the worked region (PORT=8000)
run: venv
	@exec $(BIN)/python -m portal run

## make test    every test, on a database of its own and in a real browser
test: venv
	@.ci/browser
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadscope --no-loadscope-reorder

## make lint    style, types, import direction, templates
lint: lint-style lint-format lint-types lint-imports lint-templates lint-addresses

lint-style: venv
	$(BIN)/ruff check .

lint-format: venv
	$(BIN)/ruff format --check .

lint-types: venv
	$(BIN)/mypy portal tenants

lint-imports: venv
	$(BIN)/lint-imports --no-logo

lint-templates: venv
	$(BIN)/djlint --quiet --lint templates

lint-addresses:
	@.ci/addresses

## make bench   the portal against a bare handler, on a database of its own
bench: venv
	$(BIN)/python -m tests.bench

## make stop    stop the embedded database, if something left it running
stop: venv
	@$(BIN)/python -m portal db stop

## make clean   remove the environment and caches; data stays where it is
clean:
	@if [ -x $(BIN)/python ]; then $(BIN)/python -m portal db stop || true; fi
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage build test-results
	find $(CODE) -name __pycache__ -type d -prune -exec rm -rf {} +

## make lock    resolve pyproject.toml anew into config/requirements.lock
lock: venv
	@[ -x $(BIN)/uv ] || $(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --generate-hashes --no-header --no-annotate --extra dev pyproject.toml \
		-o config/requirements.lock

venv:
	@PYTHON="$(PYTHON)" .ci/venv $(VENV)
