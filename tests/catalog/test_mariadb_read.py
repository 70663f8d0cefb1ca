"""What of a MariaDB database is a table to manage, and how its parts stand in the facts."""

from __future__ import annotations

import time

import pytest
import sqlalchemy as sa

from flask_migrate.databases.catalog import Kind, catalog_named
from tests.catalog.mariadb import CATALOG, connection, run

__all__ = ["connection"]


def read(connection, *statements):
    run(connection, *statements)
    return CATALOG.read(connection, None)


def named(items, name):
    return next(item for item in items if item.name == name)


@pytest.mark.parametrize("name", ["mysql", "mariadb"])
def test_both_dialects_have_this_catalog(name):
    assert type(catalog_named(name)) is type(CATALOG)


def test_views_sequences_and_temporary_tables_are_left_out(connection):
    found = read(
        connection,
        "CREATE TABLE t (id INT)",
        "CREATE VIEW v AS SELECT * FROM t",
        "CREATE SEQUENCE s",
        "CREATE TEMPORARY TABLE x (id INT)",
        "CREATE TABLE versioned (id INT) WITH SYSTEM VERSIONING",
        "CREATE TABLE parted (id INT) PARTITION BY HASH (id) PARTITIONS 2",
    )
    assert set(found) == {"t", "versioned", "parted"}


@pytest.mark.parametrize(
    "names", [["b"], ["a", "c"], [], ["a", "nothing"], list(map(str, range(200)))]
)
def test_only_the_named_tables_are_given(connection, names):
    run(connection, *(f"CREATE TABLE {name} (id INT PRIMARY KEY)" for name in "abc"))
    assert set(CATALOG.read(connection, None, names)) == set(names) & {"a", "b", "c"}


def test_a_schema_is_another_database(connection, new_database):
    other = sa.make_url(new_database("mariadb")).database
    here = connection.scalar(sa.text("SELECT DATABASE()"))
    run(
        connection,
        "CREATE TABLE t (id INT PRIMARY KEY)",
        f"CREATE TABLE {other}.p (id INT PRIMARY KEY, x INT)",
        f"ALTER TABLE {other}.p ADD CONSTRAINT away FOREIGN KEY (x) REFERENCES {here}.t (id)",
        f"ALTER TABLE {other}.p ADD CONSTRAINT inside FOREIGN KEY (x) REFERENCES p (id)",
    )
    found = CATALOG.read(connection, other)
    assert found["p"].key == (other, "p")
    assert named(found["p"].constraints, "away").reference.schema is None
    assert named(found["p"].constraints, "inside").reference.schema == other


def test_a_constant_number_of_statements_is_executed(connection):
    def count():
        statements = []
        sa.event.listen(connection, "before_cursor_execute", lambda *a: statements.append(a[2]))
        CATALOG.read(connection, None)
        return len(statements)

    run(connection, "CREATE TABLE t (id INT PRIMARY KEY)")
    one = count()
    run(connection, *(f"CREATE TABLE t{n} (id INT PRIMARY KEY)" for n in range(5)))
    assert count() == one


def test_a_thousand_tables_are_read_in_seconds(connection):
    columns = ", ".join(f"c{n} VARCHAR(50) DEFAULT 'x'" for n in range(9))
    for n in range(1000):
        run(connection, f"CREATE TABLE t{n} (id INT PRIMARY KEY, {columns}, KEY (c0))")
    started = time.perf_counter()
    assert len(CATALOG.read(connection, None)) == 1000
    assert time.perf_counter() - started < 5


def test_json_is_a_type(connection):
    table = read(connection, "CREATE TABLE t (a JSON, b LONGTEXT CHECK (json_valid(b)))")["t"]
    assert table.column("a").type == "json"
    assert table.column("a").collation is None
    assert table.column("b").type == "longtext"
    assert [c.text for c in table.constraints] == ["json_valid(`b`)"]


def test_a_check_behind_a_column_has_no_name_and_is_told_of(connection):
    table = read(connection, "CREATE TABLE t (a INT CHECK (a > 0), b INT, CHECK (b > 1))")["t"]
    assert [(c.name, c.text) for c in table.constraints] == [
        (None, "`a` > 0"),
        ("CONSTRAINT_1", "`b` > 1"),
    ]
    assert dict(table.options)["column_check:a"] == "`a` > 0"


def test_unique_keys_are_constraints_where_they_are_of_whole_columns(connection):
    table = read(
        connection,
        "CREATE TABLE t (a INT, b TEXT, UNIQUE one (a), UNIQUE two (b(5)), UNIQUE three (a DESC))",
    )["t"]
    assert [(c.kind, c.name, c.columns) for c in table.constraints] == [
        (Kind.UNIQUE, "one", ("a",))
    ]
    assert [(i.name, i.elements, i.unique) for i in table.indexes] == [
        ("three", ("`a` DESC",), True),
        ("two", ("`b`(5)",), True),
    ]


def test_kinds_of_indexes(connection):
    table = read(
        connection,
        "CREATE TABLE t (a VARCHAR(50), b TEXT, g POINT NOT NULL,"
        " KEY k (b(3) DESC, a), FULLTEXT f (b), SPATIAL s (g), KEY ignored (a) IGNORED)",
    )["t"]
    assert {i.name: (i.elements, i.plain, i.options) for i in table.indexes} == {
        "k": (("`b`(3) DESC", "a"), (False, True), ()),
        "f": (("b",), (True,), (("type", "FULLTEXT"),)),
        "s": (("g",), (True,), (("type", "SPATIAL"),)),
        "ignored": (("a",), (True,), ()),
    }


