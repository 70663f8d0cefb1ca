"""Of a statement that takes long is told how long it has run, and how far it is."""

import threading

import pytest
import sqlalchemy as sa
from flask import Flask

import flask_migrate
from flask_migrate import events
from flask_migrate.cli import progress
from flask_migrate.runner import monitor
from tests.signals.command import Project

MANY = {
    "postgresql": "CREATE TABLE t AS SELECT i, md5(i::text) AS x FROM generate_series(1, 400000) i",
    "mysql": "CREATE TABLE t AS SELECT seq AS i, MD5(seq) AS x FROM seq_1_to_200000",
}
LONG = {
    "postgresql": "CREATE INDEX ix ON t (x, i)",
    "mysql": "ALTER TABLE t ADD COLUMN y INTEGER, ALGORITHM=COPY",
}


@pytest.fixture
def soon(monkeypatch):
    """Let a tenth of a second be long."""
    monkeypatch.setattr(monitor, "LONG", 0.05)
    monkeypatch.setattr(monitor, "_LOOKS", 0.01)
    monkeypatch.setattr(progress, "FIRST_LINE", 0.1)


@pytest.fixture(params=["postgresql", "mariadb"])
def project(request, new_database, tmp_path):
    return Project(tmp_path, new_database(request.param))


def short_sleep(project):
    return project.sleep.replace("60", "0.4")


def heard_while_upgrading(project):
    heard = []
    with events.listening(heard.append):
        project.upgrade()
    return heard


def test_the_server_tells_how_far_it_is(project, soon):
    name = project.engine.dialect.name
    with project.engine.begin() as connection:
        connection.execute(sa.text(MANY[name]))
    project.revision("r1", f"op.execute({LONG[name]!r})")
    heard = heard_while_upgrading(project)
    running = [event for event in heard if isinstance(event, events.StatementRunning)]
    assert {event.statement for event in running} == {LONG[name]}
    fractions = [event.fraction for event in running if event.fraction is not None]
    assert fractions
    assert all(0 <= fraction <= 1 for fraction in fractions)
    assert any(event.stage for event in running)
    ended = [event for event in heard if isinstance(event, events.StatementEnded)]
    assert [event.statement for event in ended] == [LONG[name]]
    assert ended[0].seconds >= running[-1].seconds


def test_short_statements_are_not_told_of(project):
    project.revision("r1", "op.execute('CREATE TABLE t (id INTEGER)')")
    kinds = {type(event) for event in heard_while_upgrading(project)}
    assert kinds == {events.StepStarted, events.StepFinished}


def test_where_nobody_listens_no_thread_looks(sqlite_url, tmp_path):
    project = Project(tmp_path, sqlite_url)
    project.revision(
        "r1", "import threading", "names = [t.name for t in threading.enumerate()]",
        "(HERE / 'threads').write_text(' '.join(names))",
    )  # fmt: skip
    project.upgrade()
    assert "monitor" not in (tmp_path / "threads").read_text()
    assert not [t for t in threading.enumerate() if "monitor" in t.name]


@pytest.mark.parametrize("verbose", [False, True])
def test_a_monitor_that_fails_does_not_disturb(verbose, postgresql_url, tmp_path, soon):
    project = Project(tmp_path, postgresql_url)
    project.revision("r1", f"op.execute({short_sleep(project)!r})")
    result = _application(postgresql_url, tmp_path).test_cli_runner().invoke(
        args=["db", "upgrade", *(["-v"] if verbose else [])]
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert "Upgraded to r1" in result.output
    assert ("cannot be shown: Only one connection is allowed" in result.output) == verbose


def _application(url, folder):
    """Make an application that may connect only once."""
    app = Flask("lonely")
    engine = sa.create_engine(url, poolclass=sa.StaticPool)

    @sa.event.listens_for(engine, "do_connect")
    def connect_once(*_):
        if connections:
            raise RuntimeError("Only one connection is allowed")
        connections.append(True)

    connections = []
    flask_migrate.Migrate(app, sa.MetaData(), directory=str(folder / "migrations"), engine=engine)
    return app


def test_without_a_terminal_a_long_statement_gets_lines_at_growing_intervals(project, soon):
    project.revision("r1", f"op.execute({short_sleep(project)!r})")
    result = project.app.test_cli_runner().invoke(args=["db", "upgrade"])
    lines = [line for line in result.output.splitlines() if line.startswith("Running for 0 s: ")]
    assert 1 <= len(lines) <= 3
    assert "\x1b" not in result.output


TABLES = {
    "numbered": "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER)",
    "unnumbered": "CREATE TABLE t (id INTEGER, n INTEGER, rowid, PRIMARY KEY (n))",
    "all names taken": "CREATE TABLE t (id INTEGER, n INTEGER, rowid, oid, _rowid_)",
    "without rowid": "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER) WITHOUT ROWID",
}


@pytest.mark.parametrize("kind", TABLES)
def test_a_rebuilt_table_tells_its_rows_and_keeps_them(kind, sqlite_url, tmp_path, monkeypatch):
    monkeypatch.setattr("flask_migrate.databases.sqlite_rebuild.rows.PIECE", 3)
    project = Project(tmp_path, sqlite_url)
    rows = [(i * i - 20, i) for i in range(1, 12)]
    with project.engine.begin() as connection:
        connection.execute(sa.text(TABLES[kind]))
        connection.execute(
            sa.text("INSERT INTO t (id, n) VALUES (:id, :n)"), [{"id": i, "n": n} for i, n in rows]
        )
    project.revision(
        "r1",
        "with op.batch_alter_table('t') as batch:",
        "    batch.alter_column('n', type_=sa.Text)",
    )
    heard = heard_while_upgrading(project)
    copied = [(e.done, e.total) for e in heard if isinstance(e, events.RowsCopied)]
    assert copied[0] == (0, 11)
    assert copied[-1] == (11, 11)
    whole = kind in ("all names taken", "without rowid")
    assert (len(copied) == 2) == whole
    with project.engine.connect() as connection:
        found = connection.execute(sa.text("SELECT id, CAST(n AS INTEGER) FROM t")).all()
    assert sorted(map(tuple, found)) == sorted(rows)
