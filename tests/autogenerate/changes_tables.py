"""Changes of tables: made, dropped, in the order of their keys, with comments and options."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey

from tests.autogenerate.cases import (
    ALL,
    MARIADB,
    POSTGRESQL,
    SERVERS,
    SQLITE,
    Change,
    models,
    table,
)


def _user(*parts: object, **options: object) -> object:
    return table("user", Column("name", sa.String(20)), *parts, **options)


def _post(*parts: object) -> object:
    return table("post", Column("user_id", sa.Integer, ForeignKey("user.id")), *parts)


def _cycle(metadata: sa.MetaData) -> None:
    """Two tables that point to each other."""
    table(
        "a_team",
        Column("captain", sa.Integer, ForeignKey("player.id", name="fk_captain", use_alter=True)),
    )(metadata)
    table("player", Column("team", sa.Integer, ForeignKey("a_team.id", name="fk_team")))(metadata)


def _chain(metadata: sa.MetaData) -> None:
    """Tables whose names do not tell their order."""
    table("a", Column("m_id", sa.Integer, ForeignKey("m.id")))(metadata)
    table("m", Column("b_id", sa.Integer, ForeignKey("b.id")))(metadata)
    table("b", Column("z_id", sa.Integer, ForeignKey("z.id")))(metadata)
    table("z")(metadata)


def _options(
    name: str, before: dict[str, str], after: dict[str, str], kinds: tuple[str, ...]
) -> Change:
    return Change(name, lambda: models(_user(**before)), lambda: models(_user(**after)), kinds)


CHANGES = [
    Change(
        "table-no-longer-logged",
        lambda: models(table("item")),
        lambda: models(table("item", prefixes=["UNLOGGED"])),
        POSTGRESQL,
    ),
    Change("first-table", models, lambda: models(_user())),
    Change("last-table-dropped", lambda: models(_user()), models, options={"allow_drops": True}),
    Change("table-added", lambda: models(_user()), lambda: models(_user(), _post())),
    Change(
        "table-dropped",
        lambda: models(_user(), _post()),
        lambda: models(_user()),
    ),
    Change("chain-added", lambda: models(_user()), lambda: models(_user(), _chain)),
    Change(
        "chain-dropped",
        lambda: models(_user(), _chain),
        lambda: models(_user()),
        options={"allow_drops": True},
    ),
    Change("cycle-added", lambda: models(_user()), lambda: models(_user(), _cycle), SERVERS),
    Change(
        "cycle-dropped",
        lambda: models(_user(), _cycle),
        lambda: models(_user()),
        SERVERS,
        options={"allow_drops": True},
    ),
    Change(
        "referring-column-and-table-added",
        lambda: models(_user()),
        lambda: models(_user(Column("city_id", sa.Integer, ForeignKey("city.id"))), table("city")),
    ),
    Change(
        "referring-column-and-table-dropped",
        lambda: models(
            _user(Column("city_id", sa.Integer, ForeignKey("city.id"))),
            table("city"),
            table("land"),
        ),
        lambda: models(_user(), table("land")),
    ),
    Change(
        "one-table-for-another",
        lambda: models(_user(), table("city", Column("a", sa.Integer))),
        lambda: models(
            _user(), table("document", Column("body", sa.LargeBinary), Column("b", sa.Date))
        ),
        options={"no_rename": True},
    ),
    Change(
        "self-referring-table-added",
        lambda: models(_user()),
        lambda: models(_user(), table("node", Column("parent", sa.Integer, ForeignKey("node.id")))),
    ),
    Change(
        "table-with-everything-added",
        models,
        lambda: models(
            _user(),
            table(
                "order",
                Column(
                    "user_id", sa.Integer, ForeignKey("user.id", ondelete="CASCADE"), index=True
                ),
                Column("code", sa.String(10), unique=True, nullable=False),
                Column(
                    "total", sa.Numeric(10, 2), sa.CheckConstraint("total >= 0"), server_default="0"
                ),
                Column("made", sa.TIMESTAMP, server_default=sa.func.now()),
                Column("state", sa.Enum("new", "paid", name="order_state")),
                sa.UniqueConstraint("user_id", "code"),
                sa.Index("ix_order_made", "made", "code"),
            ),
        ),
    ),
    Change(
        "table-without-a-key-added",
        lambda: models(_user()),
        lambda: models(_user(), table("line", Column("text", sa.Text), no_key=True)),
    ),
    Change(
        "association-table-added",
        lambda: models(_user(), table("role")),
        lambda: models(
            _user(),
            table("role"),
            table(
                "user_role",
                Column("user_id", sa.Integer, ForeignKey("user.id"), primary_key=True),
                Column("role_id", sa.Integer, ForeignKey("role.id"), primary_key=True),
            ),
        ),
    ),
    _options("table-comment-added", {}, {"comment": "it's 100 %s \\ :x"}, SERVERS),
    _options("table-comment-changed", {"comment": "a"}, {"comment": 'b "c"\nd'}, SERVERS),
    _options("table-comment-dropped", {"comment": "a"}, {}, SERVERS),
    _options(
        "mariadb-engine",
        {"mariadb_engine": "InnoDB", "mysql_engine": "InnoDB"},
        {"mariadb_engine": "Aria", "mysql_engine": "Aria"},
        MARIADB,
    ),
    _options(
        "mariadb-charset-of-table",
        {"mysql_charset": "latin1"},
        {"mysql_charset": "utf8mb4"},
        MARIADB,
    ),
    _options("mariadb-collate", {}, {"mysql_collate": "utf8mb4_bin"}, MARIADB),
    _options("mariadb-row-format", {}, {"mysql_row_format": "COMPRESSED"}, MARIADB),
    Change(
        "sqlite-strict",
        lambda: models(table("item", Column("a", sa.Text))),
        lambda: models(table("item", Column("a", sa.Text), sqlite_strict=True)),
        SQLITE,
        needs=(2, 0, 37),
    ),
    _options("sqlite-without-rowid", {}, {"sqlite_with_rowid": False}, SQLITE),
    Change(
        "table-in-another-schema-added",
        lambda: models(_user()),
        lambda: models(_user(), table("log", Column("a", sa.Text, index=True), schema="other")),
        POSTGRESQL,
        setup=["CREATE SCHEMA other"],
        configure={"include_schemas": True},
    ),
    Change(
        "several-changes-in-one-table",
        lambda: models(
            _user(Column("a", sa.Integer), Column("b", sa.Text), Column("c", sa.Date, index=True))
        ),
        lambda: models(
            _user(
                Column("b", sa.String(200), nullable=False, server_default="x", default="x"),
                Column("c", sa.Date),
                Column("d", sa.Integer, unique=True),
                sa.CheckConstraint("length(b) < 100", name="short"),
                sa.Index("ix_user_b_c", "b", "c"),
            )
        ),
        ALL,
        becomes={"user.b": {None: "x"}},
        options={"no_rename": True},
    ),
    Change(
        "several-tables-at-once",
        lambda: models(_user(), _post(Column("a", sa.Integer)), table("tag", Column("b", sa.Text))),
        lambda: models(
            _user(Column("email", sa.String(80), unique=True)),
            _post(Column("a", sa.BigInteger)),
            table("label", Column("user_id", sa.Integer, ForeignKey("user.id"))),
            table("tag", Column("b", sa.Text, nullable=False, default="")),
        ),
        becomes={"tag.b": {None: ""}},
    ),
]
