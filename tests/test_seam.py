"""The seam under env.py: what it fills in, what env.py decides, threads, repeated runs."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

import flask_migrate
from flask_migrate import Migrate
from tests.application import application, tables, user


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "migrations"


def write_env(folder: Path, configure: str, *, prelude: str = "") -> None:
    """Write an env.py whose `configure()` is called with these arguments."""
    (folder / "env.py").write_text(
        f"""
from alembic import context
from flask import current_app

migrate = current_app.extensions['migrate']
{prelude}

if context.is_offline_mode():
    context.configure(url=str(migrate.db.engine.url), {configure})
    with context.begin_transaction():
        context.run_migrations()
else:
    with migrate.db.engine.connect() as connection:
        context.configure(connection=connection, {configure})
        with context.begin_transaction():
            context.run_migrations()
"""
    )


MODELS = "target_metadata=migrate.db.metadata"


@pytest.mark.parametrize("splat", ["", ", **migrate.configure_args"])
def test_what_migrate_was_given_is_filled_in(database_url, folder, splat):
    with application(database_url, folder, version_table="my_versions") as app:
        flask_migrate.init()
        write_env(folder, MODELS + splat)
        flask_migrate.migrate()
        assert "my_versions" in flask_migrate.upgrade(sql=True).sql
        flask_migrate.upgrade()
        assert tables(app) == {"user", "my_versions"}


@pytest.mark.parametrize("splat", ["", ", **migrate.configure_args"])
def test_what_env_py_says_wins(sqlite_url, folder, splat):
    with application(sqlite_url, folder, version_table="from_migrate") as app:
        flask_migrate.init()
        write_env(folder, MODELS + ", version_table='from_env'" + splat)
        flask_migrate.revision()
        flask_migrate.upgrade()
        assert tables(app) == {"from_env"}


def test_an_argument_beside_the_splatted_ones_is_no_error(sqlite_url, folder):
    with application(sqlite_url, folder, compare_type=False):
        flask_migrate.init()
        write_env(folder, MODELS + ", compare_type=True, **migrate.configure_args")
        flask_migrate.migrate()
        flask_migrate.upgrade()
        assert flask_migrate.check()


def test_env_py_may_read_change_and_remove_arguments(sqlite_url, folder):
    prelude = (
        "assert migrate.configure_args['version_table'] == 'given'\n"
        "assert migrate.configure_args.get('unknown') is None\n"
        "migrate.configure_args['version_table'] = 'changed'\n"
        "del migrate.configure_args['render_as_batch']\n"
    )
    with application(sqlite_url, folder, version_table="given") as app:
        flask_migrate.init()
        write_env(folder, MODELS + ", **migrate.configure_args", prelude=prelude)
        written = flask_migrate.migrate()
        flask_migrate.upgrade()
        assert "changed" in tables(app)
        assert app.extensions["migrate"].configure_args["version_table"] == "given"
        assert "batch_op" not in Path(written.revisions[0].path).read_text()


def test_literal_values_are_written_into_sql_when_env_py_forgets_to_ask(sqlite_url, folder):
    with application(sqlite_url, folder):
        flask_migrate.init()
        write_env(folder, MODELS)
        written = flask_migrate.revision(rev_id="aa")
        path = Path(written.revisions[0].path)
        path.write_text(
            path.read_text().replace(
                "def upgrade():\n    pass",
                "def upgrade():\n"
                "    t = sa.table('user', sa.column('name', sa.String))\n"
                "    op.execute(t.update().values(name='Anna'))",
            )
        )
        assert "SET name='Anna'" in flask_migrate.upgrade(sql=True).sql


def test_upgrade_then_migrate_in_one_process_writes_no_empty_revision(database_url, folder):
    with application(database_url, folder):
        flask_migrate.init()
        flask_migrate.migrate()
        flask_migrate.upgrade()
        assert flask_migrate.migrate().revisions == ()
        assert len(list((folder / "versions").glob("*.py"))) == 1


def test_x_arguments_reach_env_py_once(sqlite_url, folder, tmp_path):
    with application(sqlite_url, folder) as app:
        flask_migrate.init()
        flask_migrate.revision()
        seen = tmp_path / "seen"
        prelude = (
            "from pathlib import Path\n"
            "told = repr(context.get_x_argument()) + repr(context.get_tag_argument())\n"
            f"Path({str(seen)!r}).write_text(told)"
        )
        write_env(folder, MODELS, prelude=prelude)
        for arguments, expected in (
            (["-x", "a=1", "upgrade"], "['a=1']None"),
            (["-x", "a=1", "upgrade", "-x", "b=2", "--tag", "t"], "['a=1', 'b=2']'t'"),
        ):
            assert app.test_cli_runner().invoke(args=["db", *arguments]).exit_code == 0
            assert seen.read_text() == expected
        flask_migrate.upgrade(x_arg="c=3")
        assert seen.read_text() == "['c=3']None"


def test_threads_upgrade_different_databases_at_the_same_time(new_database, tmp_path):
    folder = tmp_path / "migrations"
    with application(new_database("sqlite"), folder):
        flask_migrate.init()
        flask_migrate.migrate()
    apps = [_app(new_database("sqlite"), folder) for _ in range(8)]
    failures: list[BaseException] = []
    barrier = threading.Barrier(len(apps))

    def upgrade(app: Flask) -> None:
        try:
            with app.app_context():
                barrier.wait()
                assert len(flask_migrate.upgrade().steps) == 1
                assert "user" in tables(app)
                app.extensions["sqlalchemy"].engine.dispose()
        except BaseException as error:  # noqa: BLE001 # told in the main thread
            failures.append(error)

    threads = [threading.Thread(target=upgrade, args=(app,)) for app in apps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_an_upgrade_inside_a_run_of_env_py_leaves_the_outer_run_as_it_was(new_database, tmp_path):
    """An application factory that env.py calls may upgrade another database."""
    inner_url = new_database("sqlite")
    outer, inner = tmp_path / "outer", tmp_path / "inner"
    with application(inner_url, inner) as inner_app:
        flask_migrate.init()
        flask_migrate.migrate()
    with application(new_database("sqlite"), outer) as outer_app:
        outer_app.extensions["inner"] = inner_app
        flask_migrate.init()
        flask_migrate.migrate()
        prelude = (
            "import flask_migrate\n"
            "with current_app.extensions['inner'].app_context():\n"
            "    flask_migrate.upgrade()\n"
            "assert context.config.get_main_option('script_location').endswith('outer')\n"
        )
        write_env(outer, MODELS, prelude=prelude)
        flask_migrate.upgrade()
        assert "user" in tables(outer_app)
        with inner_app.app_context():
            assert "user" in tables(inner_app)
            inner_app.extensions["sqlalchemy"].engine.dispose()


def test_op_and_context_say_clearly_that_nothing_runs_outside_a_run(sqlite_url, folder):
    from alembic import op

    with application(sqlite_url, folder):
        flask_migrate.init()
        flask_migrate.revision()
        flask_migrate.upgrade()
    with pytest.raises(NameError, match="No migration is running"):
        op.create_table("t")


def test_binds_are_migrated_together(new_database, tmp_path):
    def models(db: SQLAlchemy) -> None:
        user(db)

        class Note(db.Model):
            __bind_key__ = "notes"
            id = db.Column(db.Integer, primary_key=True)

    for kind in ("sqlite", "postgresql", "mariadb"):
        folder = tmp_path / kind
        binds = {"notes": new_database(kind)}
        with application(new_database(kind), folder, models, binds=binds) as app:
            flask_migrate.init(multidb=True)
            written = flask_migrate.migrate()
            assert [str(c) for c in written.changes] == [
                "+ table user (2 columns)",
                "+ [notes] table note (1 column)",
            ]
            done = flask_migrate.upgrade()
            assert [s.bind for s in done.steps] == [None, "notes"]
            assert [p.bind for p in done.positions] == [None, "notes"]
            assert tables(app) == {"user", "alembic_version"}
            assert tables(app, "notes") == {"note", "alembic_version"}
            assert flask_migrate.migrate().revisions == ()
            flask_migrate.downgrade()
            assert tables(app, "notes") == {"alembic_version"}


def test_the_sql_of_binds_goes_to_a_file_for_each(new_database, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    binds = {"notes": new_database("sqlite")}
    with application(new_database("sqlite"), "migrations", binds=binds):
        flask_migrate.init(multidb=True)
        flask_migrate.revision(rev_id="aa")
        done = flask_migrate.upgrade(sql=True)
        assert done.files == ("default.sql", "notes.sql")
        assert "aa" in (tmp_path / "default.sql").read_text()
        assert "aa" in (tmp_path / "notes.sql").read_text()


def _app(url: str, folder: Path) -> Flask:
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    db = SQLAlchemy(app)
    user(db)
    Migrate(app, db, directory=str(folder))
    return app
