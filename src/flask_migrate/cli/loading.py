"""What goes wrong while `flask` loads the application for a `db` command, in one sentence."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click
import flask.cli
from flask import Flask
from flask.cli import NoAppException, ScriptInfo

from . import console

if TYPE_CHECKING:
    from collections.abc import Iterator

NOT_LOADED = "There is no 'db' command, because the application could not be loaded."


class ImportFailed(NoAppException):
    """What Flask raises instead of `NoAppException`, while a `db` command is watched.

    Flask wraps an ImportError of the application in the text of its traceback,
    prints that, and goes on to say that there is no such command.
    """

    told = False
    """Whether Flask has printed one."""

    def format_message(self) -> str:
        """Return Flask's own sentence, or that of the ImportError behind it."""
        type(self).told = True
        cause = self.__context__
        if not isinstance(cause, ImportError):
            return super().format_message()
        from .sentences import loading_sentence_of

        application = _application_in(cause)
        if _traceback_wanted(application):
            console.say_traceback(cause, application)
        return console.cleaned(loading_sentence_of(cause), application)


def watch() -> None:
    """Explain errors that reach the root of the command line from outside our commands."""
    root = click.get_current_context().find_root()
    root.with_resource(_explained(root))


@contextmanager
def _explained(root: click.Context) -> Iterator[None]:
    flasks_own, flask.cli.NoAppException = flask.cli.NoAppException, ImportFailed  # type: ignore[misc]
    ImportFailed.told = False
    try:
        yield
    finally:
        flask.cli.NoAppException = flasks_own  # type: ignore[misc]
        # click before 8.2 closes its contexts without telling them of the error.
        error = sys.exc_info()[1]
        if isinstance(error, click.UsageError) and error.ctx is root:
            _explain_missing_command(root, error)
        elif isinstance(error, Exception) and not isinstance(
            error, (click.ClickException, click.exceptions.Exit, click.Abort)
        ):
            _explain(root, error)


def _explain_missing_command(root: click.Context, error: click.UsageError) -> None:
    from flask_migrate.errors import NotInitialised

    application = _loaded(root)
    if application is None:
        if ImportFailed.told:
            sys.exit(1)
        console.fail(error, NOT_LOADED, 1, verbose=False)
    state = application.extensions.get("migrate")
    if state is None:
        console.fail(error, str(NotInitialised()), 1, verbose=False)
    name = state.migrate.command
    sentence = (
        f"This application's migrations are run with 'flask {name}', as in: flask {name} upgrade"
    )
    console.fail(error, sentence, error.exit_code, verbose=False)


def _explain(root: click.Context, error: Exception) -> None:
    from .sentences import loading_sentence_of, sentence_of

    application = _loaded(root)
    sentence = sentence_of(error) if application else loading_sentence_of(error)
    application = application or _application_in(error)
    verbose = _traceback_wanted(application)
    console.fail(error, sentence, 1, verbose=verbose, application=application)


def _loaded(root: click.Context) -> Flask | None:
    info = root.find_object(ScriptInfo)
    return info._loaded_app if info is not None else None  # noqa: SLF001 # Flask shows it nowhere else


def _application_in(error: BaseException) -> Flask | None:
    """Return the application that was being made when an error arose."""
    traceback, found = error.__traceback__, None
    while traceback is not None:
        values: list[Any] = list(traceback.tb_frame.f_locals.values())
        found = next((value for value in values if isinstance(value, Flask)), found)
        traceback = traceback.tb_next
    return found


def _traceback_wanted(application: Flask | None) -> bool:
    """Return whether the settings ask for a traceback, or the options that are not read yet."""
    asked = {"-v", "--verbose"} & set(sys.argv)
    return bool(asked) or console.traceback_configured(application)
