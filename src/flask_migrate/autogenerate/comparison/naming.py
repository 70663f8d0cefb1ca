"""Names for what the models leave unnamed: always the same for the same constraint."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from copy import copy
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from alembic.util.sqla_compat import _get_constraint_final_name
from sqlalchemy.sql.naming import conv

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Dialect
    from sqlalchemy.sql.compiler import IdentifierPreparer

_WORD: Final = re.compile(r"\w+")
_HASH: Final = 8


def given_name(item: sa.Constraint | sa.Index, dialect: Dialect) -> str | None:
    """Return the name that the model or its naming convention gives; None where neither does."""
    return _get_constraint_final_name(item, dialect)


def own_names(
    constraints: Sequence[sa.Constraint], dialect: Dialect, given: Iterable[str]
) -> list[str]:
    """Return our names for constraints without one: kind, table and columns.

    The same on every run, and shortened to what the database allows. Those that would
    have the same name, or a name that the model gives, are all told apart by what they
    say; so the name of one does not hang on which others there are.
    """
    plain = [_plain_name(constraint, dialect) for constraint in constraints]
    uses = Counter([*plain, *given])
    names: list[str] = []
    for constraint, name in zip(constraints, plain, strict=True):
        own = f"{name}_{_digest(_content(constraint, dialect))}" if uses[name] > 1 else name
        own = shortened(own, _longest(dialect))
        names.append(f"{own}_{len(names)}" if own in names else own)
    return names


def _plain_name(constraint: sa.Constraint, dialect: Dialect) -> str:
    name = "_".join([_prefix(constraint), constraint.table.name, *_columns(constraint, dialect)])
    if isinstance(constraint, sa.ForeignKeyConstraint):
        name += f"_{constraint.referred_table.name}"
    return name


def another_name(name: str, table: str, dialect: Dialect) -> str:
    """Return another name of ours for a constraint of a table: the first one is in use."""
    return shortened(f"{name}_{_digest(f'{table} {name}')}", _longest(dialect))


def as_written(name: str, metadata: sa.MetaData) -> str:
    """Return a final name so that no naming convention is applied to it once more."""
    return conv(name) if set(metadata.naming_convention) - {"ix"} else name


def quoting(dialect: Dialect) -> IdentifierPreparer:
    """Return what writes names for statements of a file: a % once, as no driver reads it there."""
    preparer = copy(dialect.identifier_preparer)
    preparer._double_percents = False  # noqa: SLF001 # no public way
    preparer._strings = {}  # noqa: SLF001 # what it has quoted before
    return preparer


def full_name(schema: str | None, name: str, dialect: Dialect) -> str:
    """Return a name for statements, with its schema where that is not the default one."""
    quote = quoting(dialect)
    if schema is None or schema == dialect.default_schema_name:
        return quote.quote(name)
    return f"{quote.quote_schema(schema)}.{quote.quote(name)}"


def shortened(name: str, length: int) -> str:
    """Return a name that is not too long, and still differs where the long ones differ."""
    if len(name.encode()) <= length:
        return name
    kept = name.encode()[: length - _HASH - 1].decode(errors="ignore")
    return f"{kept}_{_digest(name)}"


def _longest(dialect: Dialect) -> int:
    """Return how long the name of a constraint may be: on MariaDB not what other names may be."""
    return dialect.max_constraint_name_length or dialect.max_identifier_length


def _prefix(constraint: sa.Constraint) -> str:
    kinds = {
        sa.UniqueConstraint: "uq",
        sa.ForeignKeyConstraint: "fk",
        sa.CheckConstraint: "ck",
        sa.PrimaryKeyConstraint: "pk",
    }
    return next((p for kind, p in kinds.items() if isinstance(constraint, kind)), "ex")


def _columns(constraint: Any, dialect: Dialect) -> list[str]:
    """Return the columns of a constraint; of a CHECK, those whose names stand in its text."""
    if isinstance(constraint, sa.CheckConstraint):
        words = _WORD.findall(_content(constraint, dialect))
        columns = {column.name for column in constraint.table.columns}
        return list(dict.fromkeys(word for word in words if word in columns))
    return [str(column.name) for column in constraint.columns]


def _content(constraint: Any, dialect: Dialect) -> str:
    text = getattr(constraint, "sqltext", None)
    if text is not None:
        return str(text.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
    columns = [column.name for column in constraint.columns]
    if isinstance(constraint, sa.ForeignKeyConstraint):
        columns += [element.target_fullname for element in constraint.elements]
    return repr(columns)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_HASH]
