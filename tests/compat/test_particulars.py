"""What broke folders of one release or another: URLs, passwords, binds, configure()."""

from __future__ import annotations

import contextvars
import re
import secrets
import sys
from types import SimpleNamespace
from urllib.parse import quote

import alembic.command
import pytest
import sqlalchemy as sa
from alembic.config import Config
from flask import Flask, current_app

import flask_migrate
from flask_migrate import Migrate, errors
from tests.compat.generations import R0_1, R1_1, R1_5, R2_5, R4_0_5
from tests.compat.project import (
    EVERY_GENERATION,
    Today,
    binds_of,
    make_project,
    plain_models,
    set_up,
)

PASSWORD = "p%40ss:w/o@r%d"


def folders(*templates, but=()):
    return pytest.mark.parametrize(
        ("generation", "template"),
        [
            pytest.param(generation, template, id=f"{generation}-{template}")
            for generation in EVERY_GENERATION
            if generation not in but
            for template in generation.templates
            if template in templates
        ],
    )


every_folder = folders("flask", "flask-multidb", "aioflask", "aioflask-multidb")
synchronous = folders("flask", "flask-multidb")


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def make(tmp_path, new_database):
    """Make a project on new SQLite files."""

    def make(generation, template, **options):
        urls = {bind: new_database("sqlite") for bind in binds_of(template)}
        return make_project(tmp_path, generation, template, urls, **options)

    return make


def apply_models(project):
    """Bring the databases to the models; return the statements as SQL."""
    with project.app.app_context():
        flask_migrate.migrate()
        flask_migrate.upgrade()
        applied = flask_migrate.upgrade(sql=True)
        assert flask_migrate.migrate().revisions == ()
    return applied.sql + "".join((project.place / file).read_text() for file in applied.files)


@every_folder
def test_arguments_of_migrate_are_used_with_a_database_and_with_sql(make, generation, template):
    project = make(generation, template, version_table="my_versions")
    sql = apply_models(project)
    assert all("my_versions" in project.tables(bind) for bind in project.urls)
    assert "my_versions" in sql
    assert "alembic_version" not in sql


@folders("flask", "flask-multidb", but=(R0_1, R1_1, R1_5))  # they hand over no arguments
def test_an_argument_may_stand_beside_the_splatted_ones(make, generation, template):
    project = make(generation, template)
    text = project.env_py.read_text()
    splat = r"(\*\*(migrate\.configure_args|arguments),)"
    text, count = re.subn(splat, r"compare_type=True, \1", text)
    assert count >= 1
    project.env_py.write_text(text)
    apply_models(project)
    assert "user" in project.tables()


@synchronous
def test_a_relative_sqlite_file_is_found_where_flask_sqlalchemy_keeps_it(
    tmp_path, generation, template
):
    urls = {bind: f"sqlite:///{bind}.db" for bind in binds_of(template)}
    project = make_project(tmp_path, generation, template, urls)
    apply_models(project)
    places = {file.relative_to(tmp_path).as_posix() for file in tmp_path.rglob("*.db")}
    assert places == {f"instance/{bind}.db" for bind in urls}


@pytest.fixture(params=["postgresql", "mariadb"])
def account(request, new_database):
    """Give databases to an account whose password looks like other parts of a URL."""
    server = request.getfixturevalue(f"{request.param}_server")
    name = f"test_{secrets.token_hex(4)}"
    owned = []

    def give():
        url = sa.make_url(new_database(request.param))
        grant = (
            f"ALTER DATABASE {url.database} OWNER TO {name}"
            if request.param == "postgresql"
            else f"GRANT ALL ON {url.database}.* TO {name}"
        )
        run(server, grant)
        owned.append(url.database)
        text = url.set(username=name, password="secret").render_as_string(hide_password=False)
        return text.replace("secret", quote(PASSWORD, safe=""))

    by = "PASSWORD" if request.param == "postgresql" else "IDENTIFIED BY"
    run(server, f"CREATE USER {name} {by} '{PASSWORD}'")
    yield give
    for database in owned if request.param == "postgresql" else ():
        run(server, f"ALTER DATABASE {database} OWNER TO CURRENT_USER")
        with sa.create_engine(
            server.url.set(database=database), poolclass=sa.NullPool
        ).begin() as c:
            c.execute(sa.text(f"DROP OWNED BY {name}"))
    run(server, f"DROP USER {name}")


