"""PostgreSQL, told by its error codes (SQLSTATE), and by its words where a driver gives no code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from .base import CREATE, GRANT, LOG_IN, Database, first_line

if TYPE_CHECKING:
    from sqlalchemy.exc import DBAPIError

INSUFFICIENT_PRIVILEGE: Final = "42501"
UNDEFINED_TABLE: Final = "42P01"
_ADVICE: Final = {"28P01": LOG_IN, "28000": LOG_IN, "3D000": CREATE, INSUFFICIENT_PRIVILEGE: GRANT}
_ADVICE_BY_WORDS: Final = {
    r"authentication failed|no password supplied|role .* does not exist": LOG_IN,
    r"database .* does not exist": CREATE,
    r"permission denied for database": GRANT,
}
_PLACE = re.compile(r"^connection to server .*? failed: (?:FATAL: +)?|^FATAL: +")
_CLASS = re.compile(r"^<class '[\w.]+'>: ")


class PostgreSQL(Database):
    """PostgreSQL 15 and newer."""

    names = frozenset({"postgresql"})

    def reason(self, error: BaseException) -> str:
        """Return the first line, and the detail in brackets."""
        line = _PLACE.sub("", _CLASS.sub("", first_line(error)))
        detail = re.search(r"^DETAIL: +(.+?)\.?$", str(error), re.MULTILINE)
        return f"{line} ({detail[1]})" if detail else line

    def connection_advice(self, error: BaseException) -> str:
        """Return what to do, by the code or the words."""
        by_words = (a for w, a in _ADVICE_BY_WORDS.items() if re.search(w, str(error)))
        advice = _ADVICE.get(_code(error) or "") or next(by_words, None)
        return advice or super().connection_advice(error)

    def is_permission_error(self, error: DBAPIError) -> bool:
        """Return whether the code is ``insufficient_privilege``."""
        return _code(error.orig) == INSUFFICIENT_PRIVILEGE

    def is_missing_table(self, error: DBAPIError) -> bool:
        """Return whether the code is ``undefined_table``."""
        return _code(error.orig) == UNDEFINED_TABLE


def _code(error: BaseException | None) -> str | None:
    """Return the SQLSTATE; psycopg2 calls it pgcode, the other drivers sqlstate."""
    return getattr(error, "pgcode", None) or getattr(error, "sqlstate", None)
