"""What a command did, in words."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from . import console

if TYPE_CHECKING:
    from flask_migrate.results import Applied, Initialised, Position, RecoveredFile, Step, Written

_DONE = {"upgrade": "Upgraded to", "downgrade": "Downgraded", "stamp": "Stamped"}
_WOULD = {"upgrade": "Would upgrade to", "downgrade": "Would downgrade", "stamp": "Would stamp"}


def show_applied(applied: Applied) -> None:
    """Say where the databases stand now, or print the SQL."""
    if applied.sql is not None:
        click.echo(applied.sql, nl=False)
        for file in applied.files:
            console.say(f"Wrote {relative(file)}")
        return
    for position in applied.positions:
        idle = not any(step.bind == position.bind for step in applied.steps)
        begin = "Nothing to do. " if idle else "Nothing was changed. " if applied.rehearsed else ""
        console.say(begin + where_it_stands(position))


def where_it_stands(position: Position) -> str:
    """Return the sentence that says at which revisions a database is."""
    name = named(position.bind)
    if not position.revisions:
        return f"{name} is at no revision."
    revisions = ", ".join(f"{r.revision}{' (head)' * r.is_head}" for r in position.revisions)
    return f"{name} is at {revisions}."


def named(bind: str | None) -> str:
    """Return how a sentence about a database begins."""
    return "The database" if bind is None else f"The database of bind '{bind}'"


def show_initialised(initialised: Initialised) -> None:
    """Say what `init` wrote and what comes next."""
    count = len(initialised.files)
    console.say(
        f"Created {initialised.directory} from the template '{initialised.template}' "
        f"({count} files: {', '.join(initialised.files)})."
    )
    console.say('Next: flask db migrate -m "Initial migration."')


def show_written(written: Written, nothing: str) -> None:
    """Say which file was written and what is in it, or that there was nothing to write."""
    if not written.revisions:
        console.say(nothing)
        return
    for path in written.paths:
        console.say(f"Wrote {relative(path)}")
    for change in written.changes:
        console.say_change(str(change))
    if written.verified:
        console.say("Tried up, down and up again: models and database agree each time.")
    if written.unfilled:
        values = "a value" if len(written.unfilled) == 1 else "the values"
        console.say(
            f"Next: write {values} for {', '.join(written.unfilled)} into it, where None stands, "
            "then type: flask db upgrade"
        )
        return
    console.say("Next: read it, then type: flask db upgrade")


def recovered(file: RecoveredFile) -> str:
    """Return what to say of a file that was written back."""
    differs = " The folder's own file differs from it; compare them." if file.beside else ""
    return f"Wrote {relative(file.path)}, as it ran.{differs}"


def relative(path: str) -> str:
    """Return a path as seen from the working folder, where it lies below it."""
    text = os.path.relpath(path)
    return path if text.startswith("..") else text


def step_line(step: Step, *, rehearsed: bool = False) -> str:
    """Return the line that says which revision has run, or would have."""
    bind = f"[{step.bind}] " if step.bind else ""
    message = f", {step.message}" if step.message else ""
    done = _WOULD[step.direction] if rehearsed else _DONE[step.direction]
    return f"{bind}{done} {step.revision}{message} ({step.seconds:.2f} s)"
