"""Types in an application's own modules: imported where a fresh interpreter can, harmlessly."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.operations.ops import CreateTableOp
from flask import Flask

import flask_migrate
from flask_migrate import Migrate, events
from flask_migrate.autogenerate.imports import proofs
from flask_migrate.autogenerate.imports.imports import TypeRendering
from flask_migrate.autogenerate.imports.spellings import spellings_of
from flask_migrate.autogenerate.imports.trial import Trial
from tests.autogenerate.packages import Packages, packages
from tests.autogenerate.written import written

__all__ = ["packages"]

TYPES = textwrap.dedent("""
    import sqlalchemy as sa

    class Money(sa.TypeDecorator):
        impl = sa.Numeric
        cache_ok = True

        class Cents(sa.TypeDecorator):
            impl = sa.Integer
            cache_ok = True

    class Short(sa.TypeDecorator):
        impl = sa.String
        cache_ok = True

        def __init__(self):
            super().__init__(length=4)

    class Euros(sa.TypeDecorator):
        impl = sa.Numeric
        cache_ok = True

        def __init__(self, currency="EUR", **options):
            super().__init__(**options)
            self.currency = currency

    class Cube(sa.types.UserDefinedType):
        cache_ok = True

        def __init__(self, sides=3):
            self.sides = sides

        def get_col_spec(self, **_):
            return f"CUBE({self.sides})"

    class Secret(sa.TypeDecorator):
        impl = sa.LargeBinary
        cache_ok = True

        def __init__(self, key):
            super().__init__()
            self.key = key

    class Odd(sa.TypeDecorator):
        impl = sa.Date
        cache_ok = True

        def __repr__(self):
            return "<Odd>"

    Renamed = type("Unknown", (sa.TypeDecorator,), {
        "impl": sa.Text, "cache_ok": True, "__module__": __name__
    })
""")

WITH_IMPORT = [
    ("Money(10, 2)", "shop.kinds.Money(precision=10, scale=2)"),
    ("Money.Cents()", "shop.kinds.Money.Cents()"),
    ("Short()", "shop.kinds.Short()"),
    ("Euros(precision=5)", "shop.kinds.Euros(precision=5)"),
    ("Cube(8)", "shop.kinds.Cube(sides=8)"),
    ("Renamed()", "shop.kinds.Renamed()"),
    ("sa.ARRAY(Money(4, 1))", "sa.ARRAY(shop.kinds.Money(precision=4, scale=1))"),
    (
        "sa.Text().with_variant(Short(), 'sqlite')",
        "sa.Text().with_variant(shop.kinds.Short(), 'sqlite')",
    ),
    (
        "Short().with_variant(sa.Text(), 'mysql')",
        "shop.kinds.Short().with_variant(sa.Text(), 'mysql')",
    ),
]
WITHOUT_IMPORT = [
    ("Euros('USD', precision=5)", "sa.Numeric(precision=5)"),
    ("Secret('the key')", "sa.LargeBinary()"),
    ("Odd()", "sa.Date()"),
]


@pytest.fixture
def interpreters(monkeypatch):
    """The interpreters that were started."""
    started = []

    class Counted(subprocess.Popen):
        def __init__(self, *arguments, **options):
            started.append(arguments)
            super().__init__(*arguments, **options)

    monkeypatch.setattr(proofs.subprocess, "Popen", Counted)
    return started


@pytest.fixture
def kinds(packages):
    packages.write("shop/__init__.py")
    packages.write("shop/kinds.py", TYPES)
    return vars(packages.load("shop.kinds"))


@contextmanager
def application(packages, url, *columns):
    """An application with a table of some columns, its folder made."""
    metadata = sa.MetaData()
    key = sa.Column("id", sa.Integer, primary_key=True)
    table = sa.Table("item", metadata, key, *(sa.Column(f"c{n}", c) for n, c in enumerate(columns)))
    app = Flask("shop", root_path=str(packages.folder))
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    Migrate(app, metadata, directory=str(packages.folder / "migrations"), engine=engine)
    with app.app_context():
        flask_migrate.init()
        yield table


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    """What is written for every expression; all are tried at once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(tmp_path_factory.mktemp("rendered")))
        packages = Packages(Path(sys.path[0]))
        packages.write("shop/__init__.py")
        packages.write("shop/kinds.py", TYPES)
        kinds = vars(packages.load("shop.kinds"))
        types = {e: eval(e, kinds) for e, _ in WITH_IMPORT + WITHOUT_IMPORT}
        rendering = TypeRendering()
        columns = [sa.Column("c", type_) for type_ in types.values()]
        rendering.foresee([CreateTableOp("t", columns)], "sqlite")
        found = {e: written(type_, rendering=rendering) for e, type_ in types.items()}
        packages.forget()
    return found


@pytest.mark.parametrize(("expression", "text"), WITH_IMPORT)
def test_a_type_of_the_application_comes_with_its_import(rendered, expression, text):
    result = rendered[expression]
    assert (result.text, result.imports) == (text, ("import shop.kinds",))


@pytest.mark.parametrize(("expression", "text"), WITHOUT_IMPORT)
def test_a_text_that_makes_another_type_is_not_written(rendered, expression, text):
    result = rendered[expression]
    assert (result.text, result.imports) == (text, ())


