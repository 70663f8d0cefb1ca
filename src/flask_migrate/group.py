"""The group `flask db`: light to import; its commands are loaded when one is asked for."""

from __future__ import annotations

from difflib import get_close_matches
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

import click
from flask import g
from flask.cli import AppGroup, with_appcontext

from . import context

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping

FAMILIES: Final = {
    "create": ("init", "revision", "migrate", "edit", "merge", "list-templates"),
    "apply": ("upgrade", "downgrade", "stamp", "ensure-version"),
    "read": ("show", "history", "heads", "branches", "current", "check"),
    "look": ("status", "plan"),
    "mend": ("repair", "recover"),
}
"""The modules of `flask_migrate.cli`, and the commands that each of them holds."""

ALIASES: Final = {"head": "heads"}


class DatabaseGroup(click.Group):
    """A group whose commands are imported when they are first asked for."""

    _commands: dict[str, click.Command]
    _complete = False

    @property
    def commands(self) -> MutableMapping[str, click.Command]:
        """Every command by its name; those that the application added among them."""
        if not self._complete:
            self._complete = True
            for family in FAMILIES:
                self._load(family)
        return self._commands

    @commands.setter
    def commands(self, commands: Mapping[str, click.Command]) -> None:
        self._commands = dict(commands)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of a name; ``head`` is accepted for ``heads``."""
        real = ALIASES.get(cmd_name, cmd_name)
        family = next((f for f, names in FAMILIES.items() if real in names), None)
        if family is None or self._complete:
            return super().get_command(ctx, cmd_name) or super().get_command(ctx, real)
        self._load(family)
        return self._commands.get(cmd_name) or self._commands[real]

    def _load(self, family: str) -> None:
        for command in import_module(f"flask_migrate.cli.{family}").COMMANDS:
            self._commands.setdefault(command.name, command)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that `args` begin with; a typing slip gets a proposal."""
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            close = get_close_matches(args[0], self.list_commands(ctx), n=1)
            hint = f" Did you mean {close[0]}?" if close else ""
            ctx.fail(f"No such command '{args[0]}'.{hint}")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an error becomes one sentence and an exit code."""
        with import_module("flask_migrate.cli.console").errors_reported(ctx):
            return super().invoke(ctx)


def watch_loading() -> None:
    """Explain what goes wrong while the application loads, if this is for a `db` command."""
    ctx = click.get_current_context(silent=True)
    if ctx is not None and context.command_name() in context.group_names:
        context.rest_collector(ctx.find_root())
        import_module("flask_migrate.cli.loading").watch()


@click.group(cls=DatabaseGroup, name="db")
@click.option("-d", "--directory", help='Migration script directory (default is "migrations")')
@click.option(
    "-x",
    "--x-arg",
    multiple=True,
    help="Additional arguments consumed by custom env.py scripts",
)
@click.option("--verbose", is_flag=True, help="Show tracebacks and what Alembic and SQLAlchemy log")
@with_appcontext
def database_group(directory: str | None, x_arg: tuple[str, ...], verbose: bool) -> None:
    """Perform database migrations."""
    given = {"directory": directory, "x_arg": x_arg, "migrate_verbose": verbose}
    for name, value in given.items():
        setattr(g, name, value)
    click.get_current_context().call_on_close(lambda: [g.pop(name, None) for name in given])


def typed() -> str:
    """Return how the user typed the group: ``flask db``, ``python manage.py db``, ..."""
    ctx = click.get_current_context(silent=True)
    while ctx is not None and ctx.command is not database_group:
        ctx = ctx.parent
    if ctx is None:
        return "flask db"
    root = ctx.find_root()
    if type(root.command) is AppGroup or root.info_name == "root":  # named so by a test runner
        return f"flask{ctx.command_path.removeprefix(str(root.info_name))}"
    return ctx.command_path
