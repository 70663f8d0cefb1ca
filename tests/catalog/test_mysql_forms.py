"""What MySQL 8 shows otherwise than MariaDB, by its manual: there is no server of it here."""

import pytest

from flask_migrate.databases.catalog.mysql_defaults import shown_default
from flask_migrate.databases.catalog.mysql_reading import _default, _expression
from flask_migrate.databases.catalog.mysql_server import Server
from flask_migrate.databases.catalog.mysql_types import shown_type

SERVER = Server(mariadb=False, database="d", variables={})


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("INTEGER", "int"),
        ("BIGINT UNSIGNED", "bigint unsigned"),
        ("INTEGER(5)", "int"),
        ("BOOL", "tinyint(1)"),
        ("TINYINT(1)", "tinyint(1)"),
        ("TINYINT(1) UNSIGNED", "tinyint unsigned"),
        ("JSON", "json"),
    ],
)
def test_types_have_no_display_width(written, shown):
    assert shown_type(written, None).text == shown


@pytest.mark.parametrize("written", ["UUID", "INET6", "INET4"])
def test_types_of_mariadb_alone_are_not_certain(written):
    assert shown_type(written, None) is None


@pytest.mark.parametrize(
    ("value", "type_", "extra", "shown"),
    [
        ("abc", "varchar(9)", "", "'abc'"),
        ("it's \\ x", "varchar(9)", "", r"'it''s \\ x'"),
        ("5", "int", "", "5"),
        ("1.50", "decimal(5,2)", "", "1.50"),
        ("b'101'", "bit(3)", "", "b'101'"),
        ("2020-01-01", "date", "", "'2020-01-01'"),
        ("CURRENT_TIMESTAMP", "datetime", "DEFAULT_GENERATED", "CURRENT_TIMESTAMP"),
        (
            "CURRENT_TIMESTAMP(3)",
            "datetime(3)",
            "DEFAULT_GENERATED on update CURRENT_TIMESTAMP(3)",
            "CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3)",
        ),
        (r"concat(_utf8mb4\'a\',`b`)", "text", "DEFAULT_GENERATED", "(concat(_utf8mb4'a',`b`))"),
        (None, "int", "", None),
        ("NULL", "varchar(9)", "", "'NULL'"),
    ],
)
def test_defaults_stand_as_they_would_be_written(value, type_, extra, shown):
    assert _default(value, type_, extra, SERVER) == shown


@pytest.mark.parametrize(
    ("written", "type_", "shown"),
    [
        ("CURRENT_TIMESTAMP", "datetime", "CURRENT_TIMESTAMP"),
        ("CURRENT_TIMESTAMP(6)", "datetime(6)", "CURRENT_TIMESTAMP(6)"),
        ("now()", "datetime", None),
        ("'x'", "text", None),
        ("'x'", "varchar(9)", "'x'"),
    ],
)
def test_of_defaults_those_that_it_rewrites_are_not_certain(written, type_, shown):
    assert shown_default(written, type_, mariadb=False) == shown


def test_expressions_have_their_quotes_back():
    assert _expression(r"(`a` <> _utf8mb4\'x\')", SERVER) == "(`a` <> _utf8mb4'x')"
