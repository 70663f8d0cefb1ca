"""Takes a database up and down its revisions at random, and kills it at random statements.

A program of its own, as it forks: ``python random_sequences.py URL EXAMPLES`` in the folder to
work in. Fails where a database that came to its goal is not as it is without all that.
"""

import os
import sys

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

import flask_migrate
from flask_migrate import errors
from tests.journal.killing import difference, empty, in_child, picture
from tests.journal.project import Project

CONCURRENTLY = {"postgresql": ", postgresql_concurrently=True"}
BLOCK = "with op.get_context().autocommit_block():\n    "
REVISIONS = [
    (
        """
        op.create_table("a", sa.Column("id", sa.Integer, primary_key=True), sa.Column("n", sa.Text))
        op.execute("INSERT INTO a VALUES (1, 'x')")
        op.execute("INSERT INTO a VALUES (2, 'y')")
        """,
        "op.drop_table('a')",
    ),
    (
        """
        op.execute("INSERT INTO a VALUES (3, 'z')")
        with op.get_context().autocommit_block():
            op.execute("CREATE TABLE b (id INTEGER PRIMARY KEY, n INTEGER)")
            op.execute("INSERT INTO b VALUES (1, 10)")
            op.create_index("ix_b", "b", ["n"]{concurrently})
        op.execute("UPDATE b SET n = n + 1")
        """,
        """
        op.execute("DELETE FROM a WHERE id = 3")
        op.drop_table("b")
        """,
    ),
    (
        """
        op.add_column("b", sa.Column("m", sa.Integer, server_default="3"))
        op.execute("UPDATE b SET n = n * 2, m = m + 1")
        op.execute("INSERT INTO b VALUES (2, 20, 2)")
        op.create_table("c", sa.Column("id", sa.Integer, primary_key=True), sa.Column("n", sa.Text))
        """,
        """
        op.execute("DELETE FROM b WHERE id = 2")
        op.execute("UPDATE b SET n = n / 2")
        with op.get_context().autocommit_block():
            op.execute("DROP TABLE c")
        with op.batch_alter_table("b") as batch:
            batch.drop_column("m")
        """,
    ),
    (
        """
        op.execute("INSERT INTO a (id, n) SELECT id + 10, 'copied' FROM b")
        with op.batch_alter_table("a") as batch:
            batch.add_column(sa.Column("k", sa.Integer, server_default="1"))
        with op.get_context().autocommit_block():
            op.execute("UPDATE a SET k = k + 1")
        with op.batch_alter_table("a") as batch:
            batch.alter_column("k", new_column_name="l", existing_type=sa.Integer)
        op.execute("UPDATE a SET id = id + 100, l = l * 2")
        """,
        """
        op.execute("UPDATE a SET id = id - 100")
        with op.batch_alter_table("a") as batch:
            batch.drop_column("l")
        with op.get_context().autocommit_block():
            op.execute("UPDATE a SET n = 'copied' WHERE id > 10")
        op.execute("DELETE FROM a WHERE n = 'copied'")
        """,
    ),
]
PLACES = range(len(REVISIONS) + 1)


class Sequences(RuleBasedStateMachine):
    """Goes to a revision, and is killed on the way or not."""

    project: Project
    pictures: list[dict[str, object]]

    @initialize()
    def begin(self) -> None:
        empty(self.project.url)

    @rule(goal=st.sampled_from(PLACES), killed_at=st.none() | st.integers(0, 150))
    def go(self, goal: int, killed_at: int | None) -> None:
        status = in_child(self.project.engine, lambda: self._go(goal), killed_at)
        if os.WIFSIGNALED(status):
            return
        assert status == 0, f"ended with {status}"
        assert difference(self.pictures[goal], picture(self.project.url)) == ""
        assert {row[2] for row in self.project.log} <= {"done", "undone"}

    def _go(self, goal: int) -> None:
        with self.project.app.app_context():
            try:
                move(place(), goal)
            except errors.RevisionInterrupted as error:
                number = int(error.revision[1:])
                if error.direction == "upgrade":
                    flask_migrate.upgrade(revision=error.revision)
                else:
                    flask_migrate.downgrade(revision=name(number - 1))
                move(place(), goal)


def name(number: int) -> str:
    return f"r{number}" if number else "base"


def place() -> int:
    """Return the number of the revision at which the database is."""
    found = flask_migrate.current()[0].revisions
    return int(found[0].revision[1:]) if found else 0


def move(here: int, goal: int) -> None:
    """Go to a revision, or find that the database is there."""
    if goal < here:
        flask_migrate.downgrade(revision=name(goal))
    elif goal or here:
        flask_migrate.upgrade(revision=name(goal))
    else:
        flask_migrate.upgrade(revision="base")


def main(url: str, examples: int) -> None:
    """Look at each revision undisturbed, and then run so many sequences."""
    project = Project(url, "migrations")
    with project.app.app_context():
        flask_migrate.init()
        concurrently = CONCURRENTLY.get(project.engine.dialect.name, "")
        for number, (upgrade, downgrade) in enumerate(REVISIONS, 1):
            project.write(number, upgrade.replace("{concurrently}", concurrently), downgrade)
        flask_migrate.ensure_version()
        pictures = [picture(url)]
        for number in PLACES[1:]:
            flask_migrate.upgrade(revision=name(number))
            pictures.append(picture(url))
    Sequences.project, Sequences.pictures = project, pictures
    run_state_machine_as_test(
        Sequences,
        settings=settings(
            max_examples=examples,
            stateful_step_count=8,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
