"""What every comparison is given: our comparators, and a filter that hides our own tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from alembic.runtime.plugins import Plugin, _all_plugins

from . import plugin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alembic.runtime.environment import (
        IncludeNameFn,
        NameFilterParentNames,
        NameFilterType,
    )

_ALEMBICS: Final = "alembic.autogenerate.*"


def with_ours(plugins: Sequence[str] | None) -> list[str]:
    """Return the comparators to use: Alembic's and ours, or those of env.py and ours."""
    if plugin.NAME not in _all_plugins:  # not installed with its entry points
        Plugin.setup_plugin_from_module(plugin, plugin.NAME)
    chosen = [_ALEMBICS] if plugins is None else list(plugins)
    named = {name.removeprefix("~") for name in chosen}
    return chosen if plugin.NAME in named else [*chosen, plugin.NAME]


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
