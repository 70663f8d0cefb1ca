"""A revision just written is tried: up, down and up again in a scratch place, compared each time.

On PostgreSQL that place is a transaction on the database itself, rows and all, which
is rolled back; on SQLite a copy of the structure in memory, on MariaDB one in a
scratch database.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from alembic.autogenerate import produce_migrations
from sqlalchemy.exc import DBAPIError

from flask_migrate.autogenerate.answers import OPTION, Answers
from flask_migrate.autogenerate.changes import changes_in
from flask_migrate.autogenerate.state import State
from flask_migrate.databases import database_named
from flask_migrate.errors import MigrateError, RehearsalImpossible, RevisionWrong
from flask_migrate.revisions.folder import scripts_of

from .rehearsal import transactional
from .scratch import connection_of, in_database, in_memory
from .steps import bind_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from alembic.runtime.migration import MigrationContext, RevisionStep
    from alembic.script import Script

    from .environment import MigrationEnvironment
    from .run import Migrations

UP: Final = "upgrade"
DOWN: Final = "downgrade"


def verified(migrations: Migrations, revisions: Iterable[str]) -> None:
    """Try revisions just written; one that is not right is kept under another name.

    Raises RevisionWrong, and RehearsalImpossible where there is no scratch place.
    """
    for script in scripts_of(migrations.folder.get_revisions(tuple(revisions))):
        _kept_apart_if_wrong(migrations, script)


def _kept_apart_if_wrong(migrations: Migrations, script: Script) -> None:
    try:
        _verify(migrations, script)
    except RevisionWrong as wrong:
        kept = f"{script.path}.wrong"
        Path(script.path).rename(kept)
        raise RevisionWrong(
            wrong.revision, wrong.stage, wrong.differences, wrong.bind, kept, failed=wrong.failed
        ) from wrong


def _verify(migrations: Migrations, script: Script) -> None:
    """Raise RevisionWrong where a revision does not do, or take back, what the models ask for."""
    trial = _Trial(migrations, script)
    migrations.run(
        "upgrade",
        trial.work,
        as_sql=False,
        changes_database=True,
        conduct=trial.conduct,
        destination_rev=script.revision,
        **{OPTION: Answers(no_rename=True, allow_drops=True)},
    )


class _Trial:
    """One revision, tried on each database."""

    def __init__(self, migrations: Migrations, script: Script) -> None:
        self._folder = migrations.folder
        self._script = script
        self._direction = UP

    def work(self, heads: tuple[str, ...], _: MigrationContext) -> Iterable[RevisionStep]:
        """Return the one step that is tried."""
        revisions = self._folder._upgrade_revs if self._direction == UP else self._down  # noqa: SLF001
        return revisions(self._script.revision, heads)  # type: ignore[arg-type]

    def conduct(
        self,
        environment: MigrationEnvironment,
        context: MigrationContext,
        arguments: dict[str, Any],
    ) -> None:
        """Try it on one database."""
        with _scratch(environment, context) as inside, environment.using(inside):
            before = State.of(inside)
            for at, direction in enumerate((UP, DOWN, UP), start=1):
                self._direction = direction
                self._run(environment, inside, arguments, at)
                if direction == UP:
                    self._check_models(inside, at)
                else:
                    self._check_state(before, inside)

    def _down(self, _: str, heads: tuple[str, ...]) -> Iterable[RevisionStep]:
        down = self._script.down_revision
        target = "base" if down is None else str(down)
        return self._folder._downgrade_revs(target, heads)  # type: ignore[arg-type] # noqa: SLF001

    def _run(
        self,
        environment: MigrationEnvironment,
        inside: MigrationContext,
        arguments: dict[str, Any],
        at: int,
    ) -> None:
        try:
            settings = replace(environment.settings, lock_retry_for=0.0)
            environment.run_guarded(inside, arguments, settings)
        except RehearsalImpossible:
            raise
        except MigrateError as error:
            raise self._wrong(at, inside, [str(error)], failed=True) from error
        except DBAPIError as error:
            database = database_named(inside.dialect.name)
            words = f"{database.reason(error.orig or error)}. Statement: {error.statement}"
            raise self._wrong(at, inside, [words], failed=True) from error

    def _check_models(self, inside: MigrationContext, at: int) -> None:
        bind = bind_of(inside.opts)
        found = produce_migrations(inside, inside.opts["target_metadata"])
        assert found.upgrade_ops is not None
        left = [str(change) for change in changes_in(found.upgrade_ops.ops, bind)]
        if left:
            raise self._wrong(at, inside, left)

    def _check_state(self, before: State, inside: MigrationContext) -> None:
        left = before.differences(State.of(inside))
        if left:
            raise self._wrong(2, inside, left)

    def _wrong(
        self, at: int, inside: MigrationContext, left: Iterable[str], *, failed: bool = False
    ) -> RevisionWrong:
        stage = {1: "the upgrade", 2: "the downgrade", 3: "the second upgrade"}[at]
        bind, path = bind_of(inside.opts), self._script.path
        return RevisionWrong(self._script.revision, stage, tuple(left), bind, path, failed=failed)


@contextmanager
def _scratch(
    environment: MigrationEnvironment, context: MigrationContext
) -> Iterator[MigrationContext]:
    """Give a context in a place like the database, of which nothing stays."""
    database = database_named(context.dialect.name)
    if database.needs_write_lock:
        with in_memory(environment, context) as inside:
            yield inside
    elif database.ddl_commits:
        with in_database(environment, context) as inside:
            yield inside
    elif database.savepoints_hold_ddl:
        connection = connection_of(context)
        begun = connection.in_transaction()
        transaction = connection.begin_nested() if begun else connection.begin()
        try:
            yield transactional(environment, context)
        finally:
            transaction.rollback()
    else:
        raise RehearsalImpossible(
            f"it is not known here whether {context.dialect.name} can take changes of tables back",
            "Try the revision on a copy of the database",
        )
