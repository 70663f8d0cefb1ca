"""The version row as Alembic writes it, in a text that is compiled once, and with it the journal's.

Alembic writes the ids of revisions into the text, so that each one is another statement.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import ColumnClause

from .listening import change

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from alembic.runtime.migration import MigrationContext
    from sqlalchemy import Connection

    from .journal import Journal
    from .page import LastWords


class VersionRow:
    """The statements with which Alembic writes where a database stands."""

    def __init__(
        self,
        context: MigrationContext,
        journal: Journal | None,
        heads: Callable[[], Collection[str]],
    ) -> None:
        self._table = context._version  # noqa: SLF001 # Alembic shows it nowhere else
        self._journal = journal
        self._heads = heads
        self._expected = False
        self._carried: LastWords | None = None
        self._moving = self._update()
        context.on_version_apply_callbacks = (*context.on_version_apply_callbacks, self._applied)

    @contextmanager
    def watched(self, connection: Connection) -> Iterator[None]:
        """See what is executed on a connection, inside the block."""
        end = change(connection, "before_execute", self._on_execute)
        try:
            yield
        finally:
            end()

    @contextmanager
    def expected(self) -> Iterator[None]:
        """Forget at the end of the block what was expected in it."""
        try:
            yield
        finally:
            self._expected, self._carried = False, None

    def expect(self) -> None:
        """Take what comes for Alembic's: the revision has run."""
        self._expected = True

    def carry(self, words: LastWords) -> None:
        """Send the journal's last words along with the next one."""
        self._carried = words

    def _on_execute(
        self, _: Connection, element: Any, several: Any, parameters: Any, *__: Any
    ) -> tuple[Any, Any, Any]:
        if not self._expected or getattr(element, "table", None) is not self._table:
            return element, several, parameters
        words, self._carried = self._carried, None
        moved = self._moved(element) if not (several or parameters) else None
        values = {} if moved is None else moved
        if words is not None and self._journal is not None:
            insert, row = self._journal.carried(*words)
            if moved is not None:
                element = self._moving_and_logging(insert)
            else:
                element = element.add_cte(insert.cte("logged"))
            values = {**values, **row}
        elif moved is not None:
            element = self._moving
        return element, (), values

    def _moved(self, element: Any) -> dict[str, str] | None:
        """Return from where to where an UPDATE moves; None where that cannot be told."""
        if not isinstance(element, sa.Update):
            return None
        columns = [e for e in visitors.iterate(element) if isinstance(e, ColumnClause)]
        ids = [column.name[1:-1] for column in columns if column.is_literal]
        heads = self._heads()
        old, new = [i for i in ids if i in heads], [i for i in ids if i not in heads]
        if len(old) != 1 or len(new) != 1 or any("'" in i or "\\" in i for i in ids):
            return None
        return {"coming_from": old[0], "going_to": new[0]}

    def _update(self) -> sa.Update:
        number = self._table.c.version_num
        here = number == sa.bindparam("coming_from")
        return self._table.update().where(here).values(version_num=sa.bindparam("going_to"))

    def _moving_and_logging(self, insert: sa.Insert) -> sa.Update:
        if self._both is None:
            self._both = self._update().add_cte(insert.cte("logged"))
        return self._both

    _both: sa.Update | None = None

    def _applied(self, **_: Any) -> None:
        """Write the last words, if nothing has carried them."""
        words, self._carried = self._carried, None
        if words is not None and self._journal is not None:
            self._journal.insert_finished(*words)
