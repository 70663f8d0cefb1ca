"""A sound history as columns, and the `Script` of each revision made when it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from .tree import Tree

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from alembic.script.revision import Revision


@dataclass(frozen=True)
class History:
    """What all revision files say together, in the order of the files."""

    revisions: Sequence[str]
    parents: Sequence[Any]
    """None, an id or several, as in `down_revision`."""

    labels: Mapping[int, tuple[str, ...]]
    dependencies: Mapping[int, tuple[str, ...]]
    make: Callable[[int], Revision]
    """Makes the script of a revision."""

    is_proved: bool = False
    """Whether it is known to have no circle."""

    @classmethod
    def of(cls, scripts: Sequence[Revision]) -> History:
        """Return the history of scripts that are there."""
        return cls(
            [script.revision for script in scripts],
            [script.down_revision for script in scripts],
            {n: s._orig_branch_labels for n, s in enumerate(scripts) if s._orig_branch_labels},  # noqa: SLF001 # the public one grows with the history
            {n: _several(s.dependencies) for n, s in enumerate(scripts) if s.dependencies},
            scripts.__getitem__,
        )

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The number of each revision, by its id and by its labels."""
        numbers = {revision: number for number, revision in enumerate(self.revisions)}
        for number, labels in self.labels.items():
            for label in labels:
                numbers.setdefault(label, number)
        return numbers

    @cached_property
    def tree(self) -> Tree | None:
        """Who follows whom; None where that has gaps or is told twice."""
        numbers = self.numbers
        try:
            parents = [
                () if up is None else tuple([numbers[name] for name in _several(up)])
                for up in self.parents
            ]
            needed = {
                number: tuple(dict.fromkeys(numbers[name] for name in names))
                for number, names in self.dependencies.items()
            }
        except KeyError:
            return None
        told_twice = len(numbers) != len(self.revisions) + sum(map(len, self.labels.values()))
        if told_twice or any(len(set(up)) != len(up) for up in parents if len(up) > 1):
            return None
        return Tree(parents, needed)


def _several(names: Any) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)
