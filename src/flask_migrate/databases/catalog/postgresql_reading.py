"""From the rows of PostgreSQL's catalog to tables."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from .facts import Column, Constraint, Index, Kind, Reference, Table
from .postgresql_queries import queries
from .postgresql_texts import default, elements, expression, is_name

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from .facts import Options

    Edit = Callable[[str], str]

_KINDS: Final = {
    "p": Kind.PRIMARY_KEY,
    "u": Kind.UNIQUE,
    "f": Kind.FOREIGN_KEY,
    "c": Kind.CHECK,
    "x": Kind.EXCLUDE,
}
_ACTIONS: Final = {"a": None, "r": "RESTRICT", "c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT"}
_MATCHES: Final = {"s": None, "f": "FULL", "p": "PARTIAL"}
_LARGEST: Final = {"smallint": 2**15 - 1, "integer": 2**31 - 1, "bigint": 2**63 - 1}


def read_tables(
    connection: sa.Connection,
    schema: str | None,
    names: Collection[str] | None = None,
    edit: Edit | None = None,
) -> dict[str, Table]:
    """Return the tables of a schema, by four statements; `edit` may change what is read."""
    values = {"schema": schema, "names": None if names is None else list(names)}
    tables, columns, constraints, indexes = (
        _rows(connection, query, values, edit)
        for query in queries(connection.dialect.server_version_info)
    )
    by_table = [_by_table(rows) for rows in (columns, constraints, indexes)]
    return {
        row.name: _table(row, schema, *(group.get(row.oid, []) for group in by_table))
        for row in tables
    }


def _rows(
    connection: sa.Connection, query: str, values: dict[str, Any], edit: Edit | None
) -> Iterable[Any]:
    rows = connection.execute(sa.text(query), values)
    return _edited(rows, edit) if edit else rows.all()


def _edited(rows: sa.CursorResult[Any], edit: Edit) -> Iterator[Any]:
    from sqlalchemy.engine import result_tuple

    make = result_tuple(list(rows.keys()))
    for row in rows:
        yield make([_edited_value(value, edit) for value in row])


def _edited_value(value: Any, edit: Edit) -> Any:
    if isinstance(value, list):
        return [_edited_value(item, edit) for item in value]
    return edit(value) if isinstance(value, str) else value


def _by_table(rows: Iterable[Any]) -> dict[int, list[Any]]:
    result = defaultdict(list)
    for row in rows:
        result[row.table_oid].append(row)
    return result


def _table(
    row: Any, schema: str | None, columns: list[Any], constraints: list[Any], indexes: list[Any]
) -> Table:
    names = {column.number: column.name for column in columns}
    of_constraints = {index.oid: index for index in indexes if index.definition is None}
    return Table(
        row.name,
        tuple(_columns(columns)),
        tuple(_constraint(c, names, of_constraints.get(c.index_oid)) for c in constraints),
        tuple(_index(i, names) for i in indexes if i.definition is not None),
        row.comment or None,
        _table_options(row),
        schema,
    )


def _table_options(row: Any) -> Options:
    found = {
        "inherits": ", ".join(row.inherits or ()),
        "partition_by": row.partition_by,
        "tablespace": row.tablespace,
        "unlogged": "yes" if row.unlogged else None,
        "using": row.using,
    }
    found.update((f"with:{option}", value) for option, value in _storage(row.storage))
    return tuple(sorted((name, value) for name, value in found.items() if value))


def _storage(storage: Collection[str] | None) -> list[tuple[str, str]]:
    split = (option.partition("=") for option in storage or ())
    return sorted((name, value) for name, _, value in split)


def _columns(rows: list[Any]) -> Iterator[Column]:
    """Yield the columns; one that owns several sequences stands in as many rows."""
    numbers = {}
    for row in rows:
        if row.number not in numbers or _is_serial(row):
            numbers[row.number] = row
    return map(_column, numbers.values())


def _column(row: Any) -> Column:
    text, generated = row.expression, row.generated
    serial = _is_serial(row)
    shown = None if generated or serial else text
    return Column(
        row.name,
        row.type,
        row.nullable,
        None if shown is None else default(shown, row.type),
        expression(text) if generated else None,
        generated == "s",
        _identity(row) if row.identity else None,
        serial,
        row.collation,
        row.comment or None,
        shown,
    )


def _is_serial(row: Any) -> bool:
    if row.sequence is None or row.expression is None:
        return False
    name = row.sequence.replace("'", "''")
    return bool(row.expression == f"nextval('{name}'::regclass)")


def _identity(row: Any) -> Options:
    return identity_options(
        row.type,
        {
            "always": row.identity == "a",
            "start": row.seqstart,
            "increment": row.seqincrement,
            "minvalue": row.seqmin,
            "maxvalue": row.seqmax,
            "cache": row.seqcache,
            "cycle": row.seqcycle,
        },
    )


def identity_options(type_: str, given: dict[str, Any]) -> Options:
    """Return what differs from PostgreSQL's defaults for a sequence of this type."""
    largest = _LARGEST.get(type_, _LARGEST["bigint"])
    increment = given.get("increment") or 1
    up = increment > 0
    standard = {
        "minvalue": 1 if up else -largest - 1,
        "maxvalue": largest if up else -1,
        "increment": 1,
        "cache": 1,
        "cycle": False,
        "always": False,
    }
    edge = "minvalue" if up else "maxvalue"
    first = given.get(edge)
    standard["start"] = standard[edge] if first is None else first
    found = {n: v for n, v in given.items() if v is not None and v != standard[n]}
    return tuple(sorted((n, "yes" if v is True else str(v)) for n, v in found.items()))


