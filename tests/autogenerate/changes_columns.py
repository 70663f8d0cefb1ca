"""Changes of columns: added, dropped, of another type, nullability or collation."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from sqlalchemy import Column
from sqlalchemy.dialects import mysql, postgresql

from tests.autogenerate.cases import (
    ALL,
    MARIADB,
    POSTGRESQL,
    SERVERS,
    SQLITE,
    Change,
    column,
    edit,
    nothing,
)

NEW_TYPES = {
    "small-integer": sa.SmallInteger(),
    "integer": sa.Integer(),
    "big-integer": sa.BigInteger(),
    "numeric": sa.Numeric(10, 2),
    "numeric-bare": sa.Numeric(),
    "float": sa.Float(),
    "double": sa.Double(),
    "boolean": sa.Boolean(),
    "string": sa.String(40),
    "unicode": sa.Unicode(40),
    "text": sa.Text(),
    "date": sa.Date(),
    "datetime": sa.DateTime(),
    "datetime-timezone": sa.DateTime(timezone=True),
    "time": sa.Time(),
    "interval": sa.Interval(),
    "binary": sa.LargeBinary(),
    "json": sa.JSON(),
    "uuid": sa.Uuid(),
}
POSTGRESQL_TYPES = {
    "jsonb": postgresql.JSONB(),
    "integer-array": sa.ARRAY(sa.Integer),
    "text-array-2": postgresql.ARRAY(sa.Text, dimensions=2),
    "inet": postgresql.INET(),
    "cidr": postgresql.CIDR(),
    "interval-fields": postgresql.INTERVAL(3, "DAY TO SECOND"),
    "timestamp-precision": postgresql.TIMESTAMP(precision=3),
    "bit": postgresql.BIT(8, varying=True),
    "tsvector": postgresql.TSVECTOR(),
    "range": postgresql.INT4RANGE(),
    "multirange": postgresql.DATEMULTIRANGE(),
    "money": postgresql.MONEY(),
    "char": sa.CHAR(3),
    "uuid-as-text": sa.Uuid(as_uuid=False),
}
MARIADB_TYPES = {
    "tinyint": mysql.TINYINT(),
    "unsigned": mysql.INTEGER(unsigned=True),
    "mediumtext": mysql.MEDIUMTEXT(),
    "longblob": mysql.LONGBLOB(),
    "datetime-6": mysql.DATETIME(fsp=6),
    "timestamp": sa.TIMESTAMP(),
    "year": mysql.YEAR(),
    "set": mysql.SET("a", "b"),
    "double-precision": mysql.DOUBLE(10, 3),
    "bit": mysql.BIT(8),
    "json": mysql.JSON(),
    "char-binary": mysql.CHAR(3, collation="utf8mb4_bin"),
}


def _added(name: str, type_: sa.types.TypeEngine, databases: tuple[str, ...]) -> Change:
    return edit(f"add-column-{name}", nothing, lambda: column(type_), databases)


def _retyped(
    name: str,
    old: sa.types.TypeEngine,
    new: sa.types.TypeEngine,
    databases: tuple[str, ...] = ALL,
    **about: object,
) -> Change:
    return edit(name, lambda: column(old), lambda: column(new), databases, **about)


def _text_of(value: object) -> object:
    return None if value is None else str(value)


def _number_of(value: object) -> object:
    return None if value is None else int(value)


AS_TEXT = {"becomes": {"item.a": _text_of}, "returns": {"item.a": _number_of}}

CHANGES = [
    *(_added(name, type_, ALL) for name, type_ in NEW_TYPES.items()),
    *(_added(f"postgresql-{name}", t, POSTGRESQL) for name, t in POSTGRESQL_TYPES.items()),
    *(_added(f"mariadb-{name}", t, MARIADB) for name, t in MARIADB_TYPES.items()),
    edit("drop-column", lambda: column(sa.Integer), nothing),
    edit("drop-column-not-null", lambda: column(sa.Integer, nullable=False, default=3), nothing),
    edit(
        "drop-two-columns-of-three",
        lambda: (column(sa.Text), Column("b", sa.Integer), Column("c", sa.Date)),
        lambda: column(sa.Text),
    ),
    edit(
        "add-column-in-the-middle",
        lambda: Column("z", sa.Integer),
        lambda: (column(sa.Integer), Column("z", sa.Integer)),
    ),
    edit(
        "add-and-drop-unlike-columns",
        lambda: Column("z", sa.LargeBinary),
        lambda: column(sa.Date),
        options={"no_rename": True},
    ),
    _retyped("longer-string", sa.String(20), sa.String(200)),
    _retyped("shorter-string", sa.String(200), sa.String(30)),
    _retyped("string-to-text", sa.String(20), sa.Text()),
    _retyped("text-to-string", sa.Text(), sa.String(80)),
    _retyped("integer-to-big", sa.Integer(), sa.BigInteger()),
    _retyped("big-to-integer", sa.BigInteger(), sa.Integer(), values={"item.a": [1, 2, None, -3]}),
    _retyped("integer-to-small", sa.Integer(), sa.SmallInteger(), values={"item.a": [1, 2, None]}),
    _retyped("more-precision", sa.Numeric(10, 2), sa.Numeric(12, 2)),
    _retyped("other-scale", sa.Numeric(10, 2), sa.Numeric(12, 4)),
    _retyped(
        "postgresql-real-to-double",
        sa.REAL(),
        sa.Double(),
        POSTGRESQL,
        values={"item.a": [0.5, -2.25, None]},
    ),
    _retyped("date-to-datetime", sa.Date(), sa.DateTime(), SERVERS, values={"item.a": [None]}),
    _retyped(
        "timestamp-without-zone-to-with",
        sa.DateTime(),
        sa.DateTime(timezone=True),
        POSTGRESQL,
        values={"item.a": [None]},
    ),
    _retyped("postgresql-integer-to-text", sa.Integer(), sa.Text(), POSTGRESQL, **AS_TEXT),
    _retyped("mariadb-integer-to-string", sa.Integer(), sa.String(20), MARIADB, **AS_TEXT),
    _retyped(
        "postgresql-text-to-integer",
        sa.Text(),
        sa.Integer(),
        POSTGRESQL,
        values={"item.a": ["12", "-3", None]},
        becomes={"item.a": _number_of},
        returns={"item.a": _text_of},
    ),
    _retyped(
        "postgresql-integer-to-boolean",
        sa.Integer(),
        sa.Boolean(),
        POSTGRESQL,
        values={"item.a": [1, 0, None]},
        becomes={"item.a": {1: True, 0: False}},
        returns={"item.a": {True: 1, False: 0}},
    ),
    _retyped("postgresql-json-to-jsonb", sa.JSON(), postgresql.JSONB(), POSTGRESQL),
    _retyped(
        "postgresql-text-to-array",
        sa.ARRAY(sa.Integer),
        sa.ARRAY(sa.BigInteger),
        POSTGRESQL,
        values={"item.a": [[1, 2], [], None]},
    ),
    _retyped(
        "postgresql-char-length", sa.CHAR(3), sa.CHAR(5), POSTGRESQL, values={"item.a": [None]}
    ),
    _retyped(
        "postgresql-timestamp-precision",
        postgresql.TIMESTAMP(precision=0),
        postgresql.TIMESTAMP(precision=3),
        POSTGRESQL,
    ),
    _retyped(
        "postgresql-interval-without-and-with-fields",
        postgresql.INTERVAL(),
        postgresql.INTERVAL(fields="DAY TO SECOND"),
        POSTGRESQL,
    ),
    _retyped(
        "postgresql-text-to-uuid",
        sa.Text(),
        sa.Uuid(),
        POSTGRESQL,
        values={"item.a": ["00000000-0000-0000-0000-000000000001", None]},
        becomes={"item.a": lambda value: None if value is None else uuid.UUID(value)},
        returns={"item.a": _text_of},
    ),
    _retyped(
        "postgresql-bit-length", postgresql.BIT(4), postgresql.BIT(4, varying=True), POSTGRESQL
    ),
    _retyped("mariadb-float-to-double", sa.Float(), sa.Double(), MARIADB),
    _retyped("mariadb-unsigned", sa.Integer(), mysql.INTEGER(unsigned=True), MARIADB),
    _retyped("mariadb-datetime-precision", sa.DateTime(), mysql.DATETIME(fsp=6), MARIADB),
    _retyped("mariadb-text-size", sa.Text(), mysql.MEDIUMTEXT(), MARIADB),
    _retyped(
        "mariadb-boolean-to-integer",
        sa.Boolean(),
        sa.Integer(),
        MARIADB,
        values={"item.a": [True, False, None]},
    ),
    _retyped("mariadb-char-to-varchar", sa.CHAR(5), sa.String(5), MARIADB),
    _retyped("sqlite-integer-to-text", sa.Integer(), sa.Text(), SQLITE, **AS_TEXT),
    _retyped("sqlite-boolean-to-integer", sa.Boolean(), sa.Integer(), SQLITE),
    _retyped("sqlite-numeric-to-float", sa.Numeric(10, 2), sa.Float(), SQLITE),
    edit(
        "not-null-dropped",
        lambda: column(sa.Integer, nullable=False),
        lambda: column(sa.Integer),
    ),
    edit(
        "not-null-where-no-row-is-null",
        lambda: column(sa.Integer),
        lambda: column(sa.Integer, nullable=False),
    ),
    edit(
        "not-null-over-nulls-with-a-default",
        lambda: column(sa.String(20)),
        lambda: column(sa.String(20), nullable=False, default="it's 5 %"),
        becomes={"item.a": {None: "it's 5 %"}},
    ),
    edit(
        "not-null-over-nulls-with-a-server-default",
        lambda: column(sa.Integer),
        lambda: column(sa.Integer, nullable=False, default=7, server_default="7"),
        becomes={"item.a": {None: 7}},
    ),
    edit(
        "new-not-null-with-a-default",
        nothing,
        lambda: column(sa.Integer, nullable=False, default=5),
        added={"item.a": 5},
    ),
    edit(
        "new-not-null-text-with-a-default",
        nothing,
        lambda: column(sa.String(20), nullable=False, default="o'Brien 100 %"),
        added={"item.a": "o'Brien 100 %"},
    ),
    edit(
        "new-not-null-boolean-with-a-default",
        nothing,
        lambda: column(sa.Boolean, nullable=False, default=False),
        added={"item.a": False},
    ),
    edit(
        "new-not-null-with-a-server-default",
        nothing,
        lambda: column(sa.Integer, nullable=False, server_default="9"),
        added={"item.a": 9},
    ),
    edit(
        "type-and-nullability-and-default-at-once",
        lambda: column(sa.String(20)),
        lambda: column(sa.Text, nullable=False, default="none"),
        becomes={"item.a": {None: "none"}},
    ),
    _retyped("postgresql-collation", sa.Text(), sa.Text(collation="C"), POSTGRESQL),
    _retyped("postgresql-collation-dropped", sa.Text(collation="C"), sa.Text(), POSTGRESQL),
    _retyped(
        "mariadb-collation",
        sa.String(20),
        sa.String(20, collation="utf8mb4_bin"),
        MARIADB,
    ),
    _retyped(
        "mariadb-charset",
        mysql.VARCHAR(20, charset="latin1"),
        mysql.VARCHAR(20, charset="utf8mb4"),
        MARIADB,
        values={"item.a": ["a", "é", None]},
    ),
    _retyped("sqlite-collation", sa.String(20), sa.String(20, collation="NOCASE"), SQLITE),
    _retyped("sqlite-collation-dropped", sa.String(20, collation="NOCASE"), sa.String(20), SQLITE),
    _retyped(
        "collation-changed",
        sa.Text(collation="C"),
        sa.Text(collation="POSIX"),
        POSTGRESQL,
    ),
    edit(
        "comment-added",
        lambda: column(sa.Integer),
        lambda: column(sa.Integer, comment="a 'b' %"),
        SERVERS,
    ),
    edit(
        "comment-changed",
        lambda: column(sa.Integer, comment="one"),
        lambda: column(sa.Integer, comment='two\nlines "x" \\ %s :y'),
        SERVERS,
    ),
    edit(
        "comment-dropped",
        lambda: column(sa.Integer, comment="one"),
        lambda: column(sa.Integer),
        SERVERS,
    ),
    edit(
        "comment-on-a-column-with-default-and-not-null",
        lambda: column(sa.Integer, nullable=False, server_default="4"),
        lambda: column(sa.Integer, nullable=False, server_default="4", comment="four"),
        SERVERS,
    ),
]
