"""The fixtures that give each test databases of its own, on the servers that it asks for."""

import os
import secrets
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest

from tests.databases import galera, mariadb, postgresql
from tests.databases.galera import Cluster
from tests.databases.process import ServerMissing
from tests.databases.server import Server

T = TypeVar("T", Server, Cluster)
KINDS = ("sqlite", "postgresql", "mariadb")


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Server]:
    """The PostgreSQL server of this test run, started when the first test asks."""
    yield from _lend("PostgreSQL", postgresql.open_server, _set(postgresql.VARIABLE))


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[Server]:
    """The MariaDB server of this test run, started when the first test asks."""
    yield from _lend("MariaDB", mariadb.open_server, _set(mariadb.VARIABLE))


@pytest.fixture(scope="session")
def galera_cluster() -> Iterator[Cluster]:
    """The MariaDB Galera cluster of this test run; no test may end a node of it."""
    yield from _lend("MariaDB Galera cluster", galera.open_cluster, galera.ADVICE)


@pytest.fixture
def mortal_galera_cluster() -> Iterator[Cluster]:
    """A MariaDB Galera cluster of one test, which may end its nodes."""
    start = partial(galera.open_cluster, galera.SUSPICIOUS)
    yield from _lend("MariaDB Galera cluster", start, galera.ADVICE)


@pytest.fixture
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """Make any number of empty databases: `new_database("mariadb")` is the URL of one."""
    with ExitStack() as databases:

        def new(kind: str) -> str:
            if kind == "sqlite":
                return f"sqlite:///{(tmp_path / f'{secrets.token_hex(4)}.db').as_posix()}"
            server = request.getfixturevalue(f"{kind}_server")
            return databases.enter_context(server.new_database())

        yield new


@pytest.fixture
def sqlite_url(new_database: Callable[[str], str]) -> str:
    """The URL of an SQLite file that does not exist yet."""
    return new_database("sqlite")


@pytest.fixture
def postgresql_url(new_database: Callable[[str], str]) -> str:
    """The URL of an empty PostgreSQL database."""
    return new_database("postgresql")


@pytest.fixture
def mariadb_url(new_database: Callable[[str], str]) -> str:
    """The URL of an empty MariaDB database."""
    return new_database("mariadb")


@pytest.fixture
def galera_urls(galera_cluster: Cluster) -> Iterator[list[str]]:
    """The URLs of one empty database, by way of each of the three nodes."""
    with galera_cluster.new_database() as urls:
        yield urls


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, new_database: Callable[[str], str]) -> str:
    """The URL of an empty database; the test runs once on each kind of server."""
    return new_database(request.param)


def _lend(name: str, start: Callable[[], T], advice: str) -> Iterator[T]:
    try:
        server = start()
    except ServerMissing as error:
        reason = error
    else:
        with closing(server):
            yield server
        return
    do_without(f"No {name}: {reason}. {advice}")


def _set(variable: str) -> str:
    return f"Set {variable} to the URL of a server."


def do_without(sentence: str) -> None:
    """Skip loudly on a developer's machine; fail where everything must be tested."""
    if os.environ.get("CI") == "true":
        pytest.fail(sentence, pytrace=False)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(sentence, stacklevel=2)
    pytest.skip(sentence)
