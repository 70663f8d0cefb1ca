"""runserver serves pages."""

import json
import re
import subprocess
import threading
import urllib.request

import pytest
from flask import Flask

from flask_script import Manager
from flask_script.commands import InvalidCommand

SOURCE = """
    import os
    from flask import Flask, current_app, request
    from flask_script import Manager, Server

    app = Flask("shop")
    app.debug = "APP_DEBUG" in os.environ

    @app.route("/")
    def page():
        return {
            "debug": current_app.debug,
            "debugger": "werkzeug.debug.preserve_context" in request.environ,
            "threads": request.environ["wsgi.multithread"],
        }

    manager = Manager(app)
    manager.add_command("threads", Server(threaded=True, use_reloader=False))
    manager.add_command("odd", Server(no_such_option=1))

    if __name__ == "__main__":
        manager.run()
"""


DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def served(program, *args):
    """Serve on a port that is free, and return the page."""
    server = subprocess.Popen(
        [*program.command, *args, "-p", "0"],
        cwd=program.folder,
        env=program.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    stopped = threading.Timer(120, server.kill)
    stopped.start()
    try:
        with server.stderr, DIRECT.open(address(server.stderr), timeout=60) as page:
            return json.load(page)
    finally:
        stopped.cancel()
        server.terminate()
        server.wait(timeout=60)


def address(messages):
    """Return the address that the server tells as soon as it listens there."""
    told = ""
    for message in messages:
        told += message
        if found := re.search(r"Running on (http://\S+)", message):
            return found[1]
    raise AssertionError(f"the server ended: {told}")


def test_a_page_is_served_without_debugger_and_threads(program):
    page = served(program(SOURCE), "runserver", "-R")
    assert page == {"debug": False, "debugger": False, "threads": False}


def test_the_debugger_is_switched_on_with_debug_mode(program):
    page = served(program(SOURCE), "runserver", "-d", "-R", "--threaded")
    assert page == {"debug": True, "debugger": True, "threads": True}


def test_the_debugger_follows_the_application(program, monkeypatch):
    monkeypatch.setenv("APP_DEBUG", "1")
    assert served(program(SOURCE), "runserver", "-R")["debugger"] is True
    assert served(program(SOURCE), "runserver", "-D")["debugger"] is False


def test_a_server_has_the_defaults_of_its_constructor(program):
    assert served(program(SOURCE), "threads")["threads"] is True


def test_minus_h_is_the_host(help_of):
    shown = help_of(Manager(Flask("shop")), "runserver", "-?")
    assert "[-?] [-h HOST] [-p PORT]" in shown
    assert "--host HOST" in shown


def test_one_file_of_a_certificate_is_not_enough(app):
    manager = Manager(app)
    with pytest.raises(InvalidCommand, match="give --ssl-crt and --ssl-key, or neither"):
        manager.handle("manage.py", ["runserver", "--ssl-crt", "a.pem"])


def test_both_files_of_a_certificate_are_opened(program):
    done = program(SOURCE)("runserver", "-p", "0", "--ssl-crt", "no.crt", "--ssl-key", "no.key")
    assert done.returncode == 1
    assert "FileNotFoundError" in done.stderr


def test_further_options_go_to_the_server(program):
    done = program(SOURCE)("odd", "-p", "0")
    assert "unexpected keyword argument 'no_such_option'" in done.stderr
