"""Columns that get another name, said in the model or beforehand."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Column, Computed, ForeignKey, Index, UniqueConstraint

from tests.autogenerate.cases import ALL, NOT_MARIADB, SERVERS, Change, models, table


def _info(old: str) -> dict[str, object]:
    return {"info": {"renamed_from": old}}


def _column(
    name: str,
    before: object,
    after: object,
    databases: tuple[str, ...] = ALL,
    **about: object,
) -> Change:
    """Return a change of a column `a` of `item` that becomes `z`, answered beforehand."""
    about = {"renames": ["item.a:z"], "moved": {"item.a": "z"}, **about}
    return Change(
        f"rename-column-{name}",
        lambda: models(table("item", *before())),
        lambda: models(table("item", *after())),
        databases,
        **about,
    )


def _marks(*values: str, name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)


def _pair(one: str, two: str, *types: object, renames: list[str], **about: object) -> Change:
    """Return a change in which two columns take each other's names."""
    return Change(
        f"rename-swap-{about.pop('name')}",
        lambda: models(table("item", Column(one, types[0]), Column(two, types[1]))),
        lambda: models(table("item", Column(two, types[0]), Column(one, types[1]))),
        renames=renames,
        moved={f"item.{one}": two, f"item.{two}": one},
        **about,
    )


def _ring(names: str) -> list[Column]:
    types = [sa.Integer(), sa.String(20), sa.LargeBinary()]
    return [Column(name, type_) for name, type_ in zip(names, types, strict=True)]


