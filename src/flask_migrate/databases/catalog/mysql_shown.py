"""What SHOW CREATE TABLE of MariaDB says, as the rows that information_schema has.

Of temporary tables, information_schema has none. A text that is not understood in full
is refused.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from .mysql_statements import CatalogRows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .mysql_statements import Rows

_PIECE: Final = re.compile(
    r"'(?:[^'\\]|''|\\.)*'|`(?:[^`]|``)*`|/\*.*?\*/|[(),]|\s+|[^\s'`(),/]+|/", re.DOTALL
)
_ESCAPED: Final = re.compile(r"\\(.)|''", re.DOTALL)
_CONTROLS: Final = {"n": "\n", "r": "\r", "t": "\t", "0": "\0", "Z": "\x1a"}
_PART: Final = re.compile(r"(`(?:[^`]|``)+`)(?:\((\d+)\))?( DESC)?")
_SIGNS: Final = ("unsigned", "zerofill")
_FOLLOWED_BY: Final = {
    **dict.fromkeys((*_SIGNS, "NULL", "AUTO_INCREMENT"), 0),
    **dict.fromkeys(("NOT", "COLLATE", "DEFAULT", "COMMENT", "CHECK"), 1),
    **dict.fromkeys(("CHARACTER", "ON"), 2),
    "GENERATED": 4,
}
"""How many words belong to each, as in NOT NULL or CHARACTER SET latin1."""


class NotUnderstood(Exception):
    """A part of the text is of no known form."""


def shown_rows(name: str, shown: str, row_format: str) -> CatalogRows:
    """Return the rows for a table; `row_format` is that of tables for which none is stated."""
    head, body, tail = _parts(shown)
    if head[:2] not in (["CREATE", "TABLE"], ["CREATE", "TEMPORARY"]):
        raise NotUnderstood(shown)
    found: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for number, words in enumerate(body):
        _read_element(words, number, found)
    options = dict(_options(tail))
    found["tables"] = [
        (
            "BASE TABLE",
            options.get("ENGINE", ""),
            options.get("ROW_FORMAT", row_format),
            options["COLLATE"],
            "",
            _text(options.get("COMMENT", "''")),
        )
    ]
    empty: Rows = {}
    rows: dict[str, Rows] = {kind: {name: lines} for kind, lines in found.items()}
    return CatalogRows(
        rows["tables"],
        rows["columns"],
        rows.get("indexes", empty),
        empty,
        empty,
        rows.get("checks", empty),
    )


def _parts(shown: str) -> tuple[list[str], list[list[str]], list[str]]:
    """Return the words before the parenthesis, of each element in it, and behind it."""
    head, body, tail, word, depth = [], [[]], [], "", 0  # type: ignore[var-annotated]
    for piece in [*_PIECE.findall(shown), " "]:
        ends = piece.isspace() or piece == ","
        if (depth == 1 and piece == ")") or (depth == 0 and piece == "("):
            ends = True
        if not (ends and depth <= 1):
            word += piece
        elif word:
            (head if not depth and body == [[]] else tail if not depth else body[-1]).append(word)
            word = ""
        if piece == "," and depth == 1:
            body.append([])
        depth += (piece == "(") - (piece == ")")
    return head, body, tail


def _read_element(words: list[str], number: int, found: dict[str, list[tuple[Any, ...]]]) -> None:
    if words[0].startswith("`"):
        column, check = _column(words, number)
        found["columns"].append(column)
        if check is not None:
            found["checks"].append((column[0], check, "Column"))
    elif words[0] == "CONSTRAINT" and words[2] == "CHECK":
        found["checks"].append((_name(words[1]), _inside("".join(words[3:])), "Table"))
    else:
        found["indexes"].extend(_key(words))


def _column(words: list[str], number: int) -> tuple[tuple[Any, ...], str | None]:
    """Return a column as information_schema has it, and its CHECK."""
    said = _said(words)
    generated = said.get("GENERATED")
    extra = ["auto_increment"] if "AUTO_INCREMENT" in said else []
    extra += [f"on update {said['ON'][1]}"] if "ON" in said else []
    extra += [f"{generated[3]} GENERATED"] if generated else []
    type_ = [words[1], *(word for word in said if word in _SIGNS or word.startswith("/*"))]
    row = (
        _name(words[0]),
        " ".join(type_),
        "NO" if "NOT" in said else "YES",
        said["DEFAULT"][0] if "DEFAULT" in said else None,
        ", ".join(extra),
        _inside(generated[2]) if generated else None,
        said["COLLATE"][0] if "COLLATE" in said else None,
        _text(said["COMMENT"][0]) if "COMMENT" in said else "",
        number,
    )
    return row, _inside(said["CHECK"][0]) if "CHECK" in said else None


def _said(words: list[str]) -> dict[str, list[str]]:
    """Return what stands behind each word that a column's type is followed by."""
    said, place = {}, 2
    while place < len(words):
        word = words[place]
        count = 0 if word.startswith("/*") else _FOLLOWED_BY.get(word)
        if count is None or place + count >= len(words):
            raise NotUnderstood(" ".join(words))
        said[word] = words[place + 1 : place + 1 + count]
        place += 1 + count
    return said


def _key(words: list[str]) -> Iterator[tuple[Any, ...]]:
    """Return the parts of a key as information_schema has them."""
    kind, name, unique = "BTREE", "PRIMARY", False
    if words[:2] == ["PRIMARY", "KEY"]:
        unique, listed, more = True, words[2], words[3:]
    else:
        if words[0] in ("FULLTEXT", "SPATIAL"):
            kind = words[0]
        unique = words[0] == "UNIQUE"
        words = words[words[0] != "KEY" :]
        if words[0] != "KEY" or len(words) < 3:  # noqa: PLR2004 # KEY, name and columns
            raise NotUnderstood(" ".join(words))
        name, listed, more = _name(words[1]), words[2], words[3:]
        if unique and more == ["USING", "HASH"]:
            kind, more = "HASH", []
    if more:
        raise NotUnderstood(" ".join(words))
    inside = _inside(listed)
    parts = list(_PART.finditer(inside))
    if ",".join(part.group() for part in parts) != inside:
        raise NotUnderstood(" ".join(words))
    for number, part in enumerate(parts):
        direction = "D" if part[3] else "A"
        row = (name, number, int(not unique), _name(part[1]), direction, part[2], kind, None)
        yield row


def _options(words: list[str]) -> Iterator[tuple[str, str]]:
    for word in words:
        name, equals, value = word.partition("=")
        if equals:
            yield name, value
        elif word != "DEFAULT":
            raise NotUnderstood(" ".join(words))


def _inside(text: str) -> str:
    if not (text.startswith("(") and text.endswith(")")):
        raise NotUnderstood(text)
    return text[1:-1]


def _name(quoted: str) -> str:
    if not quoted.startswith("`"):
        raise NotUnderstood(quoted)
    return quoted[1:-1].replace("``", "`")


def _text(quoted: str) -> str:
    return _ESCAPED.sub(lambda found: _CONTROLS.get(found[1], found[1] or "'"), quoted[1:-1])
