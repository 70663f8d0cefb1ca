"""New names of columns are put into the texts that a database shows, for whole identifiers only."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from flask_migrate.autogenerate.renames.operations import in_order
from flask_migrate.databases.catalog.renamed import Names

NAMES = {"a": "b", "Name": "full name", "date": "order"}
TEXTS = [
    ("sqlite", "a > 1 AND aa > 1 AND a_a > 'a'", "b > 1 AND aa > 1 AND a_a > 'a'"),
    ("sqlite", "a(a) > CAST(a AS date) COLLATE a", "a(b) > CAST(b AS date) COLLATE a"),
    (
        "sqlite",
        "name = 'it''s a' OR \"name\" > date",
        '"full name" = \'it\'\'s a\' OR "full name" > "order"',
    ),
    ("sqlite", "a = '\\' AND a = ''", "b = '\\' AND b = ''"),
    ("postgresql", "((a)::date > '2020-01-01'::date)", "((b)::date > '2020-01-01'::date)"),
    ("postgresql", '(date(date) > lower("Name"))', '(date("order") > lower("full name"))'),
    ("postgresql", "(name = 'a'::text)", "(name = 'a'::text)"),
    ("postgresql", "(a ~ E'\\\\a''a'::text)", "(b ~ E'\\\\a''a'::text)"),
    ("postgresql", "EXTRACT(date FROM a) > 1", "EXTRACT(date FROM b) > 1"),
    ("postgresql", '(a COLLATE "Name")', '(b COLLATE "Name")'),
    ("postgresql", "(public.a(a) > 0)", "(public.a(b) > 0)"),
    ("mariadb", "`a` > 1 and `aa` > 'a `a`'", "`b` > 1 and `aa` > 'a `a`'"),
    (
        "mariadb",
        "`a` = 'it\\'s `a`' or `NAME` = `date`",
        "`b` = 'it\\'s `a`' or `full name` = `order`",
    ),
    ("mariadb", "`a`(10)", "`b`(10)"),
]


@pytest.fixture(scope="module")
def names_of(request):
    """Return the new names for a kind of database."""
    known = {}

    def names(kind):
        if kind not in known:
            url = "sqlite://"
            if kind != "sqlite":
                url = request.getfixturevalue(f"{kind}_server").url
            engine = sa.create_engine(url)
            request.addfinalizer(engine.dispose)
            connection = engine.connect()
            request.addfinalizer(connection.close)
            known[kind] = Names(connection, NAMES)
        return known[kind]

    return names


@pytest.mark.parametrize(("kind", "text", "wanted"), TEXTS)
def test_a_text_has_the_new_names(names_of, kind, text, wanted):
    assert names_of(kind).text(text) == wanted


@pytest.mark.parametrize(
    ("names", "steps"),
    [
        ({"a": "b"}, ["a b"]),
        ({"a": "b", "b": "c"}, ["b c", "a b"]),
        ({"a": "b", "b": "a"}, ["a -", "b a", "- b"]),
        ({"a": "b", "b": "c", "c": "a", "x": "y"}, ["x y", "a -", "c a", "b c", "- b"]),
    ],
)
def test_each_name_is_given_when_it_is_free(names, steps):
    between = "_flask_migrate_renamed_0"
    found = [f"{old} {new}".replace(between, "-") for old, new in in_order(names)]
    assert found == steps
