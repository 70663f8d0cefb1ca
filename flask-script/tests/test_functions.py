"""Commands made from functions."""

import pytest

from flask_script import Command, Manager


def run(manager, *args):
    return manager.handle("manage.py", args)


def test_a_parameter_without_default_is_a_positional_argument(manager):
    @manager.command
    def show(first, second):
        return first, second

    assert run(manager, "show", "a", "b") == ("a", "b")


def test_a_parameter_with_default_is_an_option_with_the_first_letter(manager):
    @manager.command
    def show(name="joe"):
        return name

    assert run(manager, "show") == "joe"
    assert run(manager, "show", "-n", "ann") == "ann"
    assert run(manager, "show", "--name", "ann") == "ann"


def test_the_value_of_an_option_is_text_whatever_the_default_is(manager):
    @manager.command
    def show(count=3):
        return count

    assert run(manager, "show") == 3
    assert run(manager, "show", "-c", "5") == "5"


def test_the_first_of_two_parameters_has_the_letter(manager):
    @manager.command
    def show(name="a", number="b"):
        return name, number

    assert run(manager, "show", "-n", "1", "--number", "2") == ("1", "2")


def test_names_keep_their_underscores(manager):
    @manager.command
    def show_all(some_name="a"):
        return some_name

    assert run(manager, "show_all", "--some_name", "b") == "b"


def test_a_default_of_false_is_a_flag(manager):
    @manager.command
    def show(loud=False):
        return loud

    assert run(manager, "show") is False
    assert run(manager, "show", "-l") is True


def test_a_default_of_true_is_a_flag_that_can_be_denied(manager):
    @manager.command
    def show(quiet=True):
        return quiet

    assert run(manager, "show") is True
    assert run(manager, "show", "--quiet") is True
    assert run(manager, "show", "--no-quiet") is False


def test_a_parameter_may_be_named_like_a_denied_flag(manager):
    @manager.command
    def show(cache=True, no_cache=False):
        return cache, no_cache

    assert run(manager, "show", "--no_cache") == (True, True)


def test_annotations_of_numbers_convert(manager, refused):
    @manager.command
    def show(count: int, ratio: "float" = 1.5, *, name: str = "x") -> tuple:
        return count, ratio, name

    assert run(manager, "show", "3", "-r", "2", "-n", "4") == (3, 2.0, "4")
    assert "invalid int value: 'x'" in refused(manager, "show", "x")


def test_a_keyword_only_parameter_without_default_is_a_required_option(manager, refused):
    @manager.command
    def show(*, name):
        return name

    assert run(manager, "show", "--name", "ann") == "ann"
    assert "required: -n/--name" in refused(manager, "show")


def test_varied_parameters_are_no_options(manager):
    @manager.command
    def show(*args, **kwargs):
        return args, kwargs

    assert run(manager, "show") == ((), {})


def test_a_positional_only_parameter_is_refused_with_advice():
    with pytest.raises(TypeError, match=r"'name' is positional-only; remove the '/'"):
        Command(lambda name, /: name)


def test_a_parameter_named_help_takes_the_long_help_flag(manager, help_of):
    @manager.command
    def show(help="x"):  # noqa: A002
        return help

    assert run(manager, "show", "--help", "y") == "y"
    assert "--help HELP" in help_of(manager, "show", "-?")


def test_a_decorated_function_stays_the_function(manager):
    def show():
        """Shows it."""

    assert manager.command(show) is show
    assert manager.option("-n")(show) is show


def test_options_are_declared_as_for_argparse_and_repeat(manager, refused):
    @manager.option("-n", "--name", dest="who", default="joe")
    @manager.option("-c", dest="count", type=int, required=True)
    @manager.option("--mode", choices=["fast", "safe"], action="append")
    def show(who, count, mode):
        return who, count, mode

    assert run(manager, "show", "-c", "3") == ("joe", 3, None)
    assert run(manager, "show", "-c", "3", "-n", "a", "--mode", "fast") == ("a", 3, ["fast"])
    assert "required: -c" in refused(manager, "show")
    assert "invalid choice: 'slow'" in refused(manager, "show", "-c", "3", "--mode", "slow")


def test_options_declared_by_hand_replace_the_signature(manager, refused):
    @manager.option("-n", dest="name")
    def show(name, other="x"):
        return name, other

    assert run(manager, "show", "-n", "1") == ("1", "x")
    assert "unknown option '-o'" in refused(manager, "show", "-o", "2")


def test_positional_options_count_from_the_lowest_decorator(manager):
    @manager.option("second")
    @manager.option("first")
    def show(first, second):
        return first, second

    assert run(manager, "show", "1", "2") == ("1", "2")


def test_a_second_function_of_the_same_name_starts_with_no_options(manager, refused):
    def declare(flag):
        @manager.option(flag, dest="value")
        def show(value):
            return value

    declare("-a")
    declare("-b")
    assert run(manager, "show", "-b", "1") == "1"
    assert "unknown option '-a'" in refused(manager, "show", "-a", "1")


def test_the_docstring_describes_the_command_even_with_percent_signs(manager, help_of):
    @manager.command
    def shrink():
        """Shrinks by 10% or to %(size)s."""

    assert "Shrinks by 10% or to %(size)s." in help_of(manager, "-?")
    assert "Shrinks by 10% or to %(size)s." in help_of(manager, "shrink", "-?")


def test_a_function_is_a_command_of_the_manager_that_decorates_it(app):
    first, second = Manager(app), Manager(app)
    first.command(test_a_function_is_a_command_of_the_manager_that_decorates_it)
    assert len(first._commands) == 1
    assert not second._commands