CHANGES = [
    _column("plain", lambda: [Column("a", sa.Text)], lambda: [Column("z", sa.Text)]),
    _column(
        "by-info",
        lambda: [Column("a", sa.Text)],
        lambda: [Column("z", sa.Text, **_info("a"))],
        renames=[],
    ),
    _column(
        "by-info-in-one-of-several",
        lambda: [Column("a", sa.Text), Column("b", sa.Text)],
        lambda: [Column("z", sa.Text, **_info("a")), Column("y", sa.Text, **_info("b"))],
        renames=[],
        moved={"item.a": "z", "item.b": "y"},
    ),
    _column(
        "not-null",
        lambda: [Column("a", sa.Text, nullable=False)],
        lambda: [Column("z", sa.Text, nullable=False)],
    ),
    _column(
        "and-type",
        lambda: [Column("a", sa.String(20))],
        lambda: [Column("z", sa.String(200))],
    ),
    _column(
        "and-type-and-nullability-and-default",
        lambda: [Column("a", sa.Integer, server_default="3")],
        lambda: [Column("z", sa.BigInteger, server_default="4", nullable=False, default=9)],
        becomes={"item.a": {None: 9}},
    ),
    _column(
        "with-comment",
        lambda: [Column("a", sa.Integer, comment="one")],
        lambda: [Column("z", sa.Integer, comment="two")],
        SERVERS,
    ),
    _column(
        "to-a-name-to-quote",
        lambda: [Column("a", sa.Text)],
        lambda: [Column("Größe %", sa.Text)],
        renames=["item.a:Größe %"],
        moved={"item.a": "Größe %"},
    ),
    _column(
        "in-case-only",
        lambda: [Column("a", sa.Text)],
        lambda: [Column("A", sa.Text)],
        renames=["item.a:A"],
        moved={"item.a": "A"},
    ),
    _column(
        "with-an-index",
        lambda: [Column("a", sa.Integer, index=True)],
        lambda: [Column("z", sa.Integer, index=True)],
    ),
    _column(
        "with-a-named-index",
        lambda: [Column("a", sa.Integer), Index("by", "a")],
        lambda: [Column("z", sa.Integer), Index("by", "z")],
    ),
    _column(
        "with-a-unique-constraint",
        lambda: [Column("a", sa.Integer, unique=True)],
        lambda: [Column("z", sa.Integer, unique=True)],
    ),
    _column(
        "with-named-constraints",
        lambda: [
            Column("a", sa.Integer),
            UniqueConstraint("a", name="uq_a"),
            CheckConstraint("a <> 99", name="ck_a"),
        ],
        lambda: [
            Column("z", sa.Integer),
            UniqueConstraint("z", name="uq_z"),
            CheckConstraint("z <> 99", name="ck_z"),
        ],
    ),
    _column(
        "with-an-unnamed-check",
        lambda: [Column("a", sa.Integer, CheckConstraint("a <> 99"))],
        lambda: [Column("z", sa.Integer, CheckConstraint("z <> 99"))],
    ),
    _column(
        "with-a-check-of-another-name-and-text",
        lambda: [Column("a", sa.Integer), CheckConstraint("a <> 99", name="ck_a")],
        lambda: [Column("z", sa.Integer), CheckConstraint("z <> 98", name="ck_z")],
    ),
    _column(
        "with-a-check-that-goes",
        lambda: [Column("a", sa.Integer), CheckConstraint("a <> 99", name="ck_a")],
        lambda: [Column("z", sa.Integer)],
    ),
    _column(
        "of-a-checked-enum-with-other-values",
        lambda: [Column("a", _marks("y", "x", name="is_a"))],
        lambda: [Column("z", _marks("x", "y", name="is_z"))],
    ),
    _column(
        "with-a-foreign-key",
        lambda: [Column("a", sa.Integer, ForeignKey("item.id"))],
        lambda: [Column("z", sa.Integer, ForeignKey("item.id"))],
    ),
    _column(
        "with-a-foreign-key-and-index",
        lambda: [Column("a", sa.Integer, ForeignKey("item.id", ondelete="CASCADE"), index=True)],
        lambda: [Column("z", sa.Integer, ForeignKey("item.id", ondelete="SET NULL"), index=True)],
    ),
    _column(
        "that-another-is-computed-from",
        lambda: [
            Column("a", sa.Integer),
            Column("c", sa.Integer, Computed("a * 2", persisted=True)),
        ],
        lambda: [
            Column("z", sa.Integer),
            Column("c", sa.Integer, Computed("z * 2", persisted=True)),
        ],
    ),
    _column(
        "in-an-expression-index",
        lambda: [Column("a", sa.String(20)), Index("by", sa.text("lower(a)"))],
        lambda: [Column("z", sa.String(20)), Index("by", sa.text("lower(z)"))],
        NOT_MARIADB,
    ),
    _column(
        "in-a-partial-index",
        lambda: [
            Column("a", sa.Integer),
            Index("by", "id", postgresql_where=sa.text("a > 3"), sqlite_where=sa.text("a > 3")),
        ],
        lambda: [
            Column("z", sa.Integer),
            Index("by", "id", postgresql_where=sa.text("z > 3"), sqlite_where=sa.text("z > 3")),
        ],
        NOT_MARIADB,
    ),
    _column(
        "of-the-key",
        lambda: [Column("a", sa.Integer, primary_key=True), Column("n", sa.Integer)],
        lambda: [Column("z", sa.Integer, primary_key=True), Column("n", sa.Integer)],
    ),
    _column(
        "serial-beside-a-new-one",
        lambda: [Column("a", sa.Integer, server_default="1")],
        lambda: [
            Column("z", sa.Integer, server_default="1"),
            Column("y", sa.Integer, server_default="1"),
        ],
    ),
    _column(
        "of-an-enum",
        lambda: [Column("a", sa.Enum("x", "y", name="kind"))],
        lambda: [Column("z", sa.Enum("x", "y", "w", name="kind"))],
        SERVERS,
    ),
    _column(
        "of-a-checked-enum",
        lambda: [
            Column("a", sa.Enum("x", "y", name="kind", native_enum=False, create_constraint=True))
        ],
        lambda: [
            Column("z", sa.Enum("x", "y", name="kind", native_enum=False, create_constraint=True))
        ],
    ),
    Change(
        "rename-column-that-others-point-to",
        lambda: models(
            table("item", Column("a", sa.Integer, unique=True)),
            table("child", Column("up", sa.Integer, ForeignKey("item.a"))),
        ),
        lambda: models(
            table("item", Column("z", sa.Integer, unique=True)),
            table("child", Column("up", sa.Integer, ForeignKey("item.z"))),
        ),
        renames=["item.a:z"],
        moved={"item.a": "z"},
    ),
    Change(
        "rename-both-ends-of-a-key",
        lambda: models(
            table("item", Column("a", sa.Integer, unique=True)),
            table("child", Column("a", sa.Integer, ForeignKey("item.a", name="fk_up"))),
        ),
        lambda: models(
            table("item", Column("z", sa.Integer, unique=True)),
            table("child", Column("z", sa.Integer, ForeignKey("item.z", name="fk_up"))),
        ),
        renames=["item.a:z", "child.a:z"],
        moved={"item.a": "z", "child.a": "z"},
    ),
    _pair(
        "a",
        "b",
        sa.Integer(),
        sa.String(20),
        name="types-go-along",
        renames=["item.a:b", "item.b:a"],
    ),
    _pair(
        "a",
        "b",
        sa.Integer(),
        sa.Integer(),
        name="alike",
        renames=["item.a:b", "item.b:a"],
        seen=False,
    ),
    Change(
        "rename-ring-of-three",
        lambda: models(table("item", *_ring("abc"))),
        lambda: models(table("item", *_ring("bca"))),
        renames=["item.a:b", "item.b:c", "item.c:a"],
        moved={"item.a": "b", "item.b": "c", "item.c": "a"},
    ),
    _column(
        "chain",
        lambda: [Column("a", sa.Integer), Column("z", sa.Text)],
        lambda: [Column("z", sa.Integer), Column("y", sa.Text)],
        renames=["item.a:z", "item.z:y"],
        moved={"item.a": "z", "item.z": "y"},
    ),
    _column(
        "while-a-new-one-takes-the-old-name",
        lambda: [Column("a", sa.Integer)],
        lambda: [Column("z", sa.Integer), Column("a", sa.Text)],
    ),
]
