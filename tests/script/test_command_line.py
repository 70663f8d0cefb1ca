"""What `manage.py db ...` prints and how it exits."""

import pytest

from flask_migrate.cli import db
from flask_script import Manager
from tests.application import tables


@pytest.fixture
def ready(manage):
    """The first migration is written, not applied."""
    for line in ("init", "migrate --rev-id aa -m First"):
        assert manage(f"db {line}").code == 0


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("db", 2),
        ("db -?", 0),
        ("db --help", 0),
        ("db upgrade -?", 0),
        ("db head -?", 0),
        ("db upgrade", 0),
        ("db upgrade nothing", 1),
        ("db check --json", 1),
        ("db init", 1),
        ("db upgrae", 2),
        ("db upgrade --nothing", 2),
        ("db upgrade one two", 2),
        ("db merge aa", 2),
        ("db migrate --sql", 2),
        ("db downgrade --sql base", 2),
    ],
)
def test_the_exit_code_is_0_done_1_failed_2_wrong_usage(manage, ready, line, code):
    assert manage(line).code == code


@pytest.mark.parametrize(("line", "code"), [("db heads", 0), ("db show b", 1), ("db merge", 2)])
def test_the_process_exits_with_it(manager, manage, ready, monkeypatch, line, code):
    monkeypatch.setattr("sys.argv", ["manage.py", *line.split()])
    with pytest.raises(SystemExit) as caught:
        manager.run()
    assert caught.value.code == code


@pytest.mark.parametrize("line", ["db", "db -?", "db --help"])
def test_help_lists_every_command_with_its_first_sentence(manage, line):
    told = " ".join(manage(line).out.split())
    for name, command in db.commands.items():
        assert f" {name} {command.get_short_help_str(limit=200)}" in told


def test_an_error_is_one_sentence_and_a_result_is_alone_on_stdout(manage, ready):
    wrong = manage("db show nothing")
    assert wrong.out == ""
    assert wrong.err.startswith("Error: ")
    assert "Traceback" not in wrong.err
    assert manage("db heads").out == "aa (head)\n"


def test_verbose_shows_the_traceback(manage, ready):
    assert "Traceback" in manage("db show nothing --verbose").err


@pytest.mark.parametrize("command", ["upgrade", "downgrade"])
def test_a_message_is_accepted_where_earlier_releases_had_none(manage, ready, command):
    manage("db upgrade")
    assert manage(f"db {command} --message hello").code == 0


@pytest.mark.parametrize(
    ("slip", "meant"), [("upgrae", "upgrade"), ("downgradte", "downgrade"), ("haeds", "heads")]
)
def test_a_mistyped_command_gets_a_proposal(manage, slip, meant):
    assert f"did you mean '{meant}'?" in manage(f"db {slip}").err


def test_each_of_several_applications_has_its_own_folder_and_database(
    new_app, migrate_command, manage
):
    apps = [new_app("one"), new_app("two")]
    managers = [Manager(app) for app in apps]
    for manager in managers:
        manager.add_command("db", migrate_command)
    one, two = managers
    for line in ("db init", "db migrate", "db upgrade"):
        assert manage(line, manager=one).code == 0
    assert manage("db heads", manager=two).code == 1
    assert manage("db init", manager=two).code == 0
    assert manage("db current", manager=one).out.endswith(" (head)\n")
    for app, there in zip(apps, ({"user", "alembic_version"}, set()), strict=True):
        with app.app_context():
            assert tables(app) == there


def test_a_manager_below_another_leads_to_the_same_commands(app, migrate_command, manage):
    tools, manager = Manager(usage="Tools"), Manager(app)
    tools.add_command("db", migrate_command)
    manager.add_command("tools", tools)
    assert manage("tools db list-templates", manager=manager).code == 0
    assert "usage: manage.py tools db heads" in manage("tools db heads -?", manager=manager).out
