"""How far one revision run has come, statement by statement."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flask_migrate.errors import AnswerLost, RevisionEdited

from .answers import Answer, answer_given, answer_taken, read_from_context
from .done import Done, digest, same_statement
from .sql import Kind, kind_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .journal import Entry


@dataclass
class Statement:
    """One statement on its way to the database."""

    text: str
    parameters: Any
    cursor: Any
    context: Any
    send: Callable[[], None]
    """Sends it to the server."""
    kind: Kind = field(init=False)
    hash: str = field(init=False)

    def __post_init__(self) -> None:
        self.kind = kind_of(self.text)
        self.hash = digest(self.text, self.parameters)

    def done(self) -> Done:
        """Return what is to be kept of it, when it was sent."""
        answers = self.kind is Kind.ROWS
        return Done(self.hash, answer_taken(self.cursor, self.context) if answers else Answer())


@dataclass
class Tally:
    """How far one revision run has come."""

    entry: Entry
    edited: bool
    """Whether the file is another one than that from which the run began."""
    count: int = 0
    new: list[Done] = field(default_factory=list)
    written: int = 0
    """How many of the new ones are written down."""
    pending: str | None = None
    """How the database looked before the statement whose end is not known."""
    whole: bool = False
    """Whether what comes is part of a statement that is counted already."""
    savepoints: list[int] = field(default_factory=list)
    """How many were written down when each savepoint that is open was made."""

    @property
    def resuming(self) -> bool:
        """Whether the statement that comes was done before the interruption."""
        return self.count < len(self.entry.done)

    @property
    def unwritten(self) -> list[Done]:
        """What is done and not yet written down."""
        return self.new[self.written :]

    def pass_over(self, statement: Statement) -> None:
        """Count a statement as done; raises RevisionEdited where it is another one than then."""
        then = self.entry.done[self.count]
        self.compare(then.hash, statement)
        self.count += 1
        replaceable = read_from_context(statement.context)
        if then.answer.lost or (then.answer.columns is not None and not replaceable):
            raise AnswerLost(*self.entry.name, self.count, statement.text)
        answer_given(then.answer, statement.cursor, statement.context)

    def compare(self, then: str, statement: Statement) -> None:
        """Raise RevisionEdited where a statement is not the one that ran then."""
        self._compare(then, statement.hash, statement.text)

    def add(self, done: Done) -> None:
        """Count a statement that has just been done."""
        if not self.whole:
            self.count += 1
            self.new.append(done)

    @contextmanager
    def as_one(self, text: str) -> Iterator[bool]:
        """Count what is done inside the block as one; say whether it has to be done.

        It is counted first, so that it is written down in the transaction in which it is done.
        """
        hashed = digest(text, ())
        if self.resuming:
            self._compare(self.entry.done[self.count].hash, hashed, text)
            self.count += 1
            yield False
            return
        self.add(Done(hashed, Answer()))
        self.whole = True
        try:
            yield True
        except BaseException:
            if self.written < len(self.new):
                self.new.pop()
                self.count -= 1
            raise
        finally:
            self.whole = False

    def _compare(self, then: str, now: str, text: str) -> None:
        if not same_statement(then, now, edited=self.edited):
            raise RevisionEdited(self.entry.revision, self.count + 1, text, edited=self.edited)
