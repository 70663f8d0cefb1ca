"""``flask db ...``: one module per family of commands; `console` alone prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_migrate.group import FAMILIES
from flask_migrate.group import database_group as db

if TYPE_CHECKING:
    import click

__all__ = ["db"]


def __getattr__(name: str) -> click.Command:
    """Return a command by its function's name, as earlier releases had them here."""
    typed = name.replace("_", "-")
    command = None
    if any(typed in names for names in FAMILIES.values()):  # a module's name would load them all
        command = db.commands.get(typed)
    if command is None:
        raise AttributeError(f"module 'flask_migrate.cli' has no attribute '{name}'")
    return command
