"""Which tables the history has made: only those may it drop."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from alembic.script import ScriptDirectory

_CREATE: Final = re.compile(
    r"\bCREATE\s+(?:\w+\s+)?TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?[\"`\[]?(?:\w+[\"`\]]?\.[\"`\[]?)?(\w+)",
    re.IGNORECASE,
)


def made_by_history(folder: ScriptDirectory, names: Collection[str]) -> set[str]:
    """Return which of some tables the revisions of a folder create or rename to."""
    made: set[str] = set()
    for path in {Path(script.path) for script in folder.walk_revisions()}:
        source = path.read_text(encoding="utf-8", errors="replace")
        candidates = {name for name in names if name in source}
        if candidates:
            made |= candidates & set(_made(source))
    return made


def mentioned_in_history(folder: ScriptDirectory, names: Collection[str], kind: str) -> set[str]:
    """Return which of some names stand in a revision that speaks of such things."""
    found: set[str] = set()
    for path in {Path(script.path) for script in folder.walk_revisions()}:
        source = path.read_text(encoding="utf-8", errors="replace")
        if kind in source.lower():
            found |= {name for name in names if name in source}
    return found


def _made(source: str) -> Iterator[str]:
    """Yield the names that a revision makes; a name that is not written out counts as made."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield from _called(node)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from _CREATE.findall(node.value)


def _called(call: ast.Call) -> Iterator[str]:
    place = {"create_table": 0, "rename_table": 1}.get(call.func.attr)  # type: ignore[attr-defined]
    if place is None:
        return
    keyword = "table_name" if place == 0 else "new_table_name"
    given: list[Any] = [k.value for k in call.keywords if k.arg == keyword]
    given += call.args[place : place + 1]
    yield from (str(node.value) for node in given if isinstance(node, ast.Constant))
