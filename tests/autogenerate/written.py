"""How a column type is written in a revision file, and what that makes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from alembic.autogenerate.api import AutogenContext
from alembic.autogenerate.render import _repr_type
from alembic.runtime.migration import MigrationContext

from flask_migrate.autogenerate.imports.imports import TypeRendering

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Written:
    text: str
    imports: tuple[str, ...]

    def made(self) -> Any:
        """Run it as the revision file would."""
        namespace: dict[str, Any] = {"sa": sa}
        for line in self.imports:
            exec(line, namespace)
        return eval(self.text, namespace)

    def ddl(self, dialect: str) -> str:
        return ddl(self.made(), dialect)


def written(
    type_: Any,
    dialect: str = "sqlite",
    render_item: Callable[..., Any] | None = None,
    rendering: TypeRendering | None = None,
    **options: Any,
) -> Written:
    """Write a type as a revision does."""
    given = {
        "sqlalchemy_module_prefix": "sa.",
        "alembic_module_prefix": "op.",
        "user_module_prefix": None,
        "render_item": rendering or TypeRendering(render_item),
        **options,
    }
    context = MigrationContext.configure(dialect_name=dialect, opts=given)
    autogenerate = AutogenContext(context, opts=given, autogenerate=False)
    text = str(_repr_type(type_, autogenerate))
    return Written(text, tuple(sorted(autogenerate.imports)))


def ddl(type_: Any, dialect: str) -> str:
    return str(type_.compile(dialect=sa.dialects.registry.load(dialect)()))
