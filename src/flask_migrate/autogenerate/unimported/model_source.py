"""Which models a source file defines, read and never run."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORDS: Final = re.compile(r"__tablename__|\bModel\b|\bTable\(|table\s*=\s*True|[cC]olumn\(")
_PROGRAM: Final = re.compile(r"\bFlask\(")
_BASES: Final = ("DeclarativeBase", "DeclarativeBaseNoMeta", "MappedAsDataclass", "object", "ABC")
_COLUMNS: Final = ("Column", "mapped_column")


@dataclass(frozen=True)
class Defined:
    """A model in a source file."""

    table: str | None
    """The name of its table; None where only running the file would tell."""
    bind: str | None = None
    is_bind_known: bool = True


def models_in(source: str) -> list[Defined]:
    """Return the models that a file defines when it is imported.

    A file that makes an application is another program, and its models are not this one's.
    """
    if not _WORDS.search(source) or _PROGRAM.search(source):
        return []
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return []
    found = (_defined(statement) for statement in _statements(tree.body))
    return [model for model in found if model is not None]


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield what runs at the import of a file."""
    for statement in body:
        yield statement
        if isinstance(statement, (ast.If, ast.Try, ast.With)):
            for name in ("body", "orelse", "finalbody"):
                yield from _statements(getattr(statement, name, []))


def _defined(statement: ast.stmt) -> Defined | None:
    if isinstance(statement, ast.ClassDef):
        return _of_class(statement)
    value = getattr(statement, "value", None)
    return _of_table(value) if isinstance(value, ast.Call) else None


def _of_table(call: ast.Call) -> Defined | None:
    """Return the model that ``Table("name", metadata, Column(...), ...)`` is."""
    if _last_name(call.func) != "Table" or not call.args:
        return None
    name, columns = call.args[0], [a for a in call.args if _is_column(a)]
    if not (columns and isinstance(name, ast.Constant) and isinstance(name.value, str)):
        return None
    bind = next((k.value for k in call.keywords if k.arg == "bind_key"), None)
    return _with_bind(name.value, bind)


def _of_class(node: ast.ClassDef) -> Defined | None:
    bases = [_last_name(base) for base in node.bases]
    own = _assigned(node)
    if _is_true(own.get("__abstract__")) or not _may_be_model(node, bases):
        return None
    bind = own.get("__bind_key__")
    if "__tablename__" in own:
        return _with_bind(_text(own["__tablename__"]), bind)
    if any(_is_true(k.value) for k in node.keywords if k.arg == "table"):
        return _with_bind(node.name.lower(), bind)
    if _has(node, "__tablename__"):  # a method, by declared_attr
        return _with_bind(None, bind)
    if "Model" in bases or any(map(_is_column, own.values())):
        return _with_bind(_usual_name(node) if _has_key(node) else None, bind)
    return None


def _may_be_model(node: ast.ClassDef, bases: list[str]) -> bool:
    """Return whether a class is neither a mixin nor a base for models."""
    if node.name.endswith("Mixin") or not (bases or node.decorator_list):
        return False
    return bool(node.decorator_list) or any(base not in _BASES for base in bases)


def _assigned(node: ast.ClassDef) -> dict[str, ast.expr]:
    """Return what a class gives to names of its own."""
    values: dict[str, ast.expr] = {}
    for statement in node.body:
        if isinstance(statement, ast.Assign):
            names = [t.id for t in statement.targets if isinstance(t, ast.Name)]
            values |= dict.fromkeys(names, statement.value)
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            values |= {statement.target.id: statement.value} if statement.value else {}
    return values


def _has(node: ast.ClassDef, method: str) -> bool:
    return any(getattr(statement, "name", None) == method for statement in node.body)


def _has_key(node: ast.ClassDef) -> bool:
    """Return whether a class has a primary key of its own, and so a table of its own."""
    keywords = (k for k in ast.walk(node) if isinstance(k, ast.keyword))
    return any(k.arg == "primary_key" and _is_true(k.value) for k in keywords)


def _is_column(value: Any) -> bool:
    return isinstance(value, ast.Call) and _last_name(value.func) in _COLUMNS


def _usual_name(node: ast.ClassDef) -> str:
    """Return the name that Flask-SQLAlchemy gives to a table."""
    from flask_sqlalchemy.model import camel_to_snake_case

    return str(camel_to_snake_case(node.name))


def _with_bind(table: str | None, bind: ast.expr | None) -> Defined:
    text = _text(bind) if bind is not None else None
    return Defined(table, text, is_bind_known=bind is None or text is not None)


def _last_name(node: ast.expr) -> str:
    """Return the name that an expression ends with: ``Model`` of ``db.Model``."""
    if isinstance(node, ast.Subscript):
        return _last_name(node.value)
    return str(getattr(node, "attr", getattr(node, "id", "")))


def _text(node: ast.expr) -> str | None:
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return node.value if is_text else None  # type: ignore[attr-defined]


def _is_true(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is True
