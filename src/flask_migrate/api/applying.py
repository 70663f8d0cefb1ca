"""The functions that change where a database stands: upgrade, downgrade, stamp, ensure_version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_migrate.runner import apply

from .opening import opened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask_migrate.results import Applied

    from .opening import XArg


def upgrade(
    directory: str | None = None,
    revision: str = "head",
    sql: bool = False,
    tag: str | None = None,
    x_arg: XArg = None,
) -> Applied:
    """Bring the database up to a revision; with `sql`, return the statements instead."""
    return apply.upgrade(opened(directory, x_arg), revision, sql=sql, tag=tag)


def downgrade(
    directory: str | None = None,
    revision: str = "-1",
    sql: bool = False,
    tag: str | None = None,
    x_arg: XArg = None,
) -> Applied:
    """Bring the database back to a revision; with `sql`, return the statements instead."""
    return apply.downgrade(opened(directory, x_arg), revision, sql=sql, tag=tag)


def stamp(
    directory: str | None = None,
    revision: str | Sequence[str] = "head",
    sql: bool = False,
    tag: str | None = None,
    purge: bool = False,
) -> Applied:
    """Set where the database stands without running anything; `purge` forgets the old first."""
    revisions = [revision] if isinstance(revision, str) else list(revision)
    return apply.stamp(opened(directory), revisions, sql=sql, tag=tag, purge=purge)


def ensure_version(directory: str | None = None, sql: bool = False) -> Applied:
    """Create the table that says where the database stands, where it does not exist."""
    return apply.ensure_version(opened(directory), sql=sql)
