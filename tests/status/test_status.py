"""`flask db status` tells how each database is, and fails where something is to be done."""

import json
import threading
import time

import pytest
import sqlalchemy as sa

import flask_migrate
from tests.application import application

TABLE = "op.create_table('t', sa.Column('id', sa.Integer, primary_key=True))"


@pytest.fixture
def upgraded(project):
    sa.Table("t", project.metadata, sa.Column("id", sa.Integer, primary_key=True))
    project.write("r1", upgrade=TABLE, downgrade="op.drop_table('t')")
    flask_migrate.upgrade()
    return project


def status():
    (found,) = flask_migrate.status()
    return found


def test_a_database_that_has_it_all_is_well(upgraded):
    found = status()
    assert found.is_well
    assert (found.revisions, found.heads, found.drift) == (("r1",), ("r1",), ())
    typed = upgraded.run("status")
    assert typed.exit_code == 0
    assert "All is well." in typed.stdout


def test_pending_revisions_are_told_with_their_messages(upgraded):
    upgraded.write("r2", "r1", message="Add posts.")
    found = status()
    assert [(r.revision, r.message) for r in found.pending] == [("r2", "Add posts.")]
    assert found.drift is None
    typed = upgraded.run("status")
    assert typed.exit_code == 1
    assert "pending: r2, Add posts." in typed.stdout


def test_a_look_at_an_empty_database_leaves_it_empty(project):
    project.write("r1", upgrade=TABLE)
    assert [r.revision for r in status().pending] == ["r1"]
    assert sa.inspect(project.engine).get_table_names() == []


def test_a_difference_from_the_models_is_told(upgraded):
    sa.Table("more", upgraded.metadata, sa.Column("id", sa.Integer, primary_key=True))
    assert [str(change) for change in status().drift] == ["+ table more (1 column)"]
    assert upgraded.run("status").exit_code == 1


def test_an_edited_revision_is_told_until_the_database_is_stamped(upgraded):
    upgraded.write("r1", upgrade=f"{TABLE}\npass")
    assert [r.revision for r in status().edited] == ["r1"]
    assert "edited since it ran: r1" in upgraded.run("status").stdout
    flask_migrate.stamp(revision="r1", purge=True)
    assert status().is_well


def test_a_revision_that_was_undone_may_be_edited(upgraded):
    flask_migrate.downgrade()
    upgraded.write("r1", upgrade=f"{TABLE}\npass")
    assert status().edited == ()


def test_a_revision_whose_file_is_gone_is_missing(upgraded):
    path = upgraded.write("r2", "r1")
    flask_migrate.upgrade()
    path.unlink()
    found = status()
    assert [(m.revision, m.file) for m in found.missing] == [("r2", "versions/r2_words.py")]
    assert found.pending == ()
    assert "flask db recover" in upgraded.run("status").stdout


def test_a_revision_that_failed_half_way_is_interrupted(mariadb_project):
    body = f"{TABLE}\nop.execute('INSERT INTO missing VALUES (1)')"
    mariadb_project.write("r1", upgrade=body)
    assert mariadb_project.run("upgrade", "-m", "release 7").exit_code == 1
    found = status().interrupted
    assert (found.revision, found.state, found.statements) == ("r1", "failed", 1)
    assert found.message == "release 7"
    told = mariadb_project.run("status")
    assert told.exit_code == 1
    assert "interrupted: the upgrade of r1 (release 7) failed after 1 statement" in told.stdout


def test_a_revision_whose_process_has_died_is_interrupted(mariadb_project):
    mariadb_project.write("r1", upgrade=f"{TABLE}\nop.execute('INSERT INTO missing VALUES (1)')")
    mariadb_project.run("upgrade")
    mariadb_project.execute("UPDATE alembic_version_log SET state = 'running'")
    assert status().interrupted.state == "running"
    assert "the upgrade of r1 was interrupted" in mariadb_project.run("status").stdout


@pytest.fixture(params=["auto", "lease"])
def in_hand(request, project):
    """A project that another thread migrates, until the block ends."""
    project.app.config["MIGRATE_LOCK"] = request.param
    project.app.extensions["gate"] = threading.Event()
    project.write(
        "r1",
        upgrade=f"{TABLE}\nfrom flask import current_app\ncurrent_app.extensions['gate'].wait(20)",
    )

    def upgrade():
        with project.app.app_context():
            flask_migrate.upgrade()

    thread = threading.Thread(target=upgrade)
    thread.start()
    yield project
    project.app.extensions["gate"].set()
    thread.join()


def test_who_migrates_now_is_told_without_waiting(in_hand):
    deadline = time.monotonic() + 10
    before, found = None, status()
    while time.monotonic() < deadline and (
        before is None or found.holder != before.holder or found.holder is None
    ):
        time.sleep(0.05)
        before, found = found, status()
    begun = time.monotonic()
    found = status()
    assert time.monotonic() - begun < 3
    assert found.holder is not None
    assert found.interrupted is None
    assert f"being migrated now by: {found.holder}" in in_hand.run("status").stdout


def test_it_is_one_document_of_json(upgraded):
    upgraded.write("r2", "r1")
    typed = upgraded.run("status", "--json")
    (found,) = json.loads(typed.stdout)
    assert (typed.exit_code, found["is_well"]) == (1, False)
    assert [r["revision"] for r in found["pending"]] == ["r2"]


def test_each_bind_is_told(new_database, tmp_path):
    urls = [new_database("sqlite"), new_database("sqlite")]
    with application(urls[0], tmp_path / "m", binds={"other": urls[1]}) as app:
        flask_migrate.init(multidb=True)
        flask_migrate.migrate(rev_id="r1")
        flask_migrate.upgrade()
        app.extensions["sqlalchemy"].metadatas["other"] = sa.MetaData()
        sa.Table(
            "late", app.extensions["sqlalchemy"].metadatas["other"], sa.Column("id", sa.Integer)
        )
        found = {s.bind: s for s in flask_migrate.status()}
    assert found[None].is_well
    assert [str(c) for c in found["other"].drift] == ["+ [other] table late (1 column)"]


def test_with_the_log_off_it_tells_what_the_version_table_knows(project):
    project.app.config["MIGRATE_LOG"] = False
    project.write("r1")
    flask_migrate.upgrade()
    assert status().is_well
