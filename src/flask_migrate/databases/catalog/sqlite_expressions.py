"""SQLite's expressions in one writing: spaces, capitals, quotes, outer brackets evened out.

SQLite keeps an expression as it was typed. Only what SQLite itself reads as the
same is written as the same here; the words and signs stay in their order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy.dialects.sqlite.base import SQLiteIdentifierPreparer

from flask_migrate.databases.sqlite_rebuild.tokens import Token, folded, literal, quoted, tokens_of

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

_WORDS: Final = frozenset(
    "AND AS BETWEEN CASE CAST COLLATE CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP DISTINCT "  # noqa: SIM905
    "ELSE END ESCAPE EXISTS FALSE FILTER FROM GLOB IN IS ISNULL LIKE MATCH NOT NOTNULL NULL OR "
    "OVER RAISE REGEXP SELECT THEN TRUE WHEN".split()
)
"""The words that mean something in an expression; all others are names there."""
_VALUES: Final = frozenset(
    {"CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP", "END", "FALSE", "NULL", "TRUE"}
)
"""Those behind which a sign stands between two values."""
_CALLED: Final = frozenset({"CAST", "GLOB", "LIKE", "MATCH", "RAISE", "REGEXP"})
_RESERVED: Final = frozenset(SQLiteIdentifierPreparer.reserved_words) | {
    word.lower() for word in _WORDS
}
_PAIRS: Final = frozenset({"||", "<<", ">>", "<>", "<=", ">=", "==", "!=", "->"})
_SAME: Final = {"==": "=", "<>": "!="}
_ROWID: Final = frozenset({"rowid", "oid", "_rowid_"})


def canonical(text: str, names: Container[str] = (), table: str | None = None) -> str:
    """Return an expression in the one writing.

    `names` are the table's columns, folded: what stands in double quotes is a
    name where it is one of them, else a string, as SQLite has it. The table's
    own name before a column is left out.
    """
    return written(tokens_of(text), names, table)


def written(tokens: Sequence[Token], names: Container[str] = (), table: str | None = None) -> str:
    """Return the tokens of an expression in the one writing."""
    tokens = without_brackets(tokens)
    if table is not None:
        tokens = _without_table(tokens, folded(table))
    return _spaced(_pieces(tokens, names))


def without_brackets(tokens: Sequence[Token]) -> Sequence[Token]:
    """Take away the brackets around the whole."""
    while tokens and tokens[0].text == "(" and _closes_at_end(tokens):
        tokens = tokens[1:-1]
    return tokens


def name_text(name: str) -> str:
    """Return a name as it stands in these expressions: folded, in quotes where it needs them."""
    lower = folded(name)
    plain = lower.isidentifier() and lower.isascii() and lower not in _RESERVED
    return lower if plain else quoted(lower)


def parts_of(tokens: Sequence[Token]) -> list[Sequence[Token]]:
    """Cut tokens at the commas that stand in no brackets."""
    parts, depth, begun = [], 0, 0
    for at, token in enumerate(tokens):
        depth += (token.text == "(") - (token.text == ")")
        if token.text == "," and depth == 0:
            parts.append(tokens[begun:at])
            begun = at + 1
    return [*parts, tokens[begun:]]


def closing(tokens: Sequence[Token], begun: int) -> int:
    """Return where the bracket closes that opens at a place."""
    depth = 0
    for at in range(begun, len(tokens)):
        depth += (tokens[at].text == "(") - (tokens[at].text == ")")
        if depth == 0:
            return at
    return len(tokens)


def _closes_at_end(tokens: Sequence[Token]) -> bool:
    inner = tokens[1:-1]
    return closing(tokens, 0) == len(tokens) - 1 and bool(inner) and len(parts_of(inner)) == 1


def _without_table(tokens: Sequence[Token], table: str) -> list[Token]:
    """Leave out the table's own name where a column's follows."""
    kept: list[Token] = []
    skipped = False
    for at, token in enumerate(tokens):
        if skipped:
            skipped = False
            continue
        dotted = at + 2 < len(tokens) and tokens[at + 1].text == "."
        behind = at > 0 and tokens[at - 1].text == "."
        if dotted and not behind and token.kind != "sign" and folded(token.name) == table:
            skipped = True
            continue
        kept.append(token)
    return kept


def _pieces(tokens: Sequence[Token], names: Container[str]) -> list[tuple[str, str]]:
    """Return what each token is (word, name, call, value, sign), and how it is written."""
    pieces: list[tuple[str, str]] = []
    for at, token in enumerate(tokens):
        following = tokens[at + 1].text if at + 1 < len(tokens) else ""
        if token.kind == "sign":
            _add_sign(pieces, tokens, at)
        elif token.kind == "literal":
            pieces.append(("value", _literal(token.text)))
        elif token.kind == "word":
            pieces.append(_word(token, following, names))
        elif _is_name(token, following, tokens[at - 1] if at else None, names):
            called = following == "("
            pieces.append(("call" if called else "name", name_text(token.name)))
        else:
            pieces.append(("value", literal(token.name)))
    return pieces


def _add_sign(pieces: list[tuple[str, str]], tokens: Sequence[Token], at: int) -> None:
    token = tokens[at]
    before = tokens[at - 1] if at else None
    if before is not None and before.kind == "sign" and before.end == token.start and pieces:
        both = pieces[-1][1] + token.text
        if both in _PAIRS or both == "->>":
            pieces[-1] = ("sign", _SAME.get(both, both))
            return
    pieces.append(("sign", token.text))


def _word(token: Token, following: str, names: Container[str]) -> tuple[str, str]:
    word, lower = token.word, folded(token.text)
    boolean = word in {"TRUE", "FALSE"} and lower in names
    if word in _WORDS and not boolean:
        called = word in _CALLED and following == "("
        return ("call" if called else "value" if word in _VALUES else "word"), word
    return ("call", lower) if following == "(" else ("name", name_text(lower))


def _is_name(token: Token, following: str, before: Token | None, names: Container[str]) -> bool:
    """Return whether a quoted name is a name: in double quotes it may be a string."""
    if not token.text.startswith('"') or following in {"(", "."}:
        return True
    if before is not None and (before.text == "." or before.word in {"COLLATE", "AS"}):
        return True
    name = folded(token.name)
    return name in names or name in _ROWID


def _literal(text: str) -> str:
    if text.startswith("'"):
        return text
    return text.lower()


def _spaced(pieces: Sequence[tuple[str, str]]) -> str:
    """Put spaces between the pieces, none where they would look odd."""
    found: list[str] = []
    glue = True
    for at, (kind, text) in enumerate(pieces):
        before = pieces[at - 1] if at else ("sign", "(")
        opens = text == "(" and before[0] == "call"
        if found and not (glue or opens or text in {")", ",", "."}):
            found.append(" ")
        found.append(text)
        glue = kind == "sign" and (text in {"(", "."} or _is_unary(before, pieces, at))
    return "".join(found)


def _is_unary(before: tuple[str, str], pieces: Sequence[tuple[str, str]], at: int) -> bool:
    """Return whether a sign belongs to what follows it; two minus signs would be a comment."""
    if pieces[at][1] not in {"-", "+", "~"}:
        return False
    behind = before[0] == "word" or (before[0] == "sign" and before[1] != ")")
    follows = pieces[at + 1] if at + 1 < len(pieces) else ("sign", "")
    return behind and (follows[0] != "sign" or follows[1] == "(")
