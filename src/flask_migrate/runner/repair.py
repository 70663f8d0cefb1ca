"""What an operator says of a revision that was interrupted: it is done, or it is undone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from alembic.runtime.migration import HeadMaintainer, RevisionStep

from flask_migrate.databases import database_named
from flask_migrate.errors import UnknownRevision
from flask_migrate.results import Repair

from .journal import Journal, State
from .locking.holder import lock_holder
from .locking.lock import migration_lock
from .replay import Replay, has, replayed
from .status import interrupted, interruption
from .steps import bind_of, check_known, database_name
from .transactions import Transactions
from .undo import Undo

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext

    from .environment import MigrationEnvironment
    from .journal import Entry

OUTCOMES: Final = {"done": State.DONE, "undone": State.UNDONE, "undo": State.UNDONE}


@dataclass
class Repairs:
    """The repairs of all databases, as one run of env.py comes by them."""

    outcome: str | None
    repaired: list[Repair] = field(default_factory=list)
    taken_back: tuple[str, ...] = ()
    """What was executed to take back what was done."""

    def conduct(
        self,
        environment: MigrationEnvironment,
        context: MigrationContext,
        arguments: dict[str, Any],
    ) -> None:
        """Deal with one database."""
        journal = Journal(context)
        entry = journal.unfinished() if journal.exists() else None
        if entry is None:
            return
        if self.outcome is not None:
            # A replay cuts the connection, and the lock with it.
            undo = self.outcome == "undo"
            replay = replayed(environment, context, entry, arguments) if undo else None
            with migration_lock(context, environment.settings):
                self._settle(environment, context, journal, replay)
        elif interrupted(entry, lock_holder(context, environment.settings)):
            self._note(context, entry, replayed(environment, context, entry, arguments))

    def _settle(
        self,
        environment: MigrationEnvironment,
        context: MigrationContext,
        journal: Journal,
        replay: Replay | None,
    ) -> None:
        settings, database = environment.settings, database_named(context.dialect.name)
        transactions = Transactions(context, database, settings.lock_wait)
        with transactions.preparing():
            entry = journal.unfinished()
        if entry is None:
            return
        if replay is not None:
            self.taken_back = Undo(context, settings, journal, entry, transactions).of(replay)
        with transactions.preparing():
            if self.outcome == "done":
                _move_version(environment, context, entry)
            journal.finish(entry.id, OUTCOMES[str(self.outcome)])
        self._note(context, entry, Replay(entry, edited=True))

    def _note(self, context: MigrationContext, entry: Entry, told: Replay) -> None:
        self.repaired.append(
            Repair(
                bind=bind_of(context.opts),
                database=database_name(context),
                interrupted=interruption(entry),
                done=tuple(told.done),
                next=told.next,
                uncertain=entry.pending is not None,
                edited=told.differs,
                outcome="undone" if self.outcome == "undo" else self.outcome,
                taken_back=self.taken_back,
                revisions=tuple(context.get_current_heads()),
            )
        )


def _move_version(
    environment: MigrationEnvironment, context: MigrationContext, entry: Entry
) -> None:
    """Write into the version table what it would say, had the revision run to its end."""
    heads = tuple(context.get_current_heads())
    check_known(environment.script, heads, context)
    folder = environment.script
    if not has(environment, entry.revision):
        name = f"the database {database_name(context)}"
        raise UnknownRevision(entry.revision, folder.dir, name, recoverable=bool(entry.source))
    applied = {s.revision for s in folder.iterate_revisions(heads, "base")} if heads else set()
    upgrading = entry.direction == "upgrade"
    if (entry.revision in applied) is not upgrading:
        step = RevisionStep(folder.revision_map, folder.get_revision(entry.revision), upgrading)
        HeadMaintainer(context, heads).update_to_step(step)
