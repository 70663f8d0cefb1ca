"""Kills an upgrade before and after each statement that it sends, upgrades again, and compares.

A program of its own, because it forks for every run: ``python kill_everywhere.py URL FOLDER EVERY``.
Prints one line for each killing after which the database differs from an undisturbed run.
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

import flask_migrate

REVISIONS = {
    "sqlite": """
    op.create_table("a", sa.Column("id", sa.Integer, primary_key=True), sa.Column("n", sa.String(20)))
    op.bulk_insert(sa.table("a", sa.column("id"), sa.column("n")), [{"id": i, "n": str(i)} for i in (1, 2)])
    op.create_index("ix_a", "a", ["n"])
    with op.get_context().autocommit_block():
        op.execute("UPDATE a SET n = n || '!'")
        op.execute("CREATE TABLE b (id INTEGER PRIMARY KEY)")
        op.execute("VACUUM")
        op.execute("INSERT INTO b VALUES (7)")
    op.add_column("a", sa.Column("m", sa.Integer, server_default="3"))
    op.execute("UPDATE a SET n = n || '?', m = m + 1")
    op.drop_index("ix_a", "a")
""",
    "postgresql": """
    op.create_table("a", sa.Column("id", sa.Integer, primary_key=True), sa.Column("n", sa.String(20)))
    op.bulk_insert(sa.table("a", sa.column("id"), sa.column("n")), [{"id": i, "n": str(i)} for i in (1, 2)])
    op.execute("CREATE TYPE mood AS ENUM ('sad')")
    with op.get_context().autocommit_block():
        op.execute("UPDATE a SET n = n || '!'")
        op.create_index("ix_a", "a", ["n"], postgresql_concurrently=True)
        op.execute("ALTER TYPE mood ADD VALUE 'happy'")
        op.execute("VACUUM a")
        op.execute("INSERT INTO a VALUES (7, 'x')")
    op.add_column("a", sa.Column("m", sa.Integer, server_default="3"))
    op.execute("UPDATE a SET n = n || '?', m = m + 1")
    with op.get_context().autocommit_block():
        op.drop_index("ix_a", "a", postgresql_concurrently=True)
""",
    "mysql": """
    op.create_table("a", sa.Column("id", sa.Integer, primary_key=True), sa.Column("n", sa.String(20)))
    op.bulk_insert(sa.table("a", sa.column("id"), sa.column("n")), [{"id": i, "n": str(i)} for i in (1, 2)])
    op.execute("UPDATE a SET n = CONCAT(n, '!')")
    op.create_index("ix_a", "a", ["n"])
    op.add_column("a", sa.Column("m", sa.Integer, server_default="3"))
    op.execute("UPDATE a SET n = CONCAT(n, '?'), m = m + 1")
    op.alter_column("a", "n", existing_type=sa.String(20), type_=sa.String(40))
    op.create_table("b", sa.Column("id", sa.Integer, primary_key=True), sa.Column("a_id", sa.Integer))
    op.create_foreign_key(None, "b", "a", ["a_id"], ["id"])
    op.execute("INSERT INTO b VALUES (1, 1)")
    with op.get_context().autocommit_block():
        op.execute("INSERT INTO b VALUES (2, 2)")
        op.execute("CREATE VIEW v AS SELECT n FROM a")
    op.drop_index("ix_a", "a")
""",
}
FILE = """
import sqlalchemy as sa
from alembic import op

revision = {id!r}
down_revision = {parent!r}
branch_labels = depends_on = None


def upgrade():
{body}


def downgrade():
    pass
