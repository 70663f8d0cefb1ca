"""A signal at any moment of an upgrade leaves what the next upgrade brings to its end."""

import random
import signal
import time

import pytest
import sqlalchemy as sa

from tests.signals.command import Project

ROWS = 40
LAST = 60


@pytest.mark.soak
def test_a_signal_at_any_moment_leaves_nothing_half_done(database_url, tmp_path):
    project = Project(tmp_path, database_url)
    project.revision("r1", "op.execute('CREATE TABLE t (id INTEGER)')")
    for number in range(2, LAST + 1):
        project.revision(
            f"r{number}",
            f"op.execute('CREATE TABLE t{number} (id INTEGER)')",
            "(HERE / 'ready').touch()",
            f"for i in range({ROWS}):",
            f"    op.execute(f'INSERT INTO t VALUES ({{{number} * {ROWS} + i}})')",
        )
    stopped = 0
    for _ in range(15):
        process = project.start()
        project.until_ready(process, moment=0)
        time.sleep(random.uniform(0, 0.4))
        ended = project.end(process, signal.SIGTERM)
        assert "Traceback" not in ended.err
        if f"The database is at r{LAST} (head)." in ended.err:
            break
        assert ended.code == 143, ended.err
        stopped += 1
    project.upgrade()
    assert stopped
    with project.engine.connect() as connection:
        found = connection.execute(sa.text("SELECT id FROM t ORDER BY id")).scalars().all()
    assert found == list(range(2 * ROWS, (LAST + 1) * ROWS))
    assert {state for _, state, _ in project.log()} == {"done"}
