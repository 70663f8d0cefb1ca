"""Applications that cannot be loaded: what `flask db` says, in a process of its own.

Flask loads the application; Flask-Migrate can explain what goes wrong from the moment
that it is imported there.
"""

import pytest
import sqlalchemy as sa

from tests.databases.process import free_port
from tests.errors.project import Project
from tests.errors.told import sentence_in

IMPORTS = """\
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from flask_migrate import Migrate, migrating

db = SQLAlchemy()
"""
WORKING = """\
app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
db.init_app(app)
Migrate(app, db)
"""
NOT_LOADED = "The application cannot be loaded"
VERBOSE = "For the traceback, add --verbose."
PROBLEMS = {
    "name error": (
        "app = Flsk(__name__)",
        f"{NOT_LOADED}: NameError: name 'Flsk' is not defined, in app.py line 6. {VERBOSE}",
    ),
    "name error in a factory": (
        "def create_app():\n    return Flsk(__name__)",
        f"{NOT_LOADED}: NameError: name 'Flsk' is not defined, in app.py line 7. {VERBOSE}",
    ),
    "syntax error in another module": (
        "import models",
        f"{NOT_LOADED}: '(' was never closed (models.py, line 2).",
    ),
    "missing module": (
        "import nothing_of_that_name",
        (
            f"{NOT_LOADED}: ModuleNotFoundError: No module named 'nothing_of_that_name', "
            f"in app.py line 6. {VERBOSE}"
        ),
    ),
    "missing module in a factory": (
        "def create_app():\n    import nothing_of_that_name",
        (
            f"{NOT_LOADED}: ModuleNotFoundError: No module named 'nothing_of_that_name', "
            f"in app.py line 7. {VERBOSE}"
        ),
    ),
    "missing name": (
        "from app_parts import nothing",
        (
            f"{NOT_LOADED}: ImportError: cannot import name 'nothing' from 'app_parts' "
            f"({{folder}}/app_parts.py), in app.py line 6. {VERBOSE}"
        ),
    ),
    "no URL": (
        "app = Flask(__name__)\ndb.init_app(app)",
        (
            f"{NOT_LOADED}: RuntimeError: Either 'SQLALCHEMY_DATABASE_URI' or 'SQLALCHEMY_BINDS' "
            f"must be set, in app.py line 7. {VERBOSE}"
        ),
    ),
    "no application": (
        "",
        (
            "Failed to find Flask application or factory in module 'app'. "
            "Use 'app:name' to specify one."
        ),
    ),
    "never initialised": (
        (
            "app = Flask(__name__)\napp.config['SQLALCHEMY_DATABASE_URI'] = 'sqlite://'\n"
            "db.init_app(app)\nmigrate = Migrate()"
        ),
        (
            "Flask-Migrate is not initialised for this application. "
            "Add Migrate(app, db), or migrate.init_app(app, db) in the application factory."
        ),
    ),
}
URLS = {
    "postgres://u:the-Secret@h/d": (
        "SQLAlchemy knows no database 'postgres': write postgresql:// in the database's URL. "
        "Where others provide it: url.replace('postgres://', 'postgresql://', 1)."
    ),
    "postgersql://u:the-Secret@h/d": (
        "SQLAlchemy knows no database 'postgersql', which the database's URL begins with. "
        "Did you mean postgresql://?"
    ),
    "postgresql+psycopg7://u:the-Secret@h/d": (
        "SQLAlchemy has no driver 'psycopg7' for postgresql. "
        "Correct postgresql+psycopg7:// in the database's URL."
    ),
    "the-Secret": (
        "The database's URL cannot be read. "
        "It looks like this: postgresql+psycopg2://<user>:<password>@<host>/<database>"
    ),
    "postgresql+psycopg2://u:the-Secret@h/d": (
        "The database driver 'psycopg2' is not installed. Type: pip install 'psycopg2-binary'."
    ),
    "mysql+pymysql://u:the-Secret@h/d": (
        "The database driver 'pymysql' is not installed. Type: pip install 'PyMySQL'."
    ),
    "mysql://u:the-Secret@h/d": (
        "The database driver 'MySQLdb' is not installed. Type: pip install 'mysqlclient'."
    ),
    "postgresql+pg8000://u:the-Secret@h/d": (
        "The database driver 'pg8000' is not installed. Type: pip install 'pg8000'."
    ),
}
UNINSTALLED = (
    "import sys\nfor n in ('psycopg2', 'psycopg', 'pymysql', 'MySQLdb'): sys.modules[n] = None\n"
)


@pytest.fixture
def broken(bare_project):
    """A folder in which the modules lie that the applications above import."""
    bare_project.write("models.py", "x = 1\ny = (\n")
    bare_project.write("app_parts.py", "")
    return bare_project


def told(project, text, *arguments, **variables):
    """Type `flask db upgrade` for an application that cannot be loaded."""
    project.write("app.py", text)
    before = project.state()
    run = project.process("db", "upgrade", *arguments, **variables)
    assert project.state() == before
    assert "the-Secret" not in run.out + run.err
    return run


@pytest.mark.parametrize(("text", "sentence"), PROBLEMS.values(), ids=PROBLEMS)
def test_what_is_wrong_is_told_with_its_place(broken, text, sentence):
    run = told(broken, IMPORTS + text)
    assert sentence_in(run) == sentence.format(folder=broken.folder)


@pytest.mark.parametrize(("url", "sentence"), URLS.items())
def test_a_url_that_makes_no_engine_is_told_with_what_to_write_or_install(
    bare_project, url, sentence
):
    run = told(bare_project, UNINSTALLED + IMPORTS + WORKING.replace("sqlite://", url))
    assert sentence_in(run) == f"{NOT_LOADED}, in app.py line 10: {sentence}"


