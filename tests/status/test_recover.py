"""`flask db recover` writes revision files back that a database has run and the folder lost."""

import json
from pathlib import Path

import pytest

import flask_migrate
from flask_migrate.cli import console
from flask_migrate.errors import RevisionAmbiguous, RevisionNotKept, UnknownRevision
from tests.errors.project import APART

TABLE = "op.execute('CREATE TABLE {name} (id INTEGER)')"
DROP = "op.execute('DROP TABLE {name}')"


@pytest.fixture
def upgraded(project):
    """A database at r3, whose files r2 and r3 are gone."""
    project.lost = {}
    for name, parent in (("r1", None), ("r2", "r1"), ("r3", "r2")):
        body = {"upgrade": TABLE.format(name=name), "downgrade": DROP.format(name=name)}
        path = project.write(name, parent, message="Größe, 100%.", **body)
        project.lost[name] = (path, path.read_text(encoding="utf-8"))
    flask_migrate.upgrade()
    for name in ("r2", "r3"):
        project.lost[name][0].unlink()
    return project


def test_the_error_of_another_command_names_it(upgraded):
    with pytest.raises(UnknownRevision) as caught:
        flask_migrate.downgrade()
    assert caught.value.recoverable
    assert "flask db recover r3" in str(caught.value)


def answered(project, monkeypatch, answer):
    """Type `flask db downgrade` at a terminal, and answer."""
    monkeypatch.setattr(console, "at_a_terminal", lambda: True)
    return project.app.test_cli_runner(**APART).invoke(args=["db", "downgrade"], input=answer)


def test_at_a_terminal_downgrade_offers_to_use_it(upgraded, monkeypatch):
    typed = answered(upgraded, monkeypatch, "y\n")
    assert "The database is at r3, whose file is gone" in typed.stderr
    assert "Wrote " in typed.stderr
    assert "Downgraded r3" in typed.stderr
    assert typed.exit_code == 0
    assert upgraded.revisions() == ["r2"]


def test_who_declines_gets_the_error_and_no_file(upgraded, monkeypatch):
    typed = answered(upgraded, monkeypatch, "n\n")
    assert "flask db recover r3" in typed.stderr
    assert typed.exit_code == 1
    assert not upgraded.lost["r3"][0].exists()


def test_where_nobody_can_answer_nothing_is_asked(upgraded):
    typed = upgraded.run("downgrade")
    assert "go on?" not in typed.stderr
    assert typed.exit_code == 1


def test_all_that_the_folder_lacks_comes_back_as_it_was(upgraded):
    files = flask_migrate.recover()
    assert {file.revision for file in files} == {"r2", "r3"}
    for path, text in upgraded.lost.values():
        assert path.read_text(encoding="utf-8") == text
    flask_migrate.downgrade(revision="r1")
    assert upgraded.tables() == {"r1"}


def test_one_revision_comes_with_those_that_it_follows(upgraded):
    assert {file.revision for file in flask_migrate.recover(revision="r3")} == {"r2", "r3"}


def test_a_file_lost_in_the_middle_of_the_history_comes_back(upgraded):
    path, text = upgraded.lost["r3"]
    path.write_text(text)
    typed = upgraded.run("downgrade")
    assert "flask db recover r2" in typed.stderr
    assert [file.revision for file in flask_migrate.recover()] == ["r2"]
    assert upgraded.run("downgrade").exit_code == 0


def test_nothing_is_written_over(upgraded):
    own = upgraded.write("r2", "r1", upgrade="raise NotImplementedError")
    text = own.read_text()
    (file,) = flask_migrate.recover(revision="r2")
    assert own.read_text() == text
    assert (file.beside, Path(file.path).read_text()) == (True, upgraded.lost["r2"][1])
    assert "differs" in upgraded.run("recover", "r2").stderr
    assert [r.revision for r in flask_migrate.heads()] == ["r2"]


def test_another_file_of_the_name_is_left_alone(upgraded):
    path = upgraded.lost["r3"][0]
    path.write_text("revision = 'other'\ndown_revision = 'r1'\n")
    written = {file.revision: Path(file.path) for file in flask_migrate.recover()}
    assert path.read_text().startswith("revision = 'other'")
    assert written["r3"].read_text() == upgraded.lost["r3"][1]


def test_where_nothing_is_lost_there_is_nothing_to_recover(upgraded):
    flask_migrate.recover()
    assert flask_migrate.recover() == ()
    assert "Nothing to recover" in upgraded.run("recover").stderr


def test_the_beginning_of_a_name_is_enough_where_it_is_one(upgraded):
    with pytest.raises(RevisionAmbiguous):
        flask_migrate.recover(revision="r")


def test_what_no_database_has_kept_is_an_error(upgraded):
    with pytest.raises(RevisionNotKept):
        flask_migrate.recover(revision="never")
    upgraded.execute("UPDATE alembic_version_log SET source = ''")
    with pytest.raises(RevisionNotKept):
        flask_migrate.recover()


def test_a_path_in_the_log_never_leaves_the_folder(upgraded):
    upgraded.execute("UPDATE alembic_version_log SET file = '../../evil.py'")
    for file in flask_migrate.recover():
        assert Path(file.path).parent == upgraded.folder / "versions"


def test_the_files_are_told_as_json(upgraded):
    found = json.loads(upgraded.run("recover", "--json").stdout)
    assert {file["revision"] for file in found} == {"r2", "r3"}


def test_without_a_log_the_error_tells_other_ways_out(project):
    project.app.config["MIGRATE_LOG"] = False
    path = project.write("r1")
    flask_migrate.upgrade()
    path.unlink()
    with pytest.raises(UnknownRevision, match="stamp --purge") as caught:
        flask_migrate.downgrade()
    assert not caught.value.recoverable
