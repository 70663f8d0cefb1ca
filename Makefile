# What one types to work on Flask-Migrate. Every target does its own set-up.

PYTHON ?= python3
VENV := .venv
MIN_VENV := .venv-min
FLASK_SCRIPT := $(wildcard flask-script/pyproject.toml)
PROJECTS := pyproject.toml $(FLASK_SCRIPT)
EDITABLE := -e . $(if $(FLASK_SCRIPT),-e flask-script)

# A venv is made anew when another PYTHON is asked for.
MADE := made-by-$(subst /,_,$(PYTHON))

ifneq ($(shell command -v uv),)
make-venv = uv venv --clear --seed --python $(PYTHON) $(1)
install = uv pip install --python $(1)/bin/python
else
make-venv = $(PYTHON) -m venv --clear $(1) || { echo "Install Python's venv module first: apt-get install python3-venv"; exit 1; }; \
	$(1)/bin/python -m pip install --quiet --upgrade "pip>=25.1"
install = $(1)/bin/python -m pip install --quiet
endif

.PHONY: help demo test tests-min lint soak bench clean

help:  ## This list
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 12

demo: $(VENV)/core  ## A small application goes through its first migrations, on SQLite
	@rm -rf .demo && mkdir .demo
	@$(VENV)/bin/python examples/blog/demo.py .demo

test: $(VENV)/tools  ## The tests, on SQLite, PostgreSQL and MariaDB
	$(VENV)/bin/python -m pytest -m "not soak"

tests-min: $(MIN_VENV)/lowest  ## The tests, with the lowest versions that pyproject.toml promises
	$(MIN_VENV)/bin/python -m pytest -m "not soak"

lint: $(VENV)/tools  ## Style, types and the order of imports
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

soak: $(VENV)/tools  ## The tests that take long
	$(VENV)/bin/python -m pytest -m soak

bench: $(VENV)/tools  ## What things cost
	$(VENV)/bin/python -m bench

clean:  ## Remove what these targets made
	rm -rf $(VENV) $(MIN_VENV) .demo .pytest_cache .ruff_cache .mypy_cache .import_linter_cache

$(VENV)/$(MADE) $(MIN_VENV)/$(MADE): %/$(MADE):
	$(call make-venv,$*)
	@touch $@

$(VENV)/core: $(VENV)/$(MADE) $(PROJECTS)
	$(call install,$(VENV)) -e .
	@touch $@

$(VENV)/tools: $(VENV)/core
	$(call install,$(VENV)) $(EDITABLE) --group lint
	@touch $@

$(MIN_VENV)/lowest: $(MIN_VENV)/$(MADE) $(PROJECTS)
	$(call install,$(MIN_VENV)) $(EDITABLE) --group lowest --group test
	@touch $@
