"""`flask db plan` tells what an upgrade will run, and what it costs."""

import json

import pytest
import sqlalchemy as sa

import flask_migrate
from flask_migrate.databases.effects import UNKNOWN, effect_of, tables_of
from flask_migrate.errors import SeveralHeads, UnknownRevision
from tests.application import application

USERS = """
op.create_table(
    "users", sa.Column("id", sa.Integer, primary_key=True), sa.Column("n", sa.String(9))
)
op.bulk_insert(sa.table("users", sa.column("id")), [{"id": n} for n in range(1, 6)])
"""
INDEX = "op.create_index('ix_users', 'users', ['n'])"
ANALYZE = {"postgresql": "ANALYZE users", "mysql": "ANALYZE TABLE users"}


@pytest.fixture
def pending(project):
    """A database at r1, where r2 and r3 are to run."""
    project.write("r1", upgrade=USERS)
    flask_migrate.upgrade()
    project.write("r2", "r1", upgrade=INDEX, message="Faster.")
    project.write("r3", "r2", upgrade="op.execute('UPDATE users SET n = 1')")
    return project


def planned(**options):
    (found,) = flask_migrate.plan(**options)
    return found


def test_the_statements_of_each_pending_revision_are_told(pending):
    found = planned()
    assert found.revisions == ("r1",)
    assert [step.revision.revision for step in found.steps] == ["r2", "r3"]
    assert [[s.sql for s in step.statements] for step in found.steps] == [
        ["CREATE INDEX ix_users ON users (n)"],
        ["UPDATE users SET n = 1"],
    ]
    assert found.steps[0].statements[0].tables == ("users",)


def test_only_what_is_asked_for_is_planned(pending):
    assert [step.revision.revision for step in planned(revision="r2").steps] == ["r2"]


def test_nothing_is_changed(pending, tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    log = pending.log("*")
    planned()
    assert pending.log("*") == log
    assert sa.inspect(pending.engine).get_indexes("users") == []
    assert list((tmp_path / "here").iterdir()) == []


def test_an_empty_database_stays_empty(project):
    project.write("r1", upgrade=USERS)
    assert "CREATE TABLE users" in planned().steps[0].statements[0].sql
    assert sa.inspect(project.engine).get_table_names() == []


def test_the_tables_touched_are_told_with_their_rows(pending):
    if pending.kind in ANALYZE:
        pending.execute(ANALYZE[pending.kind])
    (size,) = planned().tables
    assert (size.name, size.rows, size.exact) == ("users", 5, pending.kind == "sqlite")


def test_the_command_prints_sql_that_says_what_waits(pending):
    told = pending.run("plan").stdout
    assert "-- r2, Faster." in told
    assert "CREATE INDEX ix_users ON users (n);\n--   " in told
    assert "-- Tables touched: users" in told


def test_it_is_one_document_of_json(pending):
    (found,) = json.loads(pending.run("plan", "--json").stdout)
    assert found["steps"][0]["statements"][0]["sql"] == "CREATE INDEX ix_users ON users (n)"


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
def test_a_revision_whose_statements_depend_on_rows_is_said_to(kind, request):
    project = request.getfixturevalue(f"{kind}_project")
    body = f"{INDEX}\nfor row in op.get_bind().execute(sa.text('SELECT 1')).all():\n    pass"
    project.write("r1", upgrade=body)
    project.write("r2", "r1", upgrade=INDEX)
    first, second = planned().steps
    assert [s.sql for s in first.statements] == ["CREATE INDEX ix_users ON users (n)"]
    assert "flask db upgrade --dry-run" in first.problem
    assert second.problem is None


def test_the_rebuild_of_a_table_of_sqlite_is_told(sqlite_project):
    sqlite_project.write("r1", upgrade=USERS)
    flask_migrate.upgrade()
    body = (
        "with op.batch_alter_table('users') as batch:\n    batch.alter_column('n', type_=sa.Text)"
    )
    sqlite_project.write("r2", "r1", upgrade=body)
    (step,) = planned().steps
    assert step.problem is None
    assert any(statement.rewrites for statement in step.statements)
    assert [size.name for size in planned().tables] == ["users"]


def test_an_autocommit_block_is_planned_too(pending):
    body = f"with op.get_context().autocommit_block():\n    {INDEX}"
    pending.write("r2", "r1", upgrade=body)
    assert [s.sql for s in planned(revision="r2").steps[0].statements] == [
        "CREATE INDEX ix_users ON users (n)"
    ]


def test_each_bind_has_a_plan_and_no_file_is_written(new_database, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    binds = {"other": new_database("postgresql")}
    with application(new_database("sqlite"), tmp_path / "m", binds=binds):
        flask_migrate.init(multidb=True)
        flask_migrate.migrate(rev_id="r1")
        found = {plan.bind: plan for plan in flask_migrate.plan()}
    assert "CREATE TABLE user" in found[None].steps[0].statements[0].sql
    assert found["other"].steps[0].statements == ()
    assert list(tmp_path.glob("*.sql")) == []


def test_what_upgrade_refuses_it_refuses(pending):
    path = pending.write("left", "r1")
    with pytest.raises(SeveralHeads):
        planned()
    path.unlink()
    pending.execute("UPDATE alembic_version SET version_num = 'gone'")
    with pytest.raises(UnknownRevision):
        planned()


@pytest.mark.parametrize(
    ("statement", "tables"),
    [
        ("ALTER TABLE shop.users ADD COLUMN n INTEGER", ("users",)),
        ("CREATE UNIQUE INDEX CONCURRENTLY i ON ONLY users (n)", ("users",)),
        ('ALTER TABLE "my users" ADD FOREIGN KEY (a) REFERENCES b (id)', ("my users", "b")),
        ("INSERT INTO a SELECT * FROM b JOIN c ON b.id = c.id", ("a", "b", "c")),
        ("UPDATE a SET n = 'FROM nowhere'", ("a",)),
        ("DROP TABLE IF EXISTS `a``b`", ("a`b",)),
        ("CREATE TYPE mood AS ENUM ('sad')", ()),
    ],
)
def test_the_tables_of_a_statement_are_those_that_stand_where_tables_do(statement, tables):
    assert tables_of(statement) == tables


@pytest.mark.parametrize("dialect", ["postgresql", "mysql", "sqlite", "oracle"])
def test_what_no_table_knows_is_unknown(dialect):
    assert effect_of(dialect, "SELECT refresh_everything()") == UNKNOWN
