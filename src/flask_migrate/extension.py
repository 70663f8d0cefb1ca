"""The extension: `Migrate`, and what it keeps for each application."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import context
from .group import database_group, watch_loading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TypeAlias, TypeVar

    from alembic.config import Config
    from flask import Flask

    from .runner.sources import Source

    Callback: TypeAlias = Callable[[Config], Config | None]
    CallbackType = TypeVar("CallbackType", bound=Callback)

watch_loading()


class Migrate:
    """Makes ``flask db ...`` and the functions of this package work for an application.

    `db` is a Flask-SQLAlchemy or Flask-SQLAlchemy-Lite object, a declarative base,
    `SQLModel`, a `MetaData` or several. `engine` (an engine, a URL, or a mapping of
    them by bind key) and `metadata` (a MetaData, several, or a mapping) say what `db`
    does not. Everything else goes to Alembic's `context.configure()`; what env.py
    passes there itself wins.
    """

    def __init__(
        self,
        app: Flask | None = None,
        db: Any = None,
        directory: str = "migrations",
        command: str = "db",
        compare_type: Any = True,
        render_as_batch: bool = True,
        *,
        engine: Any = None,
        metadata: Any = None,
        **kwargs: Any,
    ) -> None:
        self.configure_callbacks: list[Callback] = []
        self.db = db
        self.directory = str(directory)
        self.command = command
        self.engine = engine
        self.metadata = metadata
        self.alembic_ctx_kwargs: dict[str, Any] = {
            **kwargs,
            "compare_type": compare_type,
            "render_as_batch": render_as_batch,
        }
        if app is not None:
            self.init_app(app, db, directory)

    def init_app(
        self,
        app: Flask,
        db: Any = None,
        directory: str | None = None,
        command: str | None = None,
        compare_type: Any = None,
        render_as_batch: bool | None = None,
        **kwargs: Any,
    ) -> None:
        """Set the extension up for an application; what is not given stays as it was."""
        self.db = db if db is not None else self.db
        self.directory = str(directory or self.directory)
        self.command = command or self.command
        self.engine = kwargs.pop("engine", self.engine)
        self.metadata = kwargs.pop("metadata", self.metadata)
        self.alembic_ctx_kwargs |= kwargs
        if compare_type is not None:
            self.alembic_ctx_kwargs["compare_type"] = compare_type
        if render_as_batch is not None:
            self.alembic_ctx_kwargs["render_as_batch"] = render_as_batch
        app.extensions["migrate"] = MigrateState(self, app)
        context.group_names.add(self.command)
        app.cli.add_command(database_group, name=self.command)

    def configure(self, f: CallbackType) -> CallbackType:
        """Register a function that changes or replaces Alembic's configuration once it is read."""
        self.configure_callbacks.append(f)
        return f

    def call_configure_callbacks(self, config: Config) -> Config:
        """Call the registered functions in order; one that returns None changed it in place."""
        for callback in self.configure_callbacks:
            config = callback(config) or config
        return config

    def get_config(
        self,
        directory: str | None = None,
        x_arg: str | Iterable[str] | None = None,
        opts: Iterable[str] | None = None,
    ) -> Config:
        """Return Alembic's configuration for the migrations folder.

        `x_arg` is added to the ``-x`` arguments of the command line; each name in
        `opts` becomes a true attribute of the configuration's `cmd_opts`.
        """
        from flask import g

        from .runner.config import config_for

        given = [x_arg] if isinstance(x_arg, str) else list(x_arg or ())
        arguments = [*g.get("x_arg", ()), *given]
        config = config_for(str(directory or self._directory()), arguments, opts or ())
        return self.call_configure_callbacks(config)

    def _directory(self) -> str:
        """Return the folder of the current application, which may share this object with others."""
        from flask import current_app

        state = current_app.extensions.get("migrate") if current_app else None
        return state.directory if state is not None and state.migrate is self else self.directory


class MigrateState:
    """`app.extensions['migrate']`: what env.py files of every release read."""

    def __init__(self, migrate: Migrate, app: Flask) -> None:
        self.migrate = migrate
        self.directory = migrate.directory
        self._app = app
        self._db = migrate.db
        self._engine = migrate.engine
        self._metadata = migrate.metadata
        self.own_configure_args = dict(migrate.alembic_ctx_kwargs)
        self._source: Source | None = None

    @property
    def db(self) -> Any:
        """The application's database object; inside env.py, a view that answers all of them."""
        running = self._running()
        return self._db if running is None else running.database

    @property
    def configure_args(self) -> dict[str, Any]:
        """The arguments for `context.configure()`; inside env.py, this run's own copy."""
        running = self._running()
        return self.own_configure_args if running is None else running.configure_args

    @property
    def metadata(self) -> Any:
        """The models, where the env.py files of 0.1 and 1.0 look for them."""
        return self.db.metadata

    @property
    def source(self) -> Source:
        """Where the models and the databases are found."""
        if self._source is None:
            from .runner.sources import Source

            db = self._app.extensions.get("sqlalchemy") if self._db is None else self._db
            metadata = self._metadata
            if metadata is None:
                metadata = self.own_configure_args.get("target_metadata")
            self._source = Source(db, self._engine, metadata, self._app.config)
        return self._source

    def _running(self) -> context.Environment | None:
        """Return what env.py is given in place of this application's objects, if one runs."""
        running = context.environment.get()
        if running is None:
            return None
        return running.of_application(self.source, self.own_configure_args)
