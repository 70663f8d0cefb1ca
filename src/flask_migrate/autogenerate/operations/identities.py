"""What gives a column its numbers on PostgreSQL: an identity, or a sequence that it owns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask_migrate.autogenerate.comparison.naming import quoting

from .directives import Statement

if TYPE_CHECKING:
    import sqlalchemy as sa

    from flask_migrate.databases.catalog import Column, Options


def generated_by(
    actual: Column, wanted: Column, column: sa.Column[Any], dialect: sa.Dialect
) -> tuple[list[Statement], list[Statement]]:
    """Return what must happen before and after the column's own change."""
    if dialect.name != "postgresql":
        return [], []
    place = _Place(column, dialect)
    if actual.autoincrement and wanted.autoincrement and actual.type != wanted.type:
        return [], [place.other_numbers(actual.type, wanted.type)]
    before: list[Statement] = []
    after: list[Statement] = []
    if actual.autoincrement and not wanted.autoincrement:
        before += _backwards(place.serial(actual.type))
    if actual.computed is not None and wanted.computed is None:
        before.append(place.no_longer_computed(actual))
    if actual.identity != wanted.identity:
        if wanted.identity is None:
            before += _backwards(place.identity(actual.identity or ()))
        elif actual.identity is None:
            after += place.identity(wanted.identity)
        else:
            after.append(place.other_identity(actual.identity, wanted.identity))
    if wanted.autoincrement and not actual.autoincrement:
        after += place.serial(wanted.type)
    return before, after


class _Place:
    """A column, as statements name it."""

    def __init__(self, column: sa.Column[Any], dialect: sa.Dialect) -> None:
        quote = quoting(dialect)
        self.column = quote.quote(column.name)
        self.table = quote.format_table(column.table)
        self.sequence = quote.quote(f"{column.table.name}_{column.name}_seq")
        if column.table.schema:
            self.sequence = f"{quote.quote_schema(column.table.schema)}.{self.sequence}"
        self.owned = f"pg_get_serial_sequence({_text(self.table)}, {_text(column.name)})"
        self.alter = f"ALTER TABLE {self.table} ALTER COLUMN {self.column}"
        self.words = f"{column.table.name}.{column.name}"

    def no_longer_computed(self, actual: Column) -> Statement:
        alter = f"ALTER TABLE {self.table}"
        required = "" if actual.nullable else " NOT NULL"
        again = f"{actual.type} GENERATED ALWAYS AS ({actual.computed}) STORED{required}"
        return Statement(
            f"{self.alter} DROP EXPRESSION",
            (f"{alter} DROP COLUMN {self.column}", f"{alter} ADD COLUMN {self.column} {again}"),
            f"{self.words}: no longer computed",
        )

    def other_numbers(self, actual: str, wanted: str) -> Statement:
        """Let the sequence of a column count as far as the column can."""
        return Statement(
            self._on_sequence(f"'ALTER SEQUENCE ' || {self.owned} || ' AS {wanted}'"),
            self._on_sequence(f"'ALTER SEQUENCE ' || {self.owned} || ' AS {actual}'"),
            f"{self.words}: its sequence counts as {wanted}",
        )

    def _on_sequence(self, statement: str) -> str:
        return f"DO $$ BEGIN EXECUTE {statement}; END $$"

    def identity(self, options: Options) -> list[Statement]:
        words = dict(options)
        kind = "ALWAYS" if words.pop("always", "no") == "yes" else "BY DEFAULT"
        listed = " ".join(_option(name, value) for name, value in words.items())
        return [
            Statement(
                f"{self.alter} ADD GENERATED {kind} AS IDENTITY" + (f" ({listed})" * bool(listed)),
                f"{self.alter} DROP IDENTITY",
                f"{self.words}: identity",
            ),
            self._beyond(),
        ]

    def other_identity(self, actual: Options, wanted: Options) -> Statement:
        return Statement(
            f"{self.alter} {_settings(wanted, actual)}",
            f"{self.alter} {_settings(actual, wanted)}",
            f"{self.words}: identity",
        )

    def serial(self, type_: str) -> list[Statement]:
        return [
            Statement(
                f"CREATE SEQUENCE {self.sequence} AS {type_} OWNED BY {self.table}.{self.column}",
                self._on_sequence(f"'DROP SEQUENCE ' || {self.owned}"),
                f"{self.words}: its own sequence",
            ),
            Statement(
                f"{self.alter} SET DEFAULT nextval({_text(self.sequence)})",
                f"{self.alter} DROP DEFAULT",
                f"{self.words}: numbered by itself",
            ),
            self._beyond(),
        ]

    def _beyond(self) -> Statement:
        """Let the numbers begin behind those that the rows have."""
        return Statement(
            f"SELECT setval({self.owned}, max({self.column})) "
            f"FROM {self.table} HAVING max({self.column}) > 0",
            (),
            f"{self.words}: numbers behind those in use",
        )


def _backwards(statements: list[Statement]) -> list[Statement]:
    return [s.reverse() for s in reversed(statements) if s.back]


_DEFAULTS: Final = {
    "start": "SET START WITH 1",
    "increment": "SET INCREMENT BY 1",
    "minvalue": "SET NO MINVALUE",
    "maxvalue": "SET NO MAXVALUE",
    "cache": "SET CACHE 1",
    "cycle": "SET NO CYCLE",
}


def _settings(options: Options, before: Options) -> str:
    """Return what sets an identity's options; those that it had and loses, to their defaults."""
    words = dict(options)
    lost = [_DEFAULTS[name] for name, _ in before if name not in words and name in _DEFAULTS]
    kind = "ALWAYS" if words.pop("always", "no") == "yes" else "BY DEFAULT"
    return " ".join(
        [f"SET GENERATED {kind}", *(f"SET {_option(n, v)}" for n, v in words.items()), *lost]
    )


def _option(name: str, value: str) -> str:
    if name == "cycle":
        return "CYCLE" if value == "yes" else "NO CYCLE"
    words = {"start": "START WITH", "increment": "INCREMENT BY"}
    return f"{words.get(name, name.upper())} {value}"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
