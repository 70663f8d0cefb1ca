"""The files in the version locations, in Alembic's order, and what tells whether they changed."""

from __future__ import annotations

import marshal
import os
import re
import time
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

from alembic.util import warn

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    Stamp = tuple[int, int, int, int]
    """The size of a file, when its content and its inode were changed (ns), its inode."""

_REVISION_FILE: Final = re.compile(r"(?!\.#|__init__).*\.py$")
_GONE: Final = (0, 0, 0, 0)


@dataclass(frozen=True)
class Listing:
    """The revision files of a folder, and when we looked."""

    paths: list[str] = field(default_factory=list)
    stamps: list[Stamp] = field(default_factory=list)
    looked: float = field(default_factory=time.monotonic)

    @property
    def digest(self) -> str:
        """What changes when a file comes, goes or changes."""
        names = os.fsencode("\0".join(self.paths))
        return blake2b(names + marshal.dumps(self.stamps, 2), digest_size=16).hexdigest()


def list_files(locations: Sequence[Path], *, recursive: bool) -> Listing:
    """List the revision files as Alembic's `ScriptDirectory` would read them."""
    found = Listing()
    seen: set[str] = set()
    for location in locations:
        for path, stamp in _files(os.path.realpath(location), recursive=recursive):
            if path in seen:
                warn(
                    f"File {path} loaded twice! ignoring. "
                    "Please ensure version_locations is unique."
                )
                continue
            seen.add(path)
            if stamp is not None:
                found.paths.append(path)
                found.stamps.append(stamp)
    return found


def _files(folder: str, *, recursive: bool) -> Iterator[tuple[str, Stamp | None]]:
    """Return the real path of each file; with its stamp, where its name is a revision file's."""
    try:
        with os.scandir(folder) as entries:
            ordered = sorted((entry.name, entry) for entry in entries)
    except OSError:
        return
    inside = []
    skipped = folder.endswith("__pycache__")
    for _, entry in ordered:
        if entry.is_dir():
            if not entry.is_symlink():
                inside.append(entry.path)
            continue
        path = os.path.realpath(entry.path) if entry.is_symlink() else entry.path
        if not skipped:
            is_revision = _REVISION_FILE.match(os.path.basename(path))  # noqa: PTH119 # it is text
            yield path, _stamp(path, entry) if is_revision else None
    for path in inside if recursive else ():
        yield from _files(path, recursive=True)


def _stamp(path: str, entry: os.DirEntry[str]) -> Stamp:
    try:
        found = os.stat(path) if entry.is_symlink() else entry.stat()  # noqa: PTH116 # it is text
    except OSError:
        return _GONE
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino
