"""Gives a generated revision the imports that its column types need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from alembic.autogenerate.api import AutogenContext
    from alembic.runtime.environment import RenderItemFn

_KNOWN = ("sqlalchemy", "alembic", "__main__", "builtins")


def with_imports(render_item: RenderItemFn | None) -> RenderItemFn:
    """Return a `render_item` that asks the given one first and imports the modules of types."""

    def render(kind: str, item: Any, context: AutogenContext) -> str | Literal[False]:
        rendered = render_item(kind, item, context) if render_item else False
        if rendered is False and kind == "type" and not context.opts["user_module_prefix"]:
            module = type(item).__module__
            if module.split(".")[0] not in _KNOWN:
                context.imports.add(f"import {module}")
        return rendered

    return render
