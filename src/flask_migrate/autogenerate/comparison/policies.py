"""What `compare_type` and `compare_server_default` of env.py say about one column."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sqlalchemy as sa
    from alembic.runtime.migration import MigrationContext

    from flask_migrate.databases.catalog import Column


class Policies:
    """The two hooks: false leaves something alone, a function may decide."""

    def __init__(self, context: MigrationContext) -> None:
        self._context = context
        self._type: Any = context._user_compare_type  # noqa: SLF001 # no public way
        self._default: Any = context._user_compare_server_default  # noqa: SLF001

    @property
    def decide(self) -> bool:
        """Whether functions may find a difference where there is none."""
        return callable(self._type) or callable(self._default)

    def applied(
        self, actual: Column, wanted: Column, old: sa.Column[Any], new: sa.Column[Any]
    ) -> tuple[Column, bool, bool]:
        """Return the column as it shall be, and whether type and default differ in any case."""
        of_type = self._said_of_type(old, new)
        of_default = self._said_of_default(old, new)
        if of_type is False:
            wanted = replace(wanted, type=actual.type, collation=actual.collation)
        if of_default is False:
            wanted = replace(wanted, default=actual.default)
        return wanted, bool(of_type), bool(of_default)

    def _said_of_type(self, old: sa.Column[Any], new: sa.Column[Any]) -> bool | None:
        if not callable(self._type):
            return None if self._type else False
        said: bool | None = self._type(self._context, old, new, old.type, new.type)
        return said

    def _said_of_default(self, old: sa.Column[Any], new: sa.Column[Any]) -> bool | None:
        if not callable(self._default):
            return None if self._default else False
        there, asked = self._rendered(old), self._rendered(new)
        if there is None and asked is None:
            return None
        said: bool | None = self._default(self._context, old, new, there, new.server_default, asked)
        return said

    def _rendered(self, column: sa.Column[Any]) -> str | None:
        """Return a default as the function is given it: as SQL."""
        default: Any = column.server_default
        arg = getattr(default, "arg", None)
        if arg is None or isinstance(arg, str):
            return arg
        return str(arg.compile(dialect=self._context.dialect))
