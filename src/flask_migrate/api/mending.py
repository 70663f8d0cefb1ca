"""The functions for what went wrong: repair, recover."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_migrate.errors import WrongUsage
from flask_migrate.runner.recovery import Recovery
from flask_migrate.runner.repair import OUTCOMES, Repairs

from .opening import opened, opened_incomplete

if TYPE_CHECKING:
    from flask_migrate.results import RecoveredFile, Repair

    from .opening import XArg


def repair(
    directory: str | None = None, outcome: str | None = None, *, x_arg: XArg = None
) -> tuple[Repair, ...]:
    """Return the databases with an interrupted revision, and settle it where `outcome` says how.

    ``"done"``: all of it is done, so the version table says so from now on; ``"undone"``:
    what was done of it was undone by hand, so the database stands where it stood before;
    ``"undo"``: take back now what was done of it, or raise CannotUndo.
    """
    if outcome is not None and outcome not in OUTCOMES:
        raise WrongUsage(f"The outcome is '{outcome}'. It must be one of: {', '.join(OUTCOMES)}.")
    repairs = Repairs(outcome)
    opened(directory, x_arg).run(
        "repair", _no_steps, dont_mutate=True, anywhere=True, conduct=repairs.conduct
    )
    return tuple(repairs.repaired)


def recover(
    directory: str | None = None, revision: str | None = None, *, x_arg: XArg = None
) -> tuple[RecoveredFile, ...]:
    """Write revision files that are gone back into the folder, as the databases have kept them.

    Without a revision: all that the databases have and the folder lacks. No file is
    overwritten: where the folder has another file of the revision, the kept one is
    written beside it. Raises RevisionNotKept.
    """
    migrations, scripts = opened_incomplete(directory, x_arg)
    recovery = Recovery(migrations.folder, scripts, revision)
    migrations.run("recover", recovery.work, dont_mutate=True, anywhere=True)
    return recovery.write()


def _no_steps(*_: object) -> tuple[()]:
    return ()
