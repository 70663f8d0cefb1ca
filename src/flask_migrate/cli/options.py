"""What the commands share: how one is declared, and the options that several take."""

from __future__ import annotations

import re
from functools import wraps
from typing import TYPE_CHECKING, Any, Final

import click
from flask import g
from flask.cli import with_appcontext

from . import console, logs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Callback = Callable[..., Any]

_STEPS_BACK: Final = re.compile(r"-\d+")


class Command(click.Command):
    """A `db` command; where it takes a revision, ``-2`` is one: so many steps back."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments; steps back go where click does not take them for options."""
        steps = [argument for argument in args if _STEPS_BACK.fullmatch(argument)]
        if steps and "--" not in args and any(p.name == "revision" for p in self.params):
            args = [*(argument for argument in args if argument not in steps), "--", *steps]
        return super().parse_args(ctx, args)


def command(
    name: str, *, verbose: str = "Show tracebacks and what Alembic logs"
) -> Callable[[Callback], click.Command]:
    """Declare a `db` command: in the application's context, with ``-d`` and ``-v``.

    The function is called with `directory` resolved; `verbose` is the help text of ``-v``.
    """

    def declare(function: Callback) -> click.Command:
        declared = verbose_option(verbose)(directory_option(with_appcontext(_prepared(function))))
        return click.command(name, cls=Command)(declared)

    return declare


def _prepared(function: Callback) -> Callback:
    @wraps(function)
    def run(directory: str | None, verbose: bool, **options: Any) -> Any:
        directory = directory or g.get("directory")
        verbose = verbose or bool(g.get("migrate_verbose"))
        click.get_current_context().meta[console.VERBOSE] = verbose
        logs.set_up(directory, verbose=verbose)
        return function(directory=directory, verbose=verbose, **options)

    return run


directory_option = click.option(
    "-d", "--directory", help='Migration script directory (default is "migrations")'
)
sql_option = click.option(
    "--sql", is_flag=True, help="Don't emit SQL to database - dump to standard output instead"
)
tag_option = click.option(
    "--tag", help='Arbitrary "tag" name - can be used by custom env.py scripts'
)
x_arg_option = click.option(
    "-x",
    "--x-arg",
    multiple=True,
    help="Additional arguments consumed by custom env.py scripts",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON")
branch_label_option = click.option(
    "--branch-label", help="Specify a branch label to apply to the new revision"
)
rev_id_option = click.option(
    "--rev-id", help="Specify a hardcoded revision id instead of generating one"
)


def verbose_option(text: str) -> Any:
    """Return ``-v`` with this help text."""
    return click.option("-v", "--verbose", is_flag=True, help=text)


def revision_options(function: Callback) -> Callback:
    """Add the options with which `revision` and `migrate` place a new revision."""
    options = (
        click.option("-m", "--message", help="Revision message"),
        sql_option,
        click.option(
            "--head",
            default="head",
            help="Specify head revision or <branchname>@head to base new revision on",
        ),
        click.option(
            "--splice",
            is_flag=True,
            help='Allow a non-head revision as the "head" to splice onto',
        ),
        branch_label_option,
        click.option("--version-path", help="Specify specific path from config for version file"),
        rev_id_option,
        click.option(
            "--depends-on",
            multiple=True,
            help="Specify a revision that the new one depends on (repeatable)",
        ),
    )
    return _with(options, function)


def answer_options(function: Callback) -> Callback:
    """Add the options that answer what a comparison of models and database cannot know."""
    options = (
        click.option(
            "--rename",
            metavar="OLD:NEW",
            multiple=True,
            help="Say what was renamed: table.column:name, or table:name (repeatable)",
        ),
        click.option(
            "--no-rename", is_flag=True, help="Nothing was renamed but what --rename says"
        ),
        click.option(
            "--drop-unmanaged",
            is_flag=True,
            help="Drop tables too that no revision has created",
        ),
        click.option(
            "--verify/--no-verify",
            default=None,
            help="Try the revision up, down and up again before its file stays",
        ),
        click.option("--allow-drops", is_flag=True, help="Allow to drop most of the tables"),
        click.option(
            "--fill",
            metavar="TABLE.COLUMN=SQL",
            multiple=True,
            callback=_fills,
            help="Fill rows that have no value for a NOT NULL column (repeatable)",
        ),
    )
    return _with(options, function)


def _with(options: Sequence[Any], function: Callback) -> Callback:
    for option in reversed(options):
        function = option(function)
    return function


def _fills(
    context: click.Context, parameter: click.Parameter, given: tuple[str, ...]
) -> dict[str, str]:
    """Read each ``table.column=SQL``."""
    fills = {}
    for fill in given:
        column, sign, sql = (part.strip() for part in fill.partition("="))
        if not sign or not sql or not all(column.rpartition(".")[::2]):
            raise click.BadParameter(
                f"'{fill}' is not of the form TABLE.COLUMN=SQL, as in: --fill \"user.active=true\"",
                context,
                parameter,
            )
        fills[column] = sql
    return fills
