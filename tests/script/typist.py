"""Types lines after `python manage.py`, one after another, in the Python that runs this file.

`python typist.py lines.json`: a list of lists of words in, how each one ended out, as JSON.
"""

import contextlib
import io
import json
import runpy
import sqlite3
import sys
from pathlib import Path


def type_line(words):
    """Run manage.py anew with these words; return how it ended and how things stand then."""
    sys.argv = ["manage.py", *words]
    out, err = io.StringIO(), io.StringIO()
    code = "did not exit"
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            runpy.run_path("manage.py", run_name="__main__")
        except SystemExit as done:
            code = done.code
    return {
        "code": code,
        "out": out.getvalue(),
        "err": err.getvalue(),
        "tables": tables(),
        "files": sorted(path.name for path in Path("migrations").glob("versions/*.py")),
    }


def tables():
    """Return the tables of app.db, but the log, with their columns."""
    with contextlib.closing(sqlite3.connect("app.db")) as database:
        names = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {
            name: [row[1] for row in database.execute(f"PRAGMA table_info({name})")]
            for (name,) in sorted(names)
            if not name.endswith("_log")
        }


if __name__ == "__main__":
    lines = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    sys.stdout.write(json.dumps([type_line(words) for words in lines]))
