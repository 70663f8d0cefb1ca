"""A revision imports a type only where that works, and else has the type it stands on."""

from __future__ import annotations

import enum
import json
import subprocess
import sys
from pathlib import Path

import pgvector.sqlalchemy
import pytest
import sqlalchemy as sa
import sqlalchemy_utils
import sqlmodel
from sqlalchemy.dialects import mysql, postgresql

from flask_migrate.autogenerate.imports import proofs
from tests.autogenerate.written import ddl, written

POSTGRESQL = "from sqlalchemy.dialects import postgresql"


class Colour(enum.Enum):
    RED = "r"
    BLUE = "b'lue"


class Here(sa.TypeDecorator):
    """A type of a script that runs: no other file can import it."""

    __module__ = "__main__"
    impl = sa.String
    cache_ok = True


class HereCube(sa.types.UserDefinedType):
    __module__ = "__main__"
    cache_ok = True

    def get_col_spec(self, **_):
        return "CUBE"


@pytest.fixture
def interpreters(monkeypatch):
    """The interpreters that were started."""
    started = []

    class Counted(subprocess.Popen):
        def __init__(self, *arguments, **options):
            started.append(arguments)
            super().__init__(*arguments, **options)

    monkeypatch.setattr(proofs.subprocess, "Popen", Counted)
    return started


OF_SQLALCHEMY = [
    (sa.Integer(), "sa.Integer()"),
    (sa.Numeric(10, 2), "sa.Numeric(precision=10, scale=2)"),
    (sa.JSON(none_as_null=True), "sa.JSON(none_as_null=True)"),
    (sa.Enum(Colour), "sa.Enum('RED', 'BLUE', name='colour')"),
    (
        sa.Enum(Colour, values_callable=lambda members: [member.value for member in members]),
        """sa.Enum('r', "b'lue", name='colour')""",
    ),
    (sa.Enum(Colour, metadata=sa.MetaData()), "sa.Enum('RED', 'BLUE', name='colour')"),
    (sa.PickleType(), "sa.PickleType()"),
    (sa.PickleType(pickler=json), "sa.PickleType()"),
    (sa.PickleType(impl=sa.String(9)), "sa.String(length=9)"),
    (sa.ARRAY(sa.Integer), "sa.ARRAY(sa.Integer())"),
    (sa.ARRAY(sa.Enum("a(b", "c", name="x")), "sa.ARRAY(sa.Enum('a(b', 'c', name='x'))"),
    (
        sa.Text().with_variant(sa.String(3), "mysql"),
        "sa.Text().with_variant(sa.String(length=3), 'mysql')",
    ),
]
OF_DATABASES = [
    (postgresql.JSONB(), "postgresql.JSONB(astext_type=sa.Text())", POSTGRESQL),
    (
        postgresql.ARRAY(postgresql.CITEXT(), dimensions=2, as_tuple=True),
        "postgresql.ARRAY(postgresql.CITEXT(), as_tuple=True, dimensions=2)",
        POSTGRESQL,
    ),
    (
        postgresql.DOMAIN("mail", sa.String(9), check=sa.text("VALUE ~ '@'"), default="a@b"),
        (
            """postgresql.DOMAIN('mail', sa.String(length=9), default='a@b', """
            """check=sa.text("VALUE ~ '@'"))"""
        ),
        POSTGRESQL,
    ),
    (mysql.LONGTEXT(), "mysql.LONGTEXT()", "from sqlalchemy.dialects import mysql"),
]
OF_LIBRARIES = [
    (sqlalchemy_utils.EmailType(), "sqlalchemy_utils.EmailType(length=255)"),
    (sqlalchemy_utils.UUIDType(binary=False), "sqlalchemy_utils.UUIDType(binary=False)"),
    (sqlalchemy_utils.JSONType(), "sqlalchemy_utils.JSONType()"),
    (sqlmodel.AutoString(length=50), "sqlmodel.AutoString(length=50)"),
    (pgvector.sqlalchemy.Vector(3), "pgvector.sqlalchemy.VECTOR(dim=3)"),
]
OF_GEOALCHEMY2 = """
import geoalchemy2
from tests.autogenerate.written import ddl, written
type_ = geoalchemy2.Geometry("POINT", srid=4326)
result = written(type_, "postgresql")
assert result.ddl("postgresql") == ddl(type_, "postgresql")
print(result.text, *result.imports, sep="\\n")
"""
WITHOUT_CODE = [
    (sqlalchemy_utils.ChoiceType([("a", "A")]), "sa.Unicode(length=255)"),
    (sqlalchemy_utils.ChoiceType(Colour, impl=sa.String(3)), "sa.String(length=3)"),
    (sqlalchemy_utils.ChoiceType(Colour, impl=sa.Integer()), "sa.Integer()"),
]


@pytest.mark.parametrize(("type_", "text"), OF_SQLALCHEMY)
def test_a_type_of_sqlalchemy_needs_no_import(type_, text, interpreters):
    result = written(type_)
    plain = result.text.replace(", metadata=sa.MetaData()", "")  # SQLAlchemy 2.0 says it of enums
    assert (plain, result.imports) == (text, ())
    assert ddl(result.made(), "postgresql") == ddl(type_, "postgresql")
    assert not interpreters


