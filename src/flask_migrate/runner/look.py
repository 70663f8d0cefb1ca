"""Looks at a database without changing it: where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_migrate.results import Position
from flask_migrate.revisions.describe import describe
from flask_migrate.revisions.folder import scripts_of

from .steps import bind_of, database_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from alembic.runtime.migration import MigrationContext, RevisionStep

    from .run import Migrations


def positions(migrations: Migrations) -> tuple[Position, ...]:
    """Return where each database stands, with the revisions it depends on."""
    found: list[Position] = []

    def work(heads: tuple[str, ...], context: MigrationContext) -> Iterable[RevisionStep]:
        scripts = scripts_of(migrations.folder.get_all_current(heads))
        revisions = sorted((describe(s, current=True) for s in scripts), key=lambda r: r.revision)
        found.append(Position(bind_of(context.opts), database_name(context), tuple(revisions)))
        return ()

    migrations.run("current", work, dont_mutate=True)
    return tuple(found)


def current_revisions(migrations: Migrations) -> tuple[str, ...]:
    """Return the revisions at which the databases stand, all databases together."""
    found = [revision.revision for place in positions(migrations) for revision in place.revisions]
    return tuple(dict.fromkeys(found))
