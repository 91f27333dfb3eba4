# Needs Python 3.11 or later, pip and make; everything else goes into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test check lint fix bench soak lock bundle release windows clean

demo: $(READY)  ## nine quarters of a made-up partnership, from extracts to reports
	$(BIN)/exchange demo demo-partnership --replace

test: $(READY)  ## all tests but the long ones, in some four minutes
	$(BIN)/python -m pytest -n auto -q

PART ?= all
SLICE ?= 1/1
soak: $(READY)  ## the long tests, or PART=crash of them, or SLICE=1/10 of each part (tests/README.md)
	$(BIN)/python -m pytest -n auto -q --soak $(PART) --slice $(SLICE)

check: lint test  ## everything that has to hold before a change lands; changes nothing

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m schemas.declarations
	$(BIN)/python -m docs.generate --check

fix: $(READY)  ## write what check complains of
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/python -m docs.generate

bench: $(READY)  ## speed and memory beside floors and other programs; writes bench/README.md
	$(BIN)/python -m bench

LOCKED := pip compile --universal --generate-hashes --no-emit-index-url --python-version 3.11 \
	--all-extras --custom-compile-command "make lock" -q pyproject.toml
lock: $(READY)  ## requirements.txt and release/requirements.txt anew, for every platform, with hashes
	$(BIN)/uv $(LOCKED) --group dev -o requirements.txt
	$(BIN)/uv $(LOCKED) -c requirements.txt -o release/requirements.txt

release: $(READY)  ## what is published of a version, signed: make release KEY=maintainers.pem
	$(BIN)/python -m release.release --key $(KEY)

FOR ?= 3.12
bundle: $(READY)  ## a zip for each system that installs without a network (release/bundle.py)
	$(BIN)/python -m release.bundle --python $(FOR)

windows: $(READY)  ## a quarter is sent on a Python for Windows, under Wine; writes docs/windows.md
	$(BIN)/python -m tests.windows.journey

$(READY): requirements.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed: make PYTHON=python3.11") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(READY)

clean:
	rm -rf $(VENV) demo-partnership
