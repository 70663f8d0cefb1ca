"""The small application that is measured: two models, three revisions, SQLite."""

import subprocess
from pathlib import Path

from bench.environments import Environment

WITHOUT = """\
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///app.db"
db = SQLAlchemy(app)


class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(128))


class Post(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    user_id = db.Column(db.ForeignKey("user.id"))
"""

WITH = f"""\
{WITHOUT}

from flask_migrate import Migrate

Migrate(app, db)
"""

COLUMN = "    email = db.Column(db.String(120))\n"


def written(environment: Environment, folder: Path) -> Path:
    """Write the application with its upgraded database; its migrations are as this release does."""
    folder.mkdir()
    (folder / "without.py").write_text(WITHOUT)
    app = folder / "app.py"
    app.write_text(WITH)
    for line in ("init", "migrate -m Tables", "upgrade"):
        run_flask(environment, folder, line)
    app.write_text(WITH.replace("\n\n\nclass Post", f"\n{COLUMN}\n\nclass Post"))
    for line in ("migrate -m Email", "upgrade", "revision -m Data", "upgrade"):
        run_flask(environment, folder, line)
    return folder


def run_flask(environment: Environment, folder: Path, line: str) -> None:
    """Run a `db` command of the application."""
    command = [environment.python, "-m", "flask", "db", *line.split()]
    subprocess.run(command, cwd=folder, capture_output=True, check=True)
