"""What the functions of the Python API return: frozen values, nothing printed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True)
class Change:
    """One difference between the models and the database.

    `sign` is ``+`` for what the models add, ``-`` for what they no longer have and
    ``~`` for what they have otherwise; `bind` is None for the main database.
    """

    sign: str
    text: str
    bind: str | None = None

    def __str__(self) -> str:
        return f"{self.sign} {f'[{self.bind}] ' if self.bind else ''}{self.text}"


@dataclass(frozen=True)
class RevisionInfo:
    """One revision file: who it is, where it stands in the history."""

    revision: str
    down_revisions: tuple[str, ...]
    branch_labels: tuple[str, ...]
    depends_on: tuple[str, ...]
    message: str
    path: str
    is_head: bool
    is_branch_point: bool
    is_merge_point: bool
    is_current: bool
    next_revisions: tuple[str, ...]
    line: str
    """The revision in one line, as Alembic writes it."""
    entry: str
    """The revision in full, as Alembic writes it."""


@dataclass(frozen=True)
class Initialised:
    """What `init` wrote."""

    directory: str
    template: str
    files: tuple[str, ...]


@dataclass(frozen=True)
class Written:
    """The revision files that were written, and what is in them.

    No revision at all means that the models and the database agree.
    """

    revisions: tuple[RevisionInfo, ...]
    changes: tuple[Change, ...] = ()
    verified: bool = False
    """Whether they were tried up, down and up again."""
    unfilled: tuple[str, ...] = ()
    """The columns, as ``table.column``, for whose rows the files leave a place for a value."""

    @property
    def paths(self) -> tuple[str, ...]:
        """The files, as absolute paths."""
        return tuple(revision.path for revision in self.revisions)


@dataclass(frozen=True)
class Step:
    """One revision that was run on one database."""

    revision: str
    message: str
    direction: str
    """``upgrade``, ``downgrade`` or ``stamp``."""
    seconds: float
    bind: str | None = None


@dataclass(frozen=True)
class Position:
    """Where one database stands."""

    bind: str | None
    database: str
    """The URL, its password hidden."""
    revisions: tuple[RevisionInfo, ...]

    @property
    def at_head(self) -> bool:
        """Whether each of its revisions is a head."""
        return bool(self.revisions) and all(r.is_head for r in self.revisions)


@dataclass(frozen=True)
class Applied:
    """What `upgrade`, `downgrade` or `stamp` did, and where it led."""

    steps: tuple[Step, ...]
    positions: tuple[Position, ...]
    sql: str | None = None
    """The statements, when they were asked for instead of being run."""
    files: tuple[str, ...] = ()
    """The files that env.py wrote statements to; that of a multidb folder writes one each."""
    rehearsed: bool = False
    """Whether it was a dry run: the steps are those that would have been taken."""
    backups: tuple[str, ...] = ()
    """The copies of the databases that were made before, as absolute paths."""


@dataclass(frozen=True)
class Branch:
    """A revision from which several others follow."""

    point: RevisionInfo
    children: tuple[RevisionInfo, ...]


@dataclass(frozen=True)
class Template:
    """A template that `init` can write."""

    name: str
    synopsis: str


@dataclass(frozen=True)
class Blocker:
    """A session of the database that is in a statement's way."""

    pid: int
    """The server's number for it."""
    application: str
    age: float
    """Seconds since its transaction began."""
    query: str
    """What it does, or did last."""

    def __str__(self) -> str:
        name = f" ({self.application})" if self.application else ""
        return f"session {self.pid}{name}, for {self.age:.0f} s: {self.query[:80] or 'idle'}"


@dataclass(frozen=True)
class Holder:
    """Who holds the migration lock of a database; None for what the database does not tell.

    `since` is in UTC, `description` all of it in words.
    """

    host: str | None
    pid: int | None
    since: datetime | None
    description: str

    def __str__(self) -> str:
        return self.description


