"""Modules of the application that define models and were not imported."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from .model_source import Defined

_FILES: Final = 2000
"""How many files are looked at."""
_BYTES: Final = 1_000_000
_FOLDERS_LEFT_OUT: Final = re.compile(
    r"[._].*|tests?|testing|migrations|alembic|versions|examples?|docs?|build|dist|site-packages"
    r"|node_modules|static|templates|instance|v?env\d*"
)
_FILES_LEFT_OUT: Final = re.compile(r"test_.*|.*_tests?|tests?|conftest|setup|env")


@dataclass(frozen=True)
class ModelFile:
    """A source file with models that this process has not imported."""

    path: str
    line: str
    """The line that imports it."""
    models: tuple[Defined, ...]

    def tables(self, bind: str | None) -> tuple[str | None, ...]:
        """Return the tables that it defines for a bind; None for one without a known name."""
        return tuple(m.table for m in self.models if m.is_bind_known and m.bind == bind)


class Unimported:
    """The files of an application with models that were not imported; looked for once."""

    def __init__(self, root: Path, application: str, migrations: Path) -> None:
        self._root = _outermost(root.resolve())
        self.application = application
        """The file in which the application is made."""
        self._migrations = migrations.resolve()

    @classmethod
    def of(cls, app: Flask, migrations: str) -> Unimported:
        """Return those of a Flask application."""
        module = sys.modules.get(app.import_name)
        file = getattr(module, "__file__", None)
        return cls(Path(app.root_path), _shown(file) if file else "", Path(migrations))

    def of_bind(self, bind: str | None) -> list[ModelFile]:
        """Return the files that define models of a bind."""
        return [file for file in self._files if file.tables(bind)]

    @cached_property
    def _files(self) -> tuple[ModelFile, ...]:
        from .model_source import models_in

        loaded = _loaded()
        found = []
        for path in _sources(self._root, self._migrations):
            models = [] if os.path.realpath(path) in loaded else models_in(_text(path))
            if models:
                found.append(ModelFile(_shown(str(path)), self._line(path), tuple(models)))
        return tuple(found)

    def _line(self, path: Path) -> str:
        """Return the import of a file, as it is written in a file of the application."""
        is_package = (self._root / "__init__.py").exists()
        parts = path.relative_to(self._root.parent if is_package else self._root).parts
        names = [*parts[:-1], path.stem] if path.stem != "__init__" else list(parts[:-1])
        if len(names) < 2:  # noqa: PLR2004 # no package
            return f"import {''.join(names)}"
        return f"from {'.'.join(names[:-1])} import {names[-1]}"


def _outermost(folder: Path) -> Path:
    """Return the folder of the package that a folder is in, or the folder itself."""
    while (folder / "__init__.py").exists() and (folder.parent / "__init__.py").exists():
        folder = folder.parent
    return folder


def _sources(root: Path, migrations: Path) -> Iterator[Path]:
    """Yield the application's own source files, in an order that is always the same."""
    left = _FILES
    for folder, folders, files in os.walk(root):
        here = Path(folder)
        folders[:] = sorted(f for f in folders if _is_searched(here / f, migrations))
        for name in sorted(files):
            path = here / name
            if path.suffix == ".py" and not _FILES_LEFT_OUT.fullmatch(path.stem):
                left -= 1
                if left < 0:
                    return
                yield path


def _is_searched(folder: Path, migrations: Path) -> bool:
    if _FOLDERS_LEFT_OUT.fullmatch(folder.name) or folder == migrations:
        return False
    return not ((folder / "pyvenv.cfg").exists() or (folder / "alembic.ini").exists())


def _text(path: Path) -> str:
    """Return what a file holds; nothing where it cannot be read, or is too large."""
    try:
        if path.stat().st_size <= _BYTES:
            return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        pass
    return ""


def _loaded() -> set[str]:
    """Return the files of all modules that were imported."""
    files = (getattr(module, "__file__", None) for module in list(sys.modules.values()))
    return {os.path.realpath(file) for file in files if isinstance(file, str)}


def _shown(path: str) -> str:
    """Return a path as seen from the working folder, where it lies below it."""
    text = os.path.relpath(path)
    return path if text.startswith("..") else text
