"""Alembic's complaints about revisions, as errors that say what to do."""

from __future__ import annotations

from contextlib import contextmanager
from difflib import get_close_matches
from typing import TYPE_CHECKING

from alembic.script import revision as alembic_revision
from alembic.util import CommandError

from flask_migrate.errors import (
    MigrateError,
    RevisionAmbiguous,
    RevisionError,
    RevisionNotFound,
    SeveralHeads,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic.script import ScriptDirectory


@contextmanager
def explained(folder: ScriptDirectory, command: str) -> Iterator[None]:
    """Raise a typed error where Alembic raises its general one.

    `command` is what was asked for, such as ``upgrade``; the advice depends on it.
    """
    try:
        yield
    except MigrateError:
        raise
    except CommandError as error:
        raise _typed(folder, command, error) from error
    except alembic_revision.RevisionError as error:
        raise RevisionError(f"{error}.") from error


def _typed(folder: ScriptDirectory, command: str, error: CommandError) -> MigrateError:
    cause = error.__cause__
    if isinstance(cause, alembic_revision.MultipleHeads):
        return SeveralHeads(cause.heads, command)
    if isinstance(cause, alembic_revision.ResolutionError):
        return _not_resolved(folder, str(cause.argument), str(cause))
    if isinstance(cause, alembic_revision.RevisionError):
        return RevisionError(_sentence(error))
    return MigrateError(_sentence(error))


def _not_resolved(folder: ScriptDirectory, name: str, complaint: str) -> RevisionError:
    known = sorted(s.revision for s in folder.walk_revisions())
    wanted = name.rsplit("@", 1)[-1]
    beginning = [revision for revision in known if revision.startswith(wanted)]
    if len(beginning) > 1:
        return RevisionAmbiguous(name, beginning)
    if "@" in name or "branch" in complaint.lower():
        return RevisionError(f"{complaint.rstrip('.')}. To see all revisions: flask db history")
    symbols = [*known, "head", "heads", "base", "current"]
    return RevisionNotFound(name, folder.dir, get_close_matches(wanted, symbols, n=1, cutoff=0.75))


def _sentence(error: CommandError) -> str:
    text = str(error).strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."
