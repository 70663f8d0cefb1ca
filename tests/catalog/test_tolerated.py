"""A CHECK that only says what a column's type says is recognised on every database."""

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mysql

from flask_migrate.databases.catalog import Constraint, Kind, catalog_named
from flask_migrate.databases.catalog.tolerated import said_by_type

ODD = ["a", "it's", "(", "a, 'b'", "\\", "a\\b"]


class Wrapped(sa.types.TypeDecorator):
    impl = sa.Boolean
    cache_ok = True


def enum(*values, **options):
    return sa.Enum(*values, native_enum=False, length=20, **options)


def checked(url, type_, text=None):
    """Return the CHECKs of a column made with its CHECK, as the database shows them."""
    engine = sa.create_engine(url)
    metadata = sa.MetaData()
    items = [sa.CheckConstraint(text)] if text else []
    sa.Table("t", metadata, sa.Column("Active", type_), *items)
    try:
        with engine.connect() as connection:
            metadata.create_all(connection)
            table = catalog_named(engine.dialect.name).read(connection, None)["t"]
        return [c for c in table.constraints if c.kind is Kind.CHECK], engine.dialect
    finally:
        engine.dispose()


@pytest.mark.parametrize(
    ("made", "model"),
    [
        (sa.Boolean(create_constraint=True), sa.Boolean()),
        (sa.Boolean(create_constraint=True), Wrapped()),
        (enum("a", "b", create_constraint=True), enum("b", "a")),
        (enum("a", create_constraint=True), enum("a")),
        (enum(*ODD, create_constraint=True), enum(*ODD)),
    ],
    ids=["boolean", "decorated", "enum", "one value", "odd values"],
)
def test_the_check_of_a_type_is_recognised(database_url, made, model):
    checks, dialect = checked(database_url, made)
    native = isinstance(made, sa.Boolean) and dialect.supports_native_boolean
    assert len(checks) == (0 if native else 1)
    assert all(said_by_type(check, [sa.Column("Active", model)], dialect) for check in checks)


@pytest.mark.parametrize(
    ("type_", "text"),
    [
        (enum("a", "b"), "{} IN ('a', 'b', 'c')"),
        (enum("a", "b"), "{} IN ('a')"),
        (enum("a", "b"), "{} IN ('a', 'b') OR 1 = 1"),
        (enum("a", "b"), "{} NOT IN ('a', 'b')"),
        (enum("a", "b"), "{} = 'a' AND {} = 'b'"),
        (sa.String(20), "{} IN ('a', 'b')"),
        (sa.Integer(), "{} IN (0, 1)"),
    ],
)
def test_a_check_that_says_something_else_is_not_the_types(database_url, type_, text):
    quote = "`" if database_url.startswith("m") else '"'
    checks, dialect = checked(database_url, type_, text.replace("{}", f"{quote}Active{quote}"))
    assert len(checks) == 1
    assert not said_by_type(checks[0], [sa.Column("Active", type_)], dialect)


@pytest.mark.parametrize(
    "text",
    [
        "(`active` in (0,1))",
        "active IN (0, 1)",
        "(active = ANY (ARRAY[0, 1]))",
    ],
)
def test_the_writings_of_all_databases_are_understood(text):
    check = Constraint(Kind.CHECK, None, (), text)
    dialect = sa.create_engine("sqlite://").dialect
    assert said_by_type(check, [sa.Column("active", sa.Boolean)], dialect)


def test_mysqls_character_sets_and_backslashes_are_understood():
    check = Constraint(Kind.CHECK, None, (), r"(`e` in (_utf8mb4\'a\',_utf8mb4\'b\'))")
    dialect = mysql.dialect()
    assert said_by_type(check, [sa.Column("e", enum("a", "b"))], dialect)
