"""What the log tells of the past: which revisions are applied, and from which files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from .journal import Journal, State
from .log_table import LEASE_ID

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext

    from .journal import Entry


@dataclass(frozen=True)
class Run:
    """One revision run that came to its end."""

    id: int
    revision: str
    direction: str
    checksum: str
    file: str


@dataclass(frozen=True)
class Past:
    """The log of one database, read."""

    unfinished: Entry | None = None
    applied: tuple[Run, ...] = ()
    """The runs that brought what the database has, since it was stamped last."""

    @classmethod
    def of(cls, journal: Journal) -> Past:
        """Read the log; an empty one where there is none."""
        return cls(journal.unfinished(), _applied(journal)) if journal.exists() else cls()


@dataclass(frozen=True)
class KeptFile:
    """A revision file as the log has kept it."""

    revision: str
    file: str
    source: str


def kept_file(journal: Journal, revision: str) -> KeptFile | None:
    """Return the file from which a revision was run last; None where the log has none."""
    if not journal.exists():
        return None
    c = journal.table.c
    row = journal.connection.execute(
        sa.select(c.revision, c.file, c.source)
        .where(c.revision == revision, c.source != "", c.source.is_not(None))
        .order_by(c.id.desc())
    ).first()
    return None if row is None else KeptFile(*row)


def keeps_file(context: MigrationContext, revision: str) -> bool:
    """Return whether the log of a database has the file of a revision."""
    return context.connection is not None and kept_file(Journal(context), revision) is not None


def _applied(journal: Journal) -> tuple[Run, ...]:
    c = journal.table.c
    rows = journal.connection.execute(
        sa.select(c.id, c.revision, c.direction, c.checksum, c.file)
        .where(c.id != LEASE_ID, c.state == str(State.DONE))
        .order_by(c.id)
    )
    applied: dict[str, Run] = {}
    for row in rows:
        run = Run(*row)
        if run.direction == "stamp":
            applied.clear()
            continue
        applied.pop(run.revision, None)
        if run.direction == "upgrade":
            applied[run.revision] = run
    return tuple(applied.values())
