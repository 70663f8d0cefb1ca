"""The commands that write files: init, revision, migrate, merge, edit, list-templates."""

from __future__ import annotations

from typing import Any

import click

import flask_migrate

from . import console, hints, outcomes
from .options import (
    answer_options,
    branch_label_option,
    command,
    json_option,
    rev_id_option,
    revision_options,
    x_arg_option,
)


@command("list-templates")
@json_option
def list_templates(as_json: bool, **_: Any) -> None:
    """List available templates."""
    templates = flask_migrate.list_templates()
    if as_json:
        console.result_json(templates)
        return
    console.result("Available templates:\n")
    for template in templates:
        console.result(f"{template.name} - {template.synopsis}")


@command("init")
@click.option("--multidb", is_flag=True, help="Support multiple databases")
@click.option("-t", "--template", help='Repository template to use (default is "flask")')
@click.option(
    "--package",
    is_flag=True,
    help="Write empty __init__.py files to the environment and version locations",
)
def init(
    directory: str | None, multidb: bool, template: str | None, package: bool, **_: Any
) -> None:
    """Create a new migration repository."""
    outcomes.show_initialised(flask_migrate.init(directory, multidb, template, package))


@command("revision")
@click.option(
    "--autogenerate",
    is_flag=True,
    help="Populate revision script with candidate migration operations, "
    "based on comparison of database to model",
)
@revision_options
@answer_options
def revision(verbose: bool, **options: Any) -> None:  # noqa: ARG001 # used by its declaration
    """Create a new revision file."""
    with hints.told():
        written = flask_migrate.revision(**_answering(options))
    outcomes.show_written(written, "No changes in schema detected.")


@command("migrate")
@revision_options
@answer_options
@x_arg_option
def migrate(verbose: bool, **options: Any) -> None:  # noqa: ARG001 # used by its declaration
    """Autogenerate a new revision file (Alias for 'revision --autogenerate')."""
    with hints.told():
        written = flask_migrate.migrate(**_answering(options))
    outcomes.show_written(written, "No changes in schema detected.")


@command("merge")
@click.option("-m", "--message", help="Merge revision message")
@branch_label_option
@rev_id_option
@click.option("--splice", is_flag=True, help="Allow a merge of revisions that are not heads")
@click.argument("revisions", nargs=-1)
def merge(verbose: bool, **options: Any) -> None:  # noqa: ARG001 # used by its declaration
    """Merge two revisions together, creating a new revision file."""
    outcomes.show_written(flask_migrate.merge(**options), "Nothing to merge.")


@command("edit")
@click.argument("revision", default="head")
def edit(directory: str | None, revision: str, **_: Any) -> None:
    """Edit a revision file."""
    for path in flask_migrate.edit(directory, revision):
        console.say(f"Edited {outcomes.relative(path)}")


def _answering(options: dict[str, Any]) -> dict[str, Any]:
    """Return the options of a command as the function's arguments, with a way to ask."""
    renames, fills = options.pop("rename"), options.pop("fill")
    return {**options, "renames": renames, "fills": fills, "ask": console.asker()}


COMMANDS = (list_templates, init, revision, migrate, merge, edit)
