"""The order in which revisions are listed and run: Alembic's, in one pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from .tree import Tree


def newest_first(tree: Tree, wanted: Collection[int], heads: Iterable[int]) -> list[int] | None:
    """Return the wanted revisions, each before all that it follows or needs.

    Alembic goes down one line until it comes to a revision on which an unfinished
    line above still stands, and goes on with the first such line. None where some
    of the wanted cannot be reached from the heads.
    """
    return Descent(tree, set(wanted), heads).run()


class Descent:
    """One walk down from the heads."""

    def __init__(self, tree: Tree, wanted: set[int], heads: Iterable[int]) -> None:
        self._below = tree.below
        self._wanted = wanted
        self._tips = sorted({head for head in heads if head in wanted})
        self._at_tip = set(self._tips)
        self._done: set[int] = set()
        self._waits_for: dict[int, int] = {}
        self._above: dict[int, list[int]] = {}
        self._look_ahead()

    def run(self) -> list[int] | None:
        """Walk down."""
        output: list[int] = []
        line = 0
        while self._tips:
            number = self._tips[line]
            if self._waits_for[number]:
                first = self._line_above(number)
                if first is None:
                    return None
                line = first
                continue
            output.append(number)
            self._finish(number)
            line = self._step_down(line, number)
        return None if self._wanted else output

    def _look_ahead(self) -> None:
        """Count what stands on each revision that will be passed."""
        self._waits_for = dict.fromkeys(self._tips, 0)
        self._above = {tip: [] for tip in self._tips}
        todo = list(self._tips)
        for number in todo:
            for lower in self._below[number]:
                if lower not in self._waits_for:
                    self._waits_for[lower] = 0
                    self._above[lower] = []
                    todo.append(lower)
                self._waits_for[lower] += 1
                self._above[lower].append(number)

    def _line_above(self, number: int) -> int | None:
        """Return the first line whose tip stands on a revision."""
        seen: set[int] = {number}
        todo, tips = [number], set()
        while todo:
            for upper in self._above[todo.pop()]:
                if upper not in seen and upper not in self._done:
                    seen.add(upper)
                    todo.append(upper)
                    if upper in self._at_tip:
                        tips.add(upper)
        return next((line for line, tip in enumerate(self._tips) if tip in tips), None)

    def _finish(self, number: int) -> None:
        """Note that nothing above waits any more, here and below what is not listed."""
        self._wanted.remove(number)
        finished = [number]
        for done in finished:
            self._done.add(done)
            for lower in self._below[done]:
                self._waits_for[lower] -= 1
                if not self._waits_for[lower] and lower not in self._wanted:
                    finished.append(lower)

    def _step_down(self, line: int, number: int) -> int:
        """Put what lies below a revision in its place, and return the line to go on with."""
        lower = [n for n in self._below[number] if n in self._wanted and n not in self._at_tip]
        self._at_tip.remove(number)
        self._at_tip.update(lower)
        if lower:
            self._tips[line] = lower[0]
            self._tips.extend(lower[1:])
            return line
        del self._tips[line]
        return max(line - 1, 0)
