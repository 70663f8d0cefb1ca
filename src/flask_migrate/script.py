"""`MigrateCommand`: ``python manage.py db ...``, the commands for programs that use Flask-Script.

It meets what Flask-Script's Manager asks of a group of commands without
importing Flask-Script. argparse collects what was typed, as Flask-Script wants it;
what that means and what is done is left to the commands of ``flask db``.
"""

from __future__ import annotations

import argparse
import sys
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

import click
from flask.cli import ScriptInfo

from flask_migrate import context
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
    help_args: Iterable[str] | None = None
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
        self._added[function.__name__] = _flask_script().Command(function)
        return function

    def option(self, *arguments: Any, **options: Any) -> Callable[[Function], Function]:
        """Add a function as a command with this option; may be repeated."""
        flask_script = _flask_script()

        def decorate(function: Function) -> Function:
            command: Any = self._added.get(function.__name__)
            if getattr(command, "run", None) is not function:
                command = self._added[function.__name__] = flask_script.Command()
                command.run = function
                command.__doc__ = function.__doc__
                command.option_list = []
            command.option_list.append(flask_script.Option(*arguments, **options))
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
        # Flask-Script 2 gives the last word alone.
        program = prog if " " in prog else f"{Path(sys.argv[0]).name} {prog}"
        context.group_names.add(program.split()[-1])
        self.parser = argparse.ArgumentParser(
            prog, usage=self.usage, description=self.description, add_help=False
        )
        _add_help_flags(self.parser, self)
        stack = (*func_stack, self)
        self.parser.set_defaults(func_stack=(*stack, _Help(self)))
        self._add_parsers(program, stack)
        return self.parser

    def _add_parsers(self, program: str, stack: tuple[Any, ...]) -> None:
        commands = self._commands(program)
        subparsers = self.parser.add_subparsers(
            prog=program, action=_NamedCommands, metavar=f"{{{','.join(commands)}}}"
        )
        for name, meant in {**ALIASES, **{name: name for name in commands}}.items():
            command = commands[meant]
            own = command.create_parser(f"{program} {name}", func_stack=stack, parent=self)
            _add_parser(subparsers, name, command, own, listed=name in commands)

    def _commands(self, program: str) -> dict[str, Any]:
        typed = " ".join([_typed_program(), *program.split()[1:]])
        ours = {
            name: _Leaf(name, command, typed) for name, command in database_group.commands.items()
        }
        return ours | self._added


MigrateCommand = MigrateCommandGroup()
"""What ``manager.add_command('db', MigrateCommand)`` adds."""


class _Leaf:
    """One command of ``flask db``, as Flask-Script asks for it."""

    help_args = None
    usage = None
    parser: argparse.ArgumentParser

    def __init__(self, name: str, command: click.Command, group: str) -> None:
        self._name = name
        self._command = command
        self._group = group
        self.help = self.description = command.get_short_help_str(limit=200).replace("%", "%%")
        self.capture_all_args = isinstance(command, click.Group)

    def create_parser(
        self, prog: str, func_stack: tuple[Any, ...] = (), parent: Any = None
    ) -> argparse.ArgumentParser:
        """Return a parser with the options of the click command."""
        self.parent = parent
        self.parser = argparse.ArgumentParser(prog, add_help=False)
        if not self.capture_all_args:
            _add_help_flags(self.parser, self)
        for parameter in self._command.params:
            for names, settings in _argparse(parameter):
                self.parser.add_argument(*names, **settings)
        self.parser.set_defaults(func_stack=(*func_stack, self))
        return self.parser

    def __call__(self, app: Flask, rest: Sequence[str] = (), **values: Any) -> Any:
        """Run the command in a request context of the application; return the exit code."""
        words = [self._name, *_typed(self._command.params, values), *rest]
        with app.test_request_context(), context.working():
            try:
                database_group.main(
                    words,
                    prog_name=self._group,
                    obj=ScriptInfo(create_app=lambda: app),
                    auto_envvar_prefix=f"FLASK_{self._group.split()[-1].upper()}",
                )
            except SystemExit as done:
                return done.code


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


def _flask_script() -> Any:
    try:
        return import_module("flask_script")
    except ModuleNotFoundError as error:
        raise ImportError(
            "Commands of one's own on MigrateCommand need Flask-Script, which is not installed. "
            "Type: pip install 'Flask-Script>=3'"
        ) from error


def _typed_program() -> str:
    """Return what the user types before the arguments: ``python manage.py``."""
    module = getattr(sys.modules["__main__"], "__spec__", None)
    if module is not None:
        return f"python -m {module.name.removesuffix('.__main__')}"
    program = sys.argv[0]
    return f"python {program}" if program.endswith(".py") else Path(program).name


def _add_parser(
    subparsers: Any, name: str, command: Any, own: argparse.ArgumentParser, *, listed: bool
) -> None:
    text = getattr(command, "help", None) or (command.__doc__ or "").replace("%", "%%")
    subparsers.add_parser(
        name,
        usage=getattr(command, "usage", None),
        description=getattr(command, "description", None) or command.__doc__,
        parents=[own],
        add_help=False,
        **({"help": text} if listed else {}),
    )


def _add_help_flags(parser: argparse.ArgumentParser, command: Any) -> None:
    """Add the help flags that the command or the next manager above it has."""
    while command is not None and getattr(command, "help_args", None) is None:
        command = getattr(command, "parent", None)
    flags = HELP_ARGUMENTS if command is None else command.help_args
    if flags:
        text = "show this help message and exit"
        parser.add_argument(*flags, action="help", help=text)


def _argparse(parameter: click.Parameter) -> Iterator[tuple[list[str], dict[str, Any]]]:
    """Yield a click parameter as the arguments of `add_argument`, for ``--no-...`` too."""
    if not isinstance(parameter, click.Option):
        nargs = "*" if parameter.nargs < 0 else None if parameter.required else "?"
        help_text = f"{parameter.name} identifier"
        yield [str(parameter.name)], {"nargs": nargs, "help": help_text}
        return
    help_text = (parameter.help or "").replace("%", "%%")
    settings: dict[str, Any] = {
        "dest": parameter.name,
        "help": argparse.SUPPRESS if parameter.hidden else help_text,
    }
    yield list(parameter.opts), settings | _argparse_action(parameter)
    if parameter.secondary_opts:
        yield list(parameter.secondary_opts), settings | _DENIED


def _argparse_action(option: click.Option) -> dict[str, Any]:
    if option.count:
        return {"action": "count"}
    if option.is_flag:
        return {"action": "store_true", "default": None}
    nargs = {} if option.nargs == 1 else {"nargs": option.nargs}
    return nargs | ({"action": "append"} if option.multiple else {})


_DENIED: Final = {"action": "store_false", "default": None, "help": argparse.SUPPRESS}


def _typed(parameters: Iterable[click.Parameter], values: dict[str, Any]) -> list[str]:
    """Return the words of a command line that means these values."""
    options: list[str] = []
    arguments: list[str] = []
    for parameter in parameters:
        value = values.get(str(parameter.name))
        if value is None:
            continue
        if isinstance(parameter, click.Option):
            options += _typed_option(parameter, value)
        else:
            arguments += [value] if isinstance(value, str) else value
    return [*options, "--", *arguments] if arguments else options


def _typed_option(option: click.Option, value: Any) -> list[str]:
    name = option.opts[-1]
    if option.count:
        return [name] * value
    if option.is_flag:
        return [name if value else option.secondary_opts[-1]]
    occurrences = value if option.multiple else [value]
    return [w for each in occurrences for w in (name, *([each] if option.nargs == 1 else each))]
