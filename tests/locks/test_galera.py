"""A Galera cluster: `GET_LOCK` is each node's own, the lease is the cluster's."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from flask_migrate.databases.mysql import MySQL
from flask_migrate.runner.locking.lease import Lease
from tests.locks.people import (
    FAST,
    QUICK,
    connect,
    count,
    engine,
    give_up,
    holder,
    is_free,
    listen,
    lock_on,
    locked,
    other_process,
)

PROCESSES = 12


def test_an_advisory_lock_does_not_exclude_another_node(galera_urls):
    with lock_on(galera_urls[0], "advisory"):
        assert is_free(galera_urls[1], "advisory")


def test_the_lease_excludes_every_node_and_is_chosen_by_itself(galera_urls):
    with connect(galera_urls[0]) as connection, locked(connection) as held:
        assert isinstance(held, Lease)
        assert [is_free(url) for url in galera_urls] == [False, False, False]


def test_processes_on_three_nodes_count_without_a_loss(galera_urls):
    first = galera_urls[0]
    with engine(first) as made, made.begin() as connection:
        connection.execute(sa.text("CREATE TABLE counter (id INTEGER PRIMARY KEY, n INTEGER)"))
        connection.execute(sa.text("INSERT INTO counter VALUES (1, 0)"))
    with ExitStack() as stack:
        others = [
            stack.enter_context(other_process(count, galera_urls[i % 3], "auto"))
            for i in range(PROCESSES)
        ]
        for other in others:
            other.go_on()
        for other in others:
            other.hears()
        for other in others:
            other.process.join(60)
        assert [other.process.exitcode for other in others] == [0] * PROCESSES
    with lock_on(first) as connection:
        assert connection.scalar(sa.text("SELECT n FROM counter")) == PROCESSES


def test_a_killed_holder_s_lease_is_taken_on_another_node(galera_urls):
    with holder(galera_urls[0], times=QUICK) as other:
        other.process.kill()
        with lock_on(galera_urls[1], wait=15, times=QUICK):
            pass


SLOW = "SHA2(REPEAT(CHAR(64 + id), 2000000), 512)"


def alter(pipe, url):
    """Hold the lock during DDL that takes longer than a lease; tell how long it took."""
    with lock_on(url, times=FAST) as connection:
        connection.execute(sa.text("CREATE TABLE t (id INTEGER PRIMARY KEY)"))
        began = time.monotonic()
        connection.scalar(sa.text(f"SELECT {SLOW} FROM (SELECT 1 AS id) one"))
        rows = int(2 * FAST.lease / (time.monotonic() - began)) + 1
        connection.execute(sa.text(f"INSERT INTO t SELECT seq FROM seq_1_to_{rows}"))
        connection.commit()
        pipe.send("held")
        listen(pipe)
        began = time.monotonic()
        connection.execute(sa.text(f"ALTER TABLE t ADD COLUMN h CHAR(128) AS ({SLOW}) STORED"))
        pipe.send(time.monotonic() - began)
        listen(pipe)


def test_the_lease_survives_ddl_that_holds_up_every_write(galera_urls):
    with other_process(alter, galera_urls[0]) as other:
        assert other.hears() == "held"
        other.go_on()
        give_up(galera_urls[1], wait=4 * FAST.lease, times=FAST)
        assert other.hears() > FAST.lease + FAST.grace
        other.go_on()
        other.process.join(10)
        assert other.process.exitcode == 0


def test_a_table_that_another_node_is_creating_can_be_looked_for(galera_urls):
    """DESCRIBE, broken off by the other node's CREATE TABLE, answers in broken packets."""
    names = [f"t{number}" for number in range(2000)]
    made = [-1]
    until = time.monotonic() + 3

    def look(url):
        with engine(url) as own, own.connect() as connection:
            answers = set()
            while time.monotonic() < until:
                table = sa.Table(names[made[0] + 1], sa.MetaData())
                answers.add(MySQL().has_table(connection, table))
            return answers

    def create(url):
        with engine(url) as own, own.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT")
            for number, name in enumerate(names):
                if time.monotonic() > until:
                    break
                with suppress(OperationalError):
                    connection.execute(sa.text(f"CREATE TABLE IF NOT EXISTS {name} (id INTEGER)"))
                    connection.execute(sa.text(f"ALTER TABLE {name} ADD COLUMN a INTEGER"))
                made[0] = max(made[0], number)

    with ThreadPoolExecutor(7) as pool:
        looking = [pool.submit(look, url) for url in galera_urls * 2]
        pool.submit(create, galera_urls[0]).result()
        assert set().union(*(job.result() for job in looking)) == {True, False}
