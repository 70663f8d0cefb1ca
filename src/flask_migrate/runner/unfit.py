"""What env.py asks for and this application does not have, as an error that says so.

Few env.py files cannot run on every application: those of 2.5.0 to 2.5.2 need
their URLs as strings, those before 3.0.1 need them in the configuration, those
of the aioflask templates need asynchronous drivers.
"""

from __future__ import annotations

import traceback
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask_migrate.errors import EnvironmentUnfit, SourceError

from .execution import awaits
from .sources import is_async_engine

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .environment import MigrationEnvironment
    from .sources import Source

_URL_KEYS = ("SQLALCHEMY_DATABASE_URI", "SQLALCHEMY_BINDS")


@contextmanager
def unfitness_explained(environment: MigrationEnvironment) -> Iterator[None]:
    """Raise EnvironmentUnfit where env.py fails because of what the application is."""
    try:
        yield
    except (AttributeError, TypeError) as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        path = environment.script.env_py_location
        reason = _reason(environment, error)
        if reason is None or Path(last.filename).resolve() != Path(path).resolve():
            raise
        raise EnvironmentUnfit(path, last.lineno or 0, reason) from error


def _reason(environment: MigrationEnvironment, error: Exception) -> str | None:
    source = environment.source
    if awaits(environment.script) and (driver := _waiting_driver(source)):
        return (
            f"awaits its connections, which the driver {driver} cannot do: "
            "use an asynchronous one (sqlite+aiosqlite, postgresql+asyncpg)"
        )
    if name := _not_a_string(source.config, getattr(error, "obj", None), str(error)):
        return f"needs {name} in the configuration to be a string, and it is not"
    return None


def _waiting_driver(source: Source) -> str | None:
    try:
        engines = source.engines.values()
    except SourceError:
        return None
    drivers = (engine.dialect.driver for engine in engines if not is_async_engine(engine))
    return next(drivers, None)


def _not_a_string(config: Mapping[str, Any], handled: Any, complaint: str) -> str | None:
    """Return the name of the value in the configuration that env.py failed to handle."""
    for key in _URL_KEYS:
        value = config.get(key)
        if value is None and "NoneType" in complaint:
            return key
        if handled is not None and value is handled:
            return key
        for bind, url in value.items() if isinstance(value, dict) else ():
            if handled is not None and url is handled:
                return f"{key}[{bind!r}]"
    return None
