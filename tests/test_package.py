"""What the distribution promises to tools: its types, its names, its dependencies."""

from __future__ import annotations

import importlib.metadata
from importlib.resources import files

import pytest

METADATA = importlib.metadata.metadata("Flask-Migrate")


def test_the_package_tells_type_checkers_that_it_has_types():
    assert (files("flask_migrate") / "py.typed").is_file()
    assert "Typing :: Typed" in METADATA.get_all("Classifier")


def test_the_package_says_that_it_is_for_flask():
    assert "Framework :: Flask" in METADATA.get_all("Classifier")
    assert METADATA["License-Expression"] == "MIT"


def test_no_command_of_flask_is_published_past_the_application():
    published = importlib.metadata.entry_points(group="flask.commands")
    assert [e for e in published if e.value.startswith("flask_migrate")] == []


@pytest.mark.parametrize("template", ["flask", "flask-multidb", "aioflask", "aioflask-multidb"])
def test_every_template_is_in_the_package(template):
    folder = files("flask_migrate") / "templates" / template
    names = {path.name for path in folder.iterdir() if "__" not in path.name}
    assert names == {"README", "alembic.ini.mako", "env.py", "script.py.mako"}


def test_only_the_promised_libraries_are_required():
    required = {
        line.split(">")[0].split(";")[0].strip().lower()
        for line in METADATA.get_all("Requires-Dist")
    }
    assert required == {"flask", "flask-sqlalchemy", "alembic", "sqlalchemy"}
