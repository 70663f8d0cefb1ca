"""On a terminal, the statement that runs has a line that is drawn over; elsewhere, lines stay."""

import os
import pty
import select
import subprocess
import sys

import pytest

from tests.signals.command import Project

CLEAR = "\r\x1b[2K"


@pytest.fixture
def project(postgresql_url, tmp_path):
    project = Project(tmp_path, postgresql_url)
    project.revision("r1", "op.execute('SELECT pg_sleep(1.6)')")
    return project


def on_terminal(project, *arguments, **variables):
    """Type ``flask db upgrade`` on a terminal; return all that was drawn there."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "db", "upgrade", *arguments],
        cwd=project.folder,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "50", **variables},
        stdout=subprocess.PIPE,
        stderr=theirs,
    )
    os.close(theirs)
    drawn = b""
    while process.poll() is None or select.select([ours], [], [], 0)[0]:
        if select.select([ours], [], [], 0.1)[0]:
            try:
                drawn += os.read(ours, 4096)
            except OSError:  # Linux says so when nobody has the other end any more
                break
    os.close(ours)
    assert process.wait() == 0, drawn
    assert process.stdout.read() == b""
    process.stdout.close()
    return drawn.decode()


def test_a_live_line_counts_the_seconds_and_goes_away(project):
    _, *frames = on_terminal(project).split(CLEAR)
    assert [frame[:11] for frame in frames[:-1]] == ["   1 s SELE"]
    assert all(len(frame) < 50 for frame in frames[:-1])
    assert frames[-1].startswith("Upgraded to r1 (1.")
    assert frames[-1].endswith("The database is at r1 (head).\r\n")


@pytest.mark.parametrize(
    ("arguments", "variables"), [([], {"TERM": "dumb"}), (["-v"], {})], ids=["dumb", "verbose"]
)
def test_nothing_is_drawn_over_where_that_would_make_a_mess(project, arguments, variables):
    drawn = on_terminal(project, *arguments, **variables)
    assert "\x1b" not in drawn
    assert "Upgraded to r1" in drawn


def test_without_colour_the_line_is_as_before(project):
    drawn = on_terminal(project, NO_COLOR="1")
    assert drawn.count(CLEAR) == drawn.count("\x1b") == 2
