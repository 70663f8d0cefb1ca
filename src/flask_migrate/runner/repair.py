"""What an operator says of a revision that was interrupted: it is done, or it is undone."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from alembic.runtime.migration import HeadMaintainer, RevisionStep
from sqlalchemy import event

from flask_migrate.databases import database_named
from flask_migrate.errors import UnknownRevision
from flask_migrate.results import Repair

from .answers import answer_given, read_from_context
from .done import digest, same_statement
from .journal import Journal, State
from .locking.holder import lock_holder
from .locking.lock import migration_lock
from .scratch import connection_of
from .sql import Kind, kind_of
from .status import interrupted, interruption
from .steps import bind_of, check_known, database_name
from .transactions import Transactions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from alembic.runtime.migration import MigrationContext

    from .environment import MigrationEnvironment
    from .journal import Entry

OUTCOMES: Final = {"done": State.DONE, "undone": State.UNDONE}


@dataclass
class Repairs:
    """The repairs of all databases, as one run of env.py comes by them."""

    outcome: str | None
    repaired: list[Repair] = field(default_factory=list)

    def conduct(
        self,
        environment: MigrationEnvironment,
        context: MigrationContext,
        arguments: dict[str, Any],
    ) -> None:
        """Deal with one database."""
        journal = Journal(context)
        if self.outcome is None:
            entry = journal.unfinished() if journal.exists() else None
            if entry is not None and interrupted(entry, lock_holder(context, environment.settings)):
                self._note(environment, context, entry, arguments)
            return
        with migration_lock(context, environment.settings):
            transactions = Transactions(
                context, database_named(context.dialect.name), environment.settings.lock_wait
            )
            with transactions.preparing():
                entry = journal.unfinished() if journal.exists() else None
                if entry is not None:
                    self._settle(environment, context, journal, entry)
            if entry is not None:
                self._note(environment, context, entry, arguments)

    def _settle(
        self,
        environment: MigrationEnvironment,
        context: MigrationContext,
        journal: Journal,
        entry: Entry,
    ) -> None:
        if self.outcome == "done":
            _move_version(environment, context, entry)
        journal.finish(entry.id, OUTCOMES[str(self.outcome)])

    def _note(
        self,
        environment: MigrationEnvironment,
        context: MigrationContext,
        entry: Entry,
        arguments: dict[str, Any],
    ) -> None:
        told = (
            Replay(entry, edited=True)
            if self.outcome
            else replayed(environment, context, entry, arguments)
        )
        self.repaired.append(
            Repair(
                bind=bind_of(context.opts),
                database=database_name(context),
                interrupted=interruption(entry),
                done=tuple(told.done),
                next=told.next,
                uncertain=entry.pending is not None,
                edited=told.differs,
                outcome=self.outcome,
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
    if not _has(environment, entry.revision):
        name = f"the database {database_name(context)}"
        raise UnknownRevision(entry.revision, folder.dir, name, recoverable=bool(entry.source))
    applied = {s.revision for s in folder.iterate_revisions(heads, "base")} if heads else set()
    upgrading = entry.direction == "upgrade"
    if (entry.revision in applied) is not upgrading:
        step = RevisionStep(folder.revision_map, folder.get_revision(entry.revision), upgrading)
        HeadMaintainer(context, heads).update_to_step(step)


class _Enough(BaseException):
    """The replay has come to the statement at which the run stopped."""


@dataclass
class Replay:
    """What a revision would execute, compared with what it has executed; nothing is sent."""

    entry: Entry
    edited: bool
    done: list[str] = field(default_factory=list)
    next: str | None = None
    differs: bool = False

    def once(self, text: str, _: Callable[[], None]) -> None:
        """Take down work that counts as one statement."""
        self._compare(text, ())

    def meet(self, statement: str, parameters: Any) -> bool | None:
        """Take down one statement; True tells SQLAlchemy that it need not be sent."""
        if kind_of(statement) in (Kind.READ, Kind.SESSION):
            return None
        self._compare(statement, parameters)
        return True

    def _compare(self, statement: str, parameters: Any) -> None:
        number = len(self.done)
        if number == len(self.entry.done):
            self.next = statement
            raise _Enough
        then, now = self.entry.done[number], digest(statement, parameters)
        if not same_statement(then.hash, now, edited=self.edited):
            self.differs = True
            raise _Enough
        self.done.append(statement)


def replayed(
    environment: MigrationEnvironment,
    context: MigrationContext,
    entry: Entry,
    arguments: dict[str, Any],
) -> Replay:
    """Run the function of an interrupted revision, holding back all that it would change."""
    if not _has(environment, entry.revision):
        return Replay(entry, edited=True)
    script = environment.script.get_revision(entry.revision)
    replay = Replay(entry, entry.differs_from(str(script.path)))
    run = getattr(script.module, entry.direction)
    with (
        suppress(_Enough, Exception),
        environment.doing_once(replay.once),
        _held_back(context, replay),
        context.begin_transaction(_per_migration=True),
    ):
        run(**arguments)
        raise _Enough
    return replay


@contextmanager
def _held_back(context: MigrationContext, replay: Replay) -> Iterator[None]:
    """Show a replay each statement of the connection, inside the block."""
    connection = connection_of(context)

    def meet(cursor: Any, statement: str, parameters: Any, execution: Any) -> bool | None:
        if execution.root_connection is not connection:
            return None
        passed_over = replay.meet(statement, parameters)
        if passed_over and read_from_context(execution):
            answer_given(replay.entry.done[len(replay.done) - 1].answer, cursor, execution)
        return passed_over

    def meet_bare(cursor: Any, statement: str, execution: Any) -> bool | None:
        return meet(cursor, statement, (), execution)

    handlers: dict[str, Any] = {
        "do_execute": meet,
        "do_executemany": meet,
        "do_execute_no_params": meet_bare,
    }
    for name, handler in handlers.items():
        event.listen(connection.engine, name, handler)
    try:
        yield
    finally:
        for name, handler in handlers.items():
            event.remove(connection.engine, name, handler)


def _has(environment: MigrationEnvironment, revision: str) -> bool:
    return revision in environment.script.revision_map._revision_map  # noqa: SLF001 # no public look-up by exact id
