"""What `flask db` prints and where, its exit codes, its options and environment variables."""

from __future__ import annotations

import inspect
import json
import logging
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.cli import FlaskGroup

from tests.application import application, tables, user

APART = {"mix_stderr": False} if "mix_stderr" in inspect.signature(CliRunner).parameters else {}
"""click 8.2 always keeps stdout and stderr apart, and has no option for it any more."""


@pytest.fixture
def db(sqlite_url, tmp_path, monkeypatch):
    """Type `flask db ...` in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    with application(sqlite_url, "migrations") as app:

        def run(line, **options):
            flask = FlaskGroup(create_app=lambda: app)
            runner = app.test_cli_runner(**APART)
            return runner.invoke(flask, ["db", *line.split()], **options)

        run.app = app
        yield run


def test_the_main_job_says_what_happened(db):
    assert "Created migrations" in db("init").stderr
    migrated = db("migrate -m Initial")
    revision = json.loads(db("heads --json").stdout)[0]["revision"]
    assert migrated.stdout == ""
    assert f"Wrote migrations/versions/{revision}_initial.py" in migrated.stderr
    assert "+ table user (2 columns)" in migrated.stderr
    up = db("upgrade")
    assert up.stdout == ""
    assert f"Upgraded to {revision}, Initial (" in up.stderr
    assert f"The database is at {revision} (head)." in up.stderr
    assert f"Nothing to do. The database is at {revision} (head)." in db("upgrade").stderr
    assert db("migrate").stderr == "No changes in schema detected.\n"
    down = db("downgrade")
    assert f"Downgraded {revision}, Initial (" in down.stderr
    assert "The database is at no revision." in down.stderr


def test_a_changed_column_is_told_with_its_types(sqlite_url, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with application(sqlite_url, "migrations") as app:
        runner = app.test_cli_runner(**APART)
        for line in (["init"], ["migrate"], ["upgrade"]):
            assert runner.invoke(args=["db", *line]).exit_code == 0

    def longer(db):
        user(db).__table__.c.name.type.length = 120

    with application(sqlite_url, "migrations", longer) as app:
        result = app.test_cli_runner(**APART).invoke(args=["db", "migrate"])
        assert "~ user.name: VARCHAR(length=64) -> String(length=120)" in result.stderr


def test_results_go_to_stdout(db):
    db("init")
    db("revision --rev-id aa -m first")
    db("upgrade")
    assert db("current").stdout == "aa (head)\n"
    assert db("heads").stdout == "aa (head)\n"
    assert db("history").stdout == "<base> -> aa (head), first\n"
    assert db("history -i").stdout == "<base> -> aa (head) (current), first\n"
    assert db("show").stdout.startswith("Rev: aa (head)\n")
    assert db("check").exit_code == 1
    assert "flask-multidb - " in db("list-templates").stdout
    assert db("upgrade --sql").stdout.startswith("BEGIN;\n\nCREATE TABLE alembic_version")


def test_what_there_is_not_is_said(db):
    db("init")
    assert db("heads").stderr == "There is no revision yet.\n"
    assert db("history").stderr == "No revision here.\n"
    assert db("branches").stderr == "The history has no branch point.\n"
    assert db("current").stderr == "The database is at no revision.\n"


@pytest.mark.parametrize(
    "line",
    ["current", "heads", "history", "history -i", "branches", "show", "check", "list-templates"],
)
def test_json_is_all_there_is_on_stdout(db, line):
    db("init")
    db("revision --rev-id aa -m first")
    db("revision --rev-id bb --head base --splice")
    db("merge heads --rev-id cc")
    db("upgrade")
    result = db(f"{line} --json")
    assert json.loads(result.stdout) is not None
    assert result.exit_code == (1 if line == "check" else 0)


def test_check_as_json_tells_the_changes(db):
    db("init")
    assert json.loads(db("check --json").stdout) == {
        "changes": [{"sign": "+", "text": "table user (2 columns)", "bind": None}]
    }
    db("migrate")
    db("upgrade")
    assert json.loads(db("check --json").stdout) == {"changes": []}
    assert db("check").stdout == "No new upgrade operations detected.\n"


def test_branches_are_drawn_as_alembic_draws_them(db):
    db("init")
    db("revision --rev-id aa")
    db("revision --rev-id bb")
    db("revision --rev-id cc --head aa --splice")
    assert db("branches").stdout == "aa (branchpoint)\n   -> bb (head)\n   -> cc (head)\n\n"


def test_current_check_heads_fails_until_the_database_is_there(db):
    db("init")
    db("migrate --rev-id aa")
    behind = db("current --check-heads")
    assert (behind.exit_code, behind.stdout) == (1, "")
    assert "flask db upgrade" in behind.stderr
    db("upgrade")
    assert db("current --check-heads").exit_code == 0


def test_ensure_version_and_stamp_say_where_the_database_stands(db):
    db("init")
    db("revision --rev-id aa")
    assert "at no revision" in db("ensure-version").stderr
    assert tables(db.app) == {"alembic_version"}
    stamped = db("stamp head")
    assert "Stamped aa" in stamped.stderr
    assert "The database is at aa (head)." in stamped.stderr


def test_a_revision_can_be_given_dependencies_and_a_branch(db):
    db("init")
    db("revision --rev-id aa")
    db("revision --rev-id bb --head base --splice --branch-label side --depends-on aa")
    (shown,) = json.loads(db("show bb --json").stdout)
    assert shown["depends_on"] == ["aa"]
    assert shown["branch_labels"] == ["side"]


def test_edit_says_what_was_edited(db, monkeypatch):
    monkeypatch.setenv("EDITOR", "true")
    db("init")
    db("revision --rev-id aa")
    assert db("edit").stderr == "Edited migrations/versions/aa_.py\n"


def test_init_with_package_adds_the_files_of_one(db):
    assert "versions/__init__.py" in db("init --package").stderr


@pytest.mark.parametrize("template", ["flask", "flask-multidb", "aioflask", "aioflask-multidb"])
def test_env_py_can_be_read_in_one_glance(db, template):
    db(f"init -t {template}")
    lines = Path("migrations/env.py").read_text().split('"""', 2)[2].splitlines()
    assert len([line for line in lines if line.strip()]) < 40


