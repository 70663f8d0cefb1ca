"""Managers: the application, options before the command, managers inside managers."""

import argparse

import pytest
from flask import Flask, current_app

from flask_script import Command, Manager, Option


def create_app(config=None, debug=False):
    app = Flask("made")
    app.config["NAME"] = config
    app.debug = debug
    return app


def show(config="own"):
    return current_app.config.get("NAME"), config


def run(manager, *args):
    return manager.handle("manage.py", args)


@pytest.fixture
def factory():
    manager = Manager(create_app)
    manager.add_option("-c", "--config", dest="config", default="dev")
    manager.add_option("--debug", action="store_true")
    manager.command(show)
    return manager


def test_the_options_of_the_manager_go_to_the_factory(factory):
    assert run(factory, "-c", "prod", "show") == ("prod", "own")
    assert run(factory, "show") == ("dev", "own")


def test_a_command_has_its_own_value_of_an_option_of_the_same_name(factory):
    assert run(factory, "-c", "prod", "show", "-c", "mine") == ("prod", "mine")


def test_an_option_of_the_manager_stands_before_the_command(factory, refused):
    assert "unknown option '--debug'" in refused(factory, "show", "--debug")


def test_options_alone_are_no_command(factory, capsys):
    with pytest.raises(SystemExit) as caught:
        run(factory, "-c", "prod")
    assert caught.value.code == 2
    assert "positional arguments" in capsys.readouterr().out


def test_a_factory_that_returns_nothing_is_named():
    manager = Manager(lambda: None)
    manager.command(show)
    with pytest.raises(TypeError, match="returned None; it must return the application"):
        run(manager, "show")


def test_a_manager_without_application_says_so():
    manager = Manager()
    manager.command(show)
    with pytest.raises(TypeError, match="The manager has no application"):
        run(manager, "show")


def test_the_options_are_read_but_not_used_by_an_application_that_is_there(app):
    manager = Manager(app)
    manager.add_option("-c", dest="config")
    manager.command(show)
    assert run(manager, "-c", "prod", "show") == (None, "own")


def test_a_called_manager_returns_its_application(app):
    assert Manager(app)() is app
    assert Manager(create_app)(config="x").config["NAME"] == "x"
    assert Manager(create_app)(app) is app


def test_managers_nest_to_any_depth(app, help_of):
    outer, middle, inner = Manager(app), Manager(help="in between"), Manager(description="deep")
    inner.command(show)
    middle.add_command("inner", inner)
    outer.add_command("middle", middle)
    assert run(outer, "middle", "inner", "show", "-c", "x") == (None, "x")
    assert (inner.parent, middle.parent, outer.parent) == (middle, outer, None)
    assert "in between" in help_of(outer, "-?")
    assert "deep" in help_of(outer, "middle", "inner", "-?")


def test_the_application_of_the_outermost_manager_is_used(app):
    inner = Manager(Flask("other"))
    inner.add_command("which", Command(lambda: current_app.name))
    outer = Manager(app)
    outer.add_command("inner", inner)
    assert run(outer, "inner", "which") == "example"
    assert run(inner, "which") == "other"


def test_a_manager_may_be_given_as_a_class(app):
    class Tools(Manager):
        def __init__(self):
            super().__init__(help="tools")
            self.command(show)

    outer = Manager(app)
    outer.add_command(Tools)
    assert run(outer, "tools", "show") == (None, "own")


def test_a_namespace_is_a_manager_made_on_the_way(manager):
    manager.add_command("show", Command(show), namespace="extra")
    manager.add_command("again", Command(show), namespace="extra")
    assert run(manager, "extra", "show") == (None, "own")
    assert run(manager, "extra", "again") == (None, "own")


