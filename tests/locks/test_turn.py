"""SQLite does not tell who has its write lock: a file beside the database does."""

import socket
from pathlib import Path

import pytest

import flask_migrate
from flask_migrate import errors, events
from flask_migrate.runner.locking.turn import Turn
from tests.journal.project import Project, project
from tests.locks.people import listen, other_process, recorded

SLOW = """
(Path(op.get_bind().engine.url.database).parent / 'begun').touch()
while not (Path(op.get_bind().engine.url.database).parent / 'go').exists():
    time.sleep(0.01)
"""
MORE = "import time\nfrom pathlib import Path\n"


@pytest.fixture
def made(sqlite_url, tmp_path):
    """A project whose second revision goes on when a file named `go` is there."""
    with project(sqlite_url, tmp_path / "migrations") as made:
        made.write(1, "op.execute('CREATE TABLE a (n INTEGER)')")
        made.write(2, SLOW, more=MORE)
        made.write(3, "op.execute('CREATE TABLE c (n INTEGER)')")
        yield made


@pytest.fixture
def holder(made, tmp_path):
    """Another process, in the midst of the second revision."""
    with other_process(migrate, made.url, str(made.folder)) as other:
        while not (tmp_path / "begun").exists():
            assert not other.says(0.01)
        yield other
        other.process.kill()


def migrate(pipe, url, folder):
    made = Project(url, folder)
    with made.app.app_context():
        flask_migrate.upgrade()
    pipe.send("done")
    listen(pipe)


def beside(made):
    return Path(f"{made.engine.url.database}-migrating")


def test_who_waits_says_for_which_process(made, holder):
    made.app.config["MIGRATE_LOCK_WAIT"] = 0.3
    with recorded() as seen, pytest.raises(errors.LockTimeout) as caught:
        flask_migrate.upgrade()
    told = caught.value.holder
    assert (told.pid, told.host) == (holder.pid, socket.gethostname())
    assert str(told).startswith(f"process {holder.pid} on {socket.gethostname()}, since 20")
    assert told in [event.holder for event in seen if isinstance(event, events.LockWaiting)]


def test_status_says_who_migrates(made, holder):
    assert flask_migrate.status()[0].holder.pid == holder.pid


def test_the_file_is_gone_when_the_turn_is_over(made, holder, tmp_path):
    assert beside(made).exists()
    (tmp_path / "go").touch()
    assert holder.hears() == "done"
    assert not beside(made).exists()
    assert flask_migrate.status()[0].holder is None


def test_who_was_killed_holds_nothing_up_and_what_he_left_is_removed(made, holder, tmp_path):
    holder.process.kill()
    holder.process.join()
    (tmp_path / "go").touch()
    assert beside(made).exists()
    assert flask_migrate.status()[0].holder is None
    flask_migrate.upgrade()
    assert made.at == "r3"
    assert not beside(made).exists()


def test_where_no_file_can_be_made_the_write_lock_alone_excludes(made, tmp_path):
    (tmp_path / "go").touch()
    beside(made).mkdir()
    flask_migrate.upgrade()
    assert made.at == "r3"


def test_whoever_looks_does_not_keep_a_turn_from_beginning(tmp_path):
    path = str(tmp_path / "x.db")
    (tmp_path / "x.db-migrating").touch()
    one, two = Turn(path), Turn(path)
    assert two.other() is None
    one.begin()
    assert two.other().pid
    assert one.other() is None
    one.end()
    assert two.other() is None


def test_a_database_in_memory_has_no_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    turn = Turn("")
    turn.begin()
    assert turn.other() is None
    turn.end()
    assert list(tmp_path.iterdir()) == []
