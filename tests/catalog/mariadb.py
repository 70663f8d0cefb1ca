"""What the tests of MariaDB's catalog share."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from flask_migrate.databases.catalog import Kind, catalog_named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask_migrate.databases.catalog import Table

CATALOG = catalog_named("mysql")
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
}


@pytest.fixture
def connection(mariadb_url) -> Iterator[sa.Connection]:
    """A connection to an empty database, which commits each statement."""
    engine = sa.create_engine(mariadb_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def run(connection: sa.Connection, *statements: str) -> None:
    for statement in statements:
        connection.exec_driver_sql(statement)


def table_of(*items, name: str = "t", **options) -> sa.Table:
    """A table of models whose constraints have names."""
    metadata = sa.MetaData(naming_convention=NAMES)
    key = sa.Column("id", sa.Integer, primary_key=True)
    return sa.Table(name, metadata, key, *items, **options)


def as_stated(shown: Table, wanted: Table) -> Table:
    """A table of the database with the options that a model states, and no others."""
    stated = {name for name, _ in wanted.options}
    options = tuple((name, text) for name, text in shown.options if name in stated)
    return replace(shown, options=options)


def structure(table: Table) -> Table:
    """A table without what `judged` leaves to others."""
    return table.without(Kind.FOREIGN_KEY)
