"""Schemas as plain values, which Hypothesis draws and changes, and the models made from them.

A column's name tells its family (``int_a``, ``str_b``), so that a column of two schemas
is always of types that its values can go through.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from tests.autogenerate.changes_checks import CONVENTION

if TYPE_CHECKING:
    from collections.abc import Mapping

COLLATED = {"postgresql": "C", "sqlite": "NOCASE", "mysql": "utf8mb4_bin"}


def _collated(type_: type[sa.String], length: int | None) -> sa.types.TypeEngine[Any]:
    """Return a text with a collation that the database has."""
    plain: sa.types.TypeEngine[Any] = type_(length)
    for name, collation in COLLATED.items():
        plain = plain.with_variant(type_(length, collation=collation), name)
    return plain


TYPES: dict[str, tuple[sa.types.TypeEngine[Any], ...]] = {
    "int": (sa.Integer(), sa.BigInteger(), sa.SmallInteger()),
    "str": (sa.String(20), sa.String(60), sa.Unicode(40), _collated(sa.String, 50)),
    "text": (sa.Text(), sa.String(90), _collated(sa.Text, None)),
    "num": (sa.Numeric(10, 2), sa.Numeric(12, 4), sa.Numeric(14, 2)),
    "float": (sa.Float(), sa.Double()),
    "bool": (sa.Boolean(),),
    "date": (sa.Date(),),
    "time": (sa.DateTime(),),
    "bin": (sa.LargeBinary(),),
    "uuid": (sa.Uuid(),),
    "json": (sa.JSON(),),
    "link": (sa.Integer(),),
    "calc": (sa.Integer(), sa.BigInteger()),
}
TYPED = ("mood", "kind")
"""Enumerations that are types where the server has such."""
ENUMS = (*TYPED, "mark")
"""The last is a text with a CHECK everywhere."""
VALUES: dict[str, list[Any]] = {
    "int": [11, 2, 3000, 45],
    "str": ["o'Brien", 'a "b"', "größe %", "d\\ :x"],
    "text": ["it's", "", "名 100 %s", "line\nline"],
    "num": [Decimal("1.50"), Decimal(-3), Decimal("7.25"), Decimal(0)],
    "float": [0.5, -2.0, 1000.25, 0.0],
    "bool": [True, False, True, False],
    "date": [dt.date(2024, 2, day) for day in (26, 27, 28, 29)],
    "time": [dt.datetime(2024, 2, 29, 23, 59, second) for second in (1, 2, 3, 4)],  # noqa: DTZ001
    "bin": [b"\x00'\xff", b"", b"%s", b"x"],
    "uuid": [uuid.UUID(int=number) for number in (1, 2, 3, 2**127)],
    "json": [{"a": ["%", None]}, [], "it's", 1],
    "link": [1, 2, 3, 4],
    **{name: ["x", "y", "y", "x"] for name in ENUMS},
}
FILLS: dict[str, Any] = {
    "int": 7,
    "str": "it's",
    "text": "100 %",
    "num": Decimal("2.25"),
    "float": 1.5,
    "bool": True,
    **dict.fromkeys(ENUMS, "x"),
}
DEFAULTS: dict[str, tuple[Any, ...]] = {
    "int": ("1", "5", sa.text("(1 + 2)")),
    "str": ("", "it's 5 %", sa.text("(lower('A'))")),
    "num": ("1.5", "0"),
    "float": ("0.5",),
    "bool": (sa.true(), sa.false()),
    "date": ("2024-01-01",),
    "time": ("2024-01-01 10:00:00", sa.func.now()),
    **dict.fromkeys(ENUMS, ("x", "y")),
}
CHECKS: dict[str, tuple[str, ...]] = {
    "int": ("{0} > 0", "{0} < 5000 AND {0} <> 77", "{0} BETWEEN 1 AND 9999", "{0} NOT IN (66, 67)"),
    "str": (
        "length({0}) < 300",
        "{0} <> 'no, (('",
        "{0} NOT LIKE '%zz_'",
        "{0} IS NULL OR {0} <> 'q'",
    ),
    "num": ("{0} > -100", "{0} <> 55.5"),
    "date": ("{0} > '1990-01-01'",),
}
FORMULAS = ("{} * 2", "{} + 1", "coalesce({}, 0) - 3", "CASE WHEN {} > 5 THEN 1 ELSE 0 END")
UNIQUES: dict[str, dict[str, Any]] = {
    "": {},
    "deferrable": {"deferrable": True, "initially": "DEFERRED"},
    "nulls": {"postgresql_nulls_not_distinct": True},
}
EXPRESSIONS = ("lower({})", "coalesce({}, '-')")
WHERES = ("{} IS NOT NULL", "{} > 5")


class _Shown:
    """Shows of itself only what is not usual."""

    def __repr__(self) -> str:
        said = {f.name: getattr(self, f.name) for f in fields(self)}
        usual = {f.name: f.default for f in fields(self)}
        given = [f"{name}={value!r}" for name, value in said.items() if value != usual[name]]
        return f"{type(self).__name__.removeprefix('Random')}({', '.join(given)})"


@dataclass(frozen=True, repr=False)
class RandomColumn(_Shown):
    """A column; `options` are arguments of SQLAlchemy's."""

    name: str
    type: int = 0
    nullable: bool = True
    default: int | None = None
    """Which of the server's defaults of its family."""
    filled: bool = False
    """Whether the model has a value for rows that have none."""
    comment: str | None = None
    formula: tuple[int, str] | None = None
    virtual: bool = False

    @property
    def family(self) -> str:
        return self.name.partition("_")[0]

    @property
    def server_default(self) -> Any:
        return None if self.default is None else DEFAULTS[self.family][self.default]


