"""A migrations folder of any release goes through every command as it was made."""

from __future__ import annotations

from pathlib import Path

import pytest

import flask_migrate
from flask_migrate import errors
from tests.compat.project import EVERY_GENERATION, binds_of, make_project
from tests.databases.fixtures import KINDS

FOLDERS = [
    pytest.param((generation, template, kind), id=f"{generation}-{template}-{kind}")
    for generation in EVERY_GENERATION
    for template in generation.templates
    for kind in KINDS
    if not (template.startswith("aioflask") and kind == "mariadb")  # no driver is in the tests
]


@pytest.fixture(params=FOLDERS)
def project(request, tmp_path, monkeypatch, new_database):
    """An application with a folder of each release and template, on each kind of database."""
    generation, template, kind = request.param
    monkeypatch.chdir(tmp_path)
    urls = {bind: new_database(kind) for bind in binds_of(template)}
    made = make_project(tmp_path, generation, template, urls)
    with made.app.app_context():
        yield made


def test_every_command_runs_on_a_folder_as_it_was_made(project):
    written = flask_migrate.migrate(message="tables")
    assert len(written.revisions) == 1

    flask_migrate.upgrade()
    assert project.tables() == {"alembic_version", "user"}
    if "other" in project.urls:
        assert project.tables("other") == {"alembic_version", "other"}

    (revision,) = flask_migrate.history(indicate_current=True)
    assert revision.is_current
    assert [place.bind for place in flask_migrate.current()] == list(project.urls)
    assert all(place.at_head for place in flask_migrate.current())
    flask_migrate.check()

    files = project.revision_files
    assert flask_migrate.migrate().revisions == ()
    assert project.revision_files == files

    assert "CREATE TABLE" in _sql_of(flask_migrate.upgrade(sql=True))

    flask_migrate.downgrade()
    assert all(project.tables(bind) == {"alembic_version"} for bind in project.urls)
    with pytest.raises(errors.NotUpToDate):
        flask_migrate.check()


def _sql_of(applied):
    """Return the statements: one text, or the files that a folder for several databases writes."""
    return applied.sql + "".join(Path(file).read_text() for file in applied.files)
