"""The migration lock on MariaDB and MySQL: `GET_LOCK`, which one server keeps for a session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from .locking import Locking, LockKey, Session, session_told
from .mysql import error_number

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.exc import DBAPIError

_CONFLICTS: Final = frozenset({1062, 1205, 1213})
"""ER_DUP_ENTRY, ER_LOCK_WAIT_TIMEOUT, ER_LOCK_DEADLOCK; Galera says the last at a commit too."""

_CLUSTER: Final = sa.text("""
SHOW VARIABLES WHERE variable_name IN (
    'wsrep_on', 'wsrep_provider',
    'group_replication_group_name', 'group_replication_single_primary_mode'
)
""")
_SESSION: Final = sa.text("""
SELECT id, user, host FROM information_schema.processlist WHERE id = IS_USED_LOCK(:name)
""")


class MySQLLocking(Locking):
    """`GET_LOCK`, where the server is no node of a cluster that writes on several nodes."""

    sessions_tell_process = False

    def key(self, connection: sa.Connection, schema: str | None, table: str) -> LockKey:
        """Return the key; a schema is a database here."""
        database = schema or connection.scalar(sa.text("SELECT DATABASE()"))
        return LockKey("", database, table)

    def excludes(self, connection: sa.Connection) -> bool:
        """Return whether the server neither is in a Galera cluster nor one of several primaries.

        Measured on three nodes of MariaDB Galera: each grants `GET_LOCK` of the same name.
        """
        found = connection.execute(_CLUSTER).all()
        variables = {name.lower(): str(value).lower() for name, value in found}
        galera = variables.get("wsrep_on") == "on" and bool(variables.get("wsrep_provider"))
        group = bool(variables.get("group_replication_group_name"))
        one_primary = variables.get("group_replication_single_primary_mode") != "off"
        return not galera and (one_primary or not group)

    def keeps_snapshot(self, connection: sa.Connection) -> bool:  # noqa: ARG002 # REPEATABLE READ is its default
        """Return True: a transaction may have read something already."""
        return True

    def try_lock(self, connection: sa.Connection, key: LockKey) -> bool:
        """Take the name, without waiting."""
        taken = connection.scalar(sa.text("SELECT GET_LOCK(:name, 0)"), {"name": key.name})
        return bool(taken == 1)

    def unlock(self, connection: sa.Connection, key: LockKey) -> None:
        """Give the name back."""
        connection.execute(sa.text("SELECT RELEASE_LOCK(:name)"), {"name": key.name})

    def sign(self, connection: sa.Connection, host: str, pid: int) -> str:  # noqa: ARG002
        """Do nothing: a session has no name here."""
        return ""

    def unsign(self, connection: sa.Connection, previous: str) -> None:
        """Do nothing."""

    def session_id(self, connection: sa.Connection) -> str:
        """Return the id that `KILL` takes."""
        return str(connection.scalar(sa.text("SELECT CONNECTION_ID()")))

    def session(self, connection: sa.Connection, key: LockKey) -> Session | None:
        """Find who has the name; other users' sessions are told to who has the PROCESS right."""
        name = {"name": key.name}
        found = connection.execute(_SESSION, name).first()
        if found is not None:
            number, user, address = found
        else:
            number = connection.scalar(sa.text("SELECT IS_USED_LOCK(:name)"), name)
            user = address = None
        if number is None:
            return None
        product = "MariaDB" if getattr(connection.dialect, "is_mariadb", False) else "MySQL"
        told = session_told(f"{product} connection", number, user, address)
        return Session(str(number), told)

    def join_transaction(self, connection: sa.Connection, key: LockKey) -> bool:  # noqa: ARG002
        """Return True: DDL ends any transaction, so none is left of a migration that waits."""
        return True

    def settle(self, connection: sa.Connection, key: LockKey) -> None:  # noqa: ARG002
        """Commit: DDL has done so before, only what was written down after it can be left."""
        connection.dialect.do_commit(connection.connection)

    def time_in(self, seconds: int) -> sa.ColumnElement[datetime]:
        """Return the time at which the statement began, in whole seconds."""
        unit: sa.ColumnElement[Any] = sa.literal_column("SECOND")
        return sa.func.timestampadd(unit, seconds, sa.func.utc_timestamp(), type_=sa.DateTime())

    def is_conflict(self, error: DBAPIError) -> bool:
        """Return whether the number is one of those that say so."""
        return error_number(error.orig) in _CONFLICTS
