"""The schema of a MariaDB database, out of SHOW CREATE."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.autogenerate.place import run_sql
from tests.autogenerate.snapshot import OURS

if TYPE_CHECKING:
    import sqlalchemy as sa

    from tests.autogenerate.snapshot import Snapshot

OBJECTS = (
    "SELECT table_name, table_type FROM information_schema.tables WHERE table_schema = database()"
)
WORDS = {"BASE TABLE": "TABLE", "SEQUENCE": "SEQUENCE", "VIEW": "VIEW"}
COUNTER = re.compile(r" AUTO_INCREMENT=\d+")
KEY = re.compile(r"((?:UNIQUE |FULLTEXT |SPATIAL )?KEY) `((?:[^`]|``)+)` (.*)", re.DOTALL)
CONSTRAINT = re.compile(r"CONSTRAINT `((?:[^`]|``)+)` (.*)", re.DOTALL)
FOREIGN_KEY = re.compile(r"FOREIGN KEY (\(.*?\)) REFERENCES")
CHECK_OF_COLUMN = re.compile(r"(`.*?) (CHECK \(.*\))", re.DOTALL)


def take(connection: sa.Connection, snapshot: Snapshot) -> None:
    """Add the lines of all tables, views and sequences."""
    for name, type_ in connection.exec_driver_sql(OBJECTS).all():
        if name in OURS:
            continue
        word = WORDS[type_]
        quoted = name.replace("`", "``")
        text = run_sql(connection, f"SHOW CREATE {word} `{quoted}`").one()[1]
        if word == "TABLE":
            _table(snapshot, name, text)
        else:
            snapshot.add(f"{word.lower()} {name}", text)


def _table(snapshot: Snapshot, table: str, text: str) -> None:
    _, *lines, last = _lines(text)
    lines = [line.strip().removesuffix(",") for line in lines]
    snapshot.add(table, COUNTER.sub("", last))
    needed = {m[1] for line in lines if (m := FOREIGN_KEY.search(line))}
    for line in lines:
        if line.startswith("`"):
            _column(snapshot, table, line)
        elif match := KEY.fullmatch(line):
            _key(snapshot, table, match, needed)
        elif match := CONSTRAINT.fullmatch(line):
            snapshot.add(table, snapshot.name(match[1]), match[2])
        else:
            snapshot.add(table, line)


def _column(snapshot: Snapshot, table: str, line: str) -> None:
    """A CHECK that was written behind a column is one of the table."""
    if match := CHECK_OF_COLUMN.fullmatch(line):
        line = match[1]
        snapshot.add(table, match[2])
    snapshot.add(f"{table}.", line)


def _key(snapshot: Snapshot, table: str, match: re.Match[str], needed: set[str]) -> None:
    """Leave out the index that the server makes for a foreign key that has no other."""
    kind, name, columns = match.groups()
    made = snapshot.named is not None and name not in snapshot.indexes
    if made and kind == "KEY" and columns in needed:
        return
    snapshot.add(table, kind, snapshot.name(name), columns)


def _lines(text: str) -> list[str]:
    """Split at line ends that do not stand in a name, a comment or another text."""
    lines: list[str] = [""]
    quote = ""
    for part in re.split(r"(\\.|['`\n])", text, flags=re.DOTALL):
        if part == "\n" and not quote:
            lines.append("")
            continue
        if part in ("'", "`") and quote in ("", part):
            quote = "" if quote else part
        lines[-1] += part
    return lines
