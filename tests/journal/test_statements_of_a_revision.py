"""What a revision costs beside what it does: statements, and commits."""

import pytest
import sqlalchemy as sa
from bench.histories import line, write

import flask_migrate

BEFORE, FEW, MORE = 5, 10, 20
"""Revisions that have run, and how many run in one command."""

AROUND_ONE = {
    "sqlite": {"BEGIN": 1, "CREATE": 1, "INSERT": 1, "UPDATE": 1, "COMMIT": 1},
    "postgresql": {"CREATE": 1, "WITH": 1, "COMMIT": 1},
    "mysql": {"INSERT": 1, "CREATE": 1, "UPDATE": 2, "COMMIT": 1},
}
"""On PostgreSQL one statement has both the version row and the log's. On MariaDB a log row goes
before the CREATE TABLE, which commits, and is finished behind it."""


@pytest.fixture
def counted(anywhere):
    """A project of CREATE TABLEs, and the first words of what its engine executes."""
    history = list(line(BEFORE + FEW + MORE))
    write(history, anywhere.folder / "versions")
    flask_migrate.upgrade(revision=history[BEFORE - 1].id)
    words = []
    sa.event.listen(
        anywhere.engine,
        "before_cursor_execute",
        lambda _, __, text, *___: words.append(text.split()[0]),
    )
    sa.event.listen(anywhere.engine, "commit", lambda _: words.append("COMMIT"))
    return anywhere, words


def test_a_revision_of_one_statement_needs_one_for_the_version_and_one_for_the_log(counted):
    project, words = counted
    each = {}
    for number in (FEW, MORE):
        words.clear()
        flask_migrate.upgrade(revision=f"+{number}")
        for word in {*each, *words}:
            each[word] = words.count(word) - each.get(word, 0)
    of_one = {word: count / (MORE - FEW) for word, count in each.items() if count}
    assert of_one == AROUND_ONE[project.engine.dialect.name]


def test_the_server_of_mariadb_is_asked_once_more_how_a_table_is_defined(mariadb):
    history = list(line(BEFORE + FEW + MORE))
    write(history, mariadb.folder / "versions")
    flask_migrate.upgrade(revision=history[BEFORE - 1].id)
    taken = []
    for number in (FEW, MORE):
        before = questions(mariadb)
        flask_migrate.upgrade(revision=f"+{number}")
        taken.append(questions(mariadb) - before)
    around_one = sum(AROUND_ONE["mysql"].values())
    assert taken[1] - taken[0] == (around_one + 1) * (MORE - FEW)


def questions(project):
    """Return how many statements the server has been sent."""
    return int(project.rows("SHOW GLOBAL STATUS LIKE 'Questions'")[0][1])


def test_what_a_revision_adds_to_an_interrupted_one_is_told_with_its_next_statement(mariadb):
    mariadb.write(
        1,
        """
        op.execute('CREATE TABLE one (id INTEGER)')
        op.execute('CREATE TABLE two (id INTEGER)')
        raise KeyboardInterrupt
        """,
    )
    with pytest.raises(KeyboardInterrupt):
        flask_migrate.upgrade()
    assert mariadb.log == [("r1", "upgrade", "running", 2)]


def test_a_statement_that_is_no_schema_change_finds_what_was_done_before_it_written(mariadb):
    mariadb.write(
        1,
        """
        op.execute('CREATE TABLE one (id INTEGER)')
        op.execute('INSERT INTO one VALUES (1)')
        op.execute('CREATE TABLE one (id INTEGER)')
        """,
    )
    with pytest.raises(flask_migrate.errors.StepFailed):
        flask_migrate.upgrade()
    assert mariadb.log == [("r1", "upgrade", "failed", 2)]
    assert mariadb.rows("SELECT id FROM one") == [(1,)]


def test_a_revision_whose_first_statement_is_refused_is_told_as_failed(mariadb):
    mariadb.write(1, "op.execute('CREATE NONSENSE')")
    with pytest.raises(flask_migrate.errors.StepFailed):
        flask_migrate.upgrade()
    assert mariadb.log == [("r1", "upgrade", "failed", 0)]
