"""The step that runs one revision: what it leaves in the version table, without a walk through all.

Before each revision that it undoes, Alembic's step collects the ancestors of all
that stays. Here the map is asked about the one or two that matter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic.runtime.migration import RevisionStep

from .map import RevisionMap

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def quick(steps: Iterable[RevisionStep]) -> list[RevisionStep]:
    """Return Alembic's steps as those that ask less."""
    return [
        Step(step.revision_map, step.revision, step.is_upgrade)
        if type(step) is RevisionStep
        else step
        for step in steps
    ]


class Step(RevisionStep):
    """One revision, run in one direction."""

    def merge_branch_idents(self, heads: set[str]) -> tuple[list[str], str, str]:
        """Return which rows go, which row changes, and to what, where branches meet."""
        others = heads.difference(self.from_revisions)
        left = self._not_implied(self.from_revisions, others) if others else None
        if not left:
            return super().merge_branch_idents(heads)
        return left[:-1], left[-1], self.to_revisions[0]

    def _unmerge_to_revisions(self, heads: set[str]) -> tuple[str, ...]:
        others = heads.difference([self.revision.revision])
        if not others and len(self.to_revisions) == 1:
            return self.to_revisions
        left = self._not_implied(self.to_revisions, others) if others else self._newest()
        return super()._unmerge_to_revisions(heads) if left is None else tuple(left)

    def _newest(self) -> list[str] | None:
        """Return those of several parents that none of the others follows."""
        newest = []
        for name in self.to_revisions:
            others = [other for other in self.to_revisions if other != name]
            left = self._not_implied([name], others)
            if left is None:
                return None
            newest.extend(left)
        return newest

    def _not_implied(self, ids: Sequence[str], by: Iterable[str]) -> list[str] | None:
        map_ = self.revision_map
        return map_.not_implied(ids, by) if isinstance(map_, RevisionMap) else None
