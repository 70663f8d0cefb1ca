"""SQLAlchemy's types for the texts of `format_type`, as its reflection gives them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.dialects import postgresql

from flask_migrate.column_types import Verbatim

from .postgresql_types import Domain, EnumType, types_shown_as

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import sqlalchemy as sa
    from sqlalchemy.types import TypeEngine

_SHOWN: Final = re.compile(
    r"(?P<base>.+?)(?:\((?P<arguments>[^()]*)\))?(?P<zone> with(?:out)? time zone)?"
    r"(?P<array>(?:\[\])*)\Z",
    re.DOTALL,
)
_INTERVAL: Final = re.compile(r"interval(?: (?P<fields>[a-z ]+))?\Z")
_TIMES: Final = frozenset({"timestamp", "time"})
_NOT_WHAT_IT_SAYS: Final = frozenset({"name", '"char"', "float", "_array"})
"""What SQLAlchemy reflects as a type of another name."""


class KeptDomain(postgresql.DOMAIN):
    """A domain that is the same when it is copied: some SQLAlchemy 2.0 forget half of it."""

    def copy(self, **_: Any) -> KeptDomain:
        """Return the domain itself."""
        return self

    def adapt(self, cls: Any, **_: Any) -> Any:
        """Return the domain as another class would have it."""
        made = cls.__new__(cls)
        vars(made).update(vars(self))
        return made


KeptDomain.__name__ = KeptDomain.__qualname__ = "DOMAIN"
KeptDomain.__module__ = postgresql.DOMAIN.__module__


class RebuiltTypes:
    """Types for what the columns of a table show."""

    def __init__(self, connection: sa.Connection, shown: Collection[str]) -> None:
        self._known: Mapping[str, Any] = connection.dialect.ischema_names  # type: ignore[attr-defined] # each dialect has it
        self._named = self._look_up(connection, shown)

    def type(self, shown: str, collation: str | None = None) -> TypeEngine[Any]:
        """Return the type of a column."""
        match = _SHOWN.match(shown)
        if match is None:
            return _verbatim(shown, collation)
        item = self._item(match, collation)
        if item is None:
            return _verbatim(shown, collation)
        return postgresql.ARRAY(item) if match["array"] else item

    def _look_up(
        self, connection: sa.Connection, shown: Collection[str]
    ) -> dict[str, EnumType | Domain]:
        """Find out what the names mean that are none of PostgreSQL's own."""
        found: dict[str, EnumType | Domain] = {}
        names = {self._unknown(text) for text in shown} - {None}
        while names:
            new = types_shown_as(connection, sorted(filter(None, names)))
            found.update(new)
            bases = [known.type for known in new.values() if isinstance(known, Domain)]
            names = {self._unknown(text) for text in bases} - {None} - found.keys()
        return found

    def _unknown(self, shown: str) -> str | None:
        text = shown.removesuffix("[]")
        match = _SHOWN.match(text)
        is_known = match is None or match["base"] + (match["zone"] or "") in self._known
        return None if is_known or _INTERVAL.match(text) else text

    def _item(self, match: re.Match[str], collation: str | None) -> TypeEngine[Any] | None:
        base, zone = match["base"], match["zone"]
        arguments = [int(a) if a.isdecimal() else a for a in _split(match["arguments"])]
        named = self._named.get(_without_array(match))
        if named is not None:
            return self._named_type(named)
        interval = _INTERVAL.match(base)
        if interval:
            precision = arguments[0] if arguments else None
            return postgresql.INTERVAL(fields=interval["fields"], precision=precision)  # type: ignore[arg-type]
        kind = self._known.get(base + (zone or ""))
        if kind is None or base in _NOT_WHAT_IT_SAYS:
            return None
        return _made(kind, base, zone, arguments, collation)

    def _named_type(self, named: EnumType | Domain) -> TypeEngine[Any]:
        if isinstance(named, EnumType):
            return postgresql.ENUM(
                *named.labels, name=named.name, schema=named.schema, create_type=False
            )
        check_name, check = named.checks[0] if named.checks else (None, None)
        return KeptDomain(
            named.name,
            self.type(named.type),
            collation=named.collation,
            default=named.default,
            not_null=named.not_null or None,
            constraint_name=check_name,
            check=check,
            schema=named.schema,
            create_type=False,
        )


def _split(arguments: str | None) -> list[str]:
    return [a.strip() for a in arguments.split(",")] if arguments else []


def _without_array(match: re.Match[str]) -> str:
    return match.string[: len(match.string) - len(match["array"])]


def _made(
    kind: Any, base: str, zone: str | None, arguments: list[Any], collation: str | None
) -> TypeEngine[Any] | None:
    options: dict[str, Any] = {}
    if base in _TIMES:
        options["timezone"] = zone == " with time zone"
        if arguments:
            options["precision"] = arguments[0]
        arguments = []
    if base == "bit varying":
        options["varying"] = True
    if base == "double precision":
        arguments = [53]
    if collation is not None:
        options["collation"] = collation
    try:
        made: TypeEngine[Any] = kind(*arguments, **options)
    except TypeError:  # a type of somebody else's, with other arguments
        return None
    return made


def _verbatim(shown: str, collation: str | None) -> Verbatim:
    return Verbatim(shown if collation is None else f'{shown} COLLATE "{collation}"')
