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
from typing import TYPE_CHECKING, Any, Final

import alembic

from flask_migrate import cache_file

if TYPE_CHECKING:
    from pathlib import Path

    from .listing import Listing

FORMAT: Final = 1
"""Counts up whenever something else is written, or the same is read from other files."""

COLUMNS: Final = ("revisions", "parents", "labels", "dependencies", "docs", "stamps", "hashes")
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
    return cache_file.place_for(folder, "revisions")


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
    with suppress(OSError), cache_file.replacing(place) as file:
        header = _header(listing, rest, os.fstat(file.fileno()).st_mtime_ns)
        file.write(json.dumps(header).encode() + b"\n" + rest)


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
