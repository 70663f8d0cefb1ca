"""What a statement has others wait for, by its kind: a small table for each database.

The sources are the manuals: PostgreSQL's "Explicit Locking" and ALTER TABLE, MariaDB's
"InnoDB Online DDL Operations", SQLite's "File Locking" and ALTER TABLE. What no
line of a table knows is unknown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from .fingerprints import unquoted
from .sqlite_rebuild.rebuild import ASIDE

NAME: Final = r'(?:`(?:[^`]|``)+`|"(?:[^"]|"")+"|[\w$]+)'
_PLACE: Final = rf"(?:{NAME}\.)?({NAME})"
_TABLE: Final = re.compile(
    rf"\b(?:ALTER\s+TABLE(?:\s+IF\s+EXISTS)?(?:\s+ONLY)?|DROP\s+TABLE(?:\s+IF\s+EXISTS)?"
    rf"|(?:INSERT|REPLACE)(?:\s+IGNORE)?\s+INTO|UPDATE(?:\s+ONLY)?|DELETE\s+FROM"
    rf"|TRUNCATE(?:\s+TABLE)?|REFERENCES|RENAME\s+TABLE|FROM|JOIN"
    rf"|(?:CREATE\s+(?:UNIQUE\s+)?|DROP\s+)INDEX\b[^(;]*?\bON(?:\s+ONLY)?)\s+{_PLACE}",
    re.IGNORECASE,
)
_SEVERAL: Final = re.compile(
    r",\s*(?:ADD|DROP|ALTER|RENAME|MODIFY|CHANGE|VALIDATE)\s", re.IGNORECASE
)
_TEXT: Final = re.compile(r"'(?:[^']|'')*'")


@dataclass(frozen=True)
class Effect:
    """What has to wait, whether for long, and whether the table is written anew."""

    blocks: str
    long: bool | None
    rewrites: bool | None


UNKNOWN: Final = Effect("unknown", None, None)
NOTHING: Final = Effect("nothing", long=False, rewrites=False)
ROWS: Final = Effect("rows", long=None, rewrites=False)
MOMENT: Final = Effect("reads and writes", long=False, rewrites=False)
WRITES_MOMENT: Final = Effect("writes", long=False, rewrites=False)
WRITES_LONG: Final = Effect("writes", long=True, rewrites=False)
READING: Final = Effect("reads and writes", long=True, rewrites=False)
REWRITING: Final = Effect("reads and writes", long=True, rewrites=True)
REBUILT: Final = Effect("writes", long=True, rewrites=True)
BESIDE: Final = Effect("nothing", long=True, rewrites=False)

_COLUMN: Final = rf"(?:COLUMN\s+)?(?:IF\s+(?:NOT\s+)?EXISTS\s+)?{NAME}"
_ALTER: Final = rf"ALTER\s+TABLE\s+(?:IF\s+EXISTS\s+)?(?:ONLY\s+)?(?:{NAME}\.)?{NAME}\s+"
_NAMED: Final = rf"ADD\s+(?:CONSTRAINT\s+{NAME}\s+)?"
_SCHEMA: Final = r"(?:TEMPORARY\s+|TEMP\s+|OR\s+REPLACE\s+)?"

_POSTGRESQL: Final = (
    (r"CREATE\s+(?:TEMP(?:ORARY)?\s+|UNLOGGED\s+)?TABLE\b(?=.*\bREFERENCES\b)", WRITES_MOMENT),
    (r"CREATE\s+(?:TEMP(?:ORARY)?\s+|UNLOGGED\s+)?TABLE\b(?!.*\bPARTITION\s+OF\b)", NOTHING),
    (rf"CREATE\s+{_SCHEMA}(?:VIEW|SEQUENCE|SCHEMA|EXTENSION|TYPE|FUNCTION)\b", NOTHING),
    (r"ALTER\s+TYPE\b.*\bADD\s+VALUE\b|COMMENT\s+ON\b", NOTHING),
    (r"(?:CREATE\s+(?:UNIQUE\s+)?|DROP\s+)INDEX\s+CONCURRENTLY\b", BESIDE),
    (r"CREATE\s+(?:UNIQUE\s+)?INDEX\b", WRITES_LONG),
    (r"DROP\s+(?:INDEX|TABLE)\b|TRUNCATE\b", MOMENT),
    (_ALTER + _NAMED + r"FOREIGN\s+KEY\b.*\bNOT\s+VALID\b", WRITES_MOMENT),
    (_ALTER + _NAMED + r"FOREIGN\s+KEY\b", WRITES_LONG),
    (_ALTER + _NAMED + r"CHECK\b.*\bNOT\s+VALID\b", MOMENT),
    (_ALTER + _NAMED + r"(?:UNIQUE|PRIMARY\s+KEY)\s+USING\s+INDEX\b", UNKNOWN),
    (_ALTER + _NAMED + r"(?:CHECK|UNIQUE|PRIMARY\s+KEY|EXCLUDE)\b", READING),
    (_ALTER + r"VALIDATE\s+CONSTRAINT\b", BESIDE),
    (_ALTER + rf"ADD\s+{_COLUMN}\s+(?:BIG|SMALL)?SERIAL\b", REWRITING),
    (_ALTER + rf"ADD\s+{_COLUMN}\s.*\bGENERATED\b", REWRITING),
    (_ALTER + rf"ADD\s+{_COLUMN}\s.*\b(?:UNIQUE|PRIMARY|REFERENCES|CHECK)\b", UNKNOWN),
    (_ALTER + rf"ADD\s+{_COLUMN}\s.*\bDEFAULT\b.*\(", UNKNOWN),
    (_ALTER + rf"ADD\s+{_COLUMN}\s", MOMENT),
    (
        _ALTER + rf"ALTER\s+{_COLUMN}\s+(?:SET\s+DATA\s+)?TYPE\b",
        Effect("reads and writes", None, None),
    ),
    (_ALTER + rf"ALTER\s+{_COLUMN}\s+SET\s+NOT\s+NULL\b", READING),
    (_ALTER + rf"ALTER\s+{_COLUMN}\s+(?:(?:SET|DROP)\s+DEFAULT|DROP\s+NOT\s+NULL)\b", MOMENT),
    (_ALTER + r"(?:DROP|RENAME)\b", MOMENT),
    (r"INSERT\b|UPDATE\b|DELETE\b", ROWS),
)
_MARIADB: Final = (
    (r"CREATE\s+(?:TEMPORARY\s+)?TABLE\b(?!.*\bSELECT\b)", NOTHING),
    (r"CREATE\s+(?:OR\s+REPLACE\s+)?(?:VIEW|SEQUENCE)\b", NOTHING),
    (r"CREATE\s+(?:UNIQUE\s+)?INDEX\b", BESIDE),
    (r"DROP\s+(?:INDEX|TABLE)\b|RENAME\s+TABLE\b|TRUNCATE\b", MOMENT),
    (_ALTER + r"ADD\s+(?:UNIQUE\s+)?(?:INDEX|KEY)\b", BESIDE),
    (_ALTER + _NAMED + r"UNIQUE\b", BESIDE),
    (_ALTER + _NAMED + r"FOREIGN\s+KEY\b", REBUILT),
    (_ALTER + _NAMED + r"(?:CHECK|PRIMARY)\b", UNKNOWN),
    (_ALTER + r"DROP\s+(?:FOREIGN\s+KEY|INDEX|KEY|CONSTRAINT)\b", MOMENT),
    (_ALTER + r"DROP\s+(?:PRIMARY|CHECK)\b", UNKNOWN),
    (
        _ALTER
        + rf"ADD\s+{_COLUMN}\s.*\b(?:AUTO_INCREMENT|PRIMARY|UNIQUE|REFERENCES|CHECK|STORED"
        + r"|PERSISTENT)\b",
        UNKNOWN,
    ),
    (_ALTER + rf"ADD\s+{_COLUMN}\s", MOMENT),
    (_ALTER + rf"ALTER\s+{_COLUMN}\s+(?:SET|DROP)\s+DEFAULT\b", MOMENT),
    (_ALTER + r"RENAME\b", MOMENT),
    (_ALTER + rf"DROP\s+{_COLUMN}\s*$", Effect("reads and writes", None, None)),
    (r"INSERT\b|UPDATE\b|DELETE\b|REPLACE\b", ROWS),
)
_SQLITE: Final = (
    (
        r"CREATE\s+(?:TEMP(?:ORARY)?\s+)?(?:TABLE|VIEW|TRIGGER)\b(?!.*\bSELECT\b)|DROP\b",
        WRITES_MOMENT,
    ),
    (r"CREATE\s+(?:UNIQUE\s+)?INDEX\b", WRITES_LONG),
    # So a batch begins: SQLite's tables are rebuilt to be changed.
    (_ALTER + rf'RENAME\s+TO\s+"?{ASIDE}', REBUILT),
    (_ALTER + r"(?:ADD|RENAME)\b", WRITES_MOMENT),
    (_ALTER + r"DROP\b|VACUUM\b", REBUILT),
    (r"INSERT\b|UPDATE\b|DELETE\b|REPLACE\b", Effect("writes", long=None, rewrites=False)),
)
_TABLES: Final = {
    "postgresql": _POSTGRESQL,
    "mysql": _MARIADB,
    "mariadb": _MARIADB,
    "sqlite": _SQLITE,
}


def effect_of(dialect: str, statement: str) -> Effect:
    """Return what is known of a statement's kind on a database; `UNKNOWN` where nothing is."""
    text = " ".join(_TEXT.sub("''", statement).split()).rstrip("; ")
    if _SEVERAL.search(text) and text[:5].upper() == "ALTER":
        return UNKNOWN
    table = _TABLES.get(dialect, ())
    found = (effect for kind, effect in table if re.match(kind, text, re.IGNORECASE | re.DOTALL))
    return next(found, UNKNOWN)


def tables_of(statement: str) -> tuple[str, ...]:
    """Return the tables that a statement names where tables stand, without their schemas."""
    names = (unquoted(match[1]) for match in _TABLE.finditer(_TEXT.sub("''", statement)))
    return tuple(dict.fromkeys(names))
