"""Changes of what has an unusual name: reserved, quoted, in capitals, of other alphabets, long."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, UniqueConstraint, quoted_name

from tests.autogenerate.cases import Change, models, table

NAMES = {
    "reserved": ("order", "select"),
    "capitals": ("Order", "Total"),
    "spaces": ("my table", "a column"),
    "unicode": ("größe", "名前"),
    "quotes": ('a "b"', "it's"),
    "percent": ("100 %", "50%s"),
    "brackets": ("a (b)", "x, y"),
    "colon": ("a:b", "c:d"),
    "backslash": ("a\\b", "c\\d"),
    "backtick": ("a`b", "`"),
    "dots": ("a.b", "c.d"),
    "long": ("t" * 63, "c" * 63),
    "underscore": ("_", "__"),
    "keyword-of-python": ("class", "import"),
    "digits": ("1st", "2nd"),
}


def _table(name: str, *parts: object, **options: object) -> object:
    return table(name, Column("n", sa.Integer), *parts, **options)


def _added(key: str, name: str, column: str) -> Change:
    return Change(
        f"name-{key}-table-and-column-added",
        lambda: models(_table("plain")),
        lambda: models(
            _table("plain", Column(column, sa.String(20))), _table(name, Column(column, sa.Date))
        ),
    )


def _changed(key: str, name: str, column: str) -> Change:
    """Change much about one column of such a name."""
    return Change(
        f"name-{key}-column-changed",
        lambda: models(_table(name, Column(column, sa.String(20), server_default="a"))),
        lambda: models(
            _table(
                name,
                Column(
                    column, sa.String(40), nullable=False, default="x 'y' %", server_default="b %"
                ),
            )
        ),
        becomes={f"{name}.{column}": {None: "x 'y' %"}},
    )


def _constrained(key: str, name: str, column: str) -> Change:
    """Give such a column an index, a unique constraint and a foreign key that points to it."""
    short = key[:20]

    def parts(*more: object) -> object:
        return _table(name, Column(column, sa.Integer), *more)

    return Change(
        f"name-{key}-constraints-added",
        lambda: models(parts(), table("child", Column("up", sa.Integer))),
        lambda: models(
            parts(UniqueConstraint(column, name=f"uq {short}"), Index(f"ix_{short}", column, "n")),
            table(
                "child", Column("up", sa.Integer), sa.ForeignKeyConstraint(["up"], [f"{name}.id"])
            )
            if "." not in name
            else table("child", Column("up", sa.Integer)),
        ),
        values={"child.up": [1, 2, None]},
    )


CHANGES = [
    *(_added(key, *names) for key, names in NAMES.items()),
    *(_changed(key, *names) for key, names in NAMES.items()),
    *(_constrained(key, *names) for key, names in NAMES.items()),
    Change(
        "name-of-index-is-cut-by-sqlalchemy",
        lambda: models(table("t" * 40, Column("c" * 40, sa.Integer))),
        lambda: models(table("t" * 40, Column("c" * 40, sa.Integer, index=True))),
    ),
    Change(
        "name-of-constraints-is-cut-by-the-convention",
        lambda: models(table("t" * 40, Column("c" * 40, sa.Integer))),
        lambda: models(
            table(
                "t" * 40, Column("c" * 40, sa.Integer, ForeignKey(f"{'t' * 40}.id"), unique=True)
            ),
            naming_convention={
                "uq": "uq_%(table_name)s_%(column_0_name)s",
                "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            },
        ),
        values={f"{'t' * 40}.{'c' * 40}": [1, 2, 3, None]},
    ),
    Change(
        "name-of-unnamed-constraints-of-long-names",
        lambda: models(table("t" * 55, Column("c" * 55, sa.Integer), Column("d" * 55, sa.Integer))),
        lambda: models(
            table(
                "t" * 55,
                Column("c" * 55, sa.Integer, ForeignKey(f"{'t' * 55}.id"), unique=True),
                Column("d" * 55, sa.Integer, CheckConstraint(f"{'d' * 55} <> 99"), unique=True),
            )
        ),
        values={f"{'t' * 55}.{'c' * 55}": [1, 2, 3, None]},
    ),
    Change(
        "name-in-other-capitals-beside",
        lambda: models(table("Item", Column("A", sa.Integer), Column("b", sa.Integer))),
        lambda: models(
            table("Item", Column("A", sa.BigInteger), Column("b", sa.Integer)), table("Thing")
        ),
    ),
    Change(
        "name-always-quoted",
        lambda: models(table(quoted_name("item", quote=True), Column("a", sa.Integer))),
        lambda: models(
            table(quoted_name("item", quote=True), Column("a", sa.BigInteger, index=True))
        ),
    ),
    Change(
        "name-of-check-and-index-to-quote",
        lambda: models(table("item", Column("a", sa.Integer))),
        lambda: models(
            table(
                "item",
                Column("a", sa.Integer),
                CheckConstraint("a <> 99", name="Not 99 %"),
                Index("By 'a' \"%\"", "a"),
            )
        ),
    ),
    Change(
        "name-of-check-and-index-to-quote-dropped",
        lambda: models(
            table(
                "item",
                Column("a", sa.Integer),
                CheckConstraint("a <> 99", name="Not 99 %"),
                Index("By 'a' \"%\"", "a"),
            )
        ),
        lambda: models(table("item", Column("a", sa.Integer))),
    ),
]
