"""How a database is: what is pending, interrupted, edited or missing; drift; who migrates it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask_migrate.results import Interruption, MissingRevision, Status
from flask_migrate.revisions.describe import describe
from flask_migrate.revisions.folder import scripts_of

from .journal import Journal, State, checksum
from .locking.holder import lock_holder
from .past import Past, kept_file
from .steps import bind_of, database_name

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext
    from alembic.script import Script, ScriptDirectory

    from flask_migrate.autogenerate.generate import Generation
    from flask_migrate.results import Holder
    from flask_migrate.settings import Settings

    from .journal import Entry


class Survey:
    """The statuses of all databases, as one run of env.py comes by them.

    Whether models and database agree is known when the run is over.
    """

    def __init__(self, folder: ScriptDirectory, settings: Settings, generation: Generation) -> None:
        self._folder = folder
        self._settings = settings
        self._generation = generation
        self._found: list[Status] = []

    @property
    def statuses(self) -> tuple[Status, ...]:
        """What was found."""
        changes = self._generation.changes
        return tuple(
            status
            if status.drift is None
            else replace(status, drift=tuple(c for c in changes if c.bind == status.bind))
            for status in self._found
        )

    def work(self, heads: tuple[str, ...], context: MigrationContext) -> tuple[()]:
        """Look at one database."""
        holder = lock_holder(context, self._settings)
        journal = Journal(context)
        past = Past.of(journal) if self._settings.log else Past()
        unknown = [head for head in heads if not self._has(head)]
        pending = [] if unknown else self._pending(heads)
        lost = [run.revision for run in past.applied if not self._has(run.revision)]
        at_head = not unknown and self._is_at_head(heads)
        if at_head:
            self._generation.work(heads, context)
        self._found.append(
            Status(
                bind=bind_of(context.opts),
                database=database_name(context),
                revisions=tuple(heads),
                heads=tuple(self._folder.get_heads()),
                pending=tuple(describe(script) for script in pending),
                interrupted=interrupted(past.unfinished, holder),
                edited=tuple(describe(s) for s in self._edited(past, pending)),
                missing=tuple(_missing(journal, name) for name in dict.fromkeys([*lost, *unknown])),
                drift=() if at_head else None,
                holder=holder,
            )
        )
        return ()

    def _has(self, revision: str) -> bool:
        return revision in self._folder.revision_map._revision_map  # noqa: SLF001 # no public look-up by exact id

    def _is_at_head(self, heads: tuple[str, ...]) -> bool:
        """Return whether Alembic would compare, which wants each head in the version table."""
        return set(self._folder.get_revisions(heads)) == set(self._folder.get_revisions("heads"))

    def _pending(self, heads: tuple[str, ...]) -> list[Script]:
        steps = self._folder._upgrade_revs("heads", heads)  # type: ignore[arg-type] # noqa: SLF001
        return scripts_of(step.revision for step in steps)

    def _edited(self, past: Past, pending: list[Script]) -> list[Script]:
        still_to_run = {script.revision for script in pending}
        ran = [r for r in past.applied if self._has(r.revision) and r.revision not in still_to_run]
        scripts = scripts_of(self._folder.get_revision(run.revision) for run in ran)
        then = {run.revision: run.checksum for run in ran}
        return [s for s in scripts if then[s.revision] not in ("", checksum(s.path)[0])]


def interruption(entry: Entry) -> Interruption:
    """Return what the log tells of a revision run that has not ended."""
    return Interruption(
        revision=entry.revision,
        direction=entry.direction,
        state=str(entry.state),
        statements=entry.statements,
        started_at=entry.started_at,
        host=entry.process.host,
        pid=entry.process.pid,
        message=entry.message,
    )


def interrupted(entry: Entry | None, holder: Holder | None) -> Interruption | None:
    """Return what was interrupted; what somebody runs just now was not."""
    if entry is None or (holder is not None and entry.state is State.RUNNING):
        return None
    return interruption(entry)


def _missing(journal: Journal, revision: str) -> MissingRevision:
    kept = kept_file(journal, revision)
    return MissingRevision(revision, kept.file if kept else None)
