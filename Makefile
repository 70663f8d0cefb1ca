# What one types to work on Flask-Migrate. Every target does its own set-up.

PYTHON ?= python3
VENV := .venv
MIN_VENV := .venv-min
PROJECTS := pyproject.toml flask-script/pyproject.toml

# A venv is made anew when another PYTHON is asked for.
MADE := made-by-$(subst /,_,$(PYTHON))

ifneq ($(shell command -v uv),)
make-venv = uv venv --quiet --clear --seed --python $(PYTHON) $(1)
install = uv pip install --quiet --python $(1)/bin/python
else
NO_VENV := Python's venv module is missing: apt-get install python3-venv, or the like.
make-venv = $(PYTHON) -m venv --clear $(1) || { echo "$(NO_VENV)"; exit 1; }; \
	$(1)/bin/python -m pip install --quiet --upgrade "pip>=25.1"
install = $(1)/bin/python -m pip install --quiet
endif

# Files of tests run side by side, each process with servers of its own.
AT_ONCE := --numprocesses auto --maxprocesses 4 --dist loadfile

.PHONY: help demo test tests-min lint soak bench docs clean

help:  ## This list
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 12

demo: $(VENV)/core  ## A small application goes through its first migrations, on SQLite
	@rm -rf .demo && mkdir .demo
	@$(VENV)/bin/python examples/blog/demo.py .demo

test: $(VENV)/tools  ## The tests, on SQLite, PostgreSQL and MariaDB
	$(VENV)/bin/python -m pytest -m "not soak" $(AT_ONCE)

tests-min: $(MIN_VENV)/lowest  ## The tests, with the lowest versions that pyproject.toml promises
	$(MIN_VENV)/bin/python -m pytest -m "not soak" $(AT_ONCE)

lint: $(VENV)/tools  ## Style, types and the order of imports
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

soak: $(VENV)/tools  ## The tests that take long
	$(VENV)/bin/python -m pytest -m soak

bench: $(VENV)/tools  ## What things cost, beside Flask-Migrate 4.1.0
	$(VENV)/bin/python -m bench

docs: $(VENV)/tools  ## Check the documentation: links, completeness, every example
	$(VENV)/bin/python -m pytest tests/test_documentation.py tests/test_documentation_examples.py

clean:  ## Remove what these targets made
	rm -rf $(VENV) $(MIN_VENV) .venv-bench .venv-genuine .demo .pytest_cache .ruff_cache .mypy_cache .import_linter_cache

$(VENV)/$(MADE) $(MIN_VENV)/$(MADE): %/$(MADE):
	@echo "Setting up $*, with $(PYTHON)"
	@$(call make-venv,$*)
	@touch $@

$(VENV)/core: $(VENV)/$(MADE) $(PROJECTS)
	@echo "Installing Flask-Migrate in $(VENV)"
	@$(call install,$(VENV)) -e .
	@touch $@

$(VENV)/tools: $(VENV)/core
	@echo "Installing what tests and checks need in $(VENV)"
	@$(call install,$(VENV)) -e . -e flask-script --group lint
	@touch $@

$(MIN_VENV)/lowest: $(MIN_VENV)/$(MADE) $(PROJECTS)
	@echo "Installing the lowest versions promised in $(MIN_VENV)"
	@$(call install,$(MIN_VENV)) -e . -e flask-script --group lowest --group test
	@touch $@
