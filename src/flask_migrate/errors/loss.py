"""What a revision would lose or invent without a word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .base import MigrateError
from .words import listed

if TYPE_CHECKING:
    from collections.abc import Sequence


class LossRefused(MigrateError):
    """What a revision does would lose or invent values without a word."""


class TableNotRebuilt(LossRefused, ValueError):
    """A table of SQLite cannot be changed as a batch asks."""

    def __init__(self, table: str, reason: str, advice: str) -> None:
        self.table = table
        self.reason = reason
        self.advice = advice
        super().__init__(
            f"Table {table} cannot be changed as batch_alter_table asks, and is as it was: "
            f"{reason}. {advice}."
        )


class ForeignKeysViolated(LossRefused):
    """A change would leave rows whose foreign keys find nothing."""

    def __init__(self, violations: Sequence[str]) -> None:
        self.violations = tuple(violations)
        more = len(self.violations) - _SHOWN_ROWS
        rows = "; ".join(self.violations[:_SHOWN_ROWS]) + (f"; {more} more" if more > 0 else "")
        super().__init__(
            f"Foreign keys would be violated by {rows}. "
            "Nothing was changed. Correct or delete these rows first."
        )


_SHOWN_ROWS = 5


class SilentFill(LossRefused):
    """MariaDB or MySQL would fill a NOT NULL column with 0 or '' by itself."""

    def __init__(self, table: str, column: str, statement: str, *, changed: bool = False) -> None:
        self.table = table
        self.column = column
        self.statement = statement
        if changed:
            problem = f"{table}.{column} becomes NOT NULL, and rows hold NULL there"
            instead = f"First fill it: {_fill(table, column)} WHERE {column} IS NULL"
        else:
            problem = f"{table}.{column} is added NOT NULL without a default, and {table} has rows"
            instead = (
                "Give it a server_default; or add it with nullable=True, fill it "
                f"({_fill(table, column)}), and then make it NOT NULL with op.alter_column"
            )
        super().__init__(
            f"{problem}: the server would put 0 or '' there without asking. "
            f"The statement was not run. {instead}."
        )


def _fill(table: str, column: str) -> str:
    return f"UPDATE {table} SET {column} = <value>"  # noqa: S608 # to be read, not to be run


class DropsRefused(LossRefused):
    """A revision would drop more than half of the tables, or all of them."""

    def __init__(self, tables: Sequence[str], known: int) -> None:
        self.tables = tuple(tables)
        self.known = known
        count = len(self.tables)
        share = "the only table" if known == 1 else f"{count} of {known} tables"
        super().__init__(
            f"The revision would drop {share}: {listed(self.tables)}. Nothing was written. See "
            "that the modules with the models are imported; if these tables shall go, type: "
            "flask db migrate --allow-drops"
        )
