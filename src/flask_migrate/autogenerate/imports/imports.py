"""Writes column types so that the revision file can make them: with an import that was proved.

A type of which that cannot be said is written as the type that it stands on.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, Literal

import sqlalchemy as sa
from alembic.autogenerate.render import _repr_type
from alembic.operations import ops
from sqlalchemy.dialects import postgresql

from flask_migrate import events
from flask_migrate.column_types import Verbatim

from .proofs import Proofs
from .spellings import is_sqlalchemys, spellings_of
from .stand_ins import of_no_metadata, raw, stand_in, without_variants
from .trial import Trial, ddl_of, name_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from alembic.autogenerate.api import AutogenContext
    from alembic.runtime.environment import RenderItemFn

_OF_DOMAINS: Final = {
    "collation": None,
    "default": None,
    "constraint_name": None,
    "not_null": False,
    "check": None,
    "schema": None,
    "create_type": True,
}


class TypeRendering:
    """A `render_item` for the types of one configuration."""

    def __init__(self, given: RenderItemFn | None = None) -> None:
        self._given = given
        self._proofs = Proofs()
        self._left_to_alembic: Any = None
        self._told: set[str] = set()

    def __call__(self, kind: str, item: Any, context: AutogenContext) -> str | Literal[False]:
        """Return how a type is written; False for what is left to Alembic."""
        if item is self._left_to_alembic:
            self._left_to_alembic = None
            return False
        rendered = self._given(kind, item, context) if self._given else False
        if rendered is not False or kind != "type":
            return rendered
        if context.opts["user_module_prefix"] and type(item) is not Verbatim:
            return False
        return self._written(item, context)

    def foresee(self, operations: Iterable[Any], dialect: str) -> None:
        """Prove what some operations will need, all of it at once."""
        types = [part for type_ in types_in(operations) for part in _parts(type_)]
        self._proofs.make(
            trial
            for type_ in types
            if not is_sqlalchemys(type_) and type(type_) is not Verbatim
            for trial in _trials(type_, dialect)
        )

    def _written(self, item: Any, context: AutogenContext) -> str:
        variants = getattr(item, "_variant_mapping", None)
        if not variants:
            return self._alone(item, context)
        text = self._rendered(without_variants(item), context)
        for name in sorted(variants):
            text += f".with_variant({self._rendered(variants[name], context)}, {name!r})"
        return text

    def _rendered(self, item: Any, context: AutogenContext) -> str:
        """Return what Alembic would write, having asked every `render_item`."""
        return str(_repr_type(item, context))

    def _alone(self, item: Any, context: AutogenContext) -> str:
        if type(item) is Verbatim:
            context.imports.add(f"import {Verbatim.__module__}")
            return f"{Verbatim.__module__}.{item!r}"
        if is_sqlalchemys(item):
            return self._sqlalchemys(item, context)
        text = context.migration_context.impl.render_type(item, context)
        return text or self._spelled(item, context) or self._replaced(item, context)

    def _sqlalchemys(self, item: Any, context: AutogenContext) -> str:
        if type(item) in (sa.ARRAY, postgresql.ARRAY):
            return self._array(item, context)
        if isinstance(item, postgresql.DOMAIN):
            return self._domain(item, context)
        before = set(context.imports)
        item = self._left_to_alembic = of_no_metadata(item)
        text = str(_repr_type(item, context, _skip_variants=True))
        if type(item) is postgresql.ENUM and not item.create_type and "create_type=" not in text:
            text = f"{text[:-1]}, create_type=False)"  # the repr() of older SQLAlchemy is without
        for written in (text, _qualified(text, _prefix(context))):
            if self._makes(written, item, context):
                return written
        context.imports &= before
        return self._replaced(item, context)

    def _spelled(self, item: Any, context: AutogenContext) -> str | None:
        for trial in _trials(item, context.migration_context.dialect.name):
            failure = self._proofs.failure(trial)
            if failure is None:
                context.imports.add(f"import {trial.module}")
                return trial.text
        return None

    def _replaced(self, item: Any, context: AutogenContext) -> str:
        dialect = context.migration_context.dialect.name
        other = stand_in(item, dialect)
        if other is None:
            text = raw(item, dialect, _prefix(context))
        else:
            text = self._rendered(other, context)
        self._tell(item, text, dialect)
        return text

    def _tell(self, item: Any, text: str, dialect: str) -> None:
        name = name_of(type(item))
        if is_sqlalchemys(item) or name in self._told:
            return
        self._told.add(name)
        failures = [self._proofs.failure(trial) for trial in _trials(item, dialect)]
        reason = next((f for f in failures if f), "no other file can import it")
        events.emit(events.TypeReplaced(name, text, reason))

    def _array(self, item: Any, context: AutogenContext) -> str:
        prefix = _prefix(context)
        if type(item) is postgresql.ARRAY:
            context.imports.add("from sqlalchemy.dialects import postgresql")
            prefix = "postgresql."
        names = ("as_tuple", "dimensions", "zero_indexes")
        given = [(name, getattr(item, name)) for name in names]
        words = [f"{name}={value!r}" for name, value in given if value]
        return f"{prefix}ARRAY({', '.join([self._rendered(item.item_type, context), *words])})"

    def _domain(self, item: Any, context: AutogenContext) -> str:
        if not item.create_type and _creates_all_the_same(context.migration_context.dialect):
            name = item.compile(dialect=context.migration_context.dialect)
            return self._alone(Verbatim(str(name)), context)
        context.imports.add("from sqlalchemy.dialects import postgresql")
        arguments = [repr(str(item.name)), self._rendered(item.data_type, context)]
        for name, usual in _OF_DOMAINS.items():
            value = getattr(item, name, None)
            if isinstance(value, sa.ClauseElement):
                arguments.append(f"{name}={_prefix(context)}text({_sql(value, context)!r})")
            elif value not in (None, usual):
                arguments.append(f"{name}={value!r}")
        return f"postgresql.DOMAIN({', '.join(arguments)})"

    def _makes(self, text: str, item: Any, context: AutogenContext) -> bool:
        """Return whether a text of SQLAlchemy's own types makes the type it is written for."""
        namespace: dict[str, Any] = {(_prefix(context).split(".")[0] or "sa"): sa}
        if not _prefix(context):
            namespace |= vars(sa)
        dialect = context.migration_context.dialect.name
        try:
            for line in context.imports:
                exec(line, namespace)  # noqa: S102 # as in the revision file
            made = eval(text, namespace)  # noqa: S307 # as in the revision file
        except Exception:  # noqa: BLE001 # types of anybody
            return False
        return (
            type(made) is type(item)
            and ddl_of(made, dialect) == ddl_of(item, dialect)
            and (not isinstance(item, sa.Enum) or made.enums == item.enums)
        )


