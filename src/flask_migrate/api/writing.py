"""The functions that write files: list_templates, init, revision, migrate, edit, merge."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from alembic.util import open_in_editor

from flask_migrate.autogenerate.generate import Generation, RevisionRequest, merged
from flask_migrate.errors import MigrateError, TooFewRevisions, WrongUsage
from flask_migrate.revisions import graph, new_folder
from flask_migrate.revisions.explain import explained, writing
from flask_migrate.revisions.folder import scripts_of
from flask_migrate.runner.config import Config, config_for_new

from .looking import show
from .opening import opened, state_of_application

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask_migrate.results import Initialised, Template, Written
    from flask_migrate.runner.run import Migrations

    from .opening import XArg


def list_templates() -> tuple[Template, ...]:
    """Return the templates that `init` knows."""
    return new_folder.templates(Config())


def init(
    directory: str | os.PathLike[str] | None = None,
    multidb: bool = False,
    template: str | None = None,
    package: bool = False,
) -> Initialised:
    """Create a migrations folder.

    `template` is a name that `list_templates` returns, or the path of a folder;
    `package` adds ``__init__.py`` files. Raises DirectoryNotEmpty,
    DirectoryNotWritable or TemplateMissing.
    """
    state = state_of_application()
    folder = os.fspath(directory or state.directory)
    name = (template or ("flask-multidb" if multidb else "flask")).rstrip("/\\")
    parent, name = os.path.split(name)
    config = state.migrate.call_configure_callbacks(config_for_new(folder, parent))
    return new_folder.create_folder(config, folder, name, package=package)


def revision(
    directory: str | None = None,
    message: str | None = None,
    autogenerate: bool = False,
    sql: bool = False,
    head: str = "head",
    splice: bool = False,
    branch_label: str | None = None,
    version_path: str | None = None,
    rev_id: str | None = None,
    *,
    depends_on: Sequence[str] | None = None,
    x_arg: XArg = None,
) -> Written:
    """Write a new revision file, empty or, with `autogenerate`, from the models.

    With `autogenerate`, no file is written when models and database agree; the
    database must be at the newest revision, else NotUpToDate is raised.
    """
    if sql:
        raise WrongUsage("A new revision is a file, not SQL: --sql makes no sense here.")
    request = RevisionRequest(message, head, splice, branch_label, version_path, rev_id, depends_on)
    migrations = opened(directory, x_arg, ["autogenerate"] if autogenerate else [])
    with explained(migrations.folder, "revision"):
        graph.check_new(migrations.folder, head, rev_id, branch_label)
        generation = _generated(migrations, request, compare=autogenerate)
        with migrations.shown(), writing(migrations.folder):
            return generation.write()


def migrate(
    directory: str | None = None,
    message: str | None = None,
    sql: bool = False,
    head: str = "head",
    splice: bool = False,
    branch_label: str | None = None,
    version_path: str | None = None,
    rev_id: str | None = None,
    x_arg: XArg = None,
    *,
    depends_on: Sequence[str] | None = None,
) -> Written:
    """Write a revision file from the difference between models and database."""
    return revision(
        directory,
        message,
        autogenerate=True,
        sql=sql,
        head=head,
        splice=splice,
        branch_label=branch_label,
        version_path=version_path,
        rev_id=rev_id,
        depends_on=depends_on,
        x_arg=x_arg,
    )


def edit(directory: str | None = None, revision: str = "current") -> tuple[str, ...]:
    """Open revision files in the user's editor and return their paths."""
    paths = tuple(info.path for info in show(directory, revision))
    if not paths:
        raise MigrateError("The database has no revision yet, so there is nothing to edit.")
    for path in paths:
        open_in_editor(path)
    return paths


def merge(
    directory: str | None = None,
    revisions: str | Sequence[str] = "",
    message: str | None = None,
    branch_label: str | None = None,
    rev_id: str | None = None,
    *,
    splice: bool = False,
) -> Written:
    """Write a revision that follows two or more others; raises TooFewRevisions."""
    migrations = opened(directory)
    names = [revisions] if isinstance(revisions, str) else list(revisions)
    names = [name for name in names if name]
    with explained(migrations.folder, "merge"):
        scripts = scripts_of(migrations.folder.get_revisions(tuple(names)))
        if len({script.revision for script in scripts}) < 2:  # noqa: PLR2004 # two
            raise TooFewRevisions(names, migrations.folder.get_heads())
        request = RevisionRequest(message, branch_label=branch_label, rev_id=rev_id, splice=splice)
        graph.check_new(migrations.folder, "heads", rev_id, branch_label)
        generation = _generated(migrations, request, compare=False)
        with migrations.shown(), writing(migrations.folder):
            return merged(migrations.folder, scripts, request, generation.context.template_args)


def _generated(migrations: Migrations, request: RevisionRequest, *, compare: bool) -> Generation:
    generation = Generation(migrations.config, migrations.folder, request, compare=compare)
    if generation.needs_environment:
        migrations.run("revision", generation.work, **generation.options)
    return generation
