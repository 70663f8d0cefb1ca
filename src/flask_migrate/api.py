"""The Python API: one function per command, typed results, no printing, no exit.

Every function works on the current application, raises a `MigrateError` for what
it cannot do, and leaves logging as the application set it up.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from alembic.util import open_in_editor
from flask import current_app

from .autogenerate.generate import Generation, RevisionRequest, merged
from .errors import (
    DifferencesFound,
    MigrateError,
    NotAtHead,
    NotInitialised,
    TooFewRevisions,
    WrongUsage,
)
from .revisions import graph, new_folder
from .revisions.describe import describe
from .revisions.explain import explained, writing
from .revisions.folder import open_folder, scripts_of
from .runner import apply, look
from .runner.config import Config, accept_application_urls, config_for_new
from .runner.run import Migrations

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .extension import MigrateState
    from .results import (
        Applied,
        Branch,
        Initialised,
        Position,
        RevisionInfo,
        Template,
        Written,
    )

    XArg = str | Iterable[str] | None


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
    state = _state()
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
    migrations = _open(directory, x_arg, ["autogenerate"] if autogenerate else [])
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
    migrations = _open(directory)
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


def upgrade(
    directory: str | None = None,
    revision: str = "head",
    sql: bool = False,
    tag: str | None = None,
    x_arg: XArg = None,
) -> Applied:
    """Bring the database up to a revision; with `sql`, return the statements instead."""
    return apply.upgrade(_open(directory, x_arg), revision, sql=sql, tag=tag)


def downgrade(
    directory: str | None = None,
    revision: str = "-1",
    sql: bool = False,
    tag: str | None = None,
    x_arg: XArg = None,
) -> Applied:
    """Bring the database back to a revision; with `sql`, return the statements instead."""
    return apply.downgrade(_open(directory, x_arg), revision, sql=sql, tag=tag)


def show(directory: str | None = None, revision: str = "head") -> tuple[RevisionInfo, ...]:
    """Return the revisions that a name stands for; ``current`` asks the database."""
    migrations = _open(directory)
    with explained(migrations.folder, "show"):
        names = look.current_revisions(migrations) if revision == "current" else revision
        return tuple(describe(s) for s in scripts_of(migrations.folder.get_revisions(names)))


def history(
    directory: str | None = None,
    rev_range: str | None = None,
    verbose: bool = False,  # noqa: ARG001 # the results hold all there is
    indicate_current: bool = False,
) -> tuple[RevisionInfo, ...]:
    """Return the revisions, newest first; `rev_range` is ``[start]:[end]``.

    `indicate_current` marks those at which the database stands.
    """
    base, head = graph.parse_range(rev_range)
    migrations = _open(directory)
    current: tuple[str, ...] = ()
    if indicate_current or "current" in (base, head):
        current = look.current_revisions(migrations)
    with explained(migrations.folder, "history"):
        marked = current if indicate_current else ()
        return graph.walk(migrations.folder, *_ends(base, head, current), marked)


def heads(
    directory: str | None = None,
    verbose: bool = False,  # noqa: ARG001 # the results hold all there is
    resolve_dependencies: bool = False,
) -> tuple[RevisionInfo, ...]:
    """Return the newest revisions; more than one means that branches wait to be merged."""
    return graph.heads(_open(directory).folder, resolve_dependencies=resolve_dependencies)


def branches(directory: str | None = None, verbose: bool = False) -> tuple[Branch, ...]:
    """Return the revisions from which several others follow; `verbose` adds their messages."""
    return graph.branches(_open(directory).folder, doc=verbose)


def current(
    directory: str | None = None,
    verbose: bool = False,  # noqa: ARG001 # the results hold all there is
    head_only: bool = False,  # noqa: ARG001 # deprecated in Alembic 0.7 and still passed
    *,
    check_heads: bool = False,
) -> tuple[Position, ...]:
    """Return where each database stands; `check_heads` raises NotAtHead where one is behind."""
    migrations = _open(directory)
    places = look.positions(migrations)
    newest = migrations.folder.get_heads()
    for place in places if check_heads else ():
        now = [revision.revision for revision in place.revisions]
        if set(now) != set(newest):
            raise NotAtHead(now, newest)
    return places


def stamp(
    directory: str | None = None,
    revision: str | Sequence[str] = "head",
    sql: bool = False,
    tag: str | None = None,
    purge: bool = False,
) -> Applied:
    """Set where the database stands without running anything; `purge` forgets the old first."""
    revisions = [revision] if isinstance(revision, str) else list(revision)
    return apply.stamp(_open(directory), revisions, sql=sql, tag=tag, purge=purge)


def check(directory: str | None = None) -> tuple[Position, ...]:
    """Compare the models with the database; raises DifferencesFound, or NotUpToDate."""
    migrations = _open(directory, flags=["autogenerate"])
    generation = Generation(migrations.config, migrations.folder, RevisionRequest(), compare=True)
    progress = migrations.run("check", generation.work, **generation.options)
    if generation.diffs:
        raise DifferencesFound(generation.changes, generation.context, generation.diffs)
    return tuple(progress.positions)


def ensure_version(directory: str | None = None, sql: bool = False) -> Applied:
    """Create the table that says where the database stands, where it does not exist."""
    return apply.ensure_version(_open(directory), sql=sql)


def _state() -> MigrateState:
    state: MigrateState | None = current_app.extensions.get("migrate")
    if state is None:
        raise NotInitialised
    return state


def _open(
    directory: str | os.PathLike[str] | None, x_arg: XArg = None, flags: Sequence[str] = ()
) -> Migrations:
    state = _state()
    folder = None if directory is None else os.fspath(directory)
    config = state.migrate.get_config(folder, x_arg=x_arg, opts=flags)
    accept_application_urls(config, lambda: current_app.extensions.get("migrate", state).source)
    return Migrations(config, open_folder(config), state.source, state.own_configure_args)


def _generated(migrations: Migrations, request: RevisionRequest, *, compare: bool) -> Generation:
    generation = Generation(migrations.config, migrations.folder, request, compare=compare)
    if generation.needs_environment:
        migrations.run("revision", generation.work, **generation.options)
    return generation


def _ends(base: str, head: str, current: tuple[str, ...]) -> tuple[Any, Any]:
    return tuple(current if end == "current" else end for end in (base, head))  # type: ignore[return-value]
