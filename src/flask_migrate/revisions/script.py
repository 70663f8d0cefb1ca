"""A revision file known by its head; its code is executed when it is first asked for."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import alembic.script
from alembic.script.revision import Revision
from alembic.util import load_python_file, to_tuple

from .broken import broken_file

if TYPE_CHECKING:
    from types import ModuleType

    from .head import Head


class Script(alembic.script.Script):
    """What Alembic's `Script` is, without the module until somebody asks for it."""

    def __init__(self, path: str, head: Head) -> None:
        self.path = path
        self._head = head
        self._module: ModuleType | None = None
        Revision.__init__(
            self,
            head.revision,
            head.down_revision,
            branch_labels=to_tuple(head.branch_labels, default=()),
            dependencies=to_tuple(head.depends_on, default=()),
        )

    @property
    def module(self) -> ModuleType:  # type: ignore[override]
        """The executed file; raises RevisionFileError where it cannot be executed."""
        if self._module is None:
            try:
                self._module = load_python_file(*os.path.split(self.path))
            except (Exception, SystemExit) as error:
                raise broken_file(self.path, error) from error
        return self._module

    @property
    def longdoc(self) -> str:
        """The docstring of the file."""
        return self._head.doc
