"""Which enum types the models use, which the database has, and what becomes of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from flask_migrate.autogenerate.comparison.naming import full_name, quoting
from flask_migrate.autogenerate.operations.directives import Statement
from flask_migrate.databases.catalog import Kind

from . import enums
from .domains import domain_of
from .enums import EnumColumn, EnumType, Values
from .renamed_values import with_renamed_values

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from flask_migrate.autogenerate.comparison.models import Model
    from flask_migrate.autogenerate.order import Key
    from flask_migrate.databases.catalog import Column, Table

    from .value_renames import ValueRenames


class NamedTypes:
    """The enum types of one comparison; on other databases there are none."""

    def __init__(
        self,
        connection: sa.Connection,
        models: Mapping[Key, Model],
        actual: Mapping[Key, Table],
        renames: ValueRenames,
        owned: Iterable[Any] = (),
        created: Sequence[Key] = (),
        schemas: Collection[str | None] = (),
    ) -> None:
        self._dialect = connection.dialect
        self._connection = connection
        self._models = models
        self._actual = actual
        self._renames = renames
        self._created = created
        """The tables that will be created, in their order."""
        self._owned = [e for e in (enum_of(t, self._dialect) for t in owned) if e is not None]
        self._schemas = {schema for schema, _ in (*actual, *models)} | set(schemas)
        self._wanted: dict[str, tuple[str, ...]] = {}
        self._renamed: dict[str, Mapping[str, str]] = {}
        self.is_open = False
        """Whether another look may find something though nothing has changed."""
        self._before: list[Callable[[], list[Statement]]] = []
        self.after: list[Statement] = []
        """What comes when nothing uses it any more."""

    def compare(self, ours: Collection[Key]) -> None:
        """Find what happens to the types, and let the models' columns use them as they are.

        A type goes with the last of its columns, if they all are in tables of ours.
        """
        if self._dialect.name != "postgresql":
            return
        there = self._there()
        inline = self._settle(there)
        for name, values in sorted(self._wanted.items()):
            if name not in there:
                self._create(EnumType(name, values), inline=name in inline)
            elif there[name].values != values:
                self._change(there[name], values)
        foreign = {c.type.removesuffix("[]") for c in self._columns_outside(ours)}
        for name, type_ in sorted(there.items()):
            if type_.columns and name not in self._wanted and name not in foreign:
                self.after.append(enums.dropping(type_))

    @property
    def before(self) -> list[Statement]:
        """What comes before everything else; it depends on what was typed for rows meanwhile."""
        return [statement for found in self._before for statement in found()]

    def renamed(self, actual: dict[Key, Table]) -> dict[Key, Table]:
        """Return the tables as the database shows them once values have their new names."""
        for name, values in self._renamed.items():
            actual = {k: with_renamed_values(t, name, values) for k, t in actual.items()}
        return actual

    def _create(self, type_: EnumType, *, inline: bool) -> None:
        statement = enums.creation(type_)
        if inline:
            statement = replace_sql(statement)
        self._before.append(lambda: [statement])

    def _change(self, type_: EnumType, values: tuple[str, ...]) -> None:
        renamed, replaced = self._renames.decide(type_.name, type_.values, values)
        change = Values(type_.values, values, renamed, replaced)
        if renamed:
            self._renamed[type_.name] = renamed
        self._before.append(
            lambda: enums.changing(type_, change, self._mentioned(values), self._dialect)
        )

    def _settle(self, there: Collection[str]) -> set[str]:
        """Note the types that the models use; return those that come with a table of their own.

        A new type that a new table uses comes with this table, as the same revision may
        have to run on a database that knows no such types.
        """
        inline: set[str] = set()
        for key in (*self._created, *(self._models.keys() & self._actual.keys())):
            for column in self._models[key].table.columns:
                found = enum_of(column.type, self._dialect)
                if found is None:
                    self._note_base(column.type)
                    continue
                name = self._name(found)
                known = name in self._wanted or name in there
                self._wanted[name] = tuple(found.enums)
                alone = isinstance(column.type, sa.Enum) and key not in self._actual
                alone = alone and found.schema is None
                if alone and not known:
                    inline.add(name)
                else:
                    column.type = _used(column.type, found)
        for enum in self._owned:
            self._wanted.setdefault(self._name(enum), tuple(enum.enums))
        return inline

    def _note_base(self, type_: Any) -> None:
        """Note the enum that a domain stands on."""
        domain = domain_of(type_, self._dialect)
        if domain is not None:
            found = enum_of(domain.data_type, self._dialect)
            if found is None:
                self._note_base(domain.data_type)
            else:
                self._wanted[self._name(found)] = tuple(found.enums)

    def _there(self) -> dict[str, EnumType]:
        from flask_migrate.databases.catalog.postgresql_types import read_enums

        found: dict[str, EnumType] = {}
        for schema in self._schemas | {e.schema for e in self._enums_of_models()}:
            for name, enum in read_enums(self._connection, schema).items():
                full = self._full(schema, name)
                found[full] = EnumType(full, enum.labels, tuple(self._columns(full)))
        return found

    def _enums_of_models(self) -> list[postgresql.ENUM]:
        columns = (c for model in self._models.values() for c in model.original.columns)
        found = (enum_of(column.type, self._dialect) for column in columns)
        return [*(enum for enum in found if enum is not None), *self._owned]

    def _columns(self, type_: str) -> Iterable[EnumColumn]:
        quote = quoting(self._dialect).quote
        for table in self._actual.values():
            for column in table.columns:
                if column.type not in (type_, f"{type_}[]"):
                    continue
                name = quote(column.name)
                yield EnumColumn(
                    self._full(table.schema, table.name),
                    name,
                    column.type.endswith("[]"),
                    column.default,
                    tuple(
                        (quote(c.name), c.text)
                        for c in table.constraints
                        if c.kind is Kind.CHECK and c.name and c.text and name in c.text
                    ),
                )

    def _columns_outside(self, ours: Collection[Key]) -> Iterable[Column]:
        return (c for key, t in self._actual.items() if key not in ours for c in t.columns)

    def _mentioned(self, values: Iterable[str]) -> list[str]:
        """Return which values something needs: a default, a CHECK, an index, a row."""
        texts: list[str] = self._renames.fills
        for key, model in self._models.items():
            texts += self._filling(key, model)
            defaults: list[Any] = [c.server_default for c in model.original.columns]
            items = [getattr(d, "arg", getattr(d, "sqltext", None)) for d in defaults]
            items += [getattr(c, "sqltext", None) for c in model.table.constraints]
            items += [i.dialect_kwargs.get("postgresql_where") for i in model.table.indexes]
            texts += [_shown(item, self._dialect) for item in items if item is not None]
        return [v for v in values if any(f"'{v}'" in text or text == v for text in texts)]

    def _filling(self, key: Key, model: Model) -> Iterable[str]:
        """Return the values that rows get in columns which may not be NULL any more."""
        there = self._actual.get(key)
        for column in model.original.columns:
            enum, default = enum_of(column.type, self._dialect), column.default
            if there is None or column.nullable or enum is None:
                continue
            old = there.column(column.name)
            if (old is None or old.nullable) and default is not None and default.is_scalar:
                arg: Any = getattr(default, "arg", None)
                yield from {str(getattr(arg, word, arg)) for word in ("name", "value")}

    def _name(self, enum: postgresql.ENUM) -> str:
        return self._full(enum.schema, str(enum.name))

    def _full(self, schema: str | None, name: str) -> str:
        return full_name(schema, name, self._dialect)


def enum_of(type_: Any, dialect: sa.Dialect) -> postgresql.ENUM | None:
    """Return the enum type that a column's type comes to on PostgreSQL, if it does."""
    found = type_.dialect_impl(dialect)
    if isinstance(found, sa.types.TypeDecorator):
        return enum_of(found.impl_instance, dialect)
    if isinstance(found, sa.ARRAY):
        return enum_of(found.item_type, dialect)
    return found if isinstance(found, postgresql.ENUM) else None


def replace_sql(statement: Statement) -> Statement:
    """Return a statement that only takes back what something else does."""
    return Statement((), statement.back, "")


def _used(type_: Any, enum: postgresql.ENUM) -> Any:
    """Return a column's type so that it never creates the enum type."""
    plain = postgresql.ENUM(*enum.enums, name=enum.name, schema=enum.schema, create_type=False)
    array = type_.impl_instance if isinstance(type_, sa.types.TypeDecorator) else type_
    if isinstance(array, sa.ARRAY):
        return postgresql.ARRAY(plain, dimensions=array.dimensions)
    return plain


def _shown(item: Any, dialect: sa.Dialect) -> str:
    if isinstance(item, str):
        return item
    try:
        return str(item.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
    except sa.exc.CompileError:
        return str(item)


__all__ = ["NamedTypes", "enum_of", "replace_sql"]
