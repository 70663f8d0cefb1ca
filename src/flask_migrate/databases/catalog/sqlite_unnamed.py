"""Names for what SQLite keeps without a name, by which a revision drops it.

They say what the constraint is: ``uq_user_email``, ``ck_item_price``,
``fk_post_user_id_user``. Where several would have the same one, each has some
letters more, made of what it says.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING, Final

from flask_migrate.databases.sqlite_rebuild.tokens import folded, tokens_of

from .facts import Kind
from .sqlite_text import TableReader, is_constraint

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask_migrate.databases.sqlite_rebuild.table import TableText

    from .facts import Constraint

_PREFIXES: Final = {
    Kind.PRIMARY_KEY: "pk",
    Kind.UNIQUE: "uq",
    Kind.FOREIGN_KEY: "fk",
    Kind.CHECK: "ck",
}
_LETTERS: Final = 8


def names_of_unnamed(
    table: str, columns: Iterable[str], constraints: Iterable[Constraint]
) -> dict[Constraint, str]:
    """Return a name for each constraint of a table that has none."""
    constraints = list(dict.fromkeys(constraints))
    spelled = {folded(column): column for column in columns}
    plain = {c: _plain(c, table, spelled) for c in constraints if c.name is None}
    taken = Counter(map(folded, [*plain.values(), *(c.name for c in constraints if c.name)]))
    return {
        constraint: name if taken[folded(name)] == 1 else f"{name}_{_digest(constraint)}"
        for constraint, name in plain.items()
    }


def names_by_place(table: TableText) -> list[str | None]:
    """Return such names in the order of the table's clauses; None for what has or needs none."""
    reader = TableReader(table)
    facts = [
        reader.constraint(c) if is_constraint(c) else None for _, c in table.constraint_owners()
    ]
    columns = [column.name for column in table.columns]
    names = names_of_unnamed(table.name, columns, filter(None, facts))
    return [None if constraint is None else names.get(constraint) for constraint in facts]


def _plain(constraint: Constraint, table: str, spelled: dict[str, str]) -> str:
    columns: Iterable[str] = constraint.columns
    if constraint.text is not None:
        tokens = tokens_of(constraint.text)
        names = [folded(token.name) for token in tokens if token.kind in {"word", "name"}]
        columns = dict.fromkeys(spelled[name] for name in names if name in spelled)
    if constraint.kind is Kind.PRIMARY_KEY:
        columns = ()
    target = [constraint.reference.table] if constraint.reference else []
    return "_".join([_PREFIXES[constraint.kind], table, *columns, *target])


def _digest(constraint: Constraint) -> str:
    """Return letters for what a constraint says; which columns a key may leave out is not in it."""
    key = constraint.reference
    actions = (key.ondelete, key.onupdate, key.match) if key else ()
    said = (constraint.columns, constraint.text, actions, constraint.options)
    return hashlib.sha256(repr(said).encode()).hexdigest()[:_LETTERS]
