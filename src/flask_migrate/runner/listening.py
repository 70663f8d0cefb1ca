"""Listens to the events of one connection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import event
from sqlalchemy.exc import InvalidRequestError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection


def listen(connection: Connection, name: str, handler: Callable[..., Any]) -> Callable[[], None]:
    """Call `handler` at an event of a connection; return what ends that.

    The older releases of SQLAlchemy 2.0 know no events of a single connection
    once their asynchronous part is loaded. There the engine is listened to.
    """

    def of_this(other: Any, *arguments: Any) -> None:
        if other is connection:
            handler(other, *arguments)

    return _listen(connection, name, of_this)


def change(connection: Connection, name: str, handler: Callable[..., Any]) -> Callable[[], None]:
    """Do the same with an event whose handler returns what is executed instead."""

    def of_this(other: Any, *arguments: Any) -> Any:
        return handler(other, *arguments) if other is connection else arguments[:3]

    return _listen(connection, name, of_this, retval=True)


def _listen(
    connection: Connection, name: str, handler: Callable[..., Any], **options: Any
) -> Callable[[], None]:
    target: Any = connection
    try:
        event.listen(target, name, handler, **options)
    except InvalidRequestError:
        target = connection.engine
        event.listen(target, name, handler, **options)
    return lambda: event.remove(target, name, handler)