def test_all_types_of_a_revision_are_tried_in_one_interpreter(
    kinds, packages, sqlite_url, interpreters
):
    columns = [eval(expression, kinds) for expression, _ in WITH_IMPORT + WITHOUT_IMPORT]
    with application(packages, sqlite_url, *(c for c in columns if not isinstance(c, sa.ARRAY))):
        written = flask_migrate.migrate()
        assert written.revisions
    assert len(interpreters) == 1


def test_the_revision_runs_where_nothing_was_imported_before(kinds, packages, sqlite_url):
    with application(packages, sqlite_url, kinds["Money"](10, 2), kinds["Secret"]("key")):
        (path,) = flask_migrate.migrate().paths
        flask_migrate.upgrade()
        flask_migrate.check()
    program = f"import runpy; print(sorted(runpy.run_path({path!r})))"
    run = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True)
    assert run.returncode == 0, run.stderr


def test_what_no_file_can_say_of_a_table_is_left_out(packages, sqlite_url):
    with application(packages, sqlite_url) as table:
        table.info |= {"owner": object(), "renamed_from": "thing", "kinds": (1, None)}
        (path,) = flask_migrate.migrate().paths
        assert "info={'renamed_from': 'thing', 'kinds': (1, None)}" in Path(path).read_text()
        flask_migrate.upgrade()


def test_a_type_of_the_module_that_makes_the_application_is_imported(packages):
    packages.write(
        "shopapp.py",
        """
        import sqlalchemy as sa
        from flask import Flask

        print("starting")
        app = Flask(__name__)

        class Money(sa.TypeDecorator):
            impl = sa.Numeric
            cache_ok = True

        """,
    )
    result = written(packages.load("shopapp").Money(3))
    assert (result.text, result.imports) == ("shopapp.Money(precision=3)", ("import shopapp",))


UNWILLING = {
    "needs what is not there": "import sys\nif 'pytest' not in sys.modules: import nowhere_at_all",
    "ends the process": "import sys\nif 'pytest' not in sys.modules: sys.exit()",
    "ends the process at once": "import os, sys\nif 'pytest' not in sys.modules: os._exit(0)",
    "has the type only sometimes": "import sys\nif 'pytest' not in sys.modules: del Money",
    "needs a terminal": "import sys\nif 'pytest' not in sys.modules: input()",
    "needs another module first": (
        "import sys\nif 'shop.app' not in sys.modules: import shop.app; shop.app.nothing"
    ),
}


@pytest.mark.parametrize("code", UNWILLING.values(), ids=UNWILLING)
def test_a_module_that_cannot_be_imported_alone_is_not_imported(packages, code):
    packages.write("shop/__init__.py")
    packages.write("shop/app.py")
    packages.load("shop.app")
    packages.write("shop/kinds.py", f"{TYPES}\n{code}")
    money = packages.load("shop.kinds").Money(3)
    heard = []
    with events.listening(heard.append):
        result = written(money)
    assert (result.text, result.imports) == ("sa.Numeric(precision=3)", ())
    (event,) = heard
    assert (event.type, event.instead) == ("shop.kinds.Money", "sa.Numeric(precision=3)")


def test_a_module_that_never_comes_to_an_end_is_left_to_itself(packages, monkeypatch):
    monkeypatch.setattr(proofs, "TIME_OUT", 2.0)
    code = "import sys, time\nif 'pytest' not in sys.modules: time.sleep(60)"
    packages.write("kinds_a.py", TYPES)
    packages.write("kinds_b.py", f"{TYPES}\n{code}")
    types = [packages.load(name).Money(3) for name in ("kinds_a", "kinds_b")]
    trials = [trial_of(type_) for type_ in types]
    first, second = proofs.failures_elsewhere(trials)
    assert first is None
    assert second == "its import was not over after 2 s, or ended the interpreter"


def test_what_a_module_prints_goes_nowhere(packages, capfd):
    packages.write(
        "loud.py",
        f"{TYPES}\nimport os, sys\nprint('loud'); print('loud', file=sys.stderr)\n"
        "os.system('echo loud')\n",
    )
    type_ = packages.load("loud").Money(3)
    capfd.readouterr()
    assert written(type_).imports == ("import loud",)
    assert capfd.readouterr() == ("", "")


def test_an_application_that_runs_when_it_is_imported_does_not_run(packages):
    packages.write(
        "runs.py",
        f"{TYPES}\nimport sys\nfrom flask import Flask\n"
        "if 'pytest' not in sys.modules: Flask('runs').run()\n",
    )
    assert written(packages.load("runs").Money(3)).imports == ("import runs",)


def test_a_module_may_ask_whether_a_migration_runs(packages):
    packages.write(
        "asks.py",
        f"{TYPES}\nimport sys\nfrom flask_migrate import migrating\n"
        "if 'pytest' not in sys.modules and not migrating(): del Money\n",
    )
    assert written(packages.load("asks").Money(3)).imports == ("import asks",)


def test_a_module_named_like_something_in_the_file_is_not_imported(packages):
    packages.write("op.py", TYPES)
    result = written(packages.load("op").Money(3))
    assert (result.text, result.imports) == ("sa.Numeric(precision=3)", ())


def trial_of(type_):
    spelling = next(spellings_of(type_))
    return Trial.of(type_, spelling.module, spelling.text, "sqlite")
