"""PostgreSQL's enum types: created, given values, renamed values, rebuilt without values, dropped.

A type's values can be added and renamed in place. To take one away the type is
made anew and its columns are changed to it; a row that still has the value then
stops the revision, unless it was said what becomes of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from flask_migrate.autogenerate.comparison.naming import quoting
from flask_migrate.autogenerate.operations.directives import Statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import sqlalchemy as sa


@dataclass(frozen=True)
class EnumColumn:
    """A column of an enum type, as statements name it."""

    table: str
    name: str
    array: bool = False
    default: str | None = None
    checks: tuple[tuple[str, str], ...] = ()
    """Names and conditions of the CHECKs that mention it."""


@dataclass(frozen=True)
class EnumType:
    """An enum type, as statements name it, with its values and the columns that have it."""

    name: str
    values: tuple[str, ...]
    columns: tuple[EnumColumn, ...] = ()


@dataclass(frozen=True)
class Values:
    """What becomes of a type's values."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    renamed: Mapping[str, str] = field(default_factory=dict)
    """Old to new, where the new value was not there before."""
    replaced: Mapping[str, str] = field(default_factory=dict)
    """Old to another value that stays: what rows with the old one get."""

    @property
    def kept(self) -> tuple[str, ...]:
        """Return the old values under their new names."""
        return tuple(self.renamed.get(value, value) for value in self.before)

    @property
    def in_place(self) -> bool:
        """Return whether values only come: none goes, and none changes its place."""
        staying = [value for value in self.after if value in self.kept]
        return tuple(staying) == self.kept


def creation(type_: EnumType) -> Statement:
    """Return the creation of a type."""
    return Statement(
        _create(type_.name, type_.values), f"DROP TYPE {type_.name}", f"enum {type_.name}"
    )


def dropping(type_: EnumType) -> Statement:
    """Return that a type goes which nothing uses any more."""
    return creation(type_).reverse()


def changing(
    type_: EnumType, values: Values, used: Iterable[str], quote: sa.Dialect
) -> list[Statement]:
    """Return what takes a type from its values to others.

    `used` are the new values that something else of the revision needs: PostgreSQL lets
    nobody use a value in the transaction that has added it, so the type is then made anew.
    """
    statements = [_renaming(type_, old, new) for old, new in values.renamed.items()]
    come = [value for value in values.after if value not in values.kept]
    if values.in_place and not set(come) & set(used):
        return statements + _additions(type_, values, quote)
    rest = Values(values.kept, values.after, {}, values.replaced)
    return [*statements, rebuild(_renamed(type_, values.renamed), rest, quote)]


def _renamed(type_: EnumType, renamed: Mapping[str, str]) -> EnumType:
    """Return a type whose columns speak of its values by their new names."""

    def new(text: str) -> str:
        names = {_text(old): _text(value) for old, value in renamed.items()}
        return re.sub(r"'(?:[^']|'')*'", lambda found: names.get(found[0], found[0]), text)

    columns = tuple(
        replace(
            column,
            default=None if column.default is None else new(column.default),
            checks=tuple((name, new(text)) for name, text in column.checks),
        )
        for column in type_.columns
    )
    return replace(type_, columns=columns)


def _renaming(type_: EnumType, old: str, new: str) -> Statement:
    alter = f"ALTER TYPE {type_.name} RENAME VALUE"
    return Statement(
        f"{alter} {_text(old)} TO {_text(new)}",
        f"{alter} {_text(new)} TO {_text(old)}",
        f"enum {type_.name}: {old!r} -> {new!r}",
    )


def _additions(type_: EnumType, values: Values, quote: sa.Dialect) -> list[Statement]:
    """Return the values that come, each beside one that is there by then."""
    there, result = list(values.kept), []
    for at, value in enumerate(values.after):
        if value in there:
            continue
        place = f"AFTER {_text(values.after[at - 1])}" if at else f"BEFORE {_text(there[0])}"
        if not there:
            place = ""
        with_it = (*there[:at], value, *there[at:])
        back = rebuild(type_, Values(with_it, tuple(there)), quote)
        result.append(
            Statement(
                f"ALTER TYPE {type_.name} ADD VALUE {_text(value)} {place}".rstrip(),
                back.sql,
                f"enum {type_.name}: value {value!r}",
            )
        )
        there = list(with_it)
    return result


def rebuild(type_: EnumType, values: Values, quote: sa.Dialect) -> Statement:
    """Return a type made anew, with its columns changed to it; and the same back."""
    gone = [value for value in values.before if value not in values.after]
    come = [value for value in values.after if value not in values.before]
    words = [*(f"without {value!r}" for value in gone), *(f"with {value!r}" for value in come)]
    return Statement(
        _rebuilt(type_, values.after, values.replaced, quote),
        _rebuilt(type_, values.before, {}, quote),
        f"enum {type_.name}: {', '.join(words) or 'its values in another order'}",
    )


def _rebuilt(
    type_: EnumType, values: Sequence[str], replaced: Mapping[str, str], dialect: sa.Dialect
) -> list[str]:
    schema, _, plain = type_.name.rpartition(".")
    bare = plain.strip('"').replace('""', '"')
    aside = quoting(dialect).quote(f"{bare[:58]}_old")
    where = f"{schema}." if schema else ""
    checks = [(c.table, *check) for c in type_.columns for check in c.checks]
    checks = list(dict.fromkeys(checks))
    return [
        *(f"ALTER TABLE {table} DROP CONSTRAINT {name}" for table, name, _ in checks),
        *(
            f"ALTER TABLE {c.table} ALTER COLUMN {c.name} DROP DEFAULT"
            for c in type_.columns
            if c.default is not None
        ),
        f"ALTER TYPE {type_.name} RENAME TO {aside}",
        _create(type_.name, values),
        *(_retyped(column, type_.name, replaced) for column in type_.columns),
        *(
            f"ALTER TABLE {c.table} ALTER COLUMN {c.name} SET DEFAULT {c.default}"
            for c in type_.columns
            if c.default is not None
        ),
        *(
            f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({condition})"
            for table, name, condition in checks
        ),
        f"DROP TYPE {where}{aside}",
    ]


def _retyped(column: EnumColumn, type_: str, replaced: Mapping[str, str]) -> str:
    array = "[]" if column.array else ""
    value = f"{column.name}::text{array}"
    if column.array:
        for old, new in replaced.items():
            value = f"array_replace({value}, {_text(old)}, {_text(new)})"
    elif replaced:
        cases = " ".join(f"WHEN {_text(o)} THEN {_text(n)}" for o, n in replaced.items())
        value = f"(CASE {value} {cases} ELSE {value} END)"
    alter = f"ALTER TABLE {column.table} ALTER COLUMN {column.name}"
    return f"{alter} TYPE {type_}{array} USING {value}::{type_}{array}"


def _create(name: str, values: Iterable[str]) -> str:
    return f"CREATE TYPE {name} AS ENUM ({', '.join(map(_text, values))})"


def _text(value: Any) -> str:
    return "'" + str(value).replace("'", "''") + "'"
