"""The clean command: removes compiled Python files."""

from __future__ import annotations

from pathlib import Path

import click

from .base import Command


class Clean(Command):
    """Removes *.pyc and *.pyo files below the current directory."""

    def run(self) -> None:
        """Remove the files and name each one."""
        for suffix in ("pyc", "pyo"):
            for path in sorted(Path().rglob(f"*.{suffix}")):
                click.echo(f"Removing {path}")
                path.unlink()
