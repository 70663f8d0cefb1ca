"""The shell command: an interactive Python with the application at hand."""

from __future__ import annotations

import code
import importlib
import sys
from typing import TYPE_CHECKING, Any

from flask.globals import app_ctx

from .base import Command
from .options import Option

if TYPE_CHECKING:
    from collections.abc import Callable


class Shell(Command):
    """Starts an interactive shell in a request context of the application.

    The names in it are what `make_context` returns, or `app`. The first of PtIPython, PtPython,
    BPython and IPython that is installed and wanted is used, else Python's own shell. PtPython
    and BPython need a terminal; they are passed over where the input comes from a file.
    """

    description = help = "Runs a Python shell inside the application's context."
    banner = ""

    def __init__(
        self,
        banner: str | None = None,
        make_context: Callable[[], dict[str, Any]] | None = None,
        use_ipython: bool = True,
        use_bpython: bool = True,
        use_ptipython: bool = True,
        use_ptpython: bool = True,
    ) -> None:
        super().__init__()
        self.banner = banner or self.banner
        self.make_context = make_context
        self.use_ipython = use_ipython
        self.use_bpython = use_bpython
        self.use_ptipython = use_ptipython
        self.use_ptpython = use_ptpython

    def get_options(self) -> list[Option]:
        """Return one option for each shell, to leave it out."""
        return [
            _without("IPython", default=not self.use_ipython),
            _without("BPython", default=not self.use_bpython),
            _without("PtIPython", default=not self.use_ptipython),
            _without("PtPython", default=not self.use_ptpython),
        ]

    def get_context(self) -> dict[str, Any]:
        """Return the names that are there in the shell."""
        return {"app": app_ctx.app} if self.make_context is None else self.make_context()

    def run(
        self, no_ipython: bool, no_bpython: bool, no_ptipython: bool, no_ptpython: bool
    ) -> None:
        """Start the first shell that is installed and not left out."""
        shells = (
            (_ptipython, no_ptipython),
            (_ptpython, no_ptpython),
            (_bpython, no_bpython),
            (_ipython, no_ipython),
        )
        context = self.get_context()
        for start, left_out in shells:
            if not left_out and start(self.banner, context):
                return
        code.interact(self.banner, local=context, exitmsg="")


def _without(shell: str, *, default: bool) -> Option:
    name = shell.lower()
    return Option(
        f"--no-{name}",
        dest=f"no_{name}",
        action="store_true",
        default=default,
        help=f"do not use {shell}",
    )


def _installed(module: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError:
        return None


def _ptipython(banner: str, context: dict[str, Any]) -> bool:
    if module := _installed("ptpython.ipython"):
        module.embed(banner1=banner, user_ns=context)
    return module is not None


def _ptpython(banner: str, context: dict[str, Any]) -> bool:
    del banner  # PtPython shows none
    module = _installed("ptpython.repl") if sys.stdin.isatty() else None
    if module:
        module.embed(globals=context)
    return module is not None


def _bpython(banner: str, context: dict[str, Any]) -> bool:
    module = _installed("bpython") if sys.stdin.isatty() else None
    if module:
        module.embed(banner=banner, locals_=context)
    return module is not None


def _ipython(banner: str, context: dict[str, Any]) -> bool:
    if module := _installed("IPython"):
        module.embed(banner1=banner, user_ns=context)
    return module is not None
