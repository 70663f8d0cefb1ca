"""The head of a revision file, read without executing it, is what executing it gives."""

from __future__ import annotations

import subprocess
import sys
from types import ModuleType

import pytest
from alembic.util import to_tuple
from hypothesis import given, settings
from hypothesis import strategies as st

from flask_migrate.revisions.head import Head, read_head

USUAL = '''\
"""Add a table

Revision ID: b1
Revises: a1

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'b1'
down_revision = 'a1'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('t', sa.Column('id', sa.Integer))


def downgrade():
    op.drop_table('t')
'''
HEAD = "revision = 'b1'\ndown_revision = 'a1'\n"
FUNCTIONS = "def upgrade(): pass\ndef downgrade(): pass\n"

READ = {
    "as Alembic writes it": USUAL,
    "with carriage returns": USUAL.replace("\n", "\r\n"),
    "with old Mac's line ends": USUAL.replace("\n", "\r"),
    "with a byte order mark": "\ufeff" + USUAL,
    "with annotations": 'revision: str = "b1"\ndown_revision: str | None = None\n' + FUNCTIONS,
    "with several parents": "revision = 'b1'\ndown_revision = ('a1', 'a2')\n" + FUNCTIONS,
    "with a list": "revision = 'b1'\ndown_revision = ['a1', 'a2']\n" + FUNCTIONS,
    "with nothing to follow": "revision = 'b1'\ndown_revision = ()\n" + FUNCTIONS,
    "with labels and dependencies": HEAD + "branch_labels = ('x',)\ndepends_on = 'y'\n",
    "set twice": HEAD + "revision = 'b2'\n" + FUNCTIONS,
    "two names at once": "revision = branch_labels = 'b1'\ndown_revision = None\n",
    "with a string in two parts": "revision = 'b' '1'\ndown_revision = None\n",
    "with escapes": "revision = '\\x62\\u0031'\ndown_revision = r'a\\1'\n",
    "without functions": HEAD,
    "with an if": "if True:\n    import os\n" + HEAD + FUNCTIONS,
    "with a try": "try:\n    import json\nexcept ImportError:\n    json = None\n" + HEAD,
    "with a table": "import sqlalchemy as sa\nt = sa.table('t', sa.column('revision'))\n" + HEAD,
    "with a class": HEAD + "class Kind:\n    revision = 'c1'\n" + FUNCTIONS,
    "with a decorator": "import functools\n" + HEAD + "@functools.cache\ndef upgrade(): pass\n",
    "with SQL at the margin": HEAD + 'def upgrade():\n    """\nSELECT 1\n"""\n',
    "with a statement after the functions": HEAD + FUNCTIONS + "limit = 5\n",
    "a name set after the functions": HEAD + FUNCTIONS + "depends_on = 'x1'\n",
    "a function in the docstring": '"""\ndef upgrade():\n"""\n' + HEAD + FUNCTIONS,
    "a docstring of several indented lines": 'r"""One\n\n    Two\n      Three \\d\n    """\n'
    + HEAD,
    "no docstring but bytes": "b'no'\n" + HEAD,
    "an empty docstring": "''\n" + HEAD,
    "a second string": "'doc'\n'other'\n" + HEAD,
    "a local of the same name": HEAD + "def upgrade():\n    revision = 'c1'\n",
    "a global of another name": HEAD + "def upgrade():\n    global other\n    other = 1\n",
    "a form feed": "\f\n" + HEAD + FUNCTIONS,
    "in another encoding": ("# -*- coding: latin-1 -*-\n'\xe9t\xe9'\n" + HEAD).encode("latin-1"),
    "a comment that speaks of coding": "# coding: utf-8\n" + HEAD,
    "a lambda": HEAD + "upgrade = downgrade = lambda: None\n",
    "lines that go on": "revision = \\\n    'b1'\ndown_revision = (\n    'a1'\n)\n" + FUNCTIONS,
}

