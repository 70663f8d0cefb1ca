"""Which value of an enum became which: as it was said, or as it was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_migrate.autogenerate.renames.spoken import advice
from flask_migrate.errors import RenameWrong

if TYPE_CHECKING:
    from collections.abc import Collection

    from flask_migrate.autogenerate.answers import Answers


class ValueRenames:
    """Decides what becomes of an enum's values that are gone."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers

    @property
    def fills(self) -> list[str]:
        """The values that rows get, as it was said beforehand or typed by now."""
        return [*self._answers.fills.values(), *self._answers.said.typed]

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
        for answer, old, name in self._said({type_.replace('"', ""), called}):
            if name in before and name.casefold() == old.casefold():
                self._answers.said.met.add(answer)  # the server sees no difference
            elif old not in gone:
                self._wrong(answer, f"{type_} loses no value '{old}'", advice(old, gone))
            elif name not in after:
                self._wrong(answer, f"{type_} has no value '{name}' then", advice(name, after))
            else:
                (renamed if name in new else replaced)[old] = name
                self._answers.said.met.add(answer)
        for old, name in self._likely(before, after, gone, new):
            if old in renamed or old in replaced or name in renamed.values():
                continue
            if self._is_rename(type_, old, name):
                renamed[old] = name
        return renamed, replaced

    def _said(self, names: Collection[str | None]) -> list[tuple[str, str, str]]:
        """Return the answers for a type, ``type.old:new``, and what they say."""
        found = []
        for answer in self._answers.renames:
            place, _, new = answer.partition(":")
            name, _, old = place.rpartition(".")
            if name in names:
                found.append((answer, old, new))
        return found

    def _wrong(self, answer: str, reason: str, what_to_do: str) -> None:
        error = RenameWrong(f"--rename {answer}", reason, what_to_do)
        self._answers.said.wrong[answer] = error

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
