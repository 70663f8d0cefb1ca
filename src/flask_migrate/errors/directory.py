"""The migrations folder: missing, not empty, not writable."""

from __future__ import annotations

from typing import ClassVar

from .base import MigrateError


class DirectoryError(MigrateError):
    """Something is wrong with the migrations folder."""

    sentence: ClassVar[str]

    def __init__(self, directory: str, **words: str) -> None:
        self.directory = directory
        super().__init__(self.sentence.format(directory=directory, **words))


class DirectoryMissing(DirectoryError):
    """There is no migrations folder, or it has no env.py."""

    sentence = (
        "There is no migrations folder at '{directory}' (no env.py in it). "
        "Create it with: flask db init; or name the right one with -d."
    )


class DirectoryNotEmpty(DirectoryError):
    """`init` would write into a folder that has something in it."""

    sentence = (
        "Directory {directory} already exists and is not empty. Nothing was changed. "
        "Choose another folder with -d, or remove this one first."
    )


class DirectoryNotWritable(DirectoryError):
    """The migrations folder cannot be written."""

    sentence = (
        "Directory {directory} cannot be written ({reason}). Nothing was changed. "
        "Give this user the right to write there, or choose another folder with -d."
    )

    def __init__(self, directory: str, reason: str = "Permission denied") -> None:
        self.reason = reason
        super().__init__(directory, reason=reason)
