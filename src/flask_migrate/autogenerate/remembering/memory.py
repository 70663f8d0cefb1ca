"""What is remembered of the tables of one database that were found as their models want them.

It is kept beside the index of revisions. What it says of a table counts only where both
fingerprints, of the database's rows about it and of its model, are the same again; where it is
lost, damaged, or made by something else, every table is compared.
"""

from __future__ import annotations

import json
import os
import sys
import zlib
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import alembic
import sqlalchemy as sa

from flask_migrate import cache_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from alembic.runtime.migration import MigrationContext

    from flask_migrate.autogenerate.order import Key

PASSING: Final = "flask_migrate_passing"
"""The option of a context whose database will be gone soon, and is not remembered."""
FORMAT: Final = 1
"""Counts up whenever something else is written, or is read otherwise."""
FILES: Final = 32
"""So many databases are remembered for a folder."""
_BYTES: Final = 32_000_000
"""What is longer is not kept."""
_COMPARING: Final = ("autogenerate", "databases")
_ROOT: Final = Path(__file__).parents[2]


@dataclass(frozen=True)
class Entry:
    """What is known of a table that is as its model wants it."""

    print: str
    """The fingerprint of both."""
    has_named_types: bool
    """Whether a column may have an enum or a domain of the database."""
    targets: tuple[Key, ...]
    """The tables that its foreign keys point at."""
    names: tuple[str, ...]
    """Of its constraints and indexes."""


class Memory:
    """The tables of one database as they were remembered."""

    def __init__(self, place: Path | None, made_for: str) -> None:
        self._place = place
        self._made_for = made_for
        self._entries: dict[Key, Entry] | None = None
        self._details = b"[]"
        self.beside: str | None = None
        """The fingerprint of what stood beside the tables when nothing was to be done."""
        self.prints: dict[Key, str] = {}
        with suppress(OSError, ValueError, KeyError, TypeError):
            self._read()

    @classmethod
    def of(cls, context: MigrationContext, settings: str) -> Memory:
        """Return what is remembered of a database, for its settings as they are."""
        connection, script = context.connection, context.script
        assert connection is not None
        url = connection.engine.url.render_as_string(hide_password=True)
        bind = context.opts.get("upgrade_token")
        name = f"tables-{_digest(repr((url, bind, settings)))[:16]}"
        if script is None or context.opts.get(PASSING):
            return cls(None, "")
        try:
            versions = _versions(context.dialect)
        except OSError:  # the code lies in an archive, and nothing tells its version
            return cls(None, "")
        place = cache_file.place_for(script.dir, name)
        return cls(place, _digest(repr((url, bind, settings, versions))))

    @property
    def entries(self) -> dict[Key, Entry]:
        """All that is known, by the tables."""
        if self._entries is None:
            self._entries = self._parsed()
        return self._entries

    def keep(self, entries: Mapping[Key, Entry], beside: str | None) -> None:
        """Remember these tables and no others."""
        if self._place is None or (beside == self.beside and entries == self.entries):
            return
        keys = sorted(entries, key=lambda key: (key[0] or "", key[1]))
        content = [entries[key] for key in keys]
        details = [[int(e.has_named_types), e.targets, e.names] for e in content]
        lines = (keys, [entry.print for entry in content], details)
        rest = b"\n".join(json.dumps(line, separators=(",", ":")).encode() for line in lines)
        header = {"for": self._made_for, "beside": beside, "crc": zlib.crc32(rest)}
        if len(rest) > _BYTES:
            return
        with suppress(OSError), cache_file.replacing(self._place) as file:
            file.write(json.dumps(header).encode() + b"\n" + rest)
        with suppress(OSError):
            _leave(self._place.parent.glob("tables-*.index"))

    def _read(self) -> None:
        if self._place is None:
            return
        first, rest = self._place.read_bytes().split(b"\n", 1)
        header = json.loads(first)
        if header["for"] != self._made_for or header["crc"] != zlib.crc32(rest):
            return
        keys, prints, self._details = rest.split(b"\n")
        pairs = zip(json.loads(keys), json.loads(prints), strict=True)
        self.prints = {(schema, name): print_ for (schema, name), print_ in pairs}
        self.beside = header["beside"]

    def _parsed(self) -> dict[Key, Entry]:
        pairs = zip(self.prints.items(), json.loads(self._details), strict=True)
        return {
            key: Entry(
                print_,
                bool(named),
                tuple((schema, name) for schema, name in targets),
                tuple(names),
            )
            for (key, print_), (named, targets, names) in pairs
        }


def _leave(files: Iterable[Path]) -> None:
    """Remove the files that were written longest ago, of more than there may be."""
    by_age = sorted(files, key=lambda file: file.stat().st_mtime_ns)
    for file in by_age[:-FILES]:
        file.unlink(missing_ok=True)


def _versions(dialect: sa.Dialect) -> tuple[Any, ...]:
    kind: Any = type(dialect)
    driver: Any = dialect.dbapi
    return (
        FORMAT,
        _own_code(),
        sys.version,
        alembic.__version__,
        sa.__version__,
        (kind.__module__, kind.__qualname__, dialect.name, dialect.driver),
        str(getattr(driver, "__version__", None)),
        str(getattr(driver, "sqlite_version", None)),
        dialect.server_version_info,
        dialect.default_schema_name,
        dialect.max_identifier_length,
        dialect.supports_native_enum,
        dialect.supports_native_boolean,
    )


@lru_cache(1)
def _own_code() -> tuple[Any, ...]:
    """Return what tells of another version of the code that compares: sizes and times of files."""
    found = [_ROOT / "column_types.py"]
    for folder in _COMPARING:
        for place, _, names in os.walk(_ROOT / folder):
            found += [Path(place, name) for name in names if name.endswith(".py")]
    return tuple(sorted(map(_stamp, found)))


def _stamp(path: Path) -> tuple[str, int, int]:
    found = path.stat()
    return str(path), found.st_size, found.st_mtime_ns


def _digest(text: str) -> str:
    return blake2b(text.encode(errors="surrogatepass"), digest_size=16).hexdigest()
