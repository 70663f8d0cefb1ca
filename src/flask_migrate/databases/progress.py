"""How far a statement is, where the server tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

if TYPE_CHECKING:
    from sqlalchemy import Connection

_POSTGRESQL: Final = sa.text("""
    SELECT phase,
        CASE WHEN phase LIKE '%waiting%' THEN lockers_total
            WHEN tuples_total > 0 THEN tuples_total ELSE blocks_total END,
        CASE WHEN phase LIKE '%waiting%' THEN lockers_done
            WHEN tuples_total > 0 THEN tuples_done ELSE blocks_done END
    FROM pg_catalog.pg_stat_progress_create_index WHERE pid = :pid
    UNION ALL
    SELECT phase, heap_blks_total, heap_blks_scanned
    FROM pg_catalog.pg_stat_progress_vacuum WHERE pid = :pid
    UNION ALL
    SELECT phase, heap_blks_total, heap_blks_scanned
    FROM pg_catalog.pg_stat_progress_cluster WHERE pid = :pid
""")
"""Phase, total and done; from PostgreSQL's chapter "Progress Reporting"."""
_MARIADB: Final = sa.text("""
    SELECT state, stage, max_stage, progress
    FROM information_schema.processlist WHERE id = :id
""")
"""`progress` is in percent of the stage; from MariaDB's page "Progress Reporting"."""


@dataclass(frozen=True)
class Share:
    """How much of a statement is done, from 0 to 1, and what it does just now."""

    fraction: float | None = None
    stage: str = ""


def postgresql_progress(connection: Connection, pid: str) -> Share:
    """Return how far the present phase is; a statement may have several, one after another."""
    found = connection.execute(_POSTGRESQL, {"pid": int(pid)}).first()
    if found is None:
        return Share()
    phase, total, done = found
    return Share(_fraction(done, total), phase.rpartition(": ")[2])


def mariadb_progress(connection: Connection, session_id: str) -> Share:
    """Return how far the statement is, over all of its stages."""
    found = connection.execute(_MARIADB, {"id": int(session_id)}).first()
    if found is None or not found.max_stage:
        return Share()
    done = found.stage - 1 + float(found.progress) / 100
    return Share(_fraction(done, found.max_stage), found.state or "")


def _fraction(done: float, total: float) -> float | None:
    return min(1.0, max(0.0, done / total)) if total else None
