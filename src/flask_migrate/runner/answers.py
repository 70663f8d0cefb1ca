"""What statements answered, kept in the journal: a revision that goes on is told it again.

A revision may insert a row and use its new id further on, or update in batches
until no row is left. When it goes on after an interruption, what ran is passed
over, and what it answered comes from here.
"""

from __future__ import annotations

import base64
import datetime as dt
import decimal
import json
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.engine.interfaces import ExecuteStyle

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST: Final = 20_000
"""Characters of an answer; one that is longer is not kept."""

_WRITTEN: Final[dict[type, tuple[str, Callable[[Any], str]]]] = {
    dt.datetime: ("datetime", dt.datetime.isoformat),
    dt.date: ("date", dt.date.isoformat),
    dt.time: ("time", dt.time.isoformat),
    decimal.Decimal: ("decimal", str),
    uuid.UUID: ("uuid", str),
    bytes: ("bytes", lambda value: base64.b64encode(value).decode()),
    memoryview: ("bytes", lambda value: base64.b64encode(value).decode()),
}
_READ: Final[dict[str, Callable[[str], Any]]] = {
    "datetime": dt.datetime.fromisoformat,
    "date": dt.date.fromisoformat,
    "time": dt.time.fromisoformat,
    "decimal": decimal.Decimal,
    "uuid": uuid.UUID,
    "bytes": base64.b64decode,
}
_MARK: Final = "flask-migrate:"


@dataclass(frozen=True)
class Answer:
    """The count of rows, the new id and the rows of one statement."""

    rowcount: int = -1
    lastrowid: int | None = None
    columns: tuple[tuple[str, Any], ...] | None = None
    """Names and the driver's codes of their types; None where there are no rows."""
    rows: list[Any] = field(default_factory=list)
    lost: bool = False
    """Whether there were rows that could not be kept."""

    def __str__(self) -> str:
        """Return it in one line of ASCII, empty where there is nothing to tell."""
        if self == Answer():
            return ""
        try:
            text = json.dumps(self._parts(), default=_written)
        except TypeError:
            text = ""
        if text and len(text) <= LONGEST:
            return text
        return json.dumps([self.rowcount, self.lastrowid, None, [], True])

    @classmethod
    def of(cls, text: str) -> Answer:
        """Read what `str()` wrote."""
        if not text:
            return cls()
        rowcount, lastrowid, columns, rows, lost = json.loads(text, object_hook=_read)
        named = None if columns is None else tuple((name, code) for name, code in columns)
        return cls(rowcount, lastrowid, named, [tuple(row) for row in rows], lost)

    def _parts(self) -> list[Any]:
        rows = [list(row) for row in self.rows]
        return [self.rowcount, self.lastrowid, self.columns, rows, self.lost]


class AnsweredCursor:
    """A cursor that has executed a statement, as SQLAlchemy uses it afterwards."""

    arraysize = 1

    def __init__(self, answer: Answer, cursor: Any) -> None:
        self._answer = answer
        self._cursor = cursor
        self._rows = list(answer.rows)
        self.rowcount = answer.rowcount
        self.lastrowid = answer.lastrowid
        self.description = (
            None
            if answer.columns is None
            else [(name, code, None, None, None, None, None) for name, code in answer.columns]
        )

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)

    def fetchone(self) -> Any:
        """Return the next row."""
        return self._rows.pop(0) if self._rows else None

    def fetchmany(self, size: int | None = None) -> list[Any]:
        """Return some rows."""
        size = size or self.arraysize
        rows, self._rows = self._rows[:size], self._rows[size:]
        return rows

    def fetchall(self) -> list[Any]:
        """Return all rows."""
        rows, self._rows = self._rows, []
        return rows

    def close(self) -> None:
        """Close the driver's cursor."""
        self._cursor.close()


def answer_taken(cursor: Any, context: Any) -> Answer:
    """Return what a statement has answered, and leave it there for SQLAlchemy to read."""
    rowcount = getattr(cursor, "rowcount", -1)
    lastrowid = getattr(cursor, "lastrowid", None)
    if not isinstance(lastrowid, int):
        lastrowid = None
    if cursor.description is None:
        return Answer(rowcount, lastrowid)
    if not read_from_context(context):
        return Answer(rowcount, lastrowid, lost=True)
    columns = tuple((name, _plain(code)) for name, code, *_ in cursor.description)
    answer = Answer(rowcount, lastrowid, columns, cursor.fetchall())
    context.cursor = AnsweredCursor(answer, cursor)
    return answer


def answer_given(answer: Answer, cursor: Any, context: Any) -> None:
    """Let SQLAlchemy read an answer of then, as if the statement had been executed."""
    context.cursor = AnsweredCursor(answer, cursor)


def read_from_context(context: Any) -> bool:
    """Return whether SQLAlchemy reads rows from `context.cursor`, so that it may be replaced."""
    return context.execute_style is not ExecuteStyle.INSERTMANYVALUES


def _plain(code: Any) -> Any:
    return code if isinstance(code, int) else None


def _written(value: Any) -> dict[str, str]:
    if type(value) not in _WRITTEN:
        raise TypeError
    name, write = _WRITTEN[type(value)]
    return {f"{_MARK}{name}": write(value)}


def _read(found: dict[str, Any]) -> Any:
    name = next(iter(found), "")
    return _READ[name.removeprefix(_MARK)](found[name]) if name.startswith(_MARK) else found
