"""Placeholder."""

from contextlib import contextmanager
from typing import Protocol


class Lock(Protocol):
    def check(self) -> None: ...


class _No:
    def check(self) -> None: ...


@contextmanager
def migration_lock(context, settings):
    yield _No()
