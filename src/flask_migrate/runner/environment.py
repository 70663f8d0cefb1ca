"""The seam: every env.py, old or new, runs under this one subclass of EnvironmentContext.

It receives what env.py passes to `configure()`, fills in what `Migrate(...)` was
given and env.py left out, and wraps `run_migrations()`.
"""

from __future__ import annotations

import inspect
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from alembic.runtime.environment import EnvironmentContext
from flask import current_app
from sqlalchemy import MetaData

from flask_migrate.autogenerate.imports.render_item import with_imports
from flask_migrate.autogenerate.ours import with_ours, without_log
from flask_migrate.databases import locking_named
from flask_migrate.errors import SourceError

from .database_view import View
from .execution import awaits
from .kept import Kept
from .log_table import log_name
from .operations import LosslessOperations
from .proxies import context_proxy, operations_proxy
from .steps import Progress, bind_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import TypeAlias

    from alembic.config import Config
    from alembic.runtime.migration import MigrationContext, RevisionStep
    from alembic.script import ScriptDirectory
    from sqlalchemy import URL

    from flask_migrate.settings import Settings

    from .operations import Once
    from .sources import Source

    Work: TypeAlias = Callable[[tuple[str, ...], MigrationContext], Iterable[RevisionStep]]
    """What a command does on one database: given where it stands, the steps to run."""

    Conduct: TypeAlias = Callable[["MigrationEnvironment", MigrationContext, dict[str, Any]], None]
    """How a database is dealt with, if not plainly: given what `run_migrations()` was given."""

_CONFIGURE = inspect.signature(EnvironmentContext.configure)


class MigrationEnvironment(EnvironmentContext):
    """One run of env.py for one command."""

    def __init__(
        self,
        config: Config,
        script: ScriptDirectory,
        work: Work,
        source: Source,
        configure_args: dict[str, Any],
        **options: Any,
    ) -> None:
        self.progress = Progress(
            script,
            work,
            anywhere=options.pop("anywhere", False),
            moves=options.pop("moves", True),
        )
        self.settings: Settings = options.pop("settings")
        self._changes_database = options.pop("changes_database", False)
        self._message = options.pop("message", None)
        self._conduct: Conduct | None = options.pop("conduct", None)
        super().__init__(config, script, fn=self.progress.steps, **options)
        self.kept = Kept()
        self._once: Once | None = None
        self.source = source
        self.view = View.of(source, configure_args, asynchronous=awaits(script))
        self._stack = ExitStack()

    def _install_proxy(self) -> None:
        self._stack.enter_context(context_proxy.standing_for(self))
        self._stack.enter_context(self.view.shown())

    def _remove_proxy(self) -> None:
        self._stack.close()

    def configure(self, *arguments: Any, **options: Any) -> None:
        """Configure the run as env.py says, and as `Migrate(...)` says where env.py is silent."""
        given = dict(_CONFIGURE.bind_partial(self, *arguments, **options).arguments)
        given.pop("self")
        given.update(given.pop("kw", {}))
        arguments_of_migrate = self._view_in_use.configure_args
        complete = arguments_of_migrate.filled_in(given, offline=self.is_offline_mode())
        complete["target_metadata"] = self._models(complete)
        complete["render_item"] = with_imports(complete.get("render_item"))
        complete["include_name"] = without_log(
            complete.get("include_name"),
            log_name(complete.get("version_table", "alembic_version")),
            complete.get("version_table_schema"),
        )
        complete["autogenerate_plugins"] = with_ours(complete.get("autogenerate_plugins"))
        self.progress.note_output(complete.get("output_buffer"))
        super().configure(**complete)
        if self.is_offline_mode() and complete.get("connection") is None:
            # SQLAlchemy doubles the % that a driver would halve; no driver reads this SQL.
            # SQLAlchemy 2.0 doubles backslashes too, until a server of PostgreSQL tells its way.
            dialect: Any = self.get_context().dialect
            dialect.identifier_preparer._double_percents = False  # noqa: SLF001
            if dialect.name == "postgresql":
                dialect._backslash_escapes = False  # noqa: SLF001

    def run_migrations(self, **arguments: Any) -> None:
        """Run the command's work on the database that was configured last."""
        context = self.get_context()
        with self.using(context):
            if self._conduct is not None:
                self._conduct(self, context, arguments)
            elif context.as_sql or not self._changes_database or self._is_idle(context):
                context.run_migrations(**arguments)
            else:
                before = len(self.progress.taken)
                self.run_guarded(context, arguments, self.settings)
                if context.connection is not None:
                    self.kept.watch(context.connection, tuple(self.progress.taken[before:]))

    def run_guarded(
        self, context: MigrationContext, arguments: dict[str, Any], settings: Settings
    ) -> None:
        """Run the command's work on a database with all that surrounds a change of it."""
        from .guard import Guard

        guard = Guard(context, settings, self._message)
        self.progress.guard = guard
        try:
            with self.doing_once(guard.once):
                guard.run(lambda: context.run_migrations(**arguments), self.progress.stop)
        finally:
            self.progress.guard = None

    @contextmanager
    def doing_once(self, once: Once) -> Iterator[None]:
        """Let what is one piece of work to the journal be done so, inside the block."""
        before, self._once = self._once, once
        try:
            yield
        finally:
            self._once = before

    def _is_idle(self, context: MigrationContext) -> bool:
        """Return whether there is nothing to do, and say what is wrong before anything is changed.

        So an upgrade of a database that is where it should be takes no lock and writes nothing.
        What was seen is forgotten: inside the lock the database must be asked anew.
        """
        from .journal import Journal
        from .locking.visit import Visit

        if context.connection is None:
            return False
        visit = Visit(context.connection, locking_named(context.dialect.name))
        heads = () if context.purge else context.get_current_heads()
        steps = self.progress.chosen(heads, context)
        journal = Journal(context) if self.settings.log else None
        idle = not (steps or context.purge) and context._has_version_table()  # noqa: SLF001 # Alembic has no public way
        if idle and journal is not None and journal.exists():
            idle = journal.unfinished() is None
        visit.rest()
        return idle

    @contextmanager
    def using(self, context: MigrationContext) -> Iterator[None]:
        """Let `alembic.context` and `op` speak to this migration context, inside the block."""
        before = self._migration_context
        self._migration_context = context
        try:
            operations = LosslessOperations(context)
            operations.once = lambda: self._once
            with operations_proxy.standing_for(operations):
                yield
        finally:
            self._migration_context = before

    @property
    def step_running(self) -> tuple[str | None, str]:
        """The revision that runs, or ran last, and its message."""
        return self.progress.running

    @property
    def url(self) -> URL | None:
        """The URL of the database in use, else of the main one; None where none is known."""
        context = self._migration_context
        if context is not None and context.bind is not None:
            return context.bind.engine.url
        try:
            return self.source.engine().url
        except SourceError:
            return None

    def _models(self, options: dict[str, Any]) -> Any:
        """Return the models to compare with.

        The multidb env.py files of 1.5.0 to 3.1.0 pick the tables of a bind out of
        `db.metadata` and so find none with Flask-SQLAlchemy 3, which keeps a
        MetaData for each bind. Where nothing was found, the bind's own is taken.
        """
        models = options.get("target_metadata")
        bind = bind_of(options)
        if bind and isinstance(models, MetaData) and not models.tables:
            return self._view_in_use.source.metadata(bind)
        return models

    @property
    def _view_in_use(self) -> View:
        """What the current application is given; env.py may have pushed one of its own."""
        state = current_app.extensions.get("migrate")
        if state is None:
            return self.view
        return self.view.of_application(state.source, state.own_configure_args)
