"""What a batch changes on SQLite: each operation, and what goes along with it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from flask_migrate.databases.sqlite_rebuild.tokens import normalised

TABLE = "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, b INT, c TEXT)"
ROWS = "INSERT INTO t VALUES (1, 1, 2, 'x'), (2, NULL, 3, 'y')"
OTHER = "CREATE TABLE o (id INTEGER PRIMARY KEY)"


def batch_on(database, change, **options):
    with database.op.batch_alter_table("t", **options) as batch:
        change(batch)


OPERATIONS = {
    "type": (lambda b: b.alter_column("a", type_=sa.BigInteger()), "a BIGINT, b INT, c TEXT"),
    "type and collation": (
        lambda b: b.alter_column("c", type_=sa.String(9, collation="NOCASE")),
        'a INT, b INT, c VARCHAR(9) COLLATE "NOCASE"',
    ),
    "not null": (lambda b: b.alter_column("b", nullable=False), "a INT, b INT NOT NULL, c TEXT"),
    "default": (
        lambda b: b.alter_column("b", server_default=sa.text("(1 + 1)")),
        "a INT, b INT DEFAULT (1 + 1), c TEXT",
    ),
    "generated": (
        lambda b: b.alter_column("b", server_default=sa.Computed("a + 1")),
        "a INT, b INT GENERATED ALWAYS AS (a + 1), c TEXT",
    ),
    "rename": (lambda b: b.alter_column("b", new_column_name="z"), 'a INT, "z" INT, c TEXT'),
    "all at once": (
        lambda b: b.alter_column(
            "b", new_column_name="z", type_=sa.Text(), nullable=False, server_default="-"
        ),
        "a INT, \"z\" TEXT NOT NULL DEFAULT '-', c TEXT",
    ),
    "drop": (lambda b: b.drop_column("b"), "a INT, c TEXT"),
    "add": (
        lambda b: b.add_column(sa.Column("n", sa.Integer, server_default="7", nullable=False)),
        "a INT, b INT, c TEXT, n INTEGER DEFAULT '7' NOT NULL",
    ),
    "add with a computed default": (
        lambda b: b.add_column(
            sa.Column("n", sa.DateTime, server_default=sa.text("(CURRENT_TIMESTAMP)"))
        ),
        "a INT, b INT, c TEXT, n DATETIME DEFAULT (CURRENT_TIMESTAMP)",
    ),
    "add with a CHECK": (
        lambda b: b.add_column(sa.Column("n", sa.Integer, sa.CheckConstraint("n > 0"))),
        "a INT, b INT, c TEXT, n INTEGER CHECK (n > 0)",
    ),
    "add with a foreign key": (
        lambda b: b.add_column(sa.Column("n", sa.Integer, sa.ForeignKey("o.id", name="fk"))),
        "a INT, b INT, c TEXT, n INTEGER, CONSTRAINT fk FOREIGN KEY(n) REFERENCES o (id)",
    ),
    "add a reference to itself": (
        lambda b: b.add_column(sa.Column("n", sa.Integer, sa.ForeignKey("t.id"))),
        "a INT, b INT, c TEXT, n INTEGER, FOREIGN KEY(n) REFERENCES t (id)",
    ),
    "add unique": (
        lambda b: b.add_column(sa.Column("n", sa.Integer, unique=True)),
        "a INT, b INT, c TEXT, n INTEGER, UNIQUE (n)",
    ),
    "drop and add the same name": (
        lambda b: (b.drop_column("b"), b.add_column(sa.Column("b", sa.Text))),
        "a INT, c TEXT, b TEXT",
    ),
    "unique": (
        lambda b: b.create_unique_constraint("uq", ["a", "b"]),
        "a INT, b INT, c TEXT, CONSTRAINT uq UNIQUE (a, b)",
    ),
    "check": (
        lambda b: b.create_check_constraint("ck", "a > 0"),
        "a INT, b INT, c TEXT, CONSTRAINT ck CHECK (a > 0)",
    ),
    "unique on a renamed column, by either name": (
        lambda b: (
            b.alter_column("a", new_column_name="z"),
            b.create_unique_constraint("u1", ["z", "b"]),
            b.create_unique_constraint("u2", ["b", "a"]),
        ),
        '"z" INT, b INT, c TEXT, CONSTRAINT u1 UNIQUE (z, b), CONSTRAINT u2 UNIQUE (b, z)',
    ),
    "two swapped names": (
        lambda b: (
            b.alter_column("a", new_column_name="b"),
            b.alter_column("b", new_column_name="a", nullable=False),
        ),
        '"b" INT, "a" INT NOT NULL, c TEXT',
    ),
    "a name that another column leaves": (
        lambda b: (b.drop_column("b"), b.alter_column("a", new_column_name="b")),
        '"b" INT, c TEXT',
    ),
    "a name in a chain": (
        lambda b: (
            b.alter_column("a", new_column_name="z"),
            b.alter_column("z", new_column_name="y"),
        ),
        '"y" INT, b INT, c TEXT',
    ),
    "other capitals": (lambda b: b.alter_column("b", new_column_name="B"), "a INT, b INT, c TEXT"),
    "add and rename": (
        lambda b: (
            b.add_column(sa.Column("n", sa.Integer)),
            b.alter_column("n", new_column_name="m"),
        ),
        'a INT, b INT, c TEXT, "m" INTEGER',
    ),
    "nothing but a comment": (
        lambda b: b.alter_column("a", comment="first", existing_type=sa.Integer()),
        "a INT, b INT, c TEXT",
    ),
}


@pytest.mark.parametrize(("change", "columns"), OPERATIONS.values(), ids=OPERATIONS)
@pytest.mark.parametrize("recreate", ["auto", "always"])
def test_an_operation_changes_what_it_says_and_no_more(new_sqlite, change, columns, recreate):
    database = new_sqlite(OTHER, TABLE, ROWS)
    batch_on(database, change, recreate=recreate)
    expected = normalised(f"CREATE TABLE t (id INTEGER PRIMARY KEY, {columns})")
    assert database.sql("t") == expected
    assert database.rows("SELECT id FROM t ORDER BY id") == [(1,), (2,)]
    assert not database.open


def test_values_follow_their_columns_through_a_swap_of_names(new_sqlite):
    database = new_sqlite(TABLE, ROWS)
    batch_on(database, OPERATIONS["two swapped names"][0])
    assert database.rows("SELECT id, a, b FROM t") == [(1, 2, 1), (2, 3, None)]


def test_a_renamed_column_is_renamed_wherever_it_is_used(new_sqlite):
    database = new_sqlite(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT CHECK (a > 0), g AS (a * 2), UNIQUE (a))",
        "CREATE INDEX i ON t (a + 1) WHERE a > 1",
        "CREATE VIEW v AS SELECT a FROM t",
        "CREATE TRIGGER r AFTER UPDATE OF a ON t BEGIN SELECT new.a; END",
        "CREATE TABLE child (x INT REFERENCES t (a))",
    )
    batch_on(database, lambda b: b.alter_column("a", new_column_name="z", nullable=False))
    told = " ".join(database.schema().values()).split()
    assert "A" not in told
    assert told.count("Z") == 10  # in the table 4, index 2, view 1, trigger 2, foreign key 1


@pytest.mark.parametrize("recreate", ["auto", "always"])
def test_what_is_only_on_a_dropped_column_goes_with_it(new_sqlite, recreate):
    database = new_sqlite(
        OTHER,
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT CHECK (a > 0) UNIQUE REFERENCES o, b INT, "
        "CHECK (a IN (0, 1)), CONSTRAINT uq UNIQUE (a), UNIQUE (a, b))",
        "CREATE INDEX i ON t (a)",
        "INSERT INTO t VALUES (1, NULL, 2)",
    )
    batch_on(database, lambda b: b.drop_column("a"), recreate=recreate)
    assert database.schema() == {
        "o": "CREATE TABLE O ( ID INTEGER PRIMARY KEY )",
        "t": "CREATE TABLE T ( ID INTEGER PRIMARY KEY , B INT )",
    }
    assert database.rows("SELECT * FROM t") == [(1, 2)]


def test_a_check_goes_when_all_its_columns_go(new_sqlite):
    database = new_sqlite("CREATE TABLE t (id INT, a INT, b INT, CHECK (a < b))")
    batch_on(database, lambda b: (b.drop_column("a"), b.drop_column("b")))
    assert database.sql("t") == "CREATE TABLE T ( ID INT )"


def test_a_part_of_the_primary_key_may_go(new_sqlite):
    database = new_sqlite("CREATE TABLE t (a INT, b INT, c INT, CONSTRAINT pk PRIMARY KEY (a, b))")
    batch_on(database, lambda b: b.drop_column("a"))
    assert database.sql("t").endswith("CONSTRAINT PK PRIMARY KEY ( B ) )")


def test_indexes_are_created_and_dropped_in_one_batch_with_other_changes(new_sqlite):
    database = new_sqlite(TABLE, "CREATE INDEX i ON t (a, b)")

    def change(batch):
        batch.drop_index("i")
        batch.alter_column("a", new_column_name="z", nullable=False)
        batch.create_index("i", ["z"], unique=True, sqlite_where=sa.text("z > 0"))
        batch.create_index("j", [sa.text("lower(c)"), "b"])

    batch_on(database, change)
    assert database.sql("i") == "CREATE UNIQUE INDEX I ON T ( Z ) WHERE Z > 0"
    assert database.sql("j") == "CREATE INDEX J ON T ( LOWER ( C ) , B )"


def test_a_named_constraint_is_dropped_wherever_it_stands(new_sqlite):
    database = new_sqlite(
        OTHER,
        "CREATE TABLE t (a INT CONSTRAINT fk REFERENCES o CONSTRAINT ck CHECK (a > 0), "
        "CONSTRAINT uq UNIQUE (a), CONSTRAINT pk PRIMARY KEY (a))",
    )

    def change(batch):
        batch.drop_constraint("fk", type_="foreignkey")
        batch.drop_constraint("ck", type_="check")
        batch.drop_constraint("uq", type_="unique")
        batch.drop_constraint("pk", type_="primary")

    batch_on(database, change)
    assert database.sql("t") == "CREATE TABLE T ( A INT )"


def test_a_primary_key_is_replaced(new_sqlite):
    database = new_sqlite("CREATE TABLE t (a INT PRIMARY KEY, b INT NOT NULL)")
    batch_on(database, lambda b: b.create_primary_key("pk", ["a", "b"]))
    expected = "CREATE TABLE t (a INT, b INT NOT NULL, CONSTRAINT pk PRIMARY KEY (a, b))"
    assert database.sql("t") == normalised(expected)


def test_a_new_integer_key_numbers_the_rows(new_sqlite):
    database = new_sqlite("CREATE TABLE t (a TEXT)", "INSERT INTO t VALUES ('x'), ('y')")
    batch_on(database, lambda b: b.add_column(sa.Column("id", sa.Integer, primary_key=True)))
    assert database.rows("SELECT id, a FROM t") == [(1, "x"), (2, "y")]


def test_a_generated_column_becomes_an_ordinary_one_with_its_values(new_sqlite):
    database = new_sqlite("CREATE TABLE t (a INT, b INT AS (a * 2))", "INSERT INTO t VALUES (4)")
    batch_on(database, lambda b: b.alter_column("b", server_default=None))
    database.run("UPDATE t SET a = 5")
    assert database.rows("SELECT * FROM t") == [(5, 8)]


def test_not_null_without_default_is_fine_where_there_are_no_rows(new_sqlite):
    database = new_sqlite(TABLE)
    batch_on(database, lambda b: b.add_column(sa.Column("n", sa.Integer, nullable=False)))
    assert database.sql("t").endswith("N INTEGER NOT NULL )")


def test_columns_are_altered_without_a_rebuild_where_sqlite_can(new_sqlite):
    """A rebuild needs foreign keys off, which is not possible in a transaction."""
    database = new_sqlite(TABLE, ROWS)
    database.connection.exec_driver_sql("BEGIN IMMEDIATE")

    def change(batch):
        batch.alter_column("a", new_column_name="z")
        batch.add_column(sa.Column("n", sa.Integer, server_default="1"))
        batch.drop_column("b")
        batch.create_index("i", ["z", "n"])

    batch_on(database, change)
    assert database.open
    assert database.rows("SELECT * FROM t") == [(1, 1, "x", 1), (2, None, "y", 1)]


ENUM = sa.Enum("a", "b", name="en", create_constraint=True)
WIDER = sa.Enum("a", "b", "c", name="en", create_constraint=True)
TYPES = {
    "enum gets a value": (
        "VARCHAR(1), CONSTRAINT en CHECK (x IN ('a', 'b'))",
        {"existing_type": ENUM, "type_": WIDER},
        "VARCHAR(1), CONSTRAINT en CHECK (x IN ('a', 'b', 'c'))",
    ),
    "enum gets a value, reflected as text": (
        "VARCHAR(1), CONSTRAINT en CHECK (x IN ('a', 'b'))",
        {"existing_type": sa.VARCHAR(1), "type_": WIDER},
        "VARCHAR(1), CONSTRAINT en CHECK (x IN ('a', 'b', 'c'))",
    ),
    "enum without a name": (
        "VARCHAR(1) NOT NULL, CHECK (x IN ('a', 'b')), CHECK (x <> 'q')",
        {"type_": sa.Enum("a", "b", "c", create_constraint=True)},
        "VARCHAR(1) NOT NULL, CHECK (x <> 'q'), CHECK (x IN ('a', 'b', 'c'))",
    ),
    "enum that brings no CHECK": (
        "VARCHAR(1), CHECK (x IN ('a', 'b'))",
        {"type_": sa.Enum("a", "b", "c")},
        "VARCHAR(1)",
    ),
    "longer enum with the same values": (
        "VARCHAR(1), CHECK (x IN ('a', 'b'))",
        {"type_": sa.Enum("a", "b", length=9)},
        "VARCHAR(9), CHECK (x IN ('a', 'b'))",
    ),
    "enum becomes text": (
        "VARCHAR(1), CONSTRAINT en CHECK (x IN ('a', 'b'))",
        {"existing_type": ENUM, "type_": sa.Text()},
        "TEXT",
    ),
    "text with a list of one's own": (
        "VARCHAR(1), CHECK (x IN ('a', 'b'))",
        {"existing_type": sa.VARCHAR(1), "type_": sa.Text()},
        "TEXT, CHECK (x IN ('a', 'b'))",
    ),
    "boolean becomes a number": (
        "BOOLEAN, CHECK (x IN (0, 1))",
        {"existing_type": sa.Boolean(), "type_": sa.Integer()},
        "INTEGER",
    ),
    "named boolean becomes a number": (
        "BOOLEAN, CONSTRAINT bo CHECK (x IN (0, 1))",
        {"existing_type": sa.Boolean(name="bo", create_constraint=True), "type_": sa.Integer()},
        "INTEGER",
    ),
    "boolean stays boolean": (
        "BOOLEAN CHECK (x IN (0, 1))",
        {"type_": sa.Boolean(create_constraint=True)},
        "BOOLEAN, CHECK (x IN (0, 1))",
    ),
    "renamed boolean": (
        "BOOLEAN, CONSTRAINT bo CHECK (x IN (0, 1))",
        {"existing_type": sa.Boolean(name="bo"), "new_column_name": "y"},
        "BOOLEAN, CONSTRAINT bo CHECK (y IN (0, 1))",
    ),
}


@pytest.mark.parametrize(("before", "options", "after"), TYPES.values(), ids=TYPES)
def test_a_check_of_a_type_is_replaced_with_its_type(new_sqlite, before, options, after):
    database = new_sqlite(f"CREATE TABLE t (x {before})")
    batch_on(database, lambda b: b.alter_column("x", **options), recreate="always")
    name = options.get("new_column_name", "x")
    assert database.sql("t") == normalised(f"CREATE TABLE t ({name} {after})")


VALUES = {
    "number to text": ("INTEGER", "7", sa.Text(), "7"),
    "text to number": ("TEXT", "'7'", sa.Integer(), 7),
    "text to decimal": ("TEXT", "'1.50'", sa.Numeric(5, 2), 1.5),
    "text to date": ("TEXT", "'2024-05-01'", sa.Date(), "2024-05-01"),
    "text to time stamp": ("TEXT", "'2024-05-01 10:00:00'", sa.DateTime(), "2024-05-01 10:00:00"),
    "text to bytes": ("TEXT", "'x'", sa.LargeBinary(), b"x"),
    "text to JSON": ("TEXT", "'{\"a\": 1}'", sa.JSON(), '{"a": 1}'),
    "number to boolean": ("INTEGER", "1", sa.Boolean(), 1),
    "date to text": ("DATE", "'2024-05-01'", sa.String(10), "2024-05-01"),
    "NULL to number": ("TEXT", "NULL", sa.Integer(), None),
}


@pytest.mark.parametrize(("old", "value", "new", "expected"), VALUES.values(), ids=VALUES)
def test_values_are_converted_to_a_new_type(new_sqlite, old, value, new, expected):
    database = new_sqlite(f"CREATE TABLE t (x {old})", f"INSERT INTO t VALUES ({value})")
    batch_on(database, lambda b: b.alter_column("x", type_=new))
    assert database.rows("SELECT * FROM t") == [(expected,)]
