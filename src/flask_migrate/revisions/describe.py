"""A revision file as a value: `RevisionInfo`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_migrate.results import RevisionInfo

if TYPE_CHECKING:
    from alembic.script import Script

PLAIN: dict[str, Any] = {}
WITH_BRANCHES: dict[str, Any] = {"include_branches": True}
AS_HEAD: dict[str, Any] = {"include_branches": True, "tree_indicators": False}
IN_HISTORY: dict[str, Any] = {
    "include_branches": True,
    "include_doc": True,
    "include_parents": True,
}
"""How much of a revision its one line shows, in the words of Alembic's `cmd_format`."""


def describe(
    script: Script, shown: dict[str, Any] = PLAIN, *, current: bool = False
) -> RevisionInfo:
    """Return what is known about a revision; `shown` chooses what its line shows."""
    script._db_current_indicator = current and shown is IN_HISTORY  # noqa: SLF001 # as Alembic does
    return RevisionInfo(
        revision=script.revision,
        down_revisions=tuple(script._versioned_down_revisions),  # noqa: SLF001
        branch_labels=tuple(sorted(script.branch_labels)),
        depends_on=_names(script.dependencies),
        message=script.doc,
        path=script.path,
        is_head=script.is_head,
        is_branch_point=script.is_branch_point,
        is_merge_point=script.is_merge_point,
        is_current=current,
        next_revisions=tuple(sorted(script.nextrev)),
        line=script.cmd_format(verbose=False, **shown),
        entry=script.log_entry,
    )


def _names(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)