@pytest.mark.parametrize("url", [next(iter(URLS)), list(URLS)[-1]])
def test_it_is_told_the_same_way_in_a_factory(bare_project, url):
    lines = WORKING.replace("sqlite://", url).splitlines()
    factory = "\n    ".join(["def create_app():", *lines])
    run = told(bare_project, UNINSTALLED + IMPORTS + factory)
    assert sentence_in(run) == f"{NOT_LOADED}, in app.py line 11: {URLS[url]}"


def test_where_another_driver_is_installed_the_url_for_it_is_named(bare_project):
    url = "mysql+mysqldb://u:the-Secret@h/d"
    run = told(bare_project, IMPORTS + WORKING.replace("sqlite://", url))
    assert sentence_in(run).endswith(
        "Type: pip install 'mysqlclient'; "
        "or write mysql+pymysql:// in the URL, whose driver is installed."
    )


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("--verbose", "import nothing_of_that_name"),
        ("-v", "nothing_of_that_name()"),
        ("MIGRATE_TRACEBACK", "nothing_of_that_name()"),
        ("app.config", "import nothing_of_that_name"),
        ("app.config", "nothing_of_that_name()"),
    ],
)
def test_a_traceback_is_shown_where_it_is_asked_for(bare_project, asked, text):
    config = "app = Flask(__name__)\napp.config['MIGRATE_TRACEBACK'] = True\n"
    options = [asked] if asked.startswith("-") else []
    variables = {asked: "1"} if asked.isupper() else {}
    text = IMPORTS + (config if asked == "app.config" else "") + text
    run = told(bare_project, text, *options, **variables)
    assert "Traceback (most recent call last):" in run.err
    assert run.err.count("Error: The application cannot be loaded: ") == 1
    assert run.code == 1


def test_a_password_is_hidden_in_the_traceback_and_in_what_a_driver_says(bare_project):
    text = """
def connect(url): raise RuntimeError(f"no {url}, no p@ss/the-Secret, no p%40ss%2Fthe-Secret")
app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = "postgresql://u:p%40ss%2Fthe-Secret@h/d"
connect("postgresql://u:p%40ss%2Fthe-Secret@h/d")
"""
    run = told(bare_project, IMPORTS + text, "--verbose")
    assert "RuntimeError: no postgresql://u:***@h/d, no ***, no ***" in run.err


def test_a_password_of_the_environment_is_hidden_as_well(bare_project):
    text = "raise RuntimeError('it says the-Secret')"
    run = told(bare_project, IMPORTS + text, DATABASE_URL="postgresql://u:the-Secret@h/d")
    assert "RuntimeError: it says ***, in app.py line 6" in sentence_in(run)


def test_a_group_of_another_name_is_told(bare_project):
    renamed = WORKING.replace("Migrate(app, db)", "Migrate(app, db, command='database')")
    assert sentence_in(told(bare_project, IMPORTS + renamed), code=2) == (
        "This application's migrations are run with 'flask database', as in: flask database upgrade"
    )


@pytest.mark.parametrize("kind", ["sqlite", "postgresql", "mariadb"])
def test_a_query_while_the_application_loads_is_told_with_the_guard(tmp_path, new_database, kind):
    project = Project(tmp_path, new_database(kind))
    factory = f"""
def create_app():
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = {project.url!r}
    db.init_app(app)
    Migrate(app, db)
    with app.app_context():
        {{guard}}db.session.execute(db.text("SELECT title FROM post"))
    return app
"""
    run = told(project, IMPORTS + factory.format(guard=""))
    assert sentence_in(run) == (
        "The application queries the database while it loads, in app.py line 13, "
        "and the table does not exist yet: SELECT title FROM post. "
        "Guard the query with: if not flask_migrate.migrating():"
    )
    assert sa.make_url(project.url).password not in run.err.split()
    project.write("app.py", IMPORTS + factory.format(guard="if not migrating(): "))
    assert project.process("db", "init").code == 0


def test_a_database_that_is_away_while_the_application_loads_is_told(bare_project):
    url = f"postgresql+psycopg2://u:the-Secret@127.0.0.1:{free_port()}/d"
    query = "with app.app_context():\n    db.session.execute(db.text('SELECT 1'))\n"
    run = told(bare_project, IMPORTS + WORKING.replace("sqlite://", url) + query)
    assert sentence_in(run) == (
        "The application connects to its database while it loads, in app.py line 11, "
        "and cannot: Connection refused. "
        "Start the server, or correct host and port in the database's URL."
    )


def test_migrating_is_true_from_the_first_line_of_a_db_command_on(bare_project):
    line = "open('seen.txt', 'a').write(f'{migrating()} ')\n"
    bare_project.write("app.py", IMPORTS + line + WORKING + line)
    for words in (["db", "heads"], ["routes"], ["--app", "app", "db", "--help"]):
        bare_project.process(*words)
    seen = (bare_project.folder / "seen.txt").read_text()
    assert seen == "True True False False True True "


def test_without_an_application_flask_says_how_to_name_it(bare_project):
    run = bare_project.process("db", "upgrade")
    assert run.code == 2
    assert "Traceback" not in run.err
    assert "Could not locate a Flask application. Use the 'flask --app' option" in run.err


def test_what_fails_before_flask_migrate_is_imported_is_told_by_python(bare_project):
    run = told(bare_project, "nothing_of_that_name()\n" + IMPORTS + WORKING)
    assert run.code == 1
    assert run.err.endswith("NameError: name 'nothing_of_that_name' is not defined\n")
