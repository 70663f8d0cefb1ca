"""A revision changes a table of SQLite that nobody made with SQLAlchemy, and takes it all back."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from flask_migrate.databases.catalog import catalog_named
from tests.autogenerate.history import History

PARENT = "CREATE TABLE p (id INTEGER PRIMARY KEY)"
BY_HAND = """CREATE TABLE t (
    id INTEGER PRIMARY KEY,
    a INT UNIQUE CHECK (a > 0), -- unnamed, both
    b VARCHAR (20) COLLATE NOCASE DEFAULT abc,
    p_id INTEGER REFERENCES p ON DELETE CASCADE,
    UNIQUE (a, b),
    CHECK (a < 100)
)"""
ROWS = "INSERT INTO t VALUES (1, 1, 'x', 7), (5, 2, 'Y', NULL)"


def models(*items, **options):
    metadata = sa.MetaData()
    sa.Table("p", metadata, sa.Column("id", sa.Integer, primary_key=True))
    sa.Table("t", metadata, *items, **options)
    return metadata


def column(name, type_=sa.Integer, *items, **options):
    return sa.Column(name, type_, *items, **options)


def key():
    return column("id", primary_key=True)


TEXT = sa.String(20, collation="NOCASE")
MODELS = {
    "no constraints": lambda: models(
        key(), column("a"), column("b", TEXT, server_default="abc"), column("p_id")
    ),
    "others": lambda: models(
        key(),
        column("a", sa.BigInteger),
        column("b", sa.String(30), nullable=False, server_default="q"),
        column("p_id", sa.Integer, sa.ForeignKey("p.id")),
        sa.UniqueConstraint("b", "a"),
        sa.CheckConstraint("a > 0 AND b <> 'no'"),
    ),
    "another key": lambda: models(
        column("id"), column("a", primary_key=True), column("b", TEXT, primary_key=True)
    ),
    "counted": lambda: models(
        key(),
        column("a"),
        column("g", sa.Integer, sa.Computed("a * 2", persisted=True), unique=True),
        sqlite_autoincrement=True,
    ),
}


def state(engine):
    catalog = catalog_named("sqlite")
    with engine.connect() as connection:
        tables = catalog.read(connection, None)
        rows = connection.exec_driver_sql("SELECT id, a FROM t ORDER BY id").all()
    table = tables["t"]
    return set(table.columns), table.constraints, table.indexes, table.options, rows


@pytest.mark.parametrize("wanted", MODELS.values(), ids=MODELS)
def test_a_table_made_by_hand_is_changed_and_comes_back(sqlite_url, tmp_path, wanted):
    engine = sa.create_engine(sqlite_url)
    with engine.begin() as connection:
        for statement in (PARENT, "INSERT INTO p VALUES (7)", BY_HAND, ROWS):
            connection.exec_driver_sql(statement)
    before = state(engine)
    history = History(tmp_path, engine)
    assert history.migrate(wanted()).revisions
    history.upgrade()
    history.check(wanted())
    assert [row[0] for row in state(engine)[-1]] == [1, 5], history.text()
    history.downgrade("base")
    assert state(engine) == before, history.text()
    history.upgrade()
    history.check(wanted())
    engine.dispose()
