"""The journal: what was done, written down as it is done, in `alembic_version_log`."""

from __future__ import annotations

import hashlib
import tokenize
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from flask_migrate.databases import database_named

from .done import Done
from .log_table import LEASE_ID, Process, log_table, utc_now

if TYPE_CHECKING:
    from collections.abc import Mapping
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


UNWRITTEN: Final = -1
"""The id of a row that is not there yet."""
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
    alone: bool = True
    """Whether a lock keeps others from writing rows meanwhile."""
    _exists: bool = field(default=False, init=False)
    _last_id: int | None = field(default=None, init=False)
    _ways: dict[tuple[Path, Path], str] = field(default_factory=dict, init=False)

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

    def begun(self, revision: str, direction: str, path: str | None) -> Entry:
        """Return what is to be written of a revision that begins to run; it has no id yet."""
        hashed, source = checksum(path) if path else ("", "")
        return Entry(
            id=UNWRITTEN,
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

    def insert(self, entry: Entry, values: Mapping[str, Any]) -> int:
        """Write the row of a revision run, with these values in it, and return its id."""
        if self._last_id is None or not self.alone:
            highest = self.connection.scalar(sa.select(sa.func.max(self.table.c.id)))
            self._last_id = max(highest or LEASE_ID, LEASE_ID)
        new_id = self._last_id + 1
        self.connection.execute(self.table.insert(), {**_row(entry), **values, "id": new_id})
        self._last_id = new_id
        return new_id

    def insert_finished(self, entry: Entry, values: Mapping[str, Any]) -> None:
        """Write the whole row of a revision run, whose id nobody needs."""
        if self.stays:
            self.insert(entry, values)
        else:
            self.connection.execute(*self.carried(entry, values))

    def carried(self, entry: Entry, values: Mapping[str, Any]) -> tuple[sa.Insert, dict[str, Any]]:
        """Return the statement of `insert_finished` and its values, to be sent with another."""
        self.forget()
        row = {**_row(entry), **values}
        del row["id"]
        return self._numbering, {f"log_{name}": value for name, value in row.items()}

    @property
    def stays(self) -> bool:
        """Whether a revision may have done something that no rollback takes back."""
        return self.context.dialect.name in ("mysql", "mariadb")

    @cached_property
    def _numbering(self) -> sa.Insert:
        """An INSERT in which the database takes the next id; not on MySQL and MariaDB."""
        c = self.table.c
        following = sa.select(sa.func.coalesce(sa.func.max(c.id), LEASE_ID) + 1)
        values: dict[str, Any] = {n.name: sa.bindparam(f"log_{n.name}", type_=n.type) for n in c}
        return self.table.insert().values(values | {"id": following.scalar_subquery()})

    def forget(self) -> None:
        """Forget what is known of the rows: others may have written, or ours were rolled back."""
        self._last_id = None

    def adopt(self, entry_id: int, path: str) -> None:
        """Write that an interrupted revision goes on from the file as it is now."""
        hashed, source = checksum(path)
        self.write(entry_id, checksum=hashed, file=self._file(path), source=source)

    def shorten(self, entry: Entry, statements: int) -> None:
        """Write that no more statements than so many are done: the others were taken back."""
        done = entry.done[:statements]
        hashes = "".join(each.line for each in done)
        self.write(entry.id, statements=len(done), hashes=hashes, pending=None)

    def finish(self, entry_id: int, state: State) -> None:
        """Write how a revision run ended that was interrupted."""
        self.write(entry_id, state=str(state), seconds=None, pending=None)

    def _way(self, parent: Path, root: Path) -> str:
        """Return what stands before the names of a folder's files, seen from another folder."""
        if (parent, root) not in self._ways:
            place, top = parent.resolve(), root.resolve()
            inside = top in place.parents
            self._ways[parent, root] = f"{place.relative_to(top).as_posix()}/" if inside else ""
        return self._ways[parent, root]

    def lengthen(self, entry_id: int, statements: int, lines: str) -> None:
        """Write which statements are done, unless the row tells of more."""
        c = self.table.c
        where = sa.and_(c.id == entry_id, c.statements < statements)
        values = {"statements": statements, "hashes": lines, "pending": None}
        self.connection.execute(self.table.update().where(where).values(**values))

    def write(self, entry_id: int, **values: Any) -> int:
        """Change a row, and return how many there were."""
        changed = self.table.update().where(self.table.c.id == entry_id).values(**values)
        return self.connection.execute(changed).rowcount

    def _file(self, path: str | None) -> str:
        folder = self.context.script
        if path is None or folder is None:
            return ""
        place = Path(path)
        if place.is_symlink():
            place = place.resolve()
        return self._way(place.parent, Path(folder.dir)) + place.name


def _row(entry: Entry) -> dict[str, Any]:
    values = {
        name: getattr(entry, name)
        for name in ("id", "revision", "direction", "checksum", "file", "source", "statements")
    }
    return values | {
        "state": str(entry.state),
        "pending": entry.pending,
        "seconds": entry.seconds,
        "token": None,
        "expires_at": None,
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
