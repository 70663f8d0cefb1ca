"""`--message` of upgrade and downgrade is noted in the log."""

import flask_migrate


def test_the_message_of_a_run_stands_in_the_log(project):
    project.write("r1")
    flask_migrate.upgrade(message="release 7")
    assert project.run("downgrade", "-m", "back again").exit_code == 0
    assert [row[0] for row in project.log("message")] == ["release 7", "back again"]


def test_a_message_is_cut_where_the_column_ends(project):
    project.write("r1")
    flask_migrate.upgrade(message="x" * 300)
    assert project.log("message") == [("x" * 255,)]


def test_with_the_log_off_it_is_said_to_be_ignored(sqlite_project):
    sqlite_project.app.config["MIGRATE_LOG"] = False
    sqlite_project.write("r1")
    assert "--message is ignored" in sqlite_project.run("upgrade", "-m", "release 7").stderr


def test_with_sql_it_is_said_to_be_ignored(sqlite_project):
    sqlite_project.write("r1")
    assert "--message is ignored" in sqlite_project.run("upgrade", "--sql", "-m", "7").stderr
