"""What a case is: models before and after, and the words to write them in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from tests.autogenerate.place import run_sql

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    Make = Callable[[sa.MetaData], object]
    Models = Callable[[], sa.MetaData]

ALL = ("sqlite", "postgresql", "mariadb")
SQLITE = ("sqlite",)
POSTGRESQL = ("postgresql",)
MARIADB = ("mariadb",)
SERVERS = ("postgresql", "mariadb")
NOT_MARIADB = ("sqlite", "postgresql")


@dataclass(frozen=True)
class Change:
    """One change of the models; names of columns are written ``table.column``."""

    id: str
    before: Models
    after: Models
    databases: Sequence[str] = ALL
    values: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    """What rows hold in a column; else what its types allow, before and after."""
    becomes: Mapping[str, Any] = field(default_factory=dict)
    """What a value is after the upgrade: a function, or another value for each that changes."""
    returns: Mapping[str, Any] = field(default_factory=dict)
    """What such a value is after the downgrade."""
    added: Mapping[str, Any] = field(default_factory=dict)
    """What all rows hold in a new column."""
    renames: Sequence[str] = ()
    """The answers that are given beforehand, as ``table.column:name`` or ``table:name``."""
    moved: Mapping[str, str] = field(default_factory=dict)
    """Renamed columns, and renamed tables, by their names before."""
    setup: Sequence[str] = ()
    """SQL that both databases run first."""
    seen: bool = True
    """Whether the schema tells before from after."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """Further answers for `migrate`."""
    configure: Mapping[str, Any] = field(default_factory=dict)
    """Arguments of `Migrate`."""
    needs: tuple[int, ...] = ()
    """The lowest version of SQLAlchemy that can say it."""


@dataclass(frozen=True)
class Unchanged:
    """A database that agrees with the models."""

    id: str
    models: Models
    databases: Sequence[str] = ALL
    sql: Sequence[str] = ()
    """How the database was made; else by `create_all`."""
    setup: Sequence[str] = ()
    """SQL that runs before that."""
    configure: Mapping[str, Any] = field(default_factory=dict)
    """Arguments of `Migrate`."""
    needs: tuple[int, ...] = ()
    """The lowest version of SQLAlchemy that can say it."""

    def make(self, engine: sa.Engine) -> None:
        """Make the database."""
        if not self.sql:
            self.models().create_all(engine)
        with engine.begin() as connection:
            for statement in self.sql:
                run_sql(connection, statement)


def table(name: str, *parts: Any, **options: Any) -> Make:
    """Say what a table has; its first column is ``id``, unless it says which is the key."""
    keyed = options.pop("no_key", False) or any(_is_key(part) for part in parts)
    key = () if keyed else (sa.Column("id", sa.Integer, primary_key=True),)
    return lambda metadata: sa.Table(name, metadata, *key, *parts, **options)


def _is_key(part: Any) -> bool:
    return isinstance(part, sa.PrimaryKeyConstraint) or getattr(part, "primary_key", False)


def models(*makes: Make, **options: Any) -> sa.MetaData:
    """Make the models of some tables, sequences and types."""
    metadata = sa.MetaData(**options)
    for make in makes:
        make(metadata)
    return metadata


def item(*parts: Any, **options: Any) -> sa.MetaData:
    """Make the models of one table, `item`, that has a name beside what it is given."""
    return models(table("item", sa.Column("name", sa.String(50)), *parts, **options))


def edit(
    id_: str,
    before: Callable[[], Any],
    after: Callable[[], Any],
    databases: Sequence[str] = ALL,
    **about: Any,
) -> Change:
    """Return a change in the table `item`: functions that return its parts, or one."""
    return Change(
        id_, lambda: item(*_parts(before)), lambda: item(*_parts(after)), databases, **about
    )


def _parts(make: Callable[[], Any]) -> tuple[Any, ...]:
    made = make()
    return made if isinstance(made, tuple) else (made,)


def nothing() -> tuple[()]:
    """Return no parts at all."""
    return ()


def column(type_: Any, *parts: Any, **options: Any) -> sa.Column[Any]:
    """Return the column `a`."""
    return sa.Column("a", type_, *parts, **options)


SHARE = 3
"""`make test` runs one case of so many, `make soak` the others."""


def each(cases: Iterable[Change | Unchanged], *kinds: str) -> list[Any]:
    """Return pytest's parameters: each case on each of its databases, or on those named."""
    return [
        pytest.param(case, kind, id=f"{kind}-{case.id}", marks=_marks(case, number))
        for number, case in enumerate(cases)
        for kind in case.databases
        if not kinds or kind in kinds
    ]


def _marks(case: Change | Unchanged, number: int) -> list[pytest.MarkDecorator]:
    here = tuple(int(part) for part in sa.__version__.split(".")[:3] if part.isdigit())
    reason = f"needs SQLAlchemy {'.'.join(map(str, case.needs))}"
    marks = [pytest.mark.skip(reason=reason)] if here < case.needs else []
    return [*marks, pytest.mark.soak] if number % SHARE else marks
