"""The functions that look and change nothing: from `show` to `status` and `plan`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import current_app

from flask_migrate.errors import DifferencesFound, NotAtHead
from flask_migrate.revisions import graph
from flask_migrate.revisions.describe import describe
from flask_migrate.revisions.explain import explained
from flask_migrate.revisions.folder import scripts_of

from .opening import opened

if TYPE_CHECKING:
    from flask_migrate.results import Branch, Plan, Position, RevisionInfo, Status
    from flask_migrate.runner.run import Migrations

    from .opening import XArg


def show(directory: str | None = None, revision: str = "head") -> tuple[RevisionInfo, ...]:
    """Return the revisions that a name stands for; ``current`` asks the database."""
    migrations = opened(directory)
    with explained(migrations.folder, "show"):
        names = _current(migrations) if revision == "current" else revision
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
    migrations = opened(directory)
    current: tuple[str, ...] = ()
    if indicate_current or "current" in (base, head):
        current = _current(migrations)
    with explained(migrations.folder, "history"):
        marked = current if indicate_current else ()
        return graph.walk(migrations.folder, *_ends(base, head, current), marked)


def heads(
    directory: str | None = None,
    verbose: bool = False,  # noqa: ARG001 # the results hold all there is
    resolve_dependencies: bool = False,
) -> tuple[RevisionInfo, ...]:
    """Return the newest revisions; more than one means that branches wait to be merged."""
    return graph.heads(opened(directory).folder, resolve_dependencies=resolve_dependencies)


def branches(directory: str | None = None, verbose: bool = False) -> tuple[Branch, ...]:
    """Return the revisions from which several others follow; `verbose` adds their messages."""
    return graph.branches(opened(directory).folder, doc=verbose)


def current(
    directory: str | None = None,
    verbose: bool = False,  # noqa: ARG001 # the results hold all there is
    head_only: bool = False,  # noqa: ARG001 # deprecated in Alembic 0.7 and still passed
    *,
    check_heads: bool = False,
) -> tuple[Position, ...]:
    """Return where each database stands; `check_heads` raises NotAtHead where one is behind."""
    migrations = opened(directory)
    from flask_migrate.runner.look import positions

    places = positions(migrations)
    newest = migrations.folder.get_heads()
    for place in places if check_heads else ():
        now = [revision.revision for revision in place.revisions]
        if set(now) != set(newest):
            raise NotAtHead(now, newest)
    return places


def check(directory: str | None = None) -> tuple[Position, ...]:
    """Compare the models with the database; raises DifferencesFound, or NotUpToDate.

    Raises ModelsNotImported where models that are not there explain what was found.
    """
    from flask_migrate.autogenerate.generate import Generation, RevisionRequest
    from flask_migrate.autogenerate.unimported.unimported import Unimported

    migrations = opened(directory, flags=["autogenerate"])
    generation = Generation(
        migrations.config,
        migrations.folder,
        RevisionRequest(),
        compare=True,
        unimported=Unimported.of(current_app, migrations.folder.dir),
    )
    progress = migrations.run("check", generation.work, **generation.options)
    generation.refuse_absent()
    if generation.diffs:
        raise DifferencesFound(generation.changes, generation.context, generation.diffs)
    return tuple(progress.positions)


def status(directory: str | None = None, *, x_arg: XArg = None) -> tuple[Status, ...]:
    """Return how each database is, beside the folder and the models; nothing is changed."""
    from flask_migrate.autogenerate.generate import Generation, RevisionRequest
    from flask_migrate.runner.status import Survey
    from flask_migrate.settings import Settings

    migrations = opened(directory, x_arg, ["autogenerate"])
    generation = Generation(migrations.config, migrations.folder, RevisionRequest(), compare=True)
    survey = Survey(migrations.folder, Settings.of(migrations.source.config), generation)
    migrations.run("status", survey.work, anywhere=True, **generation.options)
    return survey.statuses


def plan(
    directory: str | None = None, revision: str = "head", *, x_arg: XArg = None
) -> tuple[Plan, ...]:
    """Return what `upgrade` would run on each database: statements, locks, sizes of tables."""
    from flask_migrate.runner import apply
    from flask_migrate.runner.plan import Planning

    planning = Planning()
    apply.upgrade(opened(directory, x_arg), revision, sql=False, tag=None, conduct=planning.conduct)
    return tuple(planning.plans)


def _ends(base: str, head: str, current: tuple[str, ...]) -> tuple[Any, Any]:
    return tuple(current if end == "current" else end for end in (base, head))  # type: ignore[return-value]


def _current(migrations: Migrations) -> tuple[str, ...]:
    from flask_migrate.runner.look import current_revisions

    return current_revisions(migrations)
