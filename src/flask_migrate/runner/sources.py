"""Where the models and the databases of an application are found, whatever library holds them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Engine, MetaData, NullPool, create_engine, make_url

from flask_migrate.databases.drivers import engine_created
from flask_migrate.errors import SourceError, listed

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    AnyEngine = Engine | AsyncEngine
    Models = MetaData | Sequence[MetaData]

_DEFAULT_KEYS = (None, "", "default")


@dataclass(frozen=True)
class Source:
    """The models and databases of one application, by bind key; None is the main database.

    `db` is a Flask-SQLAlchemy, Flask-SQLAlchemy-Lite or Alchemical object, a declarative
    base, `SQLModel`, a `MetaData` or several. `engine` and `metadata`, where given,
    win over what `db` has; both may be mappings by bind key.
    """

    db: Any
    engine_given: Any
    metadata_given: Any
    config: Mapping[str, Any] = field(repr=False)
    _created: dict[str, AnyEngine] = field(default_factory=dict, repr=False)

    @property
    def engines(self) -> dict[str | None, AnyEngine]:
        """Every database by its bind key, the main one first."""
        found = self._engines_found()
        if None not in found:
            raise SourceError(
                "No database is known. Set SQLALCHEMY_DATABASE_URI in the configuration, "
                "or pass engine= to Migrate(...)."
            )
        return {None: found[None], **found}

    @property
    def bind_names(self) -> tuple[str, ...]:
        """The bind keys beside the main database."""
        return tuple(key for key in self.engines if key is not None)

    def engine(self, bind: str | None = None) -> AnyEngine:
        """Return the engine of a bind; raises SourceError where there is none."""
        key = _key(bind)
        if key not in self.engines:
            raise SourceError(f"There is no bind '{bind}'. Known: {listed(self.bind_names)}.")
        return self.engines[key]

    def metadata(self, bind: str | None = None) -> Models:
        """Return the models of a bind; empty MetaData where it has none."""
        key = _key(bind)
        by_bind = self._metadata_by_bind
        if key in by_bind:
            return by_bind[key]
        if key is not None:
            return MetaData()
        raise SourceError(
            "No models are known. Pass the MetaData of your models: "
            "Migrate(app, db, metadata=Base.metadata)."
        )

    def _engines_found(self) -> dict[str | None, AnyEngine]:
        found = self.engine_given
        if found is None:
            found = self._engines_of_db()
        if found is None:
            found = self._urls_configured()
        return _by_key(found, self._engine)

    def _engines_of_db(self) -> Any:
        if isinstance(getattr(self.db, "engines", None), Mapping):
            return {**getattr(self.db, "async_engines", {}), **self.db.engines}
        if hasattr(self.db, "get_engine"):
            names = self.db.bind_names() if hasattr(self.db, "bind_names") else ()
            return {None: self.db.get_engine(), **{n: self.db.get_engine(bind=n) for n in names}}
        return getattr(self.db, "engine", None)

    def _engine(self, value: Any) -> AnyEngine:
        if isinstance(value, Engine) or is_async_engine(value):
            return value  # type: ignore[no-any-return]
        given = dict(value) if isinstance(value, Mapping) else {"url": value}
        with engine_created(given["url"]):
            url = make_url(given.pop("url"))
            name = url.render_as_string(hide_password=False)
            if name not in self._created:
                self._created[name] = _create(url, given)
        return self._created[name]

    def _urls_configured(self) -> dict[str | None, Any]:
        urls = dict(self.config.get("SQLALCHEMY_BINDS") or {})
        if self.config.get("SQLALCHEMY_DATABASE_URI"):
            urls[None] = self.config["SQLALCHEMY_DATABASE_URI"]
        return urls

    @property
    def _metadata_by_bind(self) -> dict[str | None, Models]:
        for candidate in (self.metadata_given, getattr(self.db, "metadatas", None)):
            if candidate is not None:
                return _by_key(candidate, lambda models: models)
        if isinstance(self.db, (MetaData, Sequence)):
            return {None: self.db}
        found = getattr(self.db, "metadata", None)
        return {} if found is None else {None: found}


def is_async_engine(engine: Any) -> bool:
    """Return whether this is an engine whose driver is awaited, be it an AsyncEngine or not."""
    return bool(getattr(getattr(engine, "dialect", None), "is_async", False))


def _by_key(value: Any, convert: Any) -> dict[str | None, Any]:
    if isinstance(value, Mapping):
        return {_key(key): convert(item) for key, item in value.items()}
    return {None: convert(value)}


def _key(bind: str | None) -> str | None:
    return None if bind in _DEFAULT_KEYS else bind


def _create(url: URL, options: dict[str, Any]) -> AnyEngine:
    in_memory = url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:")
    if not in_memory:
        options.setdefault("poolclass", NullPool)
    if url.get_dialect().is_async:
        asynchronous = import_module("flask_migrate.runner.asynchronous")
        engine: AsyncEngine = asynchronous.create_engine(url, options)
        return engine
    return create_engine(url, **options)
