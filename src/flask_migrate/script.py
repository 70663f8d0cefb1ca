"""`MigrateCommand`: ``python manage.py db ...``, the commands for programs that use Flask-Script.

It meets what Flask-Script's Manager asks of a group of commands without
importing Flask-Script. The commands and their options are those of ``flask db``.
"""

from __future__ import annotations

import argparse
import sys
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

import click
from flask.cli import ScriptInfo

from flask_migrate.cli.console import errors_reported
from flask_migrate.group import ALIASES, database_group

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import TypeVar

    from flask import Flask

    Function = TypeVar("Function", bound=Callable[..., Any])

HELP_ARGUMENTS: Final = ("-?", "--help")
TITLE: Final = "Perform database migrations"


class ScriptCommand(Protocol):
    """What Flask-Script asks of a command, be it its own or ours."""

    parser: argparse.ArgumentParser

    def create_parser(self, *args: Any, **options: Any) -> argparse.ArgumentParser:
        """Return the parser of the command's own options, kept as `parser` too."""

    def __call__(self, app: Flask, *args: Any, **options: Any) -> Any:
        """Run the command."""


class MigrateCommandGroup:
    """The group `db` of a manage.py."""

    name = "db"
    usage = help = description = TITLE
    help_args: tuple[str, ...] = HELP_ARGUMENTS
    parser: argparse.ArgumentParser

    def __init__(self) -> None:
        self.parent: Any = None
        self._added: dict[str, Any] = {}

    def __call__(self, app: Flask, **_: Any) -> Flask:
        """Hand the application on to the command that was chosen."""
        return app

    def add_command(self, *arguments: Any) -> None:
        """Add a Flask-Script command, or a class of them, by ``(name, command)`` or alone."""
        *names, command = arguments
        command = command() if isinstance(command, type) else command
        default = type(command).__name__.lower().removesuffix("command")
        self._added[names[0] if names else getattr(command, "name", default)] = command

    def command(self, function: Function) -> Function:
        """Add a function as a command; its arguments become options."""
        from flask_script import Command

        self._added[function.__name__] = Command(function)
        return function

    def option(self, *arguments: Any, **options: Any) -> Callable[[Function], Function]:
        """Add a function as a command with this option; may be repeated."""
        from flask_script import Command, Option

        def decorate(function: Function) -> Function:
            if function.__name__ not in self._added:
                command = Command()
                command.run = function  # type: ignore[method-assign] # how Flask-Script does it
                command.__doc__ = function.__doc__
                command.option_list = []
                self._added[function.__name__] = command
            self._added[function.__name__].option_list.append(Option(*arguments, **options))
            return function

        return decorate

    def get_options(self) -> list[Any]:
        """Return the options of the group itself: none."""
        return []

    def create_parser(
        self, prog: str, func_stack: tuple[Any, ...] = (), parent: Any = None
    ) -> argparse.ArgumentParser:
        """Return the parser of the group, with a parser for each command below it."""
        self.parent = parent
        stack = (*func_stack, self)
        self.parser = argparse.ArgumentParser(
            prog, usage=self.usage, description=self.description, add_help=False
        )
        self.parser.add_argument(
            *self.help_args, action="help", help="show this help message and exit"
        )
        self.parser.set_defaults(func_stack=(*stack, _Help(self)))
        commands = self._commands()
        program = prog if " " in prog else f"{Path(sys.argv[0]).name} {prog}"
        subparsers = self.parser.add_subparsers(
            prog=program, action=_NamedCommands, metavar=f"{{{','.join(commands)}}}"
        )
        for name, command in commands.items():
            text = getattr(command, "help", None) or command.__doc__
            own = command.create_parser(f"{program} {name}", func_stack=stack, parent=self)
            _add_parser(subparsers, name, command, own, help=text)
        for alias, name in ALIASES.items():
            command = commands[name]
            own = command.create_parser(f"{program} {alias}", func_stack=stack, parent=self)
            _add_parser(subparsers, alias, command, own)
        return self.parser

    def _commands(self) -> dict[str, Any]:
        ours = {name: _Leaf(command) for name, command in database_group.commands.items()}
        return ours | self._added


