"""With ``--json``, commands that change the database print what happens as lines of JSON."""

import pytest

from tests.errors.project import Project as InProcess
from tests.signals.command import lines_of


@pytest.fixture
def project(sqlite_url, tmp_path):
    project = InProcess(tmp_path, sqlite_url).init()
    project.revision("r1", None, "op.execute('CREATE TABLE a (id INTEGER)')", message="one")
    project.revision("r2", "r1", "op.execute('CREATE TABLE b (id INTEGER)')", message="two")
    return project


def told(run):
    """Return the lines, without times; nothing may stand on stderr."""
    assert run.err == ""
    lines = lines_of(run.out)
    for line in lines:
        line.pop("seconds", None)
    return lines


def step(event, revision, message, direction):
    names = {"revision": revision, "message": message, "direction": direction, "bind": None}
    return {"event": event, **names}


def test_an_upgrade_tells_each_revision_and_where_it_led(project):
    *steps, done = told(project.db("upgrade", "--json"))
    assert steps == [
        step("started", "r1", "one", "upgrade"),
        step("finished", "r1", "one", "upgrade"),
        step("started", "r2", "two", "upgrade"),
        step("finished", "r2", "two", "upgrade"),
    ]
    assert done["event"] == "done"
    assert [r["revision"] for r in done["positions"][0]["revisions"]] == ["r2"]


@pytest.mark.parametrize(("command", "direction"), [("downgrade", "downgrade"), ("stamp", "stamp")])
def test_so_do_downgrade_and_stamp(command, direction, project):
    project.db("upgrade")
    *steps, done = told(project.db(command, "--json", "r1"))
    assert {line["direction"] for line in steps} == {direction}
    assert [r["revision"] for r in done["positions"][0]["revisions"]] == ["r1"]


def test_nothing_to_do_is_done(project):
    project.db("upgrade")
    assert [line["event"] for line in told(project.db("upgrade", "--json"))] == ["done"]


def test_a_failure_is_the_last_line_and_the_sentence_on_stderr(project):
    project.revision("r3", "r2", "op.execute('CREATE TABLE b (id INTEGER)')")
    run = project.db("upgrade", "--json")
    last = lines_of(run.out)[-1]
    assert run.code == 1
    assert (last["event"], last["error"]) == ("failed", "StepFailed")
    assert run.err.startswith("Error: Revision r3")
    assert last["message"] in run.err


def test_sql_and_json_exclude_each_other(project):
    run = project.db("upgrade", "--sql", "--json")
    assert (run.code, run.out) == (2, "")
    assert "only one can be had" in run.err
