"""The servers and the databases that tests get are what they are said to be."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.pool import NullPool

from tests.databases import mariadb, postgresql
from tests.databases.fixtures import KINDS

LOWEST = {"postgresql": postgresql.LOWEST, "mariadb": mariadb.LOWEST}
SERVERS = tuple(LOWEST)


def connect(url):
    return create_engine(url, poolclass=NullPool).connect()


def test_a_database_is_empty_and_can_be_written(database_url):
    with connect(database_url) as connection:
        assert inspect(connection).get_table_names() == []
        connection.execute(text("CREATE TABLE here (word VARCHAR(20))"))
        connection.execute(text("INSERT INTO here VALUES ('schön 😀')"))
        assert connection.scalar(text("SELECT word FROM here")) == "schön 😀"


@pytest.mark.parametrize("kind", KINDS)
def test_one_test_can_have_several_databases(new_database, kind):
    first, second = new_database(kind), new_database(kind)
    with connect(first) as connection:
        connection.execute(text("CREATE TABLE only_here (id INTEGER)"))
        connection.commit()
    with connect(second) as connection:
        assert inspect(connection).get_table_names() == []


@pytest.mark.parametrize("kind", SERVERS)
def test_a_database_is_dropped_though_a_transaction_holds_a_lock_in_it(request, kind):
    server = request.getfixturevalue(f"{kind}_server")
    with server.new_database() as url:
        name = create_engine(url).url.database
        connection = connect(url)
        connection.execute(text("CREATE TABLE busy (id INTEGER)"))
        connection.execute(text("INSERT INTO busy VALUES (1)"))
    connection.invalidate()
    connection.close()
    assert name not in databases(server)


def databases(server):
    with server.engine.connect() as connection:
        if server.url.get_backend_name() == "postgresql":
            return connection.scalars(text("SELECT datname FROM pg_database")).all()
        return connection.scalars(text("SHOW DATABASES")).all()


@pytest.mark.parametrize("kind", SERVERS)
def test_a_server_is_not_older_than_promised(request, kind):
    server = request.getfixturevalue(f"{kind}_server")
    with server.engine.connect() as connection:
        assert connection.dialect.server_version_info >= LOWEST[kind]


def test_mariadb_is_not_mysql(mariadb_server):
    with mariadb_server.engine.connect() as connection:
        assert connection.dialect.is_mariadb


@pytest.mark.parametrize("kind", SERVERS)
def test_a_server_does_not_run_as_root(request, kind):
    process = request.getfixturevalue(f"{kind}_server").process
    if not process:
        pytest.skip("the server was given by its URL")
    owner = subprocess.run(
        ["stat", "-c", "%u", f"/proc/{process.pid}"], capture_output=True, check=True
    )
    assert int(owner.stdout) != 0


START_AND_STAY = """
import sys, time
from tests.databases import {kind}
server = {kind}.open_server()
print(server.url.port, server.process.home.folder, flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize("kind", SERVERS)
def test_a_server_ends_with_a_test_run_that_is_killed(kind, request, monkeypatch):
    if not request.getfixturevalue(f"{kind}_server").process:
        pytest.skip("the server was given by its URL")
    root = Path(__file__).parents[2]
    program = [sys.executable, "-c", START_AND_STAY.format(kind=kind)]
    with subprocess.Popen(program, cwd=root, stdout=subprocess.PIPE, text=True) as run:
        port, folder = run.stdout.readline().split()
        os.kill(run.pid, signal.SIGKILL)
    assert eventually(lambda: not listens(int(port)))
    assert eventually(lambda: not Path(folder).exists())


def listens(port):
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def eventually(condition):
    deadline = time.monotonic() + 20
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()