def _qualified(text: str, prefix: str) -> str:
    """Return a type with `sa.` before those in it, which stand bare for other databases."""
    return re.sub(r"(?<=[=(])(?=[A-Z]\w*\()", prefix, text)


def types_in(operations: Iterable[Any]) -> Iterator[Any]:
    """Yield the types that stand in operations."""
    for operation in operations:
        if isinstance(operation, ops.OpContainer):
            yield from types_in(operation.ops)
        elif isinstance(operation, ops.CreateTableOp):
            yield from (item.type for item in operation.columns if isinstance(item, sa.Column))
        elif isinstance(operation, ops.AddColumnOp):
            yield operation.column.type
        elif isinstance(operation, ops.AlterColumnOp):
            types = (operation.existing_type, operation.modify_type)
            yield from (type_ for type_ in types if type_ is not None)


def _parts(type_: Any) -> Iterator[Any]:
    """Yield a type and the types that it is made of."""
    yield type_
    inner = [*getattr(type_, "_variant_mapping", {}).values(), getattr(type_, "item_type", None)]
    if isinstance(type_, sa.TypeDecorator):
        inner.append(type_.impl_instance)
    for part in inner:
        if part is not None:
            yield from _parts(part)


def _trials(type_: Any, dialect: str) -> list[Trial]:
    alone = without_variants(type_)
    return [Trial.of(alone, s.module, s.text, dialect) for s in spellings_of(alone)]


def _creates_all_the_same(dialect: sa.Dialect) -> bool:
    """Return whether SQLAlchemy (some 2.0) forgets that a domain is not created with its table."""
    made: Any = postgresql.DOMAIN("domain", sa.Integer(), create_type=False).dialect_impl(dialect)
    return bool(made.create_type)


def _prefix(context: AutogenContext) -> str:
    return context.opts["sqlalchemy_module_prefix"] or ""


def _sql(clause: Any, context: AutogenContext) -> str:
    dialect = context.migration_context.dialect
    return str(clause.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
