"""Kills a command before and after each statement that it sends, repeats it, and compares.

A program of its own, as it forks for every run: ``python kill_everywhere.py SCENARIO URL TIMES``
in the folder to work in, with 0 for all places. Prints a line for each killing after which the
database differs.
"""

import os
import sys
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event

import flask_migrate
from tests.journal.killing import counted, difference, empty, in_child, picture
from tests.journal.long_revisions import SCENARIOS

FOLDER = "migrations"
FILE = """
import sqlalchemy as sa
from alembic import op

revision = {id!r}
down_revision = {parent!r}
branch_labels = depends_on = None


def upgrade():
{body}


def downgrade():
{downgrade}
"""
PASS = "    pass"


def write_folder(scenario: str, dialect: str) -> None:
    """Make a migrations folder with the revision of many statements between two small ones."""
    with Flask("killed").app_context() as context:
        flask_migrate.Migrate(context.app, sa.MetaData(), directory=FOLDER)
        flask_migrate.init()
    up, down = SCENARIOS[scenario]
    bodies = {
        "r1": ('    op.create_table("first", sa.Column("id", sa.Integer, primary_key=True))', PASS),
        "r2": (up[dialect].strip("\n"), down.get(dialect, PASS).strip("\n")),
        "r3": ('    op.execute("INSERT INTO first VALUES (1)")', PASS),
    }
    parent = None
    for name, (upgrade, downgrade) in bodies.items():
        text = FILE.format(id=name, parent=parent, body=upgrade, downgrade=downgrade)
        Path(FOLDER, "versions", f"{name}.py").write_text(text)
        parent = name


def kill_everywhere(scenario: str, url: str, times: int) -> list[str]:
    """Return a line for each killing whose end differs from that of an undisturbed run.

    The command is killed so many times, at places of equal distance; at every place with 0.
    """
    write_folder(scenario, sa.make_url(url).get_backend_name())
    command = Command(scenario, url)
    command.prepare()
    with counted(command.engine) as seen:
        command.run()
    places = len(seen)
    expected = picture(url)
    complaints = []
    chosen = range(0, places, max(1, places // times if times else 1))
    for number in chosen:
        command.prepare()
        if not os.WIFSIGNALED(in_child(command.engine, command.run, number)):
            complaints.append(f"{number}: was not killed")
        second = in_child(command.engine, command.run)
        found = picture(url)
        if second != 0 or found != expected:
            complaints.append(f"{number}: exit {second}, {difference(expected, found)}")
    sys.stderr.write(f"{scenario}: killed at {len(chosen)} of {places} places\n")
    return complaints if places > 20 else [*complaints, f"only {places} places to kill it at"]


class Command:
    """The command that is killed, on a database that is prepared for it."""

    def __init__(self, scenario: str, url: str) -> None:
        self.url = url
        self.downgrades = scenario == "downgrade"
        self.engine = sa.create_engine(url, poolclass=sa.NullPool)
        if scenario == "autocommit engine":
            self.engine = sa.create_engine(url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
        if scenario.startswith("batch with foreign keys"):
            event.listen(self.engine, "connect", _enforce)
        self.app = Flask("killed")
        flask_migrate.Migrate(self.app, sa.MetaData(), directory=FOLDER, engine=self.engine)

    def prepare(self) -> None:
        """Bring the database to where the command begins."""
        empty(self.url)
        if self.downgrades:
            with self.app.app_context():
                flask_migrate.upgrade()

    def run(self) -> None:
        """Run it here."""
        with self.app.app_context():
            if self.downgrades:
                flask_migrate.downgrade(revision="r1")
            else:
                flask_migrate.upgrade()


def _enforce(connection: object, _: object) -> None:
    connection.execute("PRAGMA foreign_keys=ON")


if __name__ == "__main__":
    name, address, so_many = sys.argv[1:]
    sys.stdout.write("\n".join(kill_everywhere(name, address, int(so_many))))
