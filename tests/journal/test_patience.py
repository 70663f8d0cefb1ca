"""A migration is never in the way: it waits shortly for a table, lets others pass, comes again."""

import threading
import time
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from flask import Flask

import flask_migrate
from flask_migrate import Migrate, errors, events

SERVERS = ("postgresql", "mariadb")
REVISION = """
import sqlalchemy as sa
from alembic import op

revision = {id!r}
down_revision = {parent!r}
branch_labels = depends_on = None


def upgrade():
    {upgrade}


def downgrade():
    pass
"""


@pytest.fixture(params=SERVERS)
def url(request, new_database):
    return new_database(request.param)


@pytest.fixture
def app(url, tmp_path):
    app = Flask("patient")
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    Migrate(app, sa.MetaData(), directory=str(tmp_path / "migrations"), engine=engine)
    with app.app_context():
        flask_migrate.init()
        _write(tmp_path, "r1", None, "op.execute('CREATE TABLE busy (id INTEGER PRIMARY KEY)')")
        flask_migrate.upgrade()
        _write(tmp_path, "r2", "r1", "op.add_column('busy', sa.Column('n', sa.Integer))")
        yield app


def test_an_upgrade_waits_for_a_transaction_and_goes_on(app, url):
    waits = []
    with _transaction_on(url, seconds=3), events.listening(waits.append):
        flask_migrate.upgrade()
    waits = [wait for wait in waits if isinstance(wait, events.TableWaiting)]
    assert waits
    assert "ALTER TABLE busy" in waits[0].statement
    assert waits[0].blockers
    assert waits[0].blockers[0].pid > 0
    assert flask_migrate.current()[0].revisions[0].revision == "r2"


def test_no_reader_waits_longer_than_about_the_lock_timeout(app, url):
    slowest = []
    with _transaction_on(url, seconds=4), _readers(url, slowest, 10):
        flask_migrate.upgrade()
    assert len(slowest) == 10
    assert max(slowest) < 2.5


def test_when_it_takes_too_long_the_error_names_who_is_in_the_way(app, url):
    app.config["MIGRATE_LOCK_RETRY_FOR"] = 1
    with _transaction_on(url, seconds=6), pytest.raises(errors.TableLocked) as caught:
        flask_migrate.upgrade()
    assert caught.value.blockers
    assert "busy" in str(caught.value)
    assert flask_migrate.current()[0].revisions[0].revision == "r1"


def test_statements_that_run_anew_with_each_try_do_not_make_it_go_on_for_ever(app, url, tmp_path):
    app.config["MIGRATE_LOCK_RETRY_FOR"] = 2
    before = "op.execute('CREATE TABLE quiet (n INTEGER)')\n    "
    _write(tmp_path, "r2", "r1", f"{before}op.add_column('busy', sa.Column('n', sa.Integer))")
    waits = []
    with (
        _transaction_on(url, seconds=8),
        events.listening(waits.append),
        pytest.raises(errors.TableLocked) as caught,
    ):
        flask_migrate.upgrade()
    assert caught.value.waited >= 2
    waited = [wait.waited for wait in waits if isinstance(wait, events.TableWaiting)]
    assert waited == sorted(set(waited))


def test_the_connection_gets_its_timeouts_back(postgresql_url, tmp_path):
    app = Flask("patient")
    engine = sa.create_engine(postgresql_url, pool_size=1, max_overflow=0)
    Migrate(app, sa.MetaData(), directory=str(tmp_path / "migrations"), engine=engine)
    with app.app_context():
        flask_migrate.init()
        _write(tmp_path, "r1", None, "op.execute('CREATE TABLE t (id INTEGER)')")
        flask_migrate.upgrade()
    with engine.connect() as connection:
        assert connection.scalar(sa.text("SHOW lock_timeout")) == "0"
    engine.dispose()


def test_a_timeout_that_the_url_sets_is_left_alone(postgresql_url, tmp_path):
    app = Flask("patient")
    options = {"options": "-c lock_timeout=7s"}
    engine = sa.create_engine(postgresql_url, poolclass=sa.NullPool, connect_args=options)
    Migrate(app, sa.MetaData(), directory=str(tmp_path / "migrations"), engine=engine)
    shown = "op.execute(\"CREATE TABLE seen AS SELECT current_setting('lock_timeout') AS t\")"
    with app.app_context():
        flask_migrate.init()
        _write(tmp_path, "r1", None, shown)
        flask_migrate.upgrade()
    with engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT t FROM seen")) == "7s"


def test_a_statement_timeout_can_be_set(postgresql_url, tmp_path):
    app = Flask("patient")
    app.config["MIGRATE_STATEMENT_TIMEOUT"] = 0.3
    engine = sa.create_engine(postgresql_url, poolclass=sa.NullPool)
    Migrate(app, sa.MetaData(), directory=str(tmp_path / "migrations"), engine=engine)
    with app.app_context():
        flask_migrate.init()
        _write(tmp_path, "r1", None, "op.execute('CREATE TABLE t AS SELECT pg_sleep(5)::text')")
        with pytest.raises(errors.StepFailed, match="statement timeout"):
            flask_migrate.upgrade()


def _write(folder, name, parent, upgrade):
    text = REVISION.format(id=name, parent=parent, upgrade=upgrade)
    (folder / "migrations" / "versions" / f"{name}.py").write_text(text)


@contextmanager
def _transaction_on(url, seconds):
    """Hold a transaction that has read the table, for some seconds."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    begun = threading.Event()

    def hold():
        with engine.begin() as connection:
            connection.execute(sa.text("SELECT * FROM busy")).all()
            begun.set()
            time.sleep(seconds)

    thread = threading.Thread(target=hold)
    thread.start()
    begun.wait(10)
    try:
        yield
    finally:
        thread.join()


@contextmanager
def _readers(url, slowest, count):
    """Let readers read the table again and again, and note the longest time one waited."""
    stop = threading.Event()

    def read():
        engine = sa.create_engine(url, poolclass=sa.NullPool)
        longest = 0.0
        with engine.connect() as connection:
            while not stop.is_set():
                begun = time.monotonic()
                connection.execute(sa.text("SELECT id FROM busy")).all()
                connection.rollback()
                longest = max(longest, time.monotonic() - begun)
                time.sleep(0.02)
        slowest.append(longest)

    threads = [threading.Thread(target=read) for _ in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()
