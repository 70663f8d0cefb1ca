"""Passwords appear nowhere: not in sentences, tracebacks, JSON or what a driver says."""

import json

import pytest
import sqlalchemy as sa

import flask_migrate
from flask_migrate.databases.passwords import hidden, hidden_url, passwords_in
from tests.errors.project import Project

SECRET = "p@ss/w:o%rd'\"\\ ü"
URL = sa.URL.create("postgresql+psycopg2", "blog", SECRET, "db", 5432, "blog")
TEXT = URL.render_as_string(hide_password=False)
ENCODED = TEXT.split(":")[2].split("@")[0]
WAYS = {
    "plain": SECRET,
    "as in its URL": ENCODED,
    "encoded to the last sign": "p%40ss%2Fw%3Ao%25rd%27%22%5C%20%C3%BC",
    "encoded in small letters": "p%40ss%2fw%3ao%25rd%27%22%5c%20%c3%bc",
    "as in a form": "p%40ss%2Fw%3Ao%25rd%27%22%5C+%C3%BC",
    "as Python writes it": repr(SECRET)[1:-1],
    "as JSON writes it": json.dumps(SECRET)[1:-1],
    "doubled for alembic.ini": ENCODED.replace("%", "%%"),
    "the whole URL": TEXT,
}
MANAGED = """\
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from flask_migrate import Migrate

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = {url!r}
app.config["SQLALCHEMY_ECHO"] = True
db = SQLAlchemy(app)
Migrate(app, db)
"""


@pytest.mark.parametrize("form", WAYS.values(), ids=WAYS)
def test_a_known_password_is_hidden_in_every_form(form):
    said = hidden(f"before {form} after", passwords_in(URL))
    assert said.startswith("before ")
    assert said.endswith(" after")
    assert "***" in said
    for piece in ("ss/w", "ss%2", "o%rd", "o%25"):
        assert piece not in said


@pytest.mark.parametrize(
    ("url", "shown"),
    {
        "postgresql://u:secret@h/d": "postgresql://u:***@h/d",
        "postgresql://u:se@cr@et@h/d": "postgresql://u:***@h/d",
        "postgresql://u:se/cr:et@h/d": "postgresql://u:***@h/d",
        "postgresql://h/d?user=u&password=secret&x=1": ("postgresql://h/d?user=u&password=***&x=1"),
        "mysql://u:secret@h/d?ssl_key_passwd=other": "mysql://u:***@h/d?ssl_key_passwd=***",
        "u:secret@h/d": "u:***@h/d",
        "postgresql://u@h/d": "postgresql://u@h/d",
        "sqlite:////tmp/a:b/c.db": "sqlite:////tmp/a:b/c.db",
    }.items(),
)
def test_a_url_is_shown_without_its_password(url, shown):
    assert hidden_url(url) == shown


def test_a_url_object_is_shown_without_the_password_in_its_query():
    url = sa.make_url("postgresql://h/d?password=secret")
    assert "secret" not in hidden_url(url)


@pytest.mark.parametrize(
    "config",
    [
        {"SQLALCHEMY_DATABASE_URI": TEXT},
        {"SQLALCHEMY_DATABASE_URI": URL},
        {"SQLALCHEMY_BINDS": {"other": {"url": TEXT}}},
        {"SQLALCHEMY_ENGINE_OPTIONS": {"connect_args": {"password": SECRET}}},
        {"DB_PASSWORD": SECRET},
        {"DB_PWD": SECRET},
    ],
    ids=lambda config: next(iter(config)),
)
def test_a_password_is_found_wherever_it_is_configured(config):
    assert SECRET in passwords_in(config)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://blog:blog@h/d",
        "postgresql://u:localhost@localhost/d",
        "postgresql://u:blog@h/blog",
        "postgresql://u:postgres@h/d",
    ],
)
def test_a_word_that_is_also_a_name_is_no_secret(url):
    sentence = "postgresql says: user blog at localhost has no database blog"
    assert hidden(sentence, passwords_in(url)) == sentence
    assert hidden_url(url).count("***") == 1


def test_a_short_password_is_hidden_as_a_word_only():
    passwords = passwords_in("postgresql://u:on@h/d")
    assert hidden("connection on port, 'on'", passwords) == "connection *** port, '***'"


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
def test_nothing_shows_the_password_of_a_run_however_verbose(tmp_path, new_database, kind):
    project = Project(tmp_path, new_database(kind))
    project.write("app.py", MANAGED.format(url=project.url))
    project.init().revision("first", upgrade="pass")
    project.write("migrations/env.py", (project.migrations / "env.py").read_text() + LEAK)
    run = project.process("db", "--verbose", "upgrade")
    assert run.code == 1
    assert "Traceback" in run.err
    assert f"RuntimeError: I am {hidden_url(project.url).split('?')[0]}" in run.err
    assert sa.make_url(project.url).password not in run.out + run.err


LEAK = """
url = migrate.db.engine.url
raise RuntimeError(f"I am {url.render_as_string(hide_password=False)} with {url.password!r}")
"""


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
def test_json_shows_no_password(tmp_path, new_database, kind):
    project = Project(tmp_path, new_database(kind)).init()
    url = sa.make_url(project.url)
    project.revision("first", message=f"for {url.password} and {project.url}")
    assert project.db("upgrade").code == 0
    for command in ("current", "history", "heads", "show", "check"):
        run = project.db(command, "--json")
        json.loads(run.out)
        assert url.password not in run.out + run.err
    place = json.loads(project.db("current", "--json").out)[0]
    assert place["database"] == hidden_url(url)


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
def test_results_in_python_show_no_password(tmp_path, new_database, kind):
    project = Project(tmp_path, new_database(kind)).init()
    project.revision("first")
    with project.context():
        applied = flask_migrate.upgrade()
    assert sa.make_url(project.url).password not in repr(applied)
