"""Migrations folders that are missing, in the way, or may not be written."""

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest

import flask_migrate
from flask_migrate import errors
from tests.errors.conftest import bare
from tests.errors.told import refused

NOBODY = 65534
NOT_WRITABLE = (
    "Directory {folder} cannot be written ({reason}). Nothing was changed. "
    "Give this user the right to write there, or choose another folder with -d."
)
COMMANDS = [
    "upgrade",
    "downgrade",
    "migrate",
    "revision",
    "merge heads",
    "history",
    "heads",
    "branches",
    "current",
    "show",
    "edit",
    "stamp",
    "check",
    "ensure-version",
]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_missing_folder_is_told_with_how_to_make_it(bare_project, command):
    assert refused(bare_project, *command.split()) == (
        f"There is no migrations folder at '{bare_project.migrations}' (no env.py in it). "
        "Create it with: flask db init; or name the right one with -d."
    )


def test_a_missing_folder_is_a_typed_error(bare_project):
    with bare_project.context(), pytest.raises(errors.DirectoryMissing) as raised:
        flask_migrate.upgrade("elsewhere")
    assert raised.value.directory == "elsewhere"


def test_init_does_not_touch_a_folder_that_has_something_in_it(project):
    assert refused(project, "init") == (
        f"Directory {project.migrations} already exists and is not empty. Nothing was changed. "
        "Choose another folder with -d, or remove this one first."
    )


def test_init_tells_of_a_file_in_the_way(bare_project):
    path = bare_project.write("migrations", "a file")
    assert refused(bare_project, "init") == NOT_WRITABLE.format(
        folder=path, reason=f"{path} is a file"
    )


@pytest.mark.parametrize("folder", ["/proc/migrations", "/dev/null/migrations"])
def test_init_tells_of_a_place_where_nobody_can_write(bare_project, folder):
    sentence = refused(bare_project, "init", "-d", folder)
    assert sentence.startswith(f"Directory {folder} cannot be written (")
    with bare_project.context(), pytest.raises(errors.DirectoryNotWritable) as raised:
        flask_migrate.init(folder)
    assert raised.value.directory == folder


@pytest.mark.parametrize("template", ["nope", "./nope", "nowhere/nope"])
def test_an_unknown_template_is_told_as_it_was_typed(bare_project, template):
    sentence = refused(bare_project, "init", "-t", template)
    assert sentence.startswith(f"There is no template '{template.removeprefix('./')}'. ")
    assert sentence.endswith("named by its path, as in -t ./templates/mine.")
    with bare_project.context(), pytest.raises(errors.TemplateMissing) as raised:
        flask_migrate.init(template=template)
    assert ("flask" in raised.value.available) == (template == "nope")


@pytest.fixture
def locked():
    """A project whose folders this user may read, but not write; root becomes nobody for it."""
    folder = Path(tempfile.mkdtemp())
    project = bare(folder).init()
    project.revision("first")
    assert project.db("upgrade").code == 0
    project.revision("second", "first")
    project.revision("third", "first")
    folders = [p for p in (folder, *folder.rglob("*")) if p.is_dir()]
    for path in [*folders, folder / "blog.db"]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    yield project
    for path in folders:
        path.chmod(0o755)
    shutil.rmtree(folder)


@contextmanager
def unprivileged():
    root = os.geteuid() == 0
    if root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


@pytest.mark.parametrize("command", ["revision --head second", "merge heads"])
def test_a_versions_folder_that_may_not_be_written(locked, command):
    with unprivileged():
        sentence = refused(locked, *command.split())
    assert sentence == NOT_WRITABLE.format(folder=locked.versions, reason="Permission denied")


def test_init_where_the_user_may_not_write(locked):
    elsewhere = locked.folder / "elsewhere"
    with unprivileged():
        sentence = refused(locked, "init", "-d", str(elsewhere))
    assert sentence == NOT_WRITABLE.format(folder=elsewhere, reason="Permission denied")


def test_an_sqlite_file_that_the_user_may_not_write(locked):
    with unprivileged():
        assert refused(locked, "upgrade", "second") == (
            f"The database user may not do this on {locked.url}, which revision second does: "
            "attempt to write a readonly database. "
            "Grant the right to create and change tables, or connect as another user."
        )


def test_a_missing_script_template_is_told(project):
    path = project.migrations / "script.py.mako"
    path.unlink()
    assert refused(project, "revision").startswith(f"There is no {path}, from which revision ")


def test_an_unreadable_alembic_ini_is_told_in_one_line(project):
    project.write("migrations/alembic.ini", "nonsense\n")
    assert "File contains no section headers" in refused(project, "upgrade")


ENVIRONMENTS = {
    "error": ("\nraise ValueError('not today')\n", "ValueError: not today, in {path} line 2. "),
    "name": ("x = nonsense\n", "NameError: name 'nonsense' is not defined, in {path} line 1. "),
    "import": ("import nope7\n", "ModuleNotFoundError: No module named 'nope7', in {path} line 1."),
    "syntax": ("x = (\n", "'(' was never closed ({path}, line 1)."),
    "silent": ("raise KeyError\n", "KeyError, in {path} line 1. "),
}


@pytest.mark.parametrize(("text", "start"), ENVIRONMENTS.values(), ids=ENVIRONMENTS)
@pytest.mark.parametrize("command", ["upgrade", "migrate", "current"])
def test_an_env_py_that_fails_is_told_with_its_line(project, text, start, command):
    path = project.write("migrations/env.py", text)
    assert refused(project, command).startswith(start.format(path=path))


def test_an_env_py_that_fails_raises_its_own_error_from_python(project):
    project.write("migrations/env.py", "raise LookupError('mine')")
    with project.context(), pytest.raises(LookupError, match="mine"):
        flask_migrate.upgrade()


def test_a_revision_that_fails_in_python_is_told_with_its_line(project):
    project.revision("first")
    assert project.db("upgrade").code == 0
    path = project.revision("second", "first", "op.create_tabel('x')")
    assert refused(project, "upgrade") == (
        "AttributeError: module 'alembic.op' has no attribute 'create_tabel', "
        f"in {path} line 12. For the traceback, add --verbose."
    )