"""


def write_folder(url: str, folder: Path) -> None:
    """Make a migrations folder with the revision of many statements between two small ones."""
    with _application(url, folder).app_context():
        flask_migrate.init()
    bodies = {
        "r1": '    op.create_table("first", sa.Column("id", sa.Integer, primary_key=True))',
        "r2": REVISIONS[sa.make_url(url).get_backend_name()].strip("\n"),
        "r3": '    op.execute("INSERT INTO first VALUES (1)")',
    }
    parent = None
    for name, body in bodies.items():
        text = FILE.format(id=name, parent=parent, body=body)
        (folder / "versions" / f"{name}.py").write_text(text)
        parent = name


def kill_everywhere(url: str, folder: Path, every: int) -> list[str]:
    """Return a line for each killing whose end differs from that of an undisturbed run.

    With `every` of 1 the upgrade is killed at every statement, with 7 at every seventh.
    """
    write_folder(url, folder)
    _empty(url)
    _in_child(lambda: _upgrade(url, folder, None))
    expected = picture(url)
    complaints = []
    number = 0
    while True:
        _empty(url)
        status = _in_child(lambda: _upgrade(url, folder, number))  # noqa: B023 # runs at once
        if not os.WIFSIGNALED(status):
            break
        second = _in_child(lambda: _upgrade(url, folder, None))
        found = picture(url)
        if second != 0 or found != expected:
            complaints.append(f"{number}: exit {second}, {_difference(expected, found)}")
        number += every
    print(f"{number // every} killings", file=sys.stderr)
    return complaints if number > 40 else [f"only {number} places to kill it at"]


def picture(url: str) -> dict[str, object]:
    """Return all that the database holds, our log aside."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    found = sa.inspect(engine)
    tables: dict[str, object] = {}
    with engine.connect() as connection:
        for name in sorted(found.get_table_names()):
            if not name.endswith("_log"):
                rows = connection.execute(sa.text(f"SELECT * FROM {name} ORDER BY 1")).all()
                columns = [(c["name"], str(c["type"])) for c in found.get_columns(name)]
                indexes = [i["name"] for i in found.get_indexes(name)]
                keys = [
                    (k["constrained_columns"], k["referred_table"])
                    for k in found.get_foreign_keys(name)
                ]
                tables[name] = (columns, indexes, keys, [tuple(row) for row in rows])
    tables["views"] = found.get_view_names()
    return tables


def _application(url: str, folder: Path) -> Flask:
    app = Flask("killed")
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    app.extensions["engine"] = engine
    flask_migrate.Migrate(app, sa.MetaData(), directory=str(folder), engine=engine)
    return app


def _upgrade(url: str, folder: Path, killed_at: int | None) -> None:
    app = _application(url, folder)
    counter = iter(range(10_000))

    def count(*_: object) -> None:
        if next(counter) == killed_at:
            os.kill(os.getpid(), signal.SIGKILL)

    for name in ("before_cursor_execute", "after_cursor_execute"):
        sa.event.listen(app.extensions["engine"], name, count)
    with app.app_context():
        flask_migrate.upgrade()


def _in_child(work: Callable[[], None]) -> int:
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 # told to whoever reads the output
            print(f"{type(error).__name__}: {error}", file=sys.stderr)
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1]


def _empty(url: str) -> None:
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        for suffix in ("", "-journal", "-wal", "-shm"):
            Path(f"{parsed.database}{suffix}").unlink(missing_ok=True)
        return
    engine = sa.create_engine(url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        if parsed.get_backend_name() == "postgresql":
            connection.execute(sa.text("DROP SCHEMA public CASCADE"))
            connection.execute(sa.text("CREATE SCHEMA public"))
        else:
            connection.execute(sa.text(f"DROP DATABASE `{parsed.database}`"))
            connection.execute(sa.text(f"CREATE DATABASE `{parsed.database}`"))


def _difference(expected: dict[str, object], found: dict[str, object]) -> str:
    names = sorted({*expected, *found})
    return "; ".join(
        f"{n}: {expected.get(n)} became {found.get(n)}"
        for n in names
        if expected.get(n) != found.get(n)
    )


if __name__ == "__main__":
    print(*kill_everywhere(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])), sep="\n")
