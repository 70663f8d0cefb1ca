"""Batches as our own revisions write them: several changes of one table, up and down."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from flask_migrate.databases.catalog import catalog_named
from flask_migrate.errors import TableNotRebuilt
from tests.sqlite.database import sqlite_database

if TYPE_CHECKING:
    from alembic.operations import BatchOperations

PARENT = "CREATE TABLE p (id INTEGER PRIMARY KEY)"
TABLE = (
    "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT UNIQUE, b TEXT CHECK (b <> 'no'), "
    "c INT REFERENCES p ON DELETE CASCADE, d INT CONSTRAINT named UNIQUE, "
    "UNIQUE (a, B), CHECK (a > 0), CHECK (A < 100), FOREIGN KEY (d) REFERENCES p (id))"
)
ROWS = "INSERT INTO t VALUES (1, 1, 'x', NULL, NULL), (5, 2, 'y', NULL, NULL)"
COMPUTED = (
    "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, g INT AS (a + 1) STORED, h INT AS (a), "
    "z TEXT, CHECK (g > 0))"
)


def facts(database, table="t"):
    return catalog_named("sqlite").read(database.connection, None)[table]


def made(*statements):
    """Return the facts of table t made elsewhere."""
    with sqlite_database("sqlite://", *statements) as database:
        return facts(database)


def said(table):
    """Return what a table's constraints say, without their names."""
    return {(c.kind.value, c.columns, c.text) for c in table.constraints}


def batch_on(database, *changes, **options):
    with database.op.batch_alter_table("t", **options) as batch:
        for change in changes:
            change(batch)


def drop(name, kind):
    return lambda batch: batch.drop_constraint(name, type_=kind)


UNNAMED = {
    "unique at its column": ("uq_t_a", "unique", ("unique", ("a",), None)),
    "unique of the table": ("uq_t_a_b", "unique", ("unique", ("a", "b"), None)),
    "check at its column": ("ck_t_b", "check", ("check", (), "b != 'no'")),
    "foreign key at its column": ("fk_t_c_p", "foreignkey", ("foreign key", ("c",), None)),
    "foreign key of the table": ("fk_t_d_p", "foreignkey", ("foreign key", ("d",), None)),
    "primary key": ("pk_t", "primary", ("primary key", ("id",), None)),
}


@pytest.mark.parametrize(("name", "kind", "gone"), UNNAMED.values(), ids=UNNAMED)
def test_an_unnamed_constraint_is_dropped_by_a_name_that_says_what_it_is(
    new_sqlite, name, kind, gone
):
    database = new_sqlite(PARENT, TABLE, ROWS)
    before = said(facts(database))
    batch_on(database, drop(name, kind))
    assert said(facts(database)) == before - {gone}
    assert database.rows("SELECT id, a, b FROM t") == [(1, 1, "x"), (5, 2, "y")]


def test_two_that_would_have_the_same_name_have_letters_more(new_sqlite):
    database = new_sqlite(PARENT, TABLE)
    with pytest.raises(TableNotRebuilt, match=r"a > 0\) \(drop it as 'ck_t_a_\w{8}'\)") as caught:
        batch_on(database, drop("ck_t_a", "check"))
    name = str(caught.value).partition("CHECK (a > 0) (drop it as '")[2][:15]
    before = said(facts(database))
    batch_on(database, drop(name, "check"))
    assert said(facts(database)) == before - {("check", (), "a > 0")}


def test_of_two_that_say_the_same_one_is_dropped(new_sqlite):
    database = new_sqlite("CREATE TABLE t (a INT UNIQUE, UNIQUE (a))")
    batch_on(database, drop("uq_t_a", "unique"))
    assert facts(database) == made("CREATE TABLE t (a INT UNIQUE)")


def test_a_constraint_that_has_the_name_comes_before_one_for_which_we_say_it(new_sqlite):
    database = new_sqlite("CREATE TABLE t (a INT UNIQUE, b INT, CONSTRAINT uq_t_a UNIQUE (b))")
    batch_on(database, drop("uq_t_a", "unique"))
    assert said(facts(database)) == {("unique", ("a",), None)}


def test_the_name_is_that_of_the_beginning_of_the_batch(new_sqlite):
    database = new_sqlite(PARENT, TABLE, ROWS)
    batch_on(
        database,
        lambda b: b.alter_column("a", new_column_name="z", type_=sa.BigInteger()),
        drop("uq_t_a", "unique"),
        drop("ck_t_b", "check"),
        lambda b: b.create_unique_constraint(None, ["z", "c"]),
    )
    found = said(facts(database))
    assert ("unique", ("z",), None) not in found
    assert {("unique", ("z", "b"), None), ("unique", ("z", "c"), None)} <= found
    assert facts(database).column("z").type == "BIGINT"


