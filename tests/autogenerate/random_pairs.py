"""Draws two schemas, the second much or little like the first, and rows that fit in both."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from tests.autogenerate.cases import Change
from tests.autogenerate.random_renames import renamed, seldom
from tests.autogenerate.random_schemas import (
    CHECKS,
    DEFAULTS,
    ENUMS,
    EXPRESSIONS,
    FILLS,
    FORMULAS,
    TYPES,
    UNIQUES,
    VALUES,
    WHERES,
    RandomColumn,
    RandomConstraint,
    RandomSchema,
    RandomTable,
    models_of,
    target,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

NAMES = ("user", "Order", "post", "größe", "a b", "item", "tag", "select")
PAIRS = {"pair": ("user", "Order"), "pair of": ("user", "post")}
"""Tables whose key is where they point to."""
COMMENTS = (None, None, None, "it's 100 %s", "two\nlines \\ :x")
ACTIONS = ("", "CASCADE", "SET NULL")
LABELS = (("x", "y"), ("x", "y", "z"), ("w", "x", "it's", "y"), ("y", "x"))
DISTINCT = ("int", "str", "num", "date", "time", "uuid")
SORTED = (*DISTINCT, "bool", *ENUMS)
PLAIN = [f"{family}_{word}" for family in VALUES if family != "link" for word in ("a", "b")]
POOL = [*PLAIN, *(f"link_{number}" for number in range(len(NAMES)))]


def often(draw: st.DrawFn) -> bool:
    return draw(st.integers(0, 3)) > 0


class Drawing:
    """Draws one schema for a kind of database, on the pattern of another or of none."""

    def __init__(self, draw: st.DrawFn, kind: str, old: RandomSchema | None = None) -> None:
        self.draw = draw
        self.kind = kind
        self.old = old

    def schema(self) -> RandomSchema:
        old = self.old
        kept = [table.name for table in old.tables if often(self.draw)] if old else []
        more = self.draw(st.lists(st.sampled_from([*NAMES, *PAIRS]), min_size=not old, unique=True))
        names = list(dict.fromkeys([*kept, *more[: 3 if old else 8]]))
        names = [name for name in names if name not in PAIRS or set(PAIRS[name]) <= set(names)]
        labels = {name: self.draw(st.sampled_from(LABELS)) for name in ENUMS}
        convention = old.convention if old else self.draw(st.booleans())
        tables = tuple(self.table(name, names) for name in names)
        return RandomSchema(tables, labels, convention)

    def table(self, name: str, names: Sequence[str]) -> RandomTable:
        old = self.old.table(name) if self.old else None
        columns = self.columns(name, old)
        here = [column.name for column in columns if column.formula is None]
        key = tuple(c for c in here if name.startswith("pair") and c.startswith("link"))
        return RandomTable(
            name,
            columns,
            key,
            self.checks(name, here, old),
            self.uniques(name, here, old),
            self.links(name, here, names, old),
            self.indexes(name, here, old),
            self.draw(st.sampled_from(COMMENTS)),
        )

    def columns(self, table: str, old: RandomTable | None) -> tuple[RandomColumn, ...]:
        found = {c.name: c for c in old.columns if c.formula is None} if old else {}
        kept = [name for name in found if often(self.draw)]
        most = 2 if old else 6
        more = self.draw(st.lists(st.sampled_from(POOL), max_size=most, unique=True))
        key = [f"link_{NAMES.index(target)}" for target in PAIRS.get(table, ())]
        if key:
            kept, more = ([n for n in names if n[:4] != "link"] for names in (kept, more))
        names = dict.fromkeys([*key, *kept, *more])
        drawn = [
            RandomColumn(name, nullable=False)
            if name in key
            else self.column(name, found.get(name))
            for name in names
        ]
        sources = [name for name in names if name.startswith("int_")]
        if sources and self.draw(st.booleans()):
            formula = (
                self.draw(st.integers(0, len(FORMULAS) - 1)),
                self.draw(st.sampled_from(sources)),
            )
            virtual = self.kind != "postgresql" and self.draw(st.booleans())
            type_ = self.draw(st.integers(0, 1))
            drawn.append(RandomColumn("calc_a", type_, formula=formula, virtual=virtual))
        return tuple(drawn)

    def column(self, name: str, old: RandomColumn | None) -> RandomColumn:
        if old and often(self.draw):
            return old
        family = name.partition("_")[0]
        types = len(TYPES.get(family, "x"))
        defaults = range(len(DEFAULTS.get(family, ())))
        return RandomColumn(
            name,
            self.draw(st.integers(0, types - 1)),
            nullable=family == "link" or often(self.draw),
            default=self.draw(st.sampled_from([None, *defaults])),
            filled=family in FILLS and self.draw(st.booleans()),
            comment=self.draw(st.sampled_from(COMMENTS)),
        )

    def checks(
        self, table: str, here: Sequence[str], old: RandomTable | None
    ) -> tuple[RandomConstraint, ...]:
        found = self._kept(old.checks if old else (), here)
        for column in self._some(here, tuple(CHECKS)):
            text = self.draw(st.sampled_from(CHECKS[column.partition("_")[0]])).format(column)
            name = self.draw(st.sampled_from([None, f"ck_{table}_1", f"ck {table} 2"]))
            found.append(RandomConstraint(name, (column,), text))
        return _of_their_own(found, lambda c: c.text)

    def uniques(
        self, table: str, here: Sequence[str], old: RandomTable | None
    ) -> tuple[RandomConstraint, ...]:
        found = self._kept(old.uniques if old else (), here)
        if columns := self._some(here, DISTINCT):
            name = self.draw(st.sampled_from([None, f"uq_{table}_1", f"uq_{table}_2"]))
            texts = ["", "", *UNIQUES] if self.kind == "postgresql" else [""]
            found.append(
                RandomConstraint(name, columns, self.draw(st.sampled_from(texts)), unique=True)
            )
        return _of_their_own(found, lambda c: c.columns[0])  # conventions name them by it

    def links(
        self, table: str, here: Sequence[str], names: Sequence[str], old: RandomTable | None
    ) -> tuple[RandomConstraint, ...]:
        found = self._kept(old.links if old else (), here)
        found = [link for link in found if target(link) in names]
        for column in here:
            family, _, number = column.partition("_")
            if family == "link" and NAMES[int(number)] in names and often(self.draw):
                actions = [self.draw(st.sampled_from(ACTIONS)) for _ in range(2)]
                later = "later" if self.kind != "mariadb" and seldom(self.draw) else ""
                if table in PAIRS:
                    actions = ["CASCADE", ""]
                text = "|".join([NAMES[int(number)], *actions, later])
                name = self.draw(st.sampled_from([None, f"fk_{table}_{column}"]))
                found.append(RandomConstraint(name, (column,), text))
        return _of_their_own(found, lambda c: c.columns)

    def indexes(
        self, table: str, here: Sequence[str], old: RandomTable | None
    ) -> tuple[RandomConstraint, ...]:
        found = self._kept(old.indexes if old else (), here)
        if columns := self._some(here, (*SORTED, "link")):
            text = self._special(columns[0])
            columns = columns[:1] if "hash" in text else columns
            distinct = all(column.partition("_")[0] in DISTINCT for column in columns)
            unique = distinct and "hash" not in text and self.draw(st.booleans())
            name = f"ix_{table}_{self.draw(st.integers(1, 2))}"
            found.append(RandomConstraint(name, columns, text, unique=unique))
        return _of_their_own(found, lambda c: (c.columns, c.text))

    def _special(self, column: str) -> str:
        """Draw what an index has beside its columns."""
        family = column.partition("_")[0]
        possible = [f"element {column} DESC"]
        if self.kind != "mariadb":
            possible += [f"where {text}".format(column) for text in WHERES[: 1 + (family == "int")]]
        if self.kind != "mariadb" and family == "str":
            possible += [f"element {text}".format(column) for text in EXPRESSIONS]
        if self.kind == "mariadb" and family == "str":
            possible += ["mysql_length 5", "mysql_length 9"]
        if self.kind == "postgresql":
            possible += ["postgresql_using hash", "postgresql_using btree"]
        return self.draw(st.sampled_from(["", "", "", *possible]))

    def _kept(self, old: Sequence[RandomConstraint], here: Sequence[str]) -> list[RandomConstraint]:
        possible = [part for part in old if set(part.columns) <= set(here)]
        return [part for part in possible if often(self.draw)]

    def _some(self, here: Sequence[str], families: Sequence[str]) -> tuple[str, ...]:
        """Draw none, one or two columns of some families."""
        fit = [name for name in here if name.partition("_")[0] in families]
        if not fit:
            return ()
        return tuple(self.draw(st.lists(st.sampled_from(fit), max_size=2, unique=True)))


def _of_their_own(parts: list[RandomConstraint], key: Any) -> tuple[RandomConstraint, ...]:
    """Return parts of which no two have the same name or are the same."""
    by_key = {key(part): part for part in reversed(parts)}
    by_name = {part.name or key(part): part for part in by_key.values()}
    return tuple(by_name.values())


@st.composite
def random_pairs(draw: st.DrawFn, kind: str) -> Change:
    """Draw a change of a whole schema."""
    before = Drawing(draw, kind).schema()
    after = Drawing(draw, kind, before).schema()
    before, after = _possible(before, after), _possible(after, before, filled=True)
    values, becomes = _rows(before, after)
    changed, renames, moved = renamed(draw, before, after)
    return Change(
        f"{before}\n{changed}",
        partial(models_of, before),
        partial(models_of, changed),
        values=values,
        becomes=becomes,
        renames=renames,
        moved=moved,
        options={"no_rename": True, "allow_drops": True},
    )


def _possible(schema: RandomSchema, other: RandomSchema, *, filled: bool = False) -> RandomSchema:
    """Take out what rows that come from the other schema could not have."""

    def made(table: RandomTable) -> RandomTable:
        twin = other.table(table.name)
        return _with_rows(table, twin, filled=filled) if twin else table

    return replace(schema, tables=tuple(map(made, schema.tables)))


def _with_rows(table: RandomTable, twin: RandomTable, *, filled: bool) -> RandomTable:
    columns = tuple(
        column if twin.column(column.name) else _for_rows(column, filled=filled)
        for column in table.columns
    )
    made = replace(table, columns=columns)
    return replace(
        made,
        uniques=tuple(part for part in table.uniques if _holds(part, made, twin)),
        indexes=tuple(
            part if _holds(part, made, twin) else replace(part, unique=False)
            for part in table.indexes
        ),
    )


def _for_rows(column: RandomColumn, *, filled: bool) -> RandomColumn:
    has_value = column.default is not None or (filled and column.filled)
    return column if has_value else replace(column, nullable=True)


def _holds(part: RandomConstraint, table: RandomTable, twin: RandomTable) -> bool:
    """Return whether rows differ in some columns: those that were there do, and NULLs do."""
    if any(twin.column(name) for name in part.columns):
        return True
    columns = [table.column(name) for name in part.columns]
    return not part.text and all(c.nullable and c.default is None for c in columns if c)


def _rows(
    before: RandomSchema, after: RandomSchema
) -> tuple[dict[str, list[Any]], dict[str, dict[Any, Any]]]:
    """Return what rows hold, and what becomes of NULLs where there may be none any more."""
    values: dict[str, list[Any]] = {}
    becomes: dict[str, dict[Any, Any]] = {}
    for table in before.tables:
        twin = after.table(table.name)
        for column in table.columns:
            new = twin.column(column.name) if twin else None
            name = f"{table.name}.{column.name}"
            if column.formula is None:
                held = _held(table, column, new, before, after)
                if held is not None:
                    values[name] = held
                if new and not new.nullable and new.filled:
                    becomes[name] = {None: FILLS[column.family]}
    return values, becomes


def _held(
    table: RandomTable,
    column: RandomColumn,
    new: RandomColumn | None,
    before: RandomSchema,
    after: RandomSchema,
) -> list[Any] | None:
    """Return the values of one column; None where they follow from the table it points to."""
    values = list(VALUES[column.family])
    if column.family == "link":
        other = NAMES[int(column.name.partition("_")[2])]
        if after.table(table.name) and not (before.table(other) and after.table(other)):
            return [None]
        if any(column.name in link.columns for link in table.links):
            return None
    if column.nullable and (new is None or new.nullable or new.filled):
        values[2] = None
    return values
