"""The migrations folder, opened: its revision files read and proved sound."""

from __future__ import annotations

import os
from pathlib import Path
from traceback import walk_tb
from typing import TYPE_CHECKING

import alembic.command
from alembic.script.revision import CycleDetected, RevisionMap
from alembic.script.revision import RevisionError as AlembicRevisionError
from alembic.util import to_tuple

from flask_migrate.errors import (
    DirectoryMissing,
    HistoryBroken,
    RevisionError,
    RevisionFileError,
    listed,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from alembic.config import Config
    from alembic.script import Script, ScriptDirectory
    from alembic.script.revision import Revision


def open_folder(config: Config) -> ScriptDirectory:
    """Open the migrations folder that a configuration names.

    The class is looked up in `alembic.command`, where applications replace it.
    Raises DirectoryMissing where there is no folder, RevisionFileError and
    HistoryBroken where a file in it cannot be used.
    """
    folder = _found(config)
    scripts = _read(folder)
    _check_parents(scripts)
    folder.revision_map = RevisionMap(lambda: scripts)
    try:
        _ = folder.revision_map.heads
    except CycleDetected as error:
        raise HistoryBroken(_path_of(scripts, error.revisions), error.revisions) from error
    except AlembicRevisionError as error:
        raise RevisionError(f"The history in {folder.dir} is broken: {error}.") from error
    return folder


def open_incomplete_folder(config: Config) -> tuple[ScriptDirectory, list[Script]]:
    """Open a folder some of whose files may be gone: its history is left out.

    Returns the files that it has beside it.
    """
    folder = _found(config)
    scripts = _read(folder)
    folder.revision_map = RevisionMap(lambda: ())
    return folder, scripts


def _found(config: Config) -> ScriptDirectory:
    location = config.get_alembic_option("script_location") or ""
    if ":" not in location and not (Path(location) / "env.py").is_file():
        raise DirectoryMissing(location)
    folder: ScriptDirectory = vars(alembic.command)["ScriptDirectory"].from_config(config)
    folder.messaging_opts = {"quiet": True}
    return folder


def _read(folder: ScriptDirectory) -> list[Script]:
    scripts: list[Script] = []
    try:
        scripts.extend(folder._load_revisions())  # noqa: SLF001 # Alembic has no public way
    except CycleDetected as error:
        raise HistoryBroken(_path_at(folder, error), error.revisions) from error
    except (Exception, SystemExit) as error:
        path = error.filename if isinstance(error, SyntaxError) else None
        path = _relative(path or _path_at(folder, error))
        raise RevisionFileError(path, _problem(folder, error)) from error
    _check_ids(scripts)
    _check_labels(scripts)
    return scripts


def _problem(folder: ScriptDirectory, error: BaseException) -> str:
    """Return what is wrong with the file that could not be read, as the end of a sentence."""
    if isinstance(error, SyntaxError):
        return f"has a syntax error in line {error.lineno}: {error.msg}. Correct it."
    said = " ".join(str(error).split()).rstrip(".")
    line = _line_at(folder, error)
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


def _path_at(folder: ScriptDirectory, error: BaseException) -> str:
    """Return the file that Alembic was reading when an error arose."""
    values = (v for f, _ in walk_tb(error.__traceback__) for v in f.f_locals.values())
    paths = (v for v in values if isinstance(v, os.PathLike) and str(v).endswith(".py"))
    return _relative(next(paths, folder.dir))


def _line_at(folder: ScriptDirectory, error: BaseException) -> int | None:
    """Return the line of a revision file where an error arose; None where it is not in its code."""
    versions = tuple(os.path.realpath(path) for path in folder._version_locations)  # noqa: SLF001
    lines = [
        line
        for frame, line in walk_tb(error.__traceback__)
        if os.path.realpath(frame.f_code.co_filename).startswith(versions)
    ]
    return lines[-1] if lines else None


def _check_ids(scripts: Sequence[Script]) -> None:
    named: dict[str, Script] = {}
    for script in scripts:
        if script.revision in named:
            raise RevisionFileError(
                _relative(script.path),
                f"has the id '{script.revision}', and {_relative(named[script.revision].path)} "
                "has it too. Give one of them another id, or remove it.",
            )
        named[script.revision] = script


def _check_labels(scripts: Sequence[Script]) -> None:
    named = {script.revision: script for script in scripts}
    for script in scripts:
        for label in _labels(script):
            if label in named:
                raise RevisionFileError(
                    _relative(script.path),
                    f"has the branch label '{label}', and {_relative(named[label].path)} has it "
                    "too. Take it out of branch_labels in one of them.",
                )
            named[label] = script


def _check_parents(scripts: Sequence[Script]) -> None:
    known = {script.revision for script in scripts}
    named = known | {label for script in scripts for label in _labels(script)}
    for script in scripts:
        _check_known(script, "follows", "down_revision", script._versioned_down_revisions, known)  # noqa: SLF001
        dependencies = to_tuple(script.dependencies, default=())
        _check_known(script, "depends on", "depends_on", dependencies, named)


def _check_known(
    script: Script, verb: str, name: str, wanted: Iterable[str], known: Collection[str]
) -> None:
    missing = [revision for revision in wanted if revision not in known]
    if missing:
        raise RevisionFileError(
            _relative(script.path),
            f"{verb} '{listed(missing)}' ({name}), and no file has that id. "
            f"Get that file back (if a database has run it: flask db recover {missing[0]}), "
            f"or correct {name}.",
        )


def _labels(script: Script) -> tuple[str, ...]:
    return tuple(script._orig_branch_labels)  # noqa: SLF001 # the public one grows with the history


def _path_of(scripts: Sequence[Script], revisions: Sequence[str]) -> str:
    return next((_relative(s.path) for s in scripts if s.revision in revisions), "")


def _relative(path: str | os.PathLike[str]) -> str:
    text = os.path.relpath(path)
    return os.fspath(path) if text.startswith("..") else text


def scripts_of(revisions: Iterable[Revision | None]) -> list[Script]:
    """Return the revisions that are files; Alembic's None stands for the empty database."""
    return [revision for revision in revisions if revision is not None]  # type: ignore[misc]
