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
