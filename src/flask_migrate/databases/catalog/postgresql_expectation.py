"""How a model's table will look on PostgreSQL, without asking; None where that is not certain."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from .facts import Column, Constraint, Index, Kind, Reference, Table
from .postgresql_model_defaults import certain_default
from .postgresql_model_types import TypeTexts, item_type
from .postgresql_reading import identity_options

if TYPE_CHECKING:
    from .facts import Options
    from .postgresql_names import SearchPath

_LONGEST_NAME: Final = 63
_METHODS: Final = frozenset({"btree", "hash", "gin", "gist", "spgist", "brin"})
_INDEX_OPTIONS: Final = frozenset({"using", "include", "nulls_not_distinct", "concurrently"})
_UNIQUE_OPTIONS: Final = frozenset({"include", "nulls_not_distinct"})
_COLUMNS_OF_ACTION: Final = re.compile(
    r"(?P<action>[A-Z ]+?) ?\((?P<columns>.*)\)\Z", re.IGNORECASE
)


class Uncertain(Exception):
    """Only the server knows."""


class Expectation:
    """What models' tables will look like, for one connection with its search path."""

    def __init__(self, connection: sa.Connection, path: SearchPath) -> None:
        self.connection = connection
        self._dialect = connection.dialect
        self._path = path
        self._types = TypeTexts(connection, path)
        self._compiler = self._dialect.ddl_compiler(self._dialect, None)  # type: ignore[arg-type] # as SQLAlchemy does

    def table(self, table: sa.Table) -> Table | None:
        """Return the facts of a table, or None."""
        try:
            return self._table(table)
        except Uncertain:
            return None

    def foreign_keys(self, table: sa.Table) -> tuple[Constraint, ...]:
        """Return the foreign keys of a table, which are always certain."""
        keys = sorted(table.foreign_key_constraints, key=lambda key: str(key.name))
        return tuple(map(self._foreign_key, keys))

    def _table(self, table: sa.Table) -> Table:
        _check_plain(table)
        columns = tuple(self._column(column) for column in table.columns)
        constraints = tuple(sorted(self._constraints(table), key=lambda c: str(c.name)))
        indexes = tuple(map(self._index, sorted(table.indexes, key=lambda i: str(i.name))))
        _check_names(table.name, *(column.name for column in columns))
        _check_names(*(index.name for index in indexes), *(c.name for c in constraints))
        return Table(
            table.name, columns, constraints, indexes, table.comment or None, (), table.schema
        )

    def _column(self, column: sa.Column[Any]) -> Column:
        if column.computed is not None or column.system:
            raise Uncertain
        serial = self._is_serial(column)
        type_ = self._serial_type(column) if serial else self._types.text(column.type)
        if type_ is None or (column.identity is not None and column.nullable):
            raise Uncertain
        return Column(
            str(column.name),
            type_,
            bool(column.nullable and not column.primary_key),
            None if serial else self._default(column, type_),
            identity=None if column.identity is None else _identity(column.identity, type_),
            autoincrement=serial,
            collation=None if serial else self._types.collation(column.type),
            comment=column.comment or None,
        )

    def _is_serial(self, column: sa.Column[Any]) -> bool:
        """Return whether SQLAlchemy writes SERIAL."""
        own = column.default
        return bool(
            column.primary_key
            and column is column.table.autoincrement_column
            and column.identity is None
            and (own is None or (isinstance(own, sa.Sequence) and own.optional))
        )

    def _serial_type(self, column: sa.Column[Any]) -> str:
        impl = column.type.dialect_impl(self._dialect)
        if isinstance(impl, sa.types.TypeDecorator):
            impl = impl.impl_instance
        if isinstance(impl, sa.BigInteger):
            return "bigint"
        return "smallint" if isinstance(impl, sa.SmallInteger) else "integer"

    def _default(self, column: sa.Column[Any], type_: str) -> str | None:
        if column.server_default is None or column.identity is not None:
            return None
        text = self._compiler.get_column_default_string(column)
        if text is None or "%" in text:
            raise Uncertain
        is_enum = isinstance(item_type(column.type, self._dialect), postgresql.ENUM)
        shown = certain_default(text, type_, is_enum=is_enum)
        if shown is None:
            raise Uncertain
        return shown

    def _constraints(self, table: sa.Table) -> list[Constraint]:
        found: list[Constraint] = []
        for constraint in table.constraints:
            if isinstance(constraint, sa.ForeignKeyConstraint):
                continue
            if not isinstance(constraint, (sa.PrimaryKeyConstraint, sa.UniqueConstraint)):
                raise Uncertain
            if len(constraint.columns):
                found.append(self._key(constraint))
        _check_different(found)
        return [*found, *self.foreign_keys(table)]

    def _key(self, key: sa.PrimaryKeyConstraint | sa.UniqueConstraint) -> Constraint:
        unique = isinstance(key, sa.UniqueConstraint)
        given = _given(key, _UNIQUE_OPTIONS)
        name = key.name if unique or key.name else f"{key.table.name}_pkey"
        if name is None or (given and not unique):
            raise Uncertain
        return Constraint(
            Kind.UNIQUE if unique else Kind.PRIMARY_KEY,
            str(name),
            tuple(str(column.name) for column in key.columns),
            options=_sorted({**_deferrability(key), **_index_options(given, key.table)}),
        )

    def _index(self, index: sa.Index) -> Index:
        given = _given(index, _INDEX_OPTIONS)
        given.pop("concurrently", None)
        using = str(given.pop("using", "") or "btree").lower()
        columns = [x for x in index.expressions if isinstance(x, sa.Column)]
        if len(columns) != len(index.expressions) or using not in _METHODS or index.table is None:
            raise Uncertain
        options = _index_options(given, index.table)
        if using != "btree":
            options["using"] = using
        return Index(
            str(index.name),
            tuple(str(column.name) for column in columns),
            (True,) * len(columns),
            bool(index.unique),
            _sorted(options),
        )

    def _foreign_key(self, key: sa.ForeignKeyConstraint) -> Constraint:
        target = key.referred_table
        match = (key.match or "SIMPLE").upper()
        reference = Reference(
            target.name,
            tuple(str(element.column.name) for element in key.elements),
            self._path.relative(target.schema),
            _action(key.ondelete),
            _action(key.onupdate),
            None if match == "SIMPLE" else match,
        )
        options = _deferrability(key)
        if key.dialect_options["postgresql"].get("not_valid"):
            options["not_valid"] = "yes"
        columns = tuple(str(column.name) for column in key.columns)
        name = None if key.name is None else str(key.name)
        return Constraint(Kind.FOREIGN_KEY, name, columns, None, reference, _sorted(options))


