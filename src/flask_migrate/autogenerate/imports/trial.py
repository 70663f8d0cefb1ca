"""Whether a text makes the type it was written for: tried here, or in a fresh interpreter.

The fresh interpreter reads its trials as JSON and answers one line for each, so that
what was found out stays known when a module never comes to an end of its import.
"""

from __future__ import annotations

import json
import os
import sys
import warnings
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from sqlalchemy.engine.default import DefaultDialect

from flask_migrate.context import working

if TYPE_CHECKING:
    from collections.abc import Mapping

_PLAIN: Final = (str, int, float, bool, bytes, list, tuple, dict, type(None))
_dialects: dict[str, sa.Dialect] = {}


@dataclass(frozen=True)
class Trial:
    """A text, the module it needs, and what it has to make."""

    module: str
    text: str
    cls: str
    dialect: str
    ddl: str | None
    """How the type stands in DDL; None where it cannot."""
    attributes: Mapping[str, str]

    @classmethod
    def of(cls, type_: Any, module: str, text: str, dialect: str) -> Trial:
        """Return the trial of a text for a type."""
        name, ddl = name_of(type(type_)), ddl_of(type_, dialect)
        return cls(module, text, name, dialect, ddl, _attributes(type_))

    def failure(self) -> str | None:
        """Import the module and evaluate the text; return what is wrong, None where nothing is."""
        try:
            namespace = {self.module.partition(".")[0]: _imported(self.module), "sa": sa}
        except BaseException as error:  # noqa: BLE001 # whatever a module does when it is imported
            return f"import {self.module} fails with {_told(error)}"
        try:
            made = eval(self.text, namespace)  # noqa: S307 # what the revision file would run
        except BaseException as error:  # noqa: BLE001 # the same
            return f"{self.text} fails with {_told(error)}"
        return None if self._is_made(made) else f"{self.text} makes another type"

    def _is_made(self, made: Any) -> bool:
        if name_of(type(made)) != self.cls or ddl_of(made, self.dialect) != self.ddl:
            return False
        found = _attributes(made)
        return all(found.get(name, text) == text for name, text in self.attributes.items())


def name_of(cls: type[Any]) -> str:
    """Return a class by its module and name."""
    return f"{cls.__module__}.{cls.__qualname__}"


def ddl_of(type_: Any, dialect: str) -> str | None:
    """Return how a type stands in DDL, on a database as its dialect is by itself."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return str(type_.compile(dialect=dialect_named(dialect)))
    except Exception:  # noqa: BLE001 # types of anybody
        return None


def dialect_named(name: str) -> sa.Dialect:
    """Return a dialect without a connection."""
    if name not in _dialects:
        try:
            _dialects[name] = sa.dialects.registry.load(name)()
        except Exception:  # noqa: BLE001 # dialects of anybody
            _dialects[name] = DefaultDialect()
    return _dialects[name]


def _attributes(type_: Any) -> dict[str, str]:
    """Return what a type was made with, as far as it can be compared."""
    return {
        name: repr(value)
        for name, value in vars(type_).items()
        if isinstance(value, _PLAIN) and not name.startswith("_") and " at 0x" not in repr(value)
    }


def _imported(module: str) -> Any:
    import_module(module)
    return sys.modules[module.partition(".")[0]]


def _told(error: BaseException) -> str:
    said = " ".join(str(error).split())
    return f"{type(error).__name__}{f': {said}' if said else ''}"


def main() -> None:
    """Make the trials that stand in the standard input; nothing else reaches the output."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    trials = [Trial(**trial) for trial in json.load(sys.stdin)]
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    sys.argv = ["flask", "db", "migrate"]
    with suppress(OSError), working():
        for trial in trials:
            print(json.dumps(trial.failure()), file=answers, flush=True)
    os._exit(0)  # whatever the modules have started


def as_json(trials: list[Trial]) -> str:
    """Return trials as `main` reads them."""
    return json.dumps([asdict(trial) for trial in trials])
