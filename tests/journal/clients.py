"""Feeds SQL to the program that comes with each database."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing

import sqlalchemy as sa

from tests.databases.fixtures import do_without
from tests.databases.install import search_path
from tests.databases.postgresql import _places as postgresql_places


def feed(url, sql):
    """Have the SQL executed, up to the first error, which fails."""
    FEEDERS[sa.make_url(url).get_backend_name()](sa.make_url(url), sql)


def _feed_sqlite(url, sql):
    program = shutil.which("sqlite3")
    if program:
        _run([program, "-bail", url.database], sql)
        return
    with closing(sqlite3.connect(url.database)) as connection:
        connection.executescript(sql)


def _feed_postgresql(url, sql):
    program = _program("psql", [*postgresql_places()])
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    _run([program, "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", plain], sql)


def _feed_mysql(url, sql):
    program = _program("mariadb", search_path())
    account = [f"--host={url.host}", f"--port={url.port}", f"--user={url.username}"]
    words = [program, "--no-defaults", "--default-character-set=utf8mb4", *account, url.database]
    _run(words, sql, MYSQL_PWD=str(url.password))


def _program(name, places):
    found = shutil.which(name, path=os.pathsep.join(places))
    return found or do_without(f"No program {name}. It comes with the server.")


def _run(words, sql, **variables):
    done = subprocess.run(
        words,
        input=sql,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **variables},
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr


FEEDERS = {"sqlite": _feed_sqlite, "postgresql": _feed_postgresql, "mysql": _feed_mysql}
