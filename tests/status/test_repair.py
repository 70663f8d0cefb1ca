"""`flask db repair` lets an operator say what became of an interrupted revision."""

import json
from pathlib import Path

import pytest

import flask_migrate
from flask_migrate.errors import CannotUndo, RevisionEdited, RevisionInterrupted, WrongUsage

HALF = """
op.execute("CREATE TABLE a (id INTEGER)")
op.bulk_insert(sa.table("a", sa.column("id")), [{"id": 1}, {"id": 2}])
op.execute("CREATE INDEX ix ON a (id)")
op.execute("INSERT INTO missing VALUES (1)")
op.execute("CREATE TABLE b (id INTEGER)")
"""


@pytest.fixture
def half(mariadb_project):
    """A database of MariaDB at r1, with the first three of five statements of r2 done."""
    mariadb_project.write("r1", upgrade="op.execute('CREATE TABLE first (id INTEGER)')")
    flask_migrate.upgrade()
    mariadb_project.write("r2", "r1", upgrade=HALF, downgrade="op.execute('DROP TABLE a')")
    assert mariadb_project.run("upgrade").exit_code == 1
    return mariadb_project


def states(project):
    return [tuple(row) for row in project.log("revision", "state")]


def test_what_is_done_and_where_it_stopped_is_shown(half):
    (found,) = flask_migrate.repair()
    assert (found.interrupted.revision, found.outcome, found.revisions) == ("r2", None, ("r1",))
    assert [statement.split()[0] for statement in found.done] == ["CREATE", "INSERT", "CREATE"]
    assert found.next == "INSERT INTO missing VALUES (1)"
    assert states(half)[-1] == ("r2", "failed")


def test_the_command_line_says_what_to_type(half):
    told = half.run("repair").stderr
    assert "1. done: CREATE TABLE a (id INTEGER)" in told
    assert "4. stopped at: INSERT INTO missing VALUES (1)" in told
    assert "flask db repair --done" in told
    assert "flask db repair --undone" in told


def test_a_look_changes_nothing(half):
    before = half.log("*")
    flask_migrate.repair()
    assert half.log("*") == before
    assert half.execute("SELECT count(*) FROM a") == [(2,)]


def test_done_counts_as_applied(half):
    (settled,) = flask_migrate.repair(outcome="done")
    assert (settled.outcome, settled.revisions) == ("done", ("r2",))
    assert half.revisions() == ["r2"]
    assert states(half)[-1] == ("r2", "done")
    assert flask_migrate.upgrade().steps == ()
    flask_migrate.downgrade()
    assert half.tables() == {"first"}


def test_undone_counts_as_never_begun(half):
    half.execute("DROP TABLE a")
    told = half.run("repair", "--undone").stderr
    assert "The upgrade of r2 counts as undone now." in told
    assert half.revisions() == ["r1"]
    half.execute("CREATE TABLE missing (id INTEGER)")
    flask_migrate.upgrade()
    assert half.tables() == {"first", "a", "b", "missing"}
    assert half.execute("SELECT count(*) FROM a") == [(2,)]


def test_what_was_done_is_taken_back(half):
    told = half.run("repair", "--undo").stderr
    assert "undone by: DROP TABLE a" in told
    assert "The upgrade of r2 counts as undone now." in told
    assert half.tables() == {"first"}
    assert half.revisions() == ["r1"]
    assert states(half)[-1] == ("r2", "undone")
    half.execute("CREATE TABLE missing (id INTEGER)")
    flask_migrate.upgrade()
    assert half.tables() == {"first", "a", "b", "missing"}


MANY = """
op.add_column("first", sa.Column("n", sa.Integer))
op.create_index("ix_n", "first", ["n"])
op.create_table("c", sa.Column("id", sa.Integer, primary_key=True), sa.Column("f", sa.Integer))
op.add_column("c", sa.Column("more", sa.String(20)))
op.create_foreign_key("fk", "c", "c", ["f"], ["id"])
op.execute("CREATE VIEW v AS SELECT n FROM first")
op.rename_table("first", "last")
op.create_unique_constraint("uq", "last", ["n"])
with op.batch_alter_table("last") as batch:
    batch.add_column(sa.Column("m", sa.Integer))
op.execute("INSERT INTO missing VALUES (1)")
"""


@pytest.fixture
def many(half):
    """A database with ten statements of r2 done."""
    half.execute("DROP TABLE a")
    flask_migrate.repair(outcome="undone")
    half.write("r2", "r1", upgrade=MANY)
    assert half.run("upgrade").exit_code == 1
    return half


def test_every_kind_of_new_thing_is_taken_back(many):
    (undone,) = flask_migrate.repair(outcome="undo")
    assert undone.outcome == "undone"
    assert undone.taken_back == (
        "ALTER TABLE last DROP COLUMN m",
        "ALTER TABLE last DROP INDEX uq",
        "ALTER TABLE last RENAME TO first",
        "DROP VIEW v",
        "ALTER TABLE c DROP FOREIGN KEY fk",
        "DROP TABLE c",
        "DROP INDEX ix_n ON first",
        "ALTER TABLE first DROP COLUMN n",
    )
    assert many.tables() == {"first"}
    assert [row[0] for row in many.execute("SHOW COLUMNS FROM first")] == ["id"]
    assert states(many)[-1] == ("r2", "undone")