def run(server, statement):
    with server.engine.connect() as connection:
        connection.exec_driver_sql(statement.replace("%", "%%"))


@synchronous
def test_a_password_reaches_the_driver_whole(tmp_path, account, generation, template):
    urls = {bind: account() for bind in binds_of(template)}
    project = make_project(tmp_path, generation, template, urls)
    sql = apply_models(project)
    assert all("alembic_version" in project.tables(bind) for bind in urls)
    assert PASSWORD not in sql


def mapping(url):
    return {"url": url}


@folders("flask-multidb", but=(R2_5,))
def test_binds_may_be_mappings(make, generation, template):
    project = make(generation, template, bind_written=mapping)
    apply_models(project)
    assert project.tables("other") == {"alembic_version", "other"}


@every_folder
def test_env_py_may_make_an_application_of_its_own(
    make, monkeypatch, new_database, generation, template
):
    project = make(generation, template)
    urls = {bind: new_database("sqlite") for bind in project.urls}
    own = Flask("own")
    set_up(own, template, urls, version_table="own_versions")
    monkeypatch.setitem(sys.modules, "own_application", SimpleNamespace(app=own))
    body = project.env_py.read_text().replace("\n", "\n    ")
    project.env_py.write_text(
        f"from own_application import app\nwith app.app_context():\n    {body}\n"
    )
    apply_models(project)
    assert not any(project.tables(bind) for bind in urls)
    for bind, url in urls.items():
        engine = sa.create_engine(url, poolclass=sa.NullPool)
        assert "own_versions" in sa.inspect(engine).get_table_names(), bind


def test_env_py_may_also_be_run_by_alembic_itself(make, monkeypatch):
    project = make(Today(), "flask")
    monkeypatch.setitem(sys.modules, "project", SimpleNamespace(app=project.app))
    push = "import flask, project\nflask.current_app or project.app.app_context().push()\n"
    project.env_py.write_text(push + project.env_py.read_text())
    apply_models(project)
    ini = project.place / "migrations/alembic.ini"
    ini.write_text(ini.read_text().replace("[alembic]", "[alembic]\nscript_location = migrations"))

    def without_flask():
        alembic.command.downgrade(Config(str(ini)), "base")
        assert project.tables() == {"alembic_version"}
        alembic.command.upgrade(Config(str(ini)), "head")

    assert not current_app
    contextvars.copy_context().run(without_flask)
    with project.app.app_context():
        assert flask_migrate.migrate().revisions == ()


def test_a_folder_that_needs_strings_says_which_value_is_none(make):
    project = make(R2_5, "flask-multidb", bind_written=mapping)
    with (
        project.app.app_context(),
        pytest.raises(
            errors.EnvironmentUnfit, match=r"env\.py line \d+ .*SQLALCHEMY_BINDS\['other'\]"
        ),
    ):
        flask_migrate.migrate()


@pytest.mark.parametrize("template", ["flask", "flask-multidb"])
def test_a_folder_that_needs_the_configuration_says_what_is_missing_there(
    tmp_path, sqlite_url, template
):
    app = Flask(__name__)
    Migrate(app, metadata=plain_models(), engine=sqlite_url, directory=tmp_path / "migrations")
    R2_5.write(template, tmp_path / "migrations")
    with (
        app.app_context(),
        pytest.raises(errors.EnvironmentUnfit, match="SQLALCHEMY_DATABASE_URI"),
    ):
        flask_migrate.current()


@pytest.mark.parametrize("template", ["aioflask", "aioflask-multidb"])
def test_a_folder_that_awaits_says_that_the_driver_does_not(tmp_path, sqlite_url, template):
    app = Flask(__name__)
    Migrate(app, metadata=plain_models(), engine=sqlite_url, directory=tmp_path / "migrations")
    R4_0_5.write(template, tmp_path / "migrations")
    with (
        app.app_context(),
        pytest.raises(errors.EnvironmentUnfit, match="the driver pysqlite cannot"),
    ):
        flask_migrate.current()
