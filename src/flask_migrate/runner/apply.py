"""Brings a database to another revision: upgrade, downgrade, stamp, ensure-version."""

from __future__ import annotations

import io
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from flask_migrate.errors import SeveralHeads, WrongUsage
from flask_migrate.results import Applied
from flask_migrate.revisions.step import quick

from . import cancel, look

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from alembic.runtime.migration import MigrationContext, RevisionStep, StampStep

    from .environment import Conduct, Work
    from .run import Migrations


def upgrade(
    migrations: Migrations,
    revision: str,
    *,
    sql: bool,
    tag: str | None,
    message: str | None = None,
    conduct: Conduct | None = None,
) -> Applied:
    """Run the revisions from where the database stands up to `revision`."""
    start, destination = _range(revision, sql=sql)

    def work(heads: tuple[str, ...], _: MigrationContext) -> list[RevisionStep]:
        return quick(migrations.folder._upgrade_revs(destination, heads))  # type: ignore[arg-type] # noqa: SLF001

    options = {"destination_rev": destination, "tag": tag, "message": message, "conduct": conduct}
    return _applied(migrations, "upgrade", work, sql, start, **options)


def downgrade(
    migrations: Migrations, revision: str, *, sql: bool, tag: str | None, message: str | None = None
) -> Applied:
    """Undo the revisions from where the database stands down to `revision`."""
    if sql and revision == "-1":
        revision = "head:-1"
    if sql and ":" not in revision:
        raise WrongUsage(
            "downgrade with --sql requires <fromrev>:<torev>, "
            f"as in: flask db downgrade --sql head:{revision}"
        )
    start, destination = _range(revision, sql=sql)

    def work(heads: tuple[str, ...], _: MigrationContext) -> list[RevisionStep]:
        if destination.startswith("-") and len(heads) > 1:
            raise SeveralHeads(heads, "downgrade")
        return quick(migrations.folder._downgrade_revs(destination, heads))  # type: ignore[arg-type] # noqa: SLF001

    options = {"destination_rev": destination, "tag": tag, "message": message}
    return _applied(migrations, "downgrade", work, sql, start, **options)


def stamp(
    migrations: Migrations,
    revisions: Sequence[str],
    *,
    sql: bool,
    tag: str | None,
    purge: bool,
) -> Applied:
    """Write revisions into the version table without running anything."""
    if sql and purge:
        raise WrongUsage("--purge needs the database, so it cannot be used with --sql.")
    ranges = [_range(revision, sql=sql) for revision in revisions]
    starts = {start for start, _ in ranges if start}
    if len(starts) > 1:
        raise WrongUsage("stamp with --sql takes a single starting revision.")
    wanted = tuple(destination for _, destination in ranges)

    def work(heads: tuple[str, ...], _: MigrationContext) -> list[StampStep]:
        return migrations.folder._stamp_revs(wanted, heads)  # noqa: SLF001

    start = next(iter(starts), None)
    return _applied(
        migrations, "stamp", work, sql, start, destination_rev=wanted, tag=tag, purge=purge
    )


def ensure_version(migrations: Migrations, *, sql: bool) -> Applied:
    """Create the version table where it does not exist."""

    def work(_: tuple[str, ...], context: MigrationContext) -> Iterable[RevisionStep]:
        if context.as_sql:
            context._ensure_version_table()  # noqa: SLF001 # else every run makes it that needs it
        return ()

    return _applied(migrations, "ensure-version", work, sql, None, moves=False)


@contextmanager
def _asked_where_it_stands(migrations: Migrations) -> Iterator[None]:
    """Let whoever stopped the command know where the databases are now."""
    try:
        yield
    except cancel.Stopped:
        stop = cancel.current()
        if stop is not None and stop.began:
            with suppress(Exception):
                stop.positions = look.positions(migrations)
        raise


def _range(revision: str, *, sql: bool) -> tuple[str | None, str]:
    start, colon, destination = revision.partition(":")
    if not colon:
        return None, revision
    if not sql:
        raise WrongUsage(
            f"Range revision not allowed: '{revision}' names a start, which only --sql takes. "
            "The start of a real run is where the database stands."
        )
    return start, destination


def _applied(  # one place for what four commands share
    migrations: Migrations,
    command: str,
    work: Work | Any,
    sql: bool,
    start: str | None,
    **options: Any,
) -> Applied:
    if not sql:
        with _asked_where_it_stands(migrations):
            progress = migrations.run(command, work, as_sql=False, changes_database=True, **options)
            cancel.check()
        return Applied(tuple(progress.taken), tuple(progress.positions))
    buffer = io.StringIO()
    migrations.config.output_buffer = buffer
    progress = migrations.run(command, work, as_sql=True, starting_rev=start, **options)
    return Applied(tuple(progress.taken), (), buffer.getvalue(), tuple(progress.files))
