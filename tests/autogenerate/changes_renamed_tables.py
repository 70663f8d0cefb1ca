"""Tables that get another name, said in the model or beforehand."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Column, ForeignKey, Index

from tests.autogenerate.cases import ALL, NOT_MARIADB, POSTGRESQL, SERVERS, Change, models, table
from tests.autogenerate.changes_checks import CONVENTION


def _info(old: str) -> dict[str, object]:
    return {"info": {"renamed_from": old}}


def _table(
    name: str, before: object, after: object, databases: tuple[str, ...] = ALL, **about: object
) -> Change:
    """Return a change of a table `item` that becomes `thing`, answered beforehand."""
    about = {"renames": ["item:thing"], "moved": {"item": "thing"}, **about}
    return Change(
        f"rename-table-{name}",
        lambda: models(*before()),
        lambda: models(*after()),
        databases,
        **about,
    )


def _referring(target: str, column: str = "item_id", **options: object) -> object:
    return table("child", Column(column, sa.Integer, ForeignKey(f"{target}.id", **options)))


def _listed(*values: str) -> sa.Enum:
    return sa.Enum(*values, name="kind", native_enum=False, create_constraint=True)


CHANGES = [
    _table(
        "plain",
        lambda: [table("item", Column("a", sa.Text))],
        lambda: [table("thing", Column("a", sa.Text))],
    ),
    _table(
        "by-info",
        lambda: [table("item", Column("a", sa.Text))],
        lambda: [table("thing", Column("a", sa.Text), **_info("item"))],
        renames=[],
    ),
    _table(
        "with-constraints",
        lambda: [
            table(
                "item",
                Column("a", sa.Integer, CheckConstraint("a <> 99"), unique=True),
                Column("b", sa.Integer, ForeignKey("item.id"), index=True),
            )
        ],
        lambda: [
            table(
                "thing",
                Column("a", sa.Integer, CheckConstraint("a <> 99"), unique=True),
                Column("b", sa.Integer, ForeignKey("thing.id"), index=True),
            )
        ],
    ),
    _table(
        "that-others-point-to",
        lambda: [table("item", Column("a", sa.Text)), _referring("item")],
        lambda: [table("thing", Column("a", sa.Text)), _referring("thing")],
    ),
    _table(
        "that-others-point-to-with-another-action",
        lambda: [table("item", Column("a", sa.Text)), _referring("item", name="fk")],
        lambda: [
            table("thing", Column("a", sa.Text)),
            _referring("thing", name="fk", ondelete="CASCADE"),
        ],
    ),
    _table(
        "and-its-columns",
        lambda: [table("item", Column("a", sa.Text), Column("b", sa.Integer, index=True))],
        lambda: [table("thing", Column("z", sa.Text), Column("y", sa.BigInteger, index=True))],
        renames=["item:thing", "thing.a:z", "thing.b:y"],
        moved={"item": "thing", "item.a": "z", "item.b": "y"},
    ),
    _table(
        "and-columns-by-info",
        lambda: [table("item", Column("a", sa.Text))],
        lambda: [table("thing", Column("z", sa.Text, **_info("a")), **_info("item"))],
        renames=[],
        moved={"item": "thing", "item.a": "z"},
    ),
    _table(
        "and-what-points-to-it",
        lambda: [table("item", Column("a", sa.Text)), _referring("item")],
        lambda: [table("thing", Column("a", sa.Text)), _referring("thing", "thing_id")],
        renames=["item:thing", "child.item_id:thing_id"],
        moved={"item": "thing", "child.item_id": "thing_id"},
    ),
    _table(
        "while-a-new-one-takes-the-old-name",
        lambda: [table("item", Column("a", sa.Text))],
        lambda: [table("thing", Column("a", sa.Text)), table("item", Column("q", sa.Date))],
    ),
    _table(
        "that-a-new-one-points-to",
        lambda: [table("item", Column("a", sa.Text))],
        lambda: [
            table("thing", Column("a", sa.Text), Column("b", sa.Integer, CheckConstraint("b > 0"))),
            _referring("thing"),
        ],
    ),
    Change(
        "rename-table-of-a-convention-with-a-filled-column-that-a-new-one-points-to",
        lambda: models(table("item", Column("a", sa.Text)), naming_convention=CONVENTION),
        lambda: models(
            table(
                "thing", Column("a", sa.Text), Column("b", sa.Integer, nullable=False, default=1)
            ),
            _referring("thing"),
            naming_convention=CONVENTION,
        ),
        renames=["item:thing"],
        moved={"item": "thing"},
        added={"thing.b": 1},
    ),
    Change(
        "rename-table-of-a-convention-with-the-check-of-an-enum-in-another-order",
        lambda: models(table("item", Column("a", _listed("x", "y"))), naming_convention=CONVENTION),
        lambda: models(
            table("thing", Column("a", _listed("y", "x"))), naming_convention=CONVENTION
        ),
        renames=["item:thing"],
        moved={"item": "thing"},
    ),
    _table(
        "that-points-to-itself-and-ceases-to",
        lambda: [table("item", Column("up", sa.Integer, ForeignKey("item.id")))],
        lambda: [table("thing", Column("up", sa.Integer), comment="x"), _referring("thing")],
    ),
    _table(
        "and-another-changes",
        lambda: [table("item", Column("a", sa.Text)), table("other")],
        lambda: [
            table("thing", Column("a", sa.Text), Column("b", sa.Date)),
            table("other", Column("c", sa.Text)),
        ],
    ),
    _table(
        "to-a-name-to-quote",
        lambda: [table("item", Column("a", sa.Text, index=True))],
        lambda: [table("My Thing", Column("a", sa.Text), Index("ix", "id"))],
        NOT_MARIADB,
        renames=["item:My Thing"],
        moved={"item": "My Thing"},
    ),
    _table(
        "of-a-convention",
        lambda: [table("item", Column("a", sa.Integer, unique=True))],
        lambda: [table("thing", Column("a", sa.Integer, unique=True), comment="new")],
        SERVERS,
    ),
    _table(
        "swap",
        lambda: [table("item", Column("a", sa.Text)), table("thing", Column("b", sa.Integer))],
        lambda: [table("thing", Column("a", sa.Text)), table("item", Column("b", sa.Integer))],
        renames=["item:thing", "thing:item"],
        moved={"item": "thing", "thing": "item"},
    ),
    _table(
        "in-another-schema",
        lambda: [table("item", Column("a", sa.Text, index=True), schema="other")],
        lambda: [table("thing", Column("a", sa.Text, index=True), schema="other")],
        POSTGRESQL,
        renames=["other.item:thing"],
        moved={"other.item": "other.thing"},
        setup=["CREATE SCHEMA other"],
        configure={"include_schemas": True},
    ),
]
