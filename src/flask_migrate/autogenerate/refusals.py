"""What is not written without being asked for: models that were not imported, absurd drops."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from alembic.operations import ops
from alembic.util import to_tuple

from flask_migrate import events
from flask_migrate.errors import DropsRefused, ModelsNotImported

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from alembic.operations.ops import MigrationScript
    from alembic.runtime.migration import MigrationContext

    from .answers import Answers
    from .unimported.unimported import ModelFile, Unimported

OPTION: Final = "flask_migrate_refusals"
"""The name under which a comparison finds them among the options of its context."""


@dataclass(frozen=True)
class Compared:
    """What the comparison of one database came to."""

    bind: str | None
    models: frozenset[str]
    """The names of the models' tables."""
    operations: tuple[Any, ...]

    @property
    def dropped(self) -> list[str]:
        """The tables that would be dropped."""
        return [op.table_name for op in self.operations if isinstance(op, ops.DropTableOp)]

    @property
    def kept(self) -> set[str]:
        """The tables of the models that are there already."""
        created = {op.table_name for op in self.operations if isinstance(op, ops.CreateTableOp)}
        return set(self.models) - created


class Refusals:
    """Refuses what a comparison finds where it can only be a mistake."""

    def __init__(self, unimported: Unimported, answers: Answers) -> None:
        self._unimported = unimported
        self._answers = answers

    def refuse_gone(self, bind: str | None, tables: Collection[str]) -> None:
        """Raise ModelsNotImported where files that were not imported define tables that are gone.

        This comes before anybody is asked whether they were renamed.
        """
        if not tables or self._answers.allow_drops:
            return
        files = [f for f in self._unimported.of_bind(bind) if set(f.tables(bind)) & set(tables)]
        if files:
            raise self._not_imported(files, bind, sorted(tables))

    def refuse_absent(self, compared: Compared) -> None:
        """Raise ModelsNotImported where it explains what a comparison found."""
        self.refuse_gone(compared.bind, compared.dropped)
        is_mistake = not compared.operations or (compared.dropped and not self._answers.allow_drops)
        if not compared.models and is_mistake:
            files = self._unimported.of_bind(compared.bind)
            if files:
                raise self._not_imported(files, compared.bind, compared.dropped)

    def refuse_drops(self, compared: Compared) -> None:
        """Raise DropsRefused where most of the tables would be dropped."""
        dropped, kept = compared.dropped, compared.kept
        if not dropped or self._answers.allow_drops:
            return
        if not kept or (len(dropped) > len(kept) and len(dropped) > 1):
            raise DropsRefused(dropped, len(dropped) + len(kept))

    def hint(self, compared: Compared) -> None:
        """Tell of files with models that were not imported, whose tables are not known."""
        if not events.heard():
            return
        known = {*compared.models, *compared.dropped}
        for_bind = self._unimported.of_bind(compared.bind)
        files = [f for f in for_bind if not set(f.tables(compared.bind)) <= {*known, None}]
        if files:
            paths, lines = [f.path for f in files], [f.line for f in files]
            events.emit(events.ModelsLeftOut(tuple(paths), tuple(lines)))

    def _not_imported(
        self, files: Iterable[ModelFile], bind: str | None, gone: Iterable[str]
    ) -> ModelsNotImported:
        tables = {f.path: sorted({t for t in f.tables(bind) if t}) for f in files}
        lines = [file.line for file in files]
        return ModelsNotImported(tables, lines, self._unimported.application, tuple(gone))


def compared(context: MigrationContext, scripts: Sequence[MigrationScript]) -> Compared:
    """Return what the comparison of a database came to that was made last."""
    operations = scripts[-1].upgrade_ops_list[-1].ops if scripts else ()  # a hook may empty it
    models = to_tuple(context.opts["target_metadata"], default=())
    names = frozenset(str(table.name) for part in models for table in part.tables.values())
    return Compared(bind_of(context.opts["upgrade_token"]), names, tuple(operations))


def bind_of(token: str | None) -> str | None:
    """Return the bind that a part of a revision is for, by its name in script.py.mako."""
    return (token or "").removesuffix("upgrades").removesuffix("_") or None


def refusals_of(options: Mapping[str, Any]) -> Refusals | None:
    """Return what a comparison was given; None where nothing is refused."""
    given = options.get(OPTION)
    return given if isinstance(given, Refusals) else None
