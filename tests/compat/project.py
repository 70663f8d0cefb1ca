"""An application with a migrations folder of some release, and what is in its databases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

import flask_migrate
from flask_migrate import Migrate
from tests.compat.generations import GENERATIONS, Generation

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ASYNC_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}


class Today:
    """The folders that this release makes."""

    templates = ("flask", "flask-multidb", "aioflask", "aioflask-multidb")

    def __str__(self) -> str:
        return "today"

    def write(self, template: str, folder: Path) -> None:
        app = Flask(__name__)
        Migrate(app)
        with app.app_context():
            flask_migrate.init(folder, template=template)


EVERY_GENERATION = (*GENERATIONS, Today())


@dataclass(frozen=True)
class Project:
    """An application in `place`, its folder ``migrations`` there, its databases by bind key."""

    app: Flask
    place: Path
    urls: dict[str | None, str]

    @property
    def revision_files(self) -> list[str]:
        return sorted(path.name for path in (self.place / "migrations/versions").glob("*.py"))

    @property
    def env_py(self) -> Path:
        return self.place / "migrations" / "env.py"

    def tables(self, bind: str | None = None) -> set[str]:
        engine = sa.create_engine(self.urls[bind], poolclass=sa.NullPool)
        return {name for name in sa.inspect(engine).get_table_names() if not name.endswith("_log")}


def make_project(
    place: Path,
    generation: Generation | Today,
    template: str,
    urls: dict[str | None, str],
    bind_written: Callable[[str], object] = str,
    **options: Any,
) -> Project:
    """Make a project for databases that are there; `options` go to `Migrate`.

    `bind_written` makes of a bind's URL what stands in the configuration.
    """
    app = Flask(__name__, instance_path=str(place / "instance"), root_path=str(place))
    configured = {bind: bind_written(url) if bind else url for bind, url in urls.items()}
    set_up(app, template, configured, **options)
    generation.write(template, place / "migrations")
    return Project(app, place, urls)


def set_up(app: Flask, template: str, urls: dict[str | None, Any], **options: Any) -> None:
    """Give an application models, databases and `Migrate`.

    For aioflask's folders the models are plain and the drivers asynchronous,
    for any other they are Flask-SQLAlchemy's.
    """
    if template.startswith("aioflask"):
        engines = {bind: asynchronous(url) for bind, url in urls.items()}
        Migrate(app, metadata=plain_models(), engine=engines, **options)
    else:
        Migrate(app, flask_sqlalchemy(app, urls), **options)


def flask_sqlalchemy(app: Flask, urls: dict[str | None, Any]) -> SQLAlchemy:
    """Set Flask-SQLAlchemy up for an application, a table for each bind."""
    app.config["SQLALCHEMY_DATABASE_URI"] = urls[None]
    app.config["SQLALCHEMY_BINDS"] = {bind: url for bind, url in urls.items() if bind}
    db = SQLAlchemy(app, engine_options={"poolclass": sa.NullPool})

    class User(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        name = db.Column(db.String(64), nullable=False, unique=True)

    if "other" in urls:

        class Other(db.Model):
            __bind_key__ = "other"
            id = db.Column(db.Integer, primary_key=True)

    return db


def plain_models() -> dict[str | None, sa.MetaData]:
    """Return the same tables without Flask-SQLAlchemy."""
    main, other = sa.MetaData(), sa.MetaData()
    name = sa.Column("name", sa.String(64), nullable=False, unique=True)
    sa.Table("user", main, sa.Column("id", sa.Integer, primary_key=True), name)
    sa.Table("other", other, sa.Column("id", sa.Integer, primary_key=True))
    return {None: main, "other": other}


def asynchronous(url: str) -> str:
    """Return a URL with the asynchronous driver in place of the usual one."""
    made = sa.make_url(url)
    driver = ASYNC_DRIVERS[made.get_backend_name()]
    return made.set(drivername=driver).render_as_string(hide_password=False)


def binds_of(template: str) -> tuple[str | None, ...]:
    """Return the bind keys of an application with a folder of this template."""
    return (None, "other") if template.endswith("multidb") else (None,)
