"""Models that were not imported, and drops that can only be a mistake: no file is written."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

import flask_migrate
from flask_migrate import events
from flask_migrate.errors import DifferencesFound, DropsRefused, ModelsNotImported
from tests.autogenerate.packages import Packages, packages

__all__ = ["packages"]

APP = """
from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


def create_app(url):
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_BINDS"] = {"other": "sqlite://"}
    db.init_app(app)
    Migrate(app, db, directory="migrations")
    return app
"""


def model(name: str, *lines: str, base: str = "db.Model", key: bool = True) -> str:
    """Return the source of a model."""
    body = ["id = db.Column(db.Integer, primary_key=True)"] * key + list(lines)
    return f"class {name}({base}):\n    " + "\n    ".join(body or ["pass"]) + "\n"


class Shop:
    """A package with an application, and a database that outlives the process it is run in."""

    def __init__(self, packages: Packages, url: str, **init: object) -> None:
        self.packages = packages
        self.url = url
        self.write("__init__", APP)
        self.run(flask_migrate.init, **init)

    def write(self, name: str, text: str, imports: str = "from shop import db\n") -> None:
        self.packages.write(f"shop/{name}.py", (imports if name != "__init__" else "") + text)

    def import_(self, *names: str) -> None:
        """Have the application import some of its modules."""
        self.write("__init__", APP + "".join(f"from shop import {name}\n" for name in names))

    def run(self, command, **options):
        """Call a function of the API, as in a process of its own."""
        self.packages.forget()
        app = self.packages.load("shop").create_app(self.url)
        with app.app_context():
            try:
                return command(**options)
            finally:
                for engine in app.extensions["sqlalchemy"].engines.values():
                    engine.dispose()

    def migrated(self, *names: str) -> None:
        """Import some modules, and take the database to their models."""
        self.import_(*names)
        self.run(flask_migrate.migrate)
        self.run(flask_migrate.upgrade)

    def type(self, *arguments: str):
        """Type `flask db ...`."""
        self.packages.forget()
        app = self.packages.load("shop").create_app(self.url)
        result = app.test_cli_runner().invoke(args=["db", *arguments])
        with app.app_context():
            for engine in app.extensions["sqlalchemy"].engines.values():
                engine.dispose()
        return result

    @property
    def files(self) -> list[str]:
        return [path.name for path in (self.packages.folder / "migrations/versions").glob("*.py")]


@pytest.fixture
def shop(packages, sqlite_url):
    return Shop(packages, sqlite_url)


def test_no_model_at_all_names_the_file_that_has_them(shop):
    shop.write("models", model("User"))
    with pytest.raises(ModelsNotImported) as raised:
        shop.run(flask_migrate.migrate)
    assert str(raised.value) == (
        "shop/models.py (user) defines models and was not imported, so there is nothing to compare "
        "the database with. Nothing was written. In shop/__init__.py, below the line that "
        "makes or imports db, add: from shop import models"
    )
    assert raised.value.tables == {"shop/models.py": ("user",)}
    assert shop.files == []


def test_a_flat_folder_is_told_what_to_import(packages, sqlite_url):
    packages.write("exts.py", "from flask_sqlalchemy import SQLAlchemy\ndb = SQLAlchemy()\n")
    packages.write("app.py", APP.replace("db = SQLAlchemy()", "from exts import db"))
    packages.write("models.py", "from exts import db\n" + model("Person"))
    app = packages.load("app").create_app(sqlite_url)
    with app.app_context():
        flask_migrate.init()
        with pytest.raises(ModelsNotImported, match=r"In app\.py, .*: import models$"):
            flask_migrate.migrate()


def test_check_says_it_too(shop):
    shop.write("models", model("User"))
    with pytest.raises(ModelsNotImported):
        shop.run(flask_migrate.check)


def test_an_application_without_any_model_has_no_changes(shop):
    assert shop.run(flask_migrate.migrate).revisions == ()


def test_tables_whose_models_are_no_longer_imported_are_not_dropped(shop):
    for name in ("user", "post", "tag", "city"):
        shop.write(name, model(name.title()))
    shop.migrated("user", "post", "tag", "city")
    shop.import_("user", "post", "city")
    with pytest.raises(ModelsNotImported, match=r"so tag would be dropped") as raised:
        shop.run(flask_migrate.migrate)
    assert (raised.value.lines, raised.value.dropped) == (("from shop import tag",), ("tag",))
    assert len(shop.files) == 1
    with pytest.raises(ModelsNotImported):
        shop.run(flask_migrate.check)


def test_a_script_that_drops_everything_is_not_written(shop):
    shop.write("user", model("User"))
    shop.write("post", model("Post"))
    shop.migrated("user", "post")
    shop.import_()
    with pytest.raises(ModelsNotImported) as raised:
        shop.run(flask_migrate.migrate)
    assert raised.value.lines == ("from shop import post", "from shop import user")
    assert raised.value.dropped == ("post", "user")


def test_allow_drops_drops_what_is_not_imported(shop):
    shop.write("user", model("User"))
    shop.migrated("user")
    shop.import_()
    assert len(shop.run(flask_migrate.migrate, allow_drops=True).changes) == 1


def test_nobody_is_asked_for_a_rename_to_what_is_not_imported(shop):
    shop.write("user", model("User", "name = db.Column(db.String(9))"))
    shop.migrated("user")
    shop.write("person", model("Person", "name = db.Column(db.String(9))"))
    shop.import_("person")
    questions = []
    with pytest.raises(ModelsNotImported):
        shop.run(flask_migrate.migrate, ask=questions.append)
    assert questions == []


def test_a_file_that_is_gone_is_no_reason(shop):
    for name in ("user", "post", "tag"):
        shop.write(name, model(name.title()))
    shop.migrated("user", "post", "tag")
    (shop.packages.folder / "shop/tag.py").unlink()
    shop.import_("user", "post")
    assert len(shop.run(flask_migrate.migrate, no_rename=True).changes) == 1


SEEN = {
    "by its default name": (model("BlogPost"), "blog_post"),
    "by its own name": (model("Post", "__tablename__ = 'posts'"), "posts"),
    "of a declarative base": (
        "from sqlalchemy.orm import DeclarativeBase\nclass Base(DeclarativeBase): pass\n"
        + model("Post", "__tablename__ = 'posts'", base="Base"),
        "posts",
    ),
    "of a base from elsewhere": (model("Post", base="TimedModel"), "post"),
    "of SQLModel": (
        (
            "from sqlmodel import SQLModel, Field\nclass Hero(SQLModel, table=True):\n"
            "    id: int = Field(primary_key=True)\n"
        ),
        "hero",
    ),
    "a table": ("tags = db.Table('tags', db.Column('id', db.Integer))\n", "tags"),
    "a table with its metadata": (
        "import sqlalchemy as sa\nsa.Table('tags', db.metadata, sa.Column('id', sa.Integer))\n",
        "tags",
    ),
    "behind a condition": ("if True:\n    " + model("Post").replace("\n", "\n    "), "post"),
    "of a registry": (
        "@registry.mapped\nclass Post:\n    __tablename__ = 'posts'\n    id = Column()\n",
        "posts",
    ),
}
NOT_MODELS = {
    "a dataclass": "from dataclasses import dataclass\n@dataclass\nclass User:\n    id: int\n",
    "an abstract base": model("Base", "__abstract__ = True", key=False),
    "a mixin": model("StampMixin", "at = db.Column(db.DateTime)", base="object"),
    "a mixin of a mixin": model("StampMixin", "at = db.Column(db.DateTime)", base="Mixin"),
    "a form": "class UserForm(Form):\n    name = StringField()\n",
    "a base": "class Base(DeclarativeBase):\n    pass\n",
    "a table to be printed": "table = Table('users', box=None)\n",
    "in a function": "def f():\n    " + model("User").replace("\n", "\n    "),
    "of another bind": model("User", "__bind_key__ = 'other'"),
    "of a bind that is not known": model("User", "__bind_key__ = BIND"),
    "of another application": "app = Flask(__name__)\n" + model("User"),
    "in a comment": "# class User(db.Model): __tablename__ = 'user'\n",
    "not Python": "class User(db.Model:\n",
}


@pytest.mark.parametrize(("text", "table"), SEEN.values(), ids=SEEN)
def test_a_model_is_seen(shop, text, table):
    shop.write("models", text)
    with pytest.raises(ModelsNotImported) as raised:
        shop.run(flask_migrate.migrate)
    assert raised.value.tables == {"shop/models.py": (table,)}


@pytest.mark.parametrize("text", NOT_MODELS.values(), ids=NOT_MODELS)
def test_what_is_no_model_is_no_reason(shop, text):
    shop.write("models", text)
    assert shop.run(flask_migrate.migrate).revisions == ()


LEFT_OUT = [
    "tests/models",
    "test_models",
    "conftest",
    "migrations/models",
    "examples/models",
    "venv/models",
    ".hidden/models",
    "node_modules/models",
    "lib/site-packages/x/models",
]


@pytest.mark.parametrize("name", LEFT_OUT)
def test_models_of_tests_and_libraries_are_no_reason(shop, name):
    shop.write(name, model("User"))
    assert shop.run(flask_migrate.migrate).revisions == ()


def test_a_virtual_environment_of_any_name_is_left_out(shop):
    shop.packages.write("shop/py/pyvenv.cfg")
    shop.write("py/lib/models", model("User"))
    assert shop.run(flask_migrate.migrate).revisions == ()


def test_a_file_that_cannot_be_read_is_no_reason(shop):
    (shop.packages.folder / "shop/models.py").symlink_to("nowhere.py")
    assert shop.run(flask_migrate.migrate).revisions == ()


def test_a_bind_without_its_models_names_their_file(packages, sqlite_url):
    shop = Shop(packages, sqlite_url, multidb=True)
    shop.write("user", model("User"))
    shop.write("log", model("Entry", "__bind_key__ = 'other'"))
    shop.import_("user")
    with pytest.raises(ModelsNotImported) as raised:
        shop.run(flask_migrate.migrate)
    assert raised.value.tables == {"shop/log.py": ("entry",)}
    shop.import_("user", "log")
    changes = shop.run(flask_migrate.migrate).changes
    assert {change.bind for change in changes} == {None, "other"}


def test_models_in_a_package_of_the_package_are_seen(shop):
    shop.write("blog/__init__", "")
    shop.write("blog/models", model("Post"))
    with pytest.raises(ModelsNotImported) as raised:
        shop.run(flask_migrate.migrate)
    assert raised.value.lines == ("from shop.blog import models",)


def test_the_files_are_read_and_never_run(shop):
    shop.write("models", model("User") + "raise SystemExit\n")
    with pytest.raises(ModelsNotImported):
        shop.run(flask_migrate.migrate)


def test_models_left_out_are_a_hint_where_others_are_there(shop):
    shop.write("user", model("User"))
    shop.write("plugin", model("Plugin"))
    shop.import_("user")
    result = shop.type("migrate")
    hint = (
        "Not compared: shop/plugin.py. It defines models and was not imported: "
        "from shop import plugin"
    )
    assert result.exit_code == 0
    assert result.output.splitlines().count(hint) == 1
    shop.type("upgrade")
    result = shop.type("migrate")
    assert result.output.splitlines() == [hint, "No changes in schema detected."]
    assert shop.type("check").output.count("Not compared") == 0


@pytest.mark.parametrize(("before", "after"), [(5, 2), (3, 1), (2, 0), (1, 0)])
def test_most_tables_are_not_dropped_without_being_asked_to(shop, before, after):
    dropped = shrink(shop, before, after)
    with pytest.raises(DropsRefused) as raised:
        shop.run(flask_migrate.migrate, no_rename=True)
    assert (raised.value.tables, raised.value.known) == (dropped, before)
    assert len(shop.files) == 1
    with pytest.raises(DifferencesFound):
        shop.run(flask_migrate.check)
    written = shop.run(flask_migrate.migrate, no_rename=True, allow_drops=True)
    assert len(written.changes) == len(dropped)


@pytest.mark.parametrize(("before", "after"), [(4, 2), (2, 1), (5, 3)])
def test_half_of_the_tables_or_less_are_dropped(shop, before, after):
    dropped = shrink(shop, before, after)
    assert len(shop.run(flask_migrate.migrate, no_rename=True).changes) == len(dropped)


def shrink(shop, before, after):
    """Take models away; return the tables that are gone."""
    names = [f"t{number}" for number in range(before)]
    shop.write("models", "".join(map(model, names)))
    shop.migrated("models")
    shop.write("models", "".join(map(model, names[:after])) + "# shorter\n")
    return tuple(reversed(names[after:]))


def test_a_table_that_no_revision_made_is_left_alone_and_named_once(shop):
    engine = sa.create_engine(shop.url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE spatial (id INTEGER)")
    shop.write("models", model("User"))
    shop.import_("models")
    sentence = (
        "Left alone: spatial. No model describes it, and no revision has made it; "
        "--drop-unmanaged drops it."
    )
    assert shop.type("migrate").output.splitlines().count(sentence) == 1
    shop.type("upgrade")
    assert "spatial" not in shop.type("check").output
    heard = []
    with events.listening(heard.append):
        assert shop.run(flask_migrate.migrate).revisions == ()
    assert heard == [events.TablesLeftAlone(("spatial",), None)]
    assert "spatial" in str(shop.run(flask_migrate.migrate, drop_unmanaged=True).changes)
