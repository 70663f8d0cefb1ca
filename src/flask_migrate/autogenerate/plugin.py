"""Our comparators, as a plugin of Alembic: chosen by the seam, and usable with plain Alembic.

With plain Alembic, env.py names it::

    context.configure(..., autogenerate_plugins=["alembic.autogenerate.*", "flask_migrate"])

Alembic loads it while it is itself imported, so nothing of it is imported here.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic.runtime.plugins import Plugin

NAME: Final = "flask_migrate"


def setup(plugin: Plugin) -> None:
    """Register what stands in for Alembic's comparison of tables."""
    from alembic.util import DispatchPriority

    plugin.add_autogenerate_comparator(
        _compare_tables, "schema", "tables", priority=DispatchPriority.FIRST
    )


def _compare_tables(context: Any, *arguments: Any) -> Any:
    from .comparator import compare_tables
    from .imports.render_item import with_imports

    context.opts["render_item"] = with_imports(context.opts.get("render_item"))
    return compare_tables(context, *arguments)


class _Module(ModuleType):
    """This module, which Alembic 1.18 expects to be a collection of modules."""

    def __iter__(self) -> Iterator[ModuleType]:
        yield self


sys.modules[__name__].__class__ = _Module
