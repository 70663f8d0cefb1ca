"""Packages of a user's own, written to a folder and imported from there."""

from __future__ import annotations

import sys
import textwrap
from importlib import import_module, invalidate_caches
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

import pytest


class Packages:
    """A folder on Python's path; what is imported from it is forgotten in the end."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, name: str, text: str = "") -> Path:
        """Write a file, its text indented as the test has it."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        invalidate_caches()
        return path

    def load(self, module: str) -> Any:
        """Import a module."""
        return import_module(module)

    def forget(self) -> None:
        """Let the next import run the files anew, as another process would."""
        for name, module in list(sys.modules.items()):
            if str(getattr(module, "__file__", None)).startswith(str(self.folder)):
                del sys.modules[name]


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Packages]:
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.chdir(folder)
    made = Packages(folder)
    yield made
    made.forget()
