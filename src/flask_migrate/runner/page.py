"""The journal's row of the revision run that is under way, written as late as may be.

Where a revision and its row commit together, the row is written once, when all of it
is known. Where something is committed before, it is there first.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .journal import UNWRITTEN, State

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeAlias

    from .done import Done
    from .journal import Entry, Journal

    LastWords: TypeAlias = tuple[Entry, dict[str, Any]]
    """A row as it was begun, and what differs in it at the end."""


class Page:
    """What is known of one revision run, and what of it is written."""

    def __init__(self, journal: Journal, entry: Entry) -> None:
        self._journal = journal
        self.entry = entry
        self._new: Sequence[Done] = ()
        self._settled = 0
        self.behind = False
        """Whether something is done for good of which the row does not tell."""

    @property
    def written(self) -> bool:
        """Whether the row was written, though perhaps in a transaction that was rolled back."""
        return self.entry.id != UNWRITTEN

    def open(self, **values: Any) -> None:
        """Write the row, where it is not there yet."""
        if not self.written:
            self.entry = replace(self.entry, id=self._journal.insert(self.entry, values))

    def resume(self) -> None:
        """Write that an interrupted revision goes on; the file of then stays for `recover`."""
        self._journal.write(self.entry.id, state=str(State.RUNNING))

    def adopt(self, path: str) -> None:
        """Write that an interrupted revision goes on from the file as it is now."""
        self._journal.adopt(self.entry.id, path)

    def put(self, count: int, new: Sequence[Done], **values: Any) -> None:
        """Write how many statements are done, what is not yet written of them, and more."""
        values = {"pending": None, **values}
        self.behind = False
        lines = "".join(done.line for done in new)
        if not self.written:
            self.open(statements=count, hashes=lines, **values)
            return
        if new:
            values |= {"statements": count, "hashes": self._journal.table.c.hashes + lines}
        self._journal.write(self.entry.id, **values)

    def finish(self, count: int, new: Sequence[Done], seconds: float) -> None:
        """Write that the revision has run, in the transaction that says so of the database."""
        if self.written:
            self.put(count, new, state=str(State.DONE), seconds=seconds)
        else:
            self._journal.insert_finished(*self.last_words(count, new, seconds))

    def last_words(self, count: int, new: Sequence[Done], seconds: float) -> LastWords:
        """Return the row of a revision that has run, where it is not there yet."""
        lines = "".join(done.line for done in new)
        told = {"statements": count, "hashes": lines, "pending": None}
        return self.entry, {**told, "state": str(State.DONE), "seconds": seconds}

    def settled(self, new: Sequence[Done]) -> None:
        """Remember what is done for good: the server committed it, whatever the row says."""
        self._new, self._settled = new, len(new)
        self.behind = True

    def catch_up(self) -> None:
        """Write what is done for good, where a rollback has taken it from the row."""
        if self._settled and self.written:
            done = (*self.entry.done, *self._new[: self._settled])
            lines = "".join(each.line for each in done)
            self._journal.lengthen(self.entry.id, len(done), lines)

    def fail(self) -> None:
        """Write that the revision failed: its last statement was not executed.

        A row that was rolled back with all of the revision is not missed.
        """
        failed = str(State.FAILED)
        there = self.written and self._journal.write(self.entry.id, state=failed, pending=None)
        if there:
            self.catch_up()
        elif self._journal.stays:
            self._journal.forget()
            self.entry = replace(self.entry, id=UNWRITTEN)
            self.open(state=failed)
