"""Keys of MariaDB and MySQL: which are constraints, which indexes, and which the server made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .facts import Constraint, Index, Kind
from .mysql_server import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def constraints_and_indexes(
    rows: Iterable[tuple[Any, ...]], foreign_keys: Sequence[Constraint]
) -> tuple[list[Constraint], list[Index], dict[str, str]]:
    """Return the keys of a table; last, those made for foreign keys, by the foreign key's name."""
    parts: dict[str, list[tuple[Any, ...]]] = {}
    for row in rows:
        parts.setdefault(plain(row[0]), []).append(row[1:])
    constraints, indexes = [], []
    for name, columns in parts.items():
        columns.sort(key=lambda part: part[0])
        if name == "PRIMARY":
            names = tuple(plain(part[2]) for part in columns)
            constraints.append(Constraint(Kind.PRIMARY_KEY, None, names))
        else:
            indexes.append(_index(name, columns))
    return sorted_out(indexes, foreign_keys, constraints)


def sorted_out(
    keys: Iterable[Index], foreign_keys: Sequence[Constraint], constraints: Iterable[Constraint]
) -> tuple[list[Constraint], list[Index], dict[str, str]]:
    """Return unique keys of whole columns as constraints, and without what foreign keys bring."""
    found, indexes, made = list(constraints), [], {}
    for key in keys:
        owner = _made_for(key, foreign_keys)
        if owner is not None:
            made[owner] = key.name
        elif key.unique and all(key.plain):
            found.append(Constraint(Kind.UNIQUE, key.name, key.elements, options=key.options))
        else:
            indexes.append(key)
    return found, indexes, made


def quoted(name: str) -> str:
    """Return a name as it stands in statements."""
    return f"`{name.replace('`', '``')}`"


def _index(name: str, parts: list[tuple[Any, ...]]) -> Index:
    first = parts[0]
    kind = plain(first[5])
    elements = [_element(part) for part in parts]
    options = {
        "BTREE": (),
        "HASH": (("using", "HASH"),),
        "FULLTEXT": (("type", "FULLTEXT"),),
        "SPATIAL": (("type", "SPATIAL"),),
        "RTREE": (("using", "RTREE"),),
    }
    return Index(
        name,
        tuple(text for text, _ in elements),
        tuple(whole for _, whole in elements),
        not int(first[1]),
        options.get(kind, (("using", kind),)),
    )


def _element(part: tuple[Any, ...]) -> tuple[str, bool]:
    _, _, column, direction, length, kind, expression = part
    if column is None:
        text, whole = f"({plain(expression)})".replace("\\'", "'"), False
    else:
        text, whole = plain(column), True
    if length is not None and plain(kind) not in ("SPATIAL", "RTREE"):
        text, whole = f"{quoted(text)}({length})", False
    if direction is not None and plain(direction) == "D":
        text, whole = f"{quoted(text) if whole else text} DESC", False
    return text, whole


def _made_for(key: Index, foreign_keys: Sequence[Constraint]) -> str | None:
    """Return the foreign key for which the server made an index, named like it or its column."""
    if key.unique or key.options or not all(key.plain):
        return None
    for foreign_key in foreign_keys:
        if foreign_key.columns == key.elements:
            base, _, number = key.name.rpartition("_")
            first = key.elements[0]
            if key.name in (foreign_key.name, first) or (base == first and number.isdigit()):
                return foreign_key.name
    return None
