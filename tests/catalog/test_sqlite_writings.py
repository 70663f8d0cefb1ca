"""SQLite keeps what was typed: the same table typed in two ways has the same facts."""

import pytest
import sqlalchemy as sa

from flask_migrate.databases.catalog import catalog_named

P = "CREATE TABLE p (id INTEGER PRIMARY KEY, k TEXT UNIQUE)"

SAME = {
    "capitals and spaces of a type": ("a varchar  (50)", "a VARCHAR(50)"),
    "two arguments of a type": ("a Decimal(10,2)", "a DECIMAL( 10 , 2 )"),
    "INT": ("a INT", "a integer"),
    "quotes of a column": ('"a" TEXT', "[a] TEXT"),
    "a comment": ("a TEXT /* of, ( */ NOT NULL -- it's\n", "a TEXT NOT NULL"),
    "the order of clauses": ("a INT DEFAULT 1 NOT NULL", "a INT NOT NULL DEFAULT 1"),
    "NULL": ("a INT NULL", "a INT"),
    "a key at its column": ("a TEXT NOT NULL PRIMARY KEY", "a TEXT NOT NULL, PRIMARY KEY (a)"),
    "NOT NULL of a row's number": ("a INTEGER PRIMARY KEY", "a INTEGER NOT NULL PRIMARY KEY"),
    "UNIQUE at its column": ("a INT UNIQUE, b INT", "a INT, b INT, UNIQUE (A)"),
    "a named UNIQUE": ("a INT CONSTRAINT u UNIQUE", "a INT, CONSTRAINT u UNIQUE (a)"),
    "REFERENCES at its column": ("a REFERENCES p (id)", "a, FOREIGN KEY (a) REFERENCES p (id)"),
    "no columns of the parent": ("a REFERENCES p", "a REFERENCES P (ID)"),
    "NO ACTION": ("a REFERENCES p ON DELETE no action", "a REFERENCES p"),
    "MATCH SIMPLE": ("a REFERENCES p MATCH SIMPLE", "a REFERENCES p"),
    "the order of actions": (
        "a REFERENCES p ON UPDATE CASCADE ON DELETE SET NULL",
        "a REFERENCES p on delete set null on update cascade",
    ),
    "deferred at once": ("a REFERENCES p NOT DEFERRABLE INITIALLY IMMEDIATE", "a REFERENCES p"),
    "deferred apart": (
        "a REFERENCES p NOT NULL DEFERRABLE INITIALLY DEFERRED",
        "a NOT NULL REFERENCES p DEFERRABLE INITIALLY DEFERRED",
    ),
    "a name without a constraint": ("a INT CONSTRAINT x, b INT", "a INT, b INT CONSTRAINT y"),
    "CHECK at its column": ("a INT CHECK (a > 0)", "a INT, CHECK (a>0)"),
    "brackets around a CHECK": ("a INT CHECK (((a > 0)))", "a INT CHECK (a > 0)"),
    "quotes in a CHECK": ('a INT CHECK ("A" > 0)', "a INT CHECK ([a] > 0)"),
    "the table in a CHECK": ("a INT CHECK (t.a > 0)", 'a INT CHECK ("T"."a" > 0)'),
    "no table in a CHECK": ("a INT CHECK (t.a > 0)", "a INT CHECK (a > 0)"),
    "a string in double quotes": ('a TEXT CHECK (a <> "no")', "a TEXT CHECK (a <> 'no')"),
    "signs of two characters": ("a INT CHECK (a <> 1 or a == 2)", "a INT CHECK (a!=1 OR a=2)"),
    "a function's capitals": ("a TEXT CHECK (LENGTH(a) > 1)", "a TEXT CHECK (length ( a ) > 1)"),
    "a reserved word as a name": (
        '"order" INT CHECK ("order" > 1)',
        "[order] INT CHECK([order]>1)",
    ),
    "a word that may be a name": ("key INT CHECK (key > 1)", '"key" INT CHECK ("key" > 1)'),
    "the order of constraints": (
        "a INT, UNIQUE (a), CHECK (a > 0)",
        "a INT, CHECK (a > 0), UNIQUE (a)",
    ),
    "brackets around a default": ("a INT DEFAULT (1)", "a INT DEFAULT 1"),
    "a number as a string": ("a INT DEFAULT '1'", "a INT DEFAULT 1"),
    "a string as a number": ("a VARCHAR(5) DEFAULT 1", "a VARCHAR(5) DEFAULT '1'"),
    "TRUE": ("a BOOLEAN DEFAULT TRUE", "a BOOLEAN DEFAULT 1"),
    "FALSE as a string": ("a BOOLEAN DEFAULT (false)", "a BOOLEAN DEFAULT '0'"),
    "a whole number in a REAL": ("a REAL DEFAULT 1", "a REAL DEFAULT 1.00"),
    "a sign": ("a INT DEFAULT -1", "a INT DEFAULT (- 1)"),
    "no default": ("a INT DEFAULT NULL", "a INT"),
    "a bare word": ("a TEXT DEFAULT abc", "a TEXT DEFAULT 'abc'"),
    "the time": ("a DATETIME DEFAULT CURRENT_TIMESTAMP", "a DATETIME DEFAULT (current_timestamp)"),
    "an expression": ("a TEXT DEFAULT (Upper('x')||'y')", "a TEXT DEFAULT ((upper('x') || 'y'))"),
    "a computed column": (
        "a INT, b INT GENERATED ALWAYS AS (a+1) VIRTUAL",
        'a INT, b INT AS (("a" + 1))',
    ),
    "the usual collation": ("a TEXT COLLATE binary", "a TEXT"),
    "a collation's capitals": ('a TEXT COLLATE "nocase"', "a TEXT COLLATE NOCASE"),
    "ON CONFLICT ABORT": ("a INT UNIQUE ON CONFLICT ABORT", "a INT UNIQUE"),
    "a key's name that is lost": (
        "a INTEGER CONSTRAINT pk PRIMARY KEY AUTOINCREMENT",
        "a INTEGER PRIMARY KEY AUTOINCREMENT",
    ),
}

