"""Writes revision files: empty, generated from the models, or joining heads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from alembic.autogenerate import RevisionContext
from alembic.util import asbool, rev_id, to_tuple

from flask_migrate.errors import NotUpToDate
from flask_migrate.results import Change, Written
from flask_migrate.revisions.describe import describe
from flask_migrate.revisions.folder import scripts_of

from . import refusals
from .answers import OPTION, Answers
from .refusals import Compared, Refusals, bind_of, compared

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from alembic.config import Config
    from alembic.operations.ops import MigrationScript
    from alembic.runtime.migration import MigrationContext, RevisionStep
    from alembic.script import Script, ScriptDirectory

    from .unimported.unimported import Unimported


@dataclass(frozen=True)
class RevisionRequest:
    """What a new revision shall be, in the words of the `revision` command."""

    message: str | None = None
    head: str = "head"
    splice: bool = False
    branch_label: str | None = None
    version_path: str | None = None
    rev_id: str | None = None
    depends_on: Sequence[str] | None = None


class Generation:
    """A revision in the making: its work under env.py, then its file."""

    def __init__(
        self,
        config: Config,
        folder: ScriptDirectory,
        request: RevisionRequest,
        *,
        compare: bool,
        answers: Answers | None = None,
        unimported: Unimported | None = None,
    ) -> None:
        self._folder = folder
        self._compare = compare
        self._answers = answers or Answers()
        self._refusals = Refusals(unimported, self._answers) if unimported else None
        self._compared: list[Compared] = []
        self._last: MigrationContext | None = None
        arguments: dict[str, Any] = vars(request) | {"autogenerate": compare, "sql": False}
        self.context = RevisionContext(config, folder, arguments)
        self.needs_environment = compare or asbool(
            config.get_alembic_option("revision_environment") or "false"
        )

    @property
    def options(self) -> dict[str, Any]:
        """What the run of env.py is given beside the work."""
        return {
            "as_sql": False,
            "dont_mutate": True,
            "template_args": self.context.template_args,
            "revision_context": self.context,
            OPTION: self._answers,
            refusals.OPTION: self._refusals,
        }

    def work(self, heads: tuple[str, ...], context: MigrationContext) -> Iterable[RevisionStep]:
        """Compare the models with one database, or only let env.py have its say."""
        if self._compare:
            self._check_up_to_date(heads)
            self.context.run_autogenerate(heads, context)
            self._last = context
            self._compared.append(compared(context, self.context.generated_revisions))
        else:
            self.context.run_no_autogenerate(heads, context)
        return ()

    @property
    def changes(self) -> tuple[Change, ...]:
        """The differences found, over all databases."""
        from .changes import changes_in

        return tuple(
            change
            for script in self.context.generated_revisions
            for operations in script.upgrade_ops_list
            for change in changes_in(operations.ops, bind_of(operations.upgrade_token))
        )

    @property
    def diffs(self) -> list[tuple[Any, ...]]:
        """The differences found, as Alembic's tuples."""
        scripts = self.context.generated_revisions
        return [diff for s in scripts for ops in s.upgrade_ops_list for diff in ops.as_diffs()]

    @property
    def _unfilled(self) -> tuple[str, ...]:
        """The columns for whose rows somebody must write a value into the files."""
        from .operations.directives import Fill

        scripts = self.context.generated_revisions
        found = (op for s in scripts for ops in s.upgrade_ops_list for op in ops.ops)
        return tuple(op.name for op in found if isinstance(op, Fill) and op.expression is None)

    def refuse_absent(self) -> None:
        """Raise ModelsNotImported where models that are not there explain what was found."""
        if self._refusals is not None:
            for each in self._compared:
                self._refusals.refuse_absent(each)

    def write(self) -> Written:
        """Write the file or files; none where a comparison found nothing."""
        self.refuse_absent()
        if self._refusals is not None:
            for each in self._compared:
                self._refusals.refuse_drops(each)
                self._refusals.hint(each)
        if self._compare and all(_is_empty(s) for s in self.context.generated_revisions):
            return Written(())
        from .imports.render_item import foresee

        changes = self.changes if self._compare else ()
        if self._last is not None:
            foresee(self._last, self.context.generated_revisions)
        scripts = scripts_of(self.context.generate_scripts())
        files = tuple(describe(script) for script in scripts)
        return Written(files, changes, unfilled=self._unfilled)

    def _check_up_to_date(self, heads: tuple[str, ...]) -> None:
        newest = self._folder.get_revisions("heads")
        if set(self._folder.get_revisions(heads)) != set(newest):
            raise NotUpToDate(heads, [script.revision for script in newest])


def merged(
    folder: ScriptDirectory,
    revisions: Sequence[Script],
    request: RevisionRequest,
    template_args: dict[str, Any],
) -> Written:
    """Write a revision that follows several others."""
    script = folder.generate_revision(
        request.rev_id or rev_id(),
        request.message,
        refresh=True,
        head=tuple(revision.revision for revision in revisions),
        branch_labels=to_tuple(request.branch_label),
        splice=request.splice,
        **template_args,
    )
    return Written(tuple(describe(s) for s in scripts_of([script])))


def _is_empty(script: MigrationScript) -> bool:
    return all(operations.is_empty() for operations in script.upgrade_ops_list)
