"""The commands that change the database: upgrade, downgrade, stamp, ensure-version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from flask import current_app

import flask_migrate
from flask_migrate.settings import Settings

from . import console, outcomes, progress
from .options import command, sql_option, tag_option, x_arg_option

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask_migrate.results import Applied

message_option = click.option("-m", "--message", help="What to note about this run in the log")
_OFFER = (
    "The database is at {error.revision}, whose file is gone from {error.directory}; the database "
    "has kept it. Write it back, and go on?"
)
events_option = click.option(
    "--json", "as_json", is_flag=True, help="Print what happens as it happens, as lines of JSON"
)


@command("upgrade")
@message_option
@sql_option
@tag_option
@x_arg_option
@click.option(
    "--dry-run", is_flag=True, help="Run it for real and take it back, or in a scratch database"
)
@click.option("--backup", is_flag=True, help="Copy the file of an SQLite database first")
@events_option
@click.argument("revision", default="head")
def upgrade(as_json: bool, verbose: bool, **options: Any) -> None:
    """Upgrade to a later version."""
    _note_message(options)
    _apply(flask_migrate.upgrade, as_json, verbose, options)


@command("downgrade")
@message_option
@sql_option
@tag_option
@x_arg_option
@events_option
@click.argument("revision", default="-1")
def downgrade(as_json: bool, verbose: bool, **options: Any) -> None:
    """Revert to a previous version."""
    _note_message(options)
    try:
        _apply(flask_migrate.downgrade, as_json, verbose, options)
    except flask_migrate.MigrateError as error:
        lost: Any = error if getattr(error, "recoverable", False) else None
        if as_json or lost is None or not console.agreed(_OFFER.format(error=lost)):
            raise
        files = flask_migrate.recover(options["directory"], lost.revision, x_arg=options["x_arg"])
        for file in files:
            console.say(outcomes.recovered(file))
        _apply(flask_migrate.downgrade, as_json, verbose, options)


@command("stamp")
@sql_option
@tag_option
@click.option(
    "--purge",
    is_flag=True,
    help="Delete the version in the alembic_version table before stamping",
)
@events_option
@click.argument("revision", default="head")
def stamp(as_json: bool, verbose: bool, **options: Any) -> None:
    """'stamp' the revision table with the given revision; don't run any migrations."""
    _apply(flask_migrate.stamp, as_json, verbose, options)


@command("ensure-version")
@sql_option
def ensure_version(verbose: bool, **options: Any) -> None:
    """Create the alembic_version table, where it does not exist."""
    _apply(flask_migrate.ensure_version, False, verbose, options)


def _apply(
    function: Callable[..., Applied], as_json: bool, verbose: bool, options: dict[str, Any]
) -> None:
    if as_json and options["sql"]:
        raise click.UsageError("--sql prints SQL and --json prints JSON: only one can be had.")
    rehearsed = bool(options.get("dry_run"))
    with progress.told(as_json=as_json, verbose=verbose, rehearsed=rehearsed) as done:
        done(function(**options))


def _note_message(options: dict[str, Any]) -> None:
    """Say where a message is not written down."""
    if options["message"] is None:
        return
    if options["sql"] or options.get("dry_run"):
        console.say("Note: --message is ignored, because nothing is written into the log.")
    elif not Settings.of(current_app.config).log:
        console.say("Note: --message is ignored, because MIGRATE_LOG is off.")


COMMANDS = (upgrade, downgrade, stamp, ensure_version)
