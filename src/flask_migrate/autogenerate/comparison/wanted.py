"""How the models' tables would look in the database: certain for most, else the database says."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError, SAWarning

from flask_migrate.databases import database_named
from flask_migrate.databases.catalog import NoScratch, TableRefused
from flask_migrate.databases.catalog.tolerated import listed_anew, said_by_type

from .differences import differences, without

if TYPE_CHECKING:
    from collections.abc import Mapping

    import sqlalchemy as sa

    from flask_migrate.autogenerate.order import Key
    from flask_migrate.databases.catalog import Catalog, Constraint, Table

    from .models import Model


class Wanted:
    """Asks a database how it would show the models' tables, as seldom as it can."""

    def __init__(self, catalog: Catalog, connection: sa.Connection) -> None:
        self._catalog = catalog
        self._connection = connection
        self.refusal: NoScratch | None = None
        """Why there may be no scratch place."""
        self.unjudged: set[Key] = set()
        """The tables of which nothing can be said without one."""
        self.lacking: dict[Key, str] = {}
        """The tables that need what an extension brings which is not there, and what."""

    def unlike(
        self, pairs: Mapping[Key, tuple[Model, Table]], *, all_of_them: bool = False
    ) -> dict[Key, Table]:
        """Return how those tables should be that are not so, or may not be so.

        A table that is certainly as it should be is left out, but for `all_of_them`.
        """
        doubtful = {
            key: pair[0] for key, pair in pairs.items() if all_of_them or not self.is_certain(*pair)
        }
        try:
            return self._possible(doubtful)
        except NoScratch as refusal:
            self.refusal = refusal
        known = self._expected(doubtful)
        self.unjudged = doubtful.keys() - known.keys()
        return known

    def _possible(self, doubtful: Mapping[Key, Model]) -> dict[Key, Table]:
        """Judge tables, but for those for which the database lacks an extension."""
        if not doubtful:
            return {}
        try:
            return self._judged(doubtful)
        except TableRefused as error:
            database = database_named(self._connection.dialect.name)
            if error.table not in doubtful or not database.lacks_extension(error):
                raise
            self.lacking[error.table] = database.reason(error.orig or error)
        return self._possible({k: m for k, m in doubtful.items() if k not in self.lacking})

    def known(self, models: Mapping[Key, Model]) -> dict[Key, Table]:
        """Return how tables would look, as far as that can be known."""
        known = self._expected(models)
        rest = {key: model for key, model in models.items() if key not in known}
        try:
            return known | (self._judged(rest) if rest else {})
        except (NoScratch, DBAPIError):
            return known

    def _expected(self, models: Mapping[Key, Model]) -> dict[Key, Table]:
        expected = {
            key: self._catalog.expected(model.table, self._connection)
            for key, model in models.items()
        }
        return {key: table for key, table in expected.items() if table is not None}

    def _judged(self, models: Mapping[Key, Model]) -> dict[Key, Table]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SAWarning)  # they come again with the revision
            judged = self._catalog.judged(self._connection, [m.table for m in models.values()])
        return {key: self._complete(judged[key], model) for key, model in models.items()}

    def is_certain(self, model: Model, actual: Table) -> bool:
        """Return whether a table is certainly as its model wants it; the database is not asked."""
        expected = self._catalog.expected(model.table, self._connection)
        if expected is None:
            return False
        return not differences(self.tolerated(model, actual, expected), expected, model.given)

    def tolerated(self, model: Model, actual: Table, wanted: Table) -> Table:
        """Return a table without the CHECKs that only say what a type of the models says."""
        dialect, columns = self._connection.dialect, model.original.columns

        def needless(check: Constraint) -> bool:
            said = said_by_type(check, columns, dialect)
            return said and not listed_anew(check, wanted.constraints, dialect)

        return without(actual, needless, wanted)

    def _complete(self, judged: Table, model: Model) -> Table:
        keys = self._catalog.foreign_keys(model.table, self._connection)
        return replace(judged, constraints=(*judged.constraints, *keys))
