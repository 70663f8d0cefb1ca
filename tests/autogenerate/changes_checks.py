"""Changes of conditions: CHECKs, exclusions, and the names that conventions give."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import CheckConstraint as Check
from sqlalchemy import Column
from sqlalchemy.dialects import postgresql

from tests.autogenerate.cases import (
    ALL,
    NOT_MARIADB,
    POSTGRESQL,
    SERVERS,
    Change,
    edit,
    models,
    nothing,
    table,
)

VALUES = {"item.a": [1, 2, 3, None], "item.b": ["x", "yy", None]}
CONVENTION = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
SHORT = {
    "ix": "%(table_name)s_%(column_0_name)s_idx",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "fk": "%(table_name)s_%(column_0_name)s_fk",
    "pk": "%(table_name)s_pk",
}


def _check(name: str, before: object, after: object, databases: tuple[str, ...] = ALL) -> Change:
    """Return a change of the CHECKs; before and after are functions that return some."""

    def parts(make: object) -> tuple[object, ...]:
        return (Column("a", sa.Integer), Column("b", sa.String(20)), *make())

    return edit(
        f"check-{name}", lambda: parts(before), lambda: parts(after), databases, values=VALUES
    )


def _that(*texts: str, name: str | None = None) -> object:
    return lambda: tuple(Check(text, name=name) for text in texts)


def _exclusion(name: str, before: object, after: object) -> Change:
    def parts(make: object) -> tuple[object, ...]:
        return (
            Column("during", postgresql.INT4RANGE),
            Column("place", postgresql.INT4RANGE),
            *make(),
        )

    return edit(f"exclusion-{name}", lambda: parts(before), lambda: parts(after), POSTGRESQL)


def _without(*columns: str, **options: object) -> object:
    return lambda: (
        postgresql.ExcludeConstraint(*((column, "&&") for column in columns), **options),
    )


def _named_by(before: dict[str, str] | None, after: dict[str, str] | None) -> dict[str, object]:
    def made(convention: dict[str, str] | None) -> sa.MetaData:
        return models(
            table("city"),
            table(
                "item",
                Column("a", sa.Integer, unique=True),
                Column("city_id", sa.Integer, sa.ForeignKey("city.id"), index=True),
                Check("a > -100", name="low"),
            ),
            **({} if convention is None else {"naming_convention": convention}),
        )

    return {"before": lambda: made(before), "after": lambda: made(after)}


def _conventional(*parts: object) -> sa.MetaData:
    return models(table("item", *parts), naming_convention=CONVENTION)


CHANGES = [
    _check("added", nothing, _that("a > 0")),
    _check("dropped", _that("a > 0"), nothing),
    _check("changed", _that("a > 0"), _that("a >= 0")),
    _check("added-named", nothing, _that("a > 0", name="positive")),
    _check("dropped-named", _that("a > 0", name="positive"), nothing),
    _check("changed-named", _that("a > 0", name="ck"), _that("a > 0 AND a < 50", name="ck")),
    _check("renamed", _that("a > 0", name="old"), _that("a > 0", name="new")),
    _check("name-given", _that("a > 0"), _that("a > 0", name="positive")),
    _check("one-of-two-dropped", _that("a > 0", "a < 90"), _that("a < 90")),
    _check("second-added", _that("a > 0"), _that("a > 0", "b <> ''")),
    _check("in-list", _that("b IN ('x', 'yy')"), _that("b IN ('x', 'yy', 'z')")),
    _check("between", _that("a BETWEEN 0 AND 9"), _that("a BETWEEN 0 AND 99")),
    _check("like-with-percent", _that("b LIKE '%'"), _that("b NOT LIKE '%%q:x%'")),
    _check("strings", _that("b <> 'it''s (a)'"), _that("b <> 'IT''S (a)'")),
    _check("of-two-columns", nothing, _that("a IS NOT NULL OR b IS NULL OR b <> 'q'")),
    _check("function", _that("length(b) < 10"), _that("length(b) < 20")),
    _check("case", nothing, _that("CASE WHEN a = 1 THEN b = 'x' ELSE a > 1 END"), NOT_MARIADB),
    _check("cast", _that("a::text <> 'q'"), _that("a::text <> 'w'"), POSTGRESQL),
    _check("regular-expression", nothing, _that("b ~ '^[a-z]+$'"), POSTGRESQL),
    _check("regular-expression-glob", nothing, _that("b GLOB '[a-z]*'"), ("sqlite",)),
    edit(
        "check-of-a-column-added",
        lambda: Column("a", sa.Integer),
        lambda: Column("a", sa.Integer, Check("a <> 99")),
    ),
    edit(
        "check-with-its-column-added",
        nothing,
        lambda: Column("a", sa.Integer, Check("a <> 99")),
    ),
    edit(
        "check-with-its-column-dropped",
        lambda: Column("a", sa.Integer, Check("a <> 99")),
        nothing,
    ),
    edit(
        "check-of-table-goes-with-its-column",
        lambda: (Column("a", sa.Integer), Check("a <> 99", name="not_99")),
        nothing,
    ),
    edit(
        "check-of-two-columns-loses-one",
        lambda: (Column("a", sa.Integer), Column("b", sa.Integer), Check("a <> 99 OR b <> 98")),
        lambda: (Column("b", sa.Integer), Check("b <> 97")),
    ),
    edit(
        "check-that-new-rows-need-with-a-filled-column",
        nothing,
        lambda: (Column("a", sa.Integer, nullable=False, default=5), Check("a BETWEEN 1 AND 9")),
        added={"item.a": 5},
    ),
    _exclusion("added", nothing, _without("during")),
    _exclusion("dropped", _without("during"), nothing),
    _exclusion("dropped-named", _without("during", name="no_overlap"), nothing),
    _exclusion("changed", _without("during"), _without("during", "place")),
    _exclusion(
        "where",
        _without("during", name="ex"),
        _without("during", name="ex", where=sa.text("id > 5")),
    ),
    _exclusion("deferrable", _without("during"), _without("during", deferrable=True)),
    Change("convention-comes", databases=ALL, **_named_by(None, CONVENTION)),
    Change("convention-changes", databases=SERVERS, **_named_by(CONVENTION, SHORT)),
    Change(
        "convention-names-what-is-new",
        lambda: _conventional(Column("a", sa.Integer)),
        lambda: _conventional(
            Column("a", sa.Integer, unique=True),
            Column("up", sa.Integer, sa.ForeignKey("item.id"), index=True),
            Check("a <> 99", name="not_99"),
        ),
    ),
    Change(
        "convention-named-constraints-dropped",
        lambda: _conventional(
            Column("a", sa.Integer, unique=True),
            Column("up", sa.Integer, sa.ForeignKey("item.id"), index=True),
            Check("a <> 99", name="not_99"),
        ),
        lambda: _conventional(Column("a", sa.Integer), Column("up", sa.Integer)),
    ),
    Change(
        "convention-of-checks-without-a-name",
        lambda: _conventional(Column("a", sa.Integer)),
        lambda: _conventional(Column("a", sa.Integer, nullable=False), Column("c", sa.Boolean)),
    ),
    Change(
        "convention-names-the-check-of-an-enum",
        lambda: _conventional(Column("a", sa.Integer)),
        lambda: _conventional(
            Column("a", sa.Integer),
            Column("e", sa.Enum("x", "y", name="kind", native_enum=False, create_constraint=True)),
        ),
        NOT_MARIADB,
    ),
]
