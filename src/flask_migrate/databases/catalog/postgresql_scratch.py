"""What PostgreSQL makes of models' tables: created beside the real ones, and taken back."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from flask_migrate.databases.base import first_line

from .base import NoScratch, TableRefused
from .postgresql_names import quoted, search_path
from .postgresql_reading import read_tables
from .postgresql_statements import Statements, requirements
from .postgresql_types import read_domains
from .postgresql_undone import attempt, run, run_together, set_search_path, undone

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import TypeAlias

    from sqlalchemy.dialects import postgresql

    from .facts import Table
    from .postgresql_names import SearchPath
    from .postgresql_statements import Requirements
    from .postgresql_types import Domain

    Key: TypeAlias = "tuple[str | None, str]"
    _Look: TypeAlias = "Callable[[_Scratch, Sequence[sa.Table]], dict[Key, _Facts]]"

_Facts = TypeVar("_Facts")


def judged(connection: sa.Connection, tables: Sequence[sa.Table]) -> dict[Key, Table]:
    """Return the facts of tables as the server shows them once they are created."""
    return _in_scratch(connection, tables, _Scratch.facts) if tables else {}


def judged_domains(
    connection: sa.Connection, domains: Sequence[postgresql.DOMAIN]
) -> dict[Key, Domain]:
    """Return the facts of domains as the server shows them once they are created."""
    if not domains:
        return {}
    columns: list[Any] = [sa.Column(f"column_{n}", domain) for n, domain in enumerate(domains)]
    table = sa.Table("flask_migrate_domains", sa.MetaData(), *columns)
    return _in_scratch(connection, [table], _Scratch.domains)


def _in_scratch(
    connection: sa.Connection, tables: Sequence[sa.Table], look: _Look[_Facts]
) -> dict[Key, _Facts]:
    with undone(connection):
        path = search_path(connection)
        try:
            places = _new_schemas(connection, path, tables)
        except DBAPIError as error:
            refusal = error
        else:
            return look(_Scratch(connection, path, places), tables)
    if refusal.connection_invalidated:
        raise refusal
    return _in_temporary_schema(connection, tables, look, refusal)


def _new_schemas(
    connection: sa.Connection, path: SearchPath, tables: Sequence[sa.Table]
) -> dict[str | None, str]:
    """Create a schema for each that the tables need, under names that nobody else uses."""
    needed = requirements(tables, connection.dialect).schemas
    schemas = {path.relative(schema) for schema in (*needed, *(t.schema for t in tables), None)}
    token = secrets.token_hex(6)
    in_order = sorted(schemas, key=lambda schema: schema or "")
    places: dict[str | None, str] = {s: f"scratch_{n}_{token}" for n, s in enumerate(in_order)}
    for place in places.values():
        run(connection, f"CREATE SCHEMA {place}")
    return {**places, path.default: places[None]}


def _in_temporary_schema(
    connection: sa.Connection,
    tables: Sequence[sa.Table],
    look: _Look[_Facts],
    refusal: DBAPIError,
) -> dict[Key, _Facts]:
    """Create the tables as temporary ones, those of one schema at a time."""
    found: dict[Key, _Facts] = {}
    for schema in dict.fromkeys(table.schema for table in tables):
        group = [table for table in tables if table.schema == schema]
        with undone(connection):
            path = search_path(connection)
            place = _temporary_schema(connection, refusal)
            needed = requirements(group, connection.dialect).schemas
            if not all(map(path.shows, needed)):
                raise NoScratch(first_line(_driver_error(refusal))) from refusal
            places = dict.fromkeys([schema, None, path.default, *needed], place)
            found.update(look(_Scratch(connection, path, places), group))
    return found


def _temporary_schema(connection: sa.Connection, refusal: DBAPIError) -> str:
    try:
        run(connection, "CREATE TABLE pg_temp.flask_migrate_probe ()")
    except DBAPIError:
        raise NoScratch(first_line(_driver_error(refusal))) from refusal
    query = "SELECT nspname FROM pg_catalog.pg_namespace WHERE oid = pg_my_temp_schema()"
    return str(connection.scalar(sa.text(query)))


def _driver_error(error: DBAPIError) -> BaseException:
    return error.orig or error


class _Scratch:
    """Schemas in which tables are created, and read as if they stood where they belong."""

    def __init__(
        self, connection: sa.Connection, path: SearchPath, places: Mapping[str | None, str]
    ) -> None:
        self._connection = connection
        self._path = path
        self._places = places
        self._statements = Statements(connection.dialect, places)

    def facts(self, tables: Sequence[sa.Table]) -> dict[Key, Table]:
        """Create the tables and return their facts, under the keys of the models."""
        self._make(tables)
        read = {place: self._read(place) for place in dict.fromkeys(self._places.values())}
        return {
            (table.schema, table.name): _commented(read[self._places[table.schema]], table)
            for table in tables
        }

    def domains(self, tables: Sequence[sa.Table]) -> dict[Key, Domain]:
        """Create the domains that tables use and return their facts."""
        self._make(tables)
        found: dict[Key, Domain] = {}
        for schema, name in requirements(tables, self._connection.dialect).types:
            domain = read_domains(self._connection, self._places[schema]).get(name)
            if domain is not None:
                key = (self._path.relative(schema), name)
                found[key] = self._as_outside(domain, key[0])
        return found

    def _as_outside(self, domain: Domain, schema: str | None) -> Domain:
        default = None if domain.default is None else self._edit(domain.default)
        return replace(
            domain,
            schema=schema,
            type=self._edit(domain.type),
            default=default,
            checks=tuple((name, self._edit(text)) for name, text in domain.checks),
            shown=self._edit(domain.shown),
        )

    def _make(self, tables: Sequence[sa.Table]) -> None:
        here = ", ".join(filter(None, (self._places[None], self._path.setting)))
        set_search_path(self._connection, here)
        self._create(tables)
        set_search_path(self._connection, self._path.setting)

    def _create(self, tables: Sequence[sa.Table]) -> None:
        required = requirements(tables, self._connection.dialect)
        first = self._statements.required(required)
        by_table = [(table, self._statements.table(table)) for table in _parents_first(tables)]
        together = [*first, *(statement for _, some in by_table for statement in some)]
        try:
            with attempt(self._connection):
                run_together(self._connection, together)
        except DBAPIError:  # one of them is refused, or there is no PL/pgSQL
            for statement in first:
                run(self._connection, statement)
            for table, statements in by_table:
                self._create_table(table, statements, required)

    def _create_table(self, table: sa.Table, statements: list[str], required: Requirements) -> None:
        """Create a table; where that fails, as if its own texts meant what is here."""
        redirected = [self._statements.redirected(text, required) for text in statements]
        try:
            with attempt(self._connection):
                self._run(statements)
        except DBAPIError as error:
            if redirected == statements:
                raise TableRefused((table.schema, table.name), error) from error
            try:
                self._run(redirected)
            except DBAPIError:
                raise TableRefused((table.schema, table.name), error) from error

    def _run(self, statements: list[str]) -> None:
        for statement in statements:
            run(self._connection, statement)

    def _read(self, place: str) -> dict[str, Table]:
        return read_tables(self._connection, place, edit=self._edit)

    def _edit(self, text: str) -> str:
        """Return a text of the catalog as it would be outside of the scratch place."""
        for schema, place in self._places.items():
            if place in text:
                text = text.replace(f"{place}.", self._shown(schema))
        return text

    def _shown(self, schema: str | None) -> str:
        if schema is None or self._path.shows(schema):
            return ""
        return quoted(self._connection, schema) + "."


def _parents_first(tables: Sequence[sa.Table]) -> list[sa.Table]:
    """Return the tables so that those stand first from which others inherit."""
    return sorted(tables, key=lambda table: bool(table.dialect_kwargs.get("postgresql_inherits")))


def _commented(read: Mapping[str, Table], table: sa.Table) -> Table:
    """Return a table with what the model says about it: comments are the same everywhere."""
    facts = read[table.name]
    comments = {str(column.name): column.comment or None for column in table.columns}
    return replace(
        facts,
        schema=table.schema,
        comment=table.comment or None,
        columns=tuple(replace(c, comment=comments.get(c.name)) for c in facts.columns),
    )
