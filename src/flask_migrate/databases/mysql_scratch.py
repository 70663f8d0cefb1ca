"""Scratch databases of MariaDB or MySQL: their names, and what a crashed process left of them.

The session that has one holds a lock of its name (GET_LOCK), so one whose lock is free was
left behind. Locks are of one server: the name has the server's mark, and the time. One that
another server of a cluster made, or one that can take no locks, is left behind after a week.
"""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from .mysql_copy import drop_database

if TYPE_CHECKING:
    from sqlalchemy import Connection

PREFIX: Final = "flask_migrate_"
WEEK: Final = 7 * 24 * 60 * 60
"""Seconds."""
_HERE: Final = """
    SELECT LEFT(SHA1(CONCAT_WS('/', @@hostname, @@port, @@datadir)), 8), UNIX_TIMESTAMP()
"""
_LEFT: Final = """
    SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE :pattern
"""
_NAME: Final = re.compile(rf"{PREFIX}[a-z_]+_([0-9a-f]{{8}})_([0-9a-f]{{8}})_[0-9a-f]{{8}}")
_NO_LOCKS: Final = "00000000"


def reserve(connection: Connection, purpose: str) -> str:
    """Return a name for a scratch database, which this session alone has; remove those left.

    The connection commits each statement by itself, and is closed when the database is gone.
    """
    mark, now = connection.execute(sa.text(_HERE)).one()
    mark = mark.decode() if isinstance(mark, bytes) else mark
    name = _name(purpose, mark, now)
    if not _lock(connection, name):
        name = _name(purpose, _NO_LOCKS, now)
    _remove_left(connection, mark, int(now))
    return name


def _name(purpose: str, mark: str, now: int) -> str:
    return f"{PREFIX}{purpose}_{mark}_{int(now):08x}_{secrets.token_hex(4)}"


def _lock(connection: Connection, name: str) -> bool:
    try:
        return bool(connection.scalar(sa.text("SELECT GET_LOCK(:name, 0)"), {"name": name}))
    except DBAPIError:
        return False


def _remove_left(connection: Connection, mark: str, now: int) -> None:
    pattern = PREFIX.replace("_", r"\_") + "%"
    for row in connection.scalars(sa.text(_LEFT), {"pattern": pattern}).all():
        name = row.decode() if isinstance(row, bytes) else row
        found = _NAME.fullmatch(name)
        if found is None:
            continue
        if found.group(1) == mark:
            _remove_if_free(connection, name)
        elif now - int(found.group(2), 16) > WEEK:
            drop_database(connection, name)


def _remove_if_free(connection: Connection, name: str) -> None:
    if _lock(connection, name):
        drop_database(connection, name)
        connection.execute(sa.text("DO RELEASE_LOCK(:name)"), {"name": name})
