"""Whoever migrates an SQLite database between two revisions of ours, without our lock, is seen."""

import sqlite3
from contextlib import closing

import sqlalchemy as sa

import flask_migrate
from flask_migrate import events


def test_a_version_that_another_program_has_written_meanwhile_counts(sqlite):
    for number in (1, 2, 3):
        sqlite.write(number, f"op.execute('CREATE TABLE t{number} (id INTEGER)')")
    file = sa.make_url(sqlite.url).database

    def another(event):
        if isinstance(event, events.StepFinished) and event.step.revision == "r1":
            with closing(sqlite3.connect(file)) as connection, connection:
                connection.execute("CREATE TABLE theirs (id INTEGER)")
                connection.execute("UPDATE alembic_version SET version_num = 'r2'")

    with events.listening(another):
        flask_migrate.upgrade()
    assert sqlite.tables() == {"t1", "theirs", "t3"}
    assert sqlite.at == "r3"


def test_another_programs_rows_are_no_reason_to_begin_anew(sqlite):
    for number in (1, 2, 3):
        sqlite.write(number, f"op.execute('CREATE TABLE t{number} (id INTEGER)')")
    file = sa.make_url(sqlite.url).database

    def another(event):
        if isinstance(event, events.StepFinished):
            with closing(sqlite3.connect(file)) as connection, connection:
                connection.execute("INSERT INTO t1 VALUES (1)")

    with events.listening(another):
        flask_migrate.upgrade()
    assert sqlite.at == "r3"
    assert sqlite.log == [(f"r{n}", "upgrade", "done", 1) for n in (1, 2, 3)]
    assert sqlite.rows("SELECT count(*) FROM t1") == [(3,)]
