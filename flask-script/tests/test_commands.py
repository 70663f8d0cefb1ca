"""Commands made as classes, their options and groups of options."""

import pytest
from flask import current_app, request

from flask_script import Command, Group, Option
from flask_script.parsing import LevelParser


class Greet(Command):
    """Greets somebody."""

    option_list = (Option("-n", "--name", dest="name", default="joe"),)

    def run(self, name):
        return f"{name} at {request.path} of {current_app.name}"


class Shortened(Command):
    """Sets up no more than it needs."""

    def __init__(self, default):
        self.default = default

    def get_options(self):
        return [Option("-v", dest="value", type=int, default=self.default)]

    def run(self, value):
        return value


def run(manager, *args):
    return manager.handle("manage.py", args)


@pytest.mark.parametrize("command", [Greet, Greet()])
def test_a_class_and_an_instance_are_added_alike(manager, command):
    manager.add_command("hello", command)
    assert run(manager, "hello", "-n", "ann") == "ann at / of example"


@pytest.mark.parametrize("command", [Greet, Greet()])
def test_without_a_name_the_class_gives_it(manager, command):
    manager.add_command(command)
    assert run(manager, "greet") == "joe at / of example"


def test_a_name_attribute_is_the_name(manager):
    class Named(Greet):
        name = "welcome"

    manager.add_command(Named)
    assert run(manager, "welcome") == "joe at / of example"


@pytest.mark.parametrize("thing", ["alone", 3, print])
def test_what_is_no_command_is_refused_with_advice(manager, thing):
    with pytest.raises(TypeError, match=r"is not a command: .* @manager\.command"):
        manager.add_command("thing", thing)


def test_a_subclass_need_not_call_the_constructor(manager):
    manager.add_command("show", Shortened(5))
    assert run(manager, "show") == 5
    assert run(manager, "show", "-v", "7") == 7


def test_an_option_added_to_one_command_is_not_on_another(manager):
    first = Greet()
    first.add_option(Option("-x", dest="x"))
    assert len(list(first.get_options())) == 2
    assert len(list(Greet().get_options())) == 1


def test_a_command_can_be_called_with_the_application(app):
    assert Greet()(app, name="ann") == "ann at / of example"


def test_a_command_called_without_the_application_says_so():
    with pytest.raises(TypeError, match="Greet needs the application"):
        Greet()(name="ann")


def test_a_command_without_run_says_so(app):
    class Empty(Command):
        pass

    with pytest.raises(NotImplementedError, match=r"define its run\(\) method"):
        Empty()(app)


def test_a_function_makes_a_command(app):
    def double(value):
        """Doubles it."""
        return value * 2

    command = Command(double)
    assert command.description == "Doubles it."
    assert command.run is double
    assert command(app, value=2) == 4


def test_a_command_may_do_without_a_context(manager):
    class Bare(Command):
        def __call__(self, app):
            return app.name, bool(request)

    manager.add_command(Bare)
    assert run(manager, "bare") == ("example", False)


def test_unknown_arguments_are_captured_in_first_place(manager):
    class Wrap(Command):
        capture_all_args = True
        option_list = (Option("--level", dest="level"),)

        def run(self, rest, level):
            return rest, level

    manager.add_command(Wrap)
    assert run(manager, "wrap", "a", "--level", "3", "--other") == (["a", "--other"], "3")
    assert run(manager, "wrap") == ([], None)


def test_a_command_may_have_its_own_help_flags(manager, help_of, refused):
    class Aided(Greet):
        help_args = ("-h", "--aid")

    manager.add_command(Aided)
    assert "-h, --aid" in help_of(manager, "aided", "-h")
    assert "unknown option '-?'" in refused(manager, "aided", "-?")


def test_help_flags_come_from_the_manager(manager, help_of):
    manager.help_args = ("-h", "--help")
    manager.add_command(Greet)
    assert "-h, --help" in help_of(manager, "greet", "-h")
    assert "-h HOST" in help_of(manager, "runserver", "--help")


def test_help_and_usage_of_a_command_are_shown(manager, help_of):
    class Plain(Greet):
        help = "says hello"
        usage = "plain [-n NAME]"

    manager.add_command(Plain)
    assert "says hello" in help_of(manager, "-?")
    assert help_of(manager, "plain", "-?").startswith("usage: plain [-n NAME]\n")


def test_of_an_exclusive_group_one_option_at_most(manager, refused):
    class Pick(Command):
        option_list = (
            Group(
                Option("-a", action="store_true"),
                Option("-b", action="store_true"),
                exclusive=True,
                required=True,
            ),
        )

        def run(self, a, b):
            return a, b

    manager.add_command(Pick)
    assert run(manager, "pick", "-b") == (False, True)
    assert "not allowed with argument -a" in refused(manager, "pick", "-a", "-b")
    assert "one of the arguments -a -b is required" in refused(manager, "pick")


def test_a_titled_group_has_its_place_in_the_help(manager, help_of):
    class Sized(Command):
        option_list = (
            Group(Option("--width"), title="size", description="In metres."),
            Group(Option("--colour")),
            Group(Option("--age")),
        )

        def run(self, **values):
            return values

    manager.add_command(Sized)
    assert "size:\n  In metres.\n\n  --width WIDTH" in help_of(manager, "sized", "-?")
    assert run(manager, "sized", "--age", "3") == {"width": None, "colour": None, "age": "3"}


def test_a_group_with_a_title_cannot_exclude():
    with pytest.raises(TypeError, match="either a title and a description, or is exclusive"):
        Group(Option("-a"), title="size", exclusive=True)


def test_a_parser_has_the_options_and_the_command_at_the_end_of_its_stack(manager):
    command = Greet()
    parser = command.create_parser("manage.py greet", func_stack=(manager,), parent=manager)
    values = parser.parse_args(["-n", "ann"])
    assert parser is command.parser
    assert parser.add_help is False
    assert values.func_stack == (manager, command)
    assert values.name == "ann"
    assert not isinstance(parser, LevelParser)
