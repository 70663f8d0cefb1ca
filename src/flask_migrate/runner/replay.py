"""What an interrupted revision has done, in words: its function is called, and nothing is sent."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import event

from .answers import answer_given, read_from_context
from .done import digest, same_statement
from .scratch import connection_of
from .sql import Kind, kind_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from alembic.runtime.migration import MigrationContext

    from .environment import MigrationEnvironment
    from .journal import Entry


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
    if not has(environment, entry.revision):
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


def has(environment: MigrationEnvironment, revision: str) -> bool:
    """Return whether the folder has a revision."""
    return revision in environment.script.revision_map._revision_map  # noqa: SLF001 # no public look-up by exact id
