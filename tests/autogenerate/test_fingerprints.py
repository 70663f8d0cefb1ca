"""Fingerprints of tables and models: other ones wherever a comparison sees anything else."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
import sqlalchemy as sa
from sqlalchemy import Column

from flask_migrate.autogenerate.remembering.model_prints import ModelPrints
from flask_migrate.context import meanwhile
from flask_migrate.databases.catalog import catalog_named
from flask_migrate.databases.catalog.postgresql_prints import COLUMNS
from flask_migrate.databases.catalog.postgresql_queries import queries
from tests.autogenerate.cases import each, models, table
from tests.autogenerate.changes import CHANGES

OF_OBJECTS = {"oid", "table_oid", "index_oid"}
PROGRAM = """
import json
from sqlalchemy.dialects import mysql, postgresql, sqlite
from flask_migrate.autogenerate.remembering.model_prints import ModelPrints
from tests.autogenerate.test_fingerprints import rich
for dialect in (mysql.dialect(), postgresql.dialect(), sqlite.dialect()):
    prints = ModelPrints(dialect)
    print(json.dumps([prints.of(table).hash.hex() for table in rich().tables.values()]))
"""


def rich() -> sa.MetaData:
    """Return models of which much has no order of its own."""
    columns = [
        Column(f"c{n}", sa.String(n), unique=True, index=True, info={"renamed_from": ["a", "b"]})
        for n in range(1, 9)
    ]
    checks = [sa.CheckConstraint(f"c{n} <> 'x'") for n in range(1, 9)]
    kinds = sa.Enum(*"dacb", name="kind", create_constraint=True, native_enum=False)
    return models(
        table("parent", Column("kind", kinds, server_default=sa.text("'a'"))),
        table("item", *columns, *checks, Column("parent_id", sa.ForeignKey("parent.id"))),
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
        },
    )


def seen(engine, metadatas):
    """Return the tables of a database and their fingerprints."""
    schemas = {table.schema for metadata in metadatas for table in metadata.tables.values()}
    catalog = catalog_named(engine.dialect.name)
    tables, prints = {}, {}
    with engine.connect() as connection:
        default = connection.dialect.default_schema_name
        for schema in (schemas | {None}) - {default}:
            read = catalog.read(connection, schema)
            tables |= {(schema, name): table for name, table in read.items()}
            found = catalog.prints(connection, schema)
            prints |= {(schema, name): print_ for name, print_ in found.items()}
    return tables, prints


def made(engine, metadata):
    metadata.create_all(engine)
    return engine


@pytest.mark.parametrize(("change", "kind"), each(CHANGES))
def test_whatever_a_comparison_sees_shows_in_the_fingerprints(change, kind, place_of):
    place = place_of(kind)
    place.prepare(change.setup)
    both = before, after = change.before(), change.after()
    tables, prints = seen(made(place.engine, before), both)
    other_tables, other_prints = seen(made(place.scratch, after), both)
    assert tables.keys() == prints.keys()
    assert other_tables.keys() == other_prints.keys()
    differing = [k for k in tables.keys() & other_tables.keys() if tables[k] != other_tables[k]]
    of_models = ModelPrints(place.engine.dialect)
    for key in differing:
        assert prints[key] != other_prints[key]
        name = ".".join(filter(None, key))
        if name in before.tables and name in after.tables:
            one, other = (of_models.of(metadata.tables[name]) for metadata in both)
            assert one is None or one != other


def test_tables_that_are_made_anew_have_the_fingerprints_they_had(database_url):
    engine = sa.create_engine(database_url)
    found = []
    for _ in range(2):
        rich().drop_all(engine)
        found.append(seen(made(engine, rich()), [rich()])[1])
    engine.dispose()
    assert found[0] == found[1]
    assert len(set(found[0].values())) == len(rich().tables)


def test_models_have_one_fingerprint_in_every_process():
    found = [
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert found[0] == found[1]
    for line in found[0].splitlines():
        assert len(set(json.loads(line))) == len(rich().tables)


@pytest.mark.parametrize("number", range(4))
def test_every_column_that_is_read_on_postgresql_is_hashed(number, new_database):
    engine = sa.create_engine(new_database("postgresql"))
    with engine.connect() as connection:
        query = queries(connection.dialect.server_version_info)[number]
        read = set(connection.execute(sa.text(query), {"schema": None, "names": None}).keys())
    engine.dispose()
    assert set(COLUMNS[number].split()) == read - OF_OBJECTS


class Named(sa.types.UserDefinedType):
    """A type that says something only to itself."""

    cache_ok = True

    def __init__(self, words):
        self.words = words

    def get_col_spec(self, **_):
        return self.words


class Choice(sa.types.TypeDecorator):
    """A type that is another one on each database."""

    impl = sa.String
    cache_ok = True

    def load_dialect_impl(self, dialect):
        return dialect.type_descriptor(sa.Enum(*self.values, native_enum=False, length=9))

    def __init__(self, *values):
        super().__init__(9)
        self.values = values


def one(*parts, **options):
    return models(table("item", *parts, **options)).tables["item"]


DIFFERING = {
    "type": (lambda: Column("a", Named("INTEGER")), lambda: Column("a", Named("TEXT"))),
    "decorated": (lambda: Column("a", Choice("a")), lambda: Column("a", Choice("a", "b"))),
    "variant": (
        lambda: Column("a", sa.String(9).with_variant(sa.Text(), "sqlite")),
        lambda: Column("a", sa.String(9).with_variant(sa.Integer(), "sqlite")),
    ),
    "renamed-from": (
        lambda: Column("a", sa.Integer, info={"renamed_from": "b"}),
        lambda: Column("a", sa.Integer, info={"renamed_from": "c"}),
    ),
    "quoting": (lambda: Column("a", sa.Integer, quote=True), lambda: Column("a", sa.Integer)),
    "function": (
        lambda: Column("a", sa.DateTime, server_default=sa.func.now()),
        lambda: Column("a", sa.DateTime, server_default=sa.func.current_date()),
    ),
    "expression": (
        lambda: Column("a", sa.Integer, server_default=sa.literal(1) + 1),
        lambda: Column("a", sa.Integer, server_default=sa.literal(1) + 2),
    ),
    "option": (
        lambda: Column("a", sa.Integer, nullable=False, sqlite_on_conflict_not_null="FAIL"),
        lambda: Column("a", sa.Integer, nullable=False, sqlite_on_conflict_not_null="IGNORE"),
    ),
    "condition": (
        lambda: sa.CheckConstraint("id > 1").ddl_if(dialect="sqlite"),
        lambda: sa.CheckConstraint("id > 1").ddl_if(dialect="mysql"),
    ),
}


@pytest.mark.parametrize(("before", "after"), DIFFERING.values(), ids=DIFFERING)
def test_models_that_say_something_else_differ(before, after):
    engine = sa.create_engine("sqlite://")
    prints = ModelPrints(engine.dialect)
    assert prints.of(one(before())) is not None
    assert prints.of(one(before())) == prints.of(one(before()))
    assert prints.of(one(before())) != prints.of(one(after()))


UNSURE = {
    "function-of-the-model": lambda: sa.CheckConstraint("id > 1").ddl_if(
        callable_=lambda *_, **__: 1
    ),
    "column-of-its-own-class": lambda: type("Own", (Column,), {"inherit_cache": True})(
        "a", sa.Integer
    ),
    "object": lambda: Column("a", sa.Integer, sqlite_on_conflict_not_null=object()),
}


@pytest.mark.parametrize("part", UNSURE.values(), ids=UNSURE)
def test_what_nobody_can_be_sure_of_has_no_fingerprint(part):
    assert ModelPrints(sa.create_engine("sqlite://").dialect).of(one(part())) is None


def test_models_written_by_functions_of_the_application_have_no_fingerprint():
    from sqlalchemy.ext.compiler import compiles, deregister
    from sqlalchemy.schema import CreateColumn

    compiles(CreateColumn)(lambda *_, **__: "")
    try:
        assert ModelPrints(sa.create_engine("sqlite://").dialect).of(one()) is None
    finally:
        deregister(CreateColumn)
    assert ModelPrints(sa.create_engine("sqlite://").dialect).of(one()) is not None


def test_what_fails_meanwhile_is_raised_where_its_result_is_asked_for():
    result = meanwhile(lambda: {}["nothing"])
    with pytest.raises(KeyError, match="nothing"):
        result()
    assert meanwhile(lambda: "done")() == "done"
