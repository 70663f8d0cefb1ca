"""Questions about the history: its heads, its branch points, a walk through a range."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic.util import to_tuple

from flask_migrate.errors import RevisionExists, WrongUsage
from flask_migrate.results import Branch

from .describe import AS_HEAD, IN_HISTORY, WITH_BRANCHES, describe
from .folder import scripts_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from alembic.script import ScriptDirectory

    from flask_migrate.results import RevisionInfo


def check_new(
    folder: ScriptDirectory, head: str, revision: str | None, labels: str | Sequence[str] | None
) -> None:
    """Raise where a new revision cannot be placed or named so, before anything is written."""
    folder.get_revisions(head)
    taken = folder.revision_map._revision_map  # noqa: SLF001 # no public look-up by exact name
    options = {"--rev-id": to_tuple(revision, ()), "--branch-label": to_tuple(labels, ())}
    for option, names in options.items():
        for name in names:
            if taken.get(name) is not None:
                raise RevisionExists(name, folder.get_revision(name).path, option)


def heads(folder: ScriptDirectory, *, resolve_dependencies: bool) -> tuple[RevisionInfo, ...]:
    """Return the newest revisions; `resolve_dependencies` counts depends_on as a parent."""
    names = "heads" if resolve_dependencies else folder.get_heads()
    return tuple(describe(script, AS_HEAD) for script in folder.get_revisions(names))


def branches(folder: ScriptDirectory, *, doc: bool) -> tuple[Branch, ...]:
    """Return the revisions from which several others follow, newest first.

    `doc` adds the message to the line of each revision that follows.
    """
    points = [script for script in folder.walk_revisions() if script.is_branch_point]
    shown = WITH_BRANCHES | {"include_doc": doc}
    return tuple(
        Branch(
            describe(point, WITH_BRANCHES),
            tuple(describe(folder.get_revision(name), shown) for name in sorted(point.nextrev)),
        )
        for point in points
    )


def parse_range(text: str | None) -> tuple[str, str]:
    """Split ``base:head``; an empty side means the end of the history."""
    if text is None:
        return "base", "heads"
    if text.count(":") != 1:
        raise WrongUsage(
            f"'{text}' is no range of revisions. "
            "History range requires [start]:[end], [start]:, or :[end]."
        )
    base, head = text.strip().split(":")
    return base or "base", head or "heads"


def walk(
    folder: ScriptDirectory, base: str, head: str, current: Collection[str]
) -> tuple[RevisionInfo, ...]:
    """Return the revisions of a range, newest first; those in `current` are marked."""
    return tuple(
        describe(script, IN_HISTORY, current=script.revision in current)
        for script in scripts_of(folder.walk_revisions(base=base, head=head))
    )
