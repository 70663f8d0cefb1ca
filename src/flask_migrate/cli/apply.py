"""The commands that change the database: upgrade, downgrade, stamp, ensure-version."""

from __future__ import annotations

from typing import Any

import click

import flask_migrate

from . import console, outcomes
from .options import command, sql_option, tag_option, x_arg_option

message_option = click.option("-m", "--message", hidden=True)
"""Some documents write ``db upgrade --message ...``."""


@command("upgrade")
@message_option
@sql_option
@tag_option
@x_arg_option
@click.argument("revision", default="head")
def upgrade(message: str | None, verbose: bool, **options: Any) -> None:  # noqa: ARG001 # used by its declaration
    """Upgrade to a later version."""
    _note_message(message)
    with outcomes.steps_shown():
        outcomes.show_applied(flask_migrate.upgrade(**options))


@command("downgrade")
@message_option
@sql_option
@tag_option
@x_arg_option
@click.argument("revision", default="-1")
def downgrade(message: str | None, verbose: bool, **options: Any) -> None:  # noqa: ARG001 # used by its declaration
    """Revert to a previous version."""
    _note_message(message)
    with outcomes.steps_shown():
        outcomes.show_applied(flask_migrate.downgrade(**options))


@command("stamp")
@sql_option
@tag_option
@click.option(
    "--purge",
    is_flag=True,
    help="Delete the version in the alembic_version table before stamping",
)
@click.argument("revision", default="head")
def stamp(verbose: bool, **options: Any) -> None:  # noqa: ARG001 # used by its declaration
    """'stamp' the revision table with the given revision; don't run any migrations."""
    with outcomes.steps_shown():
        outcomes.show_applied(flask_migrate.stamp(**options))


@command("ensure-version")
@sql_option
def ensure_version(directory: str | None, sql: bool, **_: Any) -> None:
    """Create the alembic_version table, where it does not exist."""
    outcomes.show_applied(flask_migrate.ensure_version(directory, sql))


def _note_message(message: str | None) -> None:
    if message is not None:
        console.say("Note: --message is ignored here; a revision's message is in its file.")


COMMANDS = (upgrade, downgrade, stamp, ensure_version)
