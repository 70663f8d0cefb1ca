"""Facts under other names: tables as the database shows them once tables and columns are renamed.

Every database renames what hangs on them by itself: keys, indexes, conditions, computed
columns, foreign keys from elsewhere. What has a name of its own keeps it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, TypeAlias

from .postgresql_names import quoted as quoted_on_postgresql
from .sqlite_expressions import name_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import sqlalchemy as sa

    from .facts import Column, Constraint, Index, Options, Reference, Table

Key: TypeAlias = "tuple[str | None, str]"

_WORD: Final = r"(?P<word>[^\W\d][\w$]*)"
_TOKENS: Final = {
    "postgresql": re.compile(
        rf"""(?P<string>'(?:[^'\\]|''|\\.)*')|(?P<quoted>"(?:[^"]|"")*")|{_WORD}""", re.DOTALL
    ),
    "sqlite": re.compile(
        rf"""(?P<string>'(?:[^']|'')*')|(?P<quoted>"(?:[^"]|"")*")|{_WORD}""", re.DOTALL
    ),
    "mysql": re.compile(
        r"""(?P<string>'(?:[^'\\]|''|\\.)*')|(?P<quoted>`(?:[^`]|``)*`)""", re.DOTALL
    ),
}
_NO_COLUMN_BEHIND: Final = re.compile(r"(::\s*|\b(?:AS|COLLATE|EXTRACT\()\s*)\Z", re.IGNORECASE)
_NO_COLUMN_BEFORE: Final = re.compile(r"\s*\(|\s*\.(?!\d)")
_TEXTS: Final = frozenset({"where", "elements"})
"""Options in which expressions stand."""
_BY_COLUMN: Final = ("column_check:", "on_conflict_not_null:")
"""How options begin that are called by a column."""


class Names:
    """New names of columns, put in for whole identifiers of texts that a database shows."""

    def __init__(self, connection: sa.Connection, columns: Mapping[str, str]) -> None:
        name = connection.dialect.name
        self._dialect = "mysql" if name == "mariadb" else name
        self._folds = str.lower if self._dialect != "postgresql" else str
        self._columns = {self._folds(old): new for old, new in columns.items()}
        self._quote = _quoting(self._dialect, connection)

    def column(self, name: str) -> str:
        """Return the name of a column."""
        return self._columns.get(self._folds(name), name)

    def text(self, text: str) -> str:
        """Return an expression with the new names."""
        return _TOKENS[self._dialect].sub(self._token, text)

    def _token(self, found: re.Match[str]) -> str:
        shown = found[0]
        if found["string"] is not None:
            return shown
        quote = shown[:1] if found["quoted"] is not None else ""
        name = shown[1:-1].replace(quote * 2, quote) if quote else shown
        new = self._columns.get(self._folds(name))
        if new is None or (self._dialect != "mysql" and _is_no_column(found)):
            return shown
        return self._quote(new)


def _quoting(dialect: str, connection: sa.Connection) -> Callable[[str], str]:
    if dialect == "postgresql":
        return lambda name: quoted_on_postgresql(connection, name)
    if dialect == "sqlite":
        return name_text
    return lambda name: f"`{name.replace('`', '``')}`"


def _is_no_column(found: re.Match[str]) -> bool:
    """Return whether a name is that of a function, a type, a collation or a table."""
    text = found.string
    behind = _NO_COLUMN_BEHIND.search(text[max(0, found.start() - 12) : found.start()])
    return bool(behind or _NO_COLUMN_BEFORE.match(text, found.end()))


@dataclass(frozen=True)
class Renames:
    """What is renamed at once."""

    tables: Mapping[Key, Key] = field(default_factory=dict)
    """New keys by old ones."""
    columns: Mapping[Key, Mapping[str, str]] = field(default_factory=dict)
    """New names of columns by old ones, by the new keys of their tables."""

    def __bool__(self) -> bool:
        return bool(self.tables or self.columns)

    def applied(self, tables: Mapping[Key, Table], connection: sa.Connection) -> dict[Key, Table]:
        """Return tables of a database as they will be shown, by their new keys."""
        if not self:
            return dict(tables)
        names = {key: Names(connection, columns) for key, columns in self.columns.items()}
        renamed = [self._table(table, names) for table in tables.values()]
        return {table.key: table for table in renamed}

    def old_key(self, key: Key) -> Key:
        """Return the key that a table has before."""
        return next((old for old, new in self.tables.items() if new == key), key)

    def old_column(self, key: Key, column: str) -> str:
        """Return the name that a column of a table has before; `key` is the new one."""
        columns = self.columns.get(key, {})
        return next((old for old, new in columns.items() if new == column), column)

    def new_key(self, key: Key) -> Key:
        """Return the key of a table afterwards."""
        return self.tables.get(key, key)

    def _table(self, table: Table, names: Mapping[Key, Names]) -> Table:
        key = self.new_key(table.key)
        constraints = tuple(self._referring(c, names) for c in table.constraints)
        renamed = replace(table, schema=key[0], name=key[1], constraints=constraints)
        return _with_columns(renamed, names[key]) if key in names else renamed

    def _referring(self, constraint: Constraint, names: Mapping[Key, Names]) -> Constraint:
        old = constraint.reference
        if old is None:
            return constraint
        schema, table = self.new_key((old.schema, old.table))
        of_target = names.get((schema, table))
        columns = tuple(map(of_target.column, old.columns)) if of_target else old.columns
        reference: Reference = replace(old, schema=schema, table=table, columns=columns)
        return replace(constraint, reference=reference)


def _with_columns(table: Table, names: Names) -> Table:
    return replace(
        table,
        columns=tuple(_column(column, names) for column in table.columns),
        constraints=tuple(_constraint(constraint, names) for constraint in table.constraints),
        indexes=tuple(_index(index, names) for index in table.indexes),
        options=tuple(sorted(_table_option(*option, names) for option in table.options)),
    )


def _column(column: Column, names: Names) -> Column:
    default, computed = column.default, column.computed
    return replace(
        column,
        name=names.column(column.name),
        default=None if default is None else names.text(default),
        computed=None if computed is None else names.text(computed),
    )


def _constraint(constraint: Constraint, names: Names) -> Constraint:
    return replace(
        constraint,
        columns=tuple(map(names.column, constraint.columns)),
        text=None if constraint.text is None else names.text(constraint.text),
        options=_options(constraint.options, names),
    )


def _index(index: Index, names: Names) -> Index:
    elements = [
        names.column(element) if plain else names.text(element)
        for element, plain in zip(index.elements, index.plain, strict=True)
    ]
    return replace(index, elements=tuple(elements), options=_options(index.options, names))


def _options(options: Options, names: Names) -> Options:
    return tuple((name, _option(name, text, names)) for name, text in options)


def _option(name: str, text: str, names: Names) -> str:
    if name in _TEXTS:
        return names.text(text)
    return _listed(text, names) if name == "include" else text


def _table_option(name: str, text: str, names: Names) -> tuple[str, str]:
    for beginning in _BY_COLUMN:
        if name.startswith(beginning):
            column = names.column(name.removeprefix(beginning))
            return f"{beginning}{column}", names.text(text)
    return name, text


def _listed(text: str, names: Names) -> str:
    """Put new names into names that stand as they are, between commas."""
    return ", ".join(map(names.column, text.split(", ")))
