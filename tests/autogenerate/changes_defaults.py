"""Changes of what fills a column: defaults, identities, counters, generated columns."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column, Computed, Identity
from sqlalchemy.dialects import postgresql

from tests.autogenerate.cases import (
    ALL,
    MARIADB,
    NOT_MARIADB,
    POSTGRESQL,
    SERVERS,
    SQLITE,
    Change,
    column,
    edit,
    models,
    nothing,
    table,
)

TEXT = sa.String(80)
INSTANT = sa.TIMESTAMP()


def _default(
    name: str,
    type_: sa.types.TypeEngine,
    before: object,
    after: object,
    databases: tuple[str, ...] = ALL,
    **about: object,
) -> Change:
    return edit(
        f"default-{name}",
        lambda: column(type_, server_default=before),
        lambda: column(type_, server_default=after),
        databases,
        **about,
    )


def _computed(
    name: str, before: object, after: object, databases: tuple[str, ...] = ALL, **about: object
) -> Change:
    """Return a change of a column `c`, computed from `a`; nothing where it is not there."""

    def parts(computed: Computed | None) -> tuple[object, ...]:
        base = Column("a", sa.Integer)
        return (base, Column("c", sa.Integer, computed)) if computed is not None else (base,)

    return edit(
        f"computed-{name}", lambda: parts(before()), lambda: parts(after()), databases, **about
    )


def _expression(text: str, *, stored: bool = True) -> object:
    return lambda: Computed(text, persisted=stored)


def _none() -> None:
    return None


def _key(*parts: object, **options: object) -> object:
    return lambda: models(
        table(
            "item",
            Column("id", sa.Integer, *parts, primary_key=True, **options),
            Column("name", sa.String(20)),
        )
    )


CHANGES = [
    _default("added-integer", sa.Integer(), None, "5"),
    _default("dropped-integer", sa.Integer(), "5", None),
    _default("changed-integer", sa.Integer(), "5", "6"),
    _default("zero-to-none", sa.Integer(), "0", None),
    _default("added-text", TEXT, None, 'it\'s "5" % \\ :x'),
    _default("changed-text", TEXT, "a", "A"),
    _default("empty-text", TEXT, "", None),
    _default("text-that-looks-like-a-call", TEXT, None, "now()"),
    _default("text-null", TEXT, None, "NULL"),
    _default("text-with-percent", TEXT, "5 %", "100 %s %(x)s"),
    _default("boolean", sa.Boolean(), sa.true(), sa.false()),
    _default("boolean-added", sa.Boolean(), None, sa.false()),
    _default("numeric", sa.Numeric(10, 2), "1.5", "1.25"),
    _default("negative", sa.Integer(), "1", sa.text("-1")),
    _default("current-timestamp-added", INSTANT, None, sa.func.now()),
    _default("current-timestamp-dropped", INSTANT, sa.func.now(), None, NOT_MARIADB),
    _default("date", sa.Date(), "2024-01-01", "2024-02-29"),
    _default("expression", sa.Integer(), sa.text("(1 + 2)"), sa.text("(1 + 3)")),
    _default("function", TEXT, sa.text("(lower('A'))"), sa.text("(upper('A'))")),
    _default("json", sa.JSON(), None, sa.text("'{\"a\": [1]}'"), NOT_MARIADB),
    _default("mariadb-json", sa.JSON(), None, sa.text("('{}')"), MARIADB),
    _default(
        "mariadb-on-update",
        INSTANT,
        sa.text("CURRENT_TIMESTAMP"),
        sa.text("CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP"),
        MARIADB,
    ),
    _default("postgresql-uuid", sa.Uuid(), None, sa.text("gen_random_uuid()"), POSTGRESQL),
    _default("postgresql-array", sa.ARRAY(sa.Text), None, sa.text("'{}'::text[]"), POSTGRESQL),
    _default("postgresql-jsonb", postgresql.JSONB(), "{}", '{"a": 1}', POSTGRESQL),
    _default(
        "postgresql-interval",
        sa.DateTime(),
        sa.text("now() + interval '1 day'"),
        sa.text("now() + interval '2 days'"),
        POSTGRESQL,
    ),
    _default(
        "postgresql-cast",
        TEXT,
        sa.text("'a'::text"),
        sa.text("substr('ab'::text, 1, 1)"),
        POSTGRESQL,
    ),
    _default("sqlite-strftime", TEXT, None, sa.text("(strftime('%s', 'now'))"), SQLITE),
    edit(
        "default-and-type-at-once",
        lambda: column(sa.Integer, server_default="5"),
        lambda: column(sa.BigInteger, server_default="50"),
    ),
    edit(
        "default-of-another-kind-and-type",
        lambda: column(sa.Text, server_default="5"),
        lambda: column(sa.Integer, server_default="5"),
        POSTGRESQL,
        values={"item.a": ["1", "22", None]},
        becomes={"item.a": {"1": 1, "22": 22}},
        returns={"item.a": {1: "1", 22: "22"}},
    ),
    edit(
        "default-kept-while-nullability-changes",
        lambda: column(sa.Integer, server_default="5"),
        lambda: column(sa.Integer, server_default="5", nullable=False),
    ),
    Change(
        "identity-added",
        _key(),
        _key(Identity()),
        POSTGRESQL,
    ),
    Change("identity-dropped", _key(Identity()), _key(autoincrement=False), POSTGRESQL),
    Change("identity-to-serial", _key(Identity()), _key(), POSTGRESQL),
    Change("identity-always", _key(Identity()), _key(Identity(always=True)), POSTGRESQL),
    Change(
        "identity-options",
        _key(Identity(start=1, increment=1)),
        _key(Identity(start=100, increment=5, minvalue=1, maxvalue=10000, cycle=True, cache=10)),
        POSTGRESQL,
    ),
    Change(
        "identity-options-dropped", _key(Identity(start=7, cache=5)), _key(Identity()), POSTGRESQL
    ),
    edit(
        "identity-on-another-column",
        lambda: column(sa.Integer, nullable=False),
        lambda: column(sa.Integer, Identity()),
        POSTGRESQL,
        values={"item.a": [11, 12, 13, 14]},
    ),
    edit(
        "identity-column-added",
        nothing,
        lambda: column(sa.BigInteger, Identity(always=True)),
        POSTGRESQL,
    ),
    edit("identity-column-dropped", lambda: column(sa.BigInteger, Identity()), nothing, POSTGRESQL),
    Change("autoincrement-added", _key(autoincrement=False), _key(), SERVERS),
    Change("autoincrement-dropped", _key(), _key(autoincrement=False), SERVERS),
    Change(
        "sqlite-autoincrement",
        lambda: models(table("item", Column("name", sa.Text))),
        lambda: models(table("item", Column("name", sa.Text), sqlite_autoincrement=True)),
        SQLITE,
    ),
    Change(
        "sqlite-autoincrement-dropped",
        lambda: models(table("item", Column("name", sa.Text), sqlite_autoincrement=True)),
        lambda: models(table("item", Column("name", sa.Text))),
        SQLITE,
    ),
    Change(
        "key-becomes-big",
        lambda: models(table("item", Column("id", sa.Integer, primary_key=True))),
        lambda: models(table("item", Column("id", sa.BigInteger, primary_key=True))),
        SERVERS,
    ),
    _computed("added", _none, _expression("a * 2")),
    _computed("dropped", _expression("a * 2"), _none),
    _computed("changed", _expression("a * 2"), _expression("a * 3 + length('x (')")),
    _computed("virtual-added", _none, _expression("a % 7", stored=False), ("sqlite", "mariadb")),
    _computed("virtual-dropped", _expression("a % 7", stored=False), _none, ("sqlite", "mariadb")),
    _computed(
        "virtual-changed",
        _expression("a + 1", stored=False),
        _expression("a + 2", stored=False),
        ("sqlite", "mariadb"),
    ),
    _computed(
        "virtual-to-stored",
        _expression("a + 1", stored=False),
        _expression("a + 1"),
        ("sqlite", "mariadb"),
    ),
    _computed(
        "stored-to-virtual",
        _expression("a + 1"),
        _expression("a + 1", stored=False),
        ("sqlite", "mariadb"),
    ),
    edit(
        "computed-becomes-plain",
        lambda: (column(sa.Integer), Column("c", sa.Integer, Computed("a * 2", persisted=True))),
        lambda: (column(sa.Integer), Column("c", sa.Integer)),
    ),
    edit(
        "plain-becomes-computed",
        lambda: (column(sa.Integer), Column("c", sa.Integer)),
        lambda: (column(sa.Integer), Column("c", sa.Integer, Computed("a * 2", persisted=True))),
    ),
    edit(
        "computed-of-another-type",
        lambda: (column(sa.Integer), Column("c", sa.Integer, Computed("a * 2", persisted=True))),
        lambda: (column(sa.Integer), Column("c", sa.BigInteger, Computed("a * 2", persisted=True))),
    ),
    edit(
        "computed-and-what-it-is-made-of-dropped",
        lambda: (column(sa.Integer), Column("c", sa.Integer, Computed("a * 2", persisted=True))),
        nothing,
    ),
    edit(
        "computed-and-what-it-is-made-of-added",
        nothing,
        lambda: (column(sa.Integer), Column("c", sa.Integer, Computed("a * 2", persisted=True))),
    ),
    edit(
        "type-of-what-is-computed-from",
        lambda: (column(sa.Integer), Column("c", sa.BigInteger, Computed("a * 2", persisted=True))),
        lambda: (
            column(sa.BigInteger),
            Column("c", sa.BigInteger, Computed("a * 2", persisted=True)),
        ),
    ),
]
