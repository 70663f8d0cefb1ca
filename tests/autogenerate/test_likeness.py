"""What is likely to be a rename, and what would be a silly question."""

from __future__ import annotations

import pytest

from flask_migrate.autogenerate.renames.likeness import (
    LIKELY,
    column_likeness,
    name_likeness,
    table_likeness,
    type_likeness,
)
from flask_migrate.databases.catalog import Column, Constraint, Kind, Reference, Table

TEXT, LONG, NUMBER, TIME = "VARCHAR(64)", "TEXT", "INTEGER", "TIMESTAMP"


def table(name: str, *columns: str | Column, refers: dict[str, str] | None = None) -> Table:
    """Return a table; a column is ``name``, ``name TYPE`` or ``name TYPE NOT NULL``."""
    keys = [
        Constraint(Kind.FOREIGN_KEY, None, (column,), reference=Reference(target, ("id",)))
        for column, target in (refers or {}).items()
    ]
    return Table(name, tuple(map(_column, columns)), tuple(keys))


def _column(text: str | Column) -> Column:
    if isinstance(text, Column):
        return text
    name, _, type_ = text.partition(" ")
    nullable = not type_.endswith(" NOT NULL")
    return Column(name, type_.removesuffix(" NOT NULL") or TEXT, nullable)


def alike(before: Table, after: Table) -> bool:
    """Return whether the only column gone and the only new one are likely the same."""
    old, new = ({c.name: c for c in t.columns} for t in (before, after))
    (gone,) = (c for name, c in old.items() if name not in new)
    (added,) = (c for name, c in new.items() if name not in old)
    return column_likeness(gone, added, before, after) >= LIKELY


ID = "id INTEGER NOT NULL"
LIKELY_COLUMNS = {
    "longer name": ([ID, "name", "age INTEGER"], [ID, "full_name", "age INTEGER"]),
    "another name at its place": ([ID, "name", "age INTEGER"], [ID, "title", "age INTEGER"]),
    "written together": ([ID, "user_name", "x"], [ID, "username", "x"]),
    "in capitals": ([ID, "userName", "x"], [ID, "user_name", "x"]),
    "longer name, other type": ([ID, "price INTEGER", "x"], [ID, "price_cents BIGINT", "x"]),
    "longer name, other length": ([ID, "name", "x"], [ID, "full_name VARCHAR(200)", "x"]),
    "text that became a number": ([ID, "age_text", "x"], [ID, "age INTEGER", "x"]),
    "longer name at the end": ([ID, "name", "x"], [ID, "x", "full_name"]),
    "at the end of a table that has grown": (
        [ID, "x", "y", "name"],
        [ID, "full_name", "x", "y"],
    ),
    "now required": ([ID, "mail"], [ID, "email VARCHAR(64) NOT NULL"]),
    "a flag's name": ([ID, "active BOOLEAN", "x"], [ID, "is_active BOOLEAN", "x"]),
    "a number that became a flag": ([ID, "active INTEGER", "x"], [ID, "is_active BOOLEAN", "x"]),
    "a time": ([ID, "created TIMESTAMP", "x"], [ID, "created_at TIMESTAMP", "x"]),
    "another time at its place": (
        [ID, "x", "posted TIMESTAMP"],
        [ID, "x", "published TIMESTAMP"],
    ),
    "the last one": ([ID, "body TEXT"], [ID, "text TEXT"]),
}
UNLIKELY_COLUMNS = {
    "a flag that became a name": ([ID, "is_admin BOOLEAN", "x"], [ID, "role", "x"]),
    "flags at different places": (
        [ID, "is_active BOOLEAN", "x", "y"],
        [ID, "x", "y", "verified BOOLEAN"],
    ),
    "numbers at different places": ([ID, "age INTEGER", "x", "y"], [ID, "x", "y", "score INTEGER"]),
    "texts at different places": ([ID, "bio TEXT", "x", "y"], [ID, "x", "y", "avatar TEXT"]),
    "a name that says more, of something else": (
        [ID, "email", "x", "y"],
        [ID, "x", "y", "email_verified BOOLEAN"],
    ),
    "a picture at a name's place": ([ID, "name", "x"], [ID, "photo BLOB", "x"]),
    "another time elsewhere": (
        [ID, "birthday DATE", "x", "y"],
        [ID, "x", "y", "seen TIMESTAMP"],
    ),
    "a number at a text's place": ([ID, "note TEXT", "x"], [ID, "visits INTEGER", "x"]),
}


@pytest.mark.parametrize("case", LIKELY_COLUMNS)
def test_a_column_that_may_be_another_one_renamed_is_asked_about(case):
    before, after = LIKELY_COLUMNS[case]
    assert alike(table("t", *before), table("t", *after))


