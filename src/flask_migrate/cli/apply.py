"""The commands that change the database: upgrade, downgrade, stamp, ensure-version."""

from __future__ import annotations

from typing import Any

import click

import flask_migrate

from . import outcomes
from .options import command, sql_option, tag_option, x_arg_option


@command("upgrade")
@sql_option
@tag_option
@x_arg_option
@click.argument("revision", default="head")
def upgrade(verbose: bool, **options: Any) -> None:  # noqa: ARG001 # used by its declaration
    """Upgrade to a later version."""
    with outcomes.steps_shown():
        outcomes.show_applied(flask_migrate.upgrade(**options))


@command("downgrade")
@sql_option
@tag_option
@x_arg_option
@click.argument("revision", default="-1")
def downgrade(verbose: bool, **options: Any) -> None:  # noqa: ARG001 # used by its declaration
    """Revert to a previous version."""
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


COMMANDS = (upgrade, downgrade, stamp, ensure_version)
