"""What hangs on renamed tables and columns: names by convention, texts, references."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, UniqueConstraint

from tests.autogenerate.cases import ALL, NOT_MARIADB, POSTGRESQL, Change, models, table

CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def _column(
    name: str, parts: object, databases: tuple[str, ...] = ALL, new: str = "z", **about: object
) -> Change:
    """Return a renaming of `a`; `parts` makes what the table has, given the column's name."""
    return Change(
        f"rename-ties-{name}",
        lambda: models(table("item", *parts("a"))),
        lambda: models(table("item", *parts(new))),
        databases,
        **{"renames": [f"item.a:{new}"], "moved": {"item.a": new}, **about},
    )


def _family(user: str, key: str, boss: str) -> sa.MetaData:
    """Return a table to which others and it itself refer."""
    return models(
        table(
            user,
            Column(key, sa.Integer, primary_key=True),
            Column("name", sa.String(20)),
            Column(boss, sa.Integer, ForeignKey(f"{user}.{key}")),
        ),
        table("post", Column("by", sa.Integer, ForeignKey(f"{user}.{key}"), nullable=False)),
        table("badge", Column("by", sa.Integer, ForeignKey(f"{user}.{key}"), unique=True)),
    )


def _convention(name: str, user: str, text: str, number: str, renames: list[str]) -> Change:
    moved = {"user": user, "user.name": text, "user.score": number}
    return Change(
        f"rename-ties-convention-{name}",
        lambda: _named("user", "name", "score"),
        lambda: _named(user, text, number),
        renames=renames,
        moved={old: new for old, new in moved.items() if old.rpartition(".")[2] != new},
        values={"user.group": [None]},
    )


def _named(user: str, text: str, number: str) -> sa.MetaData:
    return models(
        table(
            user,
            Column(text, sa.String(20), unique=True),
            Column(number, sa.Integer, index=True),
            Column("group", sa.Integer, ForeignKey("team.id"), index=True),
            CheckConstraint(f"{number} > -100", name="score"),
        ),
        table("team", Column("title", sa.String(20))),
        naming_convention=CONVENTION,
    )


CHANGES = [
    _convention("table", "account", "name", "score", ["user:account"]),
    _convention("columns", "user", "label", "points", ["user.name:label", "user.score:points"]),
    _convention(
        "both",
        "account",
        "label",
        "points",
        ["user:account", "user.name:label", "account.score:points"],
    ),
    _column(
        "string-that-reads-like-the-column",
        lambda name: [Column(name, sa.String(20)), CheckConstraint(f"{name} != 'a'", name="ck")],
    ),
    _column(
        "function-that-is-called-like-the-column",
        lambda name: [
            Column(name, sa.String(20)),
            CheckConstraint(f"length({name}) < 99", name="ck"),
        ],
        NOT_MARIADB,
        new="length",
    ),
    _column(
        "word-of-the-database",
        lambda name: [
            Column(name, sa.String(20)),
            CheckConstraint(f"\"{name}\" != 'x'", name="ck"),
            Index("ix_word", name, "id"),
        ],
        NOT_MARIADB,
        new="order",
    ),
    _column(
        "name-in-capitals",
        lambda name: [
            Column(name, sa.String(20)),
            CheckConstraint(f'length("{name}") < 99', name="ck"),
        ],
        NOT_MARIADB,
        new="Tall Name",
    ),
    _column(
        "included-column",
        lambda name: [
            Column(name, sa.String(20)),
            Index("ix_more", "id", postgresql_include=[name]),
        ],
        POSTGRESQL,
    ),
    _column("json", lambda name: [Column(name, sa.JSON)]),
    _column("identity", lambda name: [Column(name, sa.Integer, sa.Identity())], POSTGRESQL),
    _column(
        "older-names",
        lambda name: [Column(name, sa.Text, info={"renamed_from": ["q", "a"]})],
        renames=[],
    ),
    _column(
        "required-now",
        lambda name: [Column(name, sa.Integer, nullable=name == "a")],
        values={"item.a": [1, 2]},
    ),
    Change(
        "rename-ties-key-of-a-family",
        lambda: _family("user", "id", "boss_id"),
        lambda: _family("user", "number", "boss_id"),
        renames=["user.id:number"],
        moved={"user.id": "number"},
    ),
    Change(
        "rename-ties-table-of-a-family",
        lambda: _family("user", "id", "boss_id"),
        lambda: _family("account", "number", "chief_id"),
        renames=["user:account", "user.id:number", "account.boss_id:chief_id"],
        moved={"user": "account", "user.id": "number", "user.boss_id": "chief_id"},
    ),
    Change(
        "rename-ties-table-while-a-referring-one-is-dropped",
        lambda: models(
            table("user", Column("name", sa.Text)),
            table("post", Column("by", sa.Integer, ForeignKey("user.id"))),
        ),
        lambda: models(table("account", Column("name", sa.Text))),
        renames=["user:account"],
        moved={"user": "account"},
        options={"allow_drops": True},
    ),
    Change(
        "rename-ties-table-whose-names-a-new-one-would-have",
        lambda: models(table("user", Column("name", sa.String(20), unique=True))),
        lambda: models(
            table("account", Column("name", sa.String(20), unique=True)),
            table("user", Column("name", sa.String(20), unique=True)),
        ),
        renames=["user:account"],
        moved={"user": "account"},
    ),
    Change(
        "rename-ties-tables-in-a-chain",
        lambda: models(table("a", Column("x", sa.Text)), table("b", Column("y", sa.Integer))),
        lambda: models(table("b", Column("x", sa.Text)), table("c", Column("y", sa.Integer))),
        renames=["a:b", "b:c"],
        moved={"a": "b", "b": "c"},
    ),
    Change(
        "rename-ties-table-with-other-changes",
        lambda: models(
            table("user", Column("name", sa.String(20)), Column("a", sa.Integer, index=True))
        ),
        lambda: models(
            table(
                "account",
                Column("name", sa.String(90)),
                Column("c", sa.Integer),
                UniqueConstraint("name", name="uq_name"),
            )
        ),
        renames=["user:account"],
        moved={"user": "account"},
        values={"user.name": ["w", "x", "y", "z"]},
        options={"no_rename": True},
    ),
]