@pytest.mark.parametrize("case", UNLIKELY_COLUMNS)
def test_a_column_that_is_something_else_is_not_asked_about(case):
    before, after = UNLIKELY_COLUMNS[case]
    assert not alike(table("t", *before), table("t", *after))


REFERRING = ([ID, "user_id INTEGER", "x"], [ID, "author_id INTEGER", "x"])


@pytest.mark.parametrize(
    ("old", "new", "likely"),
    [("user", "user", True), ("user", "post", False), (None, None, True)],
)
def test_columns_that_refer_to_the_same_table_are_more_alike(old, new, likely):
    before, after = REFERRING
    old_table = table("t", *before, refers={"user_id": old} if old else None)
    new_table = table("t", *after, refers={"author_id": new} if new else None)
    assert alike(old_table, new_table) is likely


def test_what_refers_to_the_same_table_may_have_quite_another_name_and_place():
    before = table("t", ID, "user_id INTEGER", "x", "y", refers={"user_id": "user"})
    after = table("t", ID, "x", "y", "owner INTEGER", refers={"owner": "user"})
    assert alike(before, after)


def test_a_computed_column_is_never_asked_about():
    before = table("t", ID, Column("total", NUMBER, computed="a + b"))
    after = table("t", ID, Column("totals", NUMBER, computed="a + b"))
    assert not alike(before, after)


PERSON = [ID, "name", "email", "born DATE"]
LIKELY_TABLES = {
    "all columns the same": (["user", *PERSON], ["account", *PERSON]),
    "plural": (["user", ID, "name"], ["users", ID, "name"]),
    "a renamed column": (["user", *PERSON], ["account", ID, "full_name", *PERSON[2:]]),
    "a column more": (["user", *PERSON], ["account", *PERSON, "x"]),
    "a column less": (["user", *PERSON], ["account", *PERSON[:-1]]),
    "a longer name and another type": (
        ["order", ID, "price INTEGER", "buyer"],
        ["customer_order", ID, "price NUMERIC(10, 2)", "buyer"],
    ),
    "two columns and another name": (["tag", ID, "name"], ["category", ID, "name"]),
}
UNLIKELY_TABLES = {
    "nothing but the id": (["tag", ID], ["payment", ID]),
    "id and name of many": (
        ["tag", ID, "name"],
        ["product", ID, "name", "price NUMERIC(10, 2)", "stock INTEGER", "weight REAL", "sku"],
    ),
    "only usual columns": (
        ["log", ID, "line TEXT", "level", "created_at TIMESTAMP"],
        ["invoice", ID, "total NUMERIC(10, 2)", "due DATE", "created_at TIMESTAMP"],
    ),
    "a longer name and other columns": (
        ["user", *PERSON],
        ["user_setting", ID, "user_id INTEGER", "key", "value JSON"],
    ),
}


@pytest.mark.parametrize("case", LIKELY_TABLES)
def test_a_table_that_may_be_another_one_renamed_is_asked_about(case):
    before, after = LIKELY_TABLES[case]
    assert table_likeness(table(*before), table(*after)) >= LIKELY


@pytest.mark.parametrize("case", UNLIKELY_TABLES)
def test_a_table_that_is_something_else_is_not_asked_about(case):
    before, after = UNLIKELY_TABLES[case]
    assert table_likeness(table(*before), table(*after)) < LIKELY


def test_tables_that_the_same_tables_refer_to_are_more_alike():
    old, new = table("user", *PERSON), table("account", ID, "full_name", "email", "since DATE")
    post = table("post", ID, "user_id INTEGER", refers={"user_id": "user"})
    same = table("post", ID, "user_id INTEGER", refers={"user_id": "account"})
    other = table("post", ID, "user_id INTEGER")
    followed = table_likeness(old, new, [post], [same])
    assert followed > table_likeness(old, new, [post], [other])
    assert followed >= LIKELY


def test_of_several_candidates_the_nearest_name_is_the_most_alike():
    names = ["full_name", "fullname", "title", "address"]
    scores = [name_likeness("full_name", name) for name in names]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize(
    ("old", "new", "score"),
    [
        ("VARCHAR(64)", "varchar(64)", 1.0),
        ("VARCHAR(64)", "TEXT", 0.7),
        ("int(11)", "bigint(20)", 0.7),
        ("tinyint(1)", "int(11)", 0.3),
        ("timestamp without time zone", "timestamp with time zone", 0.7),
        ("integer", "timestamp with time zone", 0.0),
        ("integer[]", "integer", 0.0),
        ("boolean", "character varying(20)", -0.4),
        ("bytea", "text", -0.4),
        ("geometry", "text", 0.0),
    ],
)
def test_types_that_hold_about_the_same_are_near(old, new, score):
    assert type_likeness(old, new) == score
