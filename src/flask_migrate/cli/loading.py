"""What goes wrong while `flask` loads the application for a `db` command, in one sentence."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click
from flask.cli import ScriptInfo

from . import console

if TYPE_CHECKING:
    from collections.abc import Iterator

NOT_LOADED = "There is no 'db' command, because the application could not be loaded (see above)."


def watch() -> None:
    """Explain errors that reach the root of the command line from outside our commands."""
    root = click.get_current_context().find_root()
    root.with_resource(_explained(root))


@contextmanager
def _explained(root: click.Context) -> Iterator[None]:
    try:
        yield
    finally:
        error = sys.exc_info()[1]
        if isinstance(error, click.UsageError) and error.ctx is root:
            _explain_missing_command(root, error)
        elif isinstance(error, Exception) and not isinstance(
            error, (click.ClickException, click.exceptions.Exit, click.Abort)
        ):
            _explain_loading(root, error)


def _explain_missing_command(root: click.Context, error: click.UsageError) -> None:
    from flask_migrate.errors import NotInitialised

    info = root.find_object(ScriptInfo)
    loaded = info is not None and info._loaded_app is not None  # noqa: SLF001 # Flask shows it nowhere else
    sentence = str(NotInitialised()) if loaded else NOT_LOADED
    console.fail(error, sentence, error.exit_code, verbose=False)


def _explain_loading(root: click.Context, error: Exception) -> None:
    from .sentences import loading_sentence_of

    verbose = console.wants_traceback(root)
    console.fail(error, loading_sentence_of(error), 1, verbose=verbose)
