"""What `op` is in a revision file: Alembic's operations, whose batches lose nothing on SQLite."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from alembic.operations import BatchOperations, Operations

from flask_migrate.databases.sqlite_rebuild.foreign_keys import ForeignKeysMustBeOff

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import TypeAlias

    from sqlalchemy import Table

    from flask_migrate.databases.sqlite_rebuild.batch import SQLiteBatch

    Once: TypeAlias = Callable[[str, Callable[[], None]], None]
    """Does some work that is known by a text, unless it was done before."""

__all__ = ["ForeignKeysMustBeOff", "LosslessOperations"]


class LosslessOperations(Operations):
    """Alembic's operations; only what a batch does on SQLite is ours."""

    once: Callable[[], Once | None] | None = None
    """Tells how to do a piece of work that the journal knows as one."""

    _waiting: tuple[SQLiteBatch, ...] = ()
    """Batches on one table that wait for the next one, which begins at once."""

    @contextmanager
    def batch_alter_table(
        self,
        table_name: str,
        schema: str | None = None,
        recreate: Any = "auto",
        partial_reordering: list[tuple[str, ...]] | None = None,
        copy_from: Table | None = None,
        table_args: tuple[Any, ...] = (),
        table_kwargs: Mapping[str, Any] | None = None,
        reflect_args: tuple[Any, ...] = (),
        reflect_kwargs: Mapping[str, Any] | None = None,
        naming_convention: dict[str, str] | None = None,
    ) -> Iterator[BatchOperations]:
        """Collect the operations on a table, and do them together at the end of the block."""
        context = self.migration_context
        if context.as_sql or context.dialect.name != "sqlite":
            with super().batch_alter_table(
                table_name,
                schema,
                recreate,
                partial_reordering,
                copy_from,
                table_args,
                table_kwargs or {},
                reflect_args,
                reflect_kwargs or {},
                naming_convention,
            ) as batch:
                yield batch
            return
        from flask_migrate.databases.sqlite_rebuild.batch import SQLiteBatch

        from .lookahead import goes_on

        collected = SQLiteBatch(  # type: ignore[no-untyped-call]
            self,
            table_name,
            schema,
            recreate,
            copy_from,
            table_args,
            table_kwargs or {},
            reflect_args,
            reflect_kwargs or {},
            naming_convention,
            partial_reordering,
        )
        collected.once = self.once() if self.once is not None else None
        collected.earlier, self._waiting = self._waiting, ()
        try:
            yield BatchOperations(context, impl=collected)
        except BaseException:
            collected.do_earlier()
            raise
        # contextlib calls this, and the block calls that.
        block = sys._getframe(1).f_back  # noqa: SLF001 # no public way
        collected.goes_on = lambda: block is not None and goes_on(block, table_name, schema)
        try:
            collected.flush()
        finally:
            collected.goes_on = None
        if collected.waiting:
            self._waiting, collected.earlier = (*collected.earlier, collected), ()
        else:
            collected.do_earlier()
