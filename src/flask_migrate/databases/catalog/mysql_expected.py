"""How a model's table looks once MariaDB or MySQL has created it, told without the server.

Only what is certain is told; everything else the server is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import CompileError
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import UnaryExpression

from .facts import Column, Constraint, Index, Kind, Table
from .mysql_defaults import shown_default
from .mysql_indexes import quoted, sorted_out
from .mysql_options import shown_options, stated, states_more, table_collation
from .mysql_reading import in_order
from .mysql_types import ShownType, shown_type

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .mysql_server import Server

_LONGEST_KEY: Final = 3072
"""Bytes, of InnoDB's pages of 16 kB."""
_LONGEST_NAME: Final = 64
_WITHOUT_WIDTHS: Final = (8, 0, 19)
"""Since then MySQL shows no display widths."""


class Uncertain(Exception):
    """Only the server knows how a part of the table looks."""


class Expectation:
    """How the tables of models look to one server."""

    def __init__(self, dialect: sa.Dialect, server: Server) -> None:
        self.dialect = dialect
        self.server = server
        self.ddl: Any = dialect.ddl_compiler(dialect, None)  # type: ignore[arg-type] # as SQLAlchemy does
        self.types: Any = dialect.type_compiler_instance
        version = tuple(dialect.server_version_info or ())
        self.version = version[:2] if server.mariadb else None
        self.known = server.usual and (server.mariadb or version >= _WITHOUT_WIDTHS)

    def of(self, table: sa.Table, foreign_keys: Sequence[Constraint]) -> Table | None:
        """Return how a table looks; None where it is not certain."""
        try:
            return self._table(table, foreign_keys)
        except (Uncertain, CompileError):
            return None

    def _table(self, table: sa.Table, foreign_keys: Sequence[Constraint]) -> Table:
        options = self._options(table)
        collation = table_collation(table, options, self.server)
        columns = [c for c in table.columns if not c.system]
        types = {c.name: self._type(c) for c in columns}
        keys = [self._unique(c, types) for c in _in_table(table, sa.UniqueConstraint)]
        keys += [self._index(index, types) for index in table.indexes]
        constraints, indexes, _ = sorted_out(keys, foreign_keys, self._primary_key(table, types))
        self._check_rest(table, columns)
        return Table(
            table.name,
            tuple(self._column(c, types[c.name], collation) for c in columns),
            in_order([*constraints, *foreign_keys]),
            tuple(sorted(indexes, key=lambda index: index.name)),
            table.comment or None,
            tuple(sorted(options.items())),
            self.server.key(table)[0],
        )

    def _options(self, table: sa.Table) -> dict[str, str]:
        options = shown_options(stated(table, self.dialect))
        if options is None or states_more(table, self.dialect) or table._prefixes:  # noqa: SLF001
            raise Uncertain
        if options.get("engine", self.server.engine) != "InnoDB" or not self.known:
            raise Uncertain
        return options

    def _check_rest(self, table: sa.Table, columns: Iterable[sa.Column[Any]]) -> None:
        known = (sa.PrimaryKeyConstraint, sa.UniqueConstraint, sa.ForeignKeyConstraint)
        for constraint in table.constraints:
            if not isinstance(constraint, known) or _conditional(constraint):
                raise Uncertain
        if any(column.constraints for column in columns):
            raise Uncertain

    def _type(self, column: sa.Column[Any]) -> ShownType:
        written = self.types.process(column.type, type_expression=column)
        shown = shown_type(written, self.version)
        if shown is None:
            raise Uncertain
        return shown

    def _column(
        self, column: sa.Column[Any], type_: ShownType, table_collation: str | None
    ) -> Column:
        if column.computed is not None or column.identity is not None:
            raise Uncertain
        if type_.collation is not None and table_collation is None:
            raise Uncertain
        nullable = bool(column.nullable and not column.primary_key)
        autoincrement = _autoincrement(column, self.dialect)
        timestamp = type_.text.startswith("timestamp")
        if timestamp and not nullable and not self.server.explicit_timestamps:
            raise Uncertain
        return Column(
            column.name,
            type_.text,
            nullable,
            None if autoincrement else self._default(column, type_.text, nullable=nullable),
            autoincrement=autoincrement,
            collation=None if type_.collation == table_collation else type_.collation,
            comment=column.comment or None,
        )

    def _default(self, column: sa.Column[Any], type_: str, *, nullable: bool) -> str | None:
        if column.server_default is None:
            return None
        written = self.ddl.get_column_default_string(column)
        if written is None or (nullable and written.upper() == "NULL"):
            return None
        shown = shown_default(written, type_, mariadb=self.server.mariadb)
        if shown is None:
            raise Uncertain
        return shown

    def _primary_key(self, table: sa.Table, types: dict[str, ShownType]) -> list[Constraint]:
        key = table.primary_key
        if not len(key.columns):
            return []
        ours = key._implicit_generated  # noqa: SLF001 # as SQLAlchemy writes it
        columns = list(key.columns_autoinc_first if ours else key.columns)
        names = tuple(column.name for column in columns)
        self._check_key(key, names, types)
        return [Constraint(Kind.PRIMARY_KEY, None, names)]

    def _unique(self, constraint: sa.UniqueConstraint, types: dict[str, ShownType]) -> Index:
        names = tuple(column.name for column in constraint.columns)
        self._check_key(constraint, names, types)
        return Index(_name(constraint), names, (True,) * len(names), unique=True)

    def _index(self, index: sa.Index, types: dict[str, ShownType]) -> Index:
        found = fulltext(index, self.dialect)
        if found is not None:
            return found
        elements = [_element(expression) for expression in index.expressions]
        names = tuple(name for name, _ in elements)
        self._check_key(index, names, types)
        if not index.name or _conditional(index):
            raise Uncertain
        return Index(
            _name(index),
            tuple(f"{quoted(name)} DESC" if descends else name for name, descends in elements),
            tuple(not descends for _, descends in elements),
            bool(index.unique),
        )

    def _check_key(self, item: Any, names: tuple[str, ...], types: dict[str, ShownType]) -> None:
        length = 0
        for name in names:
            size = types[name].bytes if name in types else None
            if size is None:
                raise Uncertain
            length += size
        ours = ("mysql_", "mariadb_")
        if length > _LONGEST_KEY or any(name.startswith(ours) for name in item.dialect_kwargs):
            raise Uncertain


