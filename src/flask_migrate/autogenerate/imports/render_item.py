"""The `render_item` that writes types; what writes them is loaded with the first one."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from alembic.autogenerate.api import AutogenContext
    from alembic.operations.ops import MigrationScript
    from alembic.runtime.environment import RenderItemFn
    from alembic.runtime.migration import MigrationContext

    from .imports import TypeRendering


def with_imports(render_item: RenderItemFn | None) -> RenderItemFn:
    """Return a `render_item` that asks the given one first and then writes types itself."""
    if isinstance(render_item, RenderItem):
        return render_item
    return RenderItem(render_item)


def foresee(context: MigrationContext, scripts: Iterable[MigrationScript]) -> None:
    """Prove at once which types some revisions can import."""
    rendering = context.opts.get("render_item")
    if isinstance(rendering, RenderItem):
        parts = [part for s in scripts for part in (*s.upgrade_ops_list, *s.downgrade_ops_list)]
        rendering.types.foresee(parts, context.dialect.name)


class RenderItem:
    """A `render_item` for one configuration."""

    def __init__(self, given: RenderItemFn | None = None) -> None:
        self._given = given

    def __call__(self, kind: str, item: Any, context: AutogenContext) -> str | Literal[False]:
        """Return how something is written; False for what is left to Alembic."""
        return self.types(kind, item, context)

    @cached_property
    def types(self) -> TypeRendering:
        """What writes types."""
        from .imports import TypeRendering

        return TypeRendering(self._given)
