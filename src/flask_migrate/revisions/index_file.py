"""The file in which the index is kept: beside the bytecode of env.py, and out of git's sight.

The first line tells for what the rest was written, every other line is a column
with a value for each revision file. A column is read when it is first used.
"""

from __future__ import annotations

import json
import os
import sys
import time
import zlib
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import cache_from_source
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import alembic

if TYPE_CHECKING:
    from .listing import Listing

FORMAT: Final = 1
"""Counts up whenever something else is written, or the same is read from other files."""

COLUMNS: Final = ("revisions", "parents", "labels", "dependencies", "docs", "stamps", "hashes")
_ALL: Final = b"*\n"
COARSE: Final = 2_000_000_000
"""The coarsest clock of a file system, in nanoseconds: FAT's."""


@dataclass(frozen=True)
class IndexFile:
    """An index as it was found."""

    listing: str
    """The digest of the files that it describes."""

    unsure: tuple[int, ...]
    """The files that may have changed since they were read without looking changed."""

    paths: list[str]
    lines: dict[str, bytes]

    def column(self, name: str) -> Any:
        """Return one column."""
        return json.loads(self.lines[name])


def place_for(folder: str) -> Path:
    """Return where the index of a migrations folder is kept."""
    bytecode = Path(cache_from_source(os.path.abspath(Path(folder, "env.py"))))  # noqa: PTH100 # as text
    optimized = f".opt-{sys.flags.optimize}" if sys.flags.optimize else ""
    name = f"revisions.{sys.implementation.cache_tag}{optimized}.index"
    return bytecode.parent / "flask_migrate" / name


def read(place: Path) -> IndexFile | None:
    """Read an index; None where there is none that this process can use."""
    try:
        first, rest = place.read_bytes().split(b"\n", 1)
        header = json.loads(first)
        if header["for"] != _made_for() or header["crc"] != zlib.crc32(rest):
            return None
        names, *lines = rest.split(b"\n")
        by_name = dict(zip(COLUMNS, lines, strict=True))
        return IndexFile(header["listing"], tuple(header["unsure"]), json.loads(names), by_name)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write(place: Path, listing: Listing, columns: dict[str, Any]) -> None:
    """Write an index in one move; where that cannot be done, there will be none."""
    lines = [listing.paths, *(columns[name] for name in COLUMNS)]
    rest = b"\n".join(json.dumps(line, separators=(",", ":")).encode() for line in lines)
    with suppress(OSError):
        _hide(place.parent)
        new = place.with_name(f"{place.name}.{os.getpid()}.{time.monotonic_ns()}")
        try:
            with new.open("xb") as file:
                header = _header(listing, rest, os.fstat(file.fileno()).st_mtime_ns)
                file.write(json.dumps(header).encode() + b"\n" + rest)
            new.replace(place)
        finally:
            new.unlink(missing_ok=True)


def _header(listing: Listing, rest: bytes, now: int) -> dict[str, Any]:
    """Return the first line; `now` is the file system's time."""
    certain = now - int((time.monotonic() - listing.looked) * 1e9) - COARSE
    unsure = [
        number
        for number, (_, modified, changed, _) in enumerate(listing.stamps)
        if max(modified, changed) >= certain
    ]
    return {
        "for": _made_for(),
        "listing": listing.digest,
        "unsure": unsure,
        "crc": zlib.crc32(rest),
    }


def _made_for() -> list[Any]:
    return [FORMAT, alembic.__version__, sys.version]


def _hide(folder: Path) -> None:
    """Make the folder, so that git sees nothing of it."""
    ignore = folder / ".gitignore"
    if not ignore.exists() or ignore.read_bytes() != _ALL:
        folder.mkdir(parents=True, exist_ok=True)
        ignore.write_bytes(_ALL)
