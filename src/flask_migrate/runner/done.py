"""One statement that a revision run has done: the hash that stands for it, and its answer."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, time
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from .answers import Answer

if TYPE_CHECKING:
    from collections.abc import Iterable

DIGEST_LENGTH: Final = 16
"""Characters of the hash: the first half stands for the text, the other for the parameters."""
_HALF: Final = DIGEST_LENGTH // 2
_OF_THE_MOMENT: Final = (date, time, UUID)
"""Values that differ from run to run, and do not tell statements apart."""


@dataclass(frozen=True)
class Done:
    """What the journal keeps of one statement."""

    hash: str
    answer: Answer

    @property
    def line(self) -> str:
        """What is written."""
        return f"{self.hash}{self.answer}\n"

    @classmethod
    def of_lines(cls, text: str) -> tuple[Done, ...]:
        """Read what was written of all statements of a run."""
        lines = text.splitlines()
        return tuple(cls(i[:DIGEST_LENGTH], Answer.of(i[DIGEST_LENGTH:])) for i in lines)


def digest(statement: str, parameters: Any) -> str:
    """Return the hash of a statement; the order of its parameters does not matter.

    A revision that takes them from a set gets them in another order each time.
    """
    return _half(" ".join(statement.split())) + _half("\0".join(sorted(_told(parameters))))


def same_statement(then: str, now: str, *, edited: bool) -> bool:
    """Return whether two hashes stand for the same statement of a file.

    Where the file is the same, its parameters may be others: it may have asked
    for the time, or made a random password.
    """
    return then == now if edited else then[:_HALF] == now[:_HALF]


def _told(parameters: Any) -> Iterable[str]:
    if isinstance(parameters, dict):
        parameters = parameters.values()
    elif not isinstance(parameters, (list, tuple)):
        yield (
            type(parameters).__name__
            if isinstance(parameters, _OF_THE_MOMENT)
            else repr(parameters)
        )
        return
    for parameter in parameters:
        if isinstance(parameter, (dict, list, tuple)):
            yield "\1".join(sorted(_told(parameter)))
        else:
            yield from _told(parameter)


def _half(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_HALF]
