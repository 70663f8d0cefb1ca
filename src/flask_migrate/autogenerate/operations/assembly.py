"""Puts the operations on all tables into an order in which they run, and come back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alembic.operations import ops

from flask_migrate.autogenerate.imports.spellings import is_code
from flask_migrate.autogenerate.mysql.columns import is_mysql
from flask_migrate.autogenerate.order import creation_order
from flask_migrate.databases.catalog import Kind, Table

from .alterations import Alterations, new_constraint, old_constraint
from .directives import DropConstraint, ModifyTable, NewIndexes, added, around_statements
from .written import write_texts

if TYPE_CHECKING:
    from collections.abc import Mapping

    import sqlalchemy as sa

    from flask_migrate.autogenerate.comparison.differences import TableDifferences
    from flask_migrate.autogenerate.comparison.models import Model
    from flask_migrate.autogenerate.order import Key, Order
    from flask_migrate.databases.catalog import Catalog, Constraint


class Assembly:
    """What happens to all tables in one revision."""

    def __init__(self, catalog: Catalog, connection: sa.Connection) -> None:
        self._catalog = catalog
        self._connection = connection
        self._in_place = connection.dialect.name == "sqlite"
        """Whether a table's foreign keys never need another table to be there."""
        self._go_along = is_mysql(connection.dialect)
        """Whether indexes go with their table: foreign keys need some of them till then."""
        self._created: dict[Key, Model] = {}
        self._dropped: dict[Key, tuple[Table, sa.Table]] = {}
        self._altered: dict[Key, tuple[Alterations, TableDifferences | None]] = {}

    def create(self, key: Key, model: Model) -> None:
        """Create a table of the models, where it is in the database."""
        self._created[key] = model

    def drop(self, table: Table, old: sa.Table) -> None:
        """Drop a table of the database."""
        self._dropped[table.key] = table, old

    def alter(self, alterations: Alterations, differences: TableDifferences) -> None:
        """Alter a table."""
        self._altered[differences.actual.key] = alterations, differences

    @property
    def found(self) -> dict[Key, TableDifferences]:
        """Return what differs in the tables that are altered."""
        return {key: differences for key, (_, differences) in self._altered.items() if differences}

    @property
    def altered(self) -> Mapping[Key, tuple[Alterations, TableDifferences | None]]:
        """Return the operations on the tables that are altered, and what differs in them."""
        return self._altered

    def rebind(
        self,
        key: Key,
        old: sa.Table,
        constraint: Constraint,
        table: sa.Table,
        again: Constraint,
    ) -> None:
        """Let a foreign key go before and come after whatever else happens."""
        if key not in self._altered:
            self._altered[key] = Alterations(table.name, table.schema), None
        alterations = self._altered[key][0]
        alterations.released.append(DropConstraint.from_constraint(old_constraint(old, constraint)))
        alterations.bound.append(added(new_constraint(table, again)))

    def operations(self) -> list[Any]:
        """Return all operations in their order."""
        late: list[Any] = []
        created = self._creations(late)
        altered = self._alterations(late)
        return [*self._releases(), *created, *altered, *late, *self._drops()]

    @property
    def order(self) -> Order:
        """The order in which tables of the models are created."""
        return creation_order(
            Table(model.table.name, (), self._keys_of(model), schema=key[0])
            for key, model in self._created.items()
        )

    def _creations(self, late: list[Any]) -> list[Any]:
        order = self.order
        result: list[Any] = []
        for key in order.keys:
            table = self._created[key].table
            write_texts(table, self._connection.dialect)
            later = [] if self._in_place else order.later.get(key, ())
            put_off = [new_constraint(table, constraint) for constraint in later]
            result.append(_create(table, put_off))
            indexes = sorted(table.indexes, key=lambda index: str(index.name))
            made = _on(table, [ops.CreateIndexOp.from_index(index) for index in indexes])
            result += map(NewIndexes.of, made) if self._go_along else made
            late += _on(table, [added(constraint) for constraint in put_off])
        return result

    def _keys_of(self, model: Model) -> tuple[Constraint, ...]:
        return self._catalog.foreign_keys(model.table, self._connection)

    def _alterations(self, late: list[Any]) -> list[Any]:
        result: list[Any] = []
        for found, _ in self._altered.values():
            here = [*found.gone, *found.columns, *found.new]
            if self._is_apart(found.released):
                here = [*found.released, *here]
            if self._is_apart(found.bound):
                here += found.bound
            elif found.bound:
                late += around_statements(found.name, found.schema, found.bound)
            result += around_statements(found.name, found.schema, here)
        return result

    def _releases(self) -> list[Any]:
        """Return the foreign keys that go before anything else happens."""
        return [
            operation
            for found, _ in self._altered.values()
            if found.released and not self._is_apart(found.released)
            for operation in around_statements(found.name, found.schema, found.released)
        ]

    def _is_apart(self, keys: list[Any]) -> bool:
        """Return whether foreign keys may go and come with the rest of their table."""
        return self._in_place or (len(self._altered) == 1 and not self._created and bool(keys))

    def _drops(self) -> list[Any]:
        order = creation_order(facts for facts, _ in self._dropped.values())
        result: list[Any] = []
        if not self._in_place:
            for key, constraints in order.later.items():
                old = self._dropped[key][1]
                gone = [old_constraint(old, constraint) for constraint in constraints]
                result += _on(old, [DropConstraint.from_constraint(c) for c in gone])
        for key in reversed(order.keys):
            old = self._dropped[key][1]
            indexes = sorted(old.indexes, key=lambda index: str(index.name))
            if self._go_along:
                made = _on(old, [ops.CreateIndexOp.from_index(index) for index in indexes])
                result += [NewIndexes.of(indexes).reverse() for indexes in made]
            else:
                result += _on(old, [ops.DropIndexOp.from_index(index) for index in indexes])
            later = [] if self._in_place else order.later.get(key, ())
            gone = [old_constraint(old, constraint) for constraint in later]
            result.append(_create(old, gone).reverse())
        return result


def _create(table: sa.Table, put_off: list[Any]) -> ops.CreateTableOp:
    """Return the creation of a table without some of its constraints."""
    create = ops.CreateTableOp.from_table(table)
    create.columns = [item for item in create.columns if not _is_among(item, put_off)]
    create.info = {key: create.info[key] for key in create.info if is_code((key, create.info[key]))}
    return create


def _is_among(item: Any, items: list[Any]) -> bool:
    return any(item is other for other in items)


def _on(table: sa.Table, operations: list[Any]) -> list[Any]:
    if not operations:
        return []
    return [ModifyTable(table.name, operations, schema=table.schema)]


def foreign_keys(table: Table) -> list[Constraint]:
    """Return the foreign keys of a table."""
    return [c for c in table.constraints if c.kind is Kind.FOREIGN_KEY]
