"""Changes of unique constraints."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column
from sqlalchemy import UniqueConstraint as Unique

from tests.autogenerate.cases import (
    ALL,
    NOT_MARIADB,
    POSTGRESQL,
    SQLITE,
    Change,
    edit,
    nothing,
)


def _unique(name: str, before: object, after: object, databases: tuple[str, ...] = ALL) -> Change:
    def made(parts: object) -> tuple[object, ...]:
        return (*(Column(n, sa.String(20)) for n in ("a", "b", "c")), *parts())

    values = {
        "item.a": ["1", "2", "3", None],
        "item.b": ["w", "x", "y", None],
        "item.c": ["4", "3", "2", "1"],
    }
    return edit(
        f"unique-{name}",
        lambda: made(before),
        lambda: made(after),
        databases,
        values=values,
    )


def _on(*columns: str, **options: object) -> object:
    return lambda: (Unique(*columns, **options),)


CHANGES = [
    _unique("added", nothing, _on("a")),
    _unique("dropped", _on("a"), nothing),
    _unique("added-named", nothing, _on("a", "b", name="uq_ab")),
    _unique("dropped-named", _on("a", "b", name="uq_ab"), nothing),
    _unique("other-columns", _on("a"), _on("c")),
    _unique("other-columns-same-name", _on("a", name="uq"), _on("c", name="uq")),
    _unique("wider", _on("a"), _on("a", "b")),
    _unique("other-order", _on("a", "b", name="uq"), _on("b", "a", name="uq")),
    _unique("renamed", _on("a", name="uq_old"), _on("a", name="uq_new")),
    _unique("name-given", _on("a"), _on("a", name="uq_given")),
    _unique("two-for-one", _on("a"), lambda: (Unique("a"), Unique("b"))),
    _unique("deferrable", _on("a"), _on("a", deferrable=True, initially="DEFERRED"), POSTGRESQL),
    _unique("nulls", _on("a"), _on("a", postgresql_nulls_not_distinct=True), POSTGRESQL),
    _unique(
        "nulls-back",
        _on("a", name="uq", postgresql_nulls_not_distinct=True),
        _on("a", name="uq"),
        POSTGRESQL,
    ),
    _unique("index-for-constraint", _on("a"), lambda: (sa.Index("ix_a", "a", unique=True),)),
    _unique(
        "constraint-for-index",
        lambda: (sa.Index("ix_a", "a", unique=True),),
        _on("a"),
        NOT_MARIADB,
    ),
    _unique(
        "constraint-for-index-of-the-same-name",
        lambda: (sa.Index("the_name", "a", unique=True),),
        _on("a", name="the_name"),
        NOT_MARIADB,
    ),
    _unique("index-beside", _on("a"), lambda: (Unique("a"), sa.Index("ix", "a", unique=True))),
    _unique(
        "index-beside-dropped", lambda: (Unique("a"), sa.Index("ix", "a", unique=True)), _on("a")
    ),
    _unique("conflict", _on("a"), _on("a", sqlite_on_conflict="IGNORE"), SQLITE),
    edit(
        "unique-flag-of-a-column",
        lambda: Column("a", sa.String(20)),
        lambda: Column("a", sa.String(20), unique=True),
    ),
    edit(
        "unique-column-added",
        nothing,
        lambda: Column("a", sa.String(20), unique=True),
    ),
    edit(
        "unique-column-dropped",
        lambda: (Column("a", sa.String(20), unique=True), Column("b", sa.Text)),
        lambda: Column("b", sa.Text),
    ),
    edit(
        "unique-constraint-loses-a-column",
        lambda: (Column("a", sa.Integer), Column("b", sa.Integer), Unique("a", "b")),
        lambda: (Column("b", sa.Integer, unique=True),),
        values={"item.b": [1, 2, 3, 4]},
    ),
]
