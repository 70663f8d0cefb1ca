"""Whoever holds a lock that a statement waits for, or executes the same one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from flask_migrate.results import Blocker

from .fingerprints import words_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

_POSTGRESQL: Final = """
    SELECT DISTINCT a.pid, a.application_name, a.query,
        extract(epoch FROM clock_timestamp() - coalesce(a.xact_start, a.query_start))
    FROM pg_catalog.pg_locks l
    JOIN pg_catalog.pg_class c ON c.oid = l.relation
    JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
    WHERE l.granted AND l.relation IS NOT NULL AND a.pid <> pg_backend_pid()
    AND c.relname IN :words ORDER BY 4 DESC
"""
_MYSQL: Final = """
    SELECT p.id, p.user, coalesce(t.trx_query, p.info, ''),
        timestampdiff(SECOND, coalesce(t.trx_started, now()), now())
    FROM information_schema.processlist p
    LEFT JOIN information_schema.innodb_trx t ON t.trx_mysql_thread_id = p.id
    WHERE p.id <> connection_id() AND p.db = database()
    AND (t.trx_id IS NOT NULL OR p.command <> 'Sleep')
    ORDER BY 4 DESC
"""
_POSTGRESQL_RUNNING: Final = """
    SELECT count(*) FROM pg_catalog.pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = 'active'
    AND query <> '' AND query = left(:statement, length(query))
"""
_MYSQL_RUNNING: Final = """
    SELECT count(*) FROM information_schema.processlist
    WHERE db = database() AND id <> connection_id() AND command = 'Query' AND info = :statement
"""


def postgresql_runs(connection: Connection, statement: str) -> bool:
    """Return whether another session executes a statement; what is seen of it may be cut off."""
    return _runs(connection, _POSTGRESQL_RUNNING, statement)


def mysql_runs(connection: Connection, statement: str) -> bool:
    """Return whether another session executes a statement."""
    return _runs(connection, _MYSQL_RUNNING, statement)


def _runs(connection: Connection, query: str, statement: str) -> bool:
    return bool(connection.scalar(sa.text(query), {"statement": statement}))


def postgresql_blockers(connection: Connection, statement: str) -> tuple[Blocker, ...]:
    """Return the sessions that hold a lock on what the statement names, the oldest first."""
    words = words_of(statement)
    text = sa.text(_POSTGRESQL).bindparams(sa.bindparam("words", expanding=True))
    return _blockers(connection, text, {"words": sorted({*words, *map(str.lower, words)}) or [""]})


def mysql_blockers(connection: Connection) -> tuple[Blocker, ...]:
    """Return the sessions of this database that have a transaction or a statement open.

    The server tells who waits for a metadata lock, but not who holds it.
    """
    return _blockers(connection, sa.text(_MYSQL), {})


def _blockers(
    connection: Connection, query: sa.TextClause, values: dict[str, object]
) -> tuple[Blocker, ...]:
    try:
        rows = connection.execute(query, values).all()
    except DBAPIError:
        return ()
    return tuple(
        Blocker(int(pid), str(name or ""), float(age or 0), " ".join(str(text or "").split()))
        for pid, name, text, age in rows
    )
