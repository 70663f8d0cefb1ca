"""A model's table as a revision writes it: every constraint named, nothing left to a type."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.exc import NoReferenceError
from sqlalchemy.sql.naming import conv

from flask_migrate.autogenerate.operations.written import as_text, sql_of

from .naming import another_name, as_written, given_name, own_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Dialect

    from flask_migrate.autogenerate.order import Key
    from flask_migrate.databases.catalog import Table


@dataclass
class Model:
    """One table of the models."""

    original: sa.Table
    """As the application has it."""
    table: sa.Table
    """The copy that a revision writes."""
    given: set[str] = field(default_factory=set)
    """The names that the model gives to constraints and indexes; the others do not count."""
    unnamed: list[sa.Constraint] = field(default_factory=list)
    """The constraints whose names are ours."""

    @property
    def key(self) -> tuple[str | None, str]:
        """Return schema and name of the table."""
        return self.table.schema, self.table.name


def models_of(
    tables: Iterable[sa.Table], dialect: Dialect, *, with_targets: bool = False
) -> list[Model]:
    """Return copies of tables of the models, which refer to each other.

    `with_targets` they refer to copies of the tables that are not among them, too.
    """
    metadata = sa.MetaData()
    tables = list(tables)
    copies = [(table, table.to_metadata(metadata)) for table in tables]
    for original in {id(table.metadata): table.metadata for table in tables}.values():
        metadata._sequences.update(original._sequences)  # noqa: SLF001 # their defaults may name them
    if with_targets:
        _copy_targets(tables, metadata)
    return [_model(table, copy, dialect) for table, copy in copies]


def _copy_targets(tables: Iterable[sa.Table], metadata: sa.MetaData) -> None:
    for key in [key for table in tables for key in table.foreign_keys]:
        with suppress(NoReferenceError):  # which is raised where the target is needed
            target = key.column.table
            if target.key not in metadata.tables:
                target.to_metadata(metadata)


def keep_apart(
    models: Mapping[Key, Model],
    actual: Mapping[Key, Table],
    settled: Mapping[tuple[str | None, str | None], Key],
    dialect: Dialect,
) -> None:
    """Give other names to what would be called like something of another table.

    A renamed table keeps the names of what was unnamed, and a new one may take its name.
    `settled` has the names of the tables that nothing is to be done about.
    """
    holders = dict(settled)
    for key, table in actual.items():
        holders.update(((key[0], constraint.name), key) for constraint in table.constraints)
        holders.update(((key[0], index.name), key) for index in table.indexes)
    for key, model in models.items():
        for constraint in model.unnamed:
            name = str(constraint.name)
            if holders.get((key[0], name), key) != key:
                other = another_name(name, key[1], dialect)
                constraint.name = as_written(other, model.original.metadata)


def _model(original: sa.Table, copy: sa.Table, dialect: Dialect) -> Model:
    model = Model(original, copy)
    for column, there in zip(copy.columns, original.columns, strict=True):
        column.type = there.type  # a copied Enum may lose its variants and its character set
    _keep_types(original, copy, dialect)
    _say_all(original, copy, dialect)
    _raise_column_checks(copy)
    if any(map(_of_type, copy.constraints)):
        _write_out_types(original, copy, dialect)
    unnamed = []
    for item in _in_order([*copy.constraints, *copy.indexes]):
        name = given_name(_source(item, original), dialect)
        if name is None:
            unnamed.append(item)
        else:
            item.name = as_written(name, original.metadata)
            model.given.add(name)
    unnamed = [item for item in unnamed if not isinstance(item, sa.PrimaryKeyConstraint)]
    for constraint, name in zip(unnamed, own_names(unnamed, dialect, model.given), strict=True):
        constraint.name = as_written(name, original.metadata)
    model.unnamed = unnamed
    return model


def _keep_types(original: sa.Table, copy: sa.Table, dialect: Dialect) -> None:
    """Give back to types what SQLAlchemy (2.0 and 2.1) loses where it copies enums."""
    for source in original.columns:
        if isinstance(source.type, sa.types.SchemaType):
            column = copy.columns[source.key]
            if dialect.name in ("mysql", "mariadb"):
                from flask_migrate.databases.catalog.mysql_rebuilt_types import kept_enum

                kept = kept_enum(source.type)
                column.type = column.type if kept is source.type else kept
            if getattr(source.type, "schema", None) is not None:
                column.type.schema = source.type.schema  # type: ignore[attr-defined]
            if source.type._variant_mapping:  # noqa: SLF001 # no public way
                column.type = _keep_variants(source.type, source.type.copy())


def _say_all(original: sa.Table, copy: sa.Table, dialect: Dialect) -> None:
    """Let a table say by itself what only `create_all` knows or a copy loses."""
    copy._prefixes = original._prefixes  # noqa: SLF001 # no public way
    for key in copy.foreign_key_constraints:
        key.use_alter = False  # which keys come later is decided for all tables
    for column in copy.columns:
        numbers: Any = column.default
        if isinstance(numbers, sa.Sequence) and not numbers.optional and dialect.supports_sequences:
            column.autoincrement = False


def _keep_variants(source: Any, copy: Any) -> Any:
    """Return a copy of a type that has its variants, and keeps them in further copies."""
    if source._variant_mapping:  # noqa: SLF001 # no public way
        copy._variant_mapping = source._variant_mapping  # noqa: SLF001
        copy.copy = lambda **_: copy
    return copy


def _source(item: Any, original: sa.Table) -> Any:
    """Return what has the name: what `unique=True` and `index=True` make is made anew in a copy."""
    if not getattr(item, "_column_flag", False):
        return item
    columns = list(item.columns.keys())
    there: Any = (*original.constraints, *original.indexes)
    same = (c for c in there if getattr(c, "_column_flag", False) and isinstance(c, type(item)))
    return next((c for c in same if c.columns.keys() == columns), item)


def _in_order(items: Iterable[Any]) -> list[Any]:
    """Return constraints and indexes in an order that does not hang on Python's hashes."""
    return sorted(items, key=lambda item: item._creation_order if _ordered(item) else -1)  # noqa: SLF001


