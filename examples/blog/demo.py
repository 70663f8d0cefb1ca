"""Takes the blog through its first migrations: `python demo.py an-empty-folder`, or `make demo`.

Each `flask ...` line is typed into a process of its own, in that folder. The exit
code is 0 when all of it went well.
"""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click

HERE = Path(__file__).parent
FLASK = str(Path(sys.executable).with_name("flask"))

MESSAGE = '"Call the body of a post its text."'


class DemoFailed(Exception):
    """The demonstration did not go as it should."""


class Terminal:
    """Types commands in a folder and shows what they print."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("FLASK_")}
        self._environment = inherited | {"PYTHONUTF8": "1"}

    def type(self, line: str, exit_code: int = 0) -> str:
        """Run a `flask ...` line; return what it printed."""
        click.secho(f"\n$ {line}", bold=True)
        done = subprocess.run(
            [FLASK, *shlex.split(line)[1:]],
            cwd=self.folder,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            check=False,
        )
        click.echo(done.stdout, nl=False)
        if done.returncode != exit_code:
            raise DemoFailed(f"'{line}' ended with exit code {done.returncode}.")
        return done.stdout


def main(folder: Path) -> None:
    """Go through the main job, step by step."""
    shutil.copy(HERE / "app.py", folder)
    terminal = Terminal(folder)
    first_migration(terminal)
    before = rows(terminal)
    rename_a_column(terminal)
    if rows(terminal) != before:
        raise DemoFailed("The rename changed the rows.")
    look_around(terminal)
    back_and_forth(terminal)
    if rows(terminal) != before:
        raise DemoFailed("The way back and forth changed the rows.")
    say_what_is_next(folder)


def first_migration(terminal: Terminal) -> None:
    """Make the migrations folder and the tables."""
    chapter("A new application, examples/blog/app.py: the models User and Post, and no database.")
    terminal.type("flask db init")
    terminal.type('flask db migrate -m "Users and posts."')
    terminal.type("flask db upgrade")
    chapter("The application writes some rows.")
    terminal.type('flask write susan "First post" "Hello, world"')
    terminal.type('flask write david "Second post" "Hello, Susan"')


def rows(terminal: Terminal) -> str:
    """Return the posts, as the application prints them."""
    return terminal.type("flask posts")


def rename_a_column(terminal: Terminal) -> None:
    """Rename `post.body` to `post.text`, in the models and in the database."""
    chapter("The models change: Post.body is now called Post.text.")
    replace(terminal.folder / "app.py", "body", "text")
    chapter("Was the column renamed, or is one gone and another new? On a terminal this is asked.")
    terminal.type(f"flask db migrate -m {MESSAGE}", exit_code=1)
    terminal.type(f"flask db migrate -m {MESSAGE} --rename post.body:text")
    terminal.type("flask db upgrade")
    chapter("The rows are still there, and models and database agree.")


def look_around(terminal: Terminal) -> None:
    """Ask where everything stands."""
    terminal.type("flask db check")
    terminal.type("flask db status")
    terminal.type("flask db history --indicate-current")


def back_and_forth(terminal: Terminal) -> None:
    """Undo the newest revision and do it again."""
    chapter("A step back, and forward again.")
    terminal.type("flask db downgrade")
    terminal.type("flask db upgrade")


def say_what_is_next(folder: Path) -> None:
    """End with what the user can type."""
    chapter("Done. All of it is yours to try:")
    click.echo(f"    cd {os.path.relpath(folder)}")
    click.echo(f"    alias flask={shlex.quote(FLASK)}")
    click.echo("    (change a model in app.py)")
    click.echo('    flask db migrate -m "What I changed."')
    click.echo("    flask db upgrade")
    click.echo("    flask run")
    click.echo("\nTo do the same in an application of your own, read docs/tutorial.md.")


def chapter(text: str) -> None:
    """Say what comes."""
    click.secho(f"\n{text}", fg="cyan")


def replace(path: Path, old: str, new: str) -> None:
    """Replace a word in a file."""
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]))
    except DemoFailed as failure:
        sys.exit(f"\nThe demonstration failed: {failure}")
