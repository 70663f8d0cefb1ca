"""The comparison of all tables: which are new, gone or changed, and what to do about it.

It asks every hook that Alembic's own comparator asks. Which tables are compared in
detail is decided here, once it is settled about which nothing is to be done.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from flask_migrate import events

from .comparison.differences import differences
from .comparison.managed import made_by_history
from .comparison.models import keep_apart, models_of
from .comparison.unjudged import compared_by_alembic
from .comparison.wanted import Wanted
from .mysql.keys import settle_keys
from .operations import rendering  # noqa: F401 # it registers how a file says it
from .operations.alterations import Altering
from .operations.assembly import Assembly
from .operations.fills import Fills, check_fills, places_in
from .operations.rebinding import in_the_way, same_key
from .operations.written import write_texts
from .order import target_of
from .refusals import bind_of, refusals_of
from .renames.candidates import Candidates
from .renames.decided import Renaming
from .renames.operations import rename_operations
from .schema_objects.domains import Domains
from .schema_objects.named_types import NamedTypes
from .schema_objects.owned_types import owned_types
from .schema_objects.schemas import Schemas
from .schema_objects.sequences import Sequences
from .schema_objects.value_renames import ValueRenames

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from flask_migrate.databases.catalog import Table
    from flask_migrate.databases.catalog.renamed import Renames

    from .comparator import Sides
    from .comparison.models import Model
    from .order import Key
    from .remembering.settled import Settled


class Comparison:
    """One comparison of the models with one database."""

    def __init__(self, sides: Sides) -> None:
        assert sides.context.connection is not None
        self._sides = sides
        self._context = sides.context
        self._catalog = sides.catalog
        self._connection = sides.context.connection
        self._filters = sides.filters
        self._answers = sides.answers

    def operations(self) -> list[Any]:
        """Return the operations that take the database to the models."""
        originals, settled = self._sides.originals, self._sides.settled
        actual = settled.actual
        to_drop = self._to_drop({key: actual[key] for key in actual.keys() - originals.keys()})
        if settled.is_quiet and not to_drop:
            settled.remember((), nothing_beside=True)
            return []
        if settled.is_quiet:
            settled.widen()
        models = self._models(originals, settled)
        check_fills(self._answers, models)
        renames = self._renames(models, actual, to_drop)
        if renames:
            actual = renames.applied(actual, self._connection)
            self._catalog.rename(self._connection, renames.tables)
            kept = to_drop.keys() - renames.tables.keys()
            to_drop = {key: self._old(actual[key]) for key in sorted(kept, key=_by_name)}
        keep_apart(models, actual, settled.names(), self._context.dialect)
        assembly = self._created(models, actual)
        created = assembly.order.keys
        beside = self._beside_tables(models, actual, {*models, *to_drop}, created)
        fills = Fills(self._connection, self._answers, renames)
        wanted = Wanted(self._catalog, self._connection)
        for part in beside:
            actual = part.renamed(actual) if isinstance(part, NamedTypes) else actual
        equal = self._compare(models, actual, assembly, fills, wanted)
        for key, old in to_drop.items():
            assembly.drop(actual[key], old)
        renaming = rename_operations(renames, self._context.dialect)
        before = [statement for part in beside for statement in part.before]
        after = [statement for part in reversed(beside) for statement in part.after]
        unjudged = self._unjudged(wanted, models, renames)
        found = [*renaming, *before, *assembly.operations(), *unjudged, *after]
        if self._sides.may_skip:
            as_it_was = not (renames or before or after)
            sure = not found and not any(part.is_open for part in beside)
            settled.remember(equal if as_it_was else (), nothing_beside=sure)
        return [*places_in(found), *found]

    def _created(self, models: Mapping[Key, Model], actual: Mapping[Key, Table]) -> Assembly:
        assembly = Assembly(self._catalog, self._connection)
        for key in sorted(models.keys() - actual.keys(), key=_by_name):
            model = models[key]
            if self._filters.wanted(model.original, key[1], "table", False, None):
                assembly.create(key, model)
        return assembly

    def _beside_tables(
        self,
        models: dict[Key, Model],
        actual: dict[Key, Table],
        ours: set[Key],
        created: Sequence[Key],
    ) -> list[Schemas | NamedTypes | Sequences | Domains]:
        """Compare what tables need: each stands behind what it needs itself."""
        everywhere, metadatas = self._sides.schemas, self._sides.metadatas
        schemas = Schemas(self._connection)
        schemas.compare(schema for schema, _ in models)
        owned = list(owned_types(metadatas))
        renames = ValueRenames(self._answers)
        types = NamedTypes(self._connection, models, actual, renames, owned, created, everywhere)
        types.compare(ours)
        sequences = Sequences(self._context, metadatas)
        sequences.compare({schema for schema, _ in (*models, *actual)} | {None, *everywhere})
        domains = Domains(self._connection, models, actual, owned, everywhere)
        domains.compare(ours)
        return [schemas, types, sequences, domains]

    def _models(self, originals: Mapping[Key, sa.Table], settled: Settled) -> dict[Key, Model]:
        """Copy the models that are left to the comparison."""
        done = settled.keys() - settled.actual.keys()
        left = [table for key, table in originals.items() if key not in done]
        models = models_of(left, self._context.dialect, with_targets=True)
        return {self._sides.key(model.table.schema, model.table.name): model for model in models}

    def _renames(
        self, models: dict[Key, Model], actual: dict[Key, Table], to_drop: Iterable[Key]
    ) -> Renames:
        wanted = Wanted(self._catalog, self._connection)

        def known(keys: Collection[Key]) -> dict[Key, Table]:
            return wanted.known({key: models[key] for key in keys if key in models})

        renaming = Renaming(self._answers, models, actual, known, self._connection)
        return renaming.decided(Candidates(models, to_drop, self._filters, self._old))

    def _compare(
        self,
        models: dict[Key, Model],
        actual: dict[Key, Table],
        assembly: Assembly,
        fills: Fills,
        wanted: Wanted,
    ) -> set[Key]:
        """Compare the tables that are there and shall be; return those that are equal."""
        both = sorted(models.keys() & actual.keys(), key=_by_name)
        dialect = self._context.dialect
        pairs = {key: (models[key], actual[key]) for key in both}
        decide = self._filters.policies.decide
        equal = set(both)
        for key, table in wanted.unlike(pairs, all_of_them=decide).items():
            model = models[key]
            there = wanted.tolerated(model, actual[key], table)
            found = differences(there, table, model.given)
            if not (found or decide):
                continue
            equal.discard(key)
            old = self._old(actual[key])
            if self._filters.wanted(model.original, key[1], "table", False, old):
                values = ValueRenames(self._answers)
                altering = Altering(found, model, old, dialect, self._filters, fills, values)
                assembly.alter(altering.alterations(), found)
        self._rebind(models, actual, assembly)
        return equal - wanted.unjudged - wanted.lacking.keys()

    def _unjudged(self, wanted: Wanted, models: Mapping[Key, Model], renames: Renames) -> list[Any]:
        """Let Alembic compare what nothing can be said of without a scratch place.

        What is renamed in the same revision waits for the next one.
        """
        keys = sorted({*wanted.unjudged, *wanted.lacking}, key=_by_name)
        names = {key: models[key].original.fullname for key in keys}
        if wanted.refusal is not None and wanted.unjudged:
            without = tuple(names[key] for key in keys if key in wanted.unjudged)
            events.emit(events.ScratchRefused(wanted.refusal.reason, without, self._bind))
        for key, reason in sorted(wanted.lacking.items()):
            events.emit(events.ExtensionMissing(reason, names[key], self._bind))
        same = [key for key in keys if renames.old_key(key) == key and key not in renames.columns]
        return compared_by_alembic(self._context, [models[key] for key in same]) if same else []

    def _rebind(
        self, models: dict[Key, Model], actual: dict[Key, Table], assembly: Assembly
    ) -> None:
        """Take foreign keys out of the way of columns that get another type."""
        name = self._context.dialect.name
        for key, constraint in in_the_way(actual, assembly.found, name):
            if key in models:
                table = models[key].table
                keys = self._catalog.foreign_keys(table, self._connection)
                again = next((k for k in keys if same_key(k, constraint)), None)
                if again is not None:
                    assembly.rebind(key, self._old(actual[key]), constraint, table, again)

        def tables(key: Key) -> tuple[sa.Table, sa.Table]:
            return self._old(actual[key]), models[key].table

        settle_keys(assembly.altered, actual, tables, self._context.dialect)

    def _to_drop(self, gone: Mapping[Key, Table]) -> dict[Key, sa.Table]:
        """Return which of the tables that no model describes were made by the history."""
        script = self._context.migration_context.script
        made = {name for _, name in gone}
        if made and script is not None and not self._answers.drop_unmanaged:
            made = made_by_history(script, made)
        to_drop = self._wanted_of(gone, made)
        if len(made) < len(gone) and events.heard():
            alone = self._wanted_of(gone, {name for _, name in gone} - made)
            if alone:
                names = tuple(name for _, name in alone)
                events.emit(events.TablesLeftAlone(names, self._bind))
        refusals = refusals_of(self._context.opts)
        if refusals is not None:
            refusals.refuse_gone(self._bind, {name for _, name in to_drop})
        return to_drop

    def _wanted_of(self, gone: Mapping[Key, Table], names: Collection[str]) -> dict[Key, sa.Table]:
        """Return those of some tables of the database that `include_object` takes."""
        keys = sorted((key for key in gone if key[1] in names), key=_by_name)
        tables = [(key, self._old(gone[key])) for key in keys]
        wanted = self._filters.wanted
        return {key: old for key, old in tables if wanted(old, key[1], "table", True, None)}

    @property
    def _bind(self) -> str | None:
        return bind_of(self._context.opts["upgrade_token"])

    def _old(self, table: Table) -> sa.Table:
        """Return a table of the database as objects; those it refers to stand beside it."""
        metadata = sa.MetaData()
        for constraint in table.constraints:
            reference = constraint.reference
            if reference is not None and target_of(constraint) != table.key:
                columns: list[sa.Column[Any]] = [sa.Column(name) for name in reference.columns]
                sa.Table(
                    reference.table,
                    metadata,
                    *columns,
                    schema=reference.schema,
                    extend_existing=True,
                )
        old = self._catalog.rebuilt(table, self._connection, metadata)
        write_texts(old, self._context.dialect)
        return old


def _by_name(key: Key) -> tuple[str, str]:
    return key[0] or "", key[1]
