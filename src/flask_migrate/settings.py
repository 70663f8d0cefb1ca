"""MIGRATE_* of app.config, as one frozen dataclass."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .errors import WrongUsage

LOCKS: Final = ("auto", "advisory", "lease", "off")
_TRUE = frozenset({"1", "true", "yes", "on"})


@dataclass(frozen=True)
class Settings:
    """What the application chose, in `app.config` or else in the environment."""

    verify: bool = False
    """`MIGRATE_VERIFY`: try each generated revision up, down and up again before it stays."""
    traceback: bool = False
    """`MIGRATE_TRACEBACK`: show the traceback of an error."""
    log: bool = True
    """`MIGRATE_LOG`: write down what is done, in the table beside the version table."""
    lock: str = "auto"
    """`MIGRATE_LOCK`: one of `LOCKS`."""
    lock_wait: float = 600.0
    """`MIGRATE_LOCK_WAIT`: how many seconds to wait for another process's migration."""
    lock_timeout: float = 1.0
    """`MIGRATE_LOCK_TIMEOUT`: how many seconds a statement waits for a table; 0: for ever."""
    lock_retry_for: float = 600.0
    """`MIGRATE_LOCK_RETRY_FOR`: for how many seconds it is tried again after that."""
    statement_timeout: float = 0.0
    """`MIGRATE_STATEMENT_TIMEOUT`: how many seconds a statement may take; 0: as it needs."""

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> Settings:
        """Read the settings of an application's configuration.

        Raises WrongUsage for a value that makes no sense.
        """
        return cls(
            verify=_flag(config, "MIGRATE_VERIFY", default=cls.verify),
            traceback=traceback_wanted(config),
            log=_flag(config, "MIGRATE_LOG", default=cls.log),
            lock=_choice(config, "MIGRATE_LOCK", LOCKS, cls.lock),
            lock_wait=_seconds(config, "MIGRATE_LOCK_WAIT", cls.lock_wait),
            lock_timeout=_seconds(config, "MIGRATE_LOCK_TIMEOUT", cls.lock_timeout),
            lock_retry_for=_seconds(config, "MIGRATE_LOCK_RETRY_FOR", cls.lock_retry_for),
            statement_timeout=_seconds(config, "MIGRATE_STATEMENT_TIMEOUT", cls.statement_timeout),
        )


def traceback_wanted(config: Mapping[str, Any]) -> bool:
    """Return `MIGRATE_TRACEBACK` alone, for showing what is wrong with the other settings."""
    return _flag(config, "MIGRATE_TRACEBACK", default=Settings.traceback)


def _flag(config: Mapping[str, Any], name: str, *, default: bool) -> bool:
    value = _text(config, name)
    return value in _TRUE if value else default


def _choice(config: Mapping[str, Any], name: str, choices: tuple[str, ...], default: str) -> str:
    value = _text(config, name) or default
    if value not in choices:
        raise _senseless(name, value, f"one of: {', '.join(choices)}")
    return value


def _seconds(config: Mapping[str, Any], name: str, default: float) -> float:
    value = _text(config, name) or default
    try:
        seconds = float(value)
    except ValueError:
        seconds = math.nan
    if not seconds >= 0:
        raise _senseless(name, value, "a number of seconds, 0 or more")
    return seconds


def _senseless(name: str, value: object, wanted: str) -> WrongUsage:
    from .errors import WrongUsage

    return WrongUsage(f"{name} is '{value}'. It must be {wanted}.")


def _text(config: Mapping[str, Any], name: str) -> str:
    """Return what was set as a lower-case text; nothing where it was not set."""
    value = config.get(name, os.environ.get(name))
    return "" if value is None else str(value).strip().lower()
