"""Questions, answered on the standard input of a real process, and on a terminal."""

import os
import subprocess
import sys

import pytest


def ask(question, stdin):
    """Return what is asked and what comes of it."""
    source = f"from flask_script.cli import *\nprint('|', repr({question}))"
    done = subprocess.run(
        [sys.executable, "-c", source],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        start_new_session=True,  # no terminal for getpass to fall upon
    )
    return done.stdout.strip() or done.stderr


@pytest.mark.parametrize(
    ("question", "stdin", "outcome"),
    [
        ("prompt('Name')", "ann\n", "Name: | 'ann'"),
        ("prompt('Name')", "\n\nann\n", "Name: Name: Name: | 'ann'"),
        ("prompt('Name?')", " ann \n", "Name? | ' ann '"),
        ("prompt('Name', 'joe')", "\n", "Name [joe]: | 'joe'"),
        ("prompt('Name', 'joe')", "ann\n", "Name [joe]: | 'ann'"),
        ("prompt('Name', 5)", "\n", "Name [5]: | 5"),
        ("prompt('Name', '')", "\n", "Name: | ''"),
    ],
)
def test_a_question_is_asked_until_it_is_answered(question, stdin, outcome):
    assert ask(question, stdin) == outcome


@pytest.mark.parametrize("word", ["y", "YES", "1", "on", "true", "t"])
def test_yes_has_many_words(word):
    assert ask("prompt_bool('Sure')", f"{word}\n") == "Sure [n]: | True"


@pytest.mark.parametrize("word", ["n", "No", "0", "off", "false", "f"])
def test_no_has_many_words(word):
    assert ask("prompt_bool('Sure', default=True)", f"{word}\n") == "Sure [y]: | False"


@pytest.mark.parametrize(
    ("question", "stdin", "outcome"),
    [
        ("prompt_bool('Sure')", "\n", "Sure [n]: | False"),
        ("prompt_bool('Sure', True)", "\n", "Sure [y]: | True"),
        ("prompt_bool('Sure')", "maybe\ny\n", "Sure [n]: Sure [n]: | True"),
        ("prompt_bool('Ok', yes_choices=['Ja'], no_choices=['Nein'])", "ja\n", "Ok [Nein]: | True"),
        ("prompt_bool('Ok', yes_choices=['Ja'], no_choices=['Nein'])", "\n", "Ok [Nein]: | False"),
    ],
)
def test_yes_or_no_is_asked_until_it_is_one_of_them(question, stdin, outcome):
    assert ask(question, stdin) == outcome


@pytest.mark.parametrize(
    ("question", "stdin", "outcome"),
    [
        ("prompt_choices('Db', ['pg', 'my'])", "x\npg\n", "Db - (pg, my): Db - (pg, my): | 'pg'"),
        ("prompt_choices('Db', ['pg'], 'pg')", "\n", "Db - (pg) [pg]: | 'pg'"),
        ("prompt_choices('Db', ['PG', 'pg'])", "pg\n", "Db - (PG, pg): | 'pg'"),
        ("prompt_choices('Db', ['PG'])", "pg\n", "Db - (PG): | 'PG'"),
        ("prompt_choices('Db', ['pg'])", "none\n", "Db - (pg): | None"),
        ("prompt_choices('Db', ['pg'], no_choice=('off',))", "off\n", "Db - (pg): | None"),
        ("prompt_choices('Db', [(1, 'one'), (2, 'two')])", "2\n", "Db - (one [1], two [2]): | 2"),
        ("prompt_choices('Db', [('a', 'A')], 'a')", "\n", "Db - (A [a]) [a]: | 'a'"),
    ],
)
def test_a_choice_is_asked_until_it_is_one_of_them(question, stdin, outcome):
    assert ask(question, stdin) == outcome


@pytest.mark.parametrize(
    "question",
    [
        "prompt('Name')",
        "prompt('Name', 'joe')",
        "prompt_pass('Name')",
        "prompt_bool('Name', True)",
        "prompt_choices('Name', ['a'])",
    ],
)
def test_the_end_of_the_input_is_an_eof_error_that_says_what_to_do(question):
    source = f"""
from flask_script.cli import *
try:
    {question}
except EOFError as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", source],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
        start_new_session=True,
    )
    assert "The input ended before 'Name" in done.stdout
    assert "run the command in a terminal" in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_a_password_is_not_shown_on_a_terminal():
    import pty

    source = "from flask_script import prompt_pass as ask; print(ask('Key', 'old'), ask('Key'))"
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", source]
    with subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    ) as child:
        os.close(theirs)
        seen = b""
        for answer in (b"\n", b"\n", b"secret\n"):
            seen += _read_until(ours, b": ")
            os.write(ours, answer)
        seen += _read_until(ours, b"old secret")
        assert child.wait(timeout=120) == 0
    os.close(ours)
    assert seen.split() == [b"Key", b"[old]:", b"Key:", b"Key:", b"old", b"secret"]


def _read_until(terminal, end):
    seen = b""
    while not seen.endswith(end):
        seen += os.read(terminal, 1)
    return seen
