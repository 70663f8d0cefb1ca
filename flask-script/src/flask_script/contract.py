"""What a Manager asks of a command object; any object that has it can be a command.

A group (an object that has commands of its own) and a leaf (one that does the work) differ
only in what they return when they are called:

- `create_parser(name, func_stack=(), parent=None)` returns an `ArgumentParser` made with
  `add_help=False` and keeps it as `parser`. `name` is the command line so far, the text that a
  usage line begins with. A leaf's parser has the default `func_stack=func_stack + (self,)`; a
  group hands `func_stack + (self,)` to the `create_parser` of its commands.
- Called with the application and the values of the options in its `parser`, a group returns the
  application and a leaf returns the exit code, None for success.
- `usage`, `help`, `description`, `help_args` and `capture_all_args` are used if they are there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

if TYPE_CHECKING:
    import argparse

FuncStack: TypeAlias = "tuple[CommandLike, ...]"


class CommandLike(Protocol):
    """A command or a group of commands, whoever wrote it."""

    parser: argparse.ArgumentParser

    def create_parser(
        self, name: str, func_stack: FuncStack = (), parent: Any = None
    ) -> argparse.ArgumentParser:
        """Make the parser of this command, keep it as `parser` and return it."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Carry the command out, given the application; a group returns the application."""


def help_args_of(command: Any, parent: Any) -> tuple[str, ...]:
    """Return the help flags of a command: its own, or those of the nearest group above it."""
    owner = command
    while owner is not None:
        help_args = getattr(owner, "help_args", None)
        if help_args is not None:
            return tuple(help_args)
        owner, parent = parent, getattr(parent, "parent", None)
    return ()
