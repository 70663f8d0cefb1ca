"""The passwords that this process knows, kept out of everything it shows."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from flask import current_app

from flask_migrate.databases.passwords import hidden, passwords_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flask import Flask


def without_passwords(text: str, application: Flask | None = None) -> str:
    """Return a text without any password of an application, its engines or the environment.

    The application is the current one, where none is given.
    """
    return hidden(text, passwords_in(*_places(application)))


def _environment() -> Mapping[str, str]:
    """Return the environment as it is now; it is decoded anew only where it has changed."""
    if not os.supports_bytes_environ:
        return dict(os.environ)
    return _decoded(tuple(os.environb.items()))


@lru_cache(maxsize=1)
def _decoded(items: tuple[tuple[bytes, bytes], ...]) -> Mapping[str, str]:
    return {os.fsdecode(name): os.fsdecode(value) for name, value in items}


def _places(application: Flask | None) -> Iterator[Any]:
    yield _environment()
    application = application or (current_app or None)
    if application is None:
        return
    yield application.config
    state = application.extensions.get("migrate")
    if state is not None:
        with suppress(Exception):  # an engine that cannot be made has no password to hide
            yield [engine.url for engine in state.source.engines.values()]
