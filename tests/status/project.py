"""A folder with revisions written by the test, and an application beside it."""

from pathlib import Path

import sqlalchemy as sa
from flask import Flask

import flask_migrate
from flask_migrate import Migrate
from tests.errors.project import APART

FILE = '''"""{message}"""

import sqlalchemy as sa
from alembic import op

revision = {id!r}
down_revision = {parent!r}
branch_labels = depends_on = None


def upgrade():
    {upgrade}


def downgrade():
    {downgrade}
'''


class Project:
    """An application, its folder, its database."""

    def __init__(self, url: str, folder: Path, metadata: sa.MetaData | None = None) -> None:
        self.url = url
        self.folder = folder
        self.engine = sa.create_engine(url, poolclass=sa.NullPool)
        self.metadata = metadata if metadata is not None else sa.MetaData()
        self.app = Flask("project")
        Migrate(self.app, self.metadata, directory=str(folder), engine=self.engine)

    @property
    def kind(self) -> str:
        return self.engine.dialect.name

    def write(self, name, parent=None, upgrade="pass", downgrade="pass", message="Words."):
        """Write a revision; several statements stand on several lines."""
        indented = {
            "upgrade": upgrade.strip().replace("\n", "\n    "),
            "downgrade": downgrade.strip().replace("\n", "\n    "),
        }
        path = self.folder / "versions" / f"{name}_words.py"
        path.write_text(FILE.format(id=name, parent=parent, message=message, **indented))
        return path

    def run(self, *arguments):
        """Type a `flask db` command."""
        return self.app.test_cli_runner(**APART).invoke(args=["db", *map(str, arguments)])

    def tables(self):
        """Return the names of the tables, ours left out."""
        names = sa.inspect(self.engine).get_table_names()
        return {name for name in names if not name.startswith("alembic_version")}

    def execute(self, statement):
        with self.engine.begin() as connection:
            result = connection.execute(sa.text(statement))
            return result.all() if result.returns_rows else None

    def revisions(self):
        return [r.revision for r in flask_migrate.current()[0].revisions]

    def log(self, *columns):
        return self.execute(f"SELECT {', '.join(columns)} FROM alembic_version_log ORDER BY id")
