"""What every refusal has in common, and the one sentence that it has of its own."""

import sqlalchemy as sa

from tests.errors.project import Project, Run


def sentence_in(run: Run, code: int = 1) -> str:
    """Return the one sentence that a command said; it printed nothing else."""
    assert run.code == code, run
    assert run.out == ""
    lines = run.err.strip().splitlines()
    assert len(lines) == 1, run.err
    assert lines[0].startswith("Error: ")
    return lines[0].removeprefix("Error: ")


def refused(project: Project, *arguments: str, code: int = 1) -> str:
    """Type a command that is refused and changes nothing; return its sentence."""
    before = project.state()
    run = project.db(*arguments)
    sentence = sentence_in(run, code)
    verbose = with_traceback(project, *arguments)
    assert project.state() == before
    assert verbose.code == code
    assert verbose.err.startswith("Traceback (most recent call last):\n")
    assert verbose.err.endswith(run.err)
    lacks_password(project, run, verbose)
    return sentence


def with_traceback(project: Project, *arguments: str) -> Run:
    project.config["MIGRATE_TRACEBACK"] = True
    try:
        return project.db(*arguments)
    finally:
        del project.config["MIGRATE_TRACEBACK"]


def lacks_password(project: Project, *runs: Run) -> None:
    """Fail where the password of the project's database was shown, plain or as in its URL."""
    password = sa.make_url(project.url).password
    for run in runs if password else ():
        encoded = sa.URL.create("x", "x", password).render_as_string(hide_password=False)
        for form in (password, encoded.removeprefix("x://x:").rstrip("@")):
            assert form not in run.out + run.err
