"""A MariaDB server for the tests: the one given, else a throwaway one."""

import os
import secrets
from functools import partial
from pathlib import Path

from sqlalchemy import URL, Connection, make_url, text
from sqlalchemy.exc import OperationalError

from tests.databases.install import apt_install, find, obtain, search_path
from tests.databases.process import Home, ServerProcess, free_port
from tests.databases.server import Server, start_throwaway

VARIABLE = "TEST_MARIADB_URL"
LOWEST = (10, 11)
DRIVER = "mysql+pymysql"
CHARSET = {"charset": "utf8mb4"}
# Else PyMySQL reads all certificates of this machine for each connection: 16 of 18 ms.
WITHOUT_TLS = {"ssl_disabled": "true"}
# A test loses nothing that is worth waiting for a disk, and its tables are small.
SETTINGS = (
    "--innodb-log-file-size=16M",
    "--innodb-buffer-pool-size=32M",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-doublewrite=0",
    "--sync-binlog=0",
)


class MariaDB(Server):
    """A MariaDB server."""

    def create(self, connection: Connection, name: str) -> None:
        connection.execute(text(f"CREATE DATABASE {name} CHARACTER SET utf8mb4"))

    def drop(self, connection: Connection, name: str) -> None:
        """End the connections first: a lock that one of them holds would block the drop."""
        end_connections(connection, name)
        connection.execute(text(f"DROP DATABASE {name}"))


def end_connections(connection: Connection, name: str) -> None:
    """End whatever this server does in a database."""
    query = text("SELECT id FROM information_schema.processlist WHERE db = :name")
    for process in connection.scalars(query, {"name": name}).all():
        _kill(connection, process)


def _kill(connection: Connection, process: int) -> None:
    try:
        connection.execute(text(f"KILL {process:d}"))
    except OperationalError as error:
        # 1094: it has gone by itself. 1095: what another node of a cluster did comes to an end.
        if error.orig.args[0] not in {1094, 1095}:
            raise


def open_server() -> MariaDB:
    """Take the server that the environment names, else start one."""
    if given := os.environ.get(VARIABLE):
        return MariaDB(make_url(given).set(drivername=DRIVER).update_query_dict(CHARSET))
    return start_throwaway("mariadb", _start)


def _start(home: Home) -> MariaDB:
    mariadbd, install_db, _ = programs()
    password = secrets.token_hex(8)
    make_data(home, install_db)
    write_first_words(home, password)
    port = free_port()
    process = ServerProcess(home, command(home, mariadbd, port), stop_signal="KILL")
    return MariaDB(local_url(port, password), process)


def local_url(port: int, password: str) -> URL:
    query = {**CHARSET, **WITHOUT_TLS}
    return URL.create(DRIVER, "tests", password, "127.0.0.1", port, query=query)


def write_first_words(home: Home, password: str, before: str = "") -> None:
    """Write what a server does first: it makes the account of the tests."""
    first_words = home.path("first.sql")
    first_words.write_text(
        f"{before}CREATE USER tests@'%' IDENTIFIED BY '{password}';\n"
        "GRANT ALL ON *.* TO tests@'%' WITH GRANT OPTION;\n",
    )
    first_words.chmod(0o644)  # the folder above lets nobody else in


def make_data(home: Home, install_db: Path) -> None:
    """Set up the files of a server that knows nothing yet."""
    home.run(
        install_db,
        "--no-defaults",
        f"--datadir={home.path('data')}",
        "--auth-root-authentication-method=socket",
        "--skip-test-db",
        *SETTINGS,
    )


def command(home: Home, mariadbd: Path, port: int) -> list[str | Path]:
    """Say how to start a server, for others to add to."""
    return [
        mariadbd,
        "--no-defaults",
        f"--datadir={home.path('data')}",
        f"--tmpdir={home.folder}",
        f"--socket={home.path('socket')}",
        f"--pid-file={home.path('pid')}",
        f"--init-file={home.path('first.sql')}",
        f"--port={port}",
        "--bind-address=127.0.0.1",
        "--skip-name-resolve",
        "--character-set-server=utf8mb4",
        *SETTINGS,
    ]


def programs() -> list[Path]:
    """Find mariadbd, and what sets up its data; Debian keeps them in several folders."""
    names = ("mariadbd", "mariadb-install-db", "my_print_defaults")
    everywhere = os.pathsep.join(search_path())
    return obtain(
        lambda: find(names, [everywhere], LOWEST),
        [partial(apt_install, "mariadb-server-core", "mariadb-client-core")],
    )