MigrateCommand = MigrateCommandGroup()
"""What ``manager.add_command('db', MigrateCommand)`` adds."""


class _Leaf:
    """One command of ``flask db``, as Flask-Script asks for it."""

    help_args = HELP_ARGUMENTS
    capture_all_args = False
    parser: argparse.ArgumentParser

    def __init__(self, command: click.Command) -> None:
        self._command = command
        self.usage = None
        self.help = self.description = command.get_short_help_str(limit=200)

    def create_parser(
        self, prog: str, func_stack: tuple[Any, ...] = (), parent: Any = None
    ) -> argparse.ArgumentParser:
        """Return a parser with the options of the click command."""
        self.parent = parent
        self.parser = argparse.ArgumentParser(prog, add_help=False)
        self.parser.add_argument(
            *self.help_args, action="help", help="show this help message and exit"
        )
        for parameter in self._command.params:
            names, settings = _argparse(parameter)
            self.parser.add_argument(*names, **settings)
        self.parser.set_defaults(func_stack=(*func_stack, self))
        return self.parser

    def __call__(self, app: Flask, **options: Any) -> Any:
        """Run the command in a request context of the application; the result is the exit code."""
        loaded = ScriptInfo(create_app=lambda: app)
        context = click.Context(self._command, info_name=self._command.name, obj=loaded)
        with app.test_request_context(), context, errors_reported(context):
            callback = self._command.callback
            return None if callback is None else context.invoke(callback, **options)


class _Help:
    """What runs when no command was named: the help, and exit code 2."""

    capture_all_args = False

    def __init__(self, group: MigrateCommandGroup) -> None:
        self.parser = group.parser

    def __call__(self, app: Flask, **_: Any) -> None:  # noqa: ARG002 # Flask-Script passes it
        self.parser.print_help()
        self.parser.exit(2)


class _AnyName:
    """The names to choose from, refusing none: a wrong one is told by `_NamedCommands`."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __contains__(self, name: object) -> bool:
        return True


class _NamedCommands(argparse._SubParsersAction):  # type: ignore[type-arg] # noqa: SLF001
    """Finds a command by its name; a typing slip gets a proposal."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.choices = _AnyName(self._name_parser_map)  # type: ignore[assignment]

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        name = str(values[0]) if values else ""
        if name not in self._name_parser_map:
            close = get_close_matches(name, self._name_parser_map, n=1)
            hint = f" Did you mean {close[0]}?" if close else ""
            parser.error(f"No such command '{name}'.{hint}")
        super().__call__(parser, namespace, values, option_string)


def _add_parser(
    subparsers: Any, name: str, command: Any, own: argparse.ArgumentParser, **shown: Any
) -> None:
    subparsers.add_parser(
        name,
        usage=getattr(command, "usage", None),
        description=getattr(command, "description", None) or command.__doc__,
        parents=[own],
        add_help=False,
        **shown,
    )


def _argparse(parameter: click.Parameter) -> tuple[list[str], dict[str, Any]]:
    """Return a click parameter as the arguments of `add_argument`."""
    default = parameter.default if isinstance(parameter.default, str) else None
    if not isinstance(parameter, click.Option):
        nargs = "?" if parameter.nargs == 1 else "*"
        help_text = f"{parameter.name} identifier"
        return [str(parameter.name)], {"nargs": nargs, "default": default, "help": help_text}
    settings: dict[str, Any] = {"dest": parameter.name, "default": default}
    if parameter.is_flag:
        settings |= {"action": "store_true", "default": False}
    elif parameter.multiple:
        settings |= {"action": "append", "default": []}
    settings["help"] = argparse.SUPPRESS if parameter.hidden else parameter.help
    return list(parameter.opts), settings
