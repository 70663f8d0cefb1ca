"""The statements that create models' tables in a scratch place, without foreign keys."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateSequence, CreateTable
from sqlalchemy.sql import visitors
from sqlalchemy.sql.functions import next_value

from .postgresql_model_types import named_types

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import sqlalchemy as sa
    from sqlalchemy.engine import Dialect

    from .postgresql_model_types import NamedType

    Schema = str | None


@dataclass
class Requirements:
    """What must be there before tables can be created: named types and sequences."""

    types: dict[tuple[Schema, str], NamedType] = field(default_factory=dict)
    """In an order in which they can be created."""
    sequences: dict[tuple[Schema, str], sa.Sequence] = field(default_factory=dict)

    @property
    def schemas(self) -> set[Schema]:
        """Return the schemas that have any of these."""
        return {schema for schema, _ in (*self.types, *self.sequences)}


def requirements(tables: Iterable[sa.Table], dialect: Dialect) -> Requirements:
    """Return what tables require."""
    found = Requirements()
    for table in tables:
        for type_ in reversed(list(named_types(table, dialect))):
            key = (type_.schema, str(type_.name))
            found.types[key] = _joined(found.types.get(key), type_)
        for sequence in _sequences(table):
            found.sequences[sequence.schema, sequence.name] = sequence
    return found


def _joined(known: NamedType | None, type_: NamedType) -> NamedType:
    """Return an enum with the labels of both, so that every table can be created."""
    if not isinstance(known, postgresql.ENUM) or not isinstance(type_, postgresql.ENUM):
        return known or type_
    if set(type_.enums) <= set(known.enums):
        return known
    labels = dict.fromkeys([*known.enums, *type_.enums])
    return postgresql.ENUM(*labels, name=type_.name, schema=type_.schema)


def _sequences(table: sa.Table) -> Iterator[sa.Sequence]:
    """Yield the sequences of a table's defaults, and those that stand beside it."""
    yield from table.metadata._sequences.values()  # noqa: SLF001 # there is no public name for them
    for column in table.columns:
        argument = getattr(column.server_default, "arg", None)
        if argument is not None and not isinstance(argument, str):
            for element in visitors.iterate(argument):
                if isinstance(element, next_value):
                    yield element.sequence


class Statements:
    """Writes statements for places other than those that the models name."""

    def __init__(self, dialect: Dialect, places: Mapping[Schema, str]) -> None:
        self._dialect = dialect
        self._options = {
            "schema_translate_map": {schema: places[schema] for schema in places},
            "render_schema_translate": True,
        }
        self._places = places
        self._doubles = dialect.paramstyle in ("format", "pyformat")

    def required(self, required: Requirements) -> list[str]:
        """Return the statements for types and sequences."""
        types = [
            postgresql.CreateDomainType(t)
            if isinstance(t, postgresql.DOMAIN)
            else postgresql.CreateEnumType(t)
            for t in required.types.values()
        ]
        sequences = [CreateSequence(sequence) for sequence in required.sequences.values()]
        return [self._text(element) for element in (*types, *sequences)]

    def table(self, table: sa.Table) -> list[str]:
        """Return the statements for a table and its indexes."""
        indexes = sorted(filter(self._is_made, table.indexes), key=lambda index: str(index.name))
        create = CreateTable(table, include_foreign_key_constraints=[])
        return [self._text(create), *(self._index(index) for index in indexes)]

    def redirected(self, statement: str, required: Requirements) -> str:
        """Return a statement whose own texts name what is required by its schema, as it is here."""
        quote = self._dialect.identifier_preparer
        for schema, name in (*required.types, *required.sequences):
            for place in self._schemas_at(self._places[schema]):
                named = f"{quote.quote_schema(place)}.{quote.quote(name)}"
                here = f"{self._places[schema]}.{quote.quote(name)}"
                statement = re.sub(rf'(?<![\w."]){re.escape(named)}(?![\w"])', here, statement)
        return statement

    def _schemas_at(self, place: str) -> list[str]:
        return [schema for schema, other in self._places.items() if other == place and schema]

    def _is_made(self, index: sa.Index) -> bool:
        """Return whether `ddl_if` lets an index be."""
        condition = index._ddl_if  # noqa: SLF001 # SQLAlchemy asks it only where it executes
        compiler = self._dialect.ddl_compiler(self._dialect, None)  # type: ignore[arg-type]
        return condition is None or bool(
            condition._should_execute(CreateIndex(index), index, None, compiler=compiler)  # noqa: SLF001
        )

    def _index(self, index: sa.Index) -> str:
        return self._text(CreateIndex(index)).replace(" INDEX CONCURRENTLY ", " INDEX ", 1)

    def _text(self, element: Any) -> str:
        text = str(element.compile(dialect=self._dialect, **self._options)).strip()
        return text.replace("%%", "%") if self._doubles else text
