"""Changes of enumerations: types of PostgreSQL, ENUMs of MariaDB, and CHECKs elsewhere."""

from __future__ import annotations

import enum

import sqlalchemy as sa
from sqlalchemy import Column, Enum
from sqlalchemy.dialects import mysql, postgresql

from tests.autogenerate.cases import (
    MARIADB,
    POSTGRESQL,
    SERVERS,
    Change,
    edit,
    models,
    nothing,
    table,
)


class Colour(enum.Enum):
    """Names are what is kept."""

    red = "R"
    green = "G"


class MoreColours(enum.Enum):
    """The same, and one more."""

    red = "R"
    green = "G"
    blue = "B"


def _kind(*values: str, **options: object) -> Enum:
    return Enum(*values, **({"name": "kind"} | options))


def _column(*values: str, **options: object) -> Column:
    return Column("a", _kind(*values), **options)


def _labels(
    name: str,
    before: list[str],
    after: list[str],
    databases: tuple[str, ...] = SERVERS,
    **about: object,
) -> Change:
    """Return a change of the values of an enumeration of the server."""
    return edit(
        f"enum-{name}", lambda: _column(*before), lambda: _column(*after), databases, **about
    )


def _checked(name: str, before: list[str], after: list[str], **about: object) -> Change:
    """Return a change of the values of an enumeration that is a text with a CHECK."""

    def made(values: list[str]) -> Column:
        return Column("a", _kind(*values, native_enum=False, create_constraint=True, length=20))

    return edit(f"enum-checked-{name}", lambda: made(before), lambda: made(after), **about)


def _two(*values: str) -> sa.MetaData:
    """Return two tables that share a type."""
    kind = _kind(*values)
    return models(
        table("item", Column("a", kind)),
        table("other", Column("a", kind, server_default=values[0])),
    )


def _owned(metadata: sa.MetaData) -> None:
    Enum("x", "y", name="kind", metadata=metadata)


def _of_its_metadata(metadata: sa.MetaData) -> None:
    kind = Enum("x", "y", name="kind", metadata=metadata)
    table("item", Column("a", kind))(metadata)


