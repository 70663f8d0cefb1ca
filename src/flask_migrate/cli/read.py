"""The commands that read: show, history, heads, branches, current, check."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

import flask_migrate
from flask_migrate import events

from . import console, hints, outcomes
from .options import command, json_option

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask_migrate.results import Position, RevisionInfo

MORE = "Use more verbose output"


@command("show")
@json_option
@click.argument("revision", default="head")
def show(directory: str | None, revision: str, as_json: bool, **_: Any) -> None:
    """Show the revision denoted by the given symbol."""
    _print(flask_migrate.show(directory, revision), verbose=True, as_json=as_json)


@command("history", verbose=MORE)
@click.option("-r", "--rev-range", help="Specify a revision range; format is [start]:[end]")
@click.option("-i", "--indicate-current", is_flag=True, help="Indicate current version")
@json_option
def history(
    directory: str | None,
    rev_range: str | None,
    verbose: bool,
    indicate_current: bool,
    as_json: bool,
) -> None:
    """List changeset scripts in chronological order."""
    revisions = flask_migrate.history(directory, rev_range, verbose, indicate_current)
    _print(revisions, verbose=verbose, as_json=as_json)
    if not revisions:
        console.say("No revision here.")


@command("heads", verbose=MORE)
@click.option(
    "--resolve-dependencies", is_flag=True, help="Treat dependency versions as down revisions"
)
@json_option
def heads(directory: str | None, verbose: bool, resolve_dependencies: bool, as_json: bool) -> None:
    """Show current available heads in the script directory."""
    revisions = flask_migrate.heads(directory, verbose, resolve_dependencies)
    _print(revisions, verbose=verbose, as_json=as_json)
    if not revisions:
        console.say("There is no revision yet.")


@command("branches", verbose=MORE)
@json_option
def branches(directory: str | None, verbose: bool, as_json: bool) -> None:
    """Show current branch points."""
    found = flask_migrate.branches(directory, verbose)
    if as_json:
        console.result_json(found)
        return
    for branch in found:
        point = branch.point
        console.result(point.entry if verbose else point.line)
        indent = " " * len(point.revision)
        console.result("\n".join(f"{indent} -> {child.line}" for child in branch.children) + "\n")
    if not found:
        console.say("The history has no branch point.")


@command("current", verbose=MORE)
@click.option(
    "--check-heads", is_flag=True, help="Fail where a database has not all head revisions"
)
@json_option
def current(directory: str | None, verbose: bool, check_heads: bool, as_json: bool) -> None:
    """Display the current revision for each database."""
    places = flask_migrate.current(directory, verbose, check_heads=check_heads)
    if as_json:
        console.result_json(places)
        return
    for place in places:
        _print_place(place, verbose=verbose)


@command("check")
@json_option
def check(directory: str | None, as_json: bool, **_: Any) -> None:
    """Check if there are any new operations to migrate."""
    with hints.told(events.ScratchRefused, events.ExtensionMissing, events.ChangeLeftOut):
        if as_json:
            _check_as_json(directory)
            return
        flask_migrate.check(directory)
    console.result("No new upgrade operations detected.")


def _check_as_json(directory: str | None) -> None:
    from flask_migrate.errors import DifferencesFound

    try:
        flask_migrate.check(directory)
    except DifferencesFound as difference:
        console.result_json({"changes": difference.changes})
        click.get_current_context().exit(1)
    console.result_json({"changes": []})


def _print(revisions: Iterable[RevisionInfo], *, verbose: bool, as_json: bool) -> None:
    if as_json:
        console.result_json(tuple(revisions))
        return
    for revision in revisions:
        console.result(revision.entry if verbose else revision.line)


def _print_place(place: Position, *, verbose: bool) -> None:
    if verbose:
        console.result(f"Current revision(s) for {place.database}:")
    for revision in place.revisions:
        console.result(revision.entry if verbose else revision.line)
    if not place.revisions:
        console.say(outcomes.where_it_stands(place))


COMMANDS = (show, history, heads, branches, current, check)
