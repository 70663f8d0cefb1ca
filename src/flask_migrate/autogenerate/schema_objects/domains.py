"""Which domains the models use, which the database has, and what becomes of each."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from flask_migrate.autogenerate.comparison.naming import full_name, quoting
from flask_migrate.autogenerate.operations.directives import Statement
from flask_migrate.autogenerate.operations.written import sql_of
from flask_migrate.databases.catalog import NoScratch

from .domain_statements import DomainColumn, DomainStatements

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from flask_migrate.autogenerate.comparison.models import Model
    from flask_migrate.autogenerate.order import Key
    from flask_migrate.databases.catalog import Table
    from flask_migrate.databases.catalog.postgresql_types import Domain


class Domains:
    """The domains of one comparison; on other databases there are none."""

    def __init__(
        self,
        connection: sa.Connection,
        models: Mapping[Key, Model],
        actual: Mapping[Key, Table],
        owned: Iterable[Any] = (),
        schemas: Collection[str | None] = (),
    ) -> None:
        self._connection = connection
        self._dialect = connection.dialect
        self._models = models
        self._actual = actual
        self._owned = owned
        self._schemas = {schema for schema, _ in (*actual, *models)} | set(schemas)
        self._statements = DomainStatements(connection.dialect)
        self._wanted: dict[Key, postgresql.DOMAIN] = {}
        """In an order in which they can be created."""
        self.is_open = False
        """Whether another look may find something though nothing has changed."""
        self.before: list[Statement] = []
        """What comes before everything else."""
        self.after: list[Statement] = []
        """What comes when nothing uses it any more."""

    def compare(self, ours: Collection[Key]) -> None:
        """Find what happens to them, and let the models' columns use them as they are.

        A domain goes with the last of its columns, if they all are in tables of ours.
        """
        if self._dialect.name != "postgresql":
            return
        self._settle()
        there = self._there()
        judged = self._judged([self._wanted[key] for key in self._wanted if key in there])
        for key, domain in self._wanted.items():
            if key not in there:
                self._create(domain)
            elif key in judged:
                wanted = _named(there[key], judged[key], domain)
                columns = tuple(self._columns(there[key]))
                self.before += self._statements.changing(there[key], wanted, columns)
        self._drop(there, ours)

    def _settle(self) -> None:
        """Note the domains that the models use, and let no column create one."""
        for model in self._models.values():
            for column in model.table.columns:
                found = domain_of(column.type, self._dialect)
                if found is not None:
                    self._note(found)
                    column.type = self._used(column.type, found)
        for type_ in self._owned:
            found = domain_of(type_, self._dialect)
            if found is not None:
                self._note(found)

    def _note(self, domain: postgresql.DOMAIN) -> None:
        base = domain_of(domain.data_type, self._dialect)
        if base is not None:
            self._note(base)
        self._wanted.setdefault(self._key(domain), domain)

    def _used(self, type_: Any, domain: postgresql.DOMAIN) -> Any:
        """Return a column's type so that it never creates the domain."""
        base = domain_of(domain.data_type, self._dialect)
        from flask_migrate.databases.catalog.postgresql_rebuilt_types import KeptDomain

        plain = KeptDomain(
            str(domain.name),
            domain.data_type if base is None else self._used(domain.data_type, base),
            collation=domain.collation,
            schema=domain.schema,
            create_type=False,
        )
        array = type_.dialect_impl(self._dialect)
        if isinstance(array, sa.types.TypeDecorator):
            array = array.impl_instance
        if isinstance(array, sa.ARRAY):
            return postgresql.ARRAY(plain, dimensions=array.dimensions)
        return plain

    def _there(self) -> dict[Key, Domain]:
        from flask_migrate.databases.catalog.postgresql_types import read_domains

        schemas = self._schemas | {schema for schema, _ in self._wanted}
        return {
            (schema, name): replace(domain, schema=schema)
            for schema in sorted(schemas, key=lambda schema: schema or "")
            for name, domain in read_domains(self._connection, schema).items()
        }

    def _judged(self, domains: list[postgresql.DOMAIN]) -> dict[Key, Domain]:
        """Return how domains would look; none where there may be no scratch place."""
        from flask_migrate.databases.catalog.postgresql_scratch import judged_domains

        try:
            return judged_domains(self._connection, domains)
        except NoScratch:
            self.is_open = True
            return {}

    def _create(self, domain: postgresql.DOMAIN) -> None:
        sql = sql_of(postgresql.CreateDomainType(domain), self._dialect)
        name = full_name(*self._key(domain), self._dialect)
        self.before.append(Statement(sql, f"DROP DOMAIN {name}", f"domain {name}"))

    def _drop(self, there: Mapping[Key, Domain], ours: Collection[Key]) -> None:
        left = {key: domain for key, domain in there.items() if key not in self._wanted}
        kept = [domain for key, domain in there.items() if key in self._wanted]
        while True:
            bases = {domain.type for domain in (*left.values(), *kept)}
            gone = [
                key
                for key, domain in sorted(left.items(), key=str)
                if domain.shown not in bases and self._is_ours(domain, ours)
            ]
            if not gone:
                return
            self.after += [self._statements.dropping(left.pop(key)) for key in gone]

    def _is_ours(self, domain: Domain, ours: Collection[Key]) -> bool:
        """Return whether tables of ours use a domain, and no others."""
        users = {key for key, table in self._actual.items() if any(_uses(table, domain))}
        return bool(users) and users <= set(ours)

    def _columns(self, domain: Domain) -> Iterator[DomainColumn]:
        quote = quoting(self._dialect).quote
        for table in self._actual.values():
            name = full_name(table.schema, table.name, self._dialect)
            for column in _uses(table, domain):
                array = column.type.endswith("[]")
                yield DomainColumn(name, quote(column.name), array, column.default)

    def _key(self, domain: postgresql.DOMAIN) -> Key:
        default = self._dialect.default_schema_name
        return (None if domain.schema == default else domain.schema), str(domain.name)


def domain_of(type_: Any, dialect: sa.Dialect) -> postgresql.DOMAIN | None:
    """Return the domain that a column's type comes to on PostgreSQL, if it does."""
    if isinstance(type_, postgresql.DOMAIN):
        return type_  # its dialect_impl() loses the CHECK in some SQLAlchemy 2.0
    found = type_.dialect_impl(dialect)
    if isinstance(found, sa.types.TypeDecorator):
        return domain_of(found.impl_instance, dialect)
    if isinstance(found, sa.ARRAY):
        return domain_of(found.item_type, dialect)
    return found if isinstance(found, postgresql.DOMAIN) else None


def _uses(table: Table, domain: Domain) -> Iterator[Any]:
    return (c for c in table.columns if c.type in (domain.shown, f"{domain.shown}[]"))


def _named(actual: Domain, wanted: Domain, model: postgresql.DOMAIN) -> Domain:
    """Return a domain of the models; a CHECK without a name has the one that it has there."""
    if model.constraint_name is not None:
        return wanted
    names = {text: name for name, text in actual.checks}
    return replace(wanted, checks=tuple((names.get(t, name), t) for name, t in wanted.checks))
