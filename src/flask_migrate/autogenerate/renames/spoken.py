"""Renames that somebody said: as answers beforehand, and in the `info` of the models for ever."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final

from flask_migrate.autogenerate.answers import RENAMED_FROM
from flask_migrate.errors import RenameWrong

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from flask_migrate.autogenerate.answers import Answers
    from flask_migrate.autogenerate.comparison.models import Model
    from flask_migrate.autogenerate.order import Key
    from flask_migrate.databases.catalog import Table

_FORM: Final = (
    "Write TABLE.COLUMN:NEW for a column, TABLE:NEW for a table, TABLE.COLUMN.VALUE:NEW for a value"
)
_LISTED: Final = 12
_KNOWN: Final = "or the new one does not come"
_BY_HAND: Final = "Where a column has no ENUM and no CHECK, write an UPDATE in op.execute()"


class Spoken:
    """Finds what is meant in the database and in the models.

    An answer that cannot be is noted in `answers.said`: it may be meant for another database.
    """

    def __init__(
        self, answers: Answers, models: Mapping[Key, Model], actual: Mapping[Key, Table]
    ) -> None:
        self._said = answers.said
        self._models = models
        self._actual = actual
        self._answers = [_Answer(text) for text in dict.fromkeys(answers.renames)]

    def tables(self) -> dict[Key, Key]:
        """Return the new keys of tables by their old ones."""
        found: dict[Key, Key] = {}
        for answer in self._about_tables():
            old = _named(answer.place, self._actual)
            assert old is not None
            new = old[0], answer.new_name(old)
            if self._is_possible(answer, old, new, found):
                found[old] = new
                self._said.met.add(answer.text)
        for key, model in self._models.items():
            if key not in self._actual and key not in found.values():
                names = _told(model.original.info, key[1])
                olds = ((key[0], name.removeprefix(f"{key[0]}.")) for name in names)
                old = next((o for o in olds if o in self._actual and o not in found), None)
                if old is not None:
                    found[old] = key
        return found

    def columns(
        self, tables: Mapping[Key, Key], actual: Mapping[Key, Table], unlike: Iterable[Key]
    ) -> dict[Key, dict[str, str]]:
        """Return the new names of columns by their old ones, by the new keys of their tables.

        `tables` are renamed, `actual` has them by their new keys, and `unlike` those whose
        models have new columns.
        """
        places = _Places(self._models, actual)
        old_keys = {_shown(old): new for old, new in tables.items()}
        answers: dict[tuple[Key, str], _Answer] = {}
        for answer in self._about_columns():
            table, _, old = answer.place.rpartition(".")
            keys = [old_keys.get(table), _named(table, places.models), _named(table, places.actual)]
            key = places.holding(old, [key for key in keys if key is not None])
            new = answer.new_name((None, table))
            if key is None:
                self._miss_table(answer, table)
            elif (objection := places.objection(key, old, new)) is not None:
                self._wrong(answer, *objection)
            else:
                places.rename(key, old, new)
                answers[key, old] = answer
        for key in unlike:
            places.rename_as_told(key)
        while taken := places.taken():
            for key, old, new in taken:
                del places.renamed[key][old]
                reason = f"table {_shown(key)} of the database has a column '{new}' already"
                self._wrong(answers.pop((key, old)), reason, "Say what becomes of that one, too")
        self._said.met.update(answer.text for answer in answers.values())
        return places.renamed

    def _about_tables(self) -> Iterator[_Answer]:
        for answer in self._answers:
            if not answer.is_whole:
                self._wrong(answer, "this is not understood", _FORM)
            elif _named(answer.place, self._actual) is not None:
                yield answer
            elif "." not in answer.place:
                names = [_shown(key) for key in self._actual]
                reason = f"the database has no table '{answer.place}'"
                self._wrong(answer, reason, advice(answer.place, names))

    def _about_columns(self) -> Iterator[_Answer]:
        for answer in self._answers:
            is_table = _named(answer.place, self._actual) is not None
            if answer.is_whole and "." in answer.place and not is_table:
                yield answer

    def _is_possible(self, answer: _Answer, old: Key, new: Key, found: Mapping[Key, Key]) -> bool:
        others = {_named(a.place, self._actual) for a in self._about_tables_again(answer)}
        if new not in self._models:
            names = [_shown(key) for key in self._models]
            reason = f"the models have no table '{_shown(new)}'"
            self._wrong(answer, reason, advice(_shown(new), names))
        elif new in self._actual and new not in others:
            reason = f"the database has a table '{_shown(new)}' already"
            self._wrong(answer, reason, "Say what becomes of that one, too")
        elif old in found or new in found.values():
            self._wrong(answer, "another answer says something else", "Leave one of them out")
        else:
            return True
        return False

    def _about_tables_again(self, but: _Answer) -> Iterator[_Answer]:
        return (a for a in self._answers if a is not but and _named(a.place, self._actual))

    def _miss_table(self, answer: _Answer, table: str) -> None:
        if self._is_column(table):
            _, _, value = answer.place.rpartition(".")
            reason = f"the database lists no value '{value}' of column {table} that goes, {_KNOWN}"
            self._wrong(answer, reason, _BY_HAND)
            return
        names = sorted({_shown(key) for key in (*self._actual, *self._models)})
        reason = f"there is no table '{table}', neither in the database nor in the models"
        self._wrong(answer, reason, advice(table, names))

    def _is_column(self, place: str) -> bool:
        name, _, column = place.rpartition(".")
        keys = [key for key in (_named(name, self._actual), _named(name, self._models)) if key]
        return any(
            column in {c.name for c in self._actual[key].columns}
            for key in keys
            if key in self._actual
        )

    def _wrong(self, answer: _Answer, reason: str, advice: str) -> None:
        self._said.wrong.setdefault(answer.text, RenameWrong(answer.shown, reason, advice))


class _Answer:
    """One answer: ``user.name:full_name``."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.shown = f"--rename {text}"
        self.place, _, self._new = (part.strip() for part in text.partition(":"))
        self.is_whole = bool(self.place and self._new) and text.count(":") == 1

    def new_name(self, old: Key) -> str:
        """Return the new name; what stands before it, as before the old one, says no more."""
        return self._new.removeprefix(f"{old[0] or old[1]}.")


