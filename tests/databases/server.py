"""A running database server, and the databases that tests get from it."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import URL, Connection, create_engine, text
from sqlalchemy.exc import OperationalError

from tests.databases.process import Home, ServerProcess, new_home


class Server:
    """One server: the URL of an account that may create databases, and its process if ours."""

    def __init__(self, url: URL, process: ServerProcess | None = None) -> None:
        self.url = url
        self.process = process
        self.engine = create_engine(url, isolation_level="AUTOCOMMIT", pool_pre_ping=True)

    def create(self, connection: Connection, name: str) -> None:
        connection.execute(text(f"CREATE DATABASE {name}"))

    def drop(self, connection: Connection, name: str) -> None:
        """Drop a database, whoever is still connected to it."""
        raise NotImplementedError

    @contextmanager
    def new_database(self) -> Iterator[str]:
        """Lend the URL of a new, empty database."""
        name = f"test_{secrets.token_hex(8)}"
        with self.engine.connect() as connection:
            self.create(connection, name)
        try:
            yield self.url.set(database=name).render_as_string(hide_password=False)
        finally:
            with self.engine.connect() as connection:
                self.drop(connection, name)

    def answers(self) -> bool:
        try:
            self.engine.connect().close()
        except OperationalError:
            return False
        return True

    def close(self) -> None:
        self.engine.dispose()
        if self.process:
            self.process.stop()


def start_throwaway(kind: str, start: Callable[[Home], Server]) -> Server:
    """Start a server in a folder of its own; leave nothing behind if that fails."""
    home = new_home(kind)
    try:
        server = start(home)
    except BaseException:
        home.remove()
        raise
    try:
        server.process.wait_for(server.answers)
    except BaseException:
        server.close()
        raise
    return server
