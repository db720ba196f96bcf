# Needs Python 3.11 or newer and make. Everything is installed into this folder: .tools (uv,
# Meltano and a cache), .venv (the project and its tests) and .meltano (one environment a plugin).
# Meltano lives apart from the project because the two want different versions of SQLAlchemy.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

UV := .tools/uv/bin/uv
MELTANO := .tools/meltano/bin/meltano
BIN := .venv/bin
# More workers than cores: much of the suite waits for other programs.
WORKERS ?= 3
# Tests that every version of a dependency has to pass: all that runs without Meltano.
CORE ?= tests/unit tests/tap tests/target

export UV_CACHE_DIR ?= $(CURDIR)/.tools/cache
export UV_PYTHON_DOWNLOADS := never
export MELTANO_SEND_ANONYMOUS_USAGE_STATS := false
export MELTANO_PROJECT_READONLY := true
export MELTANO_CLI_DISABLE_VERSION_CHECK := true
# Where Meltano keeps the logs of what it installs.
export XDG_STATE_HOME := $(CURDIR)/.tools/state
# A shell inside somebody's virtual environment must not lead uv there.
unexport VIRTUAL_ENV PYTHONPATH PYTHONHOME
# Programs start in half the time if Python may keep what it compiled.
unexport PYTHONDONTWRITEBYTECODE
# A mirror or certificate that pip was told about holds for uv, too.
ifneq ($(PIP_INDEX_URL),)
export UV_DEFAULT_INDEX ?= $(PIP_INDEX_URL)
endif
ifneq ($(PIP_CERT),)
export SSL_CERT_FILE ?= $(PIP_CERT)
endif
# A company's certificate is in the system's store, where neither uv nor an older pip looks unless it
# is told. uv had another name for it; a machine without a store keeps what they bring along.
SYSTEM_CERTS ?= $(firstword $(wildcard /etc/ssl/certs/ca-certificates.crt \
	/etc/pki/tls/certs/ca-bundle.crt /etc/ssl/ca-bundle.pem))
ifneq ($(SYSTEM_CERTS)$(wildcard /etc/ssl/cert.pem),)
export UV_SYSTEM_CERTS ?= true
export UV_NATIVE_TLS ?= true
endif
ifneq ($(SYSTEM_CERTS),)
export PIP_CERT ?= $(or $(REQUESTS_CA_BUNDLE),$(SSL_CERT_FILE),$(SYSTEM_CERTS))
endif

# The first Python that is new enough; looked for only when something has to be installed.
FIND_PYTHON = for python in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11 python; do \
	if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then break; fi; \
	python=; done; \
	if [ -z "$$python" ]; then echo "Python 3.11 or newer is needed; set PYTHON=/path/to/python." >&2; exit 1; fi

# What DuckDB 1.2 or dbt has no wheels for is too new for the tools below.
FIND_OLDER_PYTHON = for python in $(OLDER_PYTHON) python3 python3.13 python3.12 python3.11; do \
	if "$$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then break; fi; \
	python=; done; \
	if [ -z "$$python" ]; then echo "dbt and target-duckdb need Python 3.11 to 3.13; set OLDER_PYTHON=/path/to/python." >&2; exit 1; fi

