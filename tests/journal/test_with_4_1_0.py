"""With the log off, a folder and a database go back and forth between this and 4.1.0."""

import os
import subprocess
import sys
from importlib import metadata

import pytest
import sqlalchemy as sa

from tests.databases.fixtures import do_without
from tests.journal.programs import environment
from tests.script.genuine import GenuineMissing, python_with

APP = """
import os
from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["URL"]
app.config["MIGRATE_LOG"] = False
db = SQLAlchemy(app)
Migrate(app, db)


class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(64))
    for column in os.environ.get("COLUMNS_MORE", "").split():
        vars()[column] = db.Column(db.Integer)
"""
SAME = ("flask", "flask-sqlalchemy", "sqlalchemy", "alembic", "psycopg2-binary")


@pytest.fixture(scope="module")
def genuine():
    """The Python of an environment in which 4.1.0 is installed, with the other packages of here."""
    pins = {"flask-migrate": "4.1.0"} | {name: metadata.version(name) for name in SAME}
    try:
        return str(python_with(pins, "migrate-4.1.0", pins["alembic"], pins["sqlalchemy"]))
    except GenuineMissing as missing:
        do_without(f"No genuine Flask-Migrate 4.1.0: {missing}")


@pytest.fixture
def typed(database_url, tmp_path):
    """Type commands here and there, in one folder and on one database."""
    (tmp_path / "app.py").write_text(APP)
    url = database_url

    def type_in(python, words, more=""):
        here = environment() if python == sys.executable else dict(os.environ)
        if python != sys.executable:
            here.pop("PYTHONPATH", None)
        done = subprocess.run(
            [python, "-m", "flask", "db", *words.split()],
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
            env={**here, "URL": url, "COLUMNS_MORE": more},
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    type_in.url = url
    return type_in


@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
def test_what_one_began_the_other_goes_on_with(typed, genuine):
    here = sys.executable
    typed(here, "init")
    typed(here, "migrate -m first")
    typed(here, "upgrade")
    typed(genuine, "check")
    assert "(head)" in typed(genuine, "current")
    typed(genuine, "downgrade")
    typed(here, "upgrade")

    typed(genuine, "migrate -m second", "age")
    typed(here, "upgrade", "age")
    typed(genuine, "check", "age")

    typed(here, "migrate -m third", "age size")
    typed(genuine, "upgrade", "age size")
    typed(here, "check", "age size")
    assert "(head)" in typed(here, "current")
    typed(here, "downgrade base")
    typed(genuine, "upgrade", "age size")
    typed(genuine, "downgrade base")
    assert tables(typed.url) == {"alembic_version"}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_folder_that_4_1_0_made_and_a_database_that_it_upgraded_are_taken_over(typed, genuine):
    here = sys.executable
    typed(genuine, "init")
    typed(genuine, "migrate -m first")
    typed(genuine, "upgrade")
    typed(here, "check")
    typed(here, "migrate -m second", "age")
    typed(genuine, "upgrade", "age")
    typed(here, "stamp base")
    typed(genuine, "stamp head", "age")
    typed(here, "check", "age")
    assert tables(typed.url) == {"alembic_version", "user"}


def tables(url):
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    return set(sa.inspect(engine).get_table_names())
