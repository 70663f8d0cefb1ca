"""What the user sees: results on stdout, what happened and errors on stderr."""

from __future__ import annotations

import json
import os
import shutil
import sys
import traceback
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NoReturn

import click
from flask import current_app

from flask_migrate.group import typed
from flask_migrate.settings import traceback_wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask

    from flask_migrate.autogenerate.questions import Question

VERBOSE = "flask_migrate.verbose"
"""The key in click's `Context.meta` under which ``-v`` is kept."""

_COLOURS = {"+": "green", "-": "red", "~": "yellow"}


def result(text: str) -> None:
    """Print a result on stdout."""
    click.echo(cleaned(text))


def result_json(value: Any) -> None:
    """Print a result on stdout as JSON."""
    click.echo(json.dumps(_plain(value), indent=2, ensure_ascii=False))


def result_line(value: Any) -> None:
    """Print one of several results on stdout, as a line of JSON."""
    click.echo(json.dumps(_plain(value), ensure_ascii=False))


def say(text: str) -> None:
    """Say on stderr what happened."""
    click.echo(as_typed(cleaned(text)), err=True, color=_colour())


def agreed(question: str) -> bool:
    """Ask on stderr, where somebody is there to answer."""
    return at_a_terminal() and click.confirm(as_typed(cleaned(question)), err=True)


def at_a_terminal() -> bool:
    """Return whether somebody reads and can answer."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def can_redraw() -> bool:
    """Return whether a line on stderr can be drawn over: on a terminal that knows how."""
    return sys.stderr.isatty() and os.environ.get("TERM", "dumb") != "dumb"


def redraw(text: str = "") -> None:
    """Draw over the line on stderr at which the cursor stands, and leave it there."""
    width = shutil.get_terminal_size().columns - 1
    shown = "".join(c if c.isprintable() else "?" for c in cleaned(text))[:width]
    click.echo(f"\r\x1b[2K{shown}", err=True, nl=False)


def say_change(text: str) -> None:
    """Say one difference on stderr, coloured by its sign."""
    click.secho(f"  {cleaned(text)}", err=True, fg=_COLOURS.get(text[:1]), color=_colour())


def asker() -> Callable[[Question], str | None] | None:
    """Return what asks on the terminal; None where nobody sits there."""
    return _ask if sys.stdin.isatty() and sys.stderr.isatty() else None


def _ask(question: Question) -> str | None:
    """Ask on stderr; return what was typed, else the default; None where the input has ended."""
    while True:
        click.echo(f"{cleaned(question.text)} ", err=True, nl=False)
        typed_in = sys.stdin.readline()
        if not typed_in:
            return None
        answer = typed_in.strip() or question.default
        if answer is not None:
            return answer


def say_traceback(error: BaseException, application: Flask | None = None) -> None:
    """Show the traceback of an error on stderr."""
    text = "".join(traceback.format_exception(error))
    click.echo(cleaned(text, application), err=True)


def fail(
    error: BaseException,
    sentence: str,
    exit_code: int,
    *,
    verbose: bool,
    application: Flask | None = None,
) -> NoReturn:
    """Show an error as one sentence, with its traceback only where it was asked for; exit."""
    if verbose:
        say_traceback(error, application)
    told = f"Error: {as_typed(cleaned(sentence, application))}"
    click.secho(told, err=True, fg="red", color=_colour())
    sys.exit(exit_code)


@contextmanager
def errors_reported(ctx: click.Context) -> Iterator[None]:
    """Turn every error inside the block into one sentence on stderr and an exit code."""
    try:
        yield
    except (click.ClickException, click.exceptions.Exit, click.Abort):
        raise
    except Exception as error:  # noqa: BLE001 # whatever it is, the user gets one sentence
        from flask_migrate.cli.sentences import exit_code_of, sentence_of

        fail(error, sentence_of(error), exit_code_of(error), verbose=wants_traceback(ctx))


def wants_traceback(ctx: click.Context) -> bool:
    """Return whether ``-v`` or `MIGRATE_TRACEBACK` asks for tracebacks."""
    return bool(ctx.meta.get(VERBOSE)) or traceback_configured(current_app or None)


def traceback_configured(application: Flask | None) -> bool:
    """Return whether `MIGRATE_TRACEBACK` asks for tracebacks, in the application or outside."""
    return traceback_wanted(application.config if application else {})


def cleaned(text: str, application: Flask | None = None) -> str:
    """Return a text without any password that this process knows."""
    from .secrets import without_passwords

    return without_passwords(text, application)


def as_typed(text: str) -> str:
    """Return a sentence with each ``flask db`` in it as this user types it."""
    return text.replace("flask db ", f"{typed()} ")


def _plain(value: Any) -> Any:
    """Return a result as JSON's types; the lines made for people are left out."""
    if is_dataclass(value) and not isinstance(value, type):
        value = asdict(value)
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items() if k not in ("line", "entry")}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return cleaned(value) if isinstance(value, str) else value


def _colour() -> bool | None:
    """Return False where `NO_COLOR` is set; None lets click ask the terminal."""
    return False if os.environ.get("NO_COLOR") else None
