"""Renames that were named wrongly, or not named at all."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

from .base import MigrateError
from .usage import WrongUsage

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

    `pairs` has what it was and its new name: ``("user.name", "full_name")`` for a column,
    ``("user", "account")`` for a table; `renames` what to say where they are renames.
    """

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        self.pairs = tuple(pairs)
        self.renames = tuple(f"{old}:{new}" for old, new in self.pairs)
        said = ", ".join(f"{old} to {new}" for old, new in self.pairs)
        flags = " ".join(f"--rename {quote(rename)}" for rename in self.renames)
        some = " (or those of them that are right)" if len(self.pairs) > 1 else ""
        super().__init__(
            f"It is not clear what was renamed, and what is gone and new. Likely: {said}. "
            f"If so, type: flask db migrate {flags}{some}; "
            "if not: flask db migrate --no-rename"
        )