def _constraint(row: Any, names: dict[int, str], index: Any) -> Constraint:
    kind = _KINDS[row.kind]
    stated = kind in (Kind.CHECK, Kind.EXCLUDE)
    return Constraint(
        kind,
        row.name,
        () if stated else tuple(names[number] for number in row.keys),
        _constraint_text(kind, row.text) if stated else None,
        _reference(row) if kind is Kind.FOREIGN_KEY else None,
        _constraint_options(row, names, index),
    )


def _constraint_text(kind: Kind, text: str) -> str:
    if kind is Kind.EXCLUDE:
        text = text.removesuffix(" INITIALLY DEFERRED").removesuffix(" DEFERRABLE")
        text = text.removeprefix("EXCLUDE ")
    return expression(text)


def _constraint_options(row: Any, names: dict[int, str], index: Any) -> Options:
    found = {
        "deferrable": row.deferrable,
        "initially": "deferred" if row.deferred else "",
        "no_inherit": row.no_inherit and row.kind == "c",
        "not_valid": row.not_valid,
    }
    if index is not None and row.kind in ("p", "u"):
        found["include"] = _included(index, names)
        found["nulls_not_distinct"] = index.nulls_not_distinct
    return _options(found)


def _reference(row: Any) -> Reference:
    ondelete = _ACTIONS[row.ondelete]
    if row.delete_columns:
        ondelete = f"{ondelete} ({', '.join(row.delete_columns)})"
    return Reference(
        row.target,
        tuple(row.target_columns),
        row.target_schema,
        ondelete,
        _ACTIONS[row.onupdate],
        _MATCHES[row.match],
    )


def _index(row: Any, names: dict[int, str]) -> Index:
    texts = [expression(text) for text in elements(_elements_of(row.definition))[0]]
    known = [names.get(number) for number in row.keys[: row.key_count]]
    pairs = list(zip(texts, known, strict=True))
    plain = tuple(name is not None and is_name(text, name) for text, name in pairs)
    return Index(
        row.name,
        tuple(
            str(name) if is_plain else text
            for (text, name), is_plain in zip(pairs, plain, strict=True)
        ),
        plain,
        row.unique,
        _options(
            {
                "include": _included(row, names),
                "invalid": row.invalid,
                "nulls_not_distinct": row.nulls_not_distinct,
                "tablespace": row.tablespace or "",
                "using": "" if row.using == "btree" else row.using,
                "where": expression(row.condition or ""),
                "with": ", ".join(f"{n}={v}" for n, v in _storage(row.storage)),
            }
        ),
    )


def _elements_of(definition: str) -> str:
    """Return an index's definition from its method on: a name may contain brackets."""
    place, quote = 0, False
    while not definition.startswith(" USING ", place) or quote:
        quote ^= definition[place] == '"'
        place += 1
    return definition[place:]


def _included(index: Any, names: dict[int, str]) -> str:
    return ", ".join(names[number] for number in index.keys[index.key_count :])


def _options(found: dict[str, Any]) -> Options:
    """Return what is set: texts as they are, and 'yes'."""
    texts = {name: value if isinstance(value, str) else "yes" for name, value in found.items()}
    return tuple(sorted((name, texts[name]) for name, value in found.items() if value))
