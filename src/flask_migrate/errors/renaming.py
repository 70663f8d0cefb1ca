"""Renames that were named wrongly, or not named at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .base import MigrateError
from .usage import WrongUsage
from .words import listed

if TYPE_CHECKING:
    from collections.abc import Sequence


class RenameWrong(WrongUsage):
    """A rename was named that cannot be; `rename` is what was said."""

    def __init__(self, rename: str, reason: str, advice: str) -> None:
        self.rename = rename
        self.reason = reason
        super().__init__(f"{rename}: {reason}. {advice}")


class RenameUnclear(MigrateError):
    """Something may have been renamed, and nobody has said whether it was.

    `pairs` has the old and the new names, as ``table`` or ``table.column``;
    `renames` what to say where they are renames.
    """

    def __init__(self, pairs: Sequence[tuple[str, str]], renames: Sequence[str]) -> None:
        self.pairs = tuple(pairs)
        self.renames = tuple(renames)
        said = listed([f"{old} to {new}" for old, new in self.pairs])
        flags = " ".join(f"--rename {rename}" for rename in self.renames)
        super().__init__(
            f"Not clear whether this was renamed, which keeps what is in it: {said}. "
            f"Type: flask db migrate {flags} (those that were renamed), or, where none was and the "
            "old ones shall be dropped: flask db migrate --no-rename"
        )
