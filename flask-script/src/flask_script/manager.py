"""The manager: collects commands, reads the command line, runs what it names."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from flask import Flask

from .base import Command
from .cli import NoAnswer
from .contract import help_args_of
from .options import Option
from .parsing import (
    LevelParser,
    add_help_flags,
    add_options,
    add_subcommand,
    read_command_line,
    refuse_rest,
)
from .server import Server
from .shell import Shell

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import NoReturn

    from .contract import CommandLike, FuncStack
    from .parsing import CommandLine

F = TypeVar("F", bound="Callable[..., Any]")


class Manager:
    """A set of commands for an application, and itself a command of another manager.

    `app` is the application or a function that makes it; the function receives the values of
    the options added with `add_option`. `shell` and `runserver` are added to the outermost
    manager, or wherever `with_default_commands` is true, and nowhere if it is false.
    """

    help_args: Iterable[str] = ("-?", "--help")

    def __init__(
        self,
        app: Flask | Callable[..., Flask] | None = None,
        with_default_commands: bool | None = None,
        usage: str | None = None,
        help: str | None = None,  # noqa: A002
        description: str | None = None,
        disable_argcomplete: bool = False,
    ) -> None:
        self.app = app
        self.with_default_commands = with_default_commands
        self.usage = usage
        self.help = help if help is not None else usage
        self.description = description if description is not None else usage
        self.disable_argcomplete = disable_argcomplete
        self.parent: Manager | None = None
        self.parser: argparse.ArgumentParser
        self._commands: dict[str, CommandLike] = {}
        self._options: list[Option] = []

    def add_command(
        self,
        name: str | CommandLike | type[CommandLike],
        command: CommandLike | type[CommandLike] | None = None,
        *,
        namespace: str | None = None,
    ) -> None:
        """Add a command, an object or a class, under a name or under its own.

        Its own name is its `name` attribute, or that of its class in small letters. With a
        `namespace`, it goes into the sub-manager of that name.
        """
        given = name if command is None else command
        instance: Any = given() if isinstance(given, type) else given
        if not hasattr(instance, "create_parser"):
            raise TypeError(
                f"{instance!r} is not a command: give an instance or a subclass of Command or "
                "Manager, or decorate the function with @manager.command."
            )
        own_name = name if isinstance(name, str) else _own_name(instance)
        if namespace is not None:
            self._namespace(namespace).add_command(own_name, instance)
            return
        if hasattr(instance, "parent"):
            instance.parent = self
        self._commands[own_name] = instance

    def command(self, func: F) -> F:
        """Make a function a command, with options from its signature; for decorating."""
        self.add_command(func.__name__, Command(func))
        return func

    def option(self, *args: Any, **kwargs: Any) -> Callable[[F], F]:
        """Give a function one option, as for argparse, and make it a command if it is none."""

        def decorate(func: F) -> F:
            command = self._commands.get(func.__name__)
            if not isinstance(command, Command) or command.run is not func:
                command = Command()
                command.use_function(func)
                self.add_command(func.__name__, command)
            command.add_option(Option(*args, **kwargs))
            return func

        return decorate

    def shell(self, func: F) -> F:
        """Use what a function returns, a dict, as the names in the shell; for decorating."""
        self.add_command("shell", Shell(make_context=func))
        return func

    def add_option(self, *args: Any, **kwargs: Any) -> None:
        """Add an option, as for argparse, that goes to the function that makes the application."""
        self._options.append(Option(*args, **kwargs))

    def get_options(self) -> list[Option]:
        """Return the options that come before the name of the command."""
        return self._options

    def add_default_commands(self) -> None:
        """Add `shell` and `runserver`, unless commands of these names are there."""
        defaults: dict[str, type[Command]] = {"shell": Shell, "runserver": Server}
        for name, command in defaults.items():
            if name not in self._commands:
                self.add_command(name, command)

    def __call__(self, app: Any = None, **kwargs: Any) -> Any:
        """Return the application: the one given, the manager's own, or a newly made one."""
        if app is not None:
            return app
        if self.app is None:
            raise TypeError(
                "The manager has no application: give Manager() the application "
                "or a function that makes it."
            )
        if isinstance(self.app, Flask):
            return self.app
        made = self.app(**kwargs)
        if made is None:
            raise TypeError(f"{self.app!r} returned None; it must return the application.")
        return made

    def create_parser(
        self, name: str, func_stack: FuncStack = (), parent: Any = None
    ) -> LevelParser:
        """Make the parser of this manager with those of all its commands, and keep it."""
        parser = LevelParser(name, usage=self.usage, description=self.description, add_help=False)
        if self._wants_default_commands(parent):
            self.add_default_commands()
        add_options(parser, self.get_options())
        add_help_flags(parser, help_args_of(self, parent), self.get_options())
        subparsers = parser.add_subparsers(prog=name)
        for each, command in self._commands.items():
            inner = command.create_parser(
                f"{name} {each}", func_stack=(*func_stack, self), parent=self
            )
            add_subcommand(subparsers, each, command, inner)
        self.parser = parser
        return parser

    def handle(self, prog: str, args: Sequence[str] | None = None) -> Any:
        """Run the command that the arguments name, and return what it returns.

        Raises `SystemExit` with 2 if they name none, or are not understood.
        """
        parser = self.create_parser(prog)
        self._complete(parser)
        line = read_command_line(parser, args or [])
        if line.rest and not line.captures_rest:
            refuse_rest(line)
        if not line.func_stack:
            line.levels[-1].parser.print_help()
            sys.exit(2)
        return _carry_out(line)

    def run(
        self,
        commands: Mapping[str, CommandLike | type[CommandLike]] | None = None,
        default_command: str | None = None,
    ) -> NoReturn:
        """Run the command on the program's command line and end the program.

        `commands` are added first; `default_command` is run if the command line is empty. The
        exit code is what the command returns, 0 for None.
        """
        for name, command in (commands or {}).items():
            self.add_command(name, command)
        prog, args = Path(sys.argv[0]).name, sys.argv[1:]
        if not args and default_command is not None:
            args = [default_command]
        try:
            result = self.handle(prog, args)
        except NoAnswer as error:
            sys.exit(f"{prog}: error: {error}")
        sys.exit(result or 0)

    def _namespace(self, name: str) -> Manager:
        known = self._commands.get(name)
        if isinstance(known, Manager):
            return known
        manager = Manager()
        self.add_command(name, manager)
        return manager

    def _wants_default_commands(self, parent: Any) -> bool:
        if self.with_default_commands is None:
            return parent is None
        return self.with_default_commands

    def _complete(self, parser: LevelParser) -> None:
        if not self.disable_argcomplete and "_ARGCOMPLETE" in os.environ:
            importlib.import_module("argcomplete").autocomplete(parser)


def _carry_out(line: CommandLine) -> Any:
    *groups, command = line.func_stack
    app: Any = None
    for position, group in enumerate(groups):
        app = group(app, **line.values_for(position))
    captured = [line.rest] if line.captures_rest else []
    return command(app, *captured, **line.values_for(len(groups)))


def _own_name(command: Any) -> str:
    return getattr(command, "name", None) or type(command).__name__.lower()
