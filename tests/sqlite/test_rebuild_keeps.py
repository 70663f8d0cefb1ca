"""What a rebuild keeps: rows, and everything of the schema that the batch does not mention."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from flask_migrate.databases.sqlite_rebuild.tokens import normalised

PARENT = "CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT)"


@pytest.fixture
def family(new_sqlite):
    """A parent with rows that refer to it and go with it."""
    return new_sqlite(
        PARENT,
        "CREATE TABLE child (id INTEGER PRIMARY KEY, "
        "parent_id INTEGER NOT NULL REFERENCES parent (id) ON DELETE CASCADE)",
        "INSERT INTO parent VALUES (1, 'a'), (2, 'b')",
        "INSERT INTO child VALUES (10, 1), (11, 1), (12, 2)",
    )


def rebuild(database, table="parent", **options):
    with database.op.batch_alter_table(table, recreate="always", **options):
        pass


def test_child_rows_survive_the_rebuild_of_their_parent(family):
    with family.op.batch_alter_table("parent") as batch:
        batch.alter_column("name", nullable=False)
    assert family.sql("parent").endswith("NAME TEXT NOT NULL )")
    assert family.rows("SELECT * FROM child") == [(10, 1), (11, 1), (12, 2)]
    assert family.rows("SELECT * FROM parent") == [(1, "a"), (2, "b")]


def test_foreign_keys_are_enforced_again_and_no_transaction_is_left_open(family):
    rebuild(family)
    assert family.value("PRAGMA foreign_keys") == 1
    assert family.value("PRAGMA legacy_alter_table") == 0
    assert not family.open
    family.run("DELETE FROM parent WHERE id = 1")
    assert family.rows("SELECT id FROM child") == [(12,)]


def test_foreign_keys_that_were_not_enforced_are_not_enforced_afterwards(new_sqlite):
    database = new_sqlite(PARENT, foreign_keys="OFF")
    rebuild(database)
    assert database.value("PRAGMA foreign_keys") == 0


def test_violations_that_were_there_before_stay_and_are_no_error(family):
    family.run("PRAGMA foreign_keys=OFF")
    family.run("INSERT INTO child VALUES (13, 99)")
    family.run("PRAGMA foreign_keys=ON")
    rebuild(family)
    rebuild(family, "child")
    assert family.rows("PRAGMA foreign_key_check") == [("child", 13, "parent", 0)]


COLUMNS = {
    "check": "a INTEGER CHECK (a > 0)",
    "named check": "a INTEGER CONSTRAINT positive CHECK (a > 0)",
    "default expression": "a TEXT DEFAULT (lower('X') || ')')",
    "default literal": "a INTEGER DEFAULT -1",
    "default blob": "a BLOB DEFAULT x'00ff'",
    "default time": "a TEXT DEFAULT CURRENT_TIMESTAMP",
    "collation": "a TEXT COLLATE NOCASE",
    "unique": "a INTEGER UNIQUE ON CONFLICT REPLACE",
    "not null": "a INTEGER NOT NULL ON CONFLICT IGNORE DEFAULT 3",
    "virtual": "a TEXT GENERATED ALWAYS AS (name || '!') VIRTUAL",
    "stored": "a TEXT AS (name || '!') STORED",
    "foreign key": "a INTEGER REFERENCES other (id) ON DELETE SET NULL ON UPDATE CASCADE "
    "NOT DEFERRABLE INITIALLY IMMEDIATE",
    "deferred": "a INTEGER CONSTRAINT fk REFERENCES other DEFERRABLE INITIALLY DEFERRED",
    "to itself": "a INTEGER REFERENCES t (id) ON DELETE CASCADE",
    "no type": "a",
    "long type": "a UNSIGNED BIG INT (10, 2)",
    "reserved word": '"select" TEXT CHECK ("select" <> \'from\')',
    "odd characters": '"a ""b"", (c" TEXT DEFAULT \'it\'\'s, (\'',
    "brackets": "[a b] TEXT, `c d` TEXT",
    "unicode": "größe TEXT CHECK (größe <> 'ß')",
    "percent": "\"a%b:c?\" TEXT DEFAULT '%s :x ?'",
    "comment": "a INTEGER -- the first, (of all)\n",
    "block comment": "a INTEGER /* , CHECK (no) */ NOT NULL DEFAULT 1",
}


@pytest.mark.parametrize("column", COLUMNS.values(), ids=COLUMNS)
def test_a_column_stays_as_it_is(new_sqlite, column):
    database = new_sqlite(
        "CREATE TABLE other (id INTEGER PRIMARY KEY)",
        f"CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, {column}, z TEXT)",
        "INSERT INTO t (id, name) VALUES (5, 'x')",
    )
    before = database.rows("SELECT * FROM t"), database.rows("PRAGMA table_xinfo(t)")
    with database.op.batch_alter_table("t") as batch:
        batch.alter_column("z", nullable=True, server_default="new")
    after = database.rows("SELECT * FROM t"), database.rows("PRAGMA table_xinfo(t)")
    assert after[0] == before[0]
    assert after[1][:-1] == before[1][:-1]
    assert normalised(column) in database.sql("t")
    assert "DEFAULT 'new'" in database.sql("t")


CONSTRAINTS = {
    "check": "CHECK (a > 0 OR b > 0)",
    "named check": 'CONSTRAINT "a ck" CHECK (a <> b)',
    "check with a string": "CHECK (name <> '), CHECK (')",
    "unique": "UNIQUE (a, b) ON CONFLICT ABORT",
    "named unique": "CONSTRAINT uq UNIQUE (b COLLATE NOCASE, a)",
    "foreign key": "FOREIGN KEY (a, b) REFERENCES other (x, y) ON DELETE RESTRICT MATCH FULL "
    "DEFERRABLE INITIALLY DEFERRED",
    "several without commas": "UNIQUE (a) CONSTRAINT ck CHECK (b > 0) UNIQUE (b)",
}


@pytest.mark.parametrize("constraint", CONSTRAINTS.values(), ids=CONSTRAINTS)
def test_a_constraint_stays_as_it_is(new_sqlite, constraint):
    database = new_sqlite(
        "CREATE TABLE other (x INTEGER, y INTEGER, PRIMARY KEY (x, y))",
        f"CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, a INT, b INT, {constraint})",
    )
    before = database.sql("t")
    with database.op.batch_alter_table("t") as batch:
        batch.alter_column("name", nullable=False)
    expected = before.replace("NAME TEXT", "NAME TEXT NOT NULL")
    assert database.sql("t").replace(" , ", " ") == expected.replace(" , ", " ")


ATTACHED = {
    "unique index": "CREATE UNIQUE INDEX x ON t (a, b DESC)",
    "partial index": "CREATE INDEX x ON t (a) WHERE b > 3 AND name <> 'q'",
    "expression index": "CREATE INDEX x ON t (lower(name), a + b)",
    "collated index": "CREATE INDEX x ON t (name COLLATE NOCASE DESC)",
    "index with an odd name": 'CREATE INDEX "x ""y""" ON t (name)',
    "trigger": "CREATE TRIGGER x AFTER UPDATE OF name ON t WHEN new.a > 0 "
    "BEGIN UPDATE other SET n = n + 1; INSERT INTO other VALUES (';END'); END",
    "before trigger": "CREATE TRIGGER x BEFORE DELETE ON t BEGIN SELECT RAISE(ABORT, 'no'); END",
    "trigger elsewhere": "CREATE TRIGGER x AFTER INSERT ON other BEGIN DELETE FROM t; END",
    "view": "CREATE VIEW x AS SELECT name, count(*) AS n FROM t GROUP BY 1",
    "view of all": "CREATE VIEW x AS SELECT * FROM t",
}


