"""``flask db ...``: one module per family of commands; `console` alone prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_migrate.group import database_group as db

if TYPE_CHECKING:
    import click

__all__ = ["db"]


def __getattr__(name: str) -> click.Command:
    """Return a command by its function's name, as earlier releases had them here."""
    command = db.commands.get(name.replace("_", "-")) if not name.startswith("_") else None
    if command is None:
        raise AttributeError(f"module 'flask_migrate.cli' has no attribute '{name}'")
    return command
