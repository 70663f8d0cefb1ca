"""The Python API takes no signal for itself, and leaves nothing half done when one comes."""

import signal

import pytest
import sqlalchemy as sa

import flask_migrate
from tests.signals.command import Project

PROGRAM = """
import flask_migrate
from app import app

with app.app_context():
    flask_migrate.upgrade()
"""


@pytest.fixture
def project(database_url, tmp_path):
    return Project(tmp_path, database_url)


def test_handlers_stay_as_they_are(sqlite_url, tmp_path):
    project = Project(tmp_path, sqlite_url)
    project.revision(
        "r1", "import signal", "found = signal.getsignal(signal.SIGINT)",
        "(HERE / 'found').write_text(repr(found))",
    )  # fmt: skip
    project.upgrade()
    assert (tmp_path / "found").read_text() == repr(signal.getsignal(signal.SIGINT))


def test_an_interrupted_revision_is_rolled_back_or_goes_on_later(project):
    project.revision("r1", "op.execute('CREATE TABLE one (id INTEGER)')", "raise KeyboardInterrupt")
    with project.app.app_context(), pytest.raises(KeyboardInterrupt):
        flask_migrate.upgrade()
    if project.engine.dialect.name == "mysql":
        assert project.log() == [("r1", "running", 1)]
    else:
        assert project.log() == []
        assert project.tables() == set()
    project.revision("r1", "op.execute('CREATE TABLE one (id INTEGER)')", after="None")
    path = tmp_version(project)
    path.write_text(path.read_text().replace("'None'", "None"))
    assert project.upgrade() == ("r1",)


def tmp_version(project):
    return project.folder / "migrations" / "versions" / "r1.py"


def test_what_the_server_does_for_a_closed_connection_is_cancelled(mariadb_url, tmp_path):
    project = Project(tmp_path, mariadb_url)
    project.revision("r1", "ready()", f"op.execute({project.sleep!r})")
    (tmp_path / "program.py").write_text(PROGRAM)
    ended = project.stopped_by(signal.SIGINT, program=("program.py",))
    assert "KeyboardInterrupt" in ended.err
    with project.engine.connect() as connection:
        running = connection.execute(sa.text("SHOW PROCESSLIST")).all()
    assert not [row for row in running if "SLEEP" in str(row)]
    assert project.log() == [("r1", "running", 0)]
