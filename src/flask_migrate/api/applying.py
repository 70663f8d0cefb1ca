"""The functions that change where a database stands: upgrade, downgrade, stamp, ensure_version."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask_migrate.errors import WrongUsage
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
    *,
    message: str | None = None,
    dry_run: bool = False,
    backup: bool = False,
) -> Applied:
    """Bring the database up to a revision; with `sql`, return the statements instead.

    `message` is written into the log. With `dry_run` the revisions run and nothing of it
    stays; with `backup` SQLite's files are copied first, where something is to be done.
    Raises RehearsalImpossible and BackupImpossible.
    """
    if sum((sql, dry_run, backup)) > 1:
        raise WrongUsage("Only one of sql, dry_run and backup makes sense at a time.")
    migrations = opened(directory, x_arg)
    if dry_run:
        from flask_migrate.runner.rehearsal import rehearse

        done = apply.upgrade(migrations, revision, sql=False, tag=tag, conduct=rehearse)
        return replace(done, rehearsed=True)
    if backup:
        from flask_migrate.runner.backup import Backups, check_source

        check_source(migrations.source)
        backups = Backups()
        done = apply.upgrade(
            migrations, revision, sql=False, tag=tag, message=message, conduct=backups.conduct
        )
        return replace(done, backups=tuple(backups.paths))
    return apply.upgrade(migrations, revision, sql=sql, tag=tag, message=message)


def downgrade(
    directory: str | None = None,
    revision: str = "-1",
    sql: bool = False,
    tag: str | None = None,
    x_arg: XArg = None,
    *,
    message: str | None = None,
) -> Applied:
    """Bring the database back to a revision; with `sql`, return the statements instead.

    `message` is written into the log.
    """
    return apply.downgrade(opened(directory, x_arg), revision, sql=sql, tag=tag, message=message)


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
