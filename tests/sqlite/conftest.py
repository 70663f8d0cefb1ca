"""What the tests of SQLite ask for."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.sqlite.database import SQLiteDatabase, sqlite_database


@pytest.fixture
def new_sqlite(sqlite_url: str) -> Iterator[Callable[..., SQLiteDatabase]]:
    """Make an SQLite database by these statements, foreign keys enforced."""
    with ExitStack() as stack:

        def new(*statements: str, foreign_keys: str = "ON") -> SQLiteDatabase:
            database = sqlite_database(sqlite_url, *statements, foreign_keys=foreign_keys)
            return stack.enter_context(database)

        yield new
