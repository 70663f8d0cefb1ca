"""Logging on the command line: quiet, unless ``-v`` or a changed alembic.ini asks for more."""

from __future__ import annotations

import logging.config
from configparser import ConfigParser, Error, RawConfigParser
from importlib import import_module
from pathlib import Path
from typing import Final

from flask import current_app

_TEMPLATE: Final = Path(__file__).parent.parent / "templates" / "flask" / "alembic.ini.mako"
_PREFIXES: Final = ("logger", "handler", "formatter")
_OWN_LOGGER: Final = "logger_flask_migrate"

Sections = dict[str, dict[str, str]]


def set_up(directory: str | None, *, verbose: bool) -> None:
    """Set logging up as the folder's alembic.ini says, where the user wants to see it."""
    state = current_app.extensions.get("migrate")
    path = Path(directory or getattr(state, "directory", None) or "migrations") / "alembic.ini"
    if path.is_file() and (verbose or _changed(path)):
        import_module("alembic.autogenerate")  # logs that it was imported: before, nobody hears
        logging.config.fileConfig(_parsed(path), disable_existing_loggers=False)


def _parsed(path: Path) -> ConfigParser:
    parser = ConfigParser({"here": path.parent.absolute().as_posix()})
    parser.read(path, encoding="utf-8")
    return parser


def _changed(path: Path) -> bool:
    """Return whether the logging sections differ from those that any release has written."""
    sections = _logging_sections(path)
    return bool(sections) and sections not in _shipped()


def _shipped() -> tuple[Sections, Sections]:
    """Return the sections as written since 2.7.0, and before, without a logger of our own."""
    newer = _logging_sections(_TEMPLATE)
    older = {name: values for name, values in newer.items() if name != _OWN_LOGGER}
    return newer, older | {"loggers": {"keys": "root,sqlalchemy,alembic"}}


def _logging_sections(path: Path) -> Sections:
    parser = RawConfigParser()
    try:
        parser.read(path, encoding="utf-8")
    except Error:
        return {}
    names = [name for name in parser.sections() if name.startswith(_PREFIXES)]
    return {name: dict(parser.items(name)) for name in names}
