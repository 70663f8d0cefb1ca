"""What the user has said beforehand, and how to ask what was not said."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from flask_migrate.errors import RenameUnclear

from .questions import Question

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask_migrate.errors import MigrateError

Ask: TypeAlias = "Callable[[Question], str | None]"
OPTION: Final = "flask_migrate_answers"
"""The name under which a comparison finds them among the options of its context."""

RENAMED_FROM: Final = "renamed_from"
"""The key in the `info` of a table or column of the models that says it for ever."""


@dataclass
class Said:
    """What several comparisons with one set of answers made of it: one for each database."""

    wrong: dict[str, MigrateError] = field(default_factory=dict)
    """Renames and values that could not be, by what was said, and why."""
    met: set[str] = field(default_factory=set)
    """Those that were meant for a database."""
    typed: list[str] = field(default_factory=list)
    """What was typed for rows without a value."""
    unclear: list[tuple[str, str]] = field(default_factory=list)
    """What may be a rename and was not decided: what it was, and the new name."""

    def check(self) -> None:
        """Raise what is wrong for every database, else what is unclear in any."""
        for rename, error in self.wrong.items():
            if rename not in self.met:
                raise error
        if self.unclear:
            raise RenameUnclear(list(dict.fromkeys(self.unclear)))


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
    ask: Ask | None = None
    """Asks on a terminal and returns what was typed; None where nobody can be asked."""
    said: Said = field(default_factory=Said, compare=False, repr=False)
    """What became of it in the comparisons."""

    def is_rename(self, old: str, new: str, question: str) -> bool | None:
        """Ask whether something likely was renamed; None where nobody says, which is noted."""
        if self.no_rename:
            return False
        answer = self.ask(Question(f"{question} [y/N]", "n")) if self.ask else None
        if answer is None:
            self.said.unclear.append((old, new))
            return None
        return answer.strip().lower() in ("y", "yes")


def answers_of(options: Mapping[str, Any]) -> Answers:
    """Return the answers that a comparison was given."""
    given = options.get(OPTION)
    return given if isinstance(given, Answers) else Answers()