@pytest.mark.parametrize("statement", ATTACHED.values(), ids=ATTACHED)
def test_what_hangs_on_a_table_stays(new_sqlite, statement):
    database = new_sqlite(
        "CREATE TABLE other (n)",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, a INT, b INT)",
        "INSERT INTO t VALUES (1, 'x', 1, 2), (4, 'y', 2, 3)",
        "INSERT INTO other VALUES (1)",
        statement,
    )
    with database.op.batch_alter_table("t") as batch:
        batch.alter_column("b", nullable=False)
    assert normalised(statement) in database.schema().values()
    assert database.rows("SELECT * FROM t") == [(1, "x", 1, 2), (4, "y", 2, 3)]
    assert database.rows("SELECT * FROM other") == [(1,)]
    assert database.value("PRAGMA integrity_check") == "ok"


def test_an_instead_of_trigger_of_a_view_still_works(new_sqlite):
    database = new_sqlite(
        PARENT,
        "CREATE VIEW v AS SELECT id, name FROM parent",
        "CREATE TRIGGER x INSTEAD OF INSERT ON v "
        "BEGIN INSERT INTO parent (name) VALUES (new.name); END",
    )
    rebuild(database)
    database.run("INSERT INTO v (name) VALUES ('by the view')")
    assert database.rows("SELECT name FROM v") == [("by the view",)]


def test_the_last_number_of_autoincrement_stays(new_sqlite):
    database = new_sqlite(
        "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT)",
        "INSERT INTO t VALUES (40, 'x')",
        "DELETE FROM t",
    )
    with database.op.batch_alter_table("t") as batch:
        batch.alter_column("name", nullable=False)
    database.run("INSERT INTO t (name) VALUES ('y')")
    assert database.rows("SELECT id FROM t") == [(41,)]
    assert database.rows("SELECT * FROM sqlite_sequence") == [("t", 41)]