DIFFERENT = {
    "a length": ("a VARCHAR(50)", "a VARCHAR(51)"),
    "a type": ("a TEXT", "a VARCHAR"),
    "INT as a key is no row's number": ("a INT PRIMARY KEY", "a INTEGER PRIMARY KEY"),
    "a text's capitals": ("a TEXT CHECK (a <> 'No')", "a TEXT CHECK (a <> 'no')"),
    "inner brackets": ("a INT CHECK ((a + 1) * 2)", "a INT CHECK (a + 1 * 2)"),
    "a number and a string in a CHECK": ("a CHECK (a <> 1)", "a CHECK (a <> '1')"),
    "a name and a string": ("no TEXT, a CHECK (a <> no)", "no TEXT, a CHECK (a <> 'no')"),
    "two signs": ("a INT CHECK (- - a)", "a INT CHECK (-a)"),
    "an operator": ("a INT CHECK (a > 1)", "a INT CHECK (a >= 1)"),
    "spaces in a text": ("a TEXT DEFAULT 'a b'", "a TEXT DEFAULT 'a  b'"),
    "a default of a column of bytes": ("a BLOB DEFAULT 1", "a BLOB DEFAULT '1'"),
    "a default's text": ("a TEXT DEFAULT 'CURRENT_DATE'", "a TEXT DEFAULT CURRENT_DATE"),
    "an empty default": ("a TEXT DEFAULT ''", "a TEXT"),
    "NOT NULL": ("a INT NOT NULL", "a INT"),
    "NOT NULL of a key that may be NULL": (
        "a TEXT PRIMARY KEY",
        "a TEXT NOT NULL PRIMARY KEY",
    ),
    "the order of a key": ("a, b, PRIMARY KEY (a, b)", "a, b, PRIMARY KEY (b, a)"),
    "AUTOINCREMENT": ("a INTEGER PRIMARY KEY AUTOINCREMENT", "a INTEGER PRIMARY KEY"),
    "an action": ("a REFERENCES p ON DELETE CASCADE", "a REFERENCES p"),
    "another action": ("a REFERENCES p ON DELETE SET NULL", "a REFERENCES p ON DELETE RESTRICT"),
    "deferred": ("a REFERENCES p DEFERRABLE INITIALLY DEFERRED", "a REFERENCES p"),
    "another column of the parent": ("a REFERENCES p (k)", "a REFERENCES p"),
    "a CHECK twice": ("a, CHECK (a > 0), CHECK (a > 0)", "a, CHECK (a > 0)"),
    "a constraint's name": ("a CONSTRAINT u UNIQUE", "a CONSTRAINT v UNIQUE"),
    "STORED": ("a INT, b AS (a) STORED", "a INT, b AS (a)"),
    "a collation": ("a TEXT COLLATE NOCASE", "a TEXT"),
    "a collation of a key": ("a TEXT, UNIQUE (a COLLATE NOCASE)", "a TEXT, UNIQUE (a)"),
    "a key's direction": ("a INTEGER PRIMARY KEY DESC", "a INTEGER PRIMARY KEY"),
    "ON CONFLICT": ("a UNIQUE ON CONFLICT REPLACE", "a UNIQUE"),
    "ON CONFLICT of NOT NULL": ("a NOT NULL ON CONFLICT IGNORE", "a NOT NULL"),
}

