"""The enums, domains and sequences of a PostgreSQL schema that its tables use or may use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from .postgresql_reading import identity_options
from .postgresql_type_queries import IN_SCHEMA, NAMED, domains, enums, sequences

if TYPE_CHECKING:
    from collections.abc import Collection

    from .facts import Options


@dataclass(frozen=True)
class Use:
    """A column whose type is an enum, or an array of it."""

    table: str
    column: str
    schema: str | None = None
    """None for the default schema."""


@dataclass(frozen=True)
class EnumType:
    """A native enum."""

    name: str
    labels: tuple[str, ...]
    """In their order."""
    uses: tuple[Use, ...] = ()
    """Columns of tables; of all schemas."""
    schema: str | None = None
    """None for the default schema."""
    shown: str = ""
    """As `format_type` names it: with its schema where that is not in the search path."""


@dataclass(frozen=True)
class Domain:
    """A type that narrows another one."""

    name: str
    type: str
    not_null: bool = False
    default: str | None = None
    collation: str | None = None
    checks: tuple[tuple[str, str], ...] = ()
    """Names and conditions."""
    schema: str | None = None
    """None for the default schema."""
    shown: str = ""
    """As `format_type` names it."""


@dataclass(frozen=True)
class SequenceFacts:
    """A sequence that belongs to no column."""

    name: str
    type: str
    options: Options = ()
    """start, increment, minvalue, maxvalue, cycle, cache; without what is the default."""
    schema: str | None = None
    """None for the default schema."""


def read_enums(connection: sa.Connection, schema: str | None) -> dict[str, EnumType]:
    """Return the enums of a schema by their names."""
    rows = _rows(connection, enums(IN_SCHEMA), schema=schema)
    return {row.name: _enum(row) for row in rows}


def read_domains(connection: sa.Connection, schema: str | None) -> dict[str, Domain]:
    """Return the domains of a schema by their names."""
    rows = _rows(connection, domains(IN_SCHEMA), schema=schema)
    return {row.name: _domain(row) for row in rows}


def read_sequences(connection: sa.Connection, schema: str | None) -> dict[str, SequenceFacts]:
    """Return the sequences of a schema that belong to no column, by their names."""
    rows = _rows(connection, sequences(), schema=schema)
    return {row.name: _sequence(row) for row in rows}


def types_shown_as(
    connection: sa.Connection, shown: Collection[str]
) -> dict[str, EnumType | Domain]:
    """Return the enums and domains that `format_type` shows by these texts."""
    found = _rows(connection, enums(NAMED), shown=list(shown))
    narrowed = _rows(connection, domains(NAMED), shown=list(shown))
    return {
        **{row.shown: _enum(row) for row in found},
        **{row.shown: _domain(row) for row in narrowed},
    }


def _rows(connection: sa.Connection, query: str, **values: Any) -> list[Any]:
    return list(connection.execute(sa.text(query), values))


def _enum(row: Any) -> EnumType:
    places = zip(row.use_schemas, row.use_tables, row.use_columns, strict=True)
    uses = tuple(
        Use(table, column, None if schema == row.default_schema else schema)
        for schema, table, column in places
    )
    return EnumType(row.name, tuple(row.labels), uses, row.schema, row.shown)


def _domain(row: Any) -> Domain:
    return Domain(
        row.name,
        row.type,
        row.not_null,
        row.default,
        row.collation,
        tuple(zip(row.check_names, row.check_texts, strict=True)),
        row.schema,
        row.shown,
    )


def _sequence(row: Any) -> SequenceFacts:
    options = identity_options(
        row.type,
        {
            "start": row.seqstart,
            "increment": row.seqincrement,
            "minvalue": row.seqmin,
            "maxvalue": row.seqmax,
            "cache": row.seqcache,
            "cycle": row.seqcycle,
        },
    )
    return SequenceFacts(row.name, row.type, options, row.schema)
