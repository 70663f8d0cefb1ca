"""Types in every writing, as `create_all` makes them."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import Column, Enum
from sqlalchemy.dialects import mysql, postgresql, sqlite

from tests.autogenerate.cases import (
    ALL,
    MARIADB,
    NOT_MARIADB,
    POSTGRESQL,
    SQLITE,
    Unchanged,
    item,
    models,
    table,
)
from tests.autogenerate.heroes import heroes

if TYPE_CHECKING:
    from collections.abc import Sequence


class Colour(enum.Enum):
    red = "R"
    green = "G"


class Shout(sa.types.TypeDecorator[str]):
    """A type of an application, which is text in the database."""

    impl = sa.String(40)
    cache_ok = True


class Documents(sa.types.TypeDecorator[Any]):
    """A type that is another one on PostgreSQL."""

    impl = sa.Text
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        document = postgresql.JSONB() if dialect.name == "postgresql" else sa.Text()
        return dialect.type_descriptor(document)


class Cents(sa.types.TypeDecorator[int]):
    """Money, as an application keeps it."""

    impl = sa.Numeric(12, 2)
    cache_ok = True


def _of(name: str, *types: Any, databases: Sequence[str] = ALL, **about: Any) -> Unchanged:
    """Return a case of a table with a column of each type."""

    def made() -> sa.MetaData:
        columns = [Column(f"c{n}", type_) for n, type_ in enumerate(types)]
        return models(table("item", *columns))

    return Unchanged(f"types-{name}", made, databases, **about)


def _flags(**options: Any) -> list[Column[Any]]:
    return [
        Column("a", sa.Boolean(**options)),
        Column("e", Enum("x", "y", name="kind", native_enum=False, **options)),
        Column("c", Enum(Colour, native_enum=False, length=30, name="colour", **options)),
    ]


BIG = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")
TEXT = sa.Text().with_variant(mysql.LONGTEXT(), "mysql", "mariadb")
TAGS = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

UNCHANGED = [
    _of("numbers", sa.Integer(), sa.SmallInteger(), sa.BigInteger(), sa.INT(), sa.BIGINT()),
    _of("numeric", sa.Numeric(), sa.Numeric(8), sa.Numeric(8, 0), sa.Numeric(8, 3), sa.DECIMAL(5)),
    _of("float", sa.Float(), sa.Float(24), sa.Float(53), sa.Double(), sa.REAL(), sa.FLOAT()),
    _of("float-as-decimal", sa.Float(asdecimal=True), sa.DOUBLE_PRECISION()),
    _of("text", sa.String(10), sa.Unicode(10), sa.Text(), sa.UnicodeText(), sa.CHAR(3), sa.CHAR()),
    _of("national-text", sa.NVARCHAR(10), sa.NCHAR(3), databases=("sqlite", "mariadb")),
    _of("text-without-a-length", sa.String(), sa.Unicode(), databases=NOT_MARIADB),
    _of("time", sa.Date(), sa.DateTime(), sa.Time(), sa.DateTime(timezone=True), sa.Interval()),
    _of("time-with-zone", sa.Time(timezone=True), sa.DATETIME(), databases=("sqlite", "mariadb")),
    _of("timestamp", sa.TIMESTAMP(), sa.TIMESTAMP(timezone=True), databases=NOT_MARIADB),
    _of("binary", sa.LargeBinary(), sa.LargeBinary(200)),
    _of("binary-of-a-length", sa.BINARY(3), sa.VARBINARY(30), databases=("sqlite", "mariadb")),
    _of("boolean", sa.Boolean(), sa.BOOLEAN(), sa.Boolean(create_constraint=False)),
    _of("json", sa.JSON(), sa.JSON(none_as_null=True), sa.JSON(), TAGS),
    _of("uuid", sa.Uuid(), sa.Uuid(native_uuid=False), sa.Uuid(as_uuid=False)),
    _of("uuid-of-the-server", sa.UUID(), databases=("postgresql", "mariadb")),
    _of("pickle", sa.PickleType()),
    _of("decorators", Shout(), Shout(), Documents(), Cents()),
    _of("variants", BIG, TEXT, TAGS, sa.String(9).with_variant(sa.Text(), "postgresql")),
    _of("variant-of-an-enum", Enum("x", name="v").with_variant(sa.String(8), "sqlite", "mysql")),
    _of("enum", Enum("x", "y", name="kind"), Enum(Colour)),
    _of("enum-of-values", Enum(Colour, values_callable=lambda e: [m.value for m in e])),
    _of("enum-with-odd-values", Enum("it's", 'a "b"', "größe", "a,b", name="kind")),
    _of("enum-with-percent", Enum("100 %", "%s", name="kind"), needs=(2, 0, 31)),
    _of("enum-without-native", Enum("x", "y", native_enum=False), Enum(Colour, native_enum=False)),
    Unchanged("types-checked", lambda: models(table("item", *_flags(create_constraint=True)))),
    Unchanged("types-not-checked", lambda: models(table("item", *_flags()))),
    _of("sqlite-own", sqlite.INTEGER(), sqlite.DATETIME(), sqlite.JSON(), databases=SQLITE),
    _of(
        "postgresql-arrays",
        sa.ARRAY(sa.Integer),
        postgresql.ARRAY(sa.String(20)),
        postgresql.ARRAY(sa.Numeric(8, 2), dimensions=2),
        postgresql.ARRAY(Enum("x", name="kind")),
        postgresql.ARRAY(sa.DateTime(timezone=True)),
        databases=POSTGRESQL,
    ),
    _of(
        "postgresql-documents",
        postgresql.JSON(),
        postgresql.JSONB(),
        postgresql.JSONB(astext_type=sa.Text()),
        postgresql.TSVECTOR(),
        databases=POSTGRESQL,
    ),
    _of(
        "postgresql-networks",
        postgresql.INET(),
        postgresql.CIDR(),
        postgresql.MACADDR(),
        postgresql.MACADDR8(),
        databases=POSTGRESQL,
    ),
    _of(
        "postgresql-times",
        postgresql.TIMESTAMP(precision=0),
        postgresql.TIMESTAMP(timezone=True, precision=3),
        postgresql.TIME(precision=2),
        postgresql.TIME(timezone=True),
        postgresql.INTERVAL(),
        postgresql.INTERVAL(fields="YEAR TO MONTH"),
        postgresql.INTERVAL(precision=3),
        sa.Interval(native=True, second_precision=2),
        databases=POSTGRESQL,
    ),
    _of(
        "postgresql-others",
        postgresql.BIT(),
        postgresql.BIT(5),
        postgresql.BIT(5, varying=True),
        postgresql.BIT(varying=True),
        postgresql.MONEY(),
        postgresql.OID(),
        postgresql.REGCLASS(),
        postgresql.BYTEA(),
        postgresql.DOUBLE_PRECISION(),
        databases=POSTGRESQL,
    ),
    _of(
        "postgresql-ranges",
        postgresql.INT4RANGE(),
        postgresql.INT8RANGE(),
        postgresql.NUMRANGE(),
        postgresql.DATERANGE(),
        postgresql.TSTZRANGE(),
        postgresql.INT4MULTIRANGE(),
        databases=POSTGRESQL,
    ),
    _of(
        "postgresql-domains",
        postgresql.DOMAIN("small", sa.Integer(), check="VALUE > 0"),
        postgresql.DOMAIN("word", sa.String(20), not_null=True, default="x"),
        databases=POSTGRESQL,
    ),
    _of(
        "postgresql-collations", sa.Text(collation="C"), sa.String(9, "POSIX"), databases=POSTGRESQL
    ),
    _of("postgresql-default-collation", sa.Text(collation="default"), databases=POSTGRESQL),
    _of("sqlite-collations", sa.Text(collation="NOCASE"), sa.String(9, "RTRIM"), databases=SQLITE),
    _of("mariadb-collations", sa.String(9, "utf8mb4_bin"), databases=MARIADB),
    _of(
        "mariadb-default-collation",
        mysql.VARCHAR(9, charset="utf8mb4", collation="utf8mb4_general_ci"),
        mysql.VARCHAR(9, charset="latin1"),
        mysql.TEXT(charset="utf8mb4"),
        databases=MARIADB,
    ),
    _of(
        "mariadb-numbers",
        mysql.TINYINT(),
        mysql.TINYINT(1),
        mysql.TINYINT(display_width=4, unsigned=True),
        mysql.SMALLINT(6),
        mysql.MEDIUMINT(),
        mysql.INTEGER(11),
        mysql.INTEGER(unsigned=True),
        mysql.INTEGER(zerofill=True),
        mysql.BIGINT(20, unsigned=True),
        mysql.DOUBLE(asdecimal=True),
        mysql.DOUBLE(10, 3),
        mysql.FLOAT(7, 3),
        mysql.DECIMAL(10, 2, unsigned=True),
        mysql.BIT(8),
        mysql.BIT(),
        databases=MARIADB,
    ),
    _of(
        "mariadb-texts",
        mysql.TINYTEXT(),
        mysql.MEDIUMTEXT(),
        mysql.LONGTEXT(),
        mysql.TINYBLOB(),
        mysql.MEDIUMBLOB(),
        mysql.LONGBLOB(),
        mysql.VARCHAR(20, national=True),
        mysql.CHAR(3),
        mysql.TEXT(100),
        databases=MARIADB,
    ),
    _of(
        "mariadb-times",
        mysql.DATETIME(fsp=6),
        mysql.TIME(fsp=3),
        mysql.YEAR(),
        mysql.YEAR(4),
        databases=MARIADB,
    ),
    _of("mariadb-timestamp", mysql.TIMESTAMP(), mysql.TIMESTAMP(fsp=2), databases=MARIADB),
    _of("mariadb-enums", mysql.ENUM("x", "it's"), mysql.SET("a", "b"), databases=MARIADB),
    _of("mariadb-json", mysql.JSON(), sa.JSON(), databases=MARIADB),
    Unchanged("types-sqlmodel", heroes),
    Unchanged("types-nothing", item),
]
