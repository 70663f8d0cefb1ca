"""The files in the version locations, in Alembic's order, and what tells whether they changed."""

from __future__ import annotations

import marshal
import os
import re
import time
from dataclasses import dataclass
from hashlib import blake2b
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Final

from alembic.util import warn

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Stamp = tuple[int, int, int, int]
    """The size of a file, when its content and its inode were changed (ns), its inode."""

_REVISION_FILE: Final = re.compile(r"(?!\.#|__init__).*\.py$")
_name = attrgetter("name")
_GONE: Final = (0, 0, 0, 0)


@dataclass(frozen=True)
class Listing:
    """The revision files of a folder, and when we looked."""

    paths: list[str]
    stamps: list[Stamp]
    looked: float

    @property
    def digest(self) -> str:
        """What changes when a file comes, goes or changes."""
        names = os.fsencode("\0".join(self.paths))
        return blake2b(names + marshal.dumps(self.stamps, 2), digest_size=16).hexdigest()


def list_files(locations: Sequence[Path], *, recursive: bool) -> Listing:
    """List the revision files as Alembic's `ScriptDirectory` would read them."""
    looked = time.monotonic()
    files = [
        file
        for location in locations
        for file in _files_in(os.path.realpath(location), recursive=recursive)
    ]
    if len(dict(files)) < len(files):
        files = _once_each(files)
    found = [(path, stamp) for path, stamp in files if stamp is not None]
    return Listing([path for path, _ in found], [stamp for _, stamp in found], looked)


def _files_in(folder: str, *, recursive: bool) -> list[tuple[str, Stamp | None]]:
    """Return the real path of each file; with its stamp, where its name is a revision file's."""
    try:
        with os.scandir(folder) as entries:
            ordered = sorted(entries, key=_name)
    except OSError:
        return []
    found: list[tuple[str, Stamp | None]] = []
    inside = []
    for entry in ordered:
        if entry.is_symlink():
            if not entry.is_dir():
                found.append(_linked(entry.path))
        elif entry.is_dir():
            inside.append(entry.path)
        else:
            is_revision = _REVISION_FILE.match(entry.name)
            found.append((entry.path, _stamp(entry.stat) if is_revision else None))
    if folder.endswith("__pycache__"):
        found.clear()
    for path in inside if recursive else ():
        found.extend(_files_in(path, recursive=True))
    return found


def _linked(link: str) -> tuple[str, Stamp | None]:
    path = Path(link).resolve()
    return str(path), _stamp(path.stat) if _REVISION_FILE.match(path.name) else None


def _once_each(files: list[tuple[str, Stamp | None]]) -> list[tuple[str, Stamp | None]]:
    found: dict[str, Stamp | None] = {}
    for path, stamp in files:
        if path in found:
            warn(f"File {path} loaded twice! ignoring. Please ensure version_locations is unique.")
        else:
            found[path] = stamp
    return list(found.items())


def _stamp(stat: Callable[[], os.stat_result]) -> Stamp:
    try:
        found = stat()
    except OSError:
        return _GONE
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino
