"""The Python API: one function per command, typed results, no printing, no exit.

Every function works on the current application, raises a `MigrateError` for what
it cannot do, and leaves logging as the application set it up. A family of functions
is loaded when one of them is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from .applying import downgrade, ensure_version, stamp, upgrade
    from .looking import branches, check, current, heads, history, plan, show, status
    from .mending import recover, repair
    from .writing import edit, init, list_templates, merge, migrate, revision

__all__ = [
    "branches",
    "check",
    "current",
    "downgrade",
    "edit",
    "ensure_version",
    "heads",
    "history",
    "init",
    "list_templates",
    "merge",
    "migrate",
    "plan",
    "recover",
    "repair",
    "revision",
    "show",
    "stamp",
    "status",
    "upgrade",
]

_FAMILIES: Final = {
    "applying": ("downgrade", "ensure_version", "stamp", "upgrade"),
    "looking": ("branches", "check", "current", "heads", "history", "plan", "show", "status"),
    "mending": ("recover", "repair"),
    "writing": ("edit", "init", "list_templates", "merge", "migrate", "revision"),
}


def __getattr__(name: str) -> Any:
    for family, names in _FAMILIES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{family}"), name)
    raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
