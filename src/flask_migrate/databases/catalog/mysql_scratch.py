"""How models' tables look once MariaDB or MySQL has created them, in a database beside."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import CreateColumn, CreateIndex

from flask_migrate.databases.engines import alike, unpooled
from flask_migrate.databases.mysql import DENIED, MySQL, error_number
from flask_migrate.databases.mysql_copy import create_database, drop_database
from flask_migrate.databases.mysql_scratch import reserve

from .base import NoScratch
from .mysql_indexes import quoted
from .mysql_options import stated
from .mysql_reading import read_tables
from .mysql_server import server_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .facts import Table
    from .mysql_server import Server


def judged_tables(
    connection: sa.Connection, tables: Sequence[sa.Table]
) -> dict[tuple[str | None, str], Table]:
    """Return models' tables as the server shows them; they have no foreign keys.

    Their options are all that the server shows.
    """
    server = server_of(connection)
    found = {}
    for schema in sorted({table.schema for table in tables}, key=str):
        chosen = [table for table in tables if table.schema == schema]
        with _scratch(connection, server, schema or server.database) as (scratch, name):
            for table in chosen:
                scratch.exec_driver_sql(create_table(table, name, scratch.dialect, server))
            there = read_tables(scratch, schema, None, replace(server, database=name), name)
        for table in chosen:
            found[schema, table.name] = there[table.name]
    return found


@contextmanager
def _scratch(
    connection: sa.Connection, server: Server, like: str
) -> Iterator[tuple[sa.Connection, str]]:
    """Give a connection of its own, which commits each statement, and an empty database."""
    engine = connection.engine
    engine = alike(
        engine, unpooled(engine), isolation_level="AUTOCOMMIT", schema_translate_map=None
    )
    with engine.connect() as scratch:
        modes = server.variables.get("sql_mode", "")
        scratch.execute(
            sa.text("SET SESSION sql_mode = :modes, default_storage_engine = :engine"),
            {"modes": modes, "engine": server.engine},
        )
        name = reserve(scratch, "scratch")
        try:
            create_database(scratch, like, name)
        except DBAPIError as error:
            if error_number(error.orig) not in DENIED:
                raise
            raise NoScratch(MySQL().reason(error.orig or error)) from error
        try:
            yield scratch, name
        finally:
            drop_database(scratch, name)


def create_table(table: sa.Table, place: str, dialect: sa.Dialect, server: Server) -> str:
    """Return the statement that creates a table with its indexes and without its foreign keys."""
    ddl: Any = dialect.ddl_compiler(dialect, None)  # type: ignore[arg-type] # as SQLAlchemy does
    parts = [ddl.process(CreateColumn(column)) for column in table.columns]
    parts.append(ddl.create_table_constraints(table, _include_foreign_key_constraints=()))
    parts += [_key(index, ddl) for index in sorted(table.indexes, key=lambda i: str(i.name))]
    options = _with_collation(ddl.post_create_table(table), table, dialect, server)
    body = ", ".join(part for part in parts if part)
    return f"CREATE TABLE {quoted(place)}.{quoted(table.name)} ({body}) {options}"


def _key(index: sa.Index, ddl: Any) -> str:
    """Return an index as it stands in CREATE TABLE."""
    written = ddl.process(CreateIndex(index))
    head, on, tail = written.partition(f" ON {ddl.preparer.format_table(index.table)} ")
    if not on or not head.startswith("CREATE "):
        raise NoScratch(f"an index is written in an unknown way: {written}")
    return f"{head.removeprefix('CREATE ')} {tail}"


def _with_collation(options: str, table: sa.Table, dialect: sa.Dialect, server: Server) -> str:
    """Return a table's options, with the collation that it has and about which they say nothing."""
    said = stated(table, dialect)
    there = server.collations.get((table.schema, table.name))
    charset = said.get("charset", "").lower()
    if there is None or "collate" in said or (charset and not there.startswith(f"{charset}_")):
        return options
    before, mark, after = options.partition("PARTITION BY")
    return f"{before} COLLATE {there} {mark}{after}"
