"""`make demo`: the blog of examples/ goes through its first migrations."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

BLOG = Path(__file__).parent.parent / "examples" / "blog"


def run_demo(folder: Path, demo: Path = BLOG / "demo.py") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, demo, folder],
        env=os.environ | {"FLASK_APP": "another.py", "FLASK_DB_DIRECTORY": "elsewhere"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    return run_demo(tmp_path_factory.mktemp("demo"))


def test_the_demo_ends_well(demo):
    assert demo.returncode == 0, demo.stdout + demo.stderr
    assert demo.stderr == ""


@pytest.mark.parametrize(
    "command",
    ["init", "migrate", "upgrade", "check", "status", "history", "downgrade"],
)
def test_the_demo_shows_each_command_of_the_main_job(demo, command):
    assert f"\n$ flask db {command}" in demo.stdout


def test_the_rows_are_the_same_after_the_rename_and_after_the_way_back_and_forth(demo):
    rows = "$ flask posts\nsusan: First post: Hello, world\ndavid: Second post: Hello, Susan\n"
    assert demo.stdout.count(rows) == 3


def test_the_demo_ends_by_saying_what_to_type_next(demo):
    ending = demo.stdout.rpartition("$ flask posts")[2]
    assert "flask db migrate -m" in ending
    assert "docs/tutorial.md" in ending


def test_the_demo_fails_where_a_command_fails(tmp_path):
    blog = shutil.copytree(BLOG, tmp_path / "blog")
    (blog / "app.py").write_text("app = None")
    demo = run_demo(tmp_path, blog / "demo.py")
    assert demo.returncode == 1
    assert "The demonstration failed: 'flask db init' ended with exit code" in demo.stderr


def test_the_demo_fails_where_rows_are_lost(tmp_path):
    blog = shutil.copytree(BLOG, tmp_path / "blog")
    source = (blog / "demo.py").read_text(encoding="utf-8")
    lost = """
    import sqlite3
    with sqlite3.connect(terminal.folder / "instance" / "blog.db") as connection:
        connection.execute("DELETE FROM post")
    """
    said = 'chapter("The rows are still there'
    losing = source.replace(said, f"{lost}{said}")
    (blog / "demo.py").write_text(losing, encoding="utf-8")
    demo = run_demo(tmp_path, blog / "demo.py")
    assert demo.returncode == 1
    assert "The demonstration failed: The rename changed the rows." in demo.stderr
