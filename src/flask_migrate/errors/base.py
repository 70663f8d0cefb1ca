"""What every error here has: a sentence, an exit code, and its data as attributes."""

from __future__ import annotations

import pickle
from typing import Any, ClassVar

from alembic.util import CommandError


class MigrateError(CommandError):
    """Anything that stops a command; its text is one sentence with the way out."""

    exit_code: ClassVar[int] = 1

    def __reduce__(self) -> tuple[Any, ...]:
        """Take sentence and data along to another process; what cannot go there stays behind."""
        data = {name: value if _travels(value) else None for name, value in vars(self).items()}
        return _arrived, (type(self), self.args), data


def _travels(value: object) -> bool:
    """Return whether a value can be sent to another process."""
    try:
        pickle.loads(pickle.dumps(value))  # noqa: S301 # our own, made a moment ago
    except Exception:  # noqa: BLE001 # whatever a driver's object raises
        return False
    return True


def _arrived(cls: type[MigrateError], args: tuple[Any, ...]) -> MigrateError:
    """Make an error anew from its sentence; its data follows."""
    error = cls.__new__(cls, *args)
    error.args = args
    return error
