"""The index of revisions: what each file says of itself, remembered and never believed blindly.

What is remembered of a file counts where the file has not been touched since, as
its size, times and inode tell; where these may deceive or differ, where its
content is the same. Everything else is read again.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import index_file
from .head import Head, read_head
from .history import History
from .listing import list_files
from .script import Script

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic.script import ScriptDirectory

    from .index_file import IndexFile
    from .listing import Listing, Stamp


@dataclass(frozen=True)
class Known:
    """What is known of one file; `head` is None where it has to be executed."""

    stamp: Stamp
    hash: str
    head: Head | None
    sure: bool = True


class Index:
    """The revision files of an opened folder."""

    def __init__(self, folder: ScriptDirectory) -> None:
        recursive = folder.recursive_version_locations
        self.listing: Listing = list_files(folder._version_locations, recursive=recursive)  # noqa: SLF001 # Alembic has no public way
        self._place = index_file.place_for(folder.dir)
        self._found = index_file.read(self._place)
        self._read: list[Known] = []

    def history(self) -> History | None:
        """Return the history as it was kept; None where the files have to be looked at."""
        found = self._found
        if found is None or found.listing != self.listing.digest or not self._proved(found):
            return None
        columns = Columns(found, self.listing.paths)
        return History(
            columns.revisions,
            columns.parents,
            columns.labels,
            columns.dependencies,
            columns.script,
            is_proved=True,
        )

    def heads(self) -> Iterator[tuple[str, Head | None]]:
        """Yield each file's path and head."""
        before = dict(_known(self._found)) if self._found else {}
        for path, stamp in zip(self.listing.paths, self.listing.stamps, strict=True):
            known = _looked_at(path, stamp, before.get(path))
            self._read.append(known)
            yield path, known.head

    def keep(self) -> None:
        """Keep what was read of a sound history."""
        index_file.write(self._place, self.listing, _columns(self._read))

    def _proved(self, found: IndexFile) -> bool:
        """Return whether the files that may have changed unseen are as they were."""
        hashes = found.column("hashes")
        if None in found.column("revisions"):
            return False
        same = all(
            _hash(_content(self.listing.paths[number])) == hashes[number] for number in found.unsure
        )
        if same and found.unsure:
            index_file.write(
                self._place, self.listing, {name: found.column(name) for name in found.lines}
            )
        return same


class Columns:
    """What was kept, as columns; the docstrings are read when one is asked for."""

    def __init__(self, found: IndexFile, paths: list[str]) -> None:
        self._found = found
        self._paths = paths
        self._docs: list[str] | None = None
        self.revisions: list[str] = found.column("revisions")
        self.parents: list[Any] = found.column("parents")
        self.labels = _sparse(found.column("labels"))
        self.dependencies = _sparse(found.column("dependencies"))

    def script(self, number: int) -> Script:
        """Make the script of a revision."""
        if self._docs is None:
            self._docs = self._found.column("docs")
        head = Head(
            self.revisions[number],
            _names(self.parents[number]),
            self.labels.get(number),
            self.dependencies.get(number),
            self._docs[number],
        )
        return Script(self._paths[number], head)


def _looked_at(path: str, stamp: Stamp, before: Known | None) -> Known:
    if before is not None and before.sure and before.stamp == stamp:
        return before
    content = _content(path)
    digest = _hash(content)
    if before is not None and before.hash == digest:
        return Known(stamp, digest, before.head)
    return Known(stamp, digest, None if content is None else read_head(content, path))


def _content(path: str) -> bytes | None:
    try:
        return Path(path).read_bytes()
    except OSError:
        return None


def _hash(content: bytes | None) -> str:
    return "" if content is None else blake2b(content, digest_size=16).hexdigest()


def _columns(read: list[Known]) -> dict[str, Any]:
    heads = [known.head for known in read]
    return {
        "revisions": [head and head.revision for head in heads],
        "parents": [head and head.down_revision for head in heads],
        "labels": {
            n: head.branch_labels for n, head in enumerate(heads) if head and head.branch_labels
        },
        "dependencies": {
            n: head.depends_on for n, head in enumerate(heads) if head and head.depends_on
        },
        "docs": [head.doc if head else "" for head in heads],
        "stamps": [known.stamp for known in read],
        "hashes": [known.hash for known in read],
    }


def _known(found: IndexFile) -> Iterator[tuple[str, Known]]:
    columns = [found.column(name) for name in ("revisions", "parents", "docs", "stamps", "hashes")]
    labels, dependencies = _sparse(found.column("labels")), _sparse(found.column("dependencies"))
    unsure = set(found.unsure)
    for number, (path, *row) in enumerate(zip(found.paths, *columns, strict=True)):
        revision, parents, doc, stamp, digest = row
        head = None
        if revision is not None:
            others = labels.get(number), dependencies.get(number)
            head = Head(revision, _names(parents), *others, doc)
        yield path, Known(tuple(stamp), digest, head, number not in unsure)


def _sparse(column: dict[str, Any]) -> dict[int, tuple[str, ...]]:
    return {int(n): (v,) if isinstance(v, str) else tuple(v) for n, v in column.items()}


def _names(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
