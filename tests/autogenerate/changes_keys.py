"""Changes of primary keys and foreign keys."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, PrimaryKeyConstraint
from sqlalchemy import UniqueConstraint as Unique

from tests.autogenerate.cases import (
    ALL,
    NOT_MARIADB,
    POSTGRESQL,
    SERVERS,
    Change,
    models,
    nothing,
    table,
)

PLAIN = {"autoincrement": False}
PAIRS = {"item.a": [1, 2, 3, 4], "item.b": [5, 6, 7, 8]}


def _key(name: str, before: object, after: object, databases: tuple[str, ...] = ALL) -> Change:
    """Return a change of the key of a table of two numbers; the functions return constraints."""

    def made(constraints: object) -> sa.MetaData:
        numbers = [Column(n, sa.Integer, nullable=False, **PLAIN) for n in ("a", "b")]
        return models(table("item", *numbers, *constraints(), no_key=True))

    return Change(f"key-{name}", lambda: made(before), lambda: made(after), databases, values=PAIRS)


def _primary(*columns: str, name: str | None = None) -> object:
    return lambda: (PrimaryKeyConstraint(*columns, name=name),)


def _city(*parts: object) -> sa.MetaData:
    """Return a table with a key of one column and one of two, and another that can point to it."""
    return models(
        table("land", Column("code", sa.Integer, unique=True)),
        table(
            "city",
            Column("x", sa.Integer, nullable=False),
            Column("y", sa.Integer, nullable=False),
            Unique("x", "y", name="uq_city_place"),
        ),
        table(
            "item",
            Column("a", sa.Integer),
            Column("b", sa.Integer),
            *parts,
        ),
    )


def _foreign(
    name: str,
    before: object,
    after: object,
    databases: tuple[str, ...] = ALL,
    **about: object,
) -> Change:
    """Return a change of the foreign keys of `item`."""
    values = {"item.a": [1, 2, None], "item.b": [1, 3, None]}
    same = {"city.x": [1, 2, 3, 4], "city.y": [1, 2, 3, 4], "land.code": [1, 2, 3, 4]}
    if "composite" in name or "some-columns" in name:
        values["item.b"] = [1, 2, None]
    return Change(
        f"foreign-{name}",
        lambda: _city(*before()),
        lambda: _city(*after()),
        databases,
        values=values | same,
        **about,
    )


def _to(target: str, *, own: str = "a", **options: object) -> object:
    """Return a function that makes one foreign key."""
    return lambda: (
        ForeignKeyConstraint(
            own.split(),
            [f"{target.split('.', maxsplit=1)[0]}.{c}" for c in target.split(".")[1].split()],
            **options,
        ),
    )


CHANGES = [
    _key("added", nothing, _primary("a")),
    _key("dropped", _primary("a"), nothing),
    _key("wider", _primary("a"), _primary("a", "b")),
    _key("narrower", _primary("a", "b"), _primary("b")),
    _key("other-column", _primary("a"), _primary("b")),
    _key("other-order", _primary("a", "b"), _primary("b", "a")),
    _key("named-changed", _primary("a", name="pk_it"), _primary("b", name="pk_it")),
    _key("renamed", _primary("a", name="pk_old"), _primary("a", name="pk_new"), POSTGRESQL),
    Change(
        "key-gets-a-new-column",
        lambda: models(table("item", Column("a", sa.Integer, primary_key=True, **PLAIN))),
        lambda: models(
            table(
                "item",
                Column("a", sa.Integer, primary_key=True, **PLAIN),
                Column("b", sa.Integer, primary_key=True, default=1, **PLAIN),
            )
        ),
        added={"item.b": 1},
    ),
    Change(
        "key-that-others-point-to-becomes-big",
        lambda: models(
            table("city", Column("id", sa.Integer, primary_key=True)),
            table("item", Column("city_id", sa.Integer, ForeignKey("city.id"))),
        ),
        lambda: models(
            table("city", Column("id", sa.BigInteger, primary_key=True)),
            table("item", Column("city_id", sa.BigInteger, ForeignKey("city.id"))),
        ),
        SERVERS,
    ),
    Change(
        "key-that-others-point-to-becomes-text",
        lambda: models(
            table("city", Column("id", sa.Integer, primary_key=True, **PLAIN)),
            table("item", Column("city_id", sa.Integer, ForeignKey("city.id"))),
        ),
        lambda: models(
            table("city", Column("id", sa.String(20), primary_key=True)),
            table("item", Column("city_id", sa.String(20), ForeignKey("city.id"))),
        ),
        SERVERS,
        becomes={"city.id": str, "item.city_id": lambda value: value and str(value)},
        returns={"city.id": int, "item.city_id": lambda value: value and int(value)},
        values={"city.id": [1, 2, 3, 4]},
    ),
    Change(
        "key-of-number-to-uuid-column-beside",
        lambda: models(table("item", Column("id", sa.Integer, primary_key=True))),
        lambda: models(
            table(
                "item",
                Column("id", sa.Integer, primary_key=True),
                Column("u", sa.Uuid, unique=True),
            )
        ),
    ),
    _foreign("added", nothing, _to("land.id")),
    _foreign("dropped", _to("land.id"), nothing),
    _foreign("added-named", nothing, _to("land.id", name="fk_item_land")),
    _foreign("dropped-named", _to("land.id", name="fk_item_land"), nothing),
    _foreign("renamed", _to("land.id", name="fk_old"), _to("land.id", name="fk_new")),
    _foreign("name-given", _to("land.id"), _to("land.id", name="fk_given")),
    _foreign("other-column", _to("land.id"), _to("land.id", own="b")),
    _foreign("other-target-column", _to("land.id"), _to("land.code")),
    _foreign("other-target-table", _to("land.id"), _to("city.id")),
    _foreign("same-name-other-target", _to("land.id", name="fk_a"), _to("city.id", name="fk_a")),
    _foreign("ondelete-added", _to("land.id"), _to("land.id", ondelete="CASCADE")),
    _foreign("ondelete-dropped", _to("land.id", ondelete="CASCADE"), _to("land.id")),
    _foreign(
        "ondelete-changed",
        _to("land.id", ondelete="CASCADE", name="fk_a"),
        _to("land.id", ondelete="SET NULL", name="fk_a"),
    ),
    _foreign("ondelete-restrict", _to("land.id"), _to("land.id", ondelete="RESTRICT"), NOT_MARIADB),
    _foreign("onupdate-added", _to("land.id"), _to("land.id", onupdate="CASCADE")),
    _foreign(
        "onupdate-and-ondelete",
        _to("land.id", onupdate="CASCADE"),
        _to("land.id", onupdate="SET NULL", ondelete="CASCADE"),
    ),
    _foreign("set-default", _to("land.id"), _to("land.id", ondelete="SET DEFAULT"), NOT_MARIADB),
    _foreign(
        "set-null-of-some-columns",
        _to("city.x y", own="a b"),
        _to("city.x y", own="a b", ondelete="SET NULL (b)"),
        POSTGRESQL,
        needs=(2, 0, 40),
    ),
    _foreign("deferrable", _to("land.id"), _to("land.id", deferrable=True), POSTGRESQL),
    _foreign(
        "initially-deferred",
        _to("land.id", deferrable=True),
        _to("land.id", deferrable=True, initially="DEFERRED"),
        NOT_MARIADB,
    ),
    _foreign("match-full", _to("land.id"), _to("land.id", match="FULL"), POSTGRESQL),
    _foreign("composite-added", nothing, _to("city.x y", own="a b")),
    _foreign("composite-dropped", _to("city.x y", own="a b", name="fk_place"), nothing),
    _foreign("composite-for-single", _to("land.id"), _to("city.x y", own="a b")),
    _foreign(
        "two-for-one",
        _to("land.id"),
        lambda: (*_to("land.id")(), *_to("city.id", own="b")()),
    ),
    _foreign(
        "onto-the-same-columns-twice",
        _to("land.id"),
        lambda: (*_to("land.id")(), *_to("city.id")()),
    ),
    _foreign("self-added", nothing, _to("item.id")),
    _foreign("self-dropped", _to("item.id"), nothing),
    _foreign("self-changed", _to("item.id"), _to("item.id", ondelete="CASCADE")),
    Change(
        "foreign-cycle-closed",
        lambda: models(
            table("one", Column("two_id", sa.Integer, ForeignKey("two.id"))),
            table("two", Column("one_id", sa.Integer)),
        ),
        lambda: models(
            table("one", Column("two_id", sa.Integer, ForeignKey("two.id"))),
            table(
                "two",
                Column("one_id", sa.Integer, ForeignKey("one.id", use_alter=True, name="fk_back")),
            ),
        ),
        ALL,
        values={"two.one_id": [None]},
    ),
    Change(
        "foreign-cycle-opened",
        lambda: models(
            table("one", Column("two_id", sa.Integer, ForeignKey("two.id"))),
            table(
                "two",
                Column("one_id", sa.Integer, ForeignKey("one.id", use_alter=True, name="fk_back")),
            ),
        ),
        lambda: models(
            table("one", Column("two_id", sa.Integer, ForeignKey("two.id"))),
            table("two", Column("one_id", sa.Integer)),
        ),
        ALL,
    ),
    Change(
        "foreign-column-with-key-added",
        lambda: models(table("land"), table("item")),
        lambda: models(
            table("land"),
            table(
                "item",
                Column(
                    "land_id", sa.Integer, ForeignKey("land.id", ondelete="CASCADE"), index=True
                ),
            ),
        ),
    ),
    Change(
        "foreign-column-with-key-dropped",
        lambda: models(
            table("land"),
            table("item", Column("land_id", sa.Integer, ForeignKey("land.id"), index=True)),
        ),
        lambda: models(table("land"), table("item")),
    ),
    Change(
        "foreign-index-dropped-while-the-key-stays",
        lambda: models(
            table("land"),
            table("item", Column("land_id", sa.Integer, ForeignKey("land.id"), index=True)),
        ),
        lambda: models(
            table("land"), table("item", Column("land_id", sa.Integer, ForeignKey("land.id")))
        ),
    ),
    Change(
        "foreign-index-added-where-the-server-has-its-own",
        lambda: models(
            table("land"), table("item", Column("land_id", sa.Integer, ForeignKey("land.id")))
        ),
        lambda: models(
            table("land"),
            table("item", Column("land_id", sa.Integer, ForeignKey("land.id"), index=True)),
        ),
    ),
]
