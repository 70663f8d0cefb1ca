"""The commands for what went wrong: repair, recover."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

import flask_migrate

from . import console, outcomes
from .look import interruption_words
from .options import command, json_option, x_arg_option

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask_migrate.results import Repair


@command("repair")
@click.option("--done", is_flag=True, help="All of the revision is done now: treat it so")
@click.option("--undo", is_flag=True, help="Take back now what was done of it")
@click.option("--undone", is_flag=True, help="What was done of it was undone by hand")
@json_option
@x_arg_option
def repair(
    directory: str | None,
    done: bool,
    undo: bool,
    undone: bool,
    as_json: bool,
    x_arg: tuple[str, ...],
    **_: Any,
) -> None:
    """Show an interrupted revision, or say what became of it."""
    said = {"--done": done, "--undo": undo, "--undone": undone}
    chosen = [name for name, is_said in said.items() if is_said]
    if len(chosen) > 1:
        raise click.UsageError(f"{' and '.join(chosen)} contradict each other: choose one.")
    outcome = chosen[0].lstrip("-") if chosen else None
    repairs = flask_migrate.repair(directory, outcome, x_arg=x_arg)
    if as_json:
        console.result_json(repairs)
        return
    for each in repairs:
        for line in _settled(each) if outcome else _shown(each):
            console.say(line)
    if not repairs:
        console.say("No revision is interrupted.")


@command("recover")
@json_option
@x_arg_option
@click.argument("revision", required=False)
def recover(
    directory: str | None,
    revision: str | None,
    as_json: bool,
    x_arg: tuple[str, ...],
    **_: Any,
) -> None:
    """Write revision files that are gone back into the folder, as the database has kept them."""
    files = flask_migrate.recover(directory, revision, x_arg=x_arg)
    if as_json:
        console.result_json(files)
        return
    for file in files:
        console.say(outcomes.recovered(file))
    if not files:
        console.say("Nothing to recover: the folder has it all, as it ran.")


def _settled(repair: Repair) -> Iterator[str]:
    place = ", ".join(repair.revisions) or "no revision"
    direction, revision = repair.interrupted.direction, repair.interrupted.revision
    for statement in repair.taken_back:
        yield f"  undone by: {_line(statement)}"
    yield f"The {direction} of {revision} counts as {repair.outcome} now."
    yield f"{outcomes.named(repair.bind)} is at {place}."


def _shown(repair: Repair) -> Iterator[str]:
    interrupted = repair.interrupted
    direction, revision = interrupted.direction, interrupted.revision
    yield f"{outcomes.named(repair.bind)}: {interruption_words(interrupted)}."
    for number, statement in enumerate(repair.done, 1):
        yield f"  {number}. done: {_line(statement)}"
    if repair.edited:
        yield (
            f"  The file was edited since: statement {len(repair.done) + 1} is not the one that "
            f"ran. To see the file of then, type: flask db recover {revision}"
        )
    elif repair.next is not None:
        unsure = ", perhaps done, which is seen before it is repeated" if repair.uncertain else ""
        yield f"  {interrupted.statements + 1}. stopped at{unsure}: {_line(repair.next)}"
    yield f"To have the rest run, type: flask db {direction}"
    yield "If you have done the rest by hand, type: flask db repair --done"
    yield "To have undone what is done, type: flask db repair --undo"
    yield "If you have undone by hand what is done, type: flask db repair --undone"


def _line(statement: str) -> str:
    return " ".join(statement.split())


COMMANDS = (repair, recover)