CHANGES = [
    _labels("value-at-the-end", ["x", "y"], ["x", "y", "z"]),
    _labels("value-at-the-beginning", ["x", "y"], ["w", "x", "y"]),
    _labels("value-in-the-middle", ["x", "z"], ["x", "y", "z"]),
    _labels("several-values", ["c", "f"], ["a", "b", "c", "d", "e", "f", "g"]),
    _labels("values-with-quotes", ["x"], ["x", "it's", 'a "b"', "größe", "a,b"]),
    _labels("value-with-percent", ["x"], ["x", "100 %", "%s"], needs=(2, 0, 31)),
    _labels("other-order", ["x", "y"], ["y", "x"]),
    _labels(
        "value-dropped-that-no-row-has", ["x", "y", "z"], ["x", "z"], values={"item.a": ["x", "z"]}
    ),
    _labels(
        "value-added-and-another-dropped",
        ["x", "y"],
        ["x", "z"],
        values={"item.a": ["x", None]},
        options={"no_rename": True},
    ),
    _labels("case-of-a-value", ["x", "y"], ["x", "y", "Y2"]),
    edit("enum-column-added", nothing, lambda: _column("x", "y")),
    edit("enum-column-dropped", lambda: _column("x", "y"), nothing),
    edit(
        "enum-column-not-null-added",
        nothing,
        lambda: _column("x", "y", nullable=False, default="y"),
        added={"item.a": "y"},
    ),
    edit(
        "enum-default-added",
        lambda: _column("x", "y"),
        lambda: _column("x", "y", server_default="y"),
    ),
    edit(
        "enum-default-changed",
        lambda: _column("x", "y", server_default="x"),
        lambda: _column("x", "y", server_default="y"),
    ),
    edit(
        "enum-default-is-a-new-value",
        lambda: _column("x", "y", server_default="x"),
        lambda: _column("x", "y", "z", server_default="z"),
        SERVERS,
    ),
    edit(
        "enum-value-dropped-with-a-default",
        lambda: _column("x", "y", server_default="x", nullable=False),
        lambda: _column("x", server_default="x", nullable=False),
        SERVERS,
        values={"item.a": ["x"]},
    ),
    edit(
        "enum-value-dropped-with-index-and-check",
        lambda: (
            _column("x", "y", "z", index=True),
            sa.CheckConstraint("a <> 'z'", name="not_z"),
        ),
        lambda: (_column("x", "z", index=True), sa.CheckConstraint("a <> 'z'", name="not_z")),
        SERVERS,
        values={"item.a": ["x", None]},
    ),
    edit(
        "enum-of-python",
        lambda: Column("a", Enum(Colour)),
        lambda: Column("a", Enum(MoreColours, name="colour")),
        SERVERS,
    ),
    edit(
        "enum-of-python-becomes-its-values",
        lambda: Column("a", Enum(Colour, native_enum=False, length=10)),
        lambda: Column("a", Enum(Colour, native_enum=False, length=12)),
    ),
    edit(
        "enum-to-text",
        lambda: _column("x", "y"),
        lambda: Column("a", sa.String(20)),
    ),
    edit(
        "enum-from-text",
        lambda: Column("a", sa.String(20)),
        lambda: _column("x", "y"),
        SERVERS,
        values={"item.a": ["x", "y", None]},
    ),
    edit(
        "enum-to-another",
        lambda: Column("a", Enum("x", "y", name="kind")),
        lambda: Column("a", Enum("x", "y", name="sort")),
        POSTGRESQL,
    ),
    edit(
        "enum-to-another-with-a-default",
        lambda: Column("a", Enum("x", "y", name="kind"), server_default="x"),
        lambda: Column("a", Enum("x", "y", "z", name="sort"), server_default="y"),
        POSTGRESQL,
    ),
    Change("enum-shared-added-value", lambda: _two("x", "y"), lambda: _two("x", "y", "z"), SERVERS),
    Change(
        "enum-shared-dropped-value",
        lambda: _two("x", "y", "z"),
        lambda: _two("x", "y"),
        SERVERS,
        values={"item.a": ["x", "y"], "other.a": ["x"]},
    ),
    Change(
        "enum-shared-by-a-new-table",
        lambda: models(table("item", _column("x", "y"))),
        lambda: _two("x", "y"),
        SERVERS,
    ),
    Change(
        "enum-shared-and-one-table-dropped",
        lambda: _two("x", "y"),
        lambda: models(table("item", _column("x", "y"))),
        SERVERS,
    ),
    Change(
        "enum-of-a-dropped-table",
        lambda: models(table("item", _column("x", "y")), table("other")),
        lambda: models(table("other")),
    ),
    Change(
        "enum-of-metadata-added",
        lambda: models(table("item")),
        lambda: models(table("item"), _owned),
        POSTGRESQL,
    ),
    Change(
        "table-with-an-enum-of-its-metadata",
        lambda: models(table("other")),
        lambda: models(table("other"), _of_its_metadata),
        POSTGRESQL,
    ),
    edit(
        "enum-array-added",
        nothing,
        lambda: Column("a", postgresql.ARRAY(_kind("x", "y"))),
        POSTGRESQL,
    ),
    edit(
        "enum-array-gets-a-value",
        lambda: Column("a", postgresql.ARRAY(_kind("x", "y"))),
        lambda: Column("a", postgresql.ARRAY(_kind("x", "y", "z"))),
        POSTGRESQL,
    ),
    edit(
        "enum-array-loses-a-value",
        lambda: Column("a", postgresql.ARRAY(_kind("x", "y", "z"))),
        lambda: Column("a", postgresql.ARRAY(_kind("x", "z"))),
        POSTGRESQL,
        values={"item.a": [["x", "z"], [], None]},
    ),
    edit(
        "enum-in-another-schema",
        lambda: _column("x"),
        lambda: Column("a", _kind("x", "y", schema="other")),
        POSTGRESQL,
        setup=["CREATE SCHEMA other"],
        configure={"include_schemas": True},
    ),
    edit(
        "enum-postgresql-own-class",
        lambda: Column("a", postgresql.ENUM("x", "y", name="kind")),
        lambda: Column("a", postgresql.ENUM("x", "y", "z", name="kind")),
        POSTGRESQL,
    ),
    _labels(
        "value-renamed",
        ["x", "y"],
        ["x", "why"],
        POSTGRESQL,
        renames=["kind.y:why"],
        becomes={"item.a": {"y": "why"}},
        returns={"item.a": {"why": "y"}},
    ),
    _labels(
        "value-renamed-while-others-come-and-go",
        ["x", "y", "z"],
        ["w", "ex", "y"],
        POSTGRESQL,
        renames=["kind.x:ex"],
        values={"item.a": ["x", "y", None]},
        becomes={"item.a": {"x": "ex"}},
        returns={"item.a": {"ex": "x"}},
        options={"no_rename": True},
    ),
    _labels(
        "value-dropped-and-its-rows-get-another",
        ["x", "y", "z"],
        ["x", "y"],
        POSTGRESQL,
        renames=["kind.z:x"],
        becomes={"item.a": {"z": "x"}},
    ),
    edit(
        "enum-value-renamed-that-is-a-default",
        lambda: (_column("x", "y", server_default="y"), sa.CheckConstraint("a <> 'x'")),
        lambda: (_column("x", "why", server_default="why"), sa.CheckConstraint("a <> 'x'")),
        POSTGRESQL,
        values={"item.a": ["y", None]},
        renames=["kind.y:why"],
        becomes={"item.a": {"y": "why"}},
        returns={"item.a": {"why": "y"}},
    ),
    edit(
        "enum-mariadb-own-class",
        lambda: Column("a", mysql.ENUM("x", "y")),
        lambda: Column("a", mysql.ENUM("x", "y", "z")),
        MARIADB,
    ),
    edit(
        "enum-mariadb-set",
        lambda: Column("a", mysql.SET("x", "y")),
        lambda: Column("a", mysql.SET("x", "y", "z")),
        MARIADB,
    ),
    edit(
        "enum-mixed-case-name",
        lambda: Column("a", Enum("x", "y", name="The Kind")),
        lambda: Column("a", Enum("x", "y", "z", name="The Kind")),
        POSTGRESQL,
    ),
    _checked("value-added", ["x", "y"], ["x", "y", "z"]),
    _checked("value-dropped", ["x", "y", "z"], ["x", "y"], values={"item.a": ["x", "y", None]}),
    edit(
        "enum-gets-a-check",
        lambda: Column("a", _kind("x", "y", native_enum=False, length=20)),
        lambda: Column("a", _kind("x", "y", native_enum=False, length=20, create_constraint=True)),
    ),
    edit(
        "enum-checked-column-added",
        nothing,
        lambda: Column("a", _kind("x", "y", native_enum=False, create_constraint=True)),
    ),
    edit(
        "enum-checked-without-a-name",
        lambda: Column("a", Enum("x", native_enum=False, create_constraint=True, length=9)),
        lambda: Column("a", Enum("x", "y", native_enum=False, create_constraint=True, length=9)),
        values={"item.a": ["x", None]},
    ),
    edit(
        "enum-longer-values-without-a-check",
        lambda: Column("a", _kind("x", "y", native_enum=False)),
        lambda: Column("a", _kind("x", "y", "longest", native_enum=False)),
    ),
    edit(
        "boolean-gets-a-check",
        lambda: Column("a", sa.Boolean),
        lambda: Column("a", sa.Boolean(create_constraint=True, name="true_or_false")),
        ("sqlite", "mariadb"),
    ),
    edit(
        "enum-native-to-checked",
        lambda: _column("x", "y"),
        lambda: Column("a", _kind("x", "y", native_enum=False, create_constraint=True, length=5)),
    ),
]
