"""A scratch place with the structure of a database and none of its rows, to run revisions in."""

from __future__ import annotations

import copy
import sqlite3
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, StaticPool, event
from sqlalchemy.exc import DBAPIError

from flask_migrate.autogenerate.remembering.memory import PASSING
from flask_migrate.databases import database_named
from flask_migrate.databases.engines import alike, autocommitting, unpooled
from flask_migrate.databases.mysql_copy import (
    check_rows,
    copy_rows,
    copy_structure,
    create_database,
    drop_database,
    reaches_out,
)
from flask_migrate.databases.mysql_scratch import PREFIX, reserve
from flask_migrate.databases.sqlite_rebuild.foreign_keys import pragma
from flask_migrate.databases.sqlite_rebuild.schema import objects
from flask_migrate.errors import RehearsalImpossible

from .listening import listen
from .locking.lock import migration_lock
from .log_table import LEASE_ID, log_table
from .sql import Kind, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .environment import MigrationEnvironment

PURPOSE: Final = "dry_run"
_GRANTED: Final = f"{PREFIX}{PURPOSE}_".replace("_", r"\_")


def context_on(
    environment: MigrationEnvironment, context: MigrationContext, connection: sa.Connection
) -> MigrationContext:
    """Return a migration context like another, for another connection."""
    return MigrationContext.configure(
        connection=connection,
        environment_context=environment,
        opts={**context.opts, PASSING: True},
    )


@contextmanager
def in_memory(
    environment: MigrationEnvironment, context: MigrationContext
) -> Iterator[MigrationContext]:
    """Give an SQLite database in memory that has the structure of the one in use."""
    connection = connection_of(context)
    engine = _memory_engine(connection.engine)
    try:
        with engine.connect() as scratch:
            pragma(scratch, "foreign_keys=OFF")
            for stored in objects(connection, "main"):
                if not stored.name.startswith("sqlite_"):
                    _create_if_new(scratch, stored.sql)
            _copy_version(context, scratch)
            scratch.commit()
            yield context_on(environment, context, scratch)
    finally:
        engine.dispose()


@contextmanager
def in_database(
    environment: MigrationEnvironment, context: MigrationContext
) -> Iterator[MigrationContext]:
    """Give a database of MariaDB or MySQL that has the structure of the one in use.

    It is dropped at the end of the block. A statement that leaves it is refused.
    """
    connection = connection_of(context)
    source = str(connection.scalar(sa.text("SELECT DATABASE()")))
    keeper = autocommitting(connection.engine)
    try:
        with keeper.connect() as outside:
            name = reserve(outside, PURPOSE)
            engine = _renamed(connection.engine, name)
            _create(outside, source, name)
            try:
                with engine.connect() as scratch:
                    with migration_lock(context, replace(environment.settings, log=False)):
                        _copy(context, scratch, source, name)
                    with _kept_inside(scratch, outside, name):
                        yield context_on(environment, context, scratch)
            finally:
                drop_database(outside, name)
                engine.dispose()
    finally:
        keeper.dispose()


def connection_of(context: MigrationContext) -> sa.Connection:
    """Return the connection of a migration context that has one."""
    if context.connection is None:
        raise RuntimeError("There is no connection to the database.")
    return context.connection


def _memory_engine(engine: Engine) -> Engine:
    if engine.dialect.driver != "pysqlite":
        return sa.create_engine("sqlite://", poolclass=StaticPool)
    creator: Any = partial(sqlite3.connect, ":memory:", check_same_thread=False)
    pool = StaticPool(
        creator,
        _dispatch=engine.pool.dispatch,
        dialect=engine.dialect,
    )
    return alike(engine, pool)


def _create_if_new(scratch: sa.Connection, sql: str) -> None:
    try:
        scratch.exec_driver_sql(sql)
    except DBAPIError as error:
        # The tables in which a virtual table keeps its rows came with it.
        if "already exists" not in str(error.orig):
            raise


def _copy_version(context: MigrationContext, scratch: sa.Connection) -> None:
    if sa.inspect(scratch).has_table(context.version_table):
        rows = [{"version_num": head} for head in context.get_current_heads()]
        if rows:
            scratch.execute(context._version.insert(), rows)  # noqa: SLF001 # Alembic shows it nowhere else


def _renamed(engine: Engine, database: str) -> Engine:
    """Return an engine for another database of the same server, whoever made the first."""
    dialect = copy.copy(engine.dialect)
    dialect.default_schema_name = database
    pool = unpooled(engine)

    def use(driver_connection: Any, _: Any) -> None:
        cursor = driver_connection.cursor()
        cursor.execute(f"USE `{database}`")
        cursor.close()

    event.listen(pool, "connect", use)
    other = alike(engine, pool)
    other.dialect = dialect
    other.url = engine.url.set(database=database)
    return other


def _copy(context: MigrationContext, scratch: sa.Connection, source: str, name: str) -> None:
    copy_structure(scratch, source, name)
    log = log_table(context)
    for table in (context.version_table, log.name):
        if sa.inspect(scratch).has_table(table):
            copy_rows(scratch, source, table)
    if sa.inspect(scratch).has_table(log.name):
        # A lease is of the database that was copied.
        scratch.execute(log.delete().where(log.c.id == LEASE_ID))
    scratch.commit()


def _create(outside: sa.Connection, source: str, name: str) -> None:
    try:
        create_database(outside, source, name)
    except DBAPIError as error:
        database = database_named(outside.dialect.name)
        if not database.is_permission_error(error):
            raise
        raise RehearsalImpossible(
            f"it needs a scratch database here, and the database user may not create one "
            f"({database.reason(error.orig or error)})",
            f"Grant it: GRANT ALL ON `{_GRANTED}%`.* TO <user>",
        ) from error


@contextmanager
def _kept_inside(scratch: sa.Connection, outside: sa.Connection, name: str) -> Iterator[None]:
    """Refuse statements that name another database, or need rows to be refused."""
    others = [str(d) for d in scratch.scalars(sa.text("SHOW DATABASES")) if d != name]
    scratch.commit()

    def check(_: Any, __: Any, statement: str, *___: Any) -> None:
        if kind_of(statement) is Kind.READ or statement == f"USE `{name}`":
            return
        words = reaches_out(statement, others)
        if words is not None:
            raise RehearsalImpossible(
                f"a statement would leave the scratch database ('{words}'): "
                f"{' '.join(statement.split())}",
                "Rehearse on a copy of the server instead",
            )
        check_rows(outside, statement)

    end = listen(scratch, "before_cursor_execute", check)
    try:
        yield
    finally:
        end()