RECIPES := $(basename $(notdir $(wildcard requirements/recipes/*.txt)))
LOADERS := $(basename $(notdir $(wildcard requirements/loaders/*.txt)))

.PHONY: help install loaders test recipes coverage lowest newest lint types check format demo shop dist check-dist bench lock clean

help: ## Show what can be made
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' $(firstword $(MAKEFILE_LIST)) | while IFS="$$(printf '\t')" read -r name text; do \
		printf '  make %-10s %s\n' "$$name" "$$text"; done

install: .venv/installed .meltano/installed ## Install everything into this folder

loaders: $(LOADERS:%=.tools/loaders/%/installed) .tools/dbt/installed ## Install the loaders and dbt that tests run

demo: install ## Shop to PostgreSQL and back, with a demo shop and a database of its own
	@$(BIN)/python -m demo

shop: .venv/installed ## Start the demo shop, to try the tap and the target by hand
	@$(BIN)/python -m tests.fake_wix

bench: .venv/installed ## Measure CPU, time, memory and requests beside a bare loop; some minutes
	@$(BIN)/python -m benchmarks $(BENCH)

test: lint types check install loaders ## Everything: lint, types, import contracts, meltano.yml, tests
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile

recipes: install $(RECIPES:%=.tools/recipes/%/installed) ## Run the recipes for Airflow, Dagster and dlt; not part of test
	$(BIN)/python -m pytest recipes

coverage: install loaders ## Which lines of the two packages the tests reach; only to be looked at
	$(BIN)/python -m pytest -q -n $(WORKERS) --dist loadfile --cov=tap_wix --cov=target_wix --cov-branch \
		--cov-report=term:skip-covered

lowest: $(UV) ## The core of the tests with the oldest dependencies that pyproject.toml allows
	@$(FIND_PYTHON); $(UV) venv --quiet --clear --python "$$python" .tools/lowest
	@$(UV) pip install --quiet --python .tools/lowest --resolution lowest-direct --group test -e . -e packaging/target-wix
	.tools/lowest/bin/python -m pytest -q -n $(WORKERS) --dist loadfile $(CORE)

newest: $(UV) ## The same with the newest dependencies there are, whether locked or not
	@$(FIND_PYTHON); $(UV) venv --quiet --clear --python "$$python" .tools/newest
	@$(UV) pip install --quiet --python .tools/newest --upgrade --group test -e . -e packaging/target-wix
	.tools/newest/bin/python -m pytest -q -n $(WORKERS) --dist loadfile $(CORE)

lint: .venv/installed ## Lint, formatting, import contracts and workflows
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/zizmor --offline --quiet .github

types: .venv/installed ## Types, strictly
	$(BIN)/mypy

check: .venv/installed .tools/meltano/installed ## meltano.yml against Meltano's own schema
	$(BIN)/check-jsonschema --schemafile "$$(.tools/meltano/bin/python -c \
		'from meltano.schemas import __path__ as path; print(path[0])')/meltano.schema.json" meltano.yml

format: .venv/installed ## Format the code, and renew what is generated
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/python -m scripts.settings

dist: $(UV) ## Build both packages into dist/
	@rm -rf dist
	@$(UV) build --quiet --out-dir dist .
	@$(UV) build --quiet --out-dir dist packaging/target-wix
	@ls dist

check-dist: $(UV) ## Whether the index will take what is in dist/
	@.tools/uv/bin/uvx twine check --strict dist/*

lock: $(UV) ## Take the newest versions of what tests and demo stand on
	$(UV) pip compile -q --upgrade --universal --no-annotate --python-version 3.11 --group dev pyproject.toml -o requirements/dev.txt
	$(UV) pip compile -q --upgrade --universal --no-annotate --python-version 3.11 requirements/meltano.in -o requirements/meltano.txt
	$(UV) pip compile -q --upgrade --universal --no-annotate --no-header --python-version 3.11 requirements/dbt.in -o requirements/dbt.txt
	@for recipe in $(RECIPES); do echo "Locking $$recipe"; $(UV) pip compile -q --upgrade --universal --no-annotate --no-header \
		--python-version 3.11 requirements/recipes/$$recipe.in -o requirements/recipes/$$recipe.txt || exit 1; done
	@for loader in $(LOADERS); do echo "Locking $$loader"; $(UV) pip compile -q --upgrade --universal --no-annotate --no-header \
		--python-version 3.11 --override requirements/loaders/overrides.in \
		requirements/loaders/$$loader.in -o requirements/loaders/$$loader.txt || exit 1; done

clean: ## Delete everything that was installed or left behind
	rm -rf .venv .tools .meltano output build dist *.egg-info
	rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(UV):
	@$(FIND_PYTHON); echo "Installing uv with $$python"; rm -rf .tools/uv; \
	"$$python" -m venv .tools/uv || { \
		echo "This Python cannot make virtual environments; on Debian: apt install python3-venv." >&2; exit 1; }
	@.tools/uv/bin/python -m pip install --quiet --disable-pip-version-check 'uv>=0.9'

.tools/meltano/installed: requirements/meltano.txt | $(UV)
	@$(FIND_PYTHON); $(UV) venv --quiet --clear --python "$$python" .tools/meltano
	@echo "Installing Meltano"
	@$(UV) pip install --quiet --python .tools/meltano -r requirements/meltano.txt
	@touch $@

# Without dependencies: the lock has them all, also where a loader's own pins are overridden.
.tools/loaders/%/installed: requirements/loaders/%.txt | $(UV)
	@$(FIND_OLDER_PYTHON); $(UV) venv --quiet --clear --python "$$python" $(@D)
	@echo "Installing $*"
	@$(UV) pip install --quiet --python $(@D) --no-deps -r $<
	@touch $@

.tools/recipes/%/installed: requirements/recipes/%.txt | $(UV)
	@$(FIND_OLDER_PYTHON); $(UV) venv --quiet --clear --python "$$python" $(@D)
	@echo "Installing $*"
	@$(UV) pip install --quiet --python $(@D) --no-deps -r $<
	@touch $@

.tools/dbt/installed: requirements/dbt.txt | $(UV)
	@$(FIND_OLDER_PYTHON); $(UV) venv --quiet --clear --python "$$python" $(@D)
	@echo "Installing dbt"
	@$(UV) pip install --quiet --python $(@D) --no-deps -r $<
	@touch $@

.venv/installed: pyproject.toml packaging/target-wix/pyproject.toml requirements/dev.txt | $(UV)
	@$(FIND_PYTHON); $(UV) venv --quiet --clear --python "$$python" .venv
	@echo "Installing the project"
	@$(UV) pip install --quiet --python .venv -r requirements/dev.txt -e . -e packaging/target-wix
	@touch $@

PLUGINS := tap-wix target-wix tap-postgres target-postgres

.meltano/installed: meltano.yml pyproject.toml packaging/target-wix/pyproject.toml .tools/meltano/installed
	@echo "Installing the plugins"
	@$(MELTANO) --log-level=warning install --clean $(PLUGINS)
	@touch $@