@pytest.mark.parametrize("where", ["group", "command", "variable", "command variable"])
def test_the_folder_can_be_named(db, where):
    variables = {}
    line = "init"
    if where == "group":
        line = "-d other init"
    if where == "command":
        line = "init -d other"
    if where == "variable":
        variables = {"FLASK_DB_DIRECTORY": "other"}
    if where == "command variable":
        variables = {"FLASK_DB_INIT_DIRECTORY": "other"}
    db(line, env=variables)
    assert Path("other/env.py").is_file()
    assert not Path("migrations").exists()


def test_options_come_from_environment_variables(db):
    db("init")
    db("migrate", env={"FLASK_DB_MIGRATE_MESSAGE": "from outside", "FLASK_DB_MIGRATE_REV_ID": "aa"})
    assert Path("migrations/versions/aa_from_outside.py").is_file()


def test_x_arguments_from_the_environment_are_split_at_spaces(db):
    db("init")
    env = Path("migrations/env.py")
    env.write_text(env.read_text() + "\nassert context.get_x_argument() == ['a=1', 'b=2']\n")
    assert db("current", env={"FLASK_DB_X_ARG": "a=1 b=2"}).exit_code == 0
    assert db("current").exit_code == 1


def test_the_group_can_have_another_name(sqlite_url, tmp_path):
    with application(sqlite_url, tmp_path / "migrations", command="database") as app:
        runner = app.test_cli_runner(**APART)
        assert runner.invoke(args=["database", "init"]).exit_code == 0
        assert runner.invoke(args=["db", "init"]).exit_code == 2


def test_head_is_accepted_for_heads(db):
    db("init")
    db("revision --rev-id aa")
    assert db("head").stdout == "aa (head)\n"
    assert "  head " not in db("--help").output


def test_steps_back_are_no_options(db):
    db("init")
    for revision in ("aa", "bb", "cc"):
        db(f"revision --rev-id {revision}")
    db("upgrade")
    assert "The database is at aa." in db("downgrade -2 --tag back").stderr
    assert db("downgrade --nothing").exit_code == 2


def test_a_message_on_upgrade_is_said_to_be_ignored_without_the_log(db):
    db.app.config["MIGRATE_LOG"] = False
    db("init")
    result = db("upgrade --message hello")
    assert result.exit_code == 0
    assert "--message is ignored" in result.stderr


def test_colours_are_for_terminals_and_no_color_turns_them_off(db):
    db("init")
    assert "\x1b[" not in db("migrate --rev-id aa").stderr
    coloured = db("merge nope", color=True)
    assert "\x1b[31m" in coloured.stderr
    assert "\x1b[" not in db("merge nope", color=True, env={"NO_COLOR": "1"}).stderr


def test_alembic_is_silent_unless_asked(db):
    db("init")
    db("revision")
    with keeping_logging():
        assert "[alembic" not in db("upgrade").stderr
    with keeping_logging():
        assert "[alembic.runtime.migration] Context impl" in db("downgrade -v").stderr
    with keeping_logging():
        assert "[alembic.runtime.migration] Context impl" in db("--verbose upgrade").stderr


def test_a_changed_alembic_ini_is_followed(db):
    db("init")
    db("revision")
    ini = Path("migrations/alembic.ini")
    ini.write_text(
        ini.read_text().replace(
            "level = WARN\nhandlers = console", "level = INFO\nhandlers = console"
        )
    )
    with keeping_logging():
        assert "[alembic.runtime.migration] Context impl" in db("upgrade").stderr


class keeping_logging:  # noqa: N801 # used as a with statement
    """Put logging back as it was: the command line sets it up for its whole process."""

    def __enter__(self):
        root = logging.getLogger()
        self._before = root.level, list(root.handlers)
        self._alembic = logging.getLogger("alembic").level

    def __exit__(self, *_):
        root = logging.getLogger()
        root.level, root.handlers[:] = self._before
        logging.getLogger("alembic").setLevel(self._alembic)
        for name in ("sqlalchemy.engine", "flask_migrate"):
            logging.getLogger(name).setLevel(logging.NOTSET)
