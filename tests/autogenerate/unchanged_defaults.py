"""What fills columns, in every writing: defaults, counters, identities, generated columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import Column, Computed, Enum, Identity, Sequence, text
from sqlalchemy.dialects import postgresql

from tests.autogenerate.cases import (
    ALL,
    MARIADB,
    NOT_MARIADB,
    POSTGRESQL,
    SERVERS,
    SQLITE,
    Unchanged,
    models,
    table,
)

if TYPE_CHECKING:
    from collections.abc import Sequence as Many

STRING = sa.String(80)
INSTANT = sa.TIMESTAMP()


def _of(name: str, type_: Any, *defaults: Any, databases: Many[str] = ALL) -> Unchanged:
    """Return a case of a table with a column for each default."""

    def made() -> sa.MetaData:
        columns = [Column(f"c{n}", type_, server_default=d) for n, d in enumerate(defaults)]
        return models(table("item", *columns))

    return Unchanged(f"defaults-{name}", made, databases)


def _key(
    name: str,
    *parts: Any,
    type_: Any = sa.Integer,
    databases: Many[str] = ALL,
    sqlite_autoincrement: bool = False,
    **options: Any,
) -> Unchanged:
    """Return a case of a table with a key of one column."""

    def made() -> sa.MetaData:
        key = Column("id", type_, *parts, primary_key=True, **options)
        counted = {"sqlite_autoincrement": sqlite_autoincrement}
        return models(table("item", key, Column("name", sa.Text), **counted))

    return Unchanged(f"key-{name}", made, databases)


def _computed(name: str, *texts: str, databases: Many[str] = ALL, **options: Any) -> Unchanged:
    def made() -> sa.MetaData:
        base = [Column("a", sa.Integer), Column("b", sa.String(40))]
        columns = [
            Column(
                f"c{n}",
                sa.String(99) if "b" in made_of else sa.Integer,
                Computed(made_of, **options),
            )
            for n, made_of in enumerate(texts)
        ]
        return models(table("item", *base, *columns))

    return Unchanged(f"computed-{name}", made, databases)


def _numbered() -> sa.MetaData:
    metadata = sa.MetaData()
    numbers = Sequence("numbers", start=100, increment=5, metadata=metadata)
    table(
        "item",
        Column("a", sa.Integer, numbers, server_default=numbers.next_value()),
        Column("b", sa.BigInteger, server_default=text("nextval('numbers')")),
        Column("c", sa.BigInteger, server_default=text("nextval('numbers'::regclass)")),
    )(metadata)
    return metadata


UNCHANGED = [
    _of("integers", sa.Integer(), "0", "1", "-1", text("0"), text("-1"), text("'5'"), text("(5)")),
    _of(
        "integer-expressions", sa.Integer(), text("(1 + 2)"), text("(2*3)"), text("(length('abc'))")
    ),
    _of("big-integers", sa.BigInteger(), "0", "9223372036854775807", text("1")),
    _of("booleans", sa.Boolean(), sa.true(), sa.false(), "0", "1", text("false"), text("TRUE")),
    _of("booleans-in-words", sa.Boolean(), "false", "t", "no", text("'f'"), databases=POSTGRESQL),
    _of("texts", STRING, "", "x", "it's", 'a "b"', "100 %", "%s", ":x", "a\\b", "größe 名", " x "),
    _of(
        "texts-that-look-otherwise",
        STRING,
        "now()",
        "NULL",
        "0",
        "true",
        "'x'",
        "CURRENT_TIMESTAMP",
    ),
    _of("texts-as-sql", STRING, text("''"), text("'x'"), text("('x')"), text("NULL")),
    _of("texts-in-several-lines", STRING, "a\nb", "a\tb"),
    _of("expressions-of-text", STRING, text("(lower('A'))"), text("('a' || 'b')")),
    _of("long-text", sa.Text(), "x", text("('y')"), databases=ALL),
    _of("numerics", sa.Numeric(10, 2), "0", "0.00", "1.5", "1.50", text("2.50"), text("-3")),
    _of("numerics-without-precision", sa.Numeric(), "0", "7", text("1")),
    _of("floats", sa.Float(), "0", "0.5", "1e3", text("1.25"), text("0")),
    _of("now", INSTANT, sa.func.now(), text("CURRENT_TIMESTAMP"), sa.func.current_timestamp()),
    _of("now-as-a-call", sa.DateTime(), text("now()"), sa.func.now(), databases=SERVERS),
    _of("now-in-parentheses", sa.DateTime(), text("(CURRENT_TIMESTAMP)"), databases=NOT_MARIADB),
    _of("instants", sa.DateTime(), "2024-01-01 00:00:00", "1999-12-31 23:59:59"),
    _of("dates", sa.Date(), "2024-02-29", text("'2024-01-01'"), text("(CURRENT_DATE)")),
    _of("times", sa.Time(), "10:00:00", text("'23:59:59'")),
    _of("enum", Enum("x", "it's", name="kind"), "x", "it's", text("'x'")),
    _of(
        "enum-checked", Enum("x", "y", native_enum=False, name="kind", create_constraint=True), "x"
    ),
    _of("binary", sa.LargeBinary(), text("('abc')"), databases=("sqlite", "mariadb")),
    _of(
        "json",
        sa.JSON(),
        "{}",
        "[]",
        text("'{}'"),
        text("'{\"a\": [1, 2]}'"),
        databases=NOT_MARIADB,
    ),
    _of(
        "mariadb-json",
        sa.JSON(),
        text("('{}')"),
        text("'[]'"),
        text("(json_object())"),
        databases=MARIADB,
    ),
    _of(
        "mariadb-on-update",
        INSTANT,
        text("CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP"),
        text("current_timestamp() ON UPDATE current_timestamp()"),
        text("now()"),
        databases=MARIADB,
    ),
    _of(
        "mariadb-uuid",
        sa.String(40),
        text("(uuid())"),
        text("(concat('a', 'b'))"),
        databases=MARIADB,
    ),
    _of(
        "postgresql-json",
        postgresql.JSONB(),
        "{}",
        text("'{}'::jsonb"),
        text("'[]'"),
        databases=POSTGRESQL,
    ),
    _of(
        "postgresql-arrays",
        sa.ARRAY(sa.Text),
        "{}",
        text("'{}'::text[]"),
        text("ARRAY[]::text[]"),
        text("array['a', 'b']"),
        databases=POSTGRESQL,
    ),
    _of(
        "postgresql-uuid",
        sa.Uuid(),
        text("gen_random_uuid()"),
        sa.func.gen_random_uuid(),
        databases=POSTGRESQL,
    ),
    _of(
        "postgresql-instants",
        sa.DateTime(timezone=True),
        text("now()"),
        text("now() + interval '1 day'"),
        text("timezone('utc', now())"),
        text("(CURRENT_TIMESTAMP AT TIME ZONE 'UTC')"),
        text("statement_timestamp()"),
        text("'infinity'"),
        databases=POSTGRESQL,
    ),
    _of(
        "postgresql-casts",
        STRING,
        text("'x'::character varying"),
        text("CAST('y' AS VARCHAR)"),
        text("'z'::text"),
        text("upper('a'::text)"),
        text("current_user"),
        databases=POSTGRESQL,
    ),
    _of(
        "postgresql-intervals",
        sa.Interval(),
        "1 day",
        text("interval '2 hours'"),
        databases=POSTGRESQL,
    ),
    _of(
        "postgresql-networks",
        postgresql.INET(),
        "10.0.0.1",
        text("'::1'::inet"),
        databases=POSTGRESQL,
    ),
    _of(
        "sqlite-calls",
        STRING,
        text("(strftime('%s', 'now'))"),
        text("(hex(randomblob(4)))"),
        databases=SQLITE,
    ),
    _of("sqlite-words", STRING, text("CURRENT_DATE"), text("x'00ff'"), databases=SQLITE),
    Unchanged("defaults-of-a-sequence", _numbered, POSTGRESQL),
    _key("plain"),
    _key("without-autoincrement", autoincrement=False),
    _key("always-autoincrement", autoincrement=True),
    _key("big", type_=sa.BigInteger),
    _key("small", type_=sa.SmallInteger, databases=SERVERS),
    _key("text", type_=sa.String(30)),
    _key("uuid", type_=sa.Uuid),
    _key("sqlite-autoincrement", sqlite_autoincrement=True, databases=SQLITE),
    _key("sqlite-big", type_=sa.BigInteger().with_variant(sa.INTEGER, "sqlite")),
    _key("identity", Identity(), databases=POSTGRESQL),
    _key("identity-elsewhere", Identity(), databases=("sqlite", "mariadb")),
    _key("identity-always", Identity(always=True), type_=sa.BigInteger, databases=POSTGRESQL),
    _key(
        "identity-with-options",
        Identity(start=10, increment=5, minvalue=5, maxvalue=500, cycle=True, cache=3),
        databases=POSTGRESQL,
    ),
    _key("identity-counting-down", Identity(start=-1, increment=-1), databases=POSTGRESQL),
    _key("identity-small", Identity(), type_=sa.SmallInteger, databases=POSTGRESQL),
    _key("sequence", Sequence("numbers"), databases=POSTGRESQL),
    Unchanged(
        "key-of-two-columns",
        lambda: models(
            table(
                "item",
                Column("a", sa.Integer, primary_key=True),
                Column("b", sa.Integer, primary_key=True),
            )
        ),
    ),
    Unchanged(
        "key-of-two-columns-without-counting",
        lambda: models(
            table(
                "item",
                Column("b", sa.Integer, primary_key=True, autoincrement=False),
                Column("a", sa.String(20), primary_key=True),
            )
        ),
    ),
    _computed("stored", "a * 2", "a+1", "coalesce(a, 0)", persisted=True),
    _computed("stored-text", "b || 'x'", databases=NOT_MARIADB, persisted=True),
    _computed("functions", "lower(b)", "concat(b, '%')", databases=MARIADB, persisted=True),
    _computed("virtual", "a * 2", "(a % 7)", databases=("sqlite", "mariadb"), persisted=False),
    _computed("virtual-by-default", "a * 2", "a - 1", databases=("sqlite", "mariadb")),
    _computed("casts", "a::bigint + 1", "(b::text) || 'x'", databases=POSTGRESQL, persisted=True),
    _computed(
        "conditions",
        "CASE WHEN a > 0 THEN 1 ELSE 0 END",
        "CASE WHEN b = 'x (' THEN '%' ELSE b END",
        persisted=True,
    ),
]
