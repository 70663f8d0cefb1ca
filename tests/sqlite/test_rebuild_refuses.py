"""What a batch on SQLite refuses: each with its reason, and with nothing changed."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from flask_migrate.errors import ForeignKeysViolated, MigrateError, TableNotRebuilt

TABLE = "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, b INT, c TEXT)"
ROWS = "INSERT INTO t VALUES (1, 1, 2, 'x'), (2, NULL, 3, 'y')"

USERS_OF_A = {
    "CHECK": "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, b INT, c TEXT, CHECK (a < b))",
    "CHECK of its own": "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT CHECK (b > 0), b INT)",
    "CHECK of another": "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, b INT CHECK (b > a))",
    "generated column": "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, b INT AS (a + 1))",
    "index with others": "CREATE INDEX users ON t (b, a)",
    "index expression": "CREATE INDEX users ON t (a + b)",
    "partial index": "CREATE INDEX users ON t (b) WHERE a > 0",
    "view": 'CREATE VIEW users AS SELECT id, "a" FROM t',
    "view of a view": "CREATE VIEW users AS SELECT x FROM (SELECT a AS x FROM t)",
    "trigger": "CREATE TRIGGER users AFTER INSERT ON t BEGIN UPDATE t SET a = 1; END",
    "trigger on it": "CREATE TRIGGER users AFTER UPDATE OF a ON t BEGIN SELECT 1; END",
    "trigger elsewhere": "CREATE TRIGGER users AFTER INSERT ON o BEGIN SELECT a FROM t; END",
    "foreign key": "CREATE TABLE users (x INT REFERENCES t (a))",
}


@pytest.mark.parametrize("statement", USERS_OF_A.values(), ids=USERS_OF_A)
@pytest.mark.parametrize("recreate", ["auto", "always"])
def test_a_column_that_is_used_elsewhere_is_not_dropped(new_sqlite, statement, recreate):
    made = [statement] if statement.startswith("CREATE TABLE t ") else [TABLE, statement]
    database = new_sqlite("CREATE TABLE o (x)", *made)
    before = database.everything()
    with (
        pytest.raises(TableNotRebuilt, match="column 'a' is dropped, but still used by") as raised,
        database.op.batch_alter_table("t", recreate=recreate) as batch,
    ):
        batch.drop_column("a")
    assert raised.value.table == "t"
    assert (
        "users" in str(raised.value) or "CHECK" in str(raised.value) or " AS " in str(raised.value)
    )
    assert database.everything() == before
    assert not database.open


def test_a_view_that_names_its_columns_does_not_lose_one_of_them(new_sqlite):
    database = new_sqlite(TABLE, ROWS, "CREATE VIEW v (w, x, y, z) AS SELECT * FROM t")
    before = database.everything()
    with (
        pytest.raises(TableNotRebuilt, match="view v could no longer be used: expected 4 columns"),
        database.op.batch_alter_table("t") as batch,
    ):
        batch.drop_column("a")
    assert database.everything() == before


NOT_POSSIBLE = {
    "NOT NULL over NULL": (
        lambda b: b.alter_column("a", nullable=False),
        "column 'a' is NOT NULL, and 1 of its rows have no value for it: they hold NULL",
    ),
    "NOT NULL without default": (
        lambda b: b.add_column(sa.Column("n", sa.Integer, nullable=False)),
        "column 'n' is NOT NULL, and 2 of its rows have no value for it: it is added without",
    ),
    "text as a number": (
        lambda b: b.alter_column("c", type_=sa.Integer()),
        "column 'c' becomes INTEGER, and 2 of its values would change, such as 'x'",
    ),
    "unknown column": (lambda b: b.alter_column("z", nullable=False), "no column 'z'.*id, a, b, c"),
    "unknown column to drop": (lambda b: b.drop_column("z"), "no column 'z'"),
    "column twice": (
        lambda b: b.add_column(sa.Column("A", sa.Integer)),
        "has a column 'A' already",
    ),
    "unknown constraint": (
        lambda b: b.drop_constraint("uq", type_="unique"),
        r"No such constraint: 'uq'.*named constraints: none; its unnamed ones: PRIMARY KEY",
    ),
    "unknown index": (lambda b: b.drop_index("ix"), "No such index: 'ix'. Its indexes: none"),
    "constraint on nothing": (
        lambda b: b.create_unique_constraint("uq", ["z"]),
        "SQLite says: .*z",
    ),
    "rename onto another": (
        lambda b: b.alter_column("a", new_column_name="b"),
        "duplicate column name: b",
    ),
}


@pytest.mark.parametrize(("change", "sentence"), NOT_POSSIBLE.values(), ids=NOT_POSSIBLE)
def test_what_cannot_be_done_says_why(new_sqlite, change, sentence):
    database = new_sqlite(TABLE, ROWS)
    before = database.everything()
    with (
        pytest.raises(TableNotRebuilt, match=sentence),
        database.op.batch_alter_table("t") as batch,
    ):
        change(batch)
    assert database.everything() == before
    assert database.value("PRAGMA foreign_keys") == 1
    assert not database.open


def test_a_wrong_name_is_a_value_error_as_with_alembic(new_sqlite):
    database = new_sqlite(TABLE)
    with pytest.raises(ValueError, match="No such"), database.op.batch_alter_table("t") as batch:
        batch.drop_index("ix")


def test_a_row_that_violates_a_new_constraint_undoes_everything(new_sqlite):
    database = new_sqlite(TABLE, ROWS, "INSERT INTO t VALUES (3, 1, 2, 'z')")
    before = database.everything()
    with (
        pytest.raises(sa.exc.IntegrityError, match=r"failed: t\.a"),
        database.op.batch_alter_table("t") as batch,
    ):
        batch.create_unique_constraint("uq", ["a"])
    assert database.everything() == before
    assert database.value("PRAGMA foreign_keys") == 1
    assert database.value("PRAGMA legacy_alter_table") == 0
    assert not database.open


def test_a_conflict_clause_swallows_no_rows(new_sqlite):
    database = new_sqlite(TABLE, ROWS, "INSERT INTO t VALUES (3, 1, 2, 'z')")
    before = database.everything()
    with (
        pytest.raises(sa.exc.IntegrityError),
        database.op.batch_alter_table(
            "t",
            recreate="always",
            table_args=[sa.UniqueConstraint("a", sqlite_on_conflict="IGNORE")],
        ),
    ):
        pass
    assert database.everything() == before


def test_new_violations_of_foreign_keys_are_named(new_sqlite):
    database = new_sqlite(TABLE, ROWS, "CREATE TABLE o (id INTEGER PRIMARY KEY)")
    before = database.everything()
    with (
        pytest.raises(ForeignKeysViolated) as raised,
        database.op.batch_alter_table("t") as batch,
    ):
        batch.create_foreign_key("fk", "o", ["b"], ["id"])
    assert raised.value.violations == (
        "row 1 of t (b finds nothing in o)",
        "row 2 of t (b finds nothing in o)",
    )
    assert database.everything() == before


def test_a_foreign_key_that_no_longer_has_a_unique_column_to_refer_to(new_sqlite):
    database = new_sqlite(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT CONSTRAINT uq UNIQUE)",
        "CREATE TABLE child (a INT REFERENCES t (a))",
    )
    before = database.everything()
    with (
        pytest.raises(ForeignKeysViolated, match="child: foreign key mismatch"),
        database.op.batch_alter_table("t") as batch,
    ):
        batch.drop_constraint("uq", type_="unique")
    assert database.everything() == before


@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        ("CREATE VIEW t AS SELECT 1 AS a", "it is no ordinary table"),
        ("CREATE VIRTUAL TABLE t USING fts4 (a)", "it is no ordinary table"),
    ],
)
def test_what_is_no_ordinary_table_is_left_alone(new_sqlite, made, sentence):
    database = new_sqlite(made)
    with (
        pytest.raises(MigrateError, match=sentence),
        database.op.batch_alter_table("t") as batch,
    ):
        batch.alter_column("a", nullable=False)


def test_a_table_that_does_not_exist_is_sqlalchemys_error(new_sqlite):
    with (
        pytest.raises(sa.exc.NoSuchTableError),
        new_sqlite().op.batch_alter_table("t") as batch,
    ):
        batch.alter_column("a", nullable=False)


def test_a_broken_view_stops_a_rename_and_is_named(new_sqlite):
    database = new_sqlite(TABLE, "CREATE VIEW v AS SELECT * FROM not_there")
    with (
        pytest.raises(TableNotRebuilt, match="error in view v: no such table"),
        database.op.batch_alter_table("t") as batch,
    ):
        batch.alter_column("a", new_column_name="z")


def test_a_type_that_a_strict_table_does_not_have(new_sqlite):
    database = new_sqlite("CREATE TABLE t (a TEXT) STRICT", "INSERT INTO t VALUES ('x')")
    before = database.everything()
    with (
        pytest.raises(TableNotRebuilt, match=r"unknown datatype for t\.b"),
        database.op.batch_alter_table("t") as batch,
    ):
        batch.add_column(sa.Column("b", sa.String(3)))
    assert database.everything() == before