def _ordered(item: Any) -> bool:
    return hasattr(item, "_creation_order")


def _raise_column_checks(table: sa.Table) -> None:
    """Make the CHECKs that stand on columns constraints of the table: they mean the same."""
    for column in table.columns:
        for constraint in list(column.constraints):
            column.constraints.discard(constraint)
            text = constraint.sqltext  # type: ignore[attr-defined] # only CHECKs stand on columns
            table.append_constraint(sa.CheckConstraint(text, name=constraint.name))


def _write_out_types(original: sa.Table, copy: sa.Table, dialect: Dialect) -> None:
    """Put the CHECKs that types bring along as constraints of their own, and free the types."""
    compiler = dialect.ddl_compiler(dialect, None)  # type: ignore[arg-type] # as SQLAlchemy does
    for constraint in [c for c in copy.constraints if _of_type(c)]:
        copy.constraints.discard(constraint)
    for constraint in _in_order(c for c in original.constraints if _of_type(c)):
        rule = constraint._create_rule  # noqa: SLF001 # how SQLAlchemy decides
        if rule is None or rule(compiler):
            text = as_text(sql_of(constraint.sqltext, dialect))
            name = given_name(constraint, dialect)
            copy.append_constraint(sa.CheckConstraint(text, name=conv(name) if name else None))
    for column in copy.columns:
        column.type = _free(column.type)


def _of_type(constraint: Any) -> bool:
    return bool(getattr(constraint, "_type_bound", False))


def _free(type_: Any) -> Any:
    """Return a type that brings no CHECK along."""
    base = type_.impl_instance if isinstance(type_, sa.types.TypeDecorator) else type_
    if not getattr(base, "create_constraint", False):
        return type_
    free: Any = sa.Boolean()
    if isinstance(base, sa.Enum):
        free = sa.Enum(
            *base.enums,
            name=base.name,
            native_enum=base.native_enum,
            length=base.length,
            schema=base.schema,
            create_constraint=False,
        )
    return _keep_variants(type_, free)
