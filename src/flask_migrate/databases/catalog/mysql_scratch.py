"""How models' tables look once MariaDB or MySQL has created them, in a scratch place.

MariaDB: temporary tables, which need no right to create databases, leave nothing behind and
wait for no disk. Else, and for what cannot be temporary: a database beside.
"""

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

from .base import NoScratch, TableRefused
from .mysql_expected import fulltext
from .mysql_options import stated
from .mysql_reading import read_tables, table_of
from .mysql_server import plain, server_of
from .mysql_shown import NotUnderstood, shown_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .base import Key
    from .facts import Index, Table
    from .mysql_server import Server


def judged_tables(connection: sa.Connection, tables: Sequence[sa.Table]) -> dict[Key, Table]:
    """Return models' tables as the server shows them; they have no foreign keys.

    Their options are all that the server shows.
    """
    server = server_of(connection)
    with _own_connection(connection, server) as scratch:
        found = dict(_temporary(scratch, server, tables)) if server.mariadb else {}
        rest = [table for table in tables if server.key(table) not in found]
        for schema in sorted({server.key(table)[0] for table in rest}, key=str):
            chosen = [table for table in rest if server.key(table)[0] == schema]
            found.update(_in_database(scratch, server, schema, chosen))
    return found


@contextmanager
def _own_connection(connection: sa.Connection, server: Server) -> Iterator[sa.Connection]:
    """Give a connection that commits each statement, with the other's settings, and end it."""
    engine = connection.engine
    engine = alike(
        engine, unpooled(engine), isolation_level="AUTOCOMMIT", schema_translate_map=None
    )
    modes = server.variables.get("sql_mode", "")
    with engine.connect() as own:
        own.execute(
            sa.text("SET SESSION sql_mode = :modes, default_storage_engine = :engine"),
            {"modes": modes, "engine": server.engine},
        )
        yield own


def _temporary(
    scratch: sa.Connection, server: Server, tables: Sequence[sa.Table]
) -> Iterator[tuple[Key, Table]]:
    """Return the tables that can be made as temporary ones: they are the connection's alone."""
    row_format = server.variables.get("innodb_default_row_format", "")
    for table in tables:
        place = table.schema or server.database
        statement = create_table(table, place, scratch.dialect, server, "TEMPORARY TABLE")
        name = _full_name(place, table, scratch.dialect)
        try:
            scratch.exec_driver_sql(statement)
            shown = scratch.exec_driver_sql(f"SHOW CREATE TABLE {name}").one()[1]
            rows = shown_rows(table.name, plain(shown), row_format)
        except DBAPIError as error:
            # The database beside tells whether it is the table or that it is temporary.
            if error_number(error.orig) in DENIED or error.connection_invalidated:
                return
        except NotUnderstood:
            pass
        else:
            made = table_of(table.name, server.key(table)[0], rows, server)
            yield made.key, replace(made, indexes=(*made.indexes, *_words(table, scratch)))


def _words(table: sa.Table, scratch: sa.Connection) -> list[Index]:
    """Return the indexes that a temporary table cannot have, and that look as they are written."""
    found = [fulltext(index, scratch.dialect) for index in table.indexes]
    return [index for index in found if index is not None]


def _in_database(
    scratch: sa.Connection, server: Server, schema: str | None, tables: Sequence[sa.Table]
) -> dict[Key, Table]:
    name = reserve(scratch, "scratch")
    try:
        create_database(scratch, schema or server.database, name)
    except DBAPIError as error:
        if error_number(error.orig) not in DENIED:
            raise
        raise NoScratch(MySQL().reason(error.orig or error)) from error
    try:
        for table in tables:
            statement = create_table(table, name, scratch.dialect, server)
            try:
                scratch.exec_driver_sql(statement)
            except DBAPIError as error:
                raise TableRefused(server.key(table), error) from error
        there = read_tables(scratch, schema, None, replace(server, database=name), name)
    finally:
        drop_database(scratch, name)
    return {(schema, table.name): there[table.name] for table in tables}


def create_table(
    table: sa.Table, place: str, dialect: sa.Dialect, server: Server, kind: str = "TABLE"
) -> str:
    """Return the statement that creates a table with its indexes and without its foreign keys."""
    ddl: Any = dialect.ddl_compiler(dialect, None)  # type: ignore[arg-type] # as SQLAlchemy does
    parts = [ddl.process(CreateColumn(column)) for column in table.columns]
    parts.append(ddl.create_table_constraints(table, _include_foreign_key_constraints=()))
    indexes = sorted(table.indexes, key=lambda index: str(index.name))
    if kind != "TABLE":
        indexes = [index for index in indexes if fulltext(index, dialect) is None]
    parts += [_key(index, ddl) for index in indexes]
    options = _with_collation(ddl.post_create_table(table), table, dialect, server)
    body = ", ".join(part for part in parts if part)
    return f"CREATE {kind} {_full_name(place, table, dialect)} ({body}) {options}"


def _full_name(place: str, table: sa.Table, dialect: sa.Dialect) -> str:
    """Return a table's name for a statement that the driver reads: with its percent signs."""
    quote = dialect.identifier_preparer.quote_identifier
    return f"{quote(place)}.{quote(table.name)}"


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
    there = server.collations.get(server.key(table))
    charset = said.get("charset", "").lower()
    if there is None or "collate" in said or (charset and not there.startswith(f"{charset}_")):
        return options
    before, mark, after = options.partition("PARTITION BY")
    return f"{before} COLLATE {there} {mark}{after}"
