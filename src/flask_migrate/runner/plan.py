"""What an upgrade will run, told beforehand: the statements, what they lock, how large tables are.

The statements are those that the revisions make for `--sql`, starting from where
the database stands. SQLite's batches need a database to look at: there, the
revisions run in one in memory that has the same structure.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from alembic.runtime.migration import MigrationContext

from flask_migrate.databases.effects import effect_of, tables_of
from flask_migrate.databases.sizes import sizes_of
from flask_migrate.errors import MigrateError
from flask_migrate.results import Plan, PlannedRevision, PlannedStatement
from flask_migrate.revisions.describe import describe

from .listening import listen
from .scratch import connection_of, in_memory
from .sql import Kind, kind_of
from .steps import bind_of, database_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from alembic.script import Script

    from .environment import MigrationEnvironment

_CONTROL: Final = re.compile(r"(?:BEGIN|COMMIT|START TRANSACTION)\b", re.IGNORECASE)
_DRY_RUN: Final = "To have it run and taken back, type: flask db upgrade --dry-run"


@dataclass
class Sketch:
    """What one revision wrote, in place of running."""

    script: Script
    statements: list[str] = field(default_factory=list)
    problem: str | None = None


class Planning:
    """The plans of all databases, as one run of env.py comes by them."""

    def __init__(self) -> None:
        self.plans: list[Plan] = []

    def conduct(
        self,
        environment: MigrationEnvironment,
        context: MigrationContext,
        arguments: dict[str, Any],
    ) -> None:
        """Plan for one database."""
        heads = tuple(context.get_current_heads())
        steps = environment.progress.chosen(heads, context)
        sketches = Sketches(context.version_table)
        drawn = _in_memory if context.dialect.name == "sqlite" else _offline
        with drawn(environment, context, heads, sketches) as inside:
            for step in steps:
                sketches.draw(step.revision, lambda: _write(inside, step, arguments))  # noqa: B023 # runs at once
        planned = [_planned(inside.dialect.name, sketch) for sketch in sketches.drawn]
        names = [t for step in planned for s in step.statements for t in s.tables]
        self.plans.append(
            Plan(
                bind_of(context.opts),
                database_name(context),
                heads,
                tuple(planned),
                sizes_of(connection_of(context), names),
            )
        )


class Sketches:
    """Takes down what revisions write, one after the other."""

    def __init__(self, version_table: str) -> None:
        self.drawn: list[Sketch] = []
        self._version = re.compile(rf'[\s.`"]{re.escape(version_table)}(?:_log)?[\s`"(]')

    def draw(self, script: Script, run: Callable[[], None]) -> None:
        """Take down what a revision writes."""
        sketch = Sketch(script)
        self.drawn.append(sketch)
        try:
            run()
        except MigrateError as error:
            sketch.problem = str(error)
        except Exception as error:  # noqa: BLE001 # a revision may count on rows or results, and there are none
            said = " ".join(str(error).split())[:200].rstrip(".")
            sketch.problem = (
                "it reads from the database, or does what cannot be written down: "
                f"{type(error).__name__}: {said}. {_DRY_RUN}"
            )

    def write(self, text: str) -> None:
        """Take down a statement, as Alembic writes it to a file."""
        statement = text.strip().removesuffix(";").rstrip()
        if self.drawn and self._counts(statement):
            self.drawn[-1].statements.append(statement)

    def flush(self) -> None:
        """Do nothing: there is no file."""

    def _counts(self, statement: str) -> bool:
        if not statement or _CONTROL.match(statement):
            return False
        return kind_of(statement) is not Kind.READ and not self._version.search(statement)


@contextmanager
def _offline(
    environment: MigrationEnvironment,
    context: MigrationContext,
    heads: tuple[str, ...],
    sketches: Sketches,
) -> Iterator[MigrationContext]:
    options = {
        "as_sql": True,
        "literal_binds": True,
        "starting_rev": list(heads) or None,
        "output_buffer": sketches,
    }
    inside = MigrationContext.configure(
        dialect=context.dialect,
        environment_context=environment,
        opts={**context.opts, **options},
    )
    before = environment.context_opts.get("as_sql", False)
    environment.context_opts["as_sql"] = True
    try:
        with environment.using(inside):
            yield inside
    finally:
        environment.context_opts["as_sql"] = before


@contextmanager
def _in_memory(
    environment: MigrationEnvironment,
    context: MigrationContext,
    _: tuple[str, ...],
    sketches: Sketches,
) -> Iterator[MigrationContext]:
    def note(__: Any, ___: Any, statement: str, *____: Any) -> None:
        if kind_of(statement) is not Kind.SESSION:
            sketches.write(statement)

    with in_memory(environment, context) as inside, environment.using(inside):
        connection = connection_of(inside)
        end = listen(connection, "before_cursor_execute", note)
        try:
            yield inside
        finally:
            end()


def _write(inside: MigrationContext, step: Any, arguments: dict[str, Any]) -> None:
    with inside.begin_transaction(_per_migration=True):
        step.migration_fn(**arguments)


def _planned(dialect: str, sketch: Sketch) -> PlannedRevision:
    statements = (_statement(dialect, sql) for sql in sketch.statements)
    return PlannedRevision(describe(sketch.script), tuple(statements), sketch.problem)


def _statement(dialect: str, sql: str) -> PlannedStatement:
    effect = effect_of(dialect, sql)
    return PlannedStatement(sql, tables_of(sql), effect.blocks, effect.long, effect.rewrites)
