"""SQL as SQLite reads it, cut into words, names, literals and signs."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

_TOKEN = re.compile(
    r"""
    (?P<space>[ \t\n\f\r]+|--[^\n]*|/\*.*?(?:\*/|\Z))
    |(?P<literal>'(?:[^']|'')*'|[xX]'[0-9a-fA-F]*'|(?:\d|\.\d)(?:[eE][+-]\d|[\w.])*)
    |(?P<name>"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\])
    |(?P<word>[A-Za-z_\u0080-\U0010ffff][\w$\u0080-\U0010ffff]*)
    |(?P<sign>.)
    """,
    re.VERBOSE | re.DOTALL,
)


class Token(NamedTuple):
    """One piece of SQL and where it stands."""

    kind: str
    text: str
    start: int
    end: int

    @property
    def word(self) -> str:
        """The keyword that this may be, in capitals; empty for what is quoted."""
        return self.text.upper() if self.kind == "word" else ""

    @property
    def name(self) -> str:
        """What it names: the text without its quotes."""
        return unquoted(self.text)


def tokens_of(sql: str) -> list[Token]:
    """Return the tokens of a statement, without spaces and comments."""
    return list(_found(sql))


@lru_cache(maxsize=16)
def _found(sql: str) -> tuple[Token, ...]:
    """Find them; one batch reads the statement of its table again and again."""
    found = (Token(m.lastgroup or "", m[0], m.start(), m.end()) for m in _TOKEN.finditer(sql))
    return tuple(token for token in found if token.kind != "space")


def unquoted(text: str) -> str:
    """Return a name without its quotes."""
    if text[:1] == "[":
        return text[1:-1]
    if text[:1] in {'"', "`", "'"}:
        return text[1:-1].replace(text[0] * 2, text[0])
    return text


def quoted(name: str) -> str:
    """Return a name in double quotes, which SQLite takes for any name."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return a text as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def same_name(one: str, other: str) -> bool:
    """Return whether SQLite takes two names for the same: capitals of ASCII do not count."""
    return folded(one) == folded(other)


def folded(name: str) -> str:
    """Return a name as SQLite compares it."""
    return name.translate(_LOWER)


_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


def normalised(sql: str) -> str:
    """Return SQL with one space between tokens, keywords in capitals and names unquoted."""
    return " ".join(_plain(token) for token in tokens_of(sql))


def names_in(tokens: Sequence[Token]) -> set[str]:
    """Return, folded, the names that an expression may read: no functions, no strings."""
    following = [*tokens[1:], None]
    return {
        folded(token.name)
        for token, after in zip(tokens, following, strict=True)
        if token.kind in {"word", "name"} and not (after and after.text == "(")
    }


def _plain(token: Token) -> str:
    if token.kind == "name":
        return token.name.upper()
    return token.text if token.kind == "literal" else token.text.upper()