@pytest.mark.parametrize(
    ("manager", "nested", "names"),
    [
        (Manager(create_app), False, {"shell", "runserver"}),
        (Manager(create_app, with_default_commands=False), False, set()),
        (Manager(), True, set()),
        (Manager(with_default_commands=True), True, {"shell", "runserver"}),
    ],
)
def test_default_commands_belong_to_the_outermost_manager_unless_told(manager, nested, names):
    manager.create_parser("manage.py", parent=Manager() if nested else None)
    assert set(manager._commands) == names


def test_a_command_named_runserver_is_not_replaced(manager):
    manager.add_command("runserver", Command(lambda: "mine"))
    assert run(manager, "runserver") == "mine"


def test_usage_stands_for_help_and_description_too():
    manager = Manager(usage="Does things")
    assert (manager.usage, manager.help, manager.description) == ("Does things",) * 3
    manager = Manager(usage="u", help="h", description="d")
    assert (manager.usage, manager.help, manager.description) == ("u", "h", "d")


class Leaf:
    """A command that knows the contract and nothing of this package."""

    help = "climbs a tree"
    description = "Climbs a tree to a height."
    usage = None

    def create_parser(self, name, func_stack=(), parent=None):
        self.parser = argparse.ArgumentParser(name, add_help=False)
        self.parser.add_argument(*parent.help_args, action="help", help="help")
        self.parser.add_argument("--height", type=int, default=1)
        self.parser.set_defaults(func_stack=(*func_stack, self))
        return self.parser

    def __call__(self, app=None, height=0):
        with app.test_request_context():
            return current_app.name, height


class Forest:
    """A group of the same kind, with an option of its own."""

    help = description = usage = "Walks in the forest"

    def __init__(self):
        self.parent = None
        self.seen = None

    @property
    def help_args(self):
        return self.parent.help_args

    def create_parser(self, name, func_stack=(), parent=None):
        self.parser = argparse.ArgumentParser(name, add_help=False)
        self.parser.add_argument(*parent.help_args, action="help", help="help")
        self.parser.add_argument("--season", default="spring")
        commands = self.parser.add_subparsers()
        inner = Leaf().create_parser(f"{name} climb", (*func_stack, self), self)
        commands.add_parser("climb", parents=[inner], add_help=False, help=Leaf.help)
        return self.parser

    def __call__(self, app=None, season=None):
        self.seen = season
        return app


@pytest.fixture
def forest(app):
    manager = Manager(app)
    manager.add_command("forest", Forest())
    manager.add_command("leaf", Leaf())
    return manager


def test_a_group_of_foreign_make_is_a_group(forest):
    assert run(forest, "forest", "--season", "autumn", "climb", "--height", "9") == ("example", 9)
    group = forest._commands["forest"]
    assert group.parent is forest
    assert group.seen == "autumn"


def test_a_leaf_of_foreign_make_is_a_command(forest):
    assert run(forest, "leaf", "--height", "3") == ("example", 3)


def test_a_group_of_foreign_make_has_help_and_suggestions(forest, help_of, refused, capsys):
    assert "climbs a tree" in help_of(forest, "forest", "-?")
    assert "--height HEIGHT" in help_of(forest, "forest", "climb", "--help")
    assert "did you mean 'climb'?" in refused(forest, "forest", "clim")
    assert "did you mean '--height'?" in refused(forest, "forest", "climb", "--hieght", "3")
    with pytest.raises(SystemExit) as caught:
        run(forest, "forest")
    assert caught.value.code == 2
    assert "climbs a tree" in capsys.readouterr().out


def test_a_manager_keeps_the_contract_itself(app):
    manager = Manager(app)
    manager.add_command("show", Command(show))
    manager.add_option("--level", dest="level")
    parser = manager.create_parser("tools", func_stack=("outer",))
    assert parser is manager.parser
    assert parser.add_help is False
    assert [option.kwargs for option in manager.get_options()] == [{"dest": "level"}]


def test_an_option_shows_how_it_was_made():
    assert repr(Option("-a", dest="b")) == "Option('-a', dest='b')"
