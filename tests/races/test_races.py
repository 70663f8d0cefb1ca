"""Many replicas upgrade at the same moment: all of them succeed, and each revision runs once."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

import flask_migrate
from tests.compat.generations import GENERATIONS
from tests.races.race import application, write_revisions, wrong_in

PROGRAM = Path(__file__).parent / "race.py"
COUNT = 16
TIMES = [1, pytest.param(20, marks=pytest.mark.soak)]
PLACES = ["sqlite", "sqlite-wal", "postgresql", "mariadb", "postgresql-lease", "mariadb-lease"]


@pytest.fixture(params=PLACES)
def new_url(request, new_database, monkeypatch):
    """Make empty databases of one kind, whose lock is chosen as the kind says."""
    kind, _, manner = request.param.partition("-")
    if manner == "lease":
        monkeypatch.setenv("MIGRATE_LOCK", "lease")

    def new():
        url = new_database(kind)
        if manner == "wal":
            with sa.create_engine(url, poolclass=sa.NullPool).connect() as connection:
                connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        return url

    return new


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "migrations"
    with application(folder, {None: "sqlite://"}).app_context():
        flask_migrate.init()
    write_revisions(folder)
    return folder


@pytest.mark.parametrize("times", TIMES)
def test_processes_that_upgrade_at_once_all_succeed_and_run_each_revision_once(
    new_url, folder, times
):
    for _ in range(times):
        url = new_url()
        race(folder, [url])
        assert wrong_in(url) == []


@pytest.mark.parametrize("times", TIMES)
def test_threads_that_upgrade_at_once_all_return_and_run_each_revision_once(new_url, folder, times):
    for _ in range(times):
        url = new_url()
        app = application(folder, {None: url})
        assert errors_of_threads(app) == []
        assert wrong_in(url) == []


@pytest.mark.parametrize("times", TIMES)
def test_processes_on_all_nodes_of_a_cluster_run_each_revision_once(galera_cluster, folder, times):
    for _ in range(times):
        with galera_cluster.new_database() as urls:
            race(folder, urls)
            galera_cluster.catch_up()
            assert wrong_in(urls[0]) == []


@pytest.mark.parametrize("times", TIMES)
@pytest.mark.parametrize("kind", ["sqlite", "postgresql", "mariadb"])
def test_under_an_old_env_py_with_a_transaction_around_two_binds_it_is_the_same(
    kind, new_database, tmp_path, times
):
    folder = tmp_path / "migrations"
    generation = next(g for g in GENERATIONS if g.releases == "2.7.0-3.0.0")
    generation.write("flask-multidb", folder)
    write_revisions(folder, several=True)
    for _ in range(times):
        urls = [new_database(kind), new_database(kind)]
        race(folder, [f"main={urls[0]}", f"other={urls[1]}"])
        assert [wrong_in(url) for url in urls] == [[], []]


def race(folder, urls):
    """Upgrade in many processes at once, all of which must succeed."""
    done = subprocess.run(
        [sys.executable, str(PROGRAM), str(folder), str(COUNT), *urls],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr


def errors_of_threads(app):
    """Upgrade in many threads at once; return the errors that they raised."""
    errors = []
    barrier = threading.Barrier(COUNT)

    def upgrade():
        try:
            with app.app_context():
                barrier.wait()
                flask_migrate.upgrade()
        except Exception as error:  # noqa: BLE001 # a thread can only hand it over
            errors.append(error)

    threads = [threading.Thread(target=upgrade) for _ in range(COUNT)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        for engine in app.extensions["sqlalchemy"].engines.values():
            engine.dispose()
    return errors
