"""What the package offers, and what it costs to import."""

import importlib
import importlib.metadata
import re
import subprocess
import sys
from pathlib import Path

import pytest

import flask_script

README = Path(__file__).parent.parent / "README.md"
MODULES = ("flask_script", "flask_script.commands", "flask_script.cli")


@pytest.mark.parametrize("module", MODULES)
def test_the_names_in_the_readme_can_be_imported(module):
    row = re.search(
        rf"^\| `{re.escape(module)}` \| (.*) \|$", README.read_text("utf-8"), re.MULTILINE
    )
    names = re.findall(r"`(\w+)`", row[1])
    assert names
    for name in names:
        assert hasattr(importlib.import_module(module), name)


@pytest.mark.parametrize("module", MODULES[:2])
def test_the_readme_has_every_public_name(module):
    names = importlib.import_module(module).__all__
    assert all(f"`{name}`" in README.read_text("utf-8") for name in names)


def test_the_program_in_the_readme_does_what_the_readme_says(program):
    source = re.search(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)[1]
    command, output = re.search(
        r"\$ python manage.py (.*)\n(.*)", README.read_text("utf-8")
    ).groups()
    assert program(source)(*command.split()).stdout == output + "\n"


def test_the_version_is_above_that_of_the_original():
    assert importlib.metadata.version("Flask-Script") == "3.0.0"


@pytest.mark.parametrize("requirement", ["Flask-Script", "flask-script>=2.0"])
def test_pip_leaves_it_in_place_where_a_program_asks_for_the_original(requirement):
    pip = [sys.executable, "-m", "pip", "install", "--no-index", "--no-deps", requirement]
    done = subprocess.run(pip, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    assert f"Requirement already satisfied: {requirement}" in done.stdout


def test_the_package_is_typed():
    assert (Path(flask_script.__file__).parent / "py.typed").exists()


def test_importing_it_imports_no_shell_and_no_completion():
    source = "import flask_script, sys; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, check=True, timeout=120
    )
    heavy = {"IPython", "bpython", "ptpython", "argcomplete"}
    assert heavy.isdisjoint(done.stdout.split())
