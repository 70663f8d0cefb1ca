"""Histories of any size and shape, and the revision files that make them up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


@dataclass(frozen=True)
class Revision:
    """What a revision file says of itself, and the lines that it runs."""

    id: str
    parents: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    dependencies: tuple[str, ...] = ()
    message: str = "A revision"
    upgrade: str = "pass"
    downgrade: str = "pass"

    def __str__(self) -> str:
        return f'''\
"""{self.message}

Revision ID: {self.id}
Revises: {", ".join(self.parents)}
Create Date: 2024-02-29 12:00:00.000000

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = {self.id!r}
down_revision = {_as_written(self.parents)}
branch_labels = {_as_written(self.labels)}
depends_on = {_as_written(self.dependencies)}


def upgrade():
    {self.upgrade}


def downgrade():
    {self.downgrade}
'''


def line(count: int) -> Iterator[Revision]:
    """Return revisions that follow one another, each of them with a statement."""
    for number in range(count):
        parents = (id_of(number - 1),) if number else ()
        table = f"numbers_{number}"
        yield Revision(
            id_of(number),
            parents,
            message=f"Number {number}",
            upgrade=f"op.create_table({table!r}, sa.Column('id', sa.Integer, primary_key=True))",
            downgrade=f"op.drop_table({table!r})",
        )


def growing(count: int) -> Iterator[Revision]:
    """Return revisions that follow one another, as an application's do: a table, then more of it.

    Five of them have six statements, which are the same on every database.
    """
    for number in range(count):
        parents = (id_of(number - 1),) if number else ()
        upgrade, downgrade = _GROWTH[number % len(_GROWTH)]
        names = {"table": f"things_{number // 5}", "other": f"kinds_{number // 5}"}
        yield Revision(
            id_of(number),
            parents,
            message=f"Number {number}",
            upgrade=upgrade.format(**names),
            downgrade=downgrade.format(**names),
        )


_GROWTH = (
    (
        """op.create_table(
        "{other}",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )""",
        'op.drop_table("{other}")',
    ),
    (
        """op.create_table(
        "{table}",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("price", sa.Numeric(precision=10, scale=2), nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["kind_id"], ["{other}.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_{table}_name"), "{table}", ["name"], unique=False)""",
        """op.drop_index(op.f("ix_{table}_name"), table_name="{table}")
    op.drop_table("{table}")""",
    ),
    (
        'op.add_column("{table}", sa.Column("note", sa.Text(), nullable=True))',
        'op.drop_column("{table}", "note")',
    ),
    (
        'op.create_index("ix_{table}_day", "{table}", ["day"], unique=False)',
        'op.drop_index("ix_{table}_day", table_name="{table}")',
    ),
    (
        """with op.batch_alter_table("{table}", schema=None) as batch_op:
        batch_op.add_column(sa.Column("size", sa.Integer(), nullable=True))""",
        """with op.batch_alter_table("{table}", schema=None) as batch_op:
        batch_op.drop_column("size")""",
    ),
)
"""What is done to each pair of tables, one revision after the other: up and down."""


def with_merges(count: int, every: int = 25) -> Iterator[Revision]:
    """Return a history in which a branch of two revisions is merged again and again."""
    tip: tuple[str, ...] = ()
    number = 0
    while number < count:
        if number % every or number + 4 > count or not number:
            yield Revision(id_of(number), tip, message=f"Number {number}")
            tip, number = (id_of(number),), number + 1
            continue
        left, right, further, merge = map(id_of, range(number, number + 4))
        yield Revision(left, tip, message=f"Number {number}")
        yield Revision(right, tip, message=f"Number {number + 1}")
        yield Revision(further, (right,), message=f"Number {number + 2}")
        yield Revision(merge, (left, further), message=f"Number {number + 3}")
        tip, number = (merge,), number + 4


def write(history: Iterable[Revision], versions: Path) -> None:
    """Write revision files into a folder of versions."""
    for revision in history:
        slug = revision.message.lower().replace(" ", "_")
        (versions / f"{revision.id}_{slug}.py").write_text(str(revision), encoding="utf-8")


def id_of(number: int) -> str:
    """Return an id that tells nothing of the order, as Alembic's do."""
    return f"{number * 2654435761 % 2**32:08x}{number:04x}"


def _as_written(names: tuple[str, ...]) -> str:
    if len(names) > 1:
        return repr(names)
    return repr(names[0]) if names else "None"
