# Two commands do everything: `make demo` and `make test`. The others are their parts.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip --disable-pip-version-check
DEMO := build/demo

.PHONY: demo test test-faults check bench setup setup-dev lock format translations train clean help

help: ## list the commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: setup ## set up, then read the demo study (with a simulated reader where there is no screen)
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ] || [ "$$(uname -s)" != Linux ]; then \
		$(BIN)/readerlab demo --folder $(DEMO); \
	else \
		echo "No screen here: a simulated reader reads the demo study on a virtual screen."; \
		.ci/system-libraries screen && \
		xvfb-run --auto-servernum --server-args "-screen 0 2560x1600x24 -dpi 96" \
			$(BIN)/readerlab demo --folder $(DEMO) --simulate careful --screenshots; \
	fi

test: setup-dev ## set up, then run every test
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -n auto

test-faults: setup-dev ## set up, then kill, fill, unplug and corrupt: the whole fault-injection suite (minutes)
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -m faults tests/faults

check: setup-dev ## formatting, types, import floors
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup-dev ## measure ReaderLab against its peers; prints a table and writes build/bench.json
	@.ci/system-libraries screen
	xvfb-run --auto-servernum --server-args "-screen 0 2560x2048x24" $(BIN)/python -m benchmarks

setup: $(VENV)/.ready ## the environment that ReaderLab runs in

setup-dev: $(VENV)/.ready-dev ## the same with what developers need

$(VENV)/.ready: requirements.lock pyproject.toml
	@.ci/system-libraries venv qt
	@test -x $(BIN)/python || $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "ReaderLab needs Python 3.11 or later; set PYTHON=/path/to/python3.11")'
	@test -x $(BIN)/python || { echo "Creating the environment in $(VENV) (the first time takes a few minutes)"; $(PYTHON) -m venv $(VENV); }
	$(PIP) install --quiet --require-hashes -r requirements.lock
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.ready-dev: $(VENV)/.ready requirements-dev.lock
	@.ci/system-libraries test screen
	$(PIP) install --quiet --require-hashes -r requirements-dev.lock
	@touch $@

lock: ## rewrite the locks from pyproject.toml (needs uv)
	.ci/lock

format: setup-dev ## format the code
	$(BIN)/ruff format . && $(BIN)/ruff check --fix .

translations: setup-dev ## find new texts in the code and compile the translations
	$(BIN)/python .ci/translations

train: setup-dev ## train the nodule detector again on phantoms (needs the train extra)
	$(PIP) install --quiet -e '.[train]' && $(BIN)/python -m training.train_nodules

clean: ## remove what was built, not the environment
	rm -rf build dist
