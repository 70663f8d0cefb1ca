"""The argparse side: option lists, one parser for each level of commands, suggestions.

argparse pours the values of a subcommand over those of its parent. A level is kept apart here,
so that `manage.py -c prod show -c 3` gives each of the two its own `-c`.
"""

from __future__ import annotations

import argparse
import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from .options import Group, OptionOrGroup, flatten

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .contract import CommandLike, FuncStack

# No option can have this dest by accident.
LEVEL = "<level>"


@dataclass(frozen=True)
class Level:
    """One parser on the way to the chosen command, and the values it read."""

    parser: argparse.ArgumentParser
    values: argparse.Namespace


@dataclass(frozen=True)
class CommandLine:
    """A command line as read: its levels, the chosen command last, and what nobody took."""

    levels: tuple[Level, ...]
    rest: list[str]

    @property
    def func_stack(self) -> FuncStack:
        """The groups passed through and the command; empty if no command was chosen."""
        return getattr(self.levels[-1].values, "func_stack", ())

    @property
    def captures_rest(self) -> bool:
        """Whether the command wants the arguments that nobody took."""
        return bool(self.func_stack) and getattr(self.func_stack[-1], "capture_all_args", False)

    def values_for(self, position: int) -> dict[str, Any]:
        """Return the values of the options of one entry of `func_stack`."""
        # A group of foreign make reads its commands' options on its own level.
        values = self.levels[min(position, len(self.levels) - 1)].values
        dests = {action.dest for action in _actions(self.func_stack[position].parser)}
        return {dest: value for dest, value in vars(values).items() if dest in dests}


class LevelParser(argparse.ArgumentParser):
    """A parser that keeps its values apart and suggests the name of a mistyped command."""

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Return a namespace with one entry, this level, and the arguments left over."""
        values, rest = super().parse_known_args(args, namespace or argparse.Namespace())
        return argparse.Namespace(**{LEVEL: Level(self, values)}), rest

    # argparse has no public place to word this message.
    def _check_value(self, action: argparse.Action, value: Any) -> None:
        names = [str(choice) for choice in action.choices or ()]
        if action.nargs == argparse.PARSER and value not in names:
            raise argparse.ArgumentError(None, _unknown("command", str(value), names))
        super()._check_value(action, value)


def read_command_line(parser: LevelParser, args: Sequence[str]) -> CommandLine:
    """Parse the arguments and collect the levels, from the outermost inwards."""
    namespace, rest = parser.parse_known_args(args)
    levels: list[Level] = []
    while (level := getattr(namespace, LEVEL, None)) is not None:
        levels.append(level)
        namespace = level.values
    return CommandLine(tuple(levels), rest)


def refuse_rest(line: CommandLine) -> NoReturn:
    """End the program with exit code 2, saying which argument is not known."""
    parser = line.func_stack[-1].parser if line.func_stack else line.levels[-1].parser
    known = [flag for action in _actions(parser) for flag in action.option_strings]
    first = line.rest[0]
    if first.startswith("-"):
        parser.error(_unknown("option", first.partition("=")[0], known))
    parser.error(f"unexpected argument {first!r}; remove it, {parser.prog} takes no more.")


def add_options(parser: argparse.ArgumentParser, options: Iterable[OptionOrGroup]) -> None:
    """Give the options and groups of options to a parser."""
    for option in options:
        container: Any = _container(parser, option) if isinstance(option, Group) else parser
        for each in flatten([option]):
            container.add_argument(*each.args, **each.kwargs)


def add_help_flags(
    parser: argparse.ArgumentParser, help_args: Iterable[str], options: Iterable[OptionOrGroup]
) -> None:
    """Add the help option, leaving out flags that the command uses for itself."""
    taken = {flag for option in flatten(options) for flag in option.args}
    flags = [flag for flag in help_args if flag not in taken]
    if flags:
        help_text = "show this help message and exit"
        parser.add_argument(*flags, action="help", dest=argparse.SUPPRESS, help=help_text)


def add_subcommand(
    subparsers: argparse._SubParsersAction[Any],
    name: str,
    command: CommandLike,
    parser: argparse.ArgumentParser,
) -> None:
    """Put the parser that a command made under its name."""
    description = getattr(command, "description", None) or ""
    # argparse fills in %(prog)s in help texts, so a docstring's own % must be doubled.
    help_text = getattr(command, "help", None) or description.replace("%", "%%")
    subparsers.add_parser(
        name,
        usage=getattr(command, "usage", None),
        help=help_text,
        description=description,
        parents=[parser],
        add_help=False,
    )


def _container(parser: argparse.ArgumentParser, group: Group) -> Any:
    if group.exclusive:
        return parser.add_mutually_exclusive_group(required=bool(group.required))
    if group.title or group.description:
        return parser.add_argument_group(group.title, group.description)
    return parser


def _actions(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    return parser._actions  # noqa: SLF001 - argparse has no public list of a parser's actions


def _unknown(kind: str, name: str, known: Sequence[str]) -> str:
    # Dashes are the same everywhere and would make any two options alike.
    words = {option.lstrip("-"): option for option in known}
    close = difflib.get_close_matches(name.lstrip("-"), words, n=1)
    if close:
        return f"unknown {kind} {name!r}; did you mean {words[close[0]]!r}?"
    return f"unknown {kind} {name!r}; choose from {', '.join(known) or 'none: there is none'}."
