"""The shell runs what it reads."""

import pytest

SOURCE = """
    from flask import Flask
    from flask_script import Manager, Shell

    app = Flask("shop")
    manager = Manager(app)
    manager.add_command("bare", Shell(banner="Welcome", use_ipython=False, use_ptipython=False))

    @manager.shell
    def names():
        return {"answer": 42}

    if __name__ == "__main__":
        manager.run()
"""


@pytest.fixture
def manage(program):
    return program(SOURCE)


PLAIN = ("--no-ipython", "--no-ptipython")


def test_the_shell_runs_lines_in_the_context_of_the_application(manage):
    done = manage("bare", stdin="import flask\nprint(app.name, flask.request.path)\n")
    assert done.returncode == 0
    assert "shop /" in done.stdout
    assert "Welcome" in done.stderr


def test_the_names_in_the_shell_are_those_of_the_decorated_function(manage):
    done = manage("shell", *PLAIN, stdin="print(answer + 1)\nprint('app' in dir())\n")
    assert "43" in done.stdout
    assert "False" in done.stdout


def test_leaving_the_shell_with_an_exit_code_is_the_exit_code(manage):
    assert manage("bare", stdin="import sys\nsys.exit(5)\n").returncode == 5


def test_ipython_is_used_where_it_is_installed(manage):
    pytest.importorskip("IPython")
    done = manage("shell", "--no-ptipython", stdin="print(answer + 1)\n")
    assert "In [1]" in done.stdout
    assert "43" in done.stdout
