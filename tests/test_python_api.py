"""The functions of the Python API: typed results, typed errors, nothing printed, no exit."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from flask import Flask

import flask_migrate
from flask_migrate import errors, results
from tests.application import application, nothing, tables, user


@pytest.fixture
def app(database_url, tmp_path):
    with application(database_url, tmp_path / "migrations") as app:
        yield app


@pytest.fixture
def lite(sqlite_url, tmp_path):
    """The same on SQLite alone, for what does not depend on the database."""
    with application(sqlite_url, tmp_path / "migrations") as app:
        yield app


def test_the_first_migration_goes_up_and_down_again(app):
    flask_migrate.init()
    written = flask_migrate.migrate(message="Initial")
    up = flask_migrate.upgrade()
    assert tables(app) == {"user", "alembic_version"}
    again = flask_migrate.migrate()
    down = flask_migrate.downgrade()
    assert tables(app) == {"alembic_version"}

    (revision,) = written.revisions
    assert [str(change) for change in written.changes] == ["+ table user (2 columns)"]
    assert Path(revision.path).read_text().count("op.create_table('user'") == 1
    assert [(s.revision, s.message, s.direction) for s in up.steps] == [
        (revision.revision, "Initial", "upgrade")
    ]
    assert up.positions[0].at_head
    assert again == results.Written(())
    assert [s.direction for s in down.steps] == ["downgrade"]
    assert down.positions[0].revisions == ()


def test_nothing_is_printed(app, capfd):
    flask_migrate.init()
    flask_migrate.migrate(message="Initial")
    flask_migrate.upgrade()
    flask_migrate.upgrade(sql=True)
    flask_migrate.history()
    flask_migrate.heads()
    flask_migrate.branches()
    flask_migrate.current(verbose=True)
    flask_migrate.check()
    flask_migrate.show()
    flask_migrate.stamp()
    flask_migrate.list_templates()
    flask_migrate.downgrade()
    assert capfd.readouterr() == ("", "")


def test_init_says_what_it_wrote(lite, tmp_path):
    done = flask_migrate.init(str(tmp_path / "elsewhere"), package=True)
    assert done.directory == str(tmp_path / "elsewhere")
    assert done.template == "flask"
    assert set(done.files) == {
        "README",
        "__init__.py",
        "alembic.ini",
        "env.py",
        "script.py.mako",
        "versions/__init__.py",
    }
    assert (tmp_path / "elsewhere" / "versions").is_dir()


def test_init_takes_a_template_of_ones_own(lite, tmp_path):
    template = tmp_path / "my templates" / "mine"
    template.mkdir(parents=True)
    (template / "README").write_text("Mine.")
    (template / "env.py").write_text("# mine")
    done = flask_migrate.init(template=str(template))
    assert (tmp_path / "migrations" / "env.py").read_text() == "# mine"
    assert done.template == "mine"


def test_init_into_an_empty_folder_fills_it(lite, tmp_path):
    (tmp_path / "migrations").mkdir()
    flask_migrate.init()
    assert (tmp_path / "migrations" / "env.py").is_file()


def test_current_tells_where_the_database_stands(lite):
    flask_migrate.init()
    revision = flask_migrate.migrate(message="Initial").revisions[0].revision
    assert flask_migrate.current()[0].revisions == ()
    flask_migrate.upgrade()
    (position,) = flask_migrate.current()
    assert [r.revision for r in position.revisions] == [revision]
    assert position.bind is None


def test_current_check_heads_raises_until_the_database_is_there(lite):
    flask_migrate.init()
    revision = flask_migrate.migrate().revisions[0].revision
    with pytest.raises(errors.NotAtHead) as caught:
        flask_migrate.current(check_heads=True)
    assert caught.value.heads == (revision,)
    flask_migrate.upgrade()
    assert flask_migrate.current(check_heads=True)[0].at_head


def test_history_heads_and_branches_describe_the_revisions(lite):
    flask_migrate.init()
    first = flask_migrate.revision(message="first", rev_id="aa").revisions[0]
    flask_migrate.revision(message="left", rev_id="bb")
    flask_migrate.revision(message="right", rev_id="cc", head="aa", splice=True)
    assert {r.revision for r in flask_migrate.heads()} == {"bb", "cc"}
    (branch,) = flask_migrate.branches()
    assert branch.point.revision == first.revision
    assert [child.revision for child in branch.children] == ["bb", "cc"]
    assert flask_migrate.history()[-1].revision == "aa"
    assert [r.revision for r in flask_migrate.history(rev_range="aa:bb")] == ["bb", "aa"]
    assert flask_migrate.show(revision="cc")[0].message == "right"


def test_history_marks_the_current_revision(lite):
    flask_migrate.init()
    flask_migrate.revision(rev_id="aa")
    flask_migrate.revision(rev_id="bb")
    flask_migrate.upgrade(revision="aa")
    marked = {r.revision: r.is_current for r in flask_migrate.history(indicate_current=True)}
    assert marked == {"aa": True, "bb": False}
    assert [r.revision for r in flask_migrate.history(rev_range="current:")] == ["bb", "aa"]


def test_merge_joins_two_heads(lite):
    flask_migrate.init()
    flask_migrate.revision(rev_id="aa")
    flask_migrate.revision(rev_id="bb", head="base", splice=True)
    merged = flask_migrate.merge(revisions=["heads"], message="both").revisions[0]
    assert set(merged.down_revisions) == {"aa", "bb"}
    assert [r.revision for r in flask_migrate.heads()] == [merged.revision]


def test_a_revision_may_depend_on_another(lite):
    flask_migrate.init()
    flask_migrate.revision(rev_id="aa")
    flask_migrate.revision(rev_id="bb", head="base", splice=True, depends_on=["aa"])
    assert flask_migrate.show(revision="bb")[0].depends_on == ("aa",)
    assert [r.revision for r in flask_migrate.heads()] == ["aa", "bb"]
    assert [r.revision for r in flask_migrate.heads(resolve_dependencies=True)] == ["bb"]


def test_stamp_moves_the_version_and_runs_nothing(lite):
    flask_migrate.init()
    flask_migrate.migrate()
    done = flask_migrate.stamp()
    assert [s.direction for s in done.steps] == ["stamp"]
    assert done.positions[0].at_head
    assert tables(lite) == {"alembic_version"}


def test_stamp_with_purge_forgets_an_unknown_revision(lite):
    flask_migrate.init()
    flask_migrate.revision(rev_id="aa")
    flask_migrate.upgrade()
    path = Path(flask_migrate.show(revision="aa")[0].path)
    path.write_text(path.read_text().replace("revision = 'aa'", "revision = 'bb'"))
    with pytest.raises(errors.UnknownRevision) as caught:
        flask_migrate.current()
    assert caught.value.revision == "aa"
    flask_migrate.stamp(purge=True)
    assert flask_migrate.current()[0].revisions[0].revision == "bb"


def test_ensure_version_makes_the_version_table(lite):
    flask_migrate.init()
    flask_migrate.ensure_version()
    assert tables(lite) == {"alembic_version"}


def test_check_raises_with_the_differences(lite, tmp_path):
    flask_migrate.init()
    with pytest.raises(errors.DifferencesFound) as caught:
        flask_migrate.check()
    assert caught.value.changes == (results.Change("+", "table user (2 columns)"),)
    assert caught.value.diffs[0][0] == "add_table"
    flask_migrate.migrate()
    flask_migrate.upgrade()
    assert flask_migrate.check()[0].at_head


def test_migrate_on_a_database_that_is_behind_says_so(lite):
    flask_migrate.init()
    flask_migrate.migrate(rev_id="aa")
    with pytest.raises(errors.NotUpToDate) as caught:
        flask_migrate.migrate()
    assert caught.value.heads == ("aa",)


def test_edit_opens_the_current_revision_in_the_editor(lite, tmp_path, monkeypatch):
    editor = tmp_path / "editor"
    editor.write_text(f"#!/bin/sh\necho \"$1\" > '{tmp_path}/edited'\n")
    editor.chmod(0o755)
    monkeypatch.setenv("EDITOR", str(editor))
    flask_migrate.init()
    flask_migrate.revision(rev_id="aa")
    with pytest.raises(errors.MigrateError, match="no revision yet"):
        flask_migrate.edit()
    flask_migrate.upgrade()
    (path,) = flask_migrate.edit()
    assert (tmp_path / "edited").read_text().strip() == path


def test_sql_is_returned_and_the_database_left_alone(app):
    flask_migrate.init()
    flask_migrate.migrate(rev_id="aa")
    done = flask_migrate.upgrade(sql=True)
    assert "CREATE TABLE" in done.sql
    assert "aa" in done.sql
    assert tables(app) <= {"alembic_version"}
    down = flask_migrate.downgrade(sql=True, revision="aa:base")
    assert "DROP TABLE" in down.sql


def test_the_configuration_callbacks_run_in_order_and_may_replace_the_configuration(lite):
    migrate = lite.extensions["migrate"].migrate
    seen = []

    @migrate.configure
    def first(config):
        seen.append("first")
        config.attributes["mine"] = 1

    @migrate.configure
    def second(config):
        seen.append("second")
        assert config.attributes["mine"] == 1
        return config

    flask_migrate.init()
    flask_migrate.heads()
    assert seen == ["first", "second"] * 2


def test_every_error_is_a_command_error_of_alembic(lite):
    from alembic.util import CommandError

    with pytest.raises(CommandError):
        flask_migrate.upgrade()
    assert issubclass(flask_migrate.MigrateError, CommandError)


def test_without_migrate_the_error_says_how_to_add_it():
    with Flask("bare").app_context(), pytest.raises(errors.NotInitialised, match=r"Migrate\("):
        flask_migrate.upgrade()


def test_the_applications_logging_is_left_alone(app, tmp_path):
    logger = logging.getLogger("an.application")
    root = logging.getLogger()
    before = (root.level, list(root.handlers), logger.disabled, logger.level)
    flask_migrate.init()
    env = tmp_path / "migrations" / "env.py"
    env.write_text(
        "from logging.config import fileConfig\nfrom alembic import context\n"
        "fileConfig(context.config.config_file_name)\n" + env.read_text()
    )
    flask_migrate.migrate()
    flask_migrate.upgrade()
    assert (root.level, list(root.handlers), logger.disabled, logger.level) == before


def test_file_config_works_again_for_the_application_itself(lite, tmp_path):
    import logging.config

    before = logging.config.fileConfig
    flask_migrate.init()
    flask_migrate.revision()
    flask_migrate.upgrade()
    assert logging.config.fileConfig is before


def test_migrating_is_true_only_inside_a_function_of_the_api(lite, tmp_path):
    flask_migrate.init()
    flask_migrate.revision()
    env = tmp_path / "migrations" / "env.py"
    env.write_text(env.read_text() + "import flask_migrate\nassert flask_migrate.migrating()\n")
    flask_migrate.upgrade()
    assert not flask_migrate.migrating()


def test_two_applications_in_one_process_keep_their_own_folder_and_database(new_database, tmp_path):
    first = application(new_database("sqlite"), tmp_path / "one", user)
    second = application(new_database("sqlite"), tmp_path / "two", nothing)
    with first as one:
        flask_migrate.init()
        with second:
            flask_migrate.init()
            assert flask_migrate.migrate().revisions == ()
        flask_migrate.migrate()
        flask_migrate.upgrade()
        assert "user" in tables(one)
    assert not list((tmp_path / "two" / "versions").iterdir())


def test_one_migrate_object_serves_applications_made_by_a_factory(tmp_path, new_database):
    from flask_sqlalchemy import SQLAlchemy

    db = SQLAlchemy()
    user(db)
    migrate = flask_migrate.Migrate()

    def create_app(name):
        app = Flask(name)
        app.config["SQLALCHEMY_DATABASE_URI"] = new_database("sqlite")
        db.init_app(app)
        migrate.init_app(app, db, directory=str(tmp_path / name))
        return app

    apps = [create_app("one"), create_app("two")]
    for app in apps:
        with app.app_context():
            flask_migrate.init()
            flask_migrate.migrate()
            flask_migrate.upgrade()
            assert "user" in tables(app)
            db.engine.dispose()
    assert (tmp_path / "one" / "env.py").is_file()
    assert (tmp_path / "two" / "env.py").is_file()
