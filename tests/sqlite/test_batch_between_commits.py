"""Batches beside what commits half way: an autocommit block, VACUUM, a COMMIT."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

import flask_migrate
from flask_migrate import errors
from tests.journal.project import project

FIRST = """
op.execute("CREATE TABLE parent (id INTEGER PRIMARY KEY, name VARCHAR(20))")
op.execute("CREATE TABLE child (id INTEGER REFERENCES parent (id) ON DELETE CASCADE)")
op.execute("INSERT INTO parent VALUES (1, 'a')")
op.execute("INSERT INTO child VALUES (1)")
"""
COMMITS = {
    "block": "with op.get_context().autocommit_block():\n    op.execute('CREATE TABLE x (n)')\n",
    "empty block": "with op.get_context().autocommit_block():\n    pass\n",
    "vacuum": "op.execute('VACUUM')\n",
    "commit": "op.execute('COMMIT')\n",
}
CHANGES = {
    "rename": "b.alter_column('name', new_column_name='called')",
    "not null": "b.alter_column('name', existing_type=sa.String(20), nullable=False)",
    "index": "b.create_index('ix', ['name'])",
    "check": "b.create_check_constraint('positive', 'id > 0')",
    "drop": "b.drop_column('name')",
}
ADD = "b.add_column(sa.Column('more', sa.Integer))"
TOLD = "\nassert op.get_bind().exec_driver_sql('PRAGMA foreign_keys').scalar() == 1\n"
LAST = "op.execute('CREATE TABLE last (n INTEGER)')\n"


def batch(change):
    return f"with op.batch_alter_table('parent') as b:\n    {change}\n"


@pytest.fixture
def made(sqlite_url, tmp_path):
    """A project with a parent and its child, and foreign keys enforced."""
    with project(sqlite_url, tmp_path / "migrations") as made:
        sa.event.listen(made.engine, "connect", lambda c, _: c.execute("PRAGMA foreign_keys=ON"))
        made.write(1, FIRST)
        flask_migrate.upgrade()
        yield made


@pytest.fixture(params=[True, False], ids=["log", "no log"])
def either(request, made):
    """The same with its log, and without."""
    made.app.config["MIGRATE_LOG"] = request.param
    return made


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("commit", COMMITS)
def test_a_batch_after_a_commit_changes_the_table_and_keeps_all_rows(either, commit, change):
    either.write(2, COMMITS[commit] + batch(CHANGES[change]) + TOLD + LAST)
    flask_migrate.upgrade()
    assert either.at == "r2"
    assert either.rows("SELECT id FROM child") == [(1,)]
    assert "last" in either.tables()
    columns = [row[1] for row in either.rows("PRAGMA table_info(parent)")]
    assert columns == {"rename": ["id", "called"], "drop": ["id"]}.get(change, ["id", "name"])


@pytest.mark.parametrize("commit", COMMITS)
def test_a_batch_before_it_is_done_once(either, commit):
    either.write(2, batch(ADD) + COMMITS[commit] + batch(CHANGES["not null"]) + LAST)
    flask_migrate.upgrade()
    columns = [tuple(row[1:4]) for row in either.rows("PRAGMA table_info(parent)")]
    assert columns[1:] == [("name", "VARCHAR(20)", 1), ("more", "INTEGER", 0)]
    assert either.rows("SELECT id FROM child") == [(1,)]


def test_a_batch_that_was_done_before_an_interruption_is_passed_over(made):
    made.write(2, batch(ADD) + COMMITS["vacuum"] + "op.execute('NONSENSE')\n")
    with pytest.raises(errors.StepFailed):
        flask_migrate.upgrade()
    assert made.log[-1] == ("r2", "upgrade", "failed", 2)
    made.write(2, batch(ADD) + COMMITS["vacuum"] + LAST)
    flask_migrate.upgrade()
    assert made.log[-1] == ("r2", "upgrade", "done", 3)
    assert "last" in made.tables()


def test_a_batch_that_was_done_and_was_edited_since_is_named(made):
    made.write(2, batch(ADD) + COMMITS["vacuum"] + "op.execute('NONSENSE')\n")
    with pytest.raises(errors.StepFailed):
        flask_migrate.upgrade()
    made.write(2, batch(ADD.replace("Integer", "Text")) + COMMITS["vacuum"])
    with pytest.raises(
        errors.RevisionEdited, match="batch_alter_table parent: add_column"
    ) as caught:
        flask_migrate.upgrade()
    assert caught.value.number == 1


def test_repair_names_a_batch_that_was_done(made):
    made.write(2, batch(ADD) + COMMITS["vacuum"] + batch(ADD) + LAST)
    with pytest.raises(errors.TableNotRebuilt):
        flask_migrate.upgrade()
    (found,) = flask_migrate.repair()
    assert [text.split()[0] for text in found.done] == ["batch_alter_table", "VACUUM"]
    assert found.next.startswith("batch_alter_table parent: add_column")
