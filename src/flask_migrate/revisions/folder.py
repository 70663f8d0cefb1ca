"""The migrations folder, opened: its revision files read and proved sound."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from traceback import walk_tb
from typing import TYPE_CHECKING

from alembic.script import Script, ScriptDirectory
from alembic.script.revision import CycleDetected
from alembic.script.revision import RevisionError as AlembicRevisionError
from alembic.util import not_none, to_tuple

from flask_migrate.context import collector_paused
from flask_migrate.errors import (
    DirectoryMissing,
    HistoryBroken,
    RevisionError,
    RevisionFileError,
    listed,
)

from .broken import broken_file, relative
from .history import History
from .index import Index
from .map import RevisionMap
from .script import Script as IndexedScript

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from alembic.config import Config
    from alembic.script.revision import Revision

    from .head import Head


def open_folder(config: Config) -> ScriptDirectory:
    """Open the migrations folder that a configuration names.

    The class is looked up in `alembic.command`, where applications replace it.
    Raises DirectoryMissing where there is no folder, RevisionFileError and
    HistoryBroken where a file in it cannot be used.
    """
    folder = _found(config)
    with collector_paused():
        _read_history(folder)
    return folder


def _read_history(folder: ScriptDirectory) -> None:
    index = Index(folder) if _is_read_as_alembic_does(folder) else None
    history = index.history() if index is not None else None
    if history is not None:
        folder.revision_map = RevisionMap(history)
        _ = folder.revision_map.heads
        return
    scripts = _read(folder, index)
    _check_parents(scripts)
    folder.revision_map = revision_map = RevisionMap(History.of(scripts))
    try:
        _ = revision_map.heads
    except CycleDetected as error:
        raise HistoryBroken(_path_of(scripts, error.revisions), error.revisions) from error
    except AlembicRevisionError as error:
        raise RevisionError(f"The history in {folder.dir} is broken: {error}.") from error
    if index is not None and revision_map.is_sound:
        index.keep()


def open_incomplete_folder(config: Config) -> tuple[ScriptDirectory, list[Script]]:
    """Open a folder some of whose files may be gone: its history is left out.

    Returns the files that it has beside it.
    """
    folder = _found(config)
    scripts = _read(folder, Index(folder) if _is_read_as_alembic_does(folder) else None)
    folder.revision_map = RevisionMap(History.of(()))
    return folder, scripts


def _found(config: Config) -> ScriptDirectory:
    location = config.get_alembic_option("script_location") or ""
    if ":" not in location and not (Path(location) / "env.py").is_file():
        raise DirectoryMissing(location)
    command = sys.modules.get("alembic.command")  # not loaded, it is as Alembic made it
    replaced = ScriptDirectory if command is None else vars(command)["ScriptDirectory"]
    folder: ScriptDirectory = replaced.from_config(config)
    folder.messaging_opts = {"quiet": True}
    return folder


def _is_read_as_alembic_does(folder: ScriptDirectory) -> bool:
    """Return whether files are read by Alembic's own code, and from source only."""
    own = ScriptDirectory._load_revisions  # noqa: SLF001 # Alembic has no public way
    return type(folder)._load_revisions is own and not folder.sourceless  # noqa: SLF001


def _read(folder: ScriptDirectory, index: Index | None) -> list[Script]:
    scripts: list[Script] = []
    if index is None:
        try:
            scripts.extend(folder._load_revisions())  # noqa: SLF001 # Alembic has no public way
        except (Exception, SystemExit) as error:
            raise broken_file(_path_at(folder, error), error) from error
    else:
        for path, head in index.heads():
            scripts.append(_script(folder, path, head))
    _check_ids(scripts)
    _check_labels(scripts)
    return scripts


def _script(folder: ScriptDirectory, path: str, head: Head | None) -> Script:
    try:
        if head is not None:
            return IndexedScript(path, head)
        return not_none(Script._from_path(folder, path))  # noqa: SLF001 # Alembic has no public way
    except (Exception, SystemExit) as error:
        raise broken_file(path, error) from error


def _path_at(folder: ScriptDirectory, error: BaseException) -> str:
    """Return the file that Alembic was reading when an error arose."""
    values = (v for f, _ in walk_tb(error.__traceback__) for v in f.f_locals.values())
    paths = (v for v in values if isinstance(v, os.PathLike) and str(v).endswith(".py"))
    return str(next(paths, Path(folder.dir, "versions", "*")))


def _check_ids(scripts: Sequence[Script]) -> None:
    named: dict[str, Script] = {}
    for script in scripts:
        if script.revision in named:
            raise RevisionFileError(
                relative(script.path),
                f"has the id '{script.revision}', and {relative(named[script.revision].path)} "
                "has it too. Give one of them another id, or remove it.",
            )
        named[script.revision] = script


def _check_labels(scripts: Sequence[Script]) -> None:
    named = {script.revision: script for script in scripts}
    for script in scripts:
        for label in _labels(script):
            if label in named:
                raise RevisionFileError(
                    relative(script.path),
                    f"has the branch label '{label}', and {relative(named[label].path)} has it "
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
            relative(script.path),
            f"{verb} '{listed(missing)}' ({name}), and no file has that id. "
            f"Get that file back (if a database has run it: flask db recover {missing[0]}), "
            f"or correct {name}.",
        )


def _labels(script: Script) -> tuple[str, ...]:
    return tuple(script._orig_branch_labels)  # noqa: SLF001 # the public one grows with the history


def _path_of(scripts: Sequence[Script], revisions: Sequence[str]) -> str:
    return next((relative(s.path) for s in scripts if s.revision in revisions), "")


def scripts_of(revisions: Iterable[Revision | None]) -> list[Script]:
    """Return the revisions that are files; Alembic's None stands for the empty database."""
    return [revision for revision in revisions if revision is not None]  # type: ignore[misc]
