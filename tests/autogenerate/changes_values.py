"""Values under new names, of a column's own enumeration: MariaDB's ENUM, texts with a CHECK."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column
from sqlalchemy.dialects import mysql

from tests.autogenerate.cases import ALL, MARIADB, Change, edit

AS_LONG = {"native_enum": False, "create_constraint": True}
CHECKED = AS_LONG | {"length": 20}


def _enum(*values: str, **options: Any) -> sa.Enum:
    return sa.Enum(*values, **({"name": "kind"} | options))


def _of_mariadb(name: str, before: list[str], after: list[str], **about: Any) -> Change:
    return edit(
        f"enum-mariadb-{name}",
        lambda: Column("a", _enum(*before)),
        lambda: Column("a", _enum(*after)),
        MARIADB,
        **about,
    )


def _checked(name: str, before: sa.Enum, after: sa.Enum, **about: Any) -> Change:
    return edit(
        f"enum-checked-{name}",
        lambda: Column("a", before.copy()),
        lambda: Column("a", after.copy()),
        **about,
    )


Y_TO_WHY: dict[str, Any] = {
    "becomes": {"item.a": {"y": "why"}},
    "returns": {"item.a": {"why": "y"}},
}

CHANGES = [
    _of_mariadb("value-renamed", ["x", "y"], ["x", "why"], renames=["item.a.y:why"], **Y_TO_WHY),
    _of_mariadb(
        "value-renamed-by-type", ["x", "y"], ["x", "why"], renames=["kind.y:why"], **Y_TO_WHY
    ),
    _of_mariadb(
        "values-renamed-that-need-quotes",
        ["x", "it's", "a\\b"],
        ["x", "'its'", "a :b"],
        renames=["item.a.it's:'its'"],
        values={"item.a": ["x", "it's", None]},
        becomes={"item.a": {"it's": "'its'"}},
        returns={"item.a": {"'its'": "it's"}},
        options={"no_rename": True},
    ),
    _of_mariadb(
        "value-renamed-while-others-come-and-go",
        ["x", "y", "z"],
        ["w", "ex", "y"],
        renames=["item.a.x:ex"],
        values={"item.a": ["x", "y", None]},
        becomes={"item.a": {"x": "ex"}},
        returns={"item.a": {"ex": "x"}},
        options={"no_rename": True},
    ),
    _of_mariadb(
        "value-dropped-and-its-rows-get-another",
        ["x", "y", "z"],
        ["x", "y"],
        renames=["item.a.z:x"],
        becomes={"item.a": {"z": "x"}},
    ),
    _of_mariadb(
        "value-in-capitals",
        ["x", "y"],
        ["x", "Y"],
        becomes={"item.a": {"y": "Y"}},
        returns={"item.a": {"Y": "y"}},
    ),
    edit(
        "enum-mariadb-value-renamed-in-capitals-where-they-count",
        lambda: Column("a", mysql.ENUM("x", "y", collation="utf8mb4_bin")),
        lambda: Column("a", mysql.ENUM("x", "Y", collation="utf8mb4_bin")),
        MARIADB,
        renames=["item.a.y:Y"],
        becomes={"item.a": {"y": "Y"}},
        returns={"item.a": {"Y": "y"}},
    ),
    edit(
        "enum-mariadb-value-renamed-that-is-a-default",
        lambda: (
            Column("a", _enum("x", "y"), server_default="y", comment="it's"),
            sa.CheckConstraint("a <> 'y' OR length(name) < 99"),
        ),
        lambda: (
            Column("a", _enum("x", "why"), server_default="why", comment="it's"),
            sa.CheckConstraint("a <> 'why' OR length(name) < 99"),
        ),
        MARIADB,
        renames=["item.a.y:why"],
        **Y_TO_WHY,
    ),
    edit(
        "enum-mariadb-value-renamed-in-an-index-and-not-null",
        lambda: Column("a", _enum("x", "y"), index=True),
        lambda: Column("a", _enum("x", "why"), index=True, nullable=False, default="why"),
        MARIADB,
        renames=["item.a.y:why"],
        becomes={"item.a": {"y": "why", None: "why"}},
        returns={"item.a": {"why": "y"}},
    ),
    edit(
        "enum-mariadb-column-and-value-renamed",
        lambda: Column("a", _enum("x", "y")),
        lambda: Column("b", _enum("x", "why")),
        MARIADB,
        renames=["item.a:b", "item.b.y:why"],
        moved={"item.a": "b"},
        **Y_TO_WHY,
    ),
    _checked(
        "value-renamed",
        _enum("x", "y", **CHECKED),
        _enum("x", "why", **CHECKED),
        renames=["item.a.y:why"],
        **Y_TO_WHY,
    ),
    _checked(
        "value-renamed-to-a-longer-one",
        _enum("x", "y", **AS_LONG),
        _enum("x", "why", **AS_LONG),
        renames=["item.a.y:why"],
        **Y_TO_WHY,
    ),
    _checked(
        "value-renamed-to-a-shorter-one",
        _enum("x", "why", **AS_LONG),
        _enum("x", "y", **AS_LONG),
        renames=["kind.why:y"],
        becomes={"item.a": {"why": "y"}},
        returns={"item.a": {"y": "why"}},
    ),
    _checked(
        "value-renamed-without-a-name",
        _enum("x", "y", **CHECKED, name=None),
        _enum("x", "it's % :x", **CHECKED, name=None),
        renames=["item.a.y:it's % :x"],
        becomes={"item.a": {"y": "it's % :x"}},
        returns={"item.a": {"it's % :x": "y"}},
    ),
    _checked(
        "value-dropped-and-its-rows-get-another",
        _enum("x", "y", "z", **CHECKED),
        _enum("x", "y", **CHECKED),
        renames=["item.a.z:x"],
        becomes={"item.a": {"z": "x"}},
    ),
    edit(
        "enum-checked-value-renamed-that-is-a-default",
        lambda: Column("a", _enum("x", "y", **CHECKED), server_default="y"),
        lambda: Column(
            "a", _enum("x", "why", **CHECKED), server_default="why", nullable=False, default="x"
        ),
        ALL,
        renames=["item.a.y:why"],
        becomes={"item.a": {"y": "why", None: "x"}},
        returns={"item.a": {"why": "y"}},
    ),
]
