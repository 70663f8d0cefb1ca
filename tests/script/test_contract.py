"""What Flask-Script's Manager asks of a command object, asked without any Flask-Script."""

import argparse

import pytest
from flask import current_app, has_request_context

import flask_migrate
from flask_migrate import MigrateCommand


class Parent:
    """The little that a command reads off the manager above it."""

    parent = None

    def __init__(self, *help_args):
        self.help_args = help_args


def chosen(command, line, prog="db", parent=None):
    """Return what the command line gives: the values, and the commands on the way."""
    parser = command.create_parser(prog, func_stack=("manager",), parent=parent)
    values = vars(parser.parse_args(line.split()))
    return values, values.pop("func_stack")


def flags_of(parser):
    return {flag for action in parser._actions for flag in action.option_strings}


@pytest.mark.parametrize("attribute", ["usage", "help", "description"])
def test_the_group_describes_itself(attribute):
    assert getattr(MigrateCommand, attribute) == "Perform database migrations"


def test_the_group_makes_a_parser_without_argparses_own_help_and_keeps_it(migrate_command):
    parser = migrate_command.create_parser("db", func_stack=(), parent=None)
    assert isinstance(parser, argparse.ArgumentParser)
    assert parser.add_help is False
    assert migrate_command.parser is parser


def test_a_command_line_leads_through_the_group_to_a_leaf(migrate_command):
    _, (manager, group, leaf) = chosen(migrate_command, "upgrade abc --sql")
    assert manager == "manager"
    assert group is migrate_command
    assert leaf.parser.add_help is False


def test_every_value_belongs_to_an_action_of_the_leafs_parser(migrate_command):
    values, (*_, leaf) = chosen(migrate_command, "migrate -m M --head H -x a -x b --depends-on c")
    assert values.keys() <= {action.dest for action in leaf.parser._actions}
    assert values["message"] == "M"
    assert values["x_arg"] == ["a", "b"]


def test_help_is_question_mark_and_help(migrate_command):
    _, (*_, leaf) = chosen(migrate_command, "heads")
    assert {"-?", "--help"} <= flags_of(migrate_command.parser) & flags_of(leaf.parser)


def test_help_flags_come_from_the_manager_above(migrate_command):
    _, (*_, leaf) = chosen(migrate_command, "heads", parent=Parent("-h", "--help"))
    for parser in (migrate_command.parser, leaf.parser):
        assert {"-h", "--help"} <= flags_of(parser)
        assert "-?" not in flags_of(parser)


def test_the_group_hands_the_application_on(app):
    assert MigrateCommand(app) is app


def test_a_leaf_runs_in_a_request_context_and_returns_the_exit_code(
    app, migrate_command, own_click_command
):
    seen = []

    @own_click_command("probe")
    def probe():
        seen.append((has_request_context(), current_app.name))

    values, (*_, leaf) = chosen(migrate_command, "probe")
    assert leaf(app, **values) == 0
    assert seen == [(True, app.name)]


@pytest.mark.parametrize(("line", "code"), [("list-templates", 0), ("heads", 1), ("merge", 2)])
def test_the_exit_code_of_a_leaf_says_how_it_went(app, migrate_command, line, code):
    if line == "merge":
        with app.app_context():
            flask_migrate.init()
    values, (*_, leaf) = chosen(migrate_command, line)
    assert leaf(app, **values) == code
