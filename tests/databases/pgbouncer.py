"""PgBouncer in front of a PostgreSQL server, in its transaction mode, for one test."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import sqlalchemy as sa

from tests.databases.install import apt_install, obtain, search_path
from tests.databases.process import ServerProcess, free_port, new_home

CONFIGURATION = """\
[databases]
* = host={host} port={port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {own_port}
pool_mode = transaction
auth_type = trust
auth_file = {users}
ignore_startup_parameters = extra_float_digits
"""


@contextmanager
def pooled(url: str) -> Iterator[str]:
    """Lend the URL at which PgBouncer hands the sessions of a server from client to client."""
    program = _program()
    server = sa.make_url(url)
    home = new_home("postgresql")
    users, configuration = home.path("users"), home.path("pgbouncer.ini")
    port = free_port()
    users.write_text(f'"{server.username}" "{server.password}"\n')
    configuration.write_text(
        CONFIGURATION.format(host=server.host, port=server.port, own_port=port, users=users)
    )
    for file in (users, configuration):
        file.chmod(0o644)  # the folder above lets nobody else in
    process = ServerProcess(home, [program, configuration], stop_signal="KILL")
    pool = server.set(host="127.0.0.1", port=port)
    engine = sa.create_engine(pool, poolclass=sa.NullPool)
    try:
        process.wait_for(lambda: _answers(engine))
        yield pool.render_as_string(hide_password=False)
    finally:
        process.stop()


def _answers(engine: sa.Engine) -> bool:
    try:
        engine.connect().close()
    except sa.exc.OperationalError:
        return False
    return True


def _program() -> str:
    path = os.pathsep.join(search_path())
    found = obtain(
        lambda: [found] if (found := shutil.which("pgbouncer", path=path)) else None,
        [partial(apt_install, "pgbouncer")],
    )
    return found[0]
