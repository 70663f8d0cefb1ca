"""The schema of an SQLite database, out of its pragmas and the texts of its tables."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.autogenerate.snapshot import OURS

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sqlalchemy as sa

    from tests.autogenerate.snapshot import Snapshot

TOKEN = re.compile(
    r"""\s+|--[^\n]*\n?|/\*.*?\*/"""
    r"""|(?P<token>'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^]]*\]"""
    r"""|[\w$.]+|<>|<=|>=|\|\||->>?|==|!=|.)""",
    re.DOTALL,
)
DEFERRED = ("DEFERRED", "IMMEDIATE")
SYNONYMS = {"<>": "!=", "==": "="}
WORDS = ("CHECK", "AS", "COLLATE", "CONSTRAINT", "DEFERRABLE", "CONFLICT", "AUTOINCREMENT")


def take(connection: sa.Connection, snapshot: Snapshot) -> None:
    """Add the lines of all tables, their indexes, and the views."""

    def rows(query: str, *names: str) -> list[tuple]:
        return [tuple(row) for row in connection.exec_driver_sql(query, names)]

    found = rows("SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL")
    texts = {name: sql for type_, name, _, sql in found if type_ == "index"}
    for type_, name, table, sql in found:
        if table in OURS or name.startswith("sqlite_"):
            continue
        if type_ == "table":
            _table(snapshot, rows, name, sql, texts)
        elif type_ in ("view", "trigger"):
            snapshot.add(f"{type_} {name}", " ".join(tokens(sql)))


def tokens(sql: str) -> list[str]:
    """Return the words and signs of some SQL; names without quotes, words in capitals.

    Of signs that mean the same there is one, and of parentheses around parentheses too.
    """
    found = (match["token"] for match in TOKEN.finditer(sql))
    return _without_doubles([SYNONYMS.get(t, t) for t in (_even(t) for t in found if t)])


def _without_doubles(words: list[str]) -> list[str]:
    for at in range(len(words) - 1):
        if words[at] == words[at + 1] == "(":
            inner, outer = _balanced(words, at + 1), _balanced(words, at)
            if len(outer) == len(inner) + 2:
                return _without_doubles([*words[:at], *outer, *words[at + len(outer) + 2 :]])
    return words


def _even(token: str) -> str:
    if token[0] == "'":
        return token
    quote = {"[": "]"}.get(token[0], token[0])
    name = token[1:-1].replace(quote * 2, quote) if token[0] in '"`[' else token
    return f'"{name.upper()}"' if name != token and name.upper() in WORDS else name.upper()


def _table(snapshot: Snapshot, rows: object, name: str, sql: str, texts: dict[str, str]) -> None:
    words = tokens(sql)
    body = _balanced(words, words.index("("))
    snapshot.add(name, "table", *words[words.index("(") + len(body) + 2 :])
    if "AUTOINCREMENT" in body:
        snapshot.add(name, "AUTOINCREMENT")
    for kind, text in _clauses(body):
        snapshot.add(name, kind, text)
    for constraint in _names(body, snapshot.named):
        snapshot.add(name, "constraint", constraint)
    for _, column, type_, required, default, key, hidden in rows(
        "SELECT * FROM pragma_table_xinfo(?)", name
    ):
        about = f"DEFAULT {_default(default, type_)}" if default is not None else None
        flags = ["NOT NULL" if required else None, f"key {key}" if key else None]
        snapshot.add(f"{name}.{column}", type_.upper(), *flags, about, f"hidden {hidden}")
    for key in rows("SELECT * FROM pragma_foreign_key_list(?) ORDER BY id, seq", name):
        snapshot.add(name, f"foreign key {key[1]}", *map(str, key[2:]))
    _indexes(snapshot, rows, name, texts)


def _default(text: str, type_: str) -> str:
    """Return a default; in a column for numbers, '5' is 5."""
    bare = _bare(tokens(text))
    number = re.fullmatch(r"'(-?\d+(\.\d+)?)'", bare)
    return number[1] if number and re.search("INT|NUM|DEC|REAL|FLOA|DOUB", type_) else bare


def _indexes(snapshot: Snapshot, rows: object, table: str, texts: dict[str, str]) -> None:
    for _, name, unique, origin, _ in rows("SELECT * FROM pragma_index_list(?)", table):
        columns = rows(
            "SELECT name, desc, coll FROM pragma_index_xinfo(?) WHERE key ORDER BY seqno", name
        )
        text = " ".join(tokens(texts[name])) if origin == "c" else ""
        snapshot.add(table, "unique" if unique else "index", origin, str(columns), text)


def _clauses(body: list[str]) -> Iterator[tuple[str, str]]:
    """Find the conditions of CHECKs, what generated columns are made of, and the like."""
    for at, word in enumerate(body):
        if word in ("CHECK", "AS") and body[at + 1 : at + 2] == ["("]:
            inner = _balanced(body, at + 1)
            after = body[at + 3 + len(inner) :][:1]
            stored = after[0] if word == "AS" and after == ["STORED"] else ""
            yield word.lower(), f"{_bare(inner)} {stored}".strip()
        elif word == "COLLATE":
            yield "collate", f"{_column_of(body, at)} {body[at + 1]}"
        elif word == "CONFLICT":
            yield "on conflict", f"{_constrained(body, at)} {body[at + 1]}"
        elif word == "DEFERRABLE":
            said = [w for w in body[at - 1 : at + 3] if w in ("NOT", "INITIALLY", *DEFERRED)]
            yield "deferrable", f"{_constrained(body, at)} {' '.join(said)}"


def _column_of(body: list[str], at: int) -> str:
    return body[_item(body, at)]


def _item(body: list[str], at: int) -> int:
    """Return where the item of a table begins in which a word stands."""
    depth = 0
    for index in range(at, -1, -1):
        depth += {")": 1, "(": -1}.get(body[index], 0)
        if body[index] == "," and not depth:
            return index + 1
    return 0


def _constrained(body: list[str], at: int) -> str:
    """Return the columns of the constraint to which a word belongs."""
    item = body[_item(body, at) : at]
    whole = next((n for n, word in enumerate(item) if word in ("KEY", "UNIQUE")), None)
    if whole is None or item[whole + 1 : whole + 2] != ["("]:
        return item[0]
    return " ".join(_balanced(item, whole + 1))


def _names(body: list[str], named: frozenset[str] | None) -> Iterator[str]:
    known = None if named is None else {name.upper() for name in named}
    for at, word in enumerate(body):
        if word == "CONSTRAINT" and (known is None or body[at + 1] in known):
            yield body[at + 1]


def _balanced(words: list[str], at: int) -> list[str]:
    """Return what stands between an opening parenthesis and the one that closes it."""
    depth = 0
    for index in range(at, len(words)):
        depth += {"(": 1, ")": -1}.get(words[index], 0)
        if not depth:
            return words[at + 1 : index]
    raise AssertionError(words)


def _bare(words: list[str]) -> str:
    while words[:1] == ["("] and len(_balanced(words, 0)) == len(words) - 2:
        words = words[1:-1]
    return " ".join(words)