@pytest.mark.parametrize("options", ["WITHOUT ROWID", "STRICT", "STRICT, WITHOUT ROWID"])
def test_options_of_a_table_stay(new_sqlite, options):
    database = new_sqlite(f"CREATE TABLE t (a TEXT PRIMARY KEY, b INT) {options}")
    with database.op.batch_alter_table("t") as batch:
        batch.alter_column("b", server_default="3")
    assert set(database.sql("t").rpartition(")")[2].strip().split(" , ")) == set(
        options.split(", ")
    )
    assert "DEFAULT '3'" in database.sql("t")


def test_rows_keep_their_numbers_where_no_column_holds_them(new_sqlite):
    database = new_sqlite(
        "CREATE TABLE t (a TEXT, rowid TEXT)",
        "INSERT INTO t (_rowid_, a, rowid) VALUES (7, 'x', 'r'), (3, 'y', 's')",
    )
    rebuild(database, "t")
    assert database.rows("SELECT _rowid_, a, rowid FROM t") == [(3, "y", "s"), (7, "x", "r")]


def test_values_keep_the_type_in_which_they_are_stored(new_sqlite):
    database = new_sqlite(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b)",
        "INSERT INTO t (a, b) VALUES (1, '1'), ('x', x'00'), (1.5, 1.0), (NULL, NULL)",
    )
    types = "SELECT a, typeof(a), b, typeof(b) FROM t"
    before = database.rows(types)
    rebuild(database, "t")
    assert database.rows(types) == before


def test_a_foreign_key_from_another_table_still_names_this_one(family):
    before = family.sql("child")
    rebuild(family)
    assert family.sql("child") == before
    assert set(family.schema()) == {"parent", "child"}


def test_a_view_that_could_not_be_used_before_is_no_obstacle(new_sqlite):
    database = new_sqlite(PARENT, "CREATE VIEW v AS SELECT * FROM not_there")
    with database.op.batch_alter_table("parent") as batch:
        batch.alter_column("name", nullable=False)
    assert "NOT NULL" in database.sql("parent")
    assert "v" in database.schema()


def test_what_analyze_found_out_stays(new_sqlite):
    database = new_sqlite(
        PARENT,
        "CREATE INDEX x ON parent (name)",
        "INSERT INTO parent VALUES (1, 'a'), (2, 'a')",
        "ANALYZE",
    )
    before = database.rows("SELECT * FROM sqlite_stat1")
    rebuild(database)
    assert database.rows("SELECT * FROM sqlite_stat1") == before != []


def test_names_with_odd_characters_everywhere(new_sqlite):
    table, column = 'my "table", (1)', "order by"
    quoted = '"my ""table"", (1)"'
    database = new_sqlite(
        f'CREATE TABLE {quoted} (id INTEGER PRIMARY KEY, "{column}" TEXT, '
        f"up INT REFERENCES {quoted})",
        f'CREATE INDEX "group" ON {quoted} ("{column}")',
        f"CREATE TABLE child (id INTEGER REFERENCES {quoted} ON DELETE CASCADE)",
        f"INSERT INTO {quoted} VALUES (1, 'x', 1)",
        "INSERT INTO child VALUES (1)",
    )
    with database.op.batch_alter_table(table) as batch:
        batch.alter_column(column, new_column_name="select", type_=sa.Text(), nullable=False)
    assert database.rows(f'SELECT "select" FROM {quoted}') == [("x",)]
    assert database.rows("SELECT * FROM child") == [(1,)]
    assert database.sql("group").endswith("( SELECT )")


def test_a_table_is_found_however_its_name_is_capitalised(family):
    with family.op.batch_alter_table("PARENT") as batch:
        batch.alter_column("NAME", nullable=False)
    assert family.sql("parent").endswith("NAME TEXT NOT NULL )")


def test_a_table_of_an_attached_database(new_sqlite, tmp_path):
    database = new_sqlite(PARENT, "CREATE INDEX x ON parent (name)")
    database.connection.exec_driver_sql(f"ATTACH '{tmp_path / 'other.db'}' AS aux")
    database.run(
        "CREATE TABLE aux.parent (id INTEGER PRIMARY KEY, a TEXT)",
        "CREATE INDEX aux.x ON parent (a)",
        "INSERT INTO aux.parent VALUES (1, 'kept')",
    )
    before = database.schema()
    with database.op.batch_alter_table("parent", schema="aux") as batch:
        batch.alter_column("a", nullable=False)
        batch.create_index("y", ["a"])
    assert database.schema() == before
    assert database.rows("SELECT name FROM aux.sqlite_master ORDER BY 1") == [
        ("parent",),
        ("x",),
        ("y",),
    ]
    assert database.rows("SELECT * FROM aux.parent") == [(1, "kept")]
