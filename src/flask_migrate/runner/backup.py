"""A copy of an SQLite database before it is upgraded, made by SQLite's backup interface."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime, timezone
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from flask_migrate.databases.passwords import hidden_url
from flask_migrate.errors import BackupImpossible, SourceError
from flask_migrate.events import BackupWritten, emit

from .scratch import connection_of
from .steps import bind_of

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext
    from sqlalchemy import URL

    from .environment import MigrationEnvironment
    from .sources import Source

_PROGRAMS: Final = {
    "postgresql": "pg_dump -Fc -f {name}.dump {name}",
    "mysql": "mariadb-dump --single-transaction --routines --events {name} > {name}.sql",
    "mariadb": "mariadb-dump --single-transaction --routines --events {name} > {name}.sql",
}


class Backups:
    """The copies of all databases, each made just before its upgrade."""

    def __init__(self) -> None:
        self.paths: list[str] = []

    def conduct(
        self,
        environment: MigrationEnvironment,
        context: MigrationContext,
        arguments: dict[str, Any],
    ) -> None:
        """Copy one database where something is to be done, then upgrade it."""
        connection = connection_of(context)
        check_url(connection.engine.url)
        heads = tuple(context.get_current_heads())
        if environment.progress.chosen(heads, context):
            path = copied(_file(context))
            self.paths.append(str(path))
            emit(BackupWritten(str(path), bind_of(context.opts)))
        environment.run_guarded(context, arguments, environment.settings)


def check_source(source: Source) -> None:
    """Raise BackupImpossible where an application has a database that is no file of SQLite."""
    try:
        engines = source.engines.values()
    except SourceError:
        return
    for engine in engines:
        check_url(engine.url)


def check_url(url: URL) -> None:
    """Raise BackupImpossible for a database that is no file of SQLite."""
    kind = url.get_backend_name()
    if kind == "sqlite":
        if url.database in (None, "", ":memory:"):
            raise BackupImpossible("a database in memory", "it has no file", "Leave --backup out")
        return
    program = _PROGRAMS.get(kind)
    advice = "Use the server's own program"
    if program is not None:
        advice = f"Type, before the upgrade: {program.format(name=url.database)}"
    raise BackupImpossible(hidden_url(url), "only SQLite's files are copied", advice)


def copied(file: Path) -> Path:
    """Copy a database to a new file beside it, named by the time, and return its path."""
    now = datetime.now(timezone.utc)
    for number in count():
        more = f"-{number}" if number else ""
        path = file.with_name(f"{file.stem}-{now:%Y%m%dT%H%M%SZ}{more}{file.suffix}")
        try:
            path.touch(exist_ok=False)
        except FileExistsError:
            continue
        break
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(path)) as target:
        source.backup(target)
    return path


def _file(context: MigrationContext) -> Path:
    connection = connection_of(context)
    rows = connection.exec_driver_sql("PRAGMA database_list").all()
    return Path(next(path for _, name, path in rows if name == "main"))
