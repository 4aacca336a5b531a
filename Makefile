# Every target makes its environment first; it is remade only when requirements.lock changes.
PYTHON ?= python3
VENV ?= .venv
RUN = $(VENV)/bin/python -m

.DEFAULT_GOAL := help
.PHONY: help env figures report test browser-test coverage mutants hostile check lab notebooks lock clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

env: ## make the environment in .venv, if it is missing or requirements.lock has changed
	@cmp -s requirements.lock $(VENV)/installed.lock && $(RUN) analysis --version >/dev/null 2>&1 || $(MAKE) --no-print-directory $(VENV)

.PHONY: $(VENV)
$(VENV):
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v <= (3, 13) else "Python 3.11 to 3.13 is needed and $(PYTHON) is %d.%d: name another one with make PYTHON=python3.12" % v)'
	@echo "Making the environment in $(VENV) (once, a minute or two) ..."
	@$(PYTHON) -m venv --clear $(VENV)
	@sed -n '/^uv==/,/^    # via/p' requirements.lock > $(VENV)/uv.lock
	@$(RUN) pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r $(VENV)/uv.lock
	@$(VENV)/bin/uv pip install --python $(VENV)/bin/python --quiet --require-hashes -r requirements.lock
	@$(VENV)/bin/uv pip install --python $(VENV)/bin/python --quiet --no-deps --no-build-isolation --offline -e .
	@cp requirements.lock $(VENV)/installed.lock

figures: env ## check the record and write every exhibit into figures/ (PNG, SVG, PDF, HTML, CSV, JSON)
	@$(RUN) analysis figures

report: env ## write the record as one page, report/index.html, that needs no network and no server
	@$(RUN) analysis report

test: env ## run every test and every notebook; exits non-zero on any failure
	@$(RUN) ruff check analysis tests data notebooks/*.py
	@$(RUN) pytest --nbval -n 2 --dist loadscope

browser-test: env ## run the tests that need Chromium and npm (Debian: apt-get install chromium npm)
	@if command -v npm >/dev/null; then npm ci --silent --no-audit --no-fund --prefix tests/browser; fi
	@$(RUN) pytest tests/browser --browser -n 2 --dist loadscope -m "$(ONLY)"

coverage: env ## run every test, and say which lines and branches of analysis/ none runs
	@$(RUN) pytest tests --cov -n 2 --dist loadscope

mutants: env ## change data and code in small ways, and say which changes no test sees (hours)
	@$(VENV)/bin/python tests/mutants data
	@$(VENV)/bin/python tests/mutants code

hostile: env ## run every test twenty times, each where machines differ: zone, language, path, Python (hours)
	@$(VENV)/bin/python tests/hostile.py

check: env ## check the record, and name every fault with file, line and column
	@$(RUN) analysis check

lab: env ## open JupyterLab on the notebooks
	@$(RUN) jupyterlab notebooks

notebooks: env ## rerun every notebook in place, the README's pictures, the code book and looks, to accept changes
	@$(RUN) analysis codebook
	@$(RUN) analysis notebooks
	@$(RUN) analysis figures --only places exchange tolls --format png --out docs && rm docs/.made.json
	@$(RUN) pytest tests --accept -k looks_as_accepted --quiet

lock: env ## resolve requirements.lock again from pyproject.toml
	@$(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
		--no-emit-index-url --no-header --all-extras --upgrade pyproject.toml --output-file requirements.lock

clean: ## remove the environment, the figures, the report and the caches
	rm -rf $(VENV) figures report tests/browser/node_modules .pytest_cache .ruff_cache .hypothesis *.egg-info
	find analysis tests notebooks -name __pycache__ -prune -exec rm -rf {} + -o -name .ipynb_checkpoints -prune -exec rm -rf {} +
