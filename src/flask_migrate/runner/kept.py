"""Whether what revisions did was kept: env.py may close the connection without a commit."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from flask_migrate.databases import database_named
from flask_migrate.errors import NothingCommitted

from .listening import listen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask_migrate.results import Step

_COMMITS = ("commit", "commit_twophase")


class Kept:
    """The transactions in which revisions ran, and which env.py has to commit."""

    def __init__(self) -> None:
        self._open: dict[Connection, tuple[Step, ...]] = {}
        self._lost: list[Step] = []
        self._ends: list[Callable[[], None]] = []

    def watch(self, connection: Connection, steps: tuple[Step, ...]) -> None:
        """See what becomes of the transaction in which these steps were taken, if it goes on."""
        own = database_named(connection.dialect.name).commits_each_step
        if not steps or own or connection.closed or not connection.in_transaction():
            return
        if connection not in self._open:
            for name in _COMMITS:
                self._ends.append(listen(connection, name, self._on_commit))
            self._ends.append(listen(connection, "rollback", self._on_rollback))
        self._open[connection] = (*self._open.get(connection, ()), *steps)

    @contextmanager
    def checked(self, env_py: str) -> Iterator[None]:
        """Raise NothingCommitted after the block, where a connection was closed before a commit."""
        try:
            yield
        finally:
            self._forget()
        if self._lost:
            raise NothingCommitted(env_py, [step.revision for step in self._lost])

    def _forget(self) -> None:
        for end in self._ends:
            end()

    def _on_commit(self, connection: Connection, *_: object) -> None:
        self._open[connection] = ()

    def _on_rollback(self, connection: Connection) -> None:
        steps, self._open[connection] = self._open[connection], ()
        if _is_being_closed():
            self._lost.extend(steps)


def _is_being_closed() -> bool:
    """Return whether a connection rolls back because it is closed; env.py may mean to roll back."""
    frame = sys._getframe()  # noqa: SLF001 # no event tells it
    while frame is not None and frame.f_code is not Connection.close.__code__:
        frame = frame.f_back  # type: ignore[assignment]
    return frame is not None
