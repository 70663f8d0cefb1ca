"""MIGRATE_* of app.config, as one frozen dataclass."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_TRUE = frozenset({"1", "true", "yes", "on"})


@dataclass(frozen=True)
class Settings:
    """What the application chose."""

    traceback: bool = False
    """`MIGRATE_TRACEBACK`: show the traceback of an error; also an environment variable."""
    log: bool = True
    """`MIGRATE_LOG`: write down in `alembic_version_log` what is done."""

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> Settings:
        """Read the settings of an application's configuration."""
        return cls(
            traceback=_flag(config, "MIGRATE_TRACEBACK", default=False),
            log=_flag(config, "MIGRATE_LOG", default=True),
        )


def _flag(config: Mapping[str, Any], name: str, *, default: bool) -> bool:
    value = config.get(name, os.environ.get(name))
    return default if value is None else str(value).strip().lower() in _TRUE
