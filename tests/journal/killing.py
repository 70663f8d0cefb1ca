"""Runs work in a process of its own that is killed at a statement; tells what a database holds."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import event

_AROUND = ("before_cursor_execute", "after_cursor_execute")


def in_child(engine: sa.Engine, work: Callable[[], object], killed_at: int | None = None) -> int:
    """Run work in another process; return its status."""
    child = os.fork()
    if child == 0:
        try:
            with counted(engine, killed_at):
                work()
        except BaseException as error:  # noqa: BLE001 # told to whoever reads the output
            sys.stderr.write(f"{type(error).__name__}: {error}\n")
            sys.stderr.flush()
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1]


@contextmanager
def counted(engine: sa.Engine, killed_at: int | None = None) -> Iterator[list[str]]:
    """Give the places at which this process can be killed inside the block, and kill it at one."""
    places: list[str] = []

    def count(_: object, __: object, statement: str, *___: object) -> None:
        if len(places) == killed_at:
            os.kill(os.getpid(), signal.SIGKILL)
        places.append(statement)

    for name in _AROUND:
        event.listen(engine, name, count)
    try:
        yield places
    finally:
        for name in _AROUND:
            event.remove(engine, name, count)


def picture(url: str) -> dict[str, object]:
    """Return all that the database holds, our log aside."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    found = sa.inspect(engine)
    tables: dict[str, object] = {}
    with engine.connect() as connection:
        for name in sorted(found.get_table_names()):
            if not name.endswith("_log"):
                rows = connection.execute(sa.text(f"SELECT * FROM {name}")).all()
                columns = [(c["name"], str(c["type"])) for c in found.get_columns(name)]
                indexes = [i["name"] for i in found.get_indexes(name)]
                keys = [
                    (k["constrained_columns"], k["referred_table"])
                    for k in found.get_foreign_keys(name)
                ]
                tables[name] = (
                    columns,
                    indexes,
                    keys,
                    sorted((tuple(row) for row in rows), key=repr),
                )
    tables["views"] = found.get_view_names()
    return tables


def difference(expected: dict[str, object], found: dict[str, object]) -> str:
    """Say what of two pictures differs; nothing where they are the same."""
    names = sorted({*expected, *found})
    return "; ".join(
        f"{n}: {expected.get(n)} became {found.get(n)}"
        for n in names
        if expected.get(n) != found.get(n)
    )


def empty(url: str) -> None:
    """Leave nothing in a database."""
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
