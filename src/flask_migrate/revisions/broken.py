"""What is wrong with a revision file that cannot be read or executed, in one sentence."""

from __future__ import annotations

import os
from traceback import walk_tb

from alembic.script.revision import CycleDetected
from alembic.script.revision import RevisionError as AlembicRevisionError

from flask_migrate.errors import HistoryBroken, MigrateError, RevisionFileError


def broken_file(path: str | os.PathLike[str], error: BaseException) -> MigrateError:
    """Return the error to raise where reading or executing a file ended in another one."""
    if isinstance(error, CycleDetected):
        return HistoryBroken(relative(path), error.revisions)
    path = (error.filename if isinstance(error, SyntaxError) else None) or path
    return RevisionFileError(relative(path), _problem(path, error))


def relative(path: str | os.PathLike[str]) -> str:
    """Return a path as people read it."""
    text = os.path.relpath(path)
    return os.fspath(path) if text.startswith("..") else text


def _problem(path: str | os.PathLike[str], error: BaseException) -> str:
    """Return what is wrong with the file, as the end of a sentence."""
    if isinstance(error, SyntaxError):
        return f"has a syntax error in line {error.lineno}: {error.msg}. Correct it."
    said = " ".join(str(error).split()).rstrip(".")
    line = _line_in(path, error)
    if line is not None:
        return f"cannot be loaded: {type(error).__name__}: {said}, in line {line}. Correct it."
    for name in ("revision", "down_revision"):
        if f"'{name}'" in said:
            return _WITHOUT.format(name=name)
    if isinstance(error, AlembicRevisionError):
        return f"cannot be used: {said}. Give it another id."
    return (
        f"cannot be used: {type(error).__name__}: {said}. "
        "Correct its revision, down_revision, branch_labels and depends_on."
    )


_WITHOUT = "has no line '{name} = ...'. Give it that line back, or move it out of the folder."


def _line_in(path: str | os.PathLike[str], error: BaseException) -> int | None:
    """Return the line of the file where an error arose; None where it is not in its code."""
    home = os.path.dirname(os.path.realpath(path))  # noqa: PTH120 # it is text
    lines = [
        line
        for frame, line in walk_tb(error.__traceback__)
        if os.path.realpath(frame.f_code.co_filename).startswith(home)
    ]
    return lines[-1] if lines else None
