"""Users and databases with names of one's own, on the test servers."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL, Connection

from tests.databases.server import Server


@contextmanager
def account(
    server: Server, user: str, password: str, database: str, rights: str = ""
) -> Iterator[URL]:
    """Lend the URL of a new database for a new user, who has all rights there, or these only."""
    with server.engine.connect() as connection:
        words = _quoted(connection, user, database)
        postgresql = connection.dialect.name == "postgresql"
        make, drop = (_postgresql if postgresql else _mariadb)(*words, _literal(password), rights)
        _run(connection, make)
        try:
            yield server.url.set(username=user, password=password, database=database)
        finally:
            _run(connection, drop)


def _postgresql(user: str, database: str, password: str, rights: str) -> tuple[list[str], ...]:
    owner = "" if rights else f" OWNER {user}"
    return (
        [
            f"CREATE ROLE {user} LOGIN PASSWORD {password}",
            f"CREATE DATABASE {database} TEMPLATE template0{owner}",
        ],
        [f"DROP DATABASE {database} WITH (FORCE)", f"DROP ROLE {user}"],
    )


def _mariadb(user: str, database: str, password: str, rights: str) -> tuple[list[str], ...]:
    password = password.replace("\\", "\\\\")
    return (
        [
            f"CREATE DATABASE {database} CHARACTER SET utf8mb4",
            f"CREATE USER {user}@'%' IDENTIFIED BY {password}",
            f"GRANT {rights or 'ALL'} ON {database.replace('_', chr(92) + '_')}.* TO {user}@'%'",
        ],
        [f"DROP DATABASE {database}", f"DROP USER {user}@'%'"],
    )


def _quoted(connection: Connection, *names: str) -> list[str]:
    quote = connection.dialect.identifier_preparer.quote_identifier
    # The preparer doubles the percent signs of drivers; text() does so as well.
    return [quote(name.replace("%", "\0")).replace("\0", "%") for name in names]


def _literal(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _run(connection: Connection, statements: list[str]) -> None:
    """Hand statements to the driver as they are; SQLAlchemy would look for parameters in them."""
    cursor = connection.connection.cursor()
    for statement in statements:
        cursor.execute(statement)
    cursor.close()
