"""`flask db upgrade --backup` copies an SQLite file first."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

import flask_migrate
from flask_migrate import Migrate
from flask_migrate.errors import BackupImpossible, WrongUsage


def tables_in(path):
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {name for (name,) in rows}


@pytest.fixture
def pending(sqlite_project):
    """A database with a table of two rows, and a revision that drops it."""
    sqlite_project.write("r1", upgrade="op.execute('CREATE TABLE t (id INTEGER)')")
    flask_migrate.upgrade()
    sqlite_project.execute("INSERT INTO t VALUES (1), (2)")
    sqlite_project.write("r2", "r1", upgrade="op.execute('DROP TABLE t')")
    return sqlite_project


def test_the_copy_has_what_the_upgrade_took_away(pending):
    (path,) = flask_migrate.upgrade(backup=True).backups
    assert Path(path).parent == Path(pending.engine.url.database).parent
    assert pending.tables() == set()
    with closing(sqlite3.connect(path)) as copy:
        assert copy.execute("SELECT count(*) FROM t").fetchone() == (2,)


def test_what_is_still_in_the_write_ahead_log_is_copied_too(pending):
    with closing(sqlite3.connect(pending.engine.url.database)) as writer:
        writer.execute("PRAGMA journal_mode=WAL")
        writer.execute("INSERT INTO t VALUES (3)")
        writer.commit()
        (path,) = flask_migrate.upgrade(backup=True).backups
    with closing(sqlite3.connect(path)) as copy:
        assert copy.execute("SELECT count(*) FROM t").fetchone() == (3,)


def test_its_path_is_said_before_anything_runs(pending):
    first, second, *_ = pending.run("upgrade", "--backup").stderr.splitlines()
    assert first.startswith("Copied the database to ")
    assert second.startswith("Upgraded to r2")
    assert "t" in tables_in(first.removeprefix("Copied the database to "))


def test_its_path_is_told_as_json(pending):
    lines = [
        json.loads(line)
        for line in pending.run("upgrade", "--backup", "--json").stdout.splitlines()
    ]
    assert lines[0]["event"] == "copied"
    assert Path(lines[0]["path"]).is_file()


def test_two_copies_within_a_second_have_two_names(pending):
    copies = {flask_migrate.upgrade(backup=True).backups[0]}
    pending.write("r3", "r2")
    copies.add(flask_migrate.upgrade(backup=True).backups[0])
    assert len(copies) == 2


def test_where_nothing_is_to_be_done_nothing_is_copied(pending):
    flask_migrate.upgrade()
    assert flask_migrate.upgrade(backup=True).backups == ()


@pytest.mark.parametrize(
    ("kind", "program"), [("postgresql", "pg_dump"), ("mariadb", "mariadb-dump")]
)
def test_other_databases_have_programs_for_it(kind, program, request):
    project = request.getfixturevalue(f"{kind}_project")
    project.write("r1", upgrade="op.execute('CREATE TABLE t (id INTEGER)')")
    with pytest.raises(BackupImpossible, match=program):
        flask_migrate.upgrade(backup=True)
    assert project.tables() == set()


def test_a_database_in_memory_has_no_file(tmp_path):
    app = Flask("memory")
    engine = sa.create_engine("sqlite://")
    Migrate(app, sa.MetaData(), directory=str(tmp_path / "m"), engine=engine)
    with app.app_context():
        flask_migrate.init()
        with pytest.raises(BackupImpossible, match="memory"):
            flask_migrate.upgrade(backup=True)
    engine.dispose()


def test_it_makes_no_sense_with_a_dry_run(pending):
    with pytest.raises(WrongUsage):
        flask_migrate.upgrade(backup=True, dry_run=True)
    assert pending.run("upgrade", "--backup", "--sql").exit_code == 2
