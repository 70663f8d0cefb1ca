"""Tables as Hypothesis draws them, with all that can hang on one, and batches to run on them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from hypothesis import strategies as st

from flask_migrate.databases.sqlite_rebuild.tokens import quoted

if TYPE_CHECKING:
    from alembic.operations import BatchOperations

NAMES = ["a", "B", "order", "a b", 'q"u', "größe", "x'y", "key", "it, (", "c%d", "select", "_9"]
TYPES = {"INTEGER": int, "TEXT": str, "VARCHAR(20)": str, "REAL": float, "DECIMAL(9, 3)": float}
STRICT_TYPES = {"INTEGER", "TEXT", "REAL"}
OWN_CLAUSES = {
    "default": ["DEFAULT 7", "DEFAULT 'd, (('", "DEFAULT (1 + (2))", "DEFAULT CURRENT_TIMESTAMP"],
    "collate": ["COLLATE NOCASE", "COLLATE RTRIM"],
    "check": ["CHECK ({0} IS NULL OR {0} <> 'no, (')", 'CONSTRAINT "c k" CHECK (length({0}) > -1)'],
    "unique": [
        "UNIQUE",
        "UNIQUE ON CONFLICT IGNORE",
        'CONSTRAINT "u q" UNIQUE ON CONFLICT REPLACE',
    ],
    "references": ["REFERENCES {t} ({id}) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED"],
}
CONSTRAINTS = [
    "CHECK ({0} IS NOT {1} OR 1)",
    'CONSTRAINT "t c" CHECK (coalesce({0}, {1}, 1) IS NOT NULL)',
    "UNIQUE ({id}, {0}, {1})",
    "CONSTRAINT tu UNIQUE ({1}, {id}) ON CONFLICT ROLLBACK",
]
INDEXES = [
    "CREATE INDEX {name} ON {t} ({0}, {1} DESC)",
    "CREATE UNIQUE INDEX {name} ON {t} ({id}, {0} COLLATE NOCASE)",
    "CREATE INDEX {name} ON {t} (lower({0}) DESC) WHERE {1} IS NOT NULL",
    "CREATE INDEX {name} ON {t} ({0} || {1})",
]
TRIGGERS = [
    "CREATE TRIGGER {name} AFTER UPDATE OF {0} ON {t} BEGIN DELETE FROM log; END",
    "CREATE TRIGGER {name} BEFORE INSERT ON {t} WHEN new.{0} = 'z' BEGIN SELECT new.{1}; END",
    "CREATE TRIGGER {name} AFTER DELETE ON log BEGIN UPDATE {t} SET {1} = {0}; END",
]
VIEWS = [
    "CREATE VIEW {name} AS SELECT {0}, {1} AS other FROM {t} WHERE {id} > 0",
    "CREATE VIEW {name} AS SELECT x.* FROM {t} AS x",
]


@dataclass
class Column:
    """A column: clauses have {0} where its own name stands, {1} for that of its source."""

    name: str
    type: str
    clauses: dict[str, str] = field(default_factory=dict)
    spare: bool = False
    source: Column | None = None

    def text(self, table: RandomTable) -> str:
        clauses = [
            table.filled(clause, self, self.source or self) for clause in self.clauses.values()
        ]
        return " ".join([quoted(self.name), self.type, *clauses])


@dataclass
class RandomTable:
    """A table, what hangs on it, and its rows."""

    name: str
    key: Column
    columns: list[Column]
    constraints: list[tuple[str, Column, Column]]
    hanging: list[tuple[str, str, Column, Column]]
    options: str
    rows: list[list[Any]]
    children: list[int]

    def filled(self, text: str, *columns: Column, name: str = "") -> str:
        names = [quoted(column.name) for column in columns]
        return text.format(*names, id=quoted(self.key.name), t=quoted(self.name), name=quoted(name))

    def create(self) -> str:
        items = [column.text(self) for column in [self.key, *self.columns]]
        items += [self.filled(text, *columns) for text, *columns in self.constraints]
        return f"CREATE TABLE {quoted(self.name)} ({', '.join(items)}) {self.options}"

    def schema(self) -> dict[str, str]:
        """Return each object's name and statement."""
        hanging = {
            name: self.filled(text, *columns, name=name) for text, name, *columns in self.hanging
        }
        child = self.filled("CREATE TABLE child (x REFERENCES {t} ({id}) ON DELETE CASCADE)")
        log = "CREATE TABLE log (line)"
        return {"log": log, self.name: self.create(), "child": child, **hanging}

    def inserts(self) -> list[tuple[str, tuple[Any, ...]]]:
        filled = [column for column in self.columns if "generated" not in column.clauses]
        names = ", ".join(quoted(column.name) for column in [self.key, *filled])
        marks = ", ".join("?" * (len(filled) + 1))
        statement = f"INSERT INTO {quoted(self.name)} ({names}) VALUES ({marks})"
        children = [("INSERT INTO child VALUES (?)", (row,)) for row in self.children]
        return [*[(statement, tuple(row)) for row in self.rows], *children]

    def values(self, column: Column) -> list[Any]:
        """Return what the rows hold in a column that is not generated."""
        filled = [c for c in self.columns if "generated" not in c.clauses]
        at = next(i for i, c in enumerate(filled) if c is column)
        return [row[at + 1] for row in self.rows]


