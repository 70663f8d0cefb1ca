"""The commands and options of manage.py are those of `flask db`, old and new; there is no list."""

import inspect

import click
import pytest
from click.testing import CliRunner

from flask_migrate.cli import db
from flask_migrate.group import ALIASES

APART = {"mix_stderr": False} if "mix_stderr" in inspect.signature(CliRunner).parameters else {}

PLACED = "--head H --splice --branch-label B --version-path P --rev-id R"

# What `MigrateCommand` of Flask-Migrate 2.7 took.
OLD = [
    "init -d D",
    "init --directory D --multidb",
    f"revision -d D -m M --autogenerate --sql {PLACED}",
    "revision --message M",
    f"migrate -d D -m M --sql {PLACED} -x a=1 -x b=2",
    "migrate --message M --x-arg a",
    "edit -d D",
    "edit R",
    "merge -d D -m M --branch-label B --rev-id R one two three",
    "upgrade",
    "upgrade -d D --sql --tag T -x a --x-arg b R",
    "downgrade",
    "downgrade -d D --sql --tag T -x a --x-arg b R",
    "show -d D",
    "show R",
    "history -d D -r a:b -v -i",
    "history --rev-range a:b --verbose --indicate-current",
    "heads -d D -v --resolve-dependencies",
    "branches -d D --verbose",
    "current -d D --verbose",
    "stamp -d D --sql --tag T R",
]

# What came with later releases, and with this one.
NEW = [
    "init -t T --package",
    "stamp",
    "stamp --purge",
    "check -d D",
    "list-templates",
    "ensure-version --sql",
    "current --check-heads --json",
    "migrate --depends-on a --depends-on b",
    "merge --splice a b",
    "upgrade --message M",
    "downgrade -m M",
    "head -v",
]


@pytest.fixture
def understood(monkeypatch):
    """Return what a command is called with; the commands do nothing else for this test."""
    calls = []
    for name, command in db.commands.items():

        def record(name=name, **options):
            calls.append((name, options))

        monkeypatch.setattr(command, "callback", record)
    return calls


@pytest.mark.parametrize("line", OLD + NEW)
def test_a_command_line_means_the_same_after_manage_py_and_after_flask(
    app, manage, understood, line
):
    assert manage(f"db {line}").code == 0
    result = app.test_cli_runner(**APART).invoke(args=["db", *line.split()])
    assert result.exit_code == 0, result.output
    by_manage, by_flask = understood
    assert by_manage == by_flask


@pytest.mark.parametrize("name", sorted(db.commands))
def test_a_command_has_the_options_of_the_click_command_and_help(migrate_command, name):
    leaf = leaf_of(migrate_command, name)
    options = [p for p in db.commands[name].params if isinstance(p, click.Option)]
    flags = {flag for option in options for flag in (*option.opts, *option.secondary_opts)}
    actions = leaf.parser._actions
    assert {flag for action in actions for flag in action.option_strings} == flags | {
        "-?",
        "--help",
    }
    names = {p.name for p in db.commands[name].params}
    assert {action.dest for action in actions} == names | {"help"}


@pytest.mark.parametrize("name", sorted(db.commands))
def test_the_help_of_a_command_shows_its_options_with_their_texts(manage, name):
    shown = manage(f"db {name} --help")
    assert shown.code == 0
    told = " ".join(shown.out.split())
    for option in db.commands[name].params:
        if isinstance(option, click.Option):
            assert option.hidden or option.help in told


def test_an_alias_has_the_options_of_its_command(migrate_command):
    for alias, name in ALIASES.items():
        assert leaf_of(migrate_command, alias)._command is db.commands[name]


@pytest.mark.parametrize(("word", "meant"), [("-1", "-1"), ("-- -2", "-2"), ("base", "base")])
def test_a_number_of_steps_needs_no_dashes_before_it(manage, understood, word, meant):
    manage(f"db downgrade {word}")
    assert understood[0][1]["revision"] == meant


def test_values_may_look_like_options(manage, understood):
    manage(["db", "migrate", "--message=--sql", "-x=-y", "--x-arg", "a b"])
    options = understood[0][1]
    assert (options["message"], options["sql"]) == ("--sql", False)
    assert options["x_arg"] == ("-y", "a b")


def test_an_empty_message_is_a_message(manage, understood):
    manage(["db", "migrate", "-m", ""])
    assert understood[0][1]["message"] == ""


@pytest.mark.parametrize(
    ("variable", "line", "option", "value"),
    [
        ("FLASK_DB_UPGRADE_TAG", "upgrade", "tag", "T"),
        ("FLASK_DB_UPGRADE_X_ARG", "upgrade", "x_arg", ("a", "b")),
    ],
)
def test_environment_variables_count_as_for_flask(
    manage, understood, monkeypatch, variable, line, option, value
):
    monkeypatch.setenv(variable, value if isinstance(value, str) else " ".join(value))
    manage(f"db {line}")
    assert understood[0][1][option] == value


def test_a_directory_from_the_environment_is_used(manage, tmp_path, monkeypatch):
    monkeypatch.setenv("FLASK_DB_DIRECTORY", str(tmp_path / "elsewhere"))
    assert manage("db init").code == 0
    assert (tmp_path / "elsewhere" / "env.py").is_file()


def leaf_of(command, name):
    parser = command.create_parser("db", func_stack=(), parent=None)
    return parser.parse_args([name]).func_stack[-1]
