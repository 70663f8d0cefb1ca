"""Words that several errors say alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def listed(names: Sequence[str]) -> str:
    """Return names as they stand in a sentence: ``a, b``; ``none`` for no name."""
    return ", ".join(names) or "none"


def place(revisions: Sequence[str]) -> str:
    """Return where a database stands, as words."""
    return listed(revisions) if revisions else "no revision"


def upgrade_to(heads: Sequence[str]) -> str:
    """Return the command that brings a database to these heads."""
    return "flask db upgrade heads" if len(heads) > 1 else "flask db upgrade"