@st.composite
def random_tables(draw: st.DrawFn) -> RandomTable:
    names = draw(st.lists(st.sampled_from(NAMES), min_size=5, max_size=9, unique_by=str.lower))
    strict = draw(st.booleans())
    types = sorted(set(TYPES) & STRICT_TYPES if strict else TYPES)
    key = Column(names[0], "INTEGER", {"key": draw(st.sampled_from(_keys()))})
    columns = [Column(name, draw(st.sampled_from(types))) for name in names[2:]]
    count = draw(st.integers(0, 4))
    rowid = draw(st.booleans()) or "AUTOINCREMENT" in key.clauses["key"]
    options = [*(["STRICT"] if strict else []), *([] if rowid else ["WITHOUT ROWID"])]
    numbers = draw(st.lists(st.integers(1, 99), min_size=count, max_size=count, unique=True))
    rows: list[list[Any]] = [[number] for number in numbers]
    for column in columns:
        _draw_clauses(draw, column)
        _draw_values(draw, column, rows, strict=strict)
    if draw(st.booleans()):
        text = draw(
            st.sampled_from(["AS ({1} || '!') STORED", "GENERATED ALWAYS AS (typeof({1}))"])
        )
        columns.append(Column("gen", "TEXT", {"generated": text}, source=columns[0]))
    columns[-1].spare = draw(st.booleans()) and "references" not in columns[-1].clauses
    return RandomTable(
        names[1],
        key,
        columns,
        *_draw_users(draw, columns),
        ", ".join(options),
        rows,
        draw(st.lists(st.sampled_from(numbers), max_size=3)) if numbers else [],
    )


def _keys() -> list[str]:
    return ["PRIMARY KEY", "PRIMARY KEY AUTOINCREMENT", 'CONSTRAINT "p k" PRIMARY KEY']


def _draw_clauses(draw: st.DrawFn, column: Column) -> None:
    for kind, texts in OWN_CLAUSES.items():
        if draw(st.integers(0, 3)) == 0 and (kind != "references" or column.type == "INTEGER"):
            column.clauses[kind] = draw(st.sampled_from(texts))


def _draw_values(draw: st.DrawFn, column: Column, rows: list[list[Any]], *, strict: bool) -> None:
    """Give each row a value; those of a unique column differ by the row's number."""
    python = TYPES[column.type]
    for row in rows:
        value: Any = draw(st.sampled_from([None, "x", " Y", "ß'"]))
        if "references" in column.clauses:
            value = draw(st.sampled_from([None, row[0]]))
        elif "unique" in column.clauses or python is not str:
            value = row[0] if python is not str else f"{value}{row[0]}"
        elif not strict and draw(st.booleans()):
            value = draw(st.sampled_from([b"\x00", 1.5, "2"]))
        row.append(value)


def _draw_users(draw: st.DrawFn, columns: list[Column]) -> tuple[list[Any], list[Any]]:
    """Draw constraints, indexes, triggers and views that use two columns each."""
    usable = [c for c in columns if not c.spare and "generated" not in c.clauses]
    pair = st.tuples(st.sampled_from(usable), st.sampled_from(usable)).filter(
        lambda two: two[0] is not two[1]
    )
    constraints = [(text, *draw(pair)) for text in CONSTRAINTS if draw(st.booleans())]
    hanging = [
        (text, f"h {number}", *draw(pair))
        for number, text in enumerate([*INDEXES, *TRIGGERS, *VIEWS])
        if draw(st.booleans())
    ]
    return constraints, hanging


@dataclass(frozen=True)
class RandomBatch:
    """What to do with a table, and what it should be afterwards."""

    recreate: str
    operations: list[tuple[str, tuple[Any, ...], dict[str, Any]]]
    dropped: int | None
    added: bool

    def run(self, batch: BatchOperations) -> None:
        for name, arguments, options in self.operations:
            getattr(batch, name)(*arguments, **options)


@st.composite
def random_batches(draw: st.DrawFn, table: RandomTable) -> RandomBatch:
    """Draw operations, and change the table's description as they should change the table."""
    operations: list[Any] = []
    plain = [c for c in table.columns if "generated" not in c.clauses]
    strict = "STRICT" in table.options
    dropped = None
    if table.columns[-1].spare and draw(st.booleans()):
        dropped = len(table.columns) - 1
        gone = table.columns.pop()
        operations.append(("drop_column", (gone.name,), {}))
        plain = [c for c in plain if c is not gone]
    for column in draw(st.lists(st.sampled_from(plain), max_size=2, unique_by=id)):
        options = draw(st.sampled_from(["nullable", "default", "type", "rename", "all"]))
        values = _values_of(table, column)
        _alter(operations, column, options, required=None not in values, strict=strict)
    added = draw(st.booleans())
    if added:
        new = Column("new one", "INTEGER", {"default": "DEFAULT '3'"})
        operations.append(
            ("add_column", (sa.Column("new one", sa.Integer, server_default="3"),), {})
        )
        table.columns.append(new)
    return RandomBatch(draw(st.sampled_from(["auto", "always"])), operations, dropped, added)


def _values_of(table: RandomTable, column: Column) -> list[Any]:
    at = [c.name for c in table.columns if "generated" not in c.clauses].index(column.name)
    return [row[at + 1] for row in table.rows]


def _alter(
    operations: list[Any], column: Column, what: str, *, required: bool, strict: bool
) -> None:
    name, options = column.name, {}
    if what in {"type", "all"} and column.type in {"TEXT", "VARCHAR(20)"}:
        column.type, options["type_"] = "TEXT", sa.Text()
    if what in {"nullable", "all"} and required:
        column.clauses["not null"], options["nullable"] = "NOT NULL", False
    if what in {"default", "all"}:
        column.clauses.pop("default", None)
        column.clauses["default"], options["server_default"] = "DEFAULT '4'", "4"
    if what in {"rename", "all"}:
        column.name = options["new_column_name"] = f"{name} renamed"
    if options:
        operations.append(("alter_column", (name,), options))
