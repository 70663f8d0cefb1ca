"""Whether a revision goes straight on from one batch to another on the same table: its text tells.

Only where nothing but operations can run between the two is the answer yes. So two batches
may share one copy of the table, and no revision can see it.
"""

from __future__ import annotations

import ast
import tokenize
from types import CodeType, ModuleType
from typing import TYPE_CHECKING, Any, Final

from alembic import op

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import FrameType

_BATCH: Final = "batch_alter_table"
_SAID: Final = frozenset({"table_name", "schema"})
"""The arguments that two batches which share a copy may have."""


def goes_on(frame: FrameType, table: str, schema: str | None) -> bool:
    """Return whether the block that ends in a frame is followed by another on its table."""
    tree = _tree_of(frame.f_code)
    following = None if tree is None else _following(tree, frame.f_lineno)
    if following is None or len(following.items) != 1:
        return False
    names = _Names(frame)
    item = following.items[0]
    return (
        isinstance(item.optional_vars, ast.Name)
        and names.is_batch(item.context_expr, table, schema)
        and all(names.is_operation(line, item.optional_vars.id) for line in following.body)
    )


def _tree_of(code: CodeType) -> ast.Module | None:
    """Return the parsed file of some code; None where it is no longer that file."""
    try:
        with tokenize.open(code.co_filename) as file:
            tree = ast.parse(file.read())
        whole = compile(tree, code.co_filename, "exec", dont_inherit=True)
    except (OSError, SyntaxError, ValueError):
        return None
    return tree if code in _codes(whole) else None


def _codes(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _codes(constant)


def _following(tree: ast.Module, line: int) -> ast.With | None:
    """Return the block behind the one whose head is in a line; None where that is unclear."""
    ending = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.With) and node.lineno <= line < node.body[0].lineno
    ]
    if len(ending) != 1 or len(ending[0].items) != 1:
        return None
    for node in ast.walk(tree):
        for lines in (getattr(node, "body", None), getattr(node, "orelse", None)):
            if isinstance(lines, list) and ending[0] in lines[:-1]:
                following = lines[lines.index(ending[0]) + 1]
                return following if isinstance(following, ast.With) else None
    return None


class _Names:
    """What the names in a function mean, where they cannot mean anything else."""

    def __init__(self, frame: FrameType) -> None:
        code = frame.f_code
        self._own = {*code.co_varnames, *code.co_cellvars, *code.co_freevars}
        self._globals: Mapping[str, Any] = frame.f_globals

    def is_batch(self, node: ast.expr, table: str, schema: str | None) -> bool:
        """Return whether a call begins a batch on a table, and says no more than which."""
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            return False
        said = {keyword.arg: keyword.value for keyword in node.keywords}
        said |= dict(zip(("table_name", "schema"), node.args, strict=False))
        values = {name: v.value for name, v in said.items() if isinstance(v, ast.Constant)}
        return (
            node.func.attr == _BATCH
            and self._meant(node.func.value) is op
            and len(node.args) <= len(_SAID)
            and set(said) == set(values) <= _SAID
            and values == {"schema": None, **values, "table_name": table}
            and values.get("schema") == schema
        )

    def is_operation(self, node: ast.stmt, batch: str) -> bool:
        """Return whether a statement only asks a batch for something that is plain to see."""
        return (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Call)
            and isinstance(node.value.func, ast.Attribute)
            and isinstance(node.value.func.value, ast.Name)
            and node.value.func.value.id == batch
            and self._all_plain(node.value, batch)
        )

    def _all_plain(self, call: ast.Call, batch: str) -> bool:
        values = [*call.args, *(keyword.value for keyword in call.keywords)]
        return all(self._is_plain(value, batch) for value in values)

    def _is_plain(self, node: ast.expr, batch: str) -> bool:
        """Return whether a value is made of constants and of what SQLAlchemy makes of them."""
        if isinstance(node, ast.Constant):
            return True
        if isinstance(node, (ast.List, ast.Tuple)):
            return all(self._is_plain(element, batch) for element in node.elts)
        if isinstance(node, ast.UnaryOp):
            return self._is_plain(node.operand, batch)
        if isinstance(node, ast.Call):
            return self._is_maker(node.func, batch) and self._all_plain(node, batch)
        return self._is_of_sqlalchemy(node)

    def _is_maker(self, node: ast.expr, batch: str) -> bool:
        if isinstance(node, ast.Attribute) and node.attr == "f":
            named = isinstance(node.value, ast.Name) and node.value.id == batch
            return named or self._meant(node.value) is op
        return self._is_of_sqlalchemy(node)

    def _is_of_sqlalchemy(self, node: ast.expr) -> bool:
        meant = self._meant(node)
        name = meant.__name__ if isinstance(meant, ModuleType) else getattr(meant, "__module__", "")
        return str(name).partition(".")[0] == "sqlalchemy"

    def _meant(self, node: ast.expr) -> Any:
        """Return what a name, or a name in a module, stands for; None where that is unclear."""
        if isinstance(node, ast.Name):
            return None if node.id in self._own else self._globals.get(node.id)
        if isinstance(node, ast.Attribute):
            module = self._meant(node.value)
            return getattr(module, node.attr, None) if isinstance(module, ModuleType) else None
        return None
