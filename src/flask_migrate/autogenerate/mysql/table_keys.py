"""The keys of a MariaDB or MySQL table, as ALTER TABLE states them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Final

from alembic.operations import ops

from flask_migrate.autogenerate.operations.directives import DropConstraint
from flask_migrate.databases.catalog import Constraint, Index, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy.sql.compiler import IdentifierPreparer

    from flask_migrate.databases.catalog import Table

PRIMARY: Final = "PRIMARY"
_DESCENDING: Final = re.compile(r"`((?:[^`]|``)+)` DESC")


@dataclass(frozen=True)
class TableKey:
    """A key of a table that can serve a foreign key."""

    name: str
    columns: tuple[str, ...]
    """Whole columns that it begins with."""
    sql: str
    """As it stands behind ADD."""

    def serves(self, columns: tuple[str, ...]) -> bool:
        """Return whether a foreign key of some columns needs no other index."""
        return self.columns[: len(columns)] == columns


def table_keys(table: Table, quote: IdentifierPreparer) -> Iterator[TableKey]:
    """Yield all keys of a table but those that the server has made by itself."""
    for index in table.indexes:
        yield _of_index(index, quote)
    for constraint in table.constraints:
        if constraint.kind is Kind.PRIMARY_KEY:
            listed = _listed(constraint.columns, quote)
            yield TableKey(PRIMARY, constraint.columns, f"PRIMARY KEY {listed}")
        elif constraint.kind is Kind.UNIQUE:
            yield _unique(constraint, quote)


def plain_key(name: str, columns: tuple[str, ...], quote: IdentifierPreparer) -> TableKey:
    """Return an index such as the server makes for a foreign key."""
    return TableKey(name, columns, f"INDEX {quote.quote(name)} {_listed(columns, quote)}")


def drop_clause(key: TableKey, quote: IdentifierPreparer) -> str:
    """Return how ALTER TABLE drops a key."""
    return "DROP PRIMARY KEY" if key.name == PRIMARY else f"DROP INDEX {quote.quote(key.name)}"


def dropped_key(operation: Any) -> str | None:
    """Return the name of the key that an operation drops."""
    if isinstance(operation, ops.DropIndexOp):
        return str(operation.index_name)
    if isinstance(operation, DropConstraint) and operation.constraint_type == "primary":
        return PRIMARY
    if isinstance(operation, DropConstraint) and operation.constraint_type == "unique":
        return str(operation.constraint_name)
    return None


def added_key(operation: Any) -> str | None:
    """Return the name of the key that an operation adds."""
    if isinstance(operation, ops.CreateIndexOp):
        return str(operation.index_name)
    if isinstance(operation, ops.CreatePrimaryKeyOp):
        return PRIMARY
    if isinstance(operation, ops.CreateUniqueConstraintOp):
        return str(operation.constraint_name)
    return None


def _unique(constraint: Constraint, quote: IdentifierPreparer) -> TableKey:
    name, listed = str(constraint.name), _listed(constraint.columns, quote)
    sql = f"UNIQUE INDEX {quote.quote(name)} {listed}{_using(dict(constraint.options))}"
    return TableKey(name, constraint.columns, sql)


def _of_index(index: Index, quote: IdentifierPreparer) -> TableKey:
    options, elements = dict(index.options), list(zip(index.elements, index.plain, strict=True))
    names = (text if plain else _descending(text) for text, plain in elements)
    whole = list(takewhile(bool, names))
    kind = "UNIQUE " if index.unique else f"{options['type']} " if "type" in options else ""
    listed = ", ".join(quote.quote(text) if plain else text for text, plain in elements)
    sql = f"{kind}INDEX {quote.quote(index.name)} ({listed}){_using(options)}"
    return TableKey(index.name, () if "type" in options else tuple(whole), sql)


def _descending(text: str) -> str:
    """Return the column of an element that descends, for it serves as well; nothing of others."""
    found = _DESCENDING.fullmatch(text)
    return found[1].replace("``", "`") if found else ""


def _using(options: dict[str, str]) -> str:
    return f" USING {options['using']}" if "using" in options else ""


def _listed(columns: Iterable[str], quote: IdentifierPreparer) -> str:
    return f"({', '.join(map(quote.quote, columns))})"
