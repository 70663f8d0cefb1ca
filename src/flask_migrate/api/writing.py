"""The functions that write files: list_templates, init, revision, migrate, edit, merge."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from alembic.util import open_in_editor
from flask import current_app

from flask_migrate.autogenerate.answers import Answers
from flask_migrate.autogenerate.generate import Generation, RevisionRequest, merged
from flask_migrate.autogenerate.unimported.unimported import Unimported
from flask_migrate.errors import MigrateError, TooFewRevisions, WrongUsage
from flask_migrate.revisions import graph, new_folder
from flask_migrate.revisions.explain import explained, writing
from flask_migrate.revisions.folder import scripts_of
from flask_migrate.runner.config import Config, config_for_new
from flask_migrate.runner.verification import verified
from flask_migrate.settings import Settings

from .looking import show
from .opening import opened, state_of_application

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flask_migrate.autogenerate.answers import Ask
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
    renames: Sequence[str] = (),
    no_rename: bool = False,
    drop_unmanaged: bool = False,
    allow_drops: bool = False,
    fills: Mapping[str, str] | None = None,
    ask: Ask | None = None,
    verify: bool | None = None,
) -> Written:
    """Write a new revision file, empty or, with `autogenerate`, from the models.

    With `autogenerate`, no file is written when models and database agree; the
    database must be at the newest revision, else NotUpToDate is raised. The arguments
    from `renames` on answer what a comparison cannot know; see `migrate`.
    """
    if sql:
        raise WrongUsage("A new revision is a file, not SQL: --sql makes no sense here.")
    if not autogenerate and (renames or no_rename or drop_unmanaged or allow_drops or fills):
        raise WrongUsage(
            "--rename, --no-rename, --drop-unmanaged, --allow-drops and --fill answer questions "
            "of a comparison. Add --autogenerate, or type: flask db migrate"
        )
    answers = Answers(
        tuple(renames), no_rename, drop_unmanaged, allow_drops, dict(fills or {}), ask
    )
    request = RevisionRequest(message, head, splice, branch_label, version_path, rev_id, depends_on)
    migrations = opened(directory, x_arg, ["autogenerate"] if autogenerate else [])
    with explained(migrations.folder, "revision"):
        graph.check_new(migrations.folder, head, rev_id, branch_label)
        generation = _generated(migrations, request, answers if autogenerate else None)
        answers.said.check()
        with migrations.shown(), writing(migrations.folder):
            written = generation.write()
        tried = Settings.of(current_app.config).verify if verify is None else verify
        if tried and not written.unfilled:
            verified(migrations, [revision.revision for revision in written.revisions])
            return replace(written, verified=bool(written.revisions))
        return written


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
    renames: Sequence[str] = (),
    no_rename: bool = False,
    drop_unmanaged: bool = False,
    allow_drops: bool = False,
    fills: Mapping[str, str] | None = None,
    ask: Ask | None = None,
    verify: bool | None = None,
) -> Written:
    """Write a revision file from the difference between models and database.

    `renames` says what was renamed: ``table.column:name`` and ``table:name``; with `no_rename`
    nothing else was. `drop_unmanaged` drops tables that no revision made, `allow_drops`
    more than half of all tables. `fills` has an SQL expression for rows without a value,
    by ``table.column``. `ask` is given each question that is left, and returns the answer, or
    None. Raises RenameWrong, and RenameUnclear where something may have been renamed and nobody
    said so.
    """
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
        renames=renames,
        no_rename=no_rename,
        drop_unmanaged=drop_unmanaged,
        allow_drops=allow_drops,
        fills=fills,
        ask=ask,
        verify=verify,
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
        generation = _generated(migrations, request, None)
        with migrations.shown(), writing(migrations.folder):
            return merged(migrations.folder, scripts, request, generation.context.template_args)


def _generated(
    migrations: Migrations, request: RevisionRequest, answers: Answers | None
) -> Generation:
    """Let env.py run for a revision; with answers, the models are compared."""
    generation = Generation(
        migrations.config,
        migrations.folder,
        request,
        compare=answers is not None,
        answers=answers or Answers(),
        unimported=Unimported.of(current_app, migrations.folder.dir),
    )
    if generation.needs_environment:
        migrations.run("revision", generation.work, **generation.options)
    return generation
