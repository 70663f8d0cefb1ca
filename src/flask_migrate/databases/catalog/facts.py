"""Tables as a database shows them: plain values, equal where the tables are equal.

Whatever a database may write in several ways (types, defaults, expressions)
stands here as the text that this database shows for it. So two tables of one
database are alike exactly where these values are equal, and no text is ever
compared with what somebody typed.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TypeAlias

Options: TypeAlias = tuple[tuple[str, str], ...]
"""Names and texts, sorted by name; what is left to the database's default is left out."""


@dataclass(frozen=True)
class Column:
    """One column. None stands for what it does not have."""

    name: str
    type: str
    """With length and precision; without collation."""
    nullable: bool = True
    default: str | None = None
    """The expression of its DEFAULT."""
    computed: str | None = None
    """The expression of a generated column."""
    stored: bool = False
    """Whether a generated column is kept on disk."""
    identity: Options | None = None
    """The options of an identity column: always, start, increment, minvalue ..., cycle, cache."""
    autoincrement: bool = False
    """AUTO_INCREMENT, AUTOINCREMENT, or a default taken from a sequence that the column owns."""
    collation: str | None = None
    """None as well where it is the default of its table or type."""
    comment: str | None = None
    default_in_full: str | None = field(default=None, compare=False)
    """How the database shows the default, where that says more than counts; to make it again."""


class Kind(str, Enum):
    """What a constraint is."""

    PRIMARY_KEY = "primary key"
    UNIQUE = "unique"
    FOREIGN_KEY = "foreign key"
    CHECK = "check"
    EXCLUDE = "exclude"


@dataclass(frozen=True)
class Reference:
    """Where a foreign key points, and what it does there; the actions are None for NO ACTION."""

    table: str
    columns: tuple[str, ...]
    schema: str | None = None
    """None for the default schema."""
    ondelete: str | None = None
    onupdate: str | None = None
    match: str | None = None
    """None for MATCH SIMPLE."""


@dataclass(frozen=True)
class Constraint:
    """One constraint of a table, wherever it was written."""

    kind: Kind
    name: str | None
    """None where the database has none."""
    columns: tuple[str, ...] = ()
    """In their order; empty for CHECK and EXCLUDE."""
    text: str | None = None
    """The condition of a CHECK, the elements of an EXCLUDE (from USING on)."""
    reference: Reference | None = None
    options: Options = ()
    """``deferrable``, ``initially``, ``nulls_not_distinct``, ``include`` ... with their values."""


@dataclass(frozen=True)
class Index:
    """One index that is not there for the sake of a constraint."""

    name: str
    elements: tuple[str, ...]
    """A column's name as it is, or the text of an expression, with what stands behind it
    (operator class, collation, DESC, NULLS FIRST, prefix length)."""
    plain: tuple[bool, ...]
    """Which elements are names of columns and nothing more."""
    unique: bool = False
    options: Options = ()
    """``using``, ``where``, ``include``, ``with``, ``nulls_not_distinct``, ``type`` ..."""


@dataclass(frozen=True)
class Table:
    """One table."""

    name: str
    columns: tuple[Column, ...]
    constraints: tuple[Constraint, ...] = ()
    indexes: tuple[Index, ...] = ()
    comment: str | None = None
    options: Options = ()
    """Of the whole table: ``engine``, ``charset``, ``without_rowid``, ``strict`` ..."""
    schema: str | None = None

    @property
    def key(self) -> tuple[str | None, str]:
        """Return schema and name."""
        return self.schema, self.name

    def column(self, name: str) -> Column | None:
        """Return the column of a name."""
        return next((column for column in self.columns if column.name == name), None)

    def without(self, *kinds: Kind) -> Table:
        """Return the table without its constraints of some kinds."""
        return replace(self, constraints=tuple(c for c in self.constraints if c.kind not in kinds))