EXECUTED = {
    "announced without a value": "branch_labels: tuple\n" + HEAD,
    "computed": "revision = 'b' + '1'\ndown_revision = None\n",
    "formatted": "revision = f'b{1}'\ndown_revision = None\n",
    "a name of a name": "ID = 'b1'\nrevision = ID\ndown_revision = None\n",
    "imported": "from os.path import sep as revision\ndown_revision = None\n",
    "starred": HEAD + "from os.path import *\n",
    "unpacked": "revision, down_revision = 'b1', None\n",
    "under a condition": HEAD + "if True:\n    revision = 'b2'\n",
    "in a loop": HEAD + "for revision in ('b2', 'b3'): pass\n",
    "in a with": HEAD + "import io\nwith io.StringIO() as depends_on: pass\ndepends_on = None\n",
    "by a walrus": HEAD + "limit = [(revision := 'b2')]\n",
    "by a walrus in a default": HEAD + "def upgrade(x=(revision := 'b2')): pass\n",
    "by globals()": HEAD + "globals()['revision'] = 'b2'\n",
    "by globals().update()": HEAD + "globals().update(revision='b2')\n",
    "by exec()": HEAD + "exec(\"revision = 'b2'\")\n",
    "by its module": HEAD + "import sys\nsys.modules.get('x', sys).revision = 'b2'\n",
    "by a function's global": HEAD + "def f():\n    global revision\n    revision = 'b2'\nf()\n",
    "by a class": HEAD + "class C:\n    global revision\n    revision = 'b2'\n",
    "added to": HEAD + "revision += '2'\n",
    "taken away": HEAD + "depends_on = 'x'\ndel depends_on\n",
    "as a function": "revision = 'b1'\ndef down_revision(): pass\n",
    "a docstring set": "__doc__ = 'set'\n" + HEAD,
    "a number": "revision = 'b1'\ndown_revision = 1\n",
    "None among several": "revision = 'b1'\ndown_revision = ('a1', None)\n",
    "a set of labels": HEAD + "branch_labels = {'x'}\n",
    "without revision": "down_revision = None\n",
    "without down_revision": "revision = 'b1'\n",
    "not Python": HEAD + "def upgrade(:\n    pass\n<<<<<<< HEAD\n",
    "with a zero byte": HEAD + "x = '\0'\n",
    "not in its encoding": b"'\xff'\n" + HEAD.encode(),
}


@pytest.mark.parametrize("source", READ.values(), ids=READ)
def test_what_stands_there_is_read(source):
    content = _encoded(source)
    head = read_head(content, "b1.py")
    assert head is not None
    assert _of(head) == _of(_executed(content))


@pytest.mark.parametrize("source", EXECUTED.values(), ids=EXECUTED)
def test_what_only_executing_would_tell_is_left_to_it(source):
    assert read_head(_encoded(source), "b1.py") is None


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from([*READ.values(), *EXECUTED.values()]), max_size=3))
def test_files_put_together_are_never_misread(sources):
    content = b"\n".join(map(_encoded, sources))
    head = read_head(content, "b1.py")
    if head is not None:
        assert _of(head) == _of(_executed(content))


def test_an_interpreter_that_drops_docstrings_has_none():
    program = (
        "from flask_migrate.revisions.head import read_head\n"
        "print(repr(read_head(b'\"doc\"\\nrevision = \"a\"\\ndown_revision = None', '').doc))"
    )
    for flag, doc in {"-O": "'doc'", "-OO": "''"}.items():
        command = [sys.executable, flag, "-c", program]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == doc


def _encoded(source):
    return source.encode() if isinstance(source, str) else source


def _executed(content):
    module = ModuleType("b1")
    exec(compile(content, "b1.py", "exec", dont_inherit=True), vars(module))
    return module


def _of(found):
    """Return what Alembic takes from a module, or would take from a head."""
    if isinstance(found, Head):
        module = ModuleType("b1", found.doc)
        vars(module).update(vars(found))
        found = module
    return (
        found.revision,
        to_tuple(getattr(found, "down_revision", None)),
        to_tuple(getattr(found, "branch_labels", None)),
        to_tuple(getattr(found, "depends_on", None)),
        (found.__doc__ or "").strip(),
    )