@dataclass(frozen=True)
class Interruption:
    """A revision run that neither came to its end nor left nothing behind."""

    revision: str
    direction: str
    state: str
    """``running``: its process has died; ``failed``: the database refused a statement."""
    statements: int
    """How many of its statements are done."""
    started_at: datetime
    """In UTC."""
    host: str
    pid: int
    message: str | None
    """What was said about the run."""


@dataclass(frozen=True)
class MissingRevision:
    """A revision that the database has and the folder lacks."""

    revision: str
    file: str | None
    """The name that its file had; None where the log does not have it."""


@dataclass(frozen=True)
class Status:
    """How one database is, beside the folder and the models."""

    bind: str | None
    database: str
    """The URL, its password hidden."""
    revisions: tuple[str, ...]
    """Where it stands."""
    heads: tuple[str, ...]
    """The newest revisions of the folder."""
    pending: tuple[RevisionInfo, ...]
    """What `upgrade heads` would run; nothing where it stands at a revision that is missing."""
    interrupted: Interruption | None
    edited: tuple[RevisionInfo, ...]
    """The revisions whose files are no longer as they were when they ran."""
    missing: tuple[MissingRevision, ...]
    drift: tuple[Change, ...] | None
    """How the models differ from it; None where it was not compared, as it is not at the head."""
    holder: Holder | None
    """Who migrates it now."""

    @property
    def is_well(self) -> bool:
        """Whether nothing is left to do; somebody who migrates it now changes nothing about it."""
        found = (self.pending, self.interrupted, self.edited, self.missing, self.drift)
        return not any(found)


@dataclass(frozen=True)
class PlannedStatement:
    """A statement that a revision will run, and what is known of its cost."""

    sql: str
    tables: tuple[str, ...]
    """The tables that it is about."""
    blocks: str
    """What has to wait: ``nothing``, ``rows`` (who wants the same), ``writes``,
    ``reads and writes``, or ``unknown``."""
    long: bool | None
    """Whether it takes the longer the more rows there are; None where that is not known."""
    rewrites: bool | None
    """Whether it writes the whole table anew; None where that is not known."""


@dataclass(frozen=True)
class PlannedRevision:
    """A revision that will run."""

    revision: RevisionInfo
    statements: tuple[PlannedStatement, ...]
    problem: str | None
    """Why there may be more statements than could be told beforehand."""


@dataclass(frozen=True)
class TableSize:
    """How many rows a table has."""

    name: str
    rows: int | None
    """None where the database does not know."""
    exact: bool
    """Whether they were counted; else it is the database's estimate."""


@dataclass(frozen=True)
class Plan:
    """What an upgrade of one database will run."""

    bind: str | None
    database: str
    """The URL, its password hidden."""
    revisions: tuple[str, ...]
    """Where it stands."""
    steps: tuple[PlannedRevision, ...]
    tables: tuple[TableSize, ...]
    """The tables that exist and are touched."""


@dataclass(frozen=True)
class Repair:
    """A database with an interrupted revision, and what became of it."""

    bind: str | None
    database: str
    """The URL, its password hidden."""
    interrupted: Interruption
    done: tuple[str, ...]
    """The statements that are done, as the file has them now."""
    next: str | None
    """The statement at which it stopped, if the file has it."""
    uncertain: bool
    """Whether that one may be done, too."""
    edited: bool
    """Whether the file has other statements now than those that are done."""
    outcome: str | None
    """``done`` or ``undone``, as the operator said; None where it was only looked at."""
    taken_back: tuple[str, ...]
    """What was executed to undo it, where the operator asked for that."""
    revisions: tuple[str, ...]
    """Where the database stands now."""


@dataclass(frozen=True)
class RecoveredFile:
    """A revision file that was written from a database's log."""

    revision: str
    path: str
    bind: str | None
    beside: bool
    """Whether it lies beside the folder's own file, which differs, under another name."""
