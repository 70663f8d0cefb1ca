"""What env.py lets take part in the comparison: include_name, include_object, compare_..."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .policies import Policies

if TYPE_CHECKING:
    import sqlalchemy as sa
    from alembic.autogenerate.api import AutogenContext


class Filters:
    """The hooks of one comparison."""

    def __init__(self, context: AutogenContext) -> None:
        self._context = context
        self.policies = Policies(context.migration_context)

    def named(self, name: str | None, kind: str, schema: str | None, **parents: Any) -> bool:
        """Return whether `include_name` takes something that the database has."""
        names: Any = {"schema_name": schema, **parents}
        return self._context.run_name_filters(name, kind, names)  # type: ignore[arg-type]

    def wanted(
        self, item: Any, name: str | None, kind: str, reflected: bool, compared: Any
    ) -> bool:
        """Return whether `include_object` takes something."""
        return self._context.run_object_filters(item, name, kind, reflected, compared)  # type: ignore[arg-type]

    def may_add(self, items: Any, name: str, table: sa.Table, kind: str) -> bool:  # noqa: ARG002
        """Return whether something of the models may be added, found by its name."""
        item = next(item for item in items if item.name == name)
        return self.wanted(item, name, kind, False, None)

    def may_drop(self, item: Any, name: str | None, table: sa.Table, kind: str) -> bool:
        """Return whether something that only the database has may be dropped."""
        if not self.named(name, kind, table.schema, table_name=table.name):
            return False
        return self.wanted(item, name, kind, True, None)
