"""What the user has said beforehand, and how to ask what was not said."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .questions import Question

OPTION: Final = "flask_migrate_answers"
"""The name under which a comparison finds them among the options of its context."""


@dataclass(frozen=True)
class Answers:
    """How a comparison shall decide where it cannot know."""

    renames: tuple[str, ...] = ()
    """``table.old:new`` for a column, ``old:new`` for a table."""
    no_rename: bool = False
    """Whether nothing is a rename that was not named as one."""
    drop_unmanaged: bool = False
    """Whether tables are dropped that no revision has created."""
    allow_drops: bool = False
    """Whether more than half of the tables may be dropped."""
    fills: Mapping[str, str] = field(default_factory=dict)
    """``table.column`` to the SQL expression that fills rows without a value."""
    ask: Callable[[Question], str | None] | None = None
    """Asks on a terminal and returns what was typed; None where nobody can be asked."""


def answers_of(options: Mapping[str, Any]) -> Answers:
    """Return the answers that a comparison was given."""
    given = options.get(OPTION)
    return given if isinstance(given, Answers) else Answers()
