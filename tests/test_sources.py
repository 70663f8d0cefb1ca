"""Models and databases from every library: Flask-SQLAlchemy and Lite, SQLModel, MetaData, async."""

from __future__ import annotations

import asyncio

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

import flask_migrate
from flask_migrate import Migrate, errors

ASYNC_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
TEMPLATES = ("flask", "aioflask")


@pytest.fixture
def folder(tmp_path):
    return str(tmp_path / "migrations")


def some_metadata(*names: str) -> sa.MetaData:
    metadata = sa.MetaData()
    for name in names:
        sa.Table(name, metadata, sa.Column("id", sa.Integer, primary_key=True))
    return metadata


def run_the_main_job(app: Flask, url: str, expected: set[str], **init: object) -> None:
    """Take an application through init, migrate, upgrade, check, downgrade."""
    with app.app_context():
        flask_migrate.init(**init)
        flask_migrate.migrate()
        assert len(flask_migrate.upgrade().steps) >= 1
        assert tables_at(url) == expected | {"alembic_version"}
        assert flask_migrate.migrate().revisions == ()
        flask_migrate.check()
        flask_migrate.downgrade()
        assert tables_at(url) == {"alembic_version"}


def tables_at(url: str) -> set[str]:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    return {name for name in sa.inspect(engine).get_table_names() if not name.endswith("_log")}


def test_plain_metadata_with_an_engine(database_url, folder):
    app = Flask(__name__)
    engine = sa.create_engine(database_url, poolclass=sa.NullPool)
    Migrate(app, some_metadata("a"), directory=folder, engine=engine)
    run_the_main_job(app, database_url, {"a"})


def test_plain_metadata_with_a_url(database_url, folder):
    app = Flask(__name__)
    Migrate(app, some_metadata("a"), directory=folder, engine=database_url)
    run_the_main_job(app, database_url, {"a"})


def test_plain_metadata_with_the_url_of_the_configuration(sqlite_url, folder):
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = sqlite_url
    Migrate(app, some_metadata("a"), directory=folder)
    run_the_main_job(app, sqlite_url, {"a"})


def test_several_metadata(sqlite_url, folder):
    app = Flask(__name__)
    models = [some_metadata("a"), some_metadata("b")]
    Migrate(app, models, directory=folder, engine=sqlite_url)
    run_the_main_job(app, sqlite_url, {"a", "b"})


def test_a_declarative_base(sqlite_url, folder):
    class Base(DeclarativeBase):
        pass

    class User(Base):
        __tablename__ = "user"
        id: Mapped[int] = mapped_column(primary_key=True)

    app = Flask(__name__)
    Migrate(app, Base, directory=folder, engine=sqlite_url)
    run_the_main_job(app, sqlite_url, {"user"})


def test_sqlmodel(sqlite_url, folder):
    sqlmodel = pytest.importorskip("sqlmodel")

    class Base(sqlmodel.SQLModel, registry=sa.orm.registry()):
        pass

    class Hero(Base, table=True):
        id: int = sqlmodel.Field(primary_key=True)
        name: str

    app = Flask(__name__)
    Migrate(app, Base, directory=folder, engine=sqlite_url)
    run_the_main_job(app, sqlite_url, {"hero"})


@pytest.mark.parametrize("given", ["metadata", "target_metadata"])
def test_flask_sqlalchemy_lite(sqlite_url, folder, given):
    lite = pytest.importorskip("flask_sqlalchemy_lite")
    app = Flask(__name__)
    app.config["SQLALCHEMY_ENGINES"] = {"default": {"url": sqlite_url, "poolclass": sa.NullPool}}
    db = lite.SQLAlchemy(app)
    Migrate(app, db, directory=folder, **{given: some_metadata("a")})
    run_the_main_job(app, sqlite_url, {"a"})


def test_flask_sqlalchemy_lite_without_models_says_what_to_pass(sqlite_url, folder):
    lite = pytest.importorskip("flask_sqlalchemy_lite")
    app = Flask(__name__)
    app.config["SQLALCHEMY_ENGINES"] = {"default": {"url": sqlite_url, "poolclass": sa.NullPool}}
    Migrate(app, lite.SQLAlchemy(app), directory=folder)
    with app.app_context():
        flask_migrate.init()
        with pytest.raises(errors.SourceError, match=r"metadata=Base\.metadata"):
            flask_migrate.migrate()


