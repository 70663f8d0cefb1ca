"""The enums, domains and sequences of a PostgreSQL schema."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from flask_migrate.databases.catalog.postgresql_types import (
    Domain,
    EnumType,
    SequenceFacts,
    Use,
    read_domains,
    read_enums,
    read_sequences,
)


@pytest.fixture
def connection(postgresql_url: str) -> Iterator[sa.Connection]:
    engine = sa.create_engine(postgresql_url)
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE SCHEMA other")
        yield connection
    engine.dispose()


def run(connection, *statements):
    for statement in statements:
        connection.exec_driver_sql(statement)


def test_an_enum_has_its_labels_in_order_and_its_uses(connection):
    run(
        connection,
        "CREATE TYPE letter AS ENUM ('b', 'a')",
        "ALTER TYPE letter ADD VALUE 'between' BEFORE 'a'",
        "CREATE TABLE t (x int, one letter, many letter[])",
        "CREATE TABLE other.t (gone letter, one letter)",
        "ALTER TABLE other.t DROP gone",
        "CREATE VIEW v AS SELECT one FROM t",
    )
    uses = (Use("t", "one", "other"), Use("t", "one"), Use("t", "many"))
    assert read_enums(connection, None) == {
        "letter": EnumType("letter", ("b", "between", "a"), uses, None, "letter")
    }


def test_an_enum_without_uses_is_given(connection):
    run(connection, "CREATE TYPE other.letter AS ENUM ('a')", 'CREATE TYPE "My Own" AS ENUM ()')
    assert read_enums(connection, "other") == {
        "letter": EnumType("letter", ("a",), (), "other", "other.letter")
    }
    assert read_enums(connection, None)["My Own"].shown == '"My Own"'


def test_what_belongs_to_an_extension_is_left_out(connection):
    run(
        connection,
        "CREATE TYPE letter AS ENUM ('a')",
        "CREATE DOMAIN word AS text",
        "CREATE SEQUENCE numbers",
        "ALTER EXTENSION plpgsql ADD TYPE letter",
        "ALTER EXTENSION plpgsql ADD DOMAIN word",
        "ALTER EXTENSION plpgsql ADD SEQUENCE numbers",
    )
    found = [read(connection, None) for read in (read_enums, read_domains, read_sequences)]
    assert found == [{}, {}, {}]


def test_a_domain_has_what_it_says(connection):
    run(
        connection,
        "CREATE DOMAIN word AS varchar(9) COLLATE \"C\" DEFAULT 'x' NOT NULL "
        "CONSTRAINT long CHECK (length(VALUE) > 0) CONSTRAINT small CHECK (VALUE = lower(VALUE))",
    )
    assert read_domains(connection, None) == {
        "word": Domain(
            "word",
            "character varying(9)",
            not_null=True,
            default="'x'::character varying",
            collation="C",
            checks=(
                ("long", "(length((VALUE)::text) > 0)"),
                ("small", "((VALUE)::text = lower((VALUE)::text))"),
            ),
            shown="word",
        )
    }


def test_sequences_of_columns_are_left_out(connection):
    run(
        connection,
        "CREATE TABLE t (a serial, b int GENERATED ALWAYS AS IDENTITY)",
        "CREATE SEQUENCE plain",
        "CREATE SEQUENCE small AS smallint INCREMENT -1 CACHE 7 CYCLE",
        "CREATE SEQUENCE other.plain START 5 MAXVALUE 9",
    )
    options = (("cache", "7"), ("cycle", "yes"), ("increment", "-1"))
    assert read_sequences(connection, None) == {
        "plain": SequenceFacts("plain", "bigint"),
        "small": SequenceFacts("small", "smallint", options),
    }
    options = (("maxvalue", "9"), ("start", "5"))
    assert read_sequences(connection, "other") == {
        "plain": SequenceFacts("plain", "bigint", options, "other")
    }