SAME_INDEXES = {
    "capitals and quotes": ("INDEX i ON t (A)", 'INDEX "i" ON "t" ("a")'),
    "ASC": ("INDEX i ON t (a asc, b)", "INDEX i ON t (a, b)"),
    "brackets": ("INDEX i ON t ((a))", "INDEX i ON t (a)"),
    "brackets of an expression": ("INDEX i ON t ((a + 1) desc)", "INDEX i ON t (a+1 DESC)"),
    "brackets of a condition": ("INDEX i ON t (a) WHERE (a > 0)", "INDEX i ON t (a) WHERE A>0"),
    "the column's own collation": ("INDEX i ON t (c COLLATE nocase)", "INDEX i ON t (c)"),
    "the usual collation": ("INDEX i ON t (b COLLATE BINARY)", "INDEX i ON t (b)"),
    "IF NOT EXISTS": ("INDEX IF NOT EXISTS i ON t (a)", "INDEX i ON t (a)"),
}

DIFFERENT_INDEXES = {
    "uniqueness": ("UNIQUE INDEX i ON t (a)", "INDEX i ON t (a)"),
    "order": ("INDEX i ON t (a, b)", "INDEX i ON t (b, a)"),
    "direction": ("INDEX i ON t (a DESC)", "INDEX i ON t (a)"),
    "collation": ("INDEX i ON t (b COLLATE NOCASE)", "INDEX i ON t (b)"),
    "another than the column's": ("INDEX i ON t (c COLLATE BINARY)", "INDEX i ON t (c)"),
    "expression": ("INDEX i ON t (lower(b))", "INDEX i ON t (upper(b))"),
    "condition": ("INDEX i ON t (a) WHERE a > 0", "INDEX i ON t (a) WHERE a > 1"),
    "no condition": ("INDEX i ON t (a) WHERE a", "INDEX i ON t (a)"),
    "name": ("INDEX i ON t (a)", "INDEX j ON t (a)"),
}

EXPRESSIONS = [
    "a - -1",
    "a||'x'||\"b\"",
    "CASE WHEN a THEN -1 ELSE x'AB' END - 1",
    "CAST(a AS varchar (9))",
    "a NOT BETWEEN -1 AND +2",
    "a->'$.b' ->> 'c'",
    "~a & (1<<2)",
    "replace(a, '(', ',')",
    "a IN (1,2) AND NOT a ISNULL",
    "json_extract(a,'$.x') IS NOT NULL",
    "(a, b) > (1, 2)",
]


def facts(*statements, table="t"):
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
        found = catalog_named("sqlite").read(connection, None)[table]
    engine.dispose()
    return found


def facts_of_table(items):
    return facts(P, f"CREATE TABLE t ({items}\n)")


def facts_of_index(index):
    return facts("CREATE TABLE t (a INT, b TEXT, c TEXT COLLATE NOCASE)", f"CREATE {index}")


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=SAME)
def test_two_writings_of_one_table_are_equal(one, other):
    assert facts_of_table(one) == facts_of_table(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT.values(), ids=DIFFERENT)
def test_two_tables_are_not_equal(one, other):
    assert facts_of_table(one) != facts_of_table(other)


@pytest.mark.parametrize(("one", "other"), SAME_INDEXES.values(), ids=SAME_INDEXES)
def test_two_writings_of_one_index_are_equal(one, other):
    assert facts_of_index(one) == facts_of_index(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT_INDEXES.values(), ids=DIFFERENT_INDEXES)
def test_two_indexes_are_not_equal(one, other):
    assert facts_of_index(one) != facts_of_index(other)


def test_options_of_the_whole_table_count():
    columns = "(a INTEGER PRIMARY KEY, b TEXT)"
    plain = facts(f"CREATE TABLE t {columns}")
    strict = facts(f"CREATE TABLE t {columns} strict, WITHOUT ROWID")
    assert plain.options == ()
    assert strict == facts(f"CREATE TABLE t {columns} Without  Rowid, STRICT")
    assert strict.options == (("strict", "yes"), ("without_rowid", "yes"))


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_expression_in_the_one_writing_is_read_again_as_the_same(expression):
    once = facts_of_table(f"a, b, CHECK ({expression})").constraints[0].text
    assert facts_of_table(f"a, b, CHECK ({once})").constraints[0].text == once
