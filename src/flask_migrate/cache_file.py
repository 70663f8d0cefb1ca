"""Files that only save time: beside the bytecode of env.py, out of git's sight, never trusted.

Each says for what it was made, and is read by nothing else; each is written in one move.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import contextmanager
from importlib.util import cache_from_source
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_ALL: Final = b"*\n"


def place_for(folder: str, name: str) -> Path:
    """Return where what is kept for a migrations folder lies, for this interpreter."""
    bytecode = Path(cache_from_source(os.path.abspath(Path(folder, "env.py"))))  # noqa: PTH100 # as text
    optimized = f".opt-{sys.flags.optimize}" if sys.flags.optimize else ""
    kept = f"{name}.{sys.implementation.cache_tag}{optimized}.index"
    return bytecode.parent / "flask_migrate" / kept


@contextmanager
def replacing(place: Path) -> Iterator[IO[bytes]]:
    """Give a file to write that takes its place when the block ends; raises OSError."""
    _hide(place.parent)
    new = place.with_name(f"{place.name}.{os.getpid()}.{time.monotonic_ns()}")
    try:
        with new.open("xb") as file:
            yield file
        new.replace(place)
    finally:
        new.unlink(missing_ok=True)


def _hide(folder: Path) -> None:
    """Make the folder, so that git sees nothing of it."""
    ignore = folder / ".gitignore"
    if not ignore.exists() or ignore.read_bytes() != _ALL:
        folder.mkdir(parents=True, exist_ok=True)
        ignore.write_bytes(_ALL)
