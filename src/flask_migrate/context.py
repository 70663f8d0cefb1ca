"""What is under way in this thread or task: which env.py runs, whether a `db` command runs."""

from __future__ import annotations

import gc
import sys
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Protocol

import click
from flask.cli import FlaskGroup

if TYPE_CHECKING:
    from collections.abc import Iterator


class Environment(Protocol):
    """What a running env.py is given in place of the application's own objects."""

    @property
    def source(self) -> Any:
        """Where the application's models and databases are found."""

    @property
    def configure_args(self) -> dict[str, Any]:
        """This run's own copy of the arguments for `context.configure()`."""

    @property
    def database(self) -> Any:
        """What env.py finds in place of the application's `db`."""

    def of_application(self, source: Any, configure_args: dict[str, Any]) -> Environment:
        """Return what an application is given that env.py itself may have created."""


environment: ContextVar[Environment | None] = ContextVar("environment", default=None)
"""The run that an env.py is part of, if any."""

_working: ContextVar[bool] = ContextVar("working", default=False)

_resting = ExitStack()
"""What ends the rest of the garbage collector."""

group_names = {"db"}
"""The names under which `Migrate` has registered its commands in this process."""


@contextmanager
def working() -> Iterator[None]:
    """Make `migrating()` true inside the block."""
    token = _working.set(True)
    try:
        yield
    finally:
        _working.reset(token)


def migrating() -> bool:
    """Return whether a migration command runs, be it still loading the application.

    True inside every function of the Python API, and from the first line of the
    application on when the process was started as ``flask db ...`` or
    ``python manage.py db ...``. An application factory that queries its tables
    guards the query with it, because the tables may not exist yet.
    """
    return _working.get() or command_name() in group_names


def command_name() -> str | None:
    """Return the first command on the process's command line: ``db`` in ``flask db upgrade``."""
    context = click.get_current_context(silent=True)
    if context is not None:
        root = context.find_root()
        return _flask_command(root) if isinstance(root.command, FlaskGroup) else root.info_name
    return _script_command() if sys.argv[0].endswith(".py") else None


def _flask_command(root: click.Context) -> str | None:
    parser = root.command.make_parser(root)
    parser.ignore_unknown_options = True
    _, arguments, _ = parser.parse_args(list(sys.argv[1:]))
    return next(iter(arguments), None)


def _script_command() -> str | None:
    """Return the command of a manage.py; its options, and what may be their values, are passed."""
    value_expected = False
    for argument in sys.argv[1:]:
        if argument in group_names or not (value_expected or argument.startswith("-")):
            return argument
        value_expected = argument.startswith("-")
    return None


def rest_collector(root: click.Context) -> None:
    """Collect no garbage while a process of the command line loads modules, which are none."""
    if gc.isenabled():
        gc.disable()
        _resting.callback(gc.enable)
        _resting.callback(gc.freeze)
        root.call_on_close(wake_collector)


def wake_collector() -> None:
    """Collect garbage again, if it rests; what is loaded is not looked at any more."""
    _resting.close()


@contextmanager
def collector_paused() -> Iterator[None]:
    """Collect no garbage inside the block, where many objects are made that all stay."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def collect_young() -> None:
    """Collect the garbage among what was made since this was called last."""
    gc.collect(0)
