"""What each database answers about its tables: how they are, and how a model's would be."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sqlalchemy.exc import DBAPIError

from .facts import Constraint, Kind, Reference

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import sqlalchemy as sa

    from .facts import Options, Table

    Key = tuple[str | None, str]


class NoScratch(Exception):
    """There may be no scratch place on this server; `reason` is the server's word."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class TableRefused(DBAPIError):
    """The database refuses a model's table: `table` is its schema and name."""

    def __init__(self, table: tuple[str | None, str], error: DBAPIError) -> None:
        self.table = table
        assert isinstance(error.orig, BaseException)
        super().__init__(error.statement, error.params, error.orig)
        self.add_detail(f"table {'.'.join(filter(None, table))} of the models")


class Catalog:
    """How one database shows tables.

    A model's table is given as `autogenerate/models.py` makes it: every constraint
    has a name, and what a type brings along (the CHECK of an Enum) stands as a
    constraint of its own.
    """

    names: ClassVar[frozenset[str]] = frozenset()
    """SQLAlchemy's names for its dialect."""
    no_actions: ClassVar[frozenset[str]] = frozenset({"NO ACTION"})
    """What a foreign key may say and means nothing."""
    defers: ClassVar[bool] = True
    """Whether foreign keys can be deferrable."""

    follows_targets: ClassVar[bool] = False
    """Whether a table's foreign keys are shown with what the tables they point at say."""
    types_beside: ClassVar[bool] = False
    """Whether enums, domains and sequences stand beside the tables."""

    def read(
        self, connection: sa.Connection, schema: str | None, names: Collection[str] | None = None
    ) -> dict[str, Table]:
        """Return the tables of a schema (all, or those named), in a constant number of statements.

        Views, and partitions and tables that belong to extensions, are not among them.
        """
        raise NotImplementedError

    def prints(self, connection: sa.Connection, schema: str | None) -> dict[str, str]:
        """Return a hash for each table that `read` would give, in one statement or few.

        It is another one wherever anything is other that `read` sees of the table itself.
        What `follows_targets` tells of is not in it.
        """
        raise NotImplementedError

    def surroundings(
        self,
        connection: sa.Connection,
        schemas: Collection[str | None],  # noqa: ARG002 # where there are types beside tables
    ) -> tuple[str, str]:
        """Return what decides how tables look, and a hash of what stands beside the tables.

        The first: settings of the connection. The second: enums, domains, sequences.
        """
        return repr(connection.dialect.server_version_info), ""

    def expected(self, table: sa.Table, connection: sa.Connection) -> Table | None:
        """Return how a model's table would look once created, without asking the database.

        None where only the database knows: where any type or text of it is not certain.
        """
        raise NotImplementedError

    def foreign_keys(self, table: sa.Table, connection: sa.Connection) -> tuple[Constraint, ...]:
        """Return the foreign keys of a model's table; they can be written in one way only."""
        keys = sorted(table.foreign_key_constraints, key=lambda key: str(key.name))
        return tuple(self._foreign_key(key, connection) for key in keys)

    def _foreign_key(self, key: sa.ForeignKeyConstraint, connection: sa.Connection) -> Constraint:
        target = key.referred_table
        default = connection.dialect.default_schema_name
        reference = Reference(
            table=target.name,
            columns=tuple(element.column.name for element in key.elements),
            schema=None if target.schema == default else target.schema,
            ondelete=self._action(key.ondelete),
            onupdate=self._action(key.onupdate),
            match=_stated(key.match, "SIMPLE"),
        )
        options: Options = ()
        if self.defers and (key.deferrable or key.initially):
            deferred = (key.initially or "").upper() == "DEFERRED"
            options = (("deferrable", "yes"), *([("initially", "deferred")] if deferred else []))
        columns = tuple(column.name for column in key.columns)
        name = None if key.name is None else str(key.name)
        return Constraint(Kind.FOREIGN_KEY, name, columns, None, reference, options)

    def _action(self, action: str | None) -> str | None:
        return None if action is None or action.upper() in self.no_actions else action.upper()

    def judged(
        self, connection: sa.Connection, tables: Sequence[sa.Table]
    ) -> Mapping[tuple[str | None, str], Table]:
        """Return how models' tables look once created, by creating them in a scratch place.

        Without their foreign keys, which may point at tables that are not among these.

        Nothing of it stays, not even after a crash. Raises NoScratch where there may be none,
        and TableRefused where the database refuses a table.
        """
        raise NotImplementedError

    def rename(self, connection: sa.Connection, tables: Mapping[Key, Key]) -> None:
        """Note under which names tables that were read will be asked for from now on."""

    def rebuilt(self, table: Table, connection: sa.Connection, metadata: sa.MetaData) -> sa.Table:
        """Return a table of the database as SQLAlchemy's objects, so that it can be made again.

        All of its columns, constraints (foreign keys too) and indexes, with their names;
        expressions as `sa.text`. Types are SQLAlchemy's, as reflection gives them.
        """
        raise NotImplementedError


def _stated(word: str | None, usual: str) -> str | None:
    """Return a word of a foreign key in capitals; None where it is the usual one."""
    said = (word or usual).upper()
    return None if said == usual else said
