"""PostgreSQL's domains: created, changed in place or made anew under their names, dropped.

A default, NOT NULL and CHECKs can be changed in place, unless a column holds arrays of the
domain: PostgreSQL looks for rows that a new condition forbids, and cannot look into these.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask_migrate.autogenerate.comparison.naming import full_name, quoting
from flask_migrate.autogenerate.operations.column_changes import cast
from flask_migrate.autogenerate.operations.directives import Statement

if TYPE_CHECKING:
    import sqlalchemy as sa

    from flask_migrate.databases.catalog.postgresql_types import Domain

    Checks = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class DomainColumn:
    """A column of a domain, as statements name it."""

    table: str
    name: str
    array: bool = False
    default: str | None = None


class DomainStatements:
    """Writes what happens to the domains of one database."""

    def __init__(self, dialect: sa.Dialect) -> None:
        self._dialect = dialect
        self._quote = quoting(dialect)

    def name(self, domain: Domain) -> str:
        """Return a domain's name, with its schema where that is not the default one."""
        return full_name(domain.schema, domain.name, self._dialect)

    def dropping(self, domain: Domain) -> Statement:
        """Return that a domain goes which nothing uses any more."""
        name = self.name(domain)
        return Statement(f"DROP DOMAIN {name}", self._create(domain), f"domain {name}: dropped")

    def changing(
        self, actual: Domain, wanted: Domain, columns: tuple[DomainColumn, ...]
    ) -> list[Statement]:
        """Return what takes a domain of the database, which has these columns, to the models'."""
        actual_checks, wanted_checks = _apart(actual.checks, wanted.checks)
        narrows = bool(actual_checks or wanted_checks or actual.not_null != wanted.not_null)
        same_type = (actual.type, actual.collation) == (wanted.type, wanted.collation)
        if not same_type or (narrows and any(column.array for column in columns)):
            return [self._rebuild(actual, wanted, columns)]
        gone = [self._check(wanted, *check).reverse() for check in actual_checks]
        come = [self._check(wanted, *check) for check in wanted_checks]
        return [*gone, *self._settings(actual, wanted), *come]

    def _settings(self, actual: Domain, wanted: Domain) -> list[Statement]:
        """Return the changes of the default and of NOT NULL."""
        alter = f"ALTER DOMAIN {self.name(wanted)}"
        said = f"domain {self.name(wanted)}"
        found: list[Statement] = []
        if actual.default != wanted.default:
            go, back = (f"{alter} {_default(domain)}" for domain in (wanted, actual))
            found.append(Statement(go, back, f"{said}: default {wanted.default or 'none'}"))
        if actual.not_null != wanted.not_null:
            go, back = (f"{alter} {_null(domain)} NOT NULL" for domain in (wanted, actual))
            found.append(Statement(go, back, f"{said}: {'NOT ' * wanted.not_null}NULL"))
        return found

    def _check(self, domain: Domain, name: str, text: str) -> Statement:
        alter, check = f"ALTER DOMAIN {self.name(domain)}", self._quote.quote(name)
        return Statement(
            f"{alter} ADD CONSTRAINT {check} CHECK ({text})",
            f"{alter} DROP CONSTRAINT {check}",
            f"domain {self.name(domain)}: CHECK {check}",
        )

    def _rebuild(
        self, actual: Domain, wanted: Domain, columns: tuple[DomainColumn, ...]
    ) -> Statement:
        """Return a domain made anew under its name, with its columns changed to it; and back."""
        return Statement(
            self._rebuilt(actual, wanted, columns),
            self._rebuilt(wanted, actual, columns),
            f"domain {self.name(wanted)}: {actual.type} -> {wanted.type}",
        )

    def _rebuilt(
        self, before: Domain, after: Domain, columns: tuple[DomainColumn, ...]
    ) -> list[str]:
        name = self.name(after)
        aside = f"{after.name.encode()[:58].decode(errors='ignore')}_old"
        with_default = [column for column in columns if column.default is not None]
        return [
            *(f"{_alter(column)} DROP DEFAULT" for column in with_default),
            f"ALTER DOMAIN {name} RENAME TO {self._quote.quote(aside)}",
            self._create(after),
            *(self._retyped(column, before, after) for column in columns),
            *(f"{_alter(column)} SET DEFAULT {column.default}" for column in with_default),
            f"DROP DOMAIN {full_name(after.schema, aside, self._dialect)}",
        ]

    def _retyped(self, column: DomainColumn, before: Domain, after: Domain) -> str:
        array = "[]" * column.array
        type_ = f"{self.name(after)}{array}"
        value = cast(column.name, before.type + array, after.type + array)
        return f"{_alter(column)} TYPE {type_} USING {value}::{type_}"

    def _create(self, domain: Domain) -> str:
        parts = [f"CREATE DOMAIN {self.name(domain)} AS {domain.type}"]
        if domain.collation is not None:
            parts.append(f"COLLATE {self._quote.quote(domain.collation)}")
        if domain.default is not None:
            parts.append(f"DEFAULT {domain.default}")
        if domain.not_null:
            parts.append("NOT NULL")
        parts += [
            f"CONSTRAINT {self._quote.quote(name)} CHECK ({text})" for name, text in domain.checks
        ]
        return " ".join(parts)


def _default(domain: Domain) -> str:
    return "DROP DEFAULT" if domain.default is None else f"SET DEFAULT {domain.default}"


def _null(domain: Domain) -> str:
    return "SET" if domain.not_null else "DROP"


def _alter(column: DomainColumn) -> str:
    return f"ALTER TABLE {column.table} ALTER COLUMN {column.name}"


def _apart(actual: Checks, wanted: Checks) -> tuple[Checks, Checks]:
    """Return the CHECKs that go and those that come."""
    return (
        tuple(check for check in actual if check not in wanted),
        tuple(check for check in wanted if check not in actual),
    )
