"""The journal: what was done, written down as it is done, in `alembic_version_log`."""

from __future__ import annotations

import hashlib
import tokenize
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from flask_migrate.databases import database_named

from .done import Done
from .log_table import LEASE_ID, Process, log_table, utc_now

if TYPE_CHECKING:
    from datetime import datetime

    from alembic.runtime.migration import MigrationContext


class State(str, Enum):
    """How a revision run ended, or that it has not."""

    RUNNING = "running"
    FAILED = "failed"
    DONE = "done"
    UNDONE = "undone"

    def __str__(self) -> str:
        return self.value


UNFINISHED = (State.RUNNING, State.FAILED)


@dataclass(frozen=True)
class Entry:
    """One revision run."""

    id: int
    revision: str
    direction: str
    state: State
    checksum: str
    file: str
    """The revision's file as seen from the migrations folder; where it lies elsewhere, its name."""
    source: str
    statements: int
    done: tuple[Done, ...]
    pending: str | None
    started_at: datetime
    seconds: float | None
    process: Process
    message: str | None

    @property
    def name(self) -> tuple[str, str]:
        """The revision and the direction in which it ran."""
        return self.revision, self.direction

    def differs_from(self, path: str | None) -> bool:
        """Return whether a revision file is another one than that from which the run began."""
        return path is None or checksum(path)[0] != self.checksum


def checksum(path: str) -> tuple[str, str]:
    """Return the hash and the text of a revision file; no text of one that holds no source."""
    try:
        with tokenize.open(path) as file:
            source = file.read()
    except (SyntaxError, UnicodeError):
        return hashlib.sha256(Path(path).read_bytes()).hexdigest(), ""
    return hashlib.sha256(source.encode()).hexdigest(), source


@dataclass
class Journal:
    """The log of one database, written on the connection that migrates."""

    context: MigrationContext
    message: str | None = None
    _exists: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        self.table = log_table(self.context)

    @property
    def connection(self) -> sa.Connection:
        """The connection that migrates."""
        connection = self.context.connection
        if connection is None:
            raise RuntimeError("There is no journal without a connection.")
        return connection

    def ensure(self) -> None:
        """Create the table where it does not exist."""
        if not self.exists():
            self.table.create(self.connection, checkfirst=False)
        self._exists = True

    def exists(self) -> bool:
        """Return whether the table exists."""
        if not self._exists:
            database = database_named(self.connection.dialect.name)
            self._exists = database.has_table(self.connection, self.table)
        return self._exists

    def entries(self) -> list[Entry]:
        """Return every revision run, oldest first."""
        rows = sa.select(self.table).where(self.table.c.id != LEASE_ID).order_by(self.table.c.id)
        return [_entry(row) for row in self.connection.execute(rows)]

    def unfinished(self) -> Entry | None:
        """Return the revision run that was interrupted or failed, if there is one."""
        states = [str(state) for state in UNFINISHED]
        rows = (
            sa.select(self.table)
            .where(self.table.c.id != LEASE_ID, self.table.c.state.in_(states))
            .order_by(self.table.c.id.desc())
        )
        row = self.connection.execute(rows).first()
        return None if row is None else _entry(row)

    def begin(self, revision: str, direction: str, path: str | None) -> Entry:
        """Write that a revision begins to run."""
        hashed, source = checksum(path) if path else ("", "")
        highest = self.connection.scalar(sa.select(sa.func.max(self.table.c.id)))
        entry = Entry(
            id=max(highest or LEASE_ID, LEASE_ID) + 1,
            revision=revision,
            direction=direction,
            state=State.RUNNING,
            checksum=hashed,
            file=self._file(path),
            source=source,
            statements=0,
            done=(),
            pending=None,
            started_at=utc_now(),
            seconds=None,
            process=Process.this(),
            message=self.message,
        )
        self.connection.execute(self.table.insert().values(**_row(entry)))
        return entry

    def resume(self, entry: Entry) -> Entry:
        """Write that an interrupted revision goes on; the file of then stays for `recover`."""
        self._write(entry.id, state=str(State.RUNNING))
        return replace(entry, state=State.RUNNING)

    def adopt(self, entry_id: int, path: str) -> None:
        """Write that an interrupted revision goes on from the file as it is now."""
        hashed, source = checksum(path)
        self._write(entry_id, checksum=hashed, file=self._file(path), source=source)

    def announce(self, entry_id: int, pending: str) -> None:
        """Write how the database looks before a statement whose end may stay unknown."""
        self._write(entry_id, pending=pending)

    def record(self, entry_id: int, statements: int, new: list[Done]) -> None:
        """Write how many statements are done, and what is not yet written of them."""
        hashes = self.table.c.hashes + "".join(done.line for done in new)
        self._write(entry_id, statements=statements, hashes=hashes, pending=None)

    def shorten(self, entry: Entry, statements: int) -> None:
        """Write that no more statements than so many are done: the others were taken back."""
        done = entry.done[:statements]
        hashes = "".join(each.line for each in done)
        self._write(entry.id, statements=len(done), hashes=hashes, pending=None)

    def finish(self, entry_id: int, state: State, seconds: float | None = None) -> None:
        """Write how a revision run ended."""
        self._write(entry_id, state=str(state), seconds=seconds, pending=None)

    def fail(self, entry_id: int) -> None:
        """Write that a revision run failed: its last statement was not executed."""
        self._write(entry_id, state=str(State.FAILED), pending=None)

    def _file(self, path: str | None) -> str:
        folder = self.context.script
        if path is None or folder is None:
            return ""
        place = Path(path).resolve()
        root = Path(folder.dir).resolve()
        return place.relative_to(root).as_posix() if root in place.parents else place.name

    def _write(self, entry_id: int, **values: Any) -> None:
        self.connection.execute(
            self.table.update().where(self.table.c.id == entry_id).values(**values)
        )


def _row(entry: Entry) -> dict[str, Any]:
    values = {
        name: getattr(entry, name)
        for name in ("id", "revision", "direction", "checksum", "file", "source", "statements")
    }
    return values | {
        "state": str(entry.state),
        "hashes": "".join(done.line for done in entry.done),
        "started_at": entry.started_at,
        "host": entry.process.host,
        "pid": entry.process.pid,
        "message": entry.message and entry.message[:255],
    }


def _entry(row: Any) -> Entry:
    return Entry(
        id=row.id,
        revision=row.revision,
        direction=row.direction,
        state=State(row.state),
        checksum=row.checksum or "",
        file=row.file or "",
        source=row.source or "",
        statements=row.statements,
        done=Done.of_lines(row.hashes or ""),
        pending=row.pending,
        started_at=row.started_at,
        seconds=row.seconds,
        process=Process(row.host or "", row.pid or 0),
        message=row.message,
    )
