"""A table as its CREATE TABLE says it: columns, constraints and options, each with its own text.

What no operation touches keeps the text it has, so nothing is lost that this
program, SQLAlchemy or Alembic does not know.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from .tokens import folded, names_in, normalised, quoted, same_name, tokens_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass
class Clause:
    """One constraint, of a column or of the table; `text` is without its name."""

    kind: str
    text: str
    name: str | None = None
    columns: tuple[str, ...] = ()
    target: str | None = None
    target_columns: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"CONSTRAINT {quoted(self.name)} {self.text}" if self.name is not None else self.text

    def reads(self) -> set[str]:
        """Return, folded, every name in the text: columns, and harmless others."""
        return names_in(tokens_of(self.text))

    def listed(self) -> tuple[str, frozenset[str]] | None:
        """Return column and values where this is a CHECK of the form ``column IN (values)``."""
        tokens = tokens_of(self.text)[1:]
        while tokens and tokens[0].text == "(":
            tokens = tokens[1:-1]
        if self.kind != "check" or [t.text.upper() for t in tokens[1:3]] != ["IN", "("]:
            return None
        values = tokens[3:-1:2]
        commas = tokens[4:-1:2]
        if not all(v.kind == "literal" for v in values) or any(c.text != "," for c in commas):
            return None
        return tokens[0].name, frozenset(value.name for value in values)


@dataclass
class ColumnText:
    """One column: its name as written, its type, its constraints."""

    name: str
    type: str
    clauses: list[Clause] = field(default_factory=list)
    raw: str | None = None
    """The text as it was, while nothing has changed."""
    source: str | None = None
    """The column of the old table from which the values come."""
    written: str = ""

    def __str__(self) -> str:
        if self.raw is not None:
            return self.raw
        parts = [self.written or quoted(self.name), self.type, *map(str, self.clauses)]
        return " ".join(part for part in parts if part)

    def has(self, kind: str) -> bool:
        """Return whether the column has a constraint of a kind."""
        return any(clause.kind == kind for clause in self.clauses)

    def drop(self, *clauses: Clause) -> None:
        """Take constraints away."""
        gone = {id(clause) for clause in clauses}
        self.clauses = [clause for clause in self.clauses if id(clause) not in gone]
        self.raw = None

    def put(self, kind: str, text: str | None) -> None:
        """Replace the constraints of a kind; None takes them away."""
        self.drop(*[clause for clause in self.clauses if clause.kind == kind])
        if text is not None:
            self.clauses.append(Clause(kind, text, columns=(self.name,)))


@dataclass
class TableText:
    """A table's whole definition."""

    name: str
    columns: list[ColumnText]
    constraints: list[Clause]
    options: list[str]
    untouched: list[str] = field(default_factory=list)
    """The constraints' text as it was, comments included."""
    written: str = ""

    def column(self, name: str) -> ColumnText | None:
        """Return the column of a name."""
        return next((c for c in self.columns if same_name(c.name, name)), None)

    def constraint_owners(self) -> Iterator[tuple[ColumnText | None, Clause]]:
        """Yield every constraint with the column that it stands on, if it stands on one."""
        for column in self.columns:
            yield from ((column, clause) for clause in column.clauses)
        yield from ((None, clause) for clause in self.constraints)

    def drop(self, column: ColumnText | None, clause: Clause) -> None:
        """Take a constraint away."""
        if column is not None:
            column.drop(clause)
        else:
            self.constraints = [c for c in self.constraints if c is not clause]

    def primary_key(self) -> tuple[str, ...]:
        """Return the columns of the primary key."""
        return next((c.columns for _, c in self.constraint_owners() if c.kind == "primary key"), ())

    def rowid_alias(self) -> str | None:
        """Return the column that is another name of the row's number."""
        key = self.primary_key()
        if len(key) != 1 or "WITHOUT ROWID" in self.options:
            return None
        column = self.column(key[0])
        if column is None or column.type.upper() != "INTEGER":
            return None
        descending = any(
            clause.kind == "primary key" and "DESC" in normalised(clause.text).split()
            for clause in column.clauses
        )
        return None if descending else column.name

    def body(self) -> str:
        """Return all that stands behind the table's name."""
        items = [*map(str, self.columns), *self._constraint_texts()]
        options = f" {', '.join(self.options)}" if self.options else ""
        return "(\n\t" + ",\n\t".join(map(_closed, items)) + "\n)" + options

    def meaning(self) -> str:
        """Return what makes two definitions the same."""
        items = [*map(str, self.columns), *map(str, self.constraints)]
        return "\n".join([*map(normalised, items), *sorted(self.options)])

    def names(self) -> set[str]:
        """Return, folded, the names of the columns."""
        return {folded(column.name) for column in self.columns}

    def _constraint_texts(self) -> list[str]:
        """Return the constraints, as they were written where all are as they were."""
        texts = list(map(str, self.constraints))
        if list(map(normalised, texts)) == list(map(normalised, self.untouched)):
            return self.untouched
        return texts


def primary_key_of(columns: Sequence[str], name: str | None = None) -> Clause:
    """Return a primary key of the table."""
    text = f"PRIMARY KEY ({', '.join(map(quoted, columns))})"
    return Clause("primary key", text, name, tuple(columns))


def of_table(clause: Clause) -> Clause | None:
    """Return a column's constraint as one of the table; None for what can only stand there."""
    columns = ", ".join(map(quoted, clause.columns))
    match clause.kind:
        case "unique":
            return replace(clause, text=f"UNIQUE ({columns}){clause.text[len('UNIQUE') :]}")
        case "foreign key":
            return replace(clause, text=f"FOREIGN KEY ({columns}) {clause.text}")
        case "check":
            return clause
    return None


def _closed(item: str) -> str:
    """End a line that ends in a comment, so that what follows is not part of it."""
    return item + "\n" if "--" in item.rpartition("\n")[2] else item
