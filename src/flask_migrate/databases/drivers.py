"""The Python packages that speak to each database, and how to install the one that is missing."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy.exc import ArgumentError

from flask_migrate.errors import DriverMissing, SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import URL

PACKAGES = {
    "psycopg2": "psycopg2-binary",
    "psycopg": "psycopg[binary]",
    "asyncpg": "asyncpg",
    "pg8000": "pg8000",
    "MySQLdb": "mysqlclient",
    "pymysql": "PyMySQL",
    "mysql": "mysql-connector-python",
    "mariadb": "mariadb",
    "asyncmy": "asyncmy",
    "aiomysql": "aiomysql",
    "aiosqlite": "aiosqlite",
    "pyodbc": "pyodbc",
    "oracledb": "oracledb",
    "cx_Oracle": "cx_Oracle",
}
"""The package to install for each driver module; from SQLAlchemy's page on dialects."""


def driver_missing(error: BaseException) -> DriverMissing | None:
    """Return the error to show when `error` is the failed import of a database driver."""
    if not isinstance(error, ModuleNotFoundError) or not error.name:
        return None
    driver = error.name.split(".")[0]
    return DriverMissing(driver, PACKAGES[driver]) if driver in PACKAGES else None


@contextmanager
def engine_created(url: str | URL) -> Iterator[None]:
    """Turn what can go wrong when an engine is made into errors that say what to do."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise driver_missing(error) or error from error
    except ArgumentError as error:
        raise SourceError(
            f"{hidden(url)} is not the URL of a database that SQLAlchemy knows: {error}. "
            "It looks like this: postgresql+psycopg2://user:password@host/database"
        ) from error


def hidden(url: str | URL) -> str:
    """Return a URL with its password hidden, be it well-formed or not."""
    return re.sub(r"(://[^:/@]*:).*@", r"\1***@", str(url))
