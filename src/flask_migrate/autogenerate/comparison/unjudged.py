"""Tables that only Alembic's own comparison can compare, as there may be no scratch place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alembic.autogenerate.compare.tables import _compare_tables
from alembic.operations.ops import UpgradeOps
from sqlalchemy.util import OrderedSet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from alembic.autogenerate.api import AutogenContext

    from .models import Model


def compared_by_alembic(context: AutogenContext, models: Iterable[Model]) -> list[Any]:
    """Return the operations that Alembic finds for tables that are there."""
    models = list(models)
    found = UpgradeOps([])
    _compare_tables(
        {model.key for model in models},
        OrderedSet((model.original.schema, model.original.name) for model in models),
        context.inspector,
        found,
        context,
    )
    return found.ops
