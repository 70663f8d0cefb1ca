"""What env.py finds at `app.extensions['migrate'].db` during a run.

The object that the application gave, with the names that the env.py files of
every release ask for, whatever library the object comes from.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any

from flask_migrate.context import environment

from .configure import ConfigureArguments
from .sources import is_async_engine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .sources import Models, Source


@dataclass(frozen=True)
class View:
    """What env.py and script.py.mako are given in place of the application's own objects."""

    source: Source
    configure_args: ConfigureArguments
    database: DatabaseView
    asynchronous: bool
    _others: dict[int, View] = field(default_factory=dict)

    @classmethod
    def of(
        cls, source: Source, configure_args: dict[str, Any], *, asynchronous: bool = False
    ) -> View:
        """Make the view of one run: its own copy of the arguments, its own engines."""
        database = DatabaseView(source, asynchronous=asynchronous)
        return cls(source, ConfigureArguments(configure_args), database, asynchronous)

    def of_application(self, source: Source, configure_args: dict[str, Any]) -> View:
        """Return this view, or that of an application which env.py created for itself."""
        if source is self.source:
            return self
        if id(source) not in self._others:
            other = View.of(source, configure_args, asynchronous=self.asynchronous)
            self._others[id(source)] = other
        return self._others[id(source)]

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Let `app.extensions['migrate']` answer from this view, inside the block."""
        token = environment.set(self)
        try:
            yield
        finally:
            environment.reset(token)


class DatabaseView:
    """The application's `db`, answering what old and new env.py files ask."""

    def __init__(self, source: Source, *, asynchronous: bool) -> None:
        self._source = source
        self._asynchronous = asynchronous

    def __getattr__(self, name: str) -> Any:
        return getattr(self._source.db, name)

    @property
    def metadata(self) -> Models:
        """The models of the main database."""
        return self._source.metadata()

    @property
    def metadatas(self) -> Mapping[str | None, Models]:
        """The models of every bind; None is the main database."""
        return _Lookup(self._source.metadata, (None, *self._source.bind_names))

    @property
    def engine(self) -> Any:
        """The main database."""
        return self._engine(None)

    @property
    def engines(self) -> Mapping[str | None, Any]:
        """Every database by its bind key; None is the main one."""
        return _Lookup(self._engine, tuple(self._source.engines))

    def bind_names(self) -> list[str]:
        """Return the bind keys beside the main database."""
        return list(self._source.bind_names)

    def get_engine(self, *arguments: Any, **options: Any) -> Any:
        """Return an engine, called in any of the ways that env.py files do.

        `get_engine()`, `get_engine(bind=x)`, `get_engine(bind_key=x)`,
        `get_engine(current_app, x)` and `get_engine(app=current_app, bind=x)`.
        """
        keys = [a for a in arguments if a is None or isinstance(a, str)]
        bind = options.get("bind_key", options.get("bind", next(iter(keys), None)))
        return self._engine(bind)

    def _engine(self, bind: str | None) -> Any:
        engine = self._source.engine(bind)
        if not is_async_engine(engine):
            return engine
        isolated = import_module("flask_migrate.runner.asynchronous").isolated(engine)
        return isolated if self._asynchronous else isolated.sync_engine


class _Lookup(Mapping[Any, Any]):
    """A mapping whose values are looked up when they are asked for."""

    def __init__(self, value_of: Any, keys: tuple[str | None, ...]) -> None:
        self._value_of = value_of
        self._keys = keys

    def __getitem__(self, key: str | None) -> Any:
        if key not in self._keys:
            raise KeyError(key)
        return self._value_of(key)

    def __iter__(self) -> Iterator[str | None]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)
