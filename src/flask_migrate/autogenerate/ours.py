"""Keeps our own tables out of the comparison, as Alembic keeps its version table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alembic.runtime.environment import (
        IncludeNameFn,
        NameFilterParentNames,
        NameFilterType,
    )


def without_log(include_name: IncludeNameFn | None, log: str, schema: str | None) -> IncludeNameFn:
    """Return an `include_name` that leaves the log out and asks the given one about the rest."""

    def include(
        name: str | None, type_: NameFilterType, parent_names: NameFilterParentNames
    ) -> bool:
        if type_ == "table" and name == log and _schema(parent_names) in (schema, None):
            return False
        return True if include_name is None else include_name(name, type_, parent_names)

    return include


def _schema(parent_names: Any) -> str | None:
    name: str | None = parent_names.get("schema_name")
    return name