def test_what_was_dropped_unnamed_comes_back_unnamed(new_sqlite):
    database = new_sqlite(PARENT, TABLE, ROWS)
    before = facts(database)
    batch_on(
        database,
        drop("fk_t_c_p", "foreignkey"),
        drop("ck_t_b", "check"),
        drop("uq_t_a", "unique"),
        drop("pk_t", "primary"),
    )
    batch_on(
        database,
        lambda b: b.create_primary_key(None, ["id"]),
        lambda b: b.create_unique_constraint(None, ["a"]),
        lambda b: b.create_check_constraint(None, sa.text("b != 'no'")),
        lambda b: b.create_foreign_key(None, "p", ["c"], ["id"], ondelete="CASCADE"),
    )
    assert facts(database) == before


@pytest.mark.parametrize(
    ("table", "required"),
    [
        ("CREATE TABLE t (id INTEGER PRIMARY KEY, a INT)", False),
        ("CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a INT)", False),
        ("CREATE TABLE t (id TEXT PRIMARY KEY, a INT) STRICT", False),
        ("CREATE TABLE t (id TEXT PRIMARY KEY, a INT)", True),
    ],
)
def test_a_column_that_leaves_the_key_may_be_null_only_if_it_might_before(
    new_sqlite, table, required
):
    database = new_sqlite(table)
    batch_on(database, drop("pk_t", "primary"))
    assert facts(database).column("id").nullable is required


def test_another_primary_key_takes_the_place_of_the_old_one(new_sqlite):
    database = new_sqlite(PARENT, TABLE, ROWS)
    batch_on(
        database,
        drop("pk_t", "primary"),
        lambda b: b.alter_column("b", nullable=False),
        lambda b: b.create_primary_key("pk", ["id", "b"]),
    )
    assert ("primary key", ("id", "b"), None) in said(facts(database))
    assert not facts(database).column("id").nullable
    batch_on(
        database,
        drop("pk", "primary"),
        lambda b: b.alter_column("b", nullable=True),
        lambda b: b.create_primary_key(None, ["id"]),
    )
    assert facts(database) == made(PARENT, TABLE)


def test_a_new_primary_key_numbers_the_rows(new_sqlite):
    database = new_sqlite("CREATE TABLE t (a TEXT)", "INSERT INTO t VALUES ('x'), ('y')")
    batch_on(
        database,
        lambda b: b.add_column(sa.Column("id", sa.Integer, nullable=False)),
        lambda b: b.create_primary_key("pk", ["id"]),
    )
    assert database.rows("SELECT id, a FROM t") == [(1, "x"), (2, "y")]


@pytest.mark.parametrize("wanted", [True, False])
def test_a_key_counts_on_or_no_longer(new_sqlite, wanted):
    words = {True: " AUTOINCREMENT", False: ""}
    table = "CREATE TABLE t (id INTEGER NOT NULL CONSTRAINT k PRIMARY KEY{}, a INT)"
    database = new_sqlite(table.format(words[not wanted]), "INSERT INTO t VALUES (7, 1)")
    batch_on(database, lambda b: b.alter_column("id", sqlite_autoincrement=wanted))
    assert facts(database) == made(table.format(words[wanted]))
    assert database.rows("SELECT * FROM t") == [(7, 1)]


def remake(name, expression, *, persisted=False):
    def change(batch: BatchOperations) -> None:
        batch.drop_column(name)
        batch.add_column(sa.Column(name, sa.Integer, sa.Computed(expression, persisted=persisted)))

    return change


@pytest.fixture
def computed(new_sqlite):
    return new_sqlite(COMPUTED, "INSERT INTO t (id, a, z) VALUES (1, 4, 'x')")


@pytest.mark.parametrize("persisted", [True, False])
def test_what_a_column_computes_changes(computed, persisted):
    batch_on(computed, remake("g", "a + 2", persisted=persisted))
    assert computed.rows("SELECT g FROM t") == [(6,)]
    assert facts(computed).column("g").stored is persisted
    assert ("check", (), "g > 0") in said(facts(computed))


def test_what_uses_a_computed_column_stays_when_it_changes(computed):
    computed.run(
        "CREATE INDEX i ON t (g)",
        "CREATE INDEX j ON t (g, z)",
        "CREATE VIEW v AS SELECT g FROM t",
        "CREATE TABLE log (x)",
        "CREATE TRIGGER tr AFTER UPDATE ON t BEGIN INSERT INTO log VALUES (new.g); END",
    )
    indexes = facts(computed).indexes
    batch_on(computed, remake("g", "a + 2", persisted=True), remake("h", "a * 2"))
    assert facts(computed).indexes == indexes
    assert computed.rows("SELECT * FROM v") == [(6,)]
    computed.run("UPDATE t SET a = 5")
    assert computed.rows("SELECT x FROM log") == [(7,)]
    assert computed.rows("SELECT h FROM t") == [(10,)]


