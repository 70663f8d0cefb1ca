"""Revisions and their history: not found, not unique, not in order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .base import MigrateError
from .words import listed, place, upgrade_to

if TYPE_CHECKING:
    from collections.abc import Sequence


class RevisionError(MigrateError):
    """Something is wrong with a revision or with the history."""


class RevisionNotFound(RevisionError):
    """No revision has this name."""

    def __init__(self, revision: str, directory: str, close: Sequence[str] = ()) -> None:
        self.revision = revision
        self.directory = directory
        hint = f"Did you mean {listed(close)}? " if close else ""
        super().__init__(
            f"Can't locate revision identified by '{revision}' in '{directory}'. "
            f"{hint}To see all revisions, type: flask db history"
        )


class RevisionAmbiguous(RevisionError):
    """A shortened revision id fits several revisions."""

    def __init__(self, revision: str, candidates: Sequence[str]) -> None:
        self.revision = revision
        self.candidates = tuple(candidates)
        super().__init__(
            f"Revision '{revision}' is ambiguous: {listed(self.candidates)} begin with it. "
            "Type more characters."
        )


class RevisionExists(RevisionError):
    """The id or the label chosen for a new revision is taken."""

    def __init__(self, revision: str, path: str, option: str) -> None:
        self.revision = revision
        self.path = path
        self.option = option
        super().__init__(
            f"The name '{revision}' is taken by {path}. Nothing was changed. "
            f"Choose another {option}, or leave it out."
        )


class RevisionNotKept(RevisionError):
    """The log of no database has the file of a revision."""

    def __init__(self, revision: str) -> None:
        self.revision = revision
        super().__init__(
            f"No database has kept the file of a revision '{revision}': it has not run there since "
            "alembic_version_log is written. Get the file from version control, in another branch "
            "or an older commit."
        )


class SeveralHeads(RevisionError):
    """A single head was needed, and the history has several."""

    def __init__(self, heads: Sequence[str], command: str) -> None:
        self.heads = tuple(heads)
        self.command = command
        super().__init__(
            f"Multiple head revisions are present: {listed(self.heads)}. "
            "Join them with: flask db merge heads; or say which is meant: "
            f"{_HEADS_ADVICE.get(command, 'name one revision')}."
        )


_HEADS_ADVICE: Final = {
    "upgrade": "flask db upgrade <revision>, or flask db upgrade heads for all",
    "downgrade": "flask db downgrade <revision>, or <branch>@-1",
    "revision": "--head <revision>",
    "stamp": "flask db stamp <revision>, or flask db stamp heads for all",
    "show": "flask db show <revision>, or flask db show heads for all",
    "history": "flask db history -r <revision>:<revision>",
}


class NotUpToDate(RevisionError):
    """A new revision can be generated only against an upgraded database."""

    def __init__(self, current: Sequence[str], heads: Sequence[str]) -> None:
        self.current = tuple(current)
        self.heads = tuple(heads)
        super().__init__(
            f"Target database is not up to date: it is at {place(self.current)}, "
            f"the newest revision is {listed(self.heads)}. First type: {upgrade_to(self.heads)}"
        )


class RevisionFileError(RevisionError):
    """A revision file cannot be used."""

    def __init__(self, path: str, problem: str) -> None:
        self.path = path
        super().__init__(f"Revision file {path} {problem}")


class HistoryBroken(RevisionFileError):
    """The revisions go round in a circle."""

    def __init__(self, path: str, revisions: Sequence[str]) -> None:
        self.revisions = tuple(revisions)
        super().__init__(path, f"is part of a cycle: {_circle(self.revisions)}")


def _circle(revisions: Sequence[str]) -> str:
    if len(revisions) == 1:
        return f"{revisions[0]} comes before itself. Correct its down_revision or depends_on."
    return (
        f"{listed(revisions)} come before each other. "
        "Correct down_revision or depends_on in one of them."
    )
