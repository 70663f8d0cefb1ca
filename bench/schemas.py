"""Applications with many tables of ten columns each, one of which points at another table."""

from pathlib import Path

APPLICATION = """\
import os

import sqlalchemy as sa
from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["BENCH_URL"]
db = SQLAlchemy(app)
Migrate(app, db)

for number in range({tables}):
    sa.Table(
        f"table_{{number}}",
        db.metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("parent_id", sa.ForeignKey(f"table_{{max(number - 1, 0)}}.id")),
        sa.Column("name", sa.String(80), nullable=False, index=True),
        sa.Column("email", sa.String(120), unique=True),
        sa.Column("text", sa.Text),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("price", sa.Numeric(10, 2)),
        sa.Column("ratio", sa.Float),
        sa.Column("day", sa.Date),
        sa.Column("created_at", sa.DateTime),
    )
"""


def write(folder: Path, tables: int) -> None:
    """Write an application with so many tables."""
    folder.mkdir(parents=True)
    (folder / "app.py").write_text(APPLICATION.format(tables=tables))
