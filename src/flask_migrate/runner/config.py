"""Alembic's Config, made for one application's migrations folder."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alembic.config import Config as AlembicConfig
from sqlalchemy import URL, make_url

from flask_migrate.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .sources import Source

TEMPLATES = Path(__file__).parent.parent / "templates"


class Config(AlembicConfig):
    """The configuration that env.py reads; templates come from this package."""

    def __init__(self, *args: Any, template_directory: str | None = None, **options: Any) -> None:
        self.template_directory = template_directory
        super().__init__(*args, **options)

    def get_template_directory(self) -> str:
        """Return the folder whose folders are the templates of `init`."""
        return self.template_directory or str(TEMPLATES)


def config_for(directory: str, x_arg: Iterable[str] = (), flags: Iterable[str] = ()) -> Config:
    """Make the configuration for a migrations folder, with ``-x`` arguments and flags set."""
    config = Config(str(Path(directory) / "alembic.ini"))
    config.cmd_opts = argparse.Namespace(x=list(x_arg), quiet=True, **dict.fromkeys(flags, True))
    config.set_main_option("script_location", directory.replace("%", "%%"))
    return config


def config_for_new(directory: str, template_directory: str) -> Config:
    """Make the configuration for a migrations folder that does not exist yet."""
    config = Config(template_directory=template_directory or None)
    config.set_main_option("script_location", directory.replace("%", "%%"))
    config.config_file_name = str(Path(directory) / "alembic.ini")
    return config


def accept_application_urls(config: AlembicConfig, source_in_use: Callable[[], Source]) -> None:
    """Let env.py write the application's URLs into the configuration as it finds them.

    The env.py files before 2.7.0 copy `SQLALCHEMY_DATABASE_URI` or `str(engine.url)`
    into ``sqlalchemy.url`` and make an engine from it. The first may be relative to
    another folder or have a bare ``%``, the second hides the password; both become
    the URL of the engine of the application that is current then.
    """
    write = config.set_section_option

    def set_section_option(section: str, name: str, value: Any) -> None:
        if name == "sqlalchemy.url":
            bind = None if section == config.config_ini_section else section
            value = _escaped(_known_urls(source_in_use(), bind).get(_text(value), _text(value)))
        write(section, name, value)

    config.set_section_option = set_section_option  # type: ignore[method-assign]


def _known_urls(source: Source, bind: str | None) -> dict[str, str]:
    """Map each way to write a bind's URL to the URL that its engine really has."""
    try:
        url = source.engine(bind).url
    except SourceError:
        return {}
    key = "SQLALCHEMY_DATABASE_URI"
    configured = (source.config.get("SQLALCHEMY_BINDS") or {}).get(bind, source.config.get(key))
    real = _rendered(url)
    return dict.fromkeys((str(url), _text(configured), real), real)


def _text(url: Any) -> str:
    """Return a URL as text; binds may be mappings that hold one, `%` may be doubled."""
    if isinstance(url, dict):
        return _text(url.get("url"))
    if hasattr(url, "render_as_string"):
        return str(url.render_as_string(hide_password=False))
    return str(url).replace("%%", "%")


def _rendered(url: URL) -> str:
    """Return a URL as text from which the same URL is made."""
    text = url.render_as_string(hide_password=False)
    if make_url(text) != url:  # older releases of SQLAlchemy 2.0 leave a % as it is
        name, password = (str(part or "").replace("%", "%25") for part in url[1:3])
        text = url.set(username=name, password=password).render_as_string(hide_password=False)
    return text


def _escaped(url: str) -> str:
    return url.replace("%", "%%")
