"""The Python packages that speak to each database, and how to install the one that is missing."""

from __future__ import annotations

import re
from contextlib import contextmanager
from difflib import get_close_matches
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from sqlalchemy import dialects
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from flask_migrate.errors import DriverMissing, SourceError

from .passwords import hidden_url

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import URL

PACKAGES: Final = {
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


ALTERNATIVES: Final = {
    "psycopg2": {"psycopg": "postgresql+psycopg://"},
    "psycopg": {"psycopg2": "postgresql+psycopg2://"},
    "MySQLdb": {"pymysql": "mysql+pymysql://"},
    "pymysql": {"MySQLdb": "mysql+mysqldb://"},
}
"""What to write in the URL where another driver for the same database is installed."""

_DIALECT = re.compile(r"sqlalchemy\.dialects:(\w*)(?:\.(\w+))?")
LIKE: Final = "It looks like this: postgresql+psycopg2://<user>:<password>@<host>/<database>"


def driver_missing(error: BaseException) -> DriverMissing | None:
    """Return the error to show when `error` is the failed import of a database driver."""
    if not isinstance(error, ModuleNotFoundError) or not error.name:
        return None
    driver = error.name.split(".")[0]
    if driver not in PACKAGES:
        return None
    others = ALTERNATIVES.get(driver, {}).items()
    instead = next((prefix for module, prefix in others if find_spec(module)), "")
    return DriverMissing(driver, PACKAGES[driver], instead)


def url_misunderstood(error: BaseException) -> SourceError | None:
    """Return the error to show when SQLAlchemy cannot make an engine of a URL."""
    if isinstance(error, NoSuchModuleError):
        found = _DIALECT.search(str(error))
        return SourceError(_unknown(*found.groups(default="")) if found else f"{error}.")
    if isinstance(error, ArgumentError) and "URL" in str(error):
        return SourceError(f"The database's URL cannot be read. {LIKE}")
    return None


@contextmanager
def engine_created(url: str | URL) -> Iterator[None]:
    """Turn what can go wrong when an engine is made into errors that say what to do."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise driver_missing(error) or error from error
    except NoSuchModuleError as error:
        raise url_misunderstood(error) or error from error
    except ArgumentError as error:
        raise SourceError(
            f"{hidden_url(url)} is not the URL of a database that SQLAlchemy knows: {error}. {LIKE}"
        ) from error


def _unknown(dialect: str, driver: str) -> str:
    if driver:
        return (
            f"SQLAlchemy has no driver '{driver}' for {dialect}. "
            f"Correct {dialect}+{driver}:// in the database's URL."
        )
    if dialect == "postgres":
        return (
            "SQLAlchemy knows no database 'postgres': write postgresql:// in the database's URL. "
            "Where others provide it: url.replace('postgres://', 'postgresql://', 1)."
        )
    close = get_close_matches(dialect, (*dialects.__all__, "mariadb"), n=1)
    hint = f"Did you mean {close[0]}://?" if close else "A package for it may have to be installed."
    return f"SQLAlchemy knows no database '{dialect}', which the database's URL begins with. {hint}"
