"""The tables of which it is certain that nothing is to be done about them.

Either their fingerprints are remembered, or they were read and are certainly as their models
want them. All others are left to the comparison, with those that it may need beside them.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Final

from flask_migrate.context import collect_young, meanwhile

from .memory import Entry, Memory
from .model_prints import ModelPrints

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    import sqlalchemy as sa
    from alembic.runtime.migration import MigrationContext

    from flask_migrate.autogenerate.order import Key
    from flask_migrate.databases.catalog import Catalog, Table

    from .model_prints import ModelPrint

    Takes = Callable[[Key], bool]

_AT_ONCE: Final = 100
"""So many models are copied at once."""
_BYTES: Final = 16


class Settled:
    """Sorts the tables of one comparison; `models` are the application's own."""

    def __init__(
        self,
        context: MigrationContext,
        catalog: Catalog,
        models: Mapping[Key, sa.Table],
        schemas: Collection[str | None],
        metadatas: Sequence[sa.MetaData],
    ) -> None:
        assert context.connection is not None
        self._context = context
        self._connection = context.connection
        self._catalog = catalog
        self._models = models
        self._schemas = sorted(schemas, key=lambda schema: schema or "")
        self._metadatas = metadatas
        self._prints: dict[Key, str] = {}
        self._of_models: dict[Key, ModelPrint | None] = {}
        self._memory = Memory(None, "")
        self._beside: str | None = None
        self._certain: dict[Key, Entry] = {}
        self._remembered: set[Key] = set()
        self.actual: dict[Key, Table] = {}
        """The tables of the database that are left to the comparison."""
        self.is_quiet = False
        """Whether neither a table of the models nor what stands beside tables is left."""

    def read_all(self, takes: Takes) -> None:
        """Leave all tables that the hooks of env.py take to the comparison."""
        for schema in self._schemas:
            found = self._catalog.read(self._connection, schema).items()
            self.actual |= {(schema, n): t for n, t in found if takes((schema, n))}

    def sort(self, takes: Takes) -> None:
        """Find what is settled, and read what is left."""
        prints = ModelPrints(self._connection.dialect)
        of_models = meanwhile(lambda: {k: prints.of(table) for k, table in self._models.items()})
        settings, beside = self._catalog.surroundings(self._connection, self._schemas)
        self._memory = Memory.of(self._context, settings)
        self._prints = {
            (schema, name): print_
            for schema in self._schemas
            for name, print_ in self._catalog.prints(self._connection, schema).items()
            if takes((schema, name))
        }
        both = self._models.keys() & self._prints.keys()
        self._of_models = {key: print_ for key, print_ in of_models().items() if key in both}
        known = self._memory.prints
        self._remembered = {key for key in both if key in known and known[key] == self._both(key)}
        if self._catalog.follows_targets and self._models.keys() != self._remembered:
            self._remembered -= self._beside_changed()
        if self._catalog.types_beside:
            self._beside = self._beside_tables(beside, prints)
        self._read(self._prints.keys() - self._remembered)
        if both - self._remembered:
            self._settle(both - self._remembered)
        unlike = both & self.actual.keys()
        everything = self._models.keys() == both and not unlike
        self.is_quiet = everything and self._is_known_beside
        if unlike:
            self._read(key for key, entry in self.entries() if unlike & set(entry.targets))
        if not self.is_quiet:
            self.widen()

    def widen(self) -> None:
        """Leave the tables to the comparison that may use types which stand beside tables."""
        if self._catalog.types_beside:
            self._read(key for key, entry in self.entries() if entry.has_named_types)

    def keys(self) -> set[Key]:
        """Return the tables that are settled, be they left to the comparison beside others."""
        return self._remembered | self._certain.keys()

    def entries(self) -> list[tuple[Key, Entry]]:
        """Return what is known of the tables that are settled."""
        known = [(key, self._memory.entries[key]) for key in self._remembered]
        return [*known, *self._certain.items()]

    def names(self) -> dict[tuple[str | None, str | None], Key]:
        """Return the tables that are settled by the names of their constraints and indexes."""
        return {(key[0], name): key for key, entry in self.entries() for name in entry.names}

    def remember(self, equal: Iterable[Key], *, nothing_beside: bool) -> None:
        """Keep what is settled, and the tables that were found to be equal in the end."""
        equal = self._of_models.keys() & set(equal)
        found = {key: self._entry(key, self.actual[key]) for key in equal if self._both(key)}
        new = found | self._certain
        if new:
            again = {
                (schema, name): print_
                for schema in sorted({key[0] for key in new}, key=lambda schema: schema or "")
                for name, print_ in self._catalog.prints(self._connection, schema).items()
            }  # a table that was changed after its first fingerprint was read otherwise
            new = {k: e for k, e in new.items() if self._prints[k] == again.get(k) and e.print}
        beside = self._beside if nothing_beside else None
        kept = self._remembered - self.actual.keys()
        same = not new and self._memory.prints.keys() == kept
        if not (same and beside == self._memory.beside):
            known = {key: self._memory.entries[key] for key in kept}
            self._memory.keep(known | new, beside)

    @property
    def _is_known_beside(self) -> bool:
        if not self._catalog.types_beside:
            return True
        return self._beside is not None and self._beside == self._memory.beside

    def _beside_changed(self) -> set[Key]:
        """Return the tables that refer to others which may not be the same any more."""
        known = ((key, self._memory.entries[key]) for key in self._remembered)
        return {key for key, entry in known if not self._remembered.issuperset(entry.targets)}

    def _read(self, keys: Iterable[Key]) -> None:
        """Read tables that were not read, or not kept; they are left to the comparison."""
        wanted = set(keys) - self.actual.keys()
        for schema in self._schemas:
            names = {name for home, name in wanted if home == schema}
            if names:
                whole = names == {name for home, name in self._prints if home == schema}
                read = self._catalog.read(self._connection, schema, None if whole else names)
                self.actual |= {(schema, n): t for n, t in read.items() if n in names}

    def _settle(self, keys: Iterable[Key]) -> None:
        """Compare tables, of which many are certain; the copies of their models do not stay."""
        from flask_migrate.autogenerate.comparison.models import models_of
        from flask_migrate.autogenerate.comparison.wanted import Wanted

        wanted = Wanted(self._catalog, self._connection)
        left = sorted(keys & self.actual.keys(), key=lambda key: (key[0] or "", key[1]))
        for begun in range(0, len(left), _AT_ONCE):
            part = left[begun : begun + _AT_ONCE]
            tables = [self._models[key] for key in part]
            models = models_of(tables, self._connection.dialect, with_targets=True)
            for key, model in zip(part, models, strict=True):
                if wanted.is_certain(model, self.actual[key]):
                    self._certain[key] = self._entry(key, self.actual.pop(key))
            del models, model
            collect_young()

    def _entry(self, key: Key, table: Table) -> Entry:
        from flask_migrate.autogenerate.order import target_of

        print_ = self._of_models[key]
        names = [constraint.name for constraint in table.constraints if constraint.name]
        names += [index.name for index in table.indexes]
        return Entry(
            self._both(key),
            print_ is None or print_.has_named_types,
            tuple(sorted({target_of(c) for c in table.constraints if c.reference}, key=str)),
            tuple(sorted(names)),
        )

    def _both(self, key: Key) -> str:
        """Return the fingerprint of a table and its model; nothing where there is none."""
        print_ = self._of_models[key]
        if print_ is None:
            return ""
        return blake2b(print_.hash + self._prints[key].encode(), digest_size=_BYTES).hexdigest()

    def _beside_tables(self, beside: str, prints: ModelPrints) -> str | None:
        """Return the fingerprint of what stands beside tables, and of all that may use it."""
        asked = prints.beside(self._metadatas)
        named = [k for k, p in self._of_models.items() if p is None or p.has_named_types]
        gone = sorted(self._prints.keys() - self._of_models.keys(), key=str)
        using = [(key, self._both(key)) for key in sorted(named, key=str)]
        if asked is None or not all(print_ for _, print_ in using):
            return None
        content = (beside, asked, using, [(key, self._prints[key]) for key in gone])
        return blake2b(repr(content).encode(), digest_size=_BYTES).hexdigest()