def fulltext(index: sa.Index, dialect: sa.Dialect) -> Index | None:
    """Return an index of words, which temporary tables cannot have; None for another."""
    prefix = f"{dialect.name}_prefix"
    stated = {key: value for key, value in index.dialect_kwargs.items() if value is not None}
    ours = {key for key in stated if key.startswith(f"{dialect.name}_")}
    columns = [e for e in index.expressions if isinstance(e, sa.Column)]
    if ours != {prefix} or str(stated[prefix]).upper() != "FULLTEXT" or index.unique:
        return None
    if len(columns) != len(index.expressions):
        return None
    names = tuple(column.name for column in columns)
    return Index(_name(index), names, (True,) * len(names), options=(("type", "FULLTEXT"),))


def _in_table(table: sa.Table, kind: type[Any]) -> list[Any]:
    """Return the constraints of a table that are of a kind."""
    return [constraint for constraint in table.constraints if isinstance(constraint, kind)]


def _element(expression: Any) -> tuple[str, bool]:
    """Return the column of an index, and whether it descends."""
    descends = False
    if isinstance(expression, UnaryExpression) and expression.modifier in (
        operators.desc_op,
        operators.asc_op,
    ):
        descends = expression.modifier is operators.desc_op
        expression = expression.element
    if not isinstance(expression, sa.Column):
        raise Uncertain
    return expression.name, descends


def _name(item: Any) -> str:
    if not isinstance(item.name, str) or len(item.name) > _LONGEST_NAME:
        raise Uncertain
    return str(item.name)


def _conditional(item: Any) -> bool:
    """Return whether SQLAlchemy would ask before it writes a constraint or an index."""
    return bool(getattr(item, "_ddl_if", None) or getattr(item, "_create_rule", None))


def _autoincrement(column: sa.Column[Any], dialect: sa.Dialect) -> bool:
    sequence = (
        dialect.supports_sequences
        and isinstance(column.default, sa.Sequence)
        and not column.default.optional
    )
    return (
        column.server_default is None
        and not sequence
        and column is column.table._autoincrement_column  # noqa: SLF001 # as SQLAlchemy writes it
    )
