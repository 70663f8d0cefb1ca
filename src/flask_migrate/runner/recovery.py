"""Writes revision files that are gone back into the folder, from the log of a database."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from flask_migrate.errors import RevisionAmbiguous, RevisionNotKept
from flask_migrate.results import RecoveredFile
from flask_migrate.revisions.explain import writing

from .journal import Journal
from .past import Past, kept_file
from .steps import bind_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from alembic.runtime.migration import MigrationContext
    from alembic.script import Script, ScriptDirectory

    from .past import KeptFile

BESIDE: Final = ".as_it_ran"
"""What is appended to the name of a file that lies beside the folder's own."""


@dataclass
class Recovery:
    """The files of one folder that databases have kept; all that it lacks, or one revision's."""

    folder: ScriptDirectory
    scripts: Sequence[Script]
    revision: str | None
    found: dict[str, tuple[KeptFile, str | None]] = field(default_factory=dict)

    def work(self, heads: tuple[str, ...], context: MigrationContext) -> tuple[()]:
        """Read the log of one database."""
        journal = Journal(context)
        waiting = list(self._wanted(heads, journal))
        while waiting:
            name = waiting.pop()
            kept = None if name in self.found else kept_file(journal, name)
            if kept is not None:
                self.found[name] = (kept, bind_of(context.opts))
                waiting += self._lacking(parents_in(kept.source))
        return ()

    def write(self) -> tuple[RecoveredFile, ...]:
        """Write the files; none over another."""
        if self.revision is not None and not self.found:
            raise RevisionNotKept(self.revision)
        with writing(self.folder):
            written = [self._written(kept, bind) for kept, bind in self.found.values()]
        return tuple(file for file in written if file is not None)

    def _wanted(self, heads: tuple[str, ...], journal: Journal) -> Iterable[str]:
        if self.revision is not None:
            return _named(self.revision, journal)
        applied = [run.revision for run in Past.of(journal).applied]
        lacking = list(self._lacking([*applied, *heads]))
        for name in lacking:
            if kept_file(journal, name) is None:
                raise RevisionNotKept(name)
        return lacking

    def _lacking(self, names: Iterable[str]) -> list[str]:
        known = {script.revision for script in self.scripts}
        return [name for name in names if name not in known]

    def _written(self, kept: KeptFile, bind: str | None) -> RecoveredFile | None:
        own = next((s for s in self.scripts if s.revision == kept.revision), None)
        if own is None:
            path = _written_anew(self._places(kept), kept.source)
            return RecoveredFile(kept.revision, str(path), bind, beside=False)
        if Path(own.path).read_text(encoding="utf-8") == kept.source:
            return None
        path = _written_anew(_beside(Path(own.path)), kept.source)
        return RecoveredFile(kept.revision, str(path), bind, beside=True)

    def _places(self, kept: KeptFile) -> Iterable[Path]:
        """Yield where the file may be written: its own name first."""
        file = PurePosixPath(kept.file or f"{kept.revision}.py")
        home = Path(self.folder.dir, *file.parent.parts)
        if file.is_absolute() or ".." in file.parts or len(file.parts) == 1 or not home.is_dir():
            home = Path(self.folder._version_locations[0])  # noqa: SLF001 # Alembic has no public way
        yield home / file.name
        for number in count(2):
            yield home / f"{file.stem}_{number}.py"


def parents_in(source: str) -> tuple[str, ...]:
    """Return what a revision file follows and depends on, read without running it."""
    found: list[str] = []
    for node in ast.parse(source).body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        names = {target.id for target in targets if isinstance(target, ast.Name)}
        if names & {"down_revision", "depends_on"}:
            value = getattr(node, "value", None)
            found += _texts(value) if value else []
    return tuple(found)


def _texts(node: ast.AST) -> list[str]:
    constants = [n.value for n in ast.walk(node) if isinstance(n, ast.Constant)]
    return [value for value in constants if isinstance(value, str)]


def _named(name: str, journal: Journal) -> list[str]:
    """Return the revision of the log that a name, or the beginning of one, stands for."""
    if not journal.exists():
        return []
    c = journal.table.c
    known = journal.connection.scalars(sa.select(c.revision).where(c.source != "").distinct())
    matching = sorted(revision for revision in known if revision and revision.startswith(name))
    if name in matching:
        return [name]
    if len(matching) > 1:
        raise RevisionAmbiguous(name, matching)
    return matching


def _beside(own: Path) -> Iterable[Path]:
    yield own.with_name(own.name + BESIDE)
    for number in count(2):
        yield own.with_name(f"{own.name}{BESIDE}_{number}")


def _written_anew(places: Iterable[Path], source: str) -> Path:
    """Write a text into the first place that is free, or has it already."""
    for path in places:
        if not path.exists():
            with path.open("x", encoding="utf-8") as file:
                file.write(source)
            return path
        if path.read_text(encoding="utf-8") == source:
            return path
    raise AssertionError("There is no end of places.")
