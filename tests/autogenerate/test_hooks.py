"""The post-write hooks of alembic.ini run on each new revision file."""

from __future__ import annotations

import sys

import pytest

from tests.errors.project import Project

MARK = """
import sys
with open(sys.argv[1], "a") as file:
    file.write("# formatted\\n")
print("said by the hook")
"""
EXEC = f"""
[post_write_hooks]
hooks = mark
mark.type = exec
mark.executable = {sys.executable}
mark.options = {{folder}}/mark.py REVISION_SCRIPT_FILENAME
"""
CONSOLE_SCRIPT = """
[post_write_hooks]
hooks = render
render.type = console_scripts
render.entrypoint = mako-render
render.options = --output-file {folder}/rendered.txt REVISION_SCRIPT_FILENAME
"""


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path, f"sqlite:///{(tmp_path / 'blog.db').as_posix()}").init()


def use(project, hooks):
    path = project.migrations / "alembic.ini"
    path.write_text(path.read_text() + hooks.format(folder=project.folder.as_posix()))


@pytest.mark.parametrize("command", [["migrate"], ["revision"], ["revision", "--autogenerate"]])
def test_a_program_is_run_on_the_file(project, command):
    use(project, EXEC)
    project.write("mark.py", MARK)
    assert project.db(*command).code == 0
    (path,) = project.versions.glob("*.py")
    text = path.read_text()
    assert text.endswith("# formatted\n")
    assert project.db("upgrade").code == 0


def test_a_tool_that_python_has_installed_is_run_on_the_file(project):
    use(project, CONSOLE_SCRIPT)
    assert project.db("migrate").code == 0
    (path,) = project.versions.glob("*.py")
    assert (project.folder / "rendered.txt").read_text() == path.read_text()


def test_a_program_that_is_not_there_is_named_and_the_file_stays(project):
    use(project, EXEC.replace(sys.executable, "no-such-formatter"))
    result = project.db("migrate")
    assert result.code == 1
    assert "post-write hook could not be run: no-such-formatter" in result.err
    assert len(list(project.versions.glob("*.py"))) == 1


def test_no_hook_runs_where_nothing_is_written(project):
    use(project, EXEC)
    project.write("mark.py", "import pathlib; pathlib.Path(__file__).with_name('ran').touch()")
    for command in ("migrate", "upgrade"):
        assert project.db(command).code == 0
    assert (project.folder / "ran").exists()
    (project.folder / "ran").unlink()
    assert project.db("migrate").err == "No changes in schema detected.\n"
    assert not (project.folder / "ran").exists()
