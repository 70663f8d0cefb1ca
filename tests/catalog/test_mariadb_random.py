"""Random tables: told, judged in both scratch places, read, and made again, they are the same."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.dialects import mysql

from flask_migrate.databases.catalog import mysql_scratch
from flask_migrate.databases.catalog.mysql_server import server_of
from tests.catalog.mariadb import CATALOG, as_stated, structure

LETTERS = st.text(st.sampled_from("ab'\\%:` \"(),;\n\té$0"), max_size=6)
NUMBERS = st.sampled_from(["0", "1", "-5", "007", "1.5", "-0.5", "2.50", "1e3", "99"])
COLLATIONS = st.sampled_from([None, None, "utf8mb4_bin", "utf8mb4_general_ci", "latin1_bin"])
DATES = st.sampled_from(["2020-01-31", "2020-02-28", "2020-1-2"])
NOW = st.sampled_from(["now()", "CURRENT_TIMESTAMP", "(now())", "localtime"]).map(sa.text)
NO_DEFAULT = st.none()


def typed(types, defaults=NO_DEFAULT):
    return st.tuples(types, st.one_of(NO_DEFAULT, defaults))


def numbers(draw):
    return st.one_of(draw, draw.map(sa.text))


# Releases of SQLAlchemy before 2.1 do not escape these in the values of an ENUM.
PLAIN = LETTERS.map(lambda text: text.replace("\\", "").replace("%", "").strip())
VALUES = st.lists(PLAIN.filter(bool), min_size=1, max_size=3, unique_by=str.lower)
COLUMNS = st.one_of(
    typed(
        st.sampled_from([sa.Integer(), sa.BigInteger(), mysql.INTEGER(unsigned=True)]),
        numbers(st.sampled_from(["0", "1", "7", "007"])),
    ),
    typed(st.just(sa.Boolean()), st.sampled_from([sa.true(), sa.false(), "1"])),
    typed(
        st.sampled_from([sa.Float(), sa.Double(), sa.Float(53), mysql.DOUBLE(10, 3)]),
        numbers(NUMBERS),
    ),
    typed(st.builds(sa.Numeric, st.integers(8, 20), st.integers(0, 4)), numbers(NUMBERS)),
    typed(
        st.builds(sa.String, st.integers(6, 300), collation=COLLATIONS),
        LETTERS.filter(lambda text: "é" not in text),
    ),
    typed(st.builds(sa.Text, collation=st.sampled_from([None, "utf8mb4_bin"])), LETTERS),
    typed(st.builds(lambda v, c: mysql.ENUM(*v, collation=c), VALUES, COLLATIONS)),
    typed(st.just(sa.JSON()), st.sampled_from(["{}", "[1]"])),
    typed(st.sampled_from([sa.DateTime(), sa.TIMESTAMP()]), NOW),
    typed(st.just(sa.Date()), DATES),
    typed(st.sampled_from([sa.LargeBinary(), sa.VARBINARY(20), sa.BINARY(3), sa.Time()])),
    typed(st.sampled_from([mysql.YEAR(), mysql.SET("a", "b"), mysql.BIT(3), sa.UUID(), sa.Uuid()])),
)
INDEXED = (sa.Integer, sa.Boolean, sa.Date, sa.Numeric)


@st.composite
def tables(draw):
    metadata = sa.MetaData()
    whole = draw(st.sampled_from([sa.Integer(), sa.BigInteger()]))
    columns = [sa.Column("id", whole, primary_key=True), sa.Column("n", sa.Integer)]
    for number, (type_, default) in enumerate(draw(st.lists(COLUMNS, max_size=6))):
        nullable = draw(st.booleans()) or isinstance(type_, sa.TIMESTAMP)
        columns.append(
            sa.Column(
                f"c{number}",
                type_,
                server_default=default,
                nullable=nullable,
                comment=draw(st.one_of(st.none(), LETTERS)),
            )
        )
    table = sa.Table("t", metadata, *columns, comment=draw(st.one_of(st.none(), LETTERS)))
    short = [column for column in columns if isinstance(column.type, INDEXED)]
    for number in range(draw(st.integers(0, 3))):
        chosen = st.lists(st.sampled_from(short), min_size=1, max_size=3, unique_by=id)
        add_key(draw, table, number, draw(chosen))
    if draw(st.booleans()):
        text = draw(LETTERS.filter(lambda text: "é" not in text))
        literal = sa.literal(text).compile(
            dialect=mysql.dialect(), compile_kwargs={"literal_binds": True}
        )
        condition = str(literal).replace("%%", "%").replace(":", r"\:")
        table.append_constraint(sa.CheckConstraint(f"n > 3 OR {condition} = 'x'", name="ck"))
    if draw(st.booleans()):
        table.append_column(sa.Column("g", sa.Integer, sa.Computed("n % 3 + 1")))
    return table


def add_key(draw, table, number, columns):
    kind = draw(st.sampled_from(["unique", "index", "unique index", "foreign key"]))
    if kind == "unique":
        names = [column.name for column in columns]
        table.append_constraint(sa.UniqueConstraint(*names, name=f"uq{number}"))
    elif kind == "foreign key":
        table.append_column(sa.Column(f"f{number}", table.c.id.type))
        table.append_constraint(
            sa.ForeignKeyConstraint(
                [f"f{number}"],
                ["t.id"],
                name=f"fk{number}",
                ondelete=draw(st.sampled_from([None, "CASCADE", "RESTRICT"])),
            )
        )
        if draw(st.booleans()):
            sa.Index(f"ixf{number}", table.c[f"f{number}"])
    else:
        elements = [draw(st.sampled_from([column, column.desc()])) for column in columns]
        sa.Index(f"ix{number}", *elements, unique=kind == "unique index")


@pytest.fixture
def databases(new_database):
    engines = [sa.create_engine(new_database("mariadb")) for _ in range(2)]
    yield engines
    for engine in engines:
        engine.dispose()


def test_random_tables_are_the_same_everywhere(databases):
    here, elsewhere = databases

    @settings(
        max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
    )
    @given(tables())
    def check(table):
        with here.connect() as connection:
            told = CATALOG.expected(table, connection)
            judged = CATALOG.judged(connection, [table])[None, "t"]
            beside = in_database(connection, table)
            table.create(connection)
            try:
                shown = CATALOG.read(connection, None)["t"]
            finally:
                table.drop(connection)
            rebuilt = CATALOG.rebuilt(shown, connection, sa.MetaData())
        assert told is None or told == as_stated(shown, told)
        assert judged == structure(as_stated(shown, judged))
        assert beside == judged
        with elsewhere.connect() as connection:
            rebuilt.create(connection)
            try:
                assert CATALOG.read(connection, None)["t"] == shown
            finally:
                rebuilt.drop(connection)

    check()


def in_database(connection, table):
    server = server_of(connection)
    with mysql_scratch._own_connection(connection, server) as scratch:
        found = mysql_scratch._in_database(scratch, server, None, [table])
    judged = CATALOG._as_model(table, found[None, "t"], connection)
    return replace(judged, options=())