class _Places:
    """The columns of the database and of the models, by the new keys of tables."""

    def __init__(self, models: Mapping[Key, Model], actual: Mapping[Key, Table]) -> None:
        self.models = models
        self.actual = actual
        self.renamed: dict[Key, dict[str, str]] = {}

    def holding(self, column: str, keys: Collection[Key]) -> Key | None:
        """Return the table that has a column, else the first of those that could have it."""
        found = [key for key in keys if column in self._there(key)]
        return next(iter([*found, *keys]), None)

    def objection(self, key: Key, old: str, new: str) -> tuple[str, str] | None:
        """Return why a column cannot be renamed so, and what to do; None where it can."""
        there, asked, table = self._there(key), self._asked(key), _shown(key)
        if old not in there:
            return f"table {table} of the database has no column '{old}'", advice(old, there)
        if new not in asked:
            return f"table {table} of the models has no column '{new}'", advice(new, asked)
        renamed = self.renamed.get(key, {})
        if old in renamed or new in renamed.values() or old == new:
            return "another answer, or the name itself, says something else", "Leave it out"
        return None

    def rename(self, key: Key, old: str, new: str) -> None:
        """Rename a column."""
        self.renamed.setdefault(key, {})[old] = new

    def rename_as_told(self, key: Key) -> None:
        """Rename the columns whose models tell an older name that the database still has."""
        there = set(self._there(key))
        renamed = self.renamed.get(key, {})
        for column in self.models[key].original.columns:
            if column.name in there or column.name in renamed.values():
                continue
            names = _told(column.info, f"{_shown(key)}.{column.name}")
            old = next((name for name in names if name in there - set(renamed)), None)
            if old is not None:
                self.rename(key, old, str(column.name))
                renamed = self.renamed[key]

    def taken(self) -> list[tuple[Key, str, str]]:
        """Return renames onto names that other columns have, and keep."""
        return [
            (key, old, new)
            for key, columns in self.renamed.items()
            for old, new in columns.items()
            if new in self._there(key) and new not in columns
        ]

    def _there(self, key: Key) -> list[str]:
        table = self.actual.get(key)
        return [column.name for column in table.columns] if table else []

    def _asked(self, key: Key) -> list[str]:
        model = self.models.get(key)
        return [str(column.name) for column in model.table.columns] if model else []


def with_new_columns(models: Mapping[Key, Model], actual: Mapping[Key, Table]) -> list[Key]:
    """Return the tables whose models have columns that the database has not."""
    return [
        key
        for key, model in models.items()
        if key in actual
        and not {c.name for c in actual[key].columns}.issuperset(c.name for c in model.table.c)
    ]


def _told(info: Mapping[Any, Any], where: str) -> Iterable[str]:
    """Return the older names that the `info` of a model tells."""
    names = info.get(RENAMED_FROM, ())
    names = (names,) if isinstance(names, str) else names
    if not isinstance(names, (list, tuple)) or not all(isinstance(name, str) for name in names):
        raise RenameWrong(
            f"info={{'{RENAMED_FROM}': {names!r}}} of {where}",
            "this is not understood",
            "Give the old name, or a list of old names",
        )
    return names


def _named(text: str, keys: Iterable[Key]) -> Key | None:
    return next((key for key in keys if _shown(key) == text), None)


def _shown(key: Key) -> str:
    return f"{key[0]}.{key[1]}" if key[0] else key[1]


def advice(name: str, names: Collection[str]) -> str:
    """Return what there is instead: the nearest names, else all."""
    close = get_close_matches(name, names, n=3)
    if close:
        return f"Did you mean {' or '.join(close)}?"
    listed = [*sorted(names)[:_LISTED], *(["..."] if len(names) > _LISTED else [])]
    return f"There {'are' if len(names) > 1 else 'is'}: {', '.join(listed) or 'none'}"
