"""Revision files that cannot be used: the sentence names the file, and what to correct."""

import pickle

import pytest

import flask_migrate
from flask_migrate import errors
from tests.errors.told import refused

HEAD = "revision = 'second'\ndown_revision = 'first'\n"
SINGLE = {
    "syntax error": (
        f"{HEAD}def upgrade(:\n    pass\n",
        "has a syntax error in line 3: invalid syntax. Correct it.",
    ),
    "import that fails": (
        f"{HEAD}import nothing_of_that_name\n",
        (
            "cannot be loaded: ModuleNotFoundError: No module named 'nothing_of_that_name', "
            "in line 3. Correct it."
        ),
    ),
    "error over two lines": (
        f"{HEAD}raise ValueError('first\\nsecond')\n",
        "cannot be loaded: ValueError: first second, in line 3. Correct it.",
    ),
    "exit": (
        f"{HEAD}raise SystemExit('no')\n",
        "cannot be loaded: SystemExit: no, in line 3. Correct it.",
    ),
    "no revision": (
        "down_revision = 'first'\n",
        "has no line 'revision = ...'. Give it that line back, or move it out of the folder.",
    ),
    "no down_revision": (
        "revision = 'second'\n",
        "has no line 'down_revision = ...'. Give it that line back, or move it out of the folder.",
    ),
    "revision that is no text": (
        "revision = 2\ndown_revision = 'first'\n",
        (
            "cannot be used: TypeError: 'int' object is not iterable. "
            "Correct its revision, down_revision, branch_labels and depends_on."
        ),
    ),
    "id with a sign that means something": (
        "revision = 'se@cond'\ndown_revision = 'first'\n",
        (
            "cannot be used: Character(s) '@' not allowed in revision identifier 'se@cond'. "
            "Give it another id."
        ),
    ),
    "id of another": (
        "revision = 'first'\ndown_revision = None\n",
        "has the id 'first', and {first} has it too. Give one of them another id, or remove it.",
    ),
    "missing parent": (
        "revision = 'second'\ndown_revision = 'gone'\n",
        (
            "follows 'gone' (down_revision), and no file has that id. "
            "Get that file back (if a database has run it: flask db recover gone), "
            "or correct down_revision."
        ),
    ),
    "missing dependency": (
        f"{HEAD}depends_on = 'gone'\n",
        (
            "depends on 'gone' (depends_on), and no file has that id. "
            "Get that file back (if a database has run it: flask db recover gone), "
            "or correct depends_on."
        ),
    ),
    "branch label of another": (
        f"{HEAD}branch_labels = ('label',)\n",
        (
            "has the branch label 'label', and {first} has it too. "
            "Take it out of branch_labels in one of them."
        ),
    ),
}
CIRCLES = {
    "itself": (
        "revision = 'second'\ndown_revision = 'second'\n",
        "second comes before itself. Correct its down_revision or depends_on.",
        ("second",),
    ),
    "itself by depends_on": (
        f"{HEAD}depends_on = 'second'\n",
        "second comes before itself. Correct its down_revision or depends_on.",
        ("second",),
    ),
    "its child": (
        "revision = 'second'\ndown_revision = 'third'\n",
        "second, third come before each other. Correct down_revision or depends_on in one of them.",
        ("second", "third"),
    ),
}


@pytest.mark.parametrize(("text", "problem"), SINGLE.values(), ids=SINGLE)
def test_a_file_that_cannot_be_used_is_named_with_its_problem(project, text, problem):
    first = project.revision("first", labels="label")
    path = project.write("migrations/versions/second_.py", text)
    sentence = refused(project, "upgrade")
    assert sentence == f"Revision file {path} {problem.format(first=first)}"
    with project.context(), pytest.raises(errors.RevisionFileError) as raised:
        flask_migrate.upgrade()
    assert raised.value.path == str(path)
    assert str(pickle.loads(pickle.dumps(raised.value))) == sentence


@pytest.mark.parametrize(("text", "problem", "revisions"), CIRCLES.values(), ids=CIRCLES)
def test_a_circle_is_told_with_its_revisions(project, text, problem, revisions):
    project.revision("first")
    project.revision("third", "second")
    path = project.write("migrations/versions/second_.py", text)
    files = (path, path.with_name("third.py"))
    sentence = refused(project, "upgrade")
    assert sentence in {f"Revision file {f} is part of a cycle: {problem}" for f in files}
    with project.context(), pytest.raises(errors.HistoryBroken) as raised:
        flask_migrate.history()
    assert set(raised.value.revisions) == set(revisions)


@pytest.mark.parametrize(
    "command",
    [
        "upgrade",
        "downgrade",
        "migrate",
        "revision",
        "merge heads",
        "history",
        "heads",
        "current",
        "show",
        "stamp",
        "check",
        "branches",
        "edit",
        "ensure-version",
    ],
)
def test_every_command_tells_of_a_broken_file(project, command):
    path = project.write("migrations/versions/second_.py", "revision = (\n")
    sentence = refused(project, *command.split())
    assert sentence.startswith(f"Revision file {path} has a syntax error in line 1: ")
