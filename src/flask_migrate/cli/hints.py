"""What is worth knowing about a new revision, each told in one line."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from flask_migrate import events

from . import console, outcomes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SHOWN: Final = 5


@contextmanager
def told(*kinds: type[events.Event]) -> Iterator[None]:
    """Tell what happens inside the block; of some kinds of events, or of all."""

    def tell(event: events.Event) -> None:
        if not kinds or isinstance(event, kinds):
            _tell(event)

    with events.listening(tell):
        yield


def _tell(event: events.Event) -> None:
    if isinstance(event, events.TablesLeftAlone):
        one = len(event.tables) == 1
        bind = f" of bind '{event.bind}'" if event.bind else ""
        console.say(
            f"Left alone{bind}: {_some(event.tables)}. No model describes "
            f"{'it' if one else 'them'}, and no revision has made {'it' if one else 'them'}; "
            f"--drop-unmanaged drops {'it' if one else 'them'}."
        )
    elif isinstance(event, events.ModelsLeftOut):
        one = len(event.paths) == 1
        files = _some([outcomes.relative(path) for path in event.paths])
        console.say(
            f"Not compared: {files}. {'It defines' if one else 'They define'} models and "
            f"{'was' if one else 'were'} not imported: {'; '.join(event.lines[:_SHOWN])}"
        )
    elif isinstance(event, events.ChangeLeftOut):
        console.say(f"Not written: {event.change}, as {event.reason}.")
    elif isinstance(event, events.ScratchRefused):
        bind = f" of bind '{event.bind}'" if event.bind else ""
        console.say(
            f"Compared as Alembic does it, which sees less: {_some(event.tables)}. "
            f"There may be no scratch place on the database{bind}: {event.reason}. Grant the "
            "right to create schemas or temporary tables (PostgreSQL), "
            "or databases (MariaDB, MySQL)."
        )
    elif isinstance(event, events.ExtensionMissing):
        bind = f" of bind '{event.bind}'" if event.bind else ""
        console.say(
            f"Compared as Alembic does it, which sees less: {event.table}. The database{bind} "
            f"says: {event.reason}. Where an extension brings it, create that before it is used: "
            'op.execute("CREATE EXTENSION ...")'
        )
    elif isinstance(event, events.TypeReplaced):
        console.say(f"{event.type} is written as {event.instead}, as {event.reason}.")


def _some(names: Sequence[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
