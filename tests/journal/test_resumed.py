"""A revision that stopped half way goes on behind its last finished statement."""

from pathlib import Path

import pytest

import flask_migrate
from flask_migrate import errors

SIX = """
op.execute('CREATE TABLE t1 (id INTEGER PRIMARY KEY)')
op.execute('CREATE TABLE t2 (id INTEGER PRIMARY KEY)')
op.execute('CREATE TABLE t3 (id INTEGER PRIMARY KEY)')
op.execute('INSERT INTO t3 VALUES (4)')
op.execute('CREATE TABLE t5 (id INTEGER PRIMARY KEY)')
op.execute('CREATE TABLE t6 (id INTEGER PRIMARY KEY)')
"""
SEVENTH = "op.execute('CREATE TABLE t7 (id INTEGER PRIMARY KEY)')\n"
WRONG = "op.execute('CREATE TABLE t7 (id NONSENSE)')\n"


@pytest.fixture
def stopped(mariadb):
    """A database on which the seventh statement of the first revision has failed."""
    mariadb.write(1, SIX + WRONG)
    with pytest.raises(errors.StepFailed):
        flask_migrate.upgrade()
    assert mariadb.log == [("r1", "upgrade", "failed", 6)]
    return mariadb


def test_a_corrected_file_goes_on_behind_the_statements_that_ran(stopped):
    stopped.write(1, SIX + SEVENTH)
    flask_migrate.upgrade()
    assert stopped.log == [("r1", "upgrade", "done", 7)]
    assert stopped.rows("SELECT id FROM t3") == [(4,)]
    assert stopped.tables() == {"t1", "t2", "t3", "t5", "t6", "t7"}


def test_statements_may_be_put_in_front_of_the_one_that_failed(stopped):
    stopped.write(1, SIX + "op.execute('INSERT INTO t3 VALUES (8)')\n" + SEVENTH)
    flask_migrate.upgrade()
    assert stopped.rows("SELECT id FROM t3 ORDER BY id") == [(4,), (8,)]
    assert stopped.log == [("r1", "upgrade", "done", 8)]


def test_a_finished_statement_that_was_edited_is_named(stopped):
    stopped.write(1, SIX.replace("CREATE TABLE t3", "CREATE TABLE third") + SEVENTH)
    with pytest.raises(errors.RevisionEdited) as caught:
        flask_migrate.upgrade()
    assert (caught.value.revision, caught.value.number, caught.value.edited) == ("r1", 3, True)
    assert "CREATE TABLE third" in str(caught.value)
    assert "third" not in stopped.tables()


def test_a_finished_row_that_was_edited_is_named(mariadb):
    mariadb.write(1, "op.execute('CREATE TABLE t (n INTEGER)')\n" + inserting(1) + SEVENTH + WRONG)
    with pytest.raises(errors.StepFailed):
        flask_migrate.upgrade()
    mariadb.write(1, "op.execute('CREATE TABLE t (n INTEGER)')\n" + inserting(2) + SEVENTH + WRONG)
    with pytest.raises(errors.RevisionEdited) as caught:
        flask_migrate.upgrade()
    assert caught.value.number == 2


def test_a_finished_statement_that_is_missing_now_is_told(stopped):
    stopped.write(1, "\n".join(SIX.splitlines()[:5]))
    with pytest.raises(errors.RevisionEdited, match="is missing now") as caught:
        flask_migrate.upgrade()
    assert caught.value.number == 5


def test_after_the_finished_statements_were_put_back_it_goes_on(stopped):
    stopped.write(1, SIX.replace("t2", "second") + SEVENTH)
    with pytest.raises(errors.RevisionEdited):
        flask_migrate.upgrade()
    stopped.write(1, SIX + SEVENTH)
    flask_migrate.upgrade()
    assert stopped.log == [("r1", "upgrade", "done", 7)]


def test_another_revision_does_not_run_before_it(stopped):
    (stopped.folder / "versions" / "r1.py").unlink()
    stopped.write(2, "pass")
    text = (stopped.folder / "versions" / "r2.py").read_text()
    (stopped.folder / "versions" / "r2.py").write_text(text.replace("'r1'", "None"))
    with pytest.raises(errors.RevisionInterrupted) as caught:
        flask_migrate.upgrade()
    assert (caught.value.revision, caught.value.statements) == ("r1", 6)


def test_an_upgrade_does_not_pass_over_a_downgrade_that_was_interrupted(mariadb):
    mariadb.write(1, "op.execute('CREATE TABLE a (n INTEGER)')", "op.execute('DROP TABLE a')")
    mariadb.write(
        2,
        "op.execute('CREATE TABLE b (n INTEGER)')",
        "op.execute('DROP TABLE b')\nop.execute('NONSENSE')",
    )
    flask_migrate.upgrade()
    with pytest.raises(errors.StepFailed):
        flask_migrate.downgrade()
    with pytest.raises(errors.RevisionInterrupted) as caught:
        flask_migrate.upgrade()
    assert (caught.value.revision, caught.value.direction) == ("r2", "downgrade")
    mariadb.write(2, "pass", "op.execute('DROP TABLE b')")
    flask_migrate.downgrade()
    assert mariadb.at == "r1"


def test_a_revision_that_had_done_nothing_may_be_replaced(mariadb):
    mariadb.write(1, WRONG)
    with pytest.raises(errors.StepFailed):
        flask_migrate.upgrade()
    (mariadb.folder / "versions" / "r1.py").unlink()
    mariadb.write(2, SEVENTH)
    path = mariadb.folder / "versions" / "r2.py"
    path.write_text(path.read_text().replace("'r1'", "None"))
    flask_migrate.upgrade()
    assert mariadb.log == [("r1", "upgrade", "undone", 0), ("r2", "upgrade", "done", 1)]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_where_ddl_is_transactional_nothing_of_a_failed_revision_stays(kind, new_project):
    made = new_project(kind)
    made.write(1, SIX + "op.execute('NONSENSE')")
    with pytest.raises(errors.StepFailed):
        flask_migrate.upgrade()
    assert (made.tables(), made.log) == (set(), [])


def test_a_database_of_an_old_character_set_takes_any_file(mariadb):
    mariadb.write(1, SIX)
    with mariadb.engine.connect() as connection:
        connection.exec_driver_sql("ALTER DATABASE CHARACTER SET latin1")
    source = "# Привет \\x41 \\\\ 🎉\n" + SIX
    mariadb.write(1, source)
    flask_migrate.upgrade()
    mariadb.write(1, "pass")
    recovered = flask_migrate.recover(revision="r1")
    assert source.splitlines()[0] in Path(recovered[0].path).read_text(encoding="utf-8")


def inserting(value):
    return f"op.bulk_insert(sa.table('t', sa.column('n')), [{{'n': {value}}}])\n"
