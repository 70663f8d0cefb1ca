"""`alembic_version_log`, the table beside `alembic_version` that says what was done.

One row per revision run, written as it is done; row 0 is the lease of whoever
migrates now, where the database has no lock that excludes others by itself.
"""

from __future__ import annotations

import os
import re
import socket
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext

LEASE_ID: Final = 0


class Ascii(sa.TypeDecorator[str]):
    """A long text that any database takes, whatever its character set: the rest is escaped."""

    impl = sa.Text
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[str]:
        """Take the type that holds more than 64 kB."""
        long = dialect.name in ("mysql", "mariadb")
        return dialect.type_descriptor(sa.Text(_LONG if long else None))

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:  # noqa: ARG002
        """Escape, so that it stays readable."""
        if value is None:
            return None
        return value.replace("\\", r"\x5c").encode("ascii", "backslashreplace").decode()

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> str | None:  # noqa: ARG002
        """Take the escapes back."""
        if value is None:
            return None
        return _ESCAPE.sub(lambda found: chr(int(found[1][1:], 16)), value)


_ESCAPE: Final = re.compile(r"\\(x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8})")
_LONG: Final = 2**24 - 1
_LONG_TEXT: Final = sa.Text().with_variant(sa.Text(_LONG), "mysql", "mariadb")


@dataclass(frozen=True)
class Process:
    """Who runs a migration."""

    host: str
    pid: int

    @classmethod
    def this(cls) -> Process:
        """Return the process that asks."""
        return cls(socket.gethostname(), os.getpid())


def utc_now() -> datetime:
    """Return the time in UTC without a zone, as every database stores it alike."""
    return datetime.now(timezone.utc).replace(tzinfo=None, microsecond=0)


def log_name(version_table: str) -> str:
    """Return the name of the log beside a version table."""
    return f"{version_table}_log"


def log_table(context: MigrationContext) -> sa.Table:
    """Return the log beside the version table that a migration context uses."""
    return sa.Table(
        log_name(context.version_table),
        sa.MetaData(),
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("revision", sa.String(255)),
        sa.Column("direction", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("message", sa.String(255)),
        sa.Column("checksum", sa.String(64)),
        sa.Column("file", sa.String(255)),
        sa.Column("source", Ascii),
        sa.Column("statements", sa.Integer, nullable=False, default=0),
        sa.Column("hashes", _LONG_TEXT),
        sa.Column("pending", sa.String(64)),
        sa.Column("started_at", sa.DateTime, nullable=False),
        sa.Column("seconds", sa.Float),
        sa.Column("host", sa.String(255)),
        sa.Column("pid", sa.Integer),
        sa.Column("token", sa.String(32)),
        sa.Column("expires_at", sa.DateTime),
        schema=context.version_table_schema,
    )