def test_a_hash_index_of_a_table_in_memory(connection):
    table = read(connection, "CREATE TABLE t (a INT, KEY k (a) USING HASH) ENGINE=MEMORY")["t"]
    assert table.indexes[0].options == (("using", "HASH"),)


NOW = "current_timestamp()"
PARENT = "CREATE TABLE p (id INT PRIMARY KEY, x INT, y INT, KEY (x, y))"


@pytest.mark.parametrize(
    ("child", "made"),
    [
        ("CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id)", {"f": "f"}),
        ("FOREIGN KEY (a) REFERENCES p (id)", {"c_ibfk_1": "a"}),
        ("KEY a (b), FOREIGN KEY (a) REFERENCES p (id)", {"c_ibfk_1": "a_2"}),
        ("CONSTRAINT f FOREIGN KEY (a, b) REFERENCES p (x, y)", {"f": "f"}),
    ],
)
def test_the_index_made_for_a_foreign_key_is_left_out_and_named(connection, child, made):
    table = read(connection, PARENT, f"CREATE TABLE c (a INT, b INT, {child})")["c"]
    assert {index.name for index in table.indexes} <= {"a"} - set(made.values())
    prefix = "foreign_key_index:"
    found = {n.removeprefix(prefix): i for n, i in table.options if n.startswith(prefix)}
    assert found == made


@pytest.mark.parametrize(
    "key", ["KEY ix (a)", "KEY ix (a, b)", "UNIQUE ix (a)", "KEY ix (a DESC)", "KEY ix (b, a)"]
)
def test_an_index_that_somebody_made_on_a_foreign_keys_columns_is_shown(connection, key):
    table = read(
        connection,
        PARENT,
        f"CREATE TABLE c (a INT, b INT, {key}, CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id))",
    )["c"]
    assert "ix" in {item.name for item in (*table.indexes, *table.constraints)}


def test_the_index_stays_behind_when_the_foreign_key_goes_and_then_is_shown(connection):
    child = "CREATE TABLE c (a INT, CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id))"
    assert read(connection, PARENT, child)["c"].indexes == ()
    table = read(connection, "ALTER TABLE c DROP FOREIGN KEY f")["c"]
    assert [index.name for index in table.indexes] == ["f"]


@pytest.mark.parametrize(
    ("words", "actions"),
    [
        ("", (None, None)),
        ("ON DELETE RESTRICT ON UPDATE NO ACTION", (None, None)),
        ("ON DELETE CASCADE ON UPDATE SET NULL", ("CASCADE", "SET NULL")),
    ],
)
def test_what_foreign_keys_do(connection, words, actions):
    child = f"CREATE TABLE c (a INT, CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id) {words})"
    reference = named(read(connection, PARENT, child)["c"].constraints, "f").reference
    assert (reference.table, reference.columns, reference.schema) == ("p", ("id",), None)
    assert (reference.ondelete, reference.onupdate) == actions


@pytest.mark.parametrize(
    ("definition", "shown"),
    [
        (
            "DATETIME DEFAULT now() ON UPDATE now()",
            "current_timestamp() ON UPDATE current_timestamp()",
        ),
        ("DATETIME(3) ON UPDATE now(3)", "NULL ON UPDATE current_timestamp(3)"),
        ("INT DEFAULT NULL", None),
        ("INT NOT NULL", None),
        ("VARCHAR(9) DEFAULT 'NULL'", "'NULL'"),
        ("INT DEFAULT (1 + 2)", "(1 + 2)"),
    ],
)
def test_defaults(connection, definition, shown):
    assert read(connection, f"CREATE TABLE t (a {definition})")["t"].column("a").default == shown


def test_generated_columns(connection):
    table = read(
        connection,
        "CREATE TABLE t (a INT, v INT AS (a + 1), s CHAR(9) AS (concat('a:', a)) STORED)",
    )["t"]
    assert [(c.computed, c.stored, c.default) for c in table.columns] == [
        (None, False, None),
        ("`a` + 1", False, None),
        ("concat('a:',`a`)", True, None),
    ]


def test_the_columns_of_a_period_are_plain_ones(connection):
    table = read(
        connection,
        "CREATE TABLE t (a INT, s TIMESTAMP(6) AS ROW START, e TIMESTAMP(6) AS ROW END,"
        " PERIOD FOR SYSTEM_TIME (s, e)) WITH SYSTEM VERSIONING",
    )["t"]
    assert [column.computed for column in table.columns] == [None] * 3
    assert dict(table.options)["system_versioning"] == "yes"


def test_options_and_comments(connection):
    table = read(
        connection,
        "CREATE TABLE t (a INT COMMENT 'c', b INT COMMENT '') ENGINE=Aria ROW_FORMAT=PAGE"
        " COLLATE=latin1_bin COMMENT='it''s'",
    )["t"]
    options = dict(table.options)
    assert (options["engine"], options["charset"], options["collate"], options["row_format"]) == (
        "Aria",
        "latin1",
        "latin1_bin",
        "page",
    )
    assert table.comment == "it's"
    assert [column.comment for column in table.columns] == ["c", None]


def test_collations_are_told_where_they_are_not_the_tables(connection):
    table = read(
        connection,
        "CREATE TABLE t (a CHAR(3), b CHAR(3) COLLATE utf8mb4_bin, c CHAR(3) CHARACTER SET latin1)",
    )["t"]
    assert [column.collation for column in table.columns] == [
        None,
        "utf8mb4_bin",
        "latin1_swedish_ci",
    ]
