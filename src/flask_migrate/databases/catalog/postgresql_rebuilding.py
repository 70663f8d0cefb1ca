"""A table of PostgreSQL as SQLAlchemy's objects, so that it can be made again.

NO INHERIT of a CHECK is not said: SQLAlchemy has no word for it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from flask_migrate.column_types import Verbatim

from .facts import Kind
from .postgresql_rebuilt_types import RebuiltTypes
from .postgresql_texts import elements, is_name, typed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import Dialect

    from .facts import Column, Constraint, Index, Options, Table

_PARAMETER: Final = re.compile(r"(?<![:\w\\]):(?=\w)")
"""What `sa.text` takes for the beginning of a parameter."""
_SERIALS: Final = {"smallint": "SMALLSERIAL", "integer": "SERIAL", "bigint": "BIGSERIAL"}
_NUMBERS: Final = frozenset({"start", "increment", "minvalue", "maxvalue", "cache"})


def rebuilt(table: Table, connection: sa.Connection, metadata: sa.MetaData) -> sa.Table:
    """Return a table with all that it has."""
    return _Rebuilding(table, connection).table(metadata)


class _Rebuilding:
    def __init__(self, table: Table, connection: sa.Connection) -> None:
        self._facts = table
        self._types = RebuiltTypes(connection, {column.type for column in table.columns})
        self._arguments = _known_arguments(connection.dialect)
        self._key = next((c for c in table.constraints if c.kind is Kind.PRIMARY_KEY), None)
        self._counted = self._counted_by_key()

    def table(self, metadata: sa.MetaData) -> sa.Table:
        facts = self._facts
        items: list[Any] = [self._column(column) for column in facts.columns]
        items += [self._constraint(constraint) for constraint in facts.constraints]
        items += [self._index(index) for index in facts.indexes]
        said = dict(facts.options)
        return sa.Table(
            facts.name,
            metadata,
            *items,
            schema=facts.schema,
            comment=facts.comment,
            prefixes=["UNLOGGED"] if "unlogged" in said else [],
            **self._given(sa.Table, _table_options(said)),
        )

    def _counted_by_key(self) -> str | None:
        """Return the column for which SQLAlchemy writes SERIAL: one of the primary key."""
        of_key = self._key.columns if self._key else ()
        counted = (c.name for c in self._facts.columns if c.autoincrement and c.name in of_key)
        return next(counted, None)

    def _column(self, column: Column) -> sa.Column[Any]:
        items: list[Any] = []
        default = column.default_in_full or column.default
        if column.computed is not None:
            items.append(sa.Computed(_text(column.computed), persisted=column.stored))
        if column.identity is not None:
            items.append(sa.Identity(**_identity_options(column.identity)))
        type_ = self._types.type(column.type, column.collation)
        if column.autoincrement and column.name != self._counted:
            type_ = Verbatim(_SERIALS.get(column.type, column.type))
        return sa.Column(
            column.name,
            type_,
            *items,
            nullable=column.nullable,
            autoincrement="auto" if column.identity is not None else column.name == self._counted,
            server_default=None if default is None else _text(default),
            comment=column.comment,
        )

    def _constraint(self, constraint: Constraint) -> sa.Constraint:
        options = dict(constraint.options)
        given: dict[str, Any] = {"name": constraint.name}
        if "deferrable" in options:
            given["deferrable"] = True
        if "initially" in options:
            given["initially"] = "DEFERRED"
        own = {
            "include": options["include"].split(", ") if "include" in options else None,
            "not_valid": "not_valid" in options or None,
            "nulls_not_distinct": "nulls_not_distinct" in options or None,
        }
        if constraint.kind is Kind.EXCLUDE:
            return self._exclusion(constraint, given)
        kind = _KINDS[constraint.kind]
        given.update(self._given(kind, own))
        if constraint.kind is Kind.FOREIGN_KEY:
            return _foreign_key(constraint, given)
        if constraint.kind is Kind.CHECK:
            return sa.CheckConstraint(_text(typed(constraint.text or "")), **given)
        made: sa.Constraint = kind(*constraint.columns, **given)
        return made

    def _exclusion(self, constraint: Constraint, given: dict[str, Any]) -> sa.Constraint:
        text = constraint.text or ""
        parts, rest = elements(text)
        names = [column.name for column in self._facts.columns]
        pairs = [self._excluded(part, names) for part in parts]
        where = rest.removeprefix("WHERE (").removesuffix(")") if rest else None
        return postgresql.ExcludeConstraint(
            *pairs,
            using=text.removeprefix("USING ").partition(" ")[0],
            where=None if where is None else _text(typed(where)),
            **given,
        )

    def _excluded(self, part: str, names: list[str]) -> tuple[Any, str]:
        element, _, operator = part.rpartition(" WITH ")
        name = next((name for name in names if is_name(element, name)), None)
        return (name or sa.literal_column(element), operator)

    def _index(self, index: Index) -> sa.Index:
        options = dict(index.options)
        own: dict[str, Any] = {
            "include": options["include"].split(", ") if "include" in options else None,
            "nulls_not_distinct": "nulls_not_distinct" in options or None,
            "tablespace": options.get("tablespace"),
            "using": options.get("using"),
            "where": _text(typed(options["where"])) if "where" in options else None,
            "with": dict(_pairs(options["with"])) if "with" in options else None,
        }
        shown = zip(index.elements, index.plain, strict=True)
        parts: list[Any] = [text if plain else sa.literal_column(text) for text, plain in shown]
        return sa.Index(
            index.name,
            *parts,
            unique=index.unique,
            **self._given(sa.Index, own),
        )

    def _given(self, kind: type, options: dict[str, Any]) -> dict[str, Any]:
        """Return the options that say something, and that this SQLAlchemy knows."""
        known = self._arguments.get(kind, frozenset())
        said = {name: value for name, value in options.items() if value is not None}
        return {f"postgresql_{name}": value for name, value in said.items() if name in known}


_KINDS: Final[dict[Kind, Any]] = {
    Kind.PRIMARY_KEY: sa.PrimaryKeyConstraint,
    Kind.UNIQUE: sa.UniqueConstraint,
    Kind.FOREIGN_KEY: sa.ForeignKeyConstraint,
    Kind.CHECK: sa.CheckConstraint,
}


def _known_arguments(dialect: Dialect) -> dict[type, frozenset[str]]:
    return {kind: frozenset(names) for kind, names in dialect.construct_arguments or ()}


def _table_options(said: dict[str, str]) -> dict[str, Any]:
    storage = {n.removeprefix("with:"): v for n, v in said.items() if n.startswith("with:")}
    names = said.get("inherits")
    return {
        "inherits": tuple(name.strip('"') for name in names.split(", ")) if names else None,
        "partition_by": said.get("partition_by"),
        "tablespace": said.get("tablespace"),
        "using": said.get("using"),
        "with": storage or None,
    }


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for part in text.split(", "):
        name, _, value = part.partition("=")
        yield name, value


def _identity_options(options: Options) -> dict[str, Any]:
    return {n: int(value) if n in _NUMBERS else True for n, value in options}


def _foreign_key(constraint: Constraint, given: dict[str, Any]) -> sa.ForeignKeyConstraint:
    reference = constraint.reference
    assert reference is not None
    place = f"{reference.schema}.{reference.table}" if reference.schema else reference.table
    return sa.ForeignKeyConstraint(
        constraint.columns,
        [f"{place}.{column}" for column in reference.columns],
        ondelete=reference.ondelete,
        onupdate=reference.onupdate,
        match=reference.match,
        **given,
    )


def _text(sql: str) -> sa.TextClause:
    return sa.text(_PARAMETER.sub(r"\\:", sql))
