"""manage.py as a process: what it prints and how it exits."""

import pytest

SOURCE = """
    import sys
    from flask import Flask, current_app
    from flask_script import Manager
    from flask_script.commands import InvalidCommand

    app = Flask("shop")
    manager = Manager(app)

    @manager.command
    def greet(name, greeting="hello"):
        "Greets somebody."
        print(greeting, name, "from", current_app.name)

    @manager.command
    def seven():
        return 7

    @manager.command
    def text():
        return "all is lost"

    @manager.command
    def leave():
        sys.exit(9)

    @manager.command
    def fall():
        raise InvalidCommand("no such thing")

    stock = Manager(usage="Counts what is there")

    @stock.command
    def count(minimum=1):
        print("at least", minimum)

    manager.add_command("stock", stock)

    if __name__ == "__main__":
        manager.run()
"""


@pytest.fixture
def manage(program):
    return program(SOURCE)


@pytest.mark.parametrize(
    ("args", "code"),
    [
        ([], 2),
        (["-?"], 0),
        (["--help"], 0),
        (["-h"], 2),
        (["nothing"], 2),
        (["greet"], 2),
        (["greet", "Ada"], 0),
        (["greet", "Ada", "Bob"], 2),
        (["greet", "Ada", "--nothing"], 2),
        (["greet", "-?"], 0),
        (["seven"], 7),
        (["text"], 1),
        (["leave"], 9),
        (["fall"], 1),
        (["stock"], 2),
        (["stock", "-?"], 0),
        (["stock", "nothing"], 2),
        (["stock", "count"], 0),
    ],
)
def test_the_exit_code_is_that_of_the_original(manage, args, code):
    assert manage(*args).returncode == code


def test_without_arguments_every_command_is_listed_with_its_docstring(manage):
    shown = manage().stdout
    for name in ("greet", "seven", "stock", "shell", "runserver"):
        assert f"\n    {name}" in shown
    assert "Greets somebody." in shown
    assert "Counts what is there" in shown
    assert "-?, --help" in shown


def test_a_group_without_a_command_lists_its_own(manage):
    shown = manage("stock").stdout
    assert shown.startswith("usage: Counts what is there\n")
    assert "\n    count" in shown
    assert "greet" not in shown


def test_a_command_works_in_the_context_of_the_application(manage):
    assert manage("greet", "Ada", "-g", "hi").stdout == "hi Ada from shop\n"


def test_a_mistyped_command_gets_a_suggestion(manage):
    assert "unknown command 'gret'; did you mean 'greet'?" in manage("gret").stderr
    assert "unknown command 'cuont'; did you mean 'count'?" in manage("stock", "cuont").stderr


def test_an_unlike_command_gets_the_list(manage):
    assert "unknown command 'zzz'; choose from count." in manage("stock", "zzz").stderr


def test_a_mistyped_option_gets_a_suggestion(manage):
    stderr = manage("greet", "Ada", "--greting=hi").stderr
    assert (
        "manage.py greet: error: unknown option '--greting'; did you mean '--greeting'?" in stderr
    )


def test_an_argument_too_many_is_named(manage):
    assert "unexpected argument 'Bob'" in manage("greet", "Ada", "Bob").stderr


def test_an_exception_in_a_command_is_shown_with_its_traceback(manage):
    stderr = manage("fall").stderr
    assert stderr.startswith("Traceback")
    assert stderr.endswith("InvalidCommand: no such thing\n")


def test_a_text_as_result_goes_to_stderr(manage):
    assert manage("text").stderr == "all is lost\n"


def test_usage_names_the_whole_command_line_so_far(manage):
    assert manage("stock", "count", "-?").stdout.startswith("usage: manage.py stock count [-?]")


def test_a_default_command_runs_when_the_command_line_is_empty(program):
    manage = program("""
        from flask import Flask
        from flask_script import Command, Manager

        class Report(Command):
            def run(self):
                print("reported")
                return 4

        Manager(Flask("shop")).run(commands={"report": Report}, default_command="report")
    """)
    assert (manage().stdout, manage().returncode) == ("reported\n", 4)
    assert manage("nothing").returncode == 2


def test_an_empty_input_ends_a_question_with_one_sentence(program):
    manage = program("""
        from flask import Flask
        from flask_script import Manager, prompt

        manager = Manager(Flask("shop"))

        @manager.command
        def ask():
            prompt("Name")

        manager.run()
    """)
    done = manage("ask")
    assert done.returncode == 1
    assert done.stderr.startswith("manage.py: error: The input ended before 'Name' was answered")
    assert "Traceback" not in done.stderr
