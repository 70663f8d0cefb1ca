"""The Python API: one function per command, typed results, no printing, no exit.

Every function works on the current application, raises a `MigrateError` for what
it cannot do, and leaves logging as the application set it up.
"""

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
