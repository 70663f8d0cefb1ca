"""Applications with many tables of ten columns each, one of which points at another table."""

from pathlib import Path

TOLD = "told"
"""The file in which a process tells milliseconds beyond the import of `app`, and statements."""
EXTRA = "extra"
"""The file that says how many columns more one of the tables has."""
CHANGED = "table_7"

BARE = """\
import os
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["BENCH_URL"]
db = SQLAlchemy(app)
more = Path(__file__).with_name("extra")
more = [f"extra_{{n}}" for n in range(int(more.read_text()))] if more.exists() else []

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
        *(sa.Column(name, sa.Integer) for name in more if number == 7),
    )
"""

APPLICATION = f"""\
import atexit
import time

from flask_migrate import Migrate

{BARE}
Migrate(app, db)

delay = float(os.environ.get("BENCH_DELAY", "0"))
statements = 0


@sa.event.listens_for(sa.Engine, "before_cursor_execute")
def count(*_):
    global statements
    statements += 1
    if delay:
        time.sleep(delay)


def tell():
    took = (time.perf_counter() - begun) * 1000
    Path(__file__).with_name("{TOLD}").write_text(f"{{{{took}}}} {{{{statements}}}}")


atexit.register(tell)
begun = time.perf_counter()
"""


def write(folder: Path, tables: int) -> None:
    """Write an application with so many tables; `bare` is the same one without Migrate."""
    folder.mkdir(parents=True)
    (folder / "bare.py").write_text(BARE.format(tables=tables))
    (folder / "app.py").write_text(APPLICATION.format(tables=tables))