def test_constraints_of_a_computed_column_stay_when_it_changes(new_sqlite):
    database = new_sqlite(
        PARENT,
        "CREATE TABLE t (a INT, g INT AS (a + 1) UNIQUE ON CONFLICT IGNORE CHECK (g > a) "
        "CONSTRAINT fk REFERENCES p, UNIQUE (a, g), CONSTRAINT ck CHECK (g <> 7))",
    )
    before = facts(database)
    batch_on(database, remake("g", "a + 2"))
    assert facts(database).constraints == before.constraints
    assert facts(database).column("g").computed == "a + 2"


def test_an_index_that_is_created_again_behind_its_column_takes_the_old_ones_place(computed):
    computed.run("CREATE INDEX i ON t (g)")
    batch_on(computed, remake("g", "a + 2"), lambda b: b.create_index("i", ["g", "z"], unique=True))
    assert facts(computed).indexes[0].elements == ("g", "z")


def test_a_computed_column_becomes_a_plain_one_and_keeps_its_values(computed):
    batch_on(
        computed,
        lambda b: b.alter_column("g", existing_type=sa.Integer(), server_default=None),
        lambda b: b.alter_column("z", server_default=sa.text("'q'")),
    )
    assert facts(computed).column("g").computed is None
    assert computed.rows("SELECT g FROM t") == [(5,)]


def test_a_collation_goes_where_the_batch_says_that_it_was_there(new_sqlite):
    database = new_sqlite("CREATE TABLE t (a TEXT COLLATE NOCASE, b TEXT COLLATE NOCASE)")
    collated = sa.Text(collation="NOCASE")
    batch_on(
        database,
        lambda b: b.alter_column("a", type_=sa.Text(), existing_type=collated),
        lambda b: b.alter_column("b", type_=sa.String(9), existing_type=sa.Text()),
    )
    assert [c.collation for c in facts(database).columns] == [None, "NOCASE"]


def test_a_check_changes_its_text_under_its_name(new_sqlite):
    database = new_sqlite("CREATE TABLE t (a INT, CONSTRAINT ck CHECK (a > 0))")
    batch_on(
        database,
        drop("ck", "check"),
        lambda b: b.alter_column("a", type_=sa.BigInteger(), existing_type=sa.Integer()),
        lambda b: b.create_check_constraint("ck", sa.text("a > 1 AND a <> 7")),
    )
    assert [(c.name, c.text) for c in facts(database).constraints] == [("ck", "a > 1 AND a != 7")]


def test_everything_at_once_goes_up_and_comes_down_again(new_sqlite):
    statements = (
        PARENT,
        """CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(9) UNIQUE, n INTEGER,
        g INTEGER AS (n + 1), p_id INTEGER REFERENCES p, CONSTRAINT ck CHECK (n > 0))""",
        "CREATE INDEX i ON t (name)",
        "INSERT INTO p VALUES (3)",
        "INSERT INTO t VALUES (1, 'x', 4, 3), (9, 'y', 5, NULL)",
    )
    database = new_sqlite(*statements)
    before, rows = facts(database), database.rows("SELECT id, name, n, g, p_id FROM t")
    batch_on(
        database,
        drop("fk_t_p_id_p", "foreignkey"),
        drop("uq_t_name", "unique"),
        drop("ck", "check"),
        lambda b: b.drop_index("i"),
        lambda b: b.drop_column("g"),
        lambda b: b.add_column(sa.Column("g", sa.Integer(), sa.Computed("n + 2", persisted=True))),
        lambda b: b.add_column(sa.Column("m", sa.Integer(), server_default="1", nullable=False)),
        lambda b: b.alter_column("name", type_=sa.String(20), nullable=False),
        lambda b: b.create_unique_constraint("uq_t_name_m", ["name", "m"]),
        lambda b: b.create_check_constraint("ck", sa.text("n > 1")),
        lambda b: b.create_index("i", ["name", sa.text("lower(name) DESC")], unique=True),
        lambda b: b.create_foreign_key("fk", "p", ["p_id"], ["id"], ondelete="CASCADE"),
    )
    assert database.rows("SELECT g, m FROM t") == [(6, 1), (7, 1)]
    batch_on(
        database,
        drop("fk", "foreignkey"),
        lambda b: b.drop_index("i"),
        drop("ck", "check"),
        drop("uq_t_name_m", "unique"),
        lambda b: b.alter_column("name", type_=sa.String(9), nullable=True),
        lambda b: b.drop_column("m"),
        lambda b: b.drop_column("g"),
        lambda b: b.add_column(sa.Column("g", sa.Integer(), sa.Computed("n + 1", persisted=False))),
        lambda b: b.create_index("i", ["name"]),
        lambda b: b.create_check_constraint("ck", sa.text("n > 0")),
        lambda b: b.create_unique_constraint(None, ["name"]),
        lambda b: b.create_foreign_key(None, "p", ["p_id"], ["id"]),
    )
    after = facts(database)
    assert set(after.columns) == set(before.columns)
    assert (after.constraints, after.indexes) == (before.constraints, before.indexes)
    assert database.rows("SELECT id, name, n, g, p_id FROM t") == rows