def test_an_undoing_that_fails_half_way_goes_on_behind_what_is_undone(many):
    many.execute("DROP VIEW v")
    assert many.run("repair", "--undo").exit_code == 1
    many.execute("CREATE VIEW v AS SELECT n FROM first")
    (undone,) = flask_migrate.repair(outcome="undo")
    assert undone.taken_back[0] == "DROP VIEW v"
    assert many.tables() == {"first"}


def test_what_nothing_takes_back_is_told_and_nothing_is_changed(half):
    half.execute("DROP TABLE a")
    flask_migrate.repair(outcome="undone")
    row = "op.execute('INSERT INTO first VALUES (1)')"
    made = "op.execute('CREATE TABLE n (m INT)')\n"
    half.write("r2", "r1", upgrade=f"{made}{row}\n{made.replace(' n ', ' o ')}op.execute('NO')")
    assert half.run("upgrade").exit_code == 1
    with pytest.raises(CannotUndo) as caught:
        flask_migrate.repair(outcome="undo")
    assert caught.value.statements == ("INSERT INTO first VALUES (1)",)
    assert half.tables() == {"first", "n", "o"}
    assert states(half)[-1] == ("r2", "failed")


def test_of_an_edited_file_nothing_is_undone_by_itself(half):
    half.write("r2", "r1", upgrade=HALF.replace("TABLE a", "TABLE z"))
    with pytest.raises(CannotUndo) as caught:
        flask_migrate.repair(outcome="undo")
    assert caught.value.edited
    assert half.tables() == {"first", "a"}


def test_an_interrupted_downgrade_that_is_done_leads_back(half):
    flask_migrate.repair(outcome="done")
    half.write("r2", "r1", downgrade="op.execute('DROP TABLE a')\nop.execute('DROP TABLE no')")
    assert half.run("downgrade").exit_code == 1
    flask_migrate.repair(outcome="done")
    assert half.revisions() == ["r1"]


def test_an_interrupted_downgrade_that_is_undone_leaves_it_applied(half):
    flask_migrate.repair(outcome="done")
    half.write("r2", "r1", downgrade="op.execute('DROP TABLE a')\nop.execute('DROP TABLE no')")
    assert half.run("downgrade").exit_code == 1
    half.execute("CREATE TABLE a (id INTEGER)")
    flask_migrate.repair(outcome="undone")
    assert half.revisions() == ["r2"]


def test_other_commands_name_it(half):
    with pytest.raises(RevisionInterrupted, match="flask db repair"):
        flask_migrate.downgrade()


def test_a_file_edited_in_what_is_done_is_told_and_the_file_of_then_can_be_had(half):
    then = (half.folder / "versions" / "r2_words.py").read_text()
    half.write("r2", "r1", upgrade=HALF.replace("a (id INTEGER)", "a (id BIGINT)"))
    (found,) = flask_migrate.repair()
    assert (found.edited, found.done) == (True, ())
    with pytest.raises(RevisionEdited):
        flask_migrate.upgrade()
    (file,) = flask_migrate.recover(revision="r2")
    assert file.beside
    assert Path(file.path).read_text() == then


def test_a_file_edited_in_what_is_left_is_the_one_the_log_keeps(half):
    path = half.write("r2", "r1", upgrade=HALF.replace("missing VALUES", "first VALUES"))
    flask_migrate.upgrade()
    assert half.log("source")[-1][0] == path.read_text()
    assert flask_migrate.status()[0].edited == ()


def test_where_nothing_is_interrupted_it_says_so(project):
    project.write("r1")
    assert "No revision is interrupted." in project.run("repair").stderr
    flask_migrate.upgrade()
    assert flask_migrate.repair(outcome="done") == ()
    assert project.revisions() == ["r1"]


def test_what_ran_outside_a_transaction_is_shown_elsewhere_too(postgresql_project):
    body = """
with op.get_context().autocommit_block():
    op.execute("CREATE TABLE a (id INTEGER)")
op.execute("INSERT INTO missing VALUES (1)")
"""
    postgresql_project.write("r1", upgrade=body)
    assert postgresql_project.run("upgrade").exit_code == 1
    (found,) = flask_migrate.repair()
    assert found.done == ("CREATE TABLE a (id INTEGER)",)
    flask_migrate.repair(outcome="done")
    assert postgresql_project.revisions() == ["r1"]


def test_it_is_told_as_json(half):
    (found,) = json.loads(half.run("repair", "--json").stdout)
    assert found["interrupted"]["statements"] == 3


def test_two_answers_are_none(half):
    assert half.run("repair", "--done", "--undone").exit_code == 2
    with pytest.raises(WrongUsage):
        flask_migrate.repair(outcome="maybe")
