"""What was renamed between the database and the models: said, told by the models, or asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_migrate.databases.catalog.renamed import Renames

from .likely import Likely
from .spoken import Spoken, with_new_columns

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    import sqlalchemy as sa

    from flask_migrate.autogenerate.answers import Answers
    from flask_migrate.autogenerate.comparison.models import Model
    from flask_migrate.autogenerate.order import Key
    from flask_migrate.databases.catalog import Table

    from .candidates import Candidates


class Renaming:
    """Decides what was renamed in one database."""

    def __init__(
        self,
        answers: Answers,
        models: Mapping[Key, Model],
        actual: Mapping[Key, Table],
        wanted: Callable[[Collection[Key]], Mapping[Key, Table]],
        connection: sa.Connection,
    ) -> None:
        self._models = models
        self._actual = actual
        self._connection = connection
        self._spoken = Spoken(answers, models, actual)
        self._likely = Likely(answers, actual, wanted, connection)

    def decided(self, candidates: Candidates) -> Renames:
        """Return all renames; what nobody has decided is noted in `answers.said`."""
        tables = self._spoken.tables()
        gone = candidates.gone - tables.keys()
        new = self._models.keys() - self._actual.keys() - set(tables.values())
        pairs = self._likely.tables(gone, candidates.new(new) if gone else ())
        assumed = tables | pairs.all
        there = {assumed.get(key, key): table for key, table in self._actual.items()}
        unlike = with_new_columns(self._models, there)
        columns = self._spoken.columns(assumed, there, unlike)
        actual = Renames(assumed, columns).applied(self._actual, self._connection)
        for key in sorted({*unlike, *columns} & actual.keys(), key=repr):
            found = self._columns(actual[key], candidates)
            if found:
                columns[key] = {**columns.get(key, {}), **found}
        unclear = set(pairs.unclear.values())
        return Renames(
            tables | pairs.renamed,
            {key: names for key, names in columns.items() if names and key not in unclear},
        )

    def _columns(self, before: Table, candidates: Candidates) -> dict[str, str]:
        """Return the likely renames of columns that were agreed to."""
        there = {column.name for column in before.columns}
        asked = {str(column.name) for column in self._models[before.key].table.columns}
        gone, new = there - asked, asked - there
        if not gone or not new:
            return {}
        return self._likely.columns(before, *candidates.columns(before, gone, new)).renamed
