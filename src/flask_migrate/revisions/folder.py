"""The migrations folder, opened: its revision files read and proved sound."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import alembic.command
from alembic.script.revision import CycleDetected, RevisionMap
from alembic.script.revision import RevisionError as AlembicRevisionError
from alembic.util import CommandError

from flask_migrate.errors import (
    DirectoryMissing,
    HistoryBroken,
    RevisionError,
    RevisionFileError,
    listed,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from alembic.config import Config
    from alembic.script import Script, ScriptDirectory
    from alembic.script.revision import Revision


def open_folder(config: Config) -> ScriptDirectory:
    """Open the migrations folder that a configuration names.

    The class is looked up in `alembic.command`, where applications replace it.
    Raises DirectoryMissing where there is no folder, RevisionFileError and
    HistoryBroken where a file in it cannot be used.
    """
    location = config.get_alembic_option("script_location") or ""
    if ":" not in location and not (Path(location) / "env.py").is_file():
        raise DirectoryMissing(location)
    folder: ScriptDirectory = vars(alembic.command)["ScriptDirectory"].from_config(config)
    folder.messaging_opts = {"quiet": True}
    scripts = _read(folder)
    folder.revision_map = RevisionMap(lambda: scripts)
    try:
        _ = folder.revision_map.heads
    except CycleDetected as error:
        raise HistoryBroken(_path_of(scripts, error.revisions), error.revisions) from error
    except AlembicRevisionError as error:
        raise RevisionError(f"The history in {folder.dir} is broken: {error}.") from error
    return folder


def _read(folder: ScriptDirectory) -> list[Script]:
    scripts: list[Script] = []
    try:
        scripts.extend(folder._load_revisions())  # noqa: SLF001 # Alembic has no public way
    except SyntaxError as error:
        raise RevisionFileError(
            _relative(error.filename or folder.dir),
            f"has a syntax error in line {error.lineno}: {error.msg}. Correct it.",
        ) from error
    except CommandError as error:
        raise _without_id(folder, error) from error
    except Exception as error:
        raise _not_importable(folder, error) from error
    _check_ids(scripts)
    _check_parents(scripts)
    return scripts


def _without_id(folder: ScriptDirectory, error: CommandError) -> RevisionFileError:
    words = str(error).split("filename ", 1)
    name = words[1].split(".py")[0] + ".py" if len(words) > 1 else ""
    path = next((p for d in folder._version_locations for p in Path(d).rglob(name or "?")), None)  # noqa: SLF001
    return RevisionFileError(
        _relative(path or folder.dir),
        "has no line 'revision = ...'. Give it its id back, or move it out of the folder.",
    )


def _not_importable(folder: ScriptDirectory, error: Exception) -> RevisionFileError:
    versions = [str(location) for location in folder._version_locations]  # noqa: SLF001
    path, line, traceback = folder.dir, 0, error.__traceback__
    while traceback:
        filename = traceback.tb_frame.f_code.co_filename
        if any(os.path.realpath(filename).startswith(os.path.realpath(v)) for v in versions):
            path, line = filename, traceback.tb_lineno
        traceback = traceback.tb_next
    return RevisionFileError(
        _relative(path),
        f"cannot be loaded: {type(error).__name__}: {error}, in line {line}. Correct it.",
    )


def _check_ids(scripts: Sequence[Script]) -> None:
    twice = [name for name, count in Counter(s.revision for s in scripts).items() if count > 1]
    for revision in twice:
        paths = [_relative(s.path) for s in scripts if s.revision == revision]
        raise RevisionFileError(
            paths[1],
            f"has the id '{revision}', and {paths[0]} has it too. "
            "Give one of them another id, or remove it.",
        )


def _check_parents(scripts: Iterable[Script]) -> None:
    scripts = list(scripts)
    known = {s.revision for s in scripts}
    for script in scripts:
        missing = [name for name in script._versioned_down_revisions if name not in known]  # noqa: SLF001
        if missing:
            raise RevisionFileError(
                _relative(script.path),
                f"follows '{listed(missing)}' (down_revision), and no file has that id. "
                "Get that file back, or correct down_revision.",
            )


def _path_of(scripts: Sequence[Script], revisions: Sequence[str]) -> str:
    return next((_relative(s.path) for s in scripts if s.revision in revisions), "")


def _relative(path: str | os.PathLike[str]) -> str:
    text = os.path.relpath(path)
    return os.fspath(path) if text.startswith("..") else text


def scripts_of(revisions: Iterable[Revision | None]) -> list[Script]:
    """Return the revisions that are files; Alembic's None stands for the empty database."""
    return [revision for revision in revisions if revision is not None]  # type: ignore[misc]
