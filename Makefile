# Two commands matter: `make run` and `make test`. Both install what they need.
PY   ?= python3
V    := .venv
BIN  := $(V)/bin
UV   := 0.13.9
export PORT HOST PUBLIC_URL
# Compiled modules are kept, whatever the machine says: each of the many processes would compile 1,800 of them again.
unexport PYTHONDONTWRITEBYTECODE
.DEFAULT_GOAL := help
.PHONY: help run install dev system nu verapdf office test test-all test-long check format bench lock catalogues screenshots tour sheets sbom clean

help: ## what can be asked for
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' Makefile
run: install ## the demo: installs, migrates, fills a year of invented responses, starts web and worker
	@$(BIN)/python tools/run_demo.py
install: $(V)/.runtime
dev: $(V)/.dev
$(V)/.runtime: requirements.lock pyproject.toml | $(BIN)/uv
	@$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r requirements.lock
	@$(BIN)/uv pip install -q --python $(BIN)/python --no-deps -e .
	@touch $@
$(V)/.dev: requirements-dev.lock pyproject.toml | $(BIN)/uv
	@$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r requirements-dev.lock
	@$(BIN)/uv pip install -q --python $(BIN)/python --no-deps -e .
	@touch $@ $(V)/.runtime
$(BIN)/uv:
	@$(PY) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed"; exit 1; }
	@$(PY) -c 'import ensurepip' 2>/dev/null || sh tools/apt.sh python3-venv
	@$(PY) -m venv $(V)
	@$(BIN)/python -m pip install -q --disable-pip-version-check "uv==$(UV)"
system: ## Debian packages that only the tests and the bench need
	@sh tools/apt.sh chromium chromium-driver chromium-headless-shell libatomic1 postgresql nginx-light curl strace poppler-utils
nu: ## the Nu HTML checker and its Java, into var/nu: only `make test-all` needs them
	@sh tools/nu/install.sh
verapdf: dev ## veraPDF, a checker of PDF/UA, into var/verapdf: only `make test-all` needs it
	@sh tools/verapdf/install.sh
office: ## LibreOffice, which opens documents again: only `make test-all` needs it
	@sh tools/apt.sh libreoffice-writer-nogui libreoffice-calc-nogui fonts-noto-core
# One thread of arithmetic a process: three processes share the cores, and more threads would wait for each other.
test test-all test-long: export OPENBLAS_NUM_THREADS := 1
test: dev system ## everything, in a bounded form (at most 5 minutes)
	@$(BIN)/pytest -n 3 --dist worksteal -m "not full"
test-all: dev system nu verapdf office ## the full matrix and the fast fault runs (at most 35 minutes)
	@$(BIN)/pytest -n 3 --dist worksteal -m "full and not alone and not long"
	@$(BIN)/pytest -m "full and alone"
test-long: dev system ## thousands of sends under kills, backups and a change of keys; every language at every age
	@$(BIN)/pytest -m "long"
# bandit takes a text under any name with "password" or "token" in it for a password (B105, B106).
check: dev ## format, lint, types, import contracts, templates, scripts, surveys, catalogues
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/djlint feedback_app/templates --lint --quiet
	@$(BIN)/bandit -q -r feedback_app -s B101,B105,B106,B311
	@$(BIN)/python tools/check_scripts.py
	@FEEDBACK_MODE=demo $(BIN)/flask --app wsgi surveys check
	@sh tools/catalogues.sh --check
format: dev ## put the code in order
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .
bench: dev system ## a phone's page and a send beside the bare floor, on both databases, into docs/figures.md
	@$(BIN)/python -m bench
catalogues: dev ## take the words of templates and code into translations/messages.pot
	@sh tools/catalogues.sh
screenshots: dev system ## pictures of every page, 360x740 and 1280x900, into var/screenshots
	@$(BIN)/python -m tools.screenshots
tour: dev system ## docs/tour.md and its pictures anew
	@$(BIN)/python -m tools.tour
sheets: dev system ## every screen a child can meet, on contact sheets, into var/contact-sheets
	@$(BIN)/python -m tools.contact_sheets
lock: ## resolve the dependencies again
	@$(BIN)/uv pip compile -q pyproject.toml --universal --generate-hashes --no-header --no-annotate -o requirements.lock
	@$(BIN)/uv pip compile -q pyproject.toml --group test --group lint --universal --generate-hashes --no-header --no-annotate -o requirements-dev.lock
sbom: install ## what the product is made of (CycloneDX), into var/sbom.json
	@$(BIN)/python tools/sbom.py
clean:
	rm -rf $(V) var
