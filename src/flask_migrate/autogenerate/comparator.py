"""Our comparator of tables: it looks whether anything is to be done, before it is compared.

It stands in for Alembic's own. What compares is loaded where there is something to compare.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from alembic.util import PriorityDispatchResult

from flask_migrate.context import collector_paused
from flask_migrate.databases.catalog import catalog_named

from .answers import answers_of
from .comparison.filters import Filters
from .remembering.settled import Settled

if TYPE_CHECKING:
    from collections.abc import Iterable

    from alembic.autogenerate.api import AutogenContext
    from alembic.operations.ops import UpgradeOps

    from flask_migrate.databases.catalog import Catalog

    from .order import Key


def compare_tables(
    context: AutogenContext, upgrade_ops: UpgradeOps, schemas: Iterable[str | None]
) -> PriorityDispatchResult:
    """Add what differs to the operations of a revision, as Alembic's comparator does."""
    catalog = catalog_named(context.dialect.name)
    if catalog is None:
        return PriorityDispatchResult.CONTINUE
    with collector_paused():
        sides = Sides(context, catalog, schemas)
        settled = sides.settled
        if settled.is_quiet and not settled.actual:
            settled.remember((), nothing_beside=True)
        else:
            from .walk import Comparison

            upgrade_ops.ops += Comparison(sides).operations()
    return PriorityDispatchResult.STOP


class Sides:
    """The two sides of one comparison, and who has a say in it."""

    def __init__(
        self, context: AutogenContext, catalog: Catalog, schemas: Iterable[str | None]
    ) -> None:
        self.context = context
        self.catalog = catalog
        self.filters = Filters(context)
        self.answers = answers_of(context.opts)
        self.originals = self._originals()
        """The tables of the models, as the application has them."""
        self.schemas = {*schemas, *(schema for schema, _ in self.originals)}

    @property
    def metadatas(self) -> list[sa.MetaData]:
        """All that the models belong to."""
        given: Any = self.context.metadata
        return [given] if isinstance(given, sa.MetaData) else list(given or ())

    @property
    def may_skip(self) -> bool:
        """Whether a table that is as its model wants it needs no look at all.

        Functions of env.py may find differences in it, and what somebody says of renames
        and values is held against all tables.
        """
        said = self.answers.renames or self.answers.fills
        return not (self.filters.policies.decide or said)

    @cached_property
    def settled(self) -> Settled:
        """The tables about which nothing is to be done; the others are read."""
        context = self.context.migration_context
        settled = Settled(context, self.catalog, self.originals, self.schemas, self.metadatas)
        ours = {
            (context.version_table_schema, context.version_table),
            (context.version_table_schema, f"{context.version_table}_log"),
        }

        def takes(key: Key) -> bool:
            return key not in ours and self.filters.named(key[1], "table", key[0])

        if self.may_skip:
            settled.sort(takes)
        else:
            settled.read_all(takes)
        return settled

    def key(self, schema: str | None, name: str) -> Key:
        """Return the key of a table; a schema that is the default one is None."""
        default = self.context.dialect.default_schema_name
        return (None if schema == default else schema), str(name)

    def _originals(self) -> dict[Key, sa.Table]:
        migration = self.context.migration_context
        version = (migration.version_table_schema, migration.version_table)
        tables = self.context.table_key_to_table.values()
        keyed = {self.key(table.schema, table.name): table for table in tables}
        return {key: table for key, table in keyed.items() if key != version}
