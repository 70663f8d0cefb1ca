"""`flask db upgrade` of an SQLite application that enforces foreign keys: no row is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.ext.asyncio import create_async_engine

import flask_migrate
from flask_migrate.errors import TableNotRebuilt
from tests.application import application


def models(db):
    class Parent(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        name = db.Column(db.String(20))

    class Child(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        parent_id = db.Column(db.ForeignKey("parent.id", ondelete="CASCADE"), nullable=False)


@pytest.fixture
def app(sqlite_url, tmp_path):
    """An application with foreign keys enforced, and two children of one parent."""
    with application(sqlite_url, tmp_path / "migrations", models) as app:
        engine = app.extensions["sqlalchemy"].engine
        sa.event.listen(engine, "connect", lambda c, _: c.execute("PRAGMA foreign_keys=ON"))
        flask_migrate.init()
        flask_migrate.migrate()
        flask_migrate.upgrade()
        run(app, "INSERT INTO parent VALUES (1, 'a')", "INSERT INTO child VALUES (1, 1), (2, 1)")
        yield app


def run(app, *statements):
    with app.extensions["sqlalchemy"].engine.begin() as connection:
        for statement in statements:
            result = connection.exec_driver_sql(statement)
        return result.fetchall() if result.returns_rows else None


def revise(*lines):
    path = Path(flask_migrate.revision().revisions[0].path)
    body = "".join(f"    {line}\n" for line in lines)
    text = path.read_text()
    path.write_text(text.replace("def upgrade():\n    pass\n", f"def upgrade():\n{body}"))


BATCH = (
    "with op.batch_alter_table('parent') as batch_op:",
    "    batch_op.alter_column('name', existing_type=sa.String(20), nullable=False)",
)


def test_child_rows_survive(app):
    revise(*BATCH)
    flask_migrate.upgrade()
    assert run(app, "SELECT id FROM child") == [(1,), (2,)]
    assert [row[3] for row in run(app, "PRAGMA table_info(parent)")] == [1, 1]
    assert run(app, "PRAGMA foreign_keys") == [(1,)]


def test_child_rows_survive_where_rows_were_changed_before_in_the_same_revision(app):
    revise("op.execute(\"INSERT INTO parent VALUES (2, 'b')\")", *BATCH)
    flask_migrate.upgrade()
    assert run(app, "SELECT id FROM child") == [(1,), (2,)]
    assert run(app, "SELECT id FROM parent") == [(1,), (2,)]
    assert run(app, "PRAGMA foreign_keys") == [(1,)]


def test_what_would_be_lost_is_a_sentence_and_the_database_is_as_it_was(app):
    run(app, "CREATE VIEW names AS SELECT name FROM parent")
    revise(BATCH[0], "    batch_op.drop_column('name')")
    with pytest.raises(TableNotRebuilt, match="column 'name' is dropped, but still used by view"):
        flask_migrate.upgrade()
    assert run(app, "SELECT * FROM names") == [("a",)]


def test_child_rows_survive_on_an_asynchronous_engine(app, sqlite_url, tmp_path):
    revise(*BATCH)
    url = sqlite_url.replace("sqlite:", "sqlite+aiosqlite:")
    engine = create_async_engine(url)
    sa.event.listen(
        engine.sync_engine, "connect", lambda c, _: c.cursor().execute("PRAGMA foreign_keys=ON")
    )
    flask_app = Flask(__name__)
    flask_migrate.Migrate(
        flask_app, metadata=sa.MetaData(), engine=engine, directory=str(tmp_path / "migrations")
    )
    with flask_app.app_context():
        flask_migrate.upgrade()
    assert run(app, "SELECT id FROM child") == [(1,), (2,)]
    assert [row[3] for row in run(app, "PRAGMA table_info(parent)")] == [1, 1]
