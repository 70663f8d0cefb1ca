"""How a type that is not SQLAlchemy's may be written in a revision file."""

from __future__ import annotations

import ast
import inspect
import keyword
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from .proofs import is_installed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

_OF_TEMPLATE: Final = (
    "revision",
    "down_revision",
    "branch_labels",
    "depends_on",
    "upgrade",
    "downgrade",
)
_OF_IMPORTS: Final = ("sa", "sqlalchemy", "op", "postgresql", "mysql", "sqlite", "mssql", "oracle")
_OF_PYTHON: Final = ("__main__", "builtins")
_TAKEN: Final = frozenset({*_OF_TEMPLATE, *_OF_IMPORTS, *_OF_PYTHON})
"""Names that something else has in a revision file."""


@dataclass(frozen=True)
class Spelling:
    """An expression that may make a type, and the module that it needs."""

    module: str
    text: str


def is_sqlalchemys(type_: Any) -> bool:
    """Return whether SQLAlchemy itself has the class of a type."""
    return type(type_).__module__.partition(".")[0] == "sqlalchemy"


def is_code(value: object) -> bool:
    """Return whether the `repr()` of a value makes that value, without any import."""
    try:
        return bool(ast.literal_eval(repr(value)) == value)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return False


def spellings_of(type_: Any) -> Iterator[Spelling]:
    """Yield the expressions that may make a type, the best first; none is proved yet."""
    cls = type(type_)
    place = _place(cls)
    if place is None:
        return
    module, name = place
    shown, _, arguments = repr(type_).partition("(")
    if shown == cls.__name__ and arguments:
        yield Spelling(module, f"{module}.{name}({arguments}")
    if arguments != ")" and len(inspect.signature(cls).parameters) == 0:
        yield Spelling(module, f"{module}.{name}()")


def _place(cls: type[Any]) -> tuple[str, str] | None:
    """Return the module and the name by which a file can have a class."""
    module = sys.modules.get(cls.__module__)
    if module is None or not _is_writable(cls.__module__):
        return None
    if is_installed(cls.__module__):
        module = _public(module, cls)
    if _found(module, cls.__qualname__) is cls:
        return module.__name__, cls.__qualname__
    names = (name for name, value in vars(module).items() if value is cls and name.isidentifier())
    name = next(names, None)
    return None if name is None else (module.__name__, name)


def _public(module: ModuleType, cls: type[Any]) -> ModuleType:
    """Return the outermost package of a library that has a class under its name."""
    parts = module.__name__.split(".")
    for end in range(1, len(parts)):
        package = sys.modules.get(".".join(parts[:end]))
        if package is not None and getattr(package, cls.__qualname__, None) is cls:
            return package
    return module


def _found(module: ModuleType, name: str) -> Any:
    value: Any = module
    for part in name.split("."):
        value = getattr(value, part, None)
    return value


def _is_writable(module: str) -> bool:
    parts = module.split(".")
    return parts[0] not in _TAKEN and all(
        part.isidentifier() and not keyword.iskeyword(part) for part in parts
    )