@dataclass(frozen=True, repr=False)
class RandomConstraint(_Shown):
    """A CHECK, a unique constraint, a foreign key or an index; which, says where it stands."""

    name: str | None
    columns: tuple[str, ...]
    text: str = ""
    """The condition, the target and actions, or what is special."""
    unique: bool = False


@dataclass(frozen=True, repr=False)
class RandomTable(_Shown):
    """A table; its key is `id`, if it does not say otherwise."""

    name: str
    columns: tuple[RandomColumn, ...] = ()
    key: tuple[str, ...] = ()
    checks: tuple[RandomConstraint, ...] = ()
    uniques: tuple[RandomConstraint, ...] = ()
    links: tuple[RandomConstraint, ...] = ()
    indexes: tuple[RandomConstraint, ...] = ()
    comment: str | None = None

    def column(self, name: str) -> RandomColumn | None:
        return next((column for column in self.columns if column.name == name), None)


@dataclass(frozen=True, repr=False)
class RandomSchema(_Shown):
    """Tables, and the values of the enumerations that they share."""

    tables: tuple[RandomTable, ...]
    labels: Mapping[str, tuple[str, ...]]
    convention: bool = False

    def table(self, name: str) -> RandomTable | None:
        return next((table for table in self.tables if table.name == name), None)


def models_of(schema: RandomSchema) -> sa.MetaData:
    """Make the models."""
    metadata = sa.MetaData(naming_convention=CONVENTION if schema.convention else None)
    enums = {name: sa.Enum(*schema.labels[name], name=name) for name in TYPED}
    for table in schema.tables:
        parts = [_column(column, enums, schema.labels["mark"]) for column in table.columns]
        for column in parts:
            column.primary_key = column.name in table.key
        sa.Table(
            table.name,
            metadata,
            *([] if table.key else [sa.Column("id", sa.Integer, primary_key=True)]),
            *parts,
            *_checks(table, named=schema.convention),
            *(
                sa.UniqueConstraint(*c.columns, name=c.name, **UNIQUES[c.text])
                for c in table.uniques
            ),
            *(_link(c) for c in table.links),
            *(_index(c) for c in table.indexes),
            comment=table.comment,
        )
    return metadata


def target(link: RandomConstraint) -> str:
    """Return the table that a foreign key points to: its column's name tells it."""
    return link.text.partition("|")[0]


def _column(
    column: RandomColumn, enums: Mapping[str, sa.Enum], marks: tuple[str, ...]
) -> sa.Column[Any]:
    family = column.family
    type_ = enums.get(family) or _mark(column, marks)
    parts: list[Any] = []
    if column.formula is not None:
        number, source = column.formula
        parts.append(sa.Computed(FORMULAS[number].format(source), persisted=not column.virtual))
    return sa.Column(
        column.name,
        type_,
        *parts,
        nullable=column.nullable,
        server_default=column.server_default,
        default=FILLS[family] if column.filled else None,
        comment=column.comment,
    )


def _mark(column: RandomColumn, labels: tuple[str, ...]) -> sa.types.TypeEngine[Any]:
    if column.family != "mark":
        return TYPES[column.family][column.type]
    name = f"is_{column.name}"
    return sa.Enum(*labels, name=name, native_enum=False, create_constraint=True, length=20)


def _link(link: RandomConstraint) -> sa.ForeignKeyConstraint:
    table, deleted, updated, deferrable = link.text.split("|")
    return sa.ForeignKeyConstraint(
        link.columns,
        [f"{table}.id"],
        name=link.name,
        ondelete=deleted or None,
        onupdate=updated or None,
        deferrable=bool(deferrable) or None,
    )


def _checks(table: RandomTable, *, named: bool) -> list[sa.CheckConstraint]:
    """Make the conditions; a naming convention wants each to have some name."""
    names = [c.name or (f"c{n}" if named else None) for n, c in enumerate(table.checks)]
    return [
        sa.CheckConstraint(sa.text(c.text), name=name)
        for c, name in zip(table.checks, names, strict=True)
    ]


def _index(index: RandomConstraint) -> sa.Index:
    elements: list[Any] = list(index.columns)
    options: dict[str, Any] = {}
    word, _, rest = index.text.partition(" ")
    if word == "where":
        options = {"postgresql_where": sa.text(rest), "sqlite_where": sa.text(rest)}
    elif word == "element":
        elements[0] = sa.text(rest)
    elif word:
        options = {word: {index.columns[0]: int(rest)} if rest.isdigit() else rest}
    return sa.Index(index.name, *elements, unique=index.unique, **options)
