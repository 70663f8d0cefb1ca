"""Where a case runs: one database for the history, and one beside it for `create_all`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

if TYPE_CHECKING:
    from collections.abc import Sequence

POSTGRESQL_SCHEMAS = """
    SELECT nspname FROM pg_namespace
    WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
"""
MARIADB_OBJECTS = """
    SELECT table_type, table_name FROM information_schema.tables WHERE table_schema = database()
"""
MARIADB_WORDS = {"BASE TABLE": "TABLE", "VIEW": "VIEW", "SEQUENCE": "SEQUENCE"}


class Place:
    """Two databases of one kind, emptied and used again for each case."""

    def __init__(self, kind: str, url: str, scratch_url: str) -> None:
        self.kind = kind
        self.engine = _engine(url)
        self.scratch = _engine(scratch_url)

    def prepare(self, statements: Sequence[str] = ()) -> None:
        """Empty both databases, and run some SQL in each."""
        for engine in (self.engine, self.scratch):
            self.empty(engine)
            with engine.begin() as connection:
                for statement in statements:
                    run_sql(connection, statement)

    def empty(self, engine: sa.Engine) -> None:
        with engine.connect() as connection:
            getattr(self, f"_empty_{self.kind}")(connection)
            connection.commit()

    def close(self) -> None:
        self.engine.dispose()
        self.scratch.dispose()

    def _empty_sqlite(self, connection: sa.Connection) -> None:
        connection.exec_driver_sql("PRAGMA writable_schema = RESET")
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        objects = connection.exec_driver_sql(
            "SELECT type, name FROM sqlite_schema WHERE type IN ('table', 'view')"
            " AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY sql LIKE 'CREATE TABLE%'"
        )
        for type_, name in objects.all():
            quoted = name.replace('"', '""')
            connection.exec_driver_sql(f'DROP {type_} IF EXISTS "{quoted}"')
        connection.commit()
        connection.exec_driver_sql("PRAGMA foreign_keys = ON")

    def _empty_postgresql(self, connection: sa.Connection) -> None:
        quote = connection.dialect.identifier_preparer.quote_identifier
        for name in connection.exec_driver_sql(POSTGRESQL_SCHEMAS).scalars().all():
            connection.exec_driver_sql(f"DROP SCHEMA {quote(name)} CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")

    def _empty_mariadb(self, connection: sa.Connection) -> None:
        quote = connection.dialect.identifier_preparer.quote_identifier
        connection.exec_driver_sql("SET foreign_key_checks = 0")
        for type_, name in connection.exec_driver_sql(MARIADB_OBJECTS).all():
            connection.exec_driver_sql(f"DROP {MARIADB_WORDS[type_]} {quote(name)}")
        connection.exec_driver_sql("SET foreign_key_checks = 1")


def run_sql(connection: sa.Connection, statement: str) -> sa.CursorResult[Any]:
    """Run a statement as it stands; some drivers would take its percent signs for themselves."""
    if "format" in connection.dialect.paramstyle:
        statement = statement.replace("%", "%%")
    return connection.exec_driver_sql(statement)


def _engine(url: str) -> sa.Engine:
    engine = sa.create_engine(url)
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _as_applications_do)
    return engine


def _as_applications_do(connection: Any, _: Any) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = OFF")