def test_binds_of_flask_sqlalchemy_lite(new_database, folder):
    lite = pytest.importorskip("flask_sqlalchemy_lite")
    app = Flask(__name__)
    urls = {"default": new_database("sqlite"), "other": new_database("sqlite")}
    app.config["SQLALCHEMY_ENGINES"] = {
        name: {"url": url, "poolclass": sa.NullPool} for name, url in urls.items()
    }
    models = {None: some_metadata("a"), "other": some_metadata("b")}
    Migrate(app, lite.SQLAlchemy(app), directory=folder, metadata=models)
    run_the_main_job(app, urls["other"], {"b"}, multidb=True)
    assert tables_at(urls["default"]) == {"alembic_version"}


def test_binds_of_plain_metadata(new_database, folder):
    app = Flask(__name__)
    urls = {None: new_database("sqlite"), "other": new_database("sqlite")}
    models = {None: some_metadata("a"), "other": some_metadata("b")}
    Migrate(app, models, directory=folder, engine=urls, metadata=models)
    run_the_main_job(app, urls["other"], {"b"}, multidb=True)


def test_no_database_at_all_says_what_to_set(folder):
    app = Flask(__name__)
    Migrate(app, some_metadata("a"), directory=folder)
    with app.app_context():
        flask_migrate.init()
        with pytest.raises(errors.SourceError, match="SQLALCHEMY_DATABASE_URI"):
            flask_migrate.migrate()


@pytest.fixture(params=sorted(ASYNC_DRIVERS))
def async_urls(request, new_database):
    """Return the URL of an empty database for an asynchronous and for a usual driver."""
    url = sa.make_url(new_database(request.param))
    driver = ASYNC_DRIVERS[request.param]
    asynchronous = url.set(drivername=driver, query={})
    return [u.render_as_string(hide_password=False) for u in (asynchronous, url)]


@pytest.mark.parametrize("template", TEMPLATES)
def test_an_asynchronous_engine(async_urls, folder, template):
    asynchronous, usual = async_urls
    app = Flask(__name__)
    engine = create_async_engine(asynchronous, poolclass=sa.NullPool)
    Migrate(app, some_metadata("a"), directory=folder, engine=engine)
    run_the_main_job(app, usual, {"a"}, template=template)


@pytest.mark.parametrize("template", TEMPLATES)
def test_an_asynchronous_engine_while_an_event_loop_runs(async_urls, folder, template):
    asynchronous, usual = async_urls
    app = Flask(__name__)
    Migrate(app, some_metadata("a"), directory=folder, engine=asynchronous)

    async def main() -> None:
        run_the_main_job(app, usual, {"a"}, template=template)

    asyncio.run(main())


def test_asynchronous_binds(new_database, folder):
    urls = {None: new_database("sqlite"), "other": new_database("sqlite")}
    engines = {key: url.replace("sqlite:", "sqlite+aiosqlite:") for key, url in urls.items()}
    models = {None: some_metadata("a"), "other": some_metadata("b")}
    app = Flask(__name__)
    Migrate(app, models, directory=folder, engine=engines, metadata=models)
    run_the_main_job(app, urls["other"], {"b"}, template="aioflask-multidb")


def test_sql_from_an_asynchronous_engine(sqlite_url, folder):
    app = Flask(__name__)
    engine = sqlite_url.replace("sqlite:", "sqlite+aiosqlite:")
    Migrate(app, some_metadata("a"), directory=folder, engine=engine)
    with app.app_context():
        flask_migrate.init(template="aioflask")
        flask_migrate.migrate()
        assert "CREATE TABLE a" in flask_migrate.upgrade(sql=True).sql


def test_the_usual_engine_works_while_an_event_loop_runs(sqlite_url, folder):
    app = Flask(__name__)
    Migrate(app, some_metadata("a"), directory=folder, engine=sqlite_url)

    async def main() -> None:
        run_the_main_job(app, sqlite_url, {"a"})

    asyncio.run(main())
