"""A command that a signal stops cancels its statement, rolls back, frees the lock, says so."""

import signal
import time

import pytest
import sqlalchemy as sa

from tests.signals.command import Project, lines_of

CODES = {signal.SIGINT: 130, signal.SIGTERM: 143}
SLOW = (
    "op.execute('CREATE TABLE one (id INTEGER)')",
    "ready()",
    "op.execute({sleep!r})",
    "op.execute('CREATE TABLE two (id INTEGER)')",
)
BETWEEN = (
    "op.execute('CREATE TABLE one (id INTEGER)')",
    "ready()",
    "time.sleep(60)",
    "op.execute('CREATE TABLE two (id INTEGER)')",
)


@pytest.fixture
def project(database_url, tmp_path):
    project = Project(tmp_path, database_url)
    project.revision("r1", "op.execute('CREATE TABLE zero (id INTEGER)')")
    return project


@pytest.fixture
def sqlite_project(sqlite_url, tmp_path):
    return Project(tmp_path, sqlite_url)


def slow(project):
    return [line.format(sleep=project.sleep) for line in SLOW]


@pytest.mark.parametrize(
    ("number", "lines"),
    [(signal.SIGINT, SLOW), (signal.SIGTERM, BETWEEN)],
    ids=["SIGINT in a statement", "SIGTERM between statements"],
)
def test_a_signal_ends_an_upgrade_at_once_and_nothing_is_half_done(project, number, lines):
    project.revision("r2", *[line.format(sleep=project.sleep) for line in lines])
    ended = project.stopped_by(number)
    assert ended.code == CODES[number], ended.err
    assert ended.seconds < 10
    assert "Traceback" not in ended.err
    last = ended.err.splitlines()[-1]
    assert last.startswith(f"Stopped by {number.name}: ")
    assert last.endswith(". The database is at r1.")
    if project.engine.dialect.name == "mysql":
        assert "1 statement is done in the upgrade of revision r2" in last
        assert "flask db upgrade goes on from there" in last
        assert project.tables() == {"zero", "one"}
        assert project.log()[-1] == ("r2", "running", 1)
    else:
        assert "the upgrade of revision r2 was rolled back" in last
        assert project.tables() == {"zero"}
        assert project.log() == [("r1", "done", 1)]
    project.revision("r2", lines[0], lines[3], after="r1")
    assert project.upgrade() == ("r2",)
    assert project.tables() == {"zero", "one", "two"}


def test_a_revision_that_catches_every_error_cannot_go_on_after_a_signal(project):
    project.revision(
        "r2",
        "op.execute('CREATE TABLE one (id INTEGER)')",
        "ready()",
        "try:",
        f"    op.execute({project.sleep!r})",
        "except Exception:",
        "    pass",
    )
    ended = project.stopped_by(signal.SIGTERM)
    assert ended.code == 143
    assert ended.err.splitlines()[-1].endswith("The database is at r1.")


def test_without_the_log_a_signal_stops_as_well(mariadb_url, tmp_path):
    project = Project(tmp_path, mariadb_url)
    app = project.folder / "app.py"
    app.write_text(app.read_text() + "app.config['MIGRATE_LOG'] = False\n")
    project.revision("r1", *slow(project))
    ended = project.stopped_by(signal.SIGINT)
    assert (ended.code, ended.seconds < 10) == (130, True)
    assert "is done in part" in ended.err
    assert ended.err.endswith("The database is at no revision.\n")


def test_with_json_the_last_line_says_what_was_stopped(project):
    project.revision("r2", *slow(project))
    ended = project.stopped_by(signal.SIGTERM, "upgrade", "--json")
    assert ended.code == 143
    assert ended.err == ""
    last = lines_of(ended.out)[-1]
    assert (last["event"], last["signal"]) == ("stopped", "SIGTERM")
    assert last["revisions"][0]["revision"] == "r2"
    assert last["positions"][0]["revisions"][0]["revision"] == "r1"


def test_a_dry_run_that_is_stopped_leaves_nothing(project):
    project.upgrade()
    project.revision("r2", *slow(project))
    ended = project.stopped_by(signal.SIGTERM, "upgrade", "--dry-run")
    assert (ended.code, ended.seconds < 10) == (143, True)
    told = "Stopped by SIGTERM in a dry run: nothing was changed. The database is at r1.\n"
    assert ended.err.endswith(told)
    assert project.tables() == {"zero"}
    schemas = sa.inspect(project.engine).get_schema_names()
    assert not [name for name in schemas if name.startswith("flask_migrate")]


