"""The client dies, and the server goes on with its statement: the next upgrade waits, and knows."""

import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

import flask_migrate
from tests.journal.programs import environment

UPGRADE = """
import sys
from tests.journal.project import Project
import flask_migrate
with Project(*sys.argv[1:]).app.app_context():
    flask_migrate.upgrade()
"""
SLOWLY = """
op.execute('CREATE FUNCTION slowly(integer) RETURNS integer IMMUTABLE LANGUAGE plpgsql'
           ' AS $$ BEGIN PERFORM pg_sleep(0.05); RETURN $1; END $$')
op.execute('CREATE TABLE big AS SELECT generate_series(1, 40) AS n')
"""
BUILD = """
with op.get_context().autocommit_block():
    op.execute('CREATE INDEX CONCURRENTLY ix ON big (slowly(n))')
op.execute('INSERT INTO big VALUES (-1)')
"""
LARGE = """
op.execute('CREATE TABLE big (n INTEGER PRIMARY KEY, filling CHAR(200))')
op.execute("INSERT INTO big SELECT seq, 'x' FROM seq_1_to_200000")
"""
CHANGE = """
op.execute('ALTER TABLE big ADD COLUMN m INTEGER, ALGORITHM=COPY')
op.execute('INSERT INTO big (n) VALUES (-1)')
"""
RUNNING = {
    "postgresql": "SELECT count(*) FROM pg_stat_progress_create_index WHERE blocks_done >= 0",
    "mysql": "SELECT count(*) FROM information_schema.processlist WHERE info LIKE 'ALTER TABLE b%'",
}


SLOW = pytest.mark.soak


@pytest.mark.parametrize("lock", ["auto", pytest.param("lease", marks=SLOW)])
def test_an_index_that_the_server_goes_on_building_is_built_once(postgresql, monkeypatch, lock):
    monkeypatch.setenv("MIGRATE_LOCK", lock)
    postgresql.write(1, SLOWLY)
    postgresql.write(2, BUILD)
    kill_in_the_midst(postgresql)
    flask_migrate.upgrade()
    index = "SELECT indisvalid FROM pg_index WHERE indexrelid = 'ix'::regclass"
    assert postgresql.rows(index) == [(True,)]
    assert postgresql.rows("SELECT count(*), min(n) FROM big") == [(41, -1)]
    assert [row[:3] for row in postgresql.log][1:] == [("r2", "upgrade", "done")]


@pytest.mark.parametrize("lock", ["auto", pytest.param("lease", marks=SLOW)])
def test_a_table_that_the_server_goes_on_changing_is_changed_once(mariadb, monkeypatch, lock):
    monkeypatch.setenv("MIGRATE_LOCK", lock)
    mariadb.write(1, LARGE)
    mariadb.write(2, CHANGE)
    kill_in_the_midst(mariadb)
    flask_migrate.upgrade()
    columns = [column["name"] for column in sa.inspect(mariadb.engine).get_columns("big")]
    assert columns == ["n", "filling", "m"]
    assert mariadb.rows("SELECT count(*), min(n) FROM big") == [(200_001, -1)]
    assert [row[:3] for row in mariadb.log][1:] == [("r2", "upgrade", "done")]


@pytest.mark.soak
def test_what_takes_longer_than_the_lease_of_the_dead_is_waited_for(postgresql, monkeypatch):
    monkeypatch.setenv("MIGRATE_LOCK", "lease")
    postgresql.write(1, SLOWLY.replace("0.05", "0.5"))
    postgresql.write(2, BUILD)
    kill_in_the_midst(postgresql)
    built = postgresql.rows("SELECT 'ix'::regclass::oid")
    flask_migrate.upgrade()
    assert postgresql.rows("SELECT 'ix'::regclass::oid") == built
    assert postgresql.rows("SELECT count(*), min(n) FROM big") == [(41, -1)]


@pytest.mark.soak
def test_a_change_that_waits_longer_than_the_lease_of_the_dead_is_waited_for(mariadb, monkeypatch):
    monkeypatch.setenv("MIGRATE_LOCK", "lease")
    mariadb.write(1, LARGE)
    mariadb.write(2, CHANGE)
    with reading_for(20, mariadb):
        with monkeypatch.context() as patched:
            patched.setenv("MIGRATE_LOCK_TIMEOUT", "0")
            kill_in_the_midst(mariadb)
        flask_migrate.upgrade()
    columns = [column["name"] for column in sa.inspect(mariadb.engine).get_columns("big")]
    assert columns == ["n", "filling", "m"]
    assert mariadb.rows("SELECT count(*), min(n) FROM big") == [(200_001, -1)]


@contextmanager
def reading_for(seconds, made):
    """Read from a table, if there is one, and so keep others from changing it for some time."""

    def read():
        with sa.create_engine(made.url, poolclass=sa.NullPool).connect() as connection:
            while "big" not in sa.inspect(connection).get_table_names():
                connection.rollback()
                time.sleep(0.05)
            while not connection.scalar(sa.text("SELECT count(*) FROM big")):
                connection.rollback()
            time.sleep(seconds)

    thread = threading.Thread(target=read)
    thread.start()
    try:
        yield
    finally:
        thread.join()


def kill_in_the_midst(made):
    """Upgrade to the first revision, and kill an upgrade to the second while the server works."""
    flask_migrate.upgrade(revision="r1")
    words = [sys.executable, "-c", UPGRADE, made.url, str(made.folder)]
    with subprocess.Popen(words, env=environment()) as process:
        deadline = time.monotonic() + 30
        while made.rows(RUNNING[made.engine.dialect.name]) == [(0,)]:
            assert process.poll() is None, "it has ended before it could be killed"
            assert time.monotonic() < deadline
        process.kill()
    assert process.returncode < 0
    assert made.at == "r1"
