"""What a revision file says of itself, read from its head without executing it."""

from __future__ import annotations

import ast
import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    Names = str | tuple[str, ...] | None
    """What `down_revision` and its like may be: nothing, one name, several."""

_WANTED: Final = ("revision", "down_revision", "branch_labels", "depends_on")
_OURS: Final = frozenset((*_WANTED, "__doc__", "_alembic_source_encoding"))
_REACHES_GLOBALS: Final = frozenset(
    (
        "globals",
        "locals",
        "vars",
        "exec",
        "eval",
        "setattr",
        "delattr",
        "__import__",
        "__builtins__",
    )
)
_FUNCTION: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)

_FIRST_FUNCTION: Final = re.compile(rb"^(?:def |async def |class |@)", re.MULTILINE)
_ODD: Final = re.compile(rb"[\r\f\0]|\A\xef\xbb\xbf|\A(?:[^\n]*\n)?[ \t]*#.*?coding[:=]")
_MORE_THAN_FUNCTIONS: Final = re.compile(
    rb"^(?!def |async def |class |[@#\n \t)\]}]|\Z)|\bglobal\b|:=", re.MULTILINE
)


@dataclass(frozen=True)
class Head:
    """The names at the head of a revision file, and its docstring."""

    revision: str
    down_revision: Names
    branch_labels: Names
    depends_on: Names
    doc: str


def read_head(source: bytes, path: str) -> Head | None:
    """Read the head of a revision file; None where only executing the file would tell.

    That is so where one of the names is not set to a constant, may be set in
    another way, or is missing, and where the file is not Python.
    """
    try:
        body = _head_of(source, path)
        body = ast.parse(source, path).body if body is None else body
        found = _constants(body)
        return None if found is None else _head(found, _docstring(body))
    except (SyntaxError, ValueError, RecursionError, MemoryError, Warning):
        return None


def _head_of(source: bytes, path: str) -> list[ast.stmt] | None:
    """Parse what stands before the first function, where there are only functions after it."""
    if _ODD.search(source):
        return None
    first = _FIRST_FUNCTION.search(source)
    end = first.start() if first else len(source)
    if _MORE_THAN_FUNCTIONS.search(source, end):
        return None
    try:
        return ast.parse(source[:end], path).body
    except SyntaxError:  # the function stood inside a string
        return None


def _constants(body: Iterable[ast.stmt]) -> dict[str, Any] | None:
    """Return what the names are set to; None where that cannot be told."""
    found: dict[str, Any] = {}
    for statement in body:
        names, value = _assigned(statement)
        if not _OURS.intersection(names):
            if not _leaves_alone(statement):
                return None
            continue
        for name in names:
            if name not in _WANTED:
                return None
            found[name] = _constant(value)
    return found


def _assigned(statement: ast.stmt) -> tuple[list[str], ast.expr | None]:
    """Return the plain names that a statement sets, and to what."""
    if isinstance(statement, ast.Assign):
        targets = statement.targets
    elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
        targets = [statement.target]
    else:
        return [], None
    names = [target.id for target in targets if isinstance(target, ast.Name)]
    return (names, statement.value) if len(names) == len(targets) else ([], None)


def _constant(value: ast.expr | None) -> Any:
    """Return a constant, or a tuple of them; raises ValueError where it is none."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str | None):
        return value.value
    if isinstance(value, ast.Tuple | ast.List):
        names = tuple(item.value for item in value.elts if isinstance(item, ast.Constant))
        if len(names) == len(value.elts) and all(isinstance(name, str) for name in names):
            return names
    raise ValueError


def _leaves_alone(statement: ast.stmt) -> bool:
    """Return whether a statement leaves our names as they are."""
    if isinstance(statement, _FUNCTION):
        return statement.name not in _OURS and not any(map(_sets_global, ast.walk(statement)))
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return True
    return not any(map(_may_set, ast.walk(statement)))


def _sets_global(node: ast.AST) -> bool:
    """Return whether a part of a function or class may set one of our names."""
    if isinstance(node, ast.Global):
        return bool(_OURS.intersection(node.names))
    return isinstance(node, ast.NamedExpr) and node.target.id in _OURS


def _may_set(node: ast.AST) -> bool:
    """Return whether a part of a statement may set one of our names."""
    if isinstance(node, ast.Name):
        return node.id in (_REACHES_GLOBALS if isinstance(node.ctx, ast.Load) else _OURS)
    if isinstance(node, ast.Attribute | ast.Subscript):
        is_set = not isinstance(node.ctx, ast.Load)
        return is_set or getattr(node, "attr", "") == "__dict__"
    if isinstance(node, ast.alias):
        return node.name == "*" or (node.asname or node.name) in _OURS
    if isinstance(node, ast.Global):
        return bool(_OURS.intersection(node.names))
    bound = (getattr(node, "name", None), getattr(node, "rest", None))
    return any(isinstance(name, str) and name in _OURS for name in bound)


def _docstring(body: list[ast.stmt]) -> str:
    """Return the module's docstring as this Python would have it."""
    first = body[0] if body else None
    if not (isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)):
        return ""
    doc = first.value.value
    if not isinstance(doc, str) or sys.flags.optimize > 1:
        return ""
    if sys.version_info >= (3, 13):
        code = compile(ast.Module([first], []), "<docstring>", "exec")
        doc = str(code.co_consts[0])
    return doc.strip()


def _head(found: dict[str, Any], doc: str) -> Head | None:
    if not isinstance(found.get("revision"), str) or "down_revision" not in found:
        return None
    labels, dependencies = found.get("branch_labels"), found.get("depends_on")
    return Head(found["revision"], found["down_revision"], labels, dependencies, doc)
