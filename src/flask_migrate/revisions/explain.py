"""Alembic's complaints about revisions, as errors that say what to do."""

from __future__ import annotations

import os
import re
from contextlib import contextmanager
from difflib import get_close_matches
from traceback import walk_tb
from typing import TYPE_CHECKING

from alembic.script import revision as alembic_revision
from alembic.util import CommandError

from flask_migrate.errors import (
    DirectoryNotWritable,
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


@contextmanager
def writing(folder: ScriptDirectory) -> Iterator[None]:
    """Raise DirectoryNotWritable where a revision file cannot be written."""
    try:
        yield
    except OSError as error:
        if isinstance(error, FileNotFoundError) and str(error.filename).endswith(".mako"):
            raise RevisionError(
                f"There is no {error.filename}, from which revision files are made. Get it back, "
                "or copy it from a folder made with: flask db init -d <another folder>"
            ) from error
        if _of_hook(error):
            raise RevisionError(
                "The file was written and stays, but a post-write hook could not be run: "
                f"{error.filename}: {error.strerror}. Install it, or correct "
                "[post_write_hooks] in alembic.ini"
            ) from error
        place = os.path.dirname(error.filename or "") or folder.dir  # noqa: PTH120 # as text
        raise DirectoryNotWritable(place, error.strerror or str(error)) from error


def _of_hook(error: OSError) -> bool:
    frames = walk_tb(error.__traceback__)
    return any(f.f_globals.get("__name__") == "alembic.script.write_hooks" for f, _ in frames)


def _typed(folder: ScriptDirectory, command: str, error: CommandError) -> MigrateError:
    cause = error.__cause__
    if isinstance(cause, alembic_revision.MultipleHeads):
        return SeveralHeads(cause.heads, command)
    if isinstance(cause, alembic_revision.ResolutionError):
        return _not_resolved(folder, str(cause.argument), str(cause))
    if isinstance(cause, alembic_revision.RevisionError):
        return RevisionError(_with_advice(_sentence(error)))
    return MigrateError(_sentence(error))


def _not_resolved(folder: ScriptDirectory, name: str, complaint: str) -> RevisionError:
    known = sorted(s.revision for s in folder.walk_revisions())
    wanted = name.rsplit("@", 1)[-1]
    beginning = [revision for revision in known if revision.startswith(wanted)]
    if len(beginning) > 1:
        return RevisionAmbiguous(name, beginning)
    if "not a member" in complaint:
        return RevisionError(f"{complaint.rstrip('.')}. To see all revisions: flask db history")
    symbols = [*known, *_labels(folder), "head", "heads", "base", "current"]
    return RevisionNotFound(name, folder.dir, get_close_matches(wanted, symbols, n=1, cutoff=0.75))


def _labels(folder: ScriptDirectory) -> set[str]:
    return {label for script in folder.walk_revisions() for label in script.branch_labels}


def _with_advice(sentence: str) -> str:
    """Return Alembic's complaint about a place in the history, with a way out."""
    too_far = re.search(r"Relative revision (\S+) didn't", sentence)
    if too_far or "Walked too far" in sentence:
        step = f"'{too_far[1]}'" if too_far else "This step"
        return (
            f"{step} leads past the end of the history. "
            "To see where the database stands, type: flask db current"
        )
    if "Ambiguous" in sentence:
        return (
            "A relative step is ambiguous here, because the history has several branches. "
            "Name one, as in: flask db upgrade <branch>@+1"
        )
    return f"{sentence} To see all revisions, type: flask db history"


def _sentence(error: CommandError) -> str:
    text = str(error).strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."
