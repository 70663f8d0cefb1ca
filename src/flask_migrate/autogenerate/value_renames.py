"""Which value of an enum became which: as it was said, or as it was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from .answers import Answers


class ValueRenames:
    """Decides what becomes of an enum's values that are gone."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers

    def decide(
        self,
        type_: str,
        before: tuple[str, ...],
        after: tuple[str, ...],
        called: str | None = None,
    ) -> tuple[dict[str, str], dict[str, str]]:
        """Return which values are renamed, and which ones' rows get another value that stays.

        `type_` is the type, or the column that has values of its own; `called` is what the
        models call these.
        """
        gone = [value for value in before if value not in after]
        new = [value for value in after if value not in before]
        renamed: dict[str, str] = {}
        replaced: dict[str, str] = {}
        for old, name in self._said({type_.replace('"', ""), called}):
            if old in gone and name in new:
                renamed[old] = name
            elif old in gone and name in after:
                replaced[old] = name
        for old, name in self._likely(before, after, gone, new):
            if old in renamed or old in replaced or name in renamed.values():
                continue
            if self._is_rename(type_, old, name):
                renamed[old] = name
        return renamed, replaced

    def _said(self, names: Collection[str | None]) -> list[tuple[str, str]]:
        """Return the answers for a type: ``type.old:new``."""
        found = []
        for answer in self._answers.renames:
            place, _, new = answer.partition(":")
            name, _, old = place.rpartition(".")
            if name in names:
                found.append((old, new))
                self._answers.said.met.add(answer)
        return found

    def _likely(
        self, before: tuple[str, ...], after: tuple[str, ...], gone: list[str], new: list[str]
    ) -> list[tuple[str, str]]:
        """Return values that stand where another stood; not where several came and went."""
        if len(before) != len(after):
            return []
        pairs = zip(before, after, strict=True)
        return [(old, name) for old, name in pairs if old in gone and name in new]

    def _is_rename(self, type_: str, old: str, new: str) -> bool:
        question = f"Did you rename value {old!r} of {type_} to {new!r}?"
        return bool(self._answers.is_rename(f"{type_}.{old}", new, question))
