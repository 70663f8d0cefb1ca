"""Revisions that were interrupted, and do not go on by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .base import MigrateError

if TYPE_CHECKING:
    from collections.abc import Sequence


class InterruptionError(MigrateError):
    """A revision was interrupted, and does not go on by itself."""


class RevisionInterrupted(InterruptionError):
    """Something else was asked for than going on with the revision that was interrupted."""

    def __init__(self, revision: str, direction: str, statements: int) -> None:
        self.revision = revision
        self.direction = direction
        self.statements = statements
        super().__init__(
            f"The {direction} of revision {revision} was interrupted after {statements} "
            f"statements. Go on with: flask db {direction}; or say what became of it: "
            "flask db repair"
        )


class RevisionEdited(InterruptionError):
    """A revision was interrupted, and has other statements now than those that ran then.

    Where its file is the same (`edited` is False), they depend on something else.
    """

    def __init__(
        self, revision: str, number: int, statement: str | None, *, edited: bool = True
    ) -> None:
        self.revision = revision
        self.number = number
        self.statement = statement
        self.edited = edited
        now = "is missing now" if statement is None else f"is now: {' '.join(statement.split())}"
        reason, advice = _OTHERWISE[edited]
        super().__init__(
            f"Revision {revision} was interrupted, and {reason}: statement {number}, which ran "
            f"already, {now}. {advice.format(revision=revision)}, or say what became of them: "
            "flask db repair"
        )


_PUT_BACK = (
    "Put the statements that ran back as they were "
    "(flask db recover {revision} writes the file of then)"
)


_MAKE_SURE = (
    "What it does depends on rows, on the time or on the order of a set; see that it does the "
    "same again"
)


_OTHERWISE = {
    True: ("its file was edited since", _PUT_BACK),
    False: ("does something else now, though its file is the same", _MAKE_SURE),
}


class CannotUndo(InterruptionError):
    """Nothing tells how to take back what an interrupted revision has done."""

    def __init__(
        self, revision: str, direction: str, statements: Sequence[str], *, edited: bool = False
    ) -> None:
        self.revision = revision
        self.direction = direction
        self.statements = tuple(" ".join(statement.split()) for statement in statements)
        self.edited = edited
        reason = (
            "its file is gone or was edited, and so does not tell what was done"
            if edited
            else f"nothing takes back: {'; '.join(self.statements)}"
        )
        super().__init__(
            f"The {direction} of revision {revision} cannot be undone by itself: {reason}. Nothing "
            "was changed. Undo by hand what is done, and say so: flask db repair --undone"
        )


class AnswerLost(InterruptionError):
    """A revision was interrupted, and cannot go on without the rows that a statement returned."""

    def __init__(self, revision: str, direction: str, number: int, statement: str) -> None:
        self.revision = revision
        self.direction = direction
        self.number = number
        self.statement = statement
        super().__init__(
            f"The {direction} of revision {revision} was interrupted, and cannot go on: the rows "
            f"that statement {number} returned then were not kept: {' '.join(statement.split())}. "
            "Finish it or undo it by hand, and say so: flask db repair"
        )