def _given(item: sa.Constraint | sa.Index, known: frozenset[str]) -> dict[str, Any]:
    """Return the options for PostgreSQL that say something."""
    options = item.dialect_options["postgresql"]
    given = {n: v for n, v in options.items() if not (v is None or v is False or _is_empty(v))}
    if not given.keys() <= known:
        raise Uncertain
    return given


def _is_empty(value: Any) -> bool:
    return isinstance(value, (list, tuple, dict)) and not value


def _index_options(given: dict[str, Any], table: sa.Table) -> dict[str, str]:
    options = {}
    if "include" in given:
        columns = [table.c[c] if isinstance(c, str) else c for c in given["include"]]
        options["include"] = ", ".join(column.name for column in columns)
    if given.get("nulls_not_distinct"):
        options["nulls_not_distinct"] = "yes"
    return options


def _deferrability(constraint: sa.Constraint) -> dict[str, str]:
    deferred = (constraint.initially or "").upper() == "DEFERRED"
    options = {"deferrable": "yes"} if constraint.deferrable or deferred else {}
    return {**options, "initially": "deferred"} if deferred else options


def _identity(identity: sa.Identity, type_: str) -> Options:
    given = {
        "start": identity.start,
        "increment": identity.increment,
        "minvalue": identity.minvalue,
        "maxvalue": identity.maxvalue,
        "cache": identity.cache,
    }
    return identity_options(
        type_, {**given, "always": bool(identity.always), "cycle": bool(identity.cycle)}
    )


def _action(action: str | None) -> str | None:
    if action is None:
        return None
    of_columns = _COLUMNS_OF_ACTION.match(action.strip())
    if of_columns:
        names = (name.strip() for name in of_columns["columns"].split(","))
        listed = ", ".join(n[1:-1].replace('""', '"') if n.startswith('"') else n for n in names)
        return f"{of_columns['action'].upper()} ({listed})"
    words = " ".join(action.upper().split())
    return None if words == "NO ACTION" else words


def _sorted(options: dict[str, str]) -> Options:
    return tuple(sorted(options.items()))


def _check_plain(table: sa.Table) -> None:
    """Options and prefixes such as UNLOGGED are shown in the server's words."""
    given = any(name.startswith("postgresql_") for name in table.dialect_kwargs)
    items: list[Any] = [*table.constraints, *table.indexes]
    conditional = any(item._ddl_if for item in items)  # noqa: SLF001
    if given or conditional or table._prefixes:  # noqa: SLF001 # no public names for what was given
        raise Uncertain


def _check_names(*names: str | None) -> None:
    if any(len(name.encode()) > _LONGEST_NAME for name in names if name):
        raise Uncertain


def _check_different(keys: list[Constraint]) -> None:
    """PostgreSQL makes one of two keys that CREATE TABLE states alike."""
    if len({(key.columns, key.options) for key in keys}) != len(keys):
        raise Uncertain
