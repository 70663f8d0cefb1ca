"""Which tables of models are certain without asking PostgreSQL."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from flask_migrate.databases.catalog import catalog_named
from tests.catalog.postgresql_tables import TYPES_AND_DEFAULTS, text

CATALOG = catalog_named("postgresql")


@pytest.fixture
def connection(postgresql_url: str) -> Iterator[sa.Connection]:
    engine = sa.create_engine(postgresql_url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def test_every_type_with_every_default_is_as_expected_or_not_certain(connection):
    metadata = sa.MetaData()
    for n, (type_, defaults) in enumerate(TYPES_AND_DEFAULTS):
        for m, default in enumerate([None, *defaults]):
            given = default.value if isinstance(default, sa.BindParameter) else default
            of_text = text(default) if isinstance(default, str) else given
            column = sa.Column("a", type_.copy(), server_default=of_text)
            sa.Table(f"t{n}_{m}", metadata, column)
    metadata.create_all(connection)
    actual = CATALOG.read(connection, None)
    expected = {name: CATALOG.expected(t, connection) for name, t in metadata.tables.items()}
    certain = {name: table for name, table in expected.items() if table is not None}
    assert certain == {name: actual[name] for name in certain}
    assert len(certain) > len(TYPES_AND_DEFAULTS)


class Shouted(sa.types.TypeDecorator):
    impl = sa.String(12)
    cache_ok = True


class Nested(sa.types.TypeDecorator):
    impl = Shouted
    cache_ok = True


class Either(sa.types.TypeDecorator):
    impl = sa.Text
    cache_ok = True

    def load_dialect_impl(self, dialect):
        return dialect.type_descriptor(pg.JSONB() if dialect.name == "postgresql" else sa.JSON())


USUAL = {
    "string": [sa.Column("a", sa.String(50), server_default="x", nullable=False)],
    "zero": [sa.Column("a", sa.BigInteger, server_default="0")],
    "boolean": [sa.Column("a", sa.Boolean, server_default=sa.false())],
    "text zero": [sa.Column("a", sa.Numeric(10, 2), server_default=sa.text("0"))],
    "now": [sa.Column("a", sa.DateTime(timezone=True), server_default=sa.func.now())],
    "text now": [sa.Column("a", sa.DateTime, server_default=sa.text("now()"))],
    "uuid": [sa.Column("a", pg.UUID(as_uuid=True), server_default=sa.text("gen_random_uuid()"))],
    "json": [sa.Column("a", pg.JSONB, server_default="{}", nullable=False)],
    "array": [sa.Column("a", pg.ARRAY(sa.String(20)), server_default="{}")],
    "enum": [sa.Column("a", sa.Enum("x", "y", name="letter"), server_default="x")],
    "enum in text": [
        sa.Column("a", sa.Enum("x", "y", name="letter"), server_default=sa.text("'x'"))
    ],
    "checked enum": [sa.Column("a", sa.Enum("x", "yes", native_enum=False), server_default="x")],
    "decorated": [sa.Column("a", Shouted, server_default="x"), sa.Column("b", Nested)],
    "decorated for a dialect": [sa.Column("a", Either, server_default="[]")],
    "variant": [sa.Column("a", sa.JSON().with_variant(pg.JSONB(), "postgresql"))],
    "serial": [sa.Column("a", sa.Integer, primary_key=True)],
    "decorated serial": [
        sa.Column("a", sa.BigInteger().with_variant(sa.Integer(), "postgresql"), primary_key=True)
    ],
    "smallserial": [sa.Column("a", sa.SmallInteger, primary_key=True)],
    "identity": [sa.Column("a", sa.Integer, sa.Identity(always=True, start=9), primary_key=True)],
    "no serial": [sa.Column("a", sa.Integer, primary_key=True, autoincrement=False)],
    "own default": [sa.Column("a", sa.Integer, primary_key=True, default=7)],
    "two of a key": [
        sa.Column("a", sa.Integer, primary_key=True),
        sa.Column("b", sa.Integer, primary_key=True),
    ],
    "keys and indexes": [
        sa.Column("a", sa.Integer, primary_key=True),
        sa.Column("b", sa.Integer, index=True, comment="of a kind"),
        sa.Column("c", sa.Integer),
        sa.UniqueConstraint("b", "c", name="uq", deferrable=True, initially="DEFERRED"),
        sa.UniqueConstraint("c", name="uq2", postgresql_nulls_not_distinct=True),
        sa.Index("i", "c", "b", unique=True, postgresql_include=["a"]),
        sa.Index("h", "c", postgresql_using="hash"),
    ],
    "collation": [sa.Column("a", sa.String(9, collation="C"))],
}


@pytest.mark.parametrize("name", USUAL)
def test_the_usual_is_certain(connection, name):
    table = sa.Table("t", sa.MetaData(), *USUAL[name])
    table.create(connection)
    expected = CATALOG.expected(table, connection)
    assert expected == CATALOG.read(connection, None)["t"]


UNCERTAIN = {
    "check": [sa.Column("a", sa.Integer), sa.CheckConstraint("a > 0", name="c")],
    "expression": [sa.Column("a", sa.Integer, server_default=sa.text("1 + 1"))],
    "computed": [sa.Column("a", sa.Integer, sa.Computed("1 + 1", persisted=True))],
    "type of an extension": [sa.Column("a", pg.CITEXT)],
    "domain": [sa.Column("a", pg.DOMAIN("positive", sa.Integer))],
    "index of an expression": [sa.Column("a", sa.Text), sa.Index("i", sa.text("lower(a)"))],
    "index with a condition": [
        sa.Column("a", sa.Text),
        sa.Index("i", "a", postgresql_where=sa.text("a > 'b'")),
    ],
    "a key that is unique as well": [
        sa.Column("a", sa.Integer, primary_key=True),
        sa.UniqueConstraint("a", name="u"),
    ],
    "a longer name than there may be": [sa.Column("ü" * 40, sa.Integer)],
}


@pytest.mark.parametrize("name", UNCERTAIN)
def test_what_only_the_server_knows_is_not_certain(connection, name):
    table = sa.Table("t", sa.MetaData(), *UNCERTAIN[name])
    assert CATALOG.expected(table, connection) is None


@pytest.mark.parametrize(
    "options", [{"postgresql_partition_by": "LIST (a)"}, {"prefixes": ["UNLOGGED"]}]
)
def test_options_of_the_table_are_not_certain(connection, options):
    table = sa.Table("t", sa.MetaData(), sa.Column("a", sa.Integer), **options)
    assert CATALOG.expected(table, connection) is None


def test_an_enum_of_another_schema_is_shown_with_it(connection):
    connection.exec_driver_sql("CREATE SCHEMA other")
    letter = sa.Enum("x", "y", name="letter", schema="other")
    table = sa.Table("t", sa.MetaData(), sa.Column("a", letter, server_default="x"))
    table.create(connection)
    expected = CATALOG.expected(table, connection)
    assert expected.columns[0].type == "other.letter"
    assert expected == CATALOG.read(connection, None)["t"]


def test_an_enum_named_like_a_type_of_the_servers_own_is_not_certain(connection):
    table = sa.Table("t", sa.MetaData(), sa.Column("a", sa.Enum("x", name="path")))
    assert CATALOG.expected(table, connection) is None


def test_the_search_path_may_change_before_the_next_reading(connection):
    connection.exec_driver_sql("CREATE SCHEMA other")
    metadata = sa.MetaData()
    sa.Table("p", metadata, sa.Column("id", sa.Integer, primary_key=True), schema="other")
    table = sa.Table(
        "t", metadata, sa.Column("a", sa.ForeignKey("other.p.id", name="k")), schema="other"
    )
    metadata.create_all(connection)
    for path, schema in (("public", "other"), ("other", None)):
        connection.exec_driver_sql(f"SET search_path = {path}")
        actual = CATALOG.read(connection, "other")["t"]
        assert actual.constraints[0].reference.schema == schema
        assert CATALOG.expected(table, connection) == actual
