"""The base class of commands."""

from __future__ import annotations

import argparse
import inspect
from typing import TYPE_CHECKING, Any

from .contract import help_args_of
from .parsing import add_help_flags, add_options
from .signature import options_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from flask import Flask

    from .contract import FuncStack
    from .options import OptionOrGroup


class InvalidCommand(Exception):
    """A command that cannot be carried out; for programs to raise and to catch around `run`."""


class Command:
    """One command: a subclass with a `run` method, or a function given to the constructor.

    The class attributes stand in for what a subclass with its own `__init__` does not set:

    - `option_list`: the options and groups of options, unless `get_options` is overridden.
    - `help`: the line in the list of commands; the docstring if it is None.
    - `usage`: the usage line; argparse writes it if it is None.
    - `help_args`: the help flags; the manager's if it is None.
    - `capture_all_args`: hand all unknown arguments to `run`, as a list, in first place.
    - `parser`: the parser that `create_parser` made last.
    """

    option_list: Iterable[OptionOrGroup] = ()
    help: str | None = None
    usage: str | None = None
    help_args: Iterable[str] | None = None
    capture_all_args: bool = False
    parser: argparse.ArgumentParser

    def __init__(self, func: Callable[..., Any] | None = None) -> None:
        if func is not None:
            self.use_function(func)
            self.option_list = options_of(func)

    def use_function(self, func: Callable[..., Any]) -> None:
        """Run this function, and describe the command by its docstring."""
        self.run = func  # type: ignore[method-assign]
        self.__doc__ = func.__doc__

    @property
    def description(self) -> str:
        """The text above the options in the help of the command: its docstring."""
        return inspect.cleandoc(self.__doc__ or "")

    def add_option(self, option: OptionOrGroup) -> None:
        """Add an option or a group to this command, not to others of its class."""
        self.option_list = [*self.option_list, option]

    def get_options(self) -> Iterable[OptionOrGroup]:
        """Return the options and groups; a subclass may compute them here."""
        return self.option_list

    def create_parser(
        self, name: str, func_stack: FuncStack = (), parent: Any = None, **kwargs: Any
    ) -> argparse.ArgumentParser:
        """Make the parser of this command; further keywords go to `ArgumentParser`."""
        kwargs.setdefault("usage", self.usage)
        kwargs.setdefault("description", self.description)
        parser = argparse.ArgumentParser(name, add_help=False, **kwargs)
        options = list(self.get_options())
        add_help_flags(parser, help_args_of(self, parent), options)
        add_options(parser, options)
        parser.set_defaults(func_stack=(*func_stack, self))
        self.parser = parser
        return parser

    def __call__(self, app: Flask | None = None, *args: Any, **kwargs: Any) -> Any:
        """Run the command in a test request context of the application."""
        if app is None:
            raise TypeError(
                f"{type(self).__name__} needs the application: call it as command(app), "
                "or run it through a Manager."
            )
        with app.test_request_context():
            return self.run(*args, **kwargs)

    def run(self, *args: Any, **kwargs: Any) -> Any:
        """Do the work; what it returns becomes the exit code, None is success."""
        raise NotImplementedError(
            f"{type(self).__name__} has nothing to run: "
            "define its run() method, or make it as Command(function)."
        )