def test_a_second_sigint_ends_the_process_at_once(sqlite_project):
    project = sqlite_project
    project.revision(
        "r2", "ready()", "try:", "    time.sleep(60)", "except BaseException:", "    time.sleep(60)"
    )
    process = project.start()
    project.until_ready(process)
    process.send_signal(signal.SIGINT)
    time.sleep(0.6)
    assert process.poll() is None
    ended = project.end(process, signal.SIGINT)
    assert (ended.code, ended.seconds < 3) == (130, True)
    assert "Ended at once" in ended.err


def test_who_waits_for_the_lock_can_be_stopped(project):
    project.revision("r2", *slow(project))
    first = project.start()
    project.until_ready(first)
    waiting = project.start()
    line = waiting.stderr.readline()
    ended = project.end(waiting, signal.SIGTERM)
    assert (ended.code, ended.seconds < 5) == (143, True)
    assert line.startswith("Waiting for the migration lock of this database, held by")
    assert "Stopped by SIGTERM while no revision ran. The database is at r1." in ended.err
    assert project.end(first, signal.SIGTERM).code == 143


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
def test_who_waits_for_a_table_can_be_stopped(kind, new_database, tmp_path):
    project = Project(tmp_path, new_database(kind))
    project.revision("r1", "op.execute('CREATE TABLE busy (id INTEGER)')")
    project.upgrade()
    project.revision("r2", "ready()", "op.add_column('busy', sa.Column('n', sa.Integer))")
    with project.engine.begin() as connection:
        connection.execute(sa.text("SELECT * FROM busy")).all()
        process = project.start()
        project.until_ready(process)
        time.sleep(1.5)
        ended = project.end(process, signal.SIGINT)
    assert (ended.code, ended.seconds < 5) == (130, True)
    assert "Waiting for a table" in ended.err
    assert "Stopped by SIGINT: " in ended.err
    assert project.upgrade() == ("r2",)


def test_manage_py_is_stopped_as_well(sqlite_project):
    (sqlite_project.folder / "manage.py").write_text(MANAGE)
    sqlite_project.revision("r1", *slow(sqlite_project))
    ended = sqlite_project.stopped_by(signal.SIGTERM, program=("manage.py",))
    assert ended.code == 143
    assert "Stopped by SIGTERM: the upgrade of revision r1 was rolled back." in ended.err


MANAGE = """
from app import app
from flask_migrate import MigrateCommand
from flask_script import Manager

manager = Manager(app)
manager.add_command("db", MigrateCommand)
manager.run()
"""


@pytest.mark.parametrize("driver", ["postgresql+asyncpg", "sqlite+aiosqlite"])
@pytest.mark.parametrize("template", ["flask", "aioflask"])
def test_asynchronous_drivers_are_stopped_as_well(driver, template, new_database, tmp_path):
    url = new_database(driver.partition("+")[0])
    project = Project(tmp_path, url, template=template)
    app = project.folder / "app.py"
    text = app.read_text().replace("sa.create_engine", "create_async_engine")
    text = text.replace(repr(url), repr(_with_driver(url, driver)))
    app.write_text(f"from sqlalchemy.ext.asyncio import create_async_engine\n{text}")
    project.revision("r1", *slow(project))
    ended = project.stopped_by(signal.SIGINT)
    assert ended.code == 130, ended.err
    assert ended.seconds < 10
    assert "Stopped by SIGINT: the upgrade of revision r1 was rolled back." in ended.err
    assert project.tables() == set()


def _with_driver(url, driver):
    return sa.make_url(url).set(drivername=driver).render_as_string(hide_password=False)


def test_a_signal_that_the_process_ignores_stays_ignored(sqlite_project):
    sqlite_project.revision("r1", "ready()", "time.sleep(1)")
    process = sqlite_project.start(program=("-c", IGNORING))
    sqlite_project.until_ready(process)
    ended = sqlite_project.end(process, signal.SIGINT)
    assert ended.code == 0
    assert "Upgraded to r1" in ended.err


IGNORING = """
import signal
from flask.cli import main
signal.signal(signal.SIGINT, signal.SIG_IGN)
main()
"""