@pytest.mark.parametrize(("type_", "text", "line"), OF_DATABASES)
def test_a_type_of_one_database_comes_with_its_dialect(type_, text, line):
    result = written(type_, line.split()[-1])
    assert (result.text, result.imports) == (text, (line,))
    assert result.ddl(line.split()[-1]) == ddl(type_, line.split()[-1])


def test_so_does_one_of_geoalchemy2():
    """In a process of its own: the package changes what SQLAlchemy's dialects do, for all."""
    root = Path(__file__).parents[2]
    program = [sys.executable, "-c", OF_GEOALCHEMY2]
    done = subprocess.run(program, cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [
        (
            "geoalchemy2.Geometry(geometry_type='POINT', srid=4326, dimension=2, "
            "from_text='ST_GeomFromEWKT', name='geometry')"
        ),
        "import geoalchemy2",
    ]


@pytest.mark.parametrize(("type_", "text"), OF_LIBRARIES)
def test_a_type_of_a_library_comes_with_its_import(type_, text, interpreters):
    result = written(type_, "postgresql")
    assert (result.text, result.imports) == (
        text,
        (f"import {text.split('(')[0].rpartition('.')[0]}",),
    )
    assert result.ddl("postgresql") == ddl(type_, "postgresql")
    assert not interpreters


@pytest.mark.parametrize(("type_", "text"), WITHOUT_CODE)
def test_a_type_whose_text_does_not_make_it_is_written_as_what_it_stands_on(type_, text):
    result = written(type_)
    assert (result.text, result.imports) == (text, ())


def test_a_domain_keeps_its_data_type_and_check_in_the_file():
    domain = postgresql.DOMAIN("d", sa.Numeric(4, 1), not_null=True, check=sa.text("VALUE > 1"))
    made = written(domain, "postgresql").made()
    assert (str(made.check), made.not_null, str(made.data_type)) == (
        "VALUE > 1",
        True,
        "NUMERIC(4, 1)",
    )


class HereList(sa.TypeDecorator):
    __module__ = "__main__"
    impl = sa.ARRAY(Here(9))
    cache_ok = True


class HereId(sa.TypeDecorator):
    """A UUID where there are any, else its digits."""

    __module__ = "__main__"
    impl = sa.CHAR(32)
    cache_ok = True

    def load_dialect_impl(self, dialect):
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.UUID())
        return dialect.type_descriptor(sa.CHAR(32))


class HereMoney(sa.Numeric):
    __module__ = "__main__"


class HereLong(mysql.LONGTEXT):
    __module__ = "__main__"


def local_type():
    class Local(sa.TypeDecorator):
        impl = sa.Date
        cache_ok = True

    return Local()


NOT_IMPORTABLE = [
    (Here(20), "sqlite", "sa.String(length=20)"),
    (local_type(), "sqlite", "sa.Date()"),
    (HereMoney(8, 2), "sqlite", "sa.Numeric(precision=8, scale=2)"),
    (HereLong(), "mysql", "mysql.LONGTEXT()"),
    (HereList(), "postgresql", "sa.ARRAY(sa.String(length=9))"),
    (sa.ARRAY(Here(20)), "postgresql", "sa.ARRAY(sa.String(length=20))"),
    (
        postgresql.HSTORE(text_type=Here(3)),
        "postgresql",
        "postgresql.HSTORE(text_type=sa.String(length=3))",
    ),
    (
        sa.Integer().with_variant(Here(20), "sqlite"),
        "sqlite",
        "sa.Integer().with_variant(sa.String(length=20), 'sqlite')",
    ),
    (
        Here(20).with_variant(sa.Text(), "mysql"),
        "sqlite",
        "sa.String(length=20).with_variant(sa.Text(), 'mysql')",
    ),
    pytest.param(
        HereId(),
        "sqlite",
        "sa.CHAR(length=32).with_variant(sa.UUID(), 'postgresql')",
        marks=pytest.mark.skipif(
            sa.__version__.startswith("2.0."),
            reason="SQLAlchemy 2.0 does not say there what PostgreSQL's own type is",
        ),
    ),
    (HereId(), "postgresql", "sa.CHAR(length=32).with_variant(sa.UUID(), 'postgresql')"),
    (
        HereCube(),
        "postgresql",
        (
            "type('HereCube', (sa.types.UserDefinedType,), "
            "{'cache_ok': True, 'get_col_spec': lambda self, **kw: 'CUBE'})()"
        ),
    ),
]


@pytest.mark.parametrize(("type_", "dialect", "text"), NOT_IMPORTABLE)
def test_a_type_that_cannot_be_imported_is_written_as_what_it_stands_on(
    type_, dialect, text, interpreters
):
    result = written(type_, dialect)
    assert result.text == text
    assert not interpreters
    assert result.ddl(dialect) == ddl(type_, dialect)


def test_what_the_user_renders_wins():
    def render_item(kind, item, context):
        if isinstance(item, Here):
            context.imports.add("import elsewhere")
            return "elsewhere.Here()"
        return False

    result = written(Here(), render_item=render_item)
    assert (result.text, result.imports) == ("elsewhere.Here()", ("import elsewhere",))
    assert written(sa.ARRAY(Here()), render_item=render_item).text == "sa.ARRAY(elsewhere.Here())"


def test_the_prefix_that_the_user_gives_wins(interpreters):
    result = written(Here(3), user_module_prefix="mine.")
    assert (result.text, result.imports) == ("mine.Here(length=3)", ())
    assert not interpreters
