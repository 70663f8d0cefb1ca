"""A small application in the test's own process: Flask, Flask-SQLAlchemy, Flask-Migrate."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from flask_migrate import Migrate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

Models = "Callable[[SQLAlchemy], object]"


def user(db: SQLAlchemy) -> type[Any]:
    """Define a table of two columns."""

    class User(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        name = db.Column(db.String(64))

    return User


def nothing(db: SQLAlchemy) -> None:
    """Define no table."""


@contextmanager
def application(
    url: str,
    directory: object,
    models: Callable[[SQLAlchemy], object] = user,
    *,
    binds: Mapping[str, Any] | None = None,
    **options: Any,
) -> Iterator[Flask]:
    """Make an application for a database, in its context; dispose of its engines in the end."""
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_BINDS"] = dict(binds or {})
    db = SQLAlchemy(app)
    models(db)
    Migrate(app, db, directory=str(directory), **options)
    with app.app_context():
        try:
            yield app
        finally:
            for engine in db.engines.values():
                engine.dispose()


def tables(app: Flask, bind: str | None = None) -> set[str]:
    """Return the names of the tables in the application's database, without our log."""
    from sqlalchemy import inspect

    names = inspect(app.extensions["sqlalchemy"].engines[bind]).get_table_names()
    return {name for name in names if not name.endswith("_log")}
