"""One form for texts of PostgreSQL's that mean the same and are shown in two forms.

A constant default keeps the type that it had when it was written, also after its column
has changed its type. A list of constants is shown in one form when it was typed, and in
another when what was shown has been typed again.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

_STRING: Final = r"'(?:[^']|'')*'"
_LABELLED: Final = re.compile(rf"(?P<text>{_STRING})::(?P<type>(?:[\w$. ]|\"[^\"]+\")+(?:\[\])?)\Z")
_NUMBER: Final = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\Z")
_DIGITS: Final = re.compile(r"-?\d+\Z")
_ARRAY_CAST: Final = re.compile(
    rf"\(ARRAY\[(?P<items>{_STRING}::[a-z ]+(?:, {_STRING}::[a-z ]+)*)\]\)::(?P<type>[a-z ]+)\[\]"
)
_CAST_ITEM: Final = re.compile(rf"\((?P<text>{_STRING})::character varying\)::text")
_CAST_LIST: Final = re.compile(
    r'\((?P<column>\w+|"(?:[^"]|"")+")\)::text (?:(?P<any>= ANY)|<> ALL) '
    rf"\(ARRAY\[(?P<items>{_CAST_ITEM.pattern.replace('?P<text>', '?:')}"
    rf"(?:, {_CAST_ITEM.pattern.replace('?P<text>', '?:')})+)\]\)"
)
"""A column of VARCHAR, and the words that it may or may not have."""
_ITEM: Final = re.compile(rf"{_STRING}::[a-z ]+")

_INTEGERS: Final = frozenset({"smallint", "integer", "bigint"})
_FLOATS: Final = frozenset({"real", "double precision"})
_STRINGS: Final = frozenset({"text", "character varying", "character", "bpchar"})
_JSON: Final = frozenset({"json", "jsonb"})
_EMPTY: Final = frozenset({"'{}'", "'[]'"})


def _float(value: str) -> str:
    return repr(float(value)).removesuffix(".0")


def _string(value: str) -> str:
    return value if value.startswith("'") else f"'{value}'"


_FORMS: Final[tuple[tuple[Collection[str], Collection[str], Callable[[str], str]], ...]] = (
    (_INTEGERS, _INTEGERS, str),
    (_FLOATS, {*_INTEGERS, *_FLOATS, "numeric"}, _float),
    ({"numeric"}, {*_INTEGERS, "numeric"}, str),
    (_STRINGS, {*_STRINGS, *_INTEGERS}, _string),
)
"""Types of columns, types that a constant may have there, and how it is written."""


def expression(text: str) -> str:
    """Return an expression in its lasting form: as it is shown when it is typed as it is shown."""
    return _ARRAY_CAST.sub(_cast_each, text) if "(ARRAY[" in text else text


def _cast_each(match: re.Match[str]) -> str:
    items = (f"({item})::{match['type']}" for item in _ITEM.findall(match["items"]))
    return f"ARRAY[{', '.join(items)}]"


def typed(text: str) -> str:
    """Return an expression as one types it, so that its lists are shown as they were at first."""
    return _CAST_LIST.sub(_as_list, text) if "ARRAY[(" in text else text


def _as_list(match: re.Match[str]) -> str:
    words = ", ".join(item["text"] for item in _CAST_ITEM.finditer(match["items"]))
    return f"{match['column']} {'IN' if match['any'] else 'NOT IN'} ({words})"


@lru_cache(maxsize=4096)
def default(text: str, type_: str) -> str:
    """Return a default without the type that a constant had, where its column's type tells it."""
    constant = _constant(text)
    shown = constant and _without_type(*constant, _without_length(type_))
    return shown or expression(text)


def _without_type(value: str, of: str, type_: str) -> str | None:
    if value in _EMPTY:
        same = of in _JSON and type_ in _JSON
        return value if same or (of.endswith("[]") and type_.endswith("[]")) else None
    forms = (form for columns, constants, form in _FORMS if type_ in columns and of in constants)
    return next((form(value) for form in forms), None)


def _constant(text: str) -> tuple[str, str] | None:
    """Return a constant and the type that it has; numbers without quotes."""
    labelled = _LABELLED.match(text)
    if labelled:
        value, of = labelled["text"], labelled["type"]
        number = value[1:-1]
        is_number = of in {*_INTEGERS, *_FLOATS, "numeric"} and _NUMBER.match(number)
        return (number, of) if is_number else (value, of)
    if _NUMBER.match(text):
        return text, "integer" if _DIGITS.match(text) else "numeric"
    return None


def _without_length(type_: str) -> str:
    return re.sub(r"\([\d, ]*\)", "", type_)


def elements(definition: str) -> tuple[list[str], str]:
    """Return what stands between the first brackets, apart at its commas, and what is behind."""
    start = definition.index("(") + 1
    parts: list[str] = []
    depth, quote = 1, ""
    for place in range(start, len(definition)):
        character = definition[place]
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        else:
            depth += (character in "([") - (character in ")]")
            if depth == 0 or (depth == 1 and character == ","):
                parts.append(definition[start:place].strip())
                start = place + 1
            if depth == 0:
                return parts, definition[start:].strip()
    raise ValueError(definition)


def is_name(text: str, name: str) -> bool:
    """Return whether a text is nothing but a name, in quotes or not."""
    return text in (name, '"' + name.replace('"', '""') + '"')
