"""The steps of a run as they are taken: announced, timed, remembered."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from flask_migrate.databases.passwords import hidden_url
from flask_migrate.errors import UnknownRevision
from flask_migrate.events import StepFinished, StepStarted, emit
from flask_migrate.results import Position, Step
from flask_migrate.revisions.describe import describe
from flask_migrate.revisions.folder import scripts_of

from .past import keeps_file

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from alembic.runtime.migration import MigrationContext, RevisionStep
    from alembic.script import ScriptDirectory

    from .environment import Work
    from .guard import Guard


class Progress:
    """What a run has done so far, on each of its databases."""

    def __init__(
        self,
        folder: ScriptDirectory,
        work: Work,
        *,
        anywhere: bool = False,
        moves: bool = True,
    ) -> None:
        self._folder = folder
        self._work = work
        self._anywhere = anywhere
        self._moves = moves
        self._chosen: tuple[tuple[str, ...], MigrationContext, tuple[Any, ...]] | None = None
        self._going: Generator[RevisionStep] | None = None
        self.guard: Guard | None = None
        self.taken: list[Step] = []
        self.positions: list[Position] = []
        self.files: list[str] = []
        self.running: tuple[str | None, str] = (None, "")

    def steps(self, heads: tuple[str, ...], context: MigrationContext) -> Iterator[RevisionStep]:
        """Hand the steps to Alembic one by one; it asks for the next when one is done."""
        self._going = self._take(heads, context)
        return self._going

    def chosen(self, heads: tuple[str, ...], context: MigrationContext) -> tuple[Any, ...]:
        """Return the steps that the command would take from here."""
        check_known(self._folder, heads, context)
        steps = tuple(self._work(heads, context))
        self._chosen = (heads, context, steps)
        return steps

    def _chosen_or_new(
        self, heads: tuple[str, ...], context: MigrationContext
    ) -> Iterable[RevisionStep]:
        """Return the steps from here, which may be those that were chosen last; each runs once."""
        chosen, self._chosen = self._chosen, None
        if chosen is not None and chosen[0] == heads and chosen[1] is context:
            return chosen[2]
        return self._work(heads, context)

    def stop(self) -> None:
        """Leave the step that failed, and take no other."""
        if self._going is not None:
            self._going.close()

    def _take(self, heads: tuple[str, ...], context: MigrationContext) -> Generator[RevisionStep]:
        if not self._anywhere:
            check_known(self._folder, heads, context)
        if self.guard is not None:
            self.guard.transactions.starting_from(heads)
        for step in self._chosen_or_new(heads, context):
            event = StepStarted(*_identity(step), bind_of(context.opts))
            self.running = (event.revision, event.message)
            if context.as_sql:
                yield step
            else:
                yield from self._taken(event, step)
        if self.guard is not None and self._moves:
            self.guard.check_unfinished()
        if not (context.as_sql or self._anywhere):
            self.positions.append(position_of(self._folder, context))

    def note_output(self, buffer: Any) -> None:
        """Remember the file that env.py has the SQL of a database written to."""
        name = getattr(buffer, "name", None)
        if isinstance(name, str):
            self.files.append(name)

    def _taken(self, event: StepStarted, step: RevisionStep) -> Iterator[RevisionStep]:
        emit(event)
        begun = time.perf_counter()
        if self.guard is None:
            yield step
        else:
            with self.guard.around(step, event.revision, event.direction):
                yield step
        seconds = time.perf_counter() - begun
        done = Step(event.revision, event.message, event.direction, seconds, event.bind)
        self.taken.append(done)
        emit(StepFinished(done))


def bind_of(options: dict[str, Any]) -> str | None:
    """Return the bind that `configure()` was called for; None for the main database."""
    token = str(options.get("upgrade_token") or "upgrades")
    return token.removesuffix("upgrades").removesuffix("_") or None


def position_of(folder: ScriptDirectory, context: MigrationContext) -> Position:
    """Return where the database of a migration context stands."""
    heads = context.get_current_heads()
    return Position(
        bind_of(context.opts),
        database_name(context),
        tuple(describe(s, current=True) for s in scripts_of(folder.get_revisions(heads))),
    )


def check_known(folder: ScriptDirectory, heads: tuple[str, ...], context: MigrationContext) -> None:
    """Raise UnknownRevision where the database is at a revision that the folder lacks."""
    for revision in heads:
        if revision not in folder.revision_map._revision_map:  # noqa: SLF001 # no public look-up by exact id
            raise UnknownRevision(
                revision,
                folder.dir,
                f"the database {database_name(context)}",
                recoverable=keeps_file(context, revision),
            )


def database_name(context: MigrationContext) -> str:
    """Return the URL of the database, its password hidden."""
    return hidden_url(context.bind.engine.url) if context.bind is not None else context.dialect.name


def _identity(step: Any) -> tuple[str, str, str]:
    """Return the revision, message and direction of a migration step or a stamp."""
    direction = "upgrade" if step.is_upgrade else "downgrade"
    if hasattr(step, "revision"):
        return step.revision.revision, step.doc or "", direction
    return ", ".join(step.to_revisions) or "<base>", "", "stamp"
