"""Behind a pooler in transaction mode, where a session is one client's for one transaction."""

import pytest
import sqlalchemy as sa

from flask_migrate.runner.locking.advisory import AdvisoryLock
from flask_migrate.runner.locking.lease import Lease
from tests.databases.fixtures import do_without
from tests.databases.pgbouncer import pooled
from tests.databases.process import ServerMissing
from tests.locks.people import connect, is_free, locked


@pytest.fixture
def pooled_url(postgresql_url):
    """The URL of an empty database, by way of PgBouncer."""
    pool = pooled(postgresql_url)
    try:
        url = pool.__enter__()
    except ServerMissing as error:
        do_without(f"No PgBouncer: {error}.")
    try:
        yield url
    finally:
        pool.__exit__(None, None, None)


def test_behind_a_pooler_the_lease_is_chosen_by_itself(pooled_url, postgresql_url):
    with connect(pooled_url) as connection, locked(connection) as held:
        assert isinstance(held, Lease)
        assert not is_free(pooled_url)
        assert not is_free(postgresql_url, "lease")
    assert is_free(pooled_url)


def test_behind_a_pooler_a_transaction_of_env_py_keeps_others_out_until_it_ends(pooled_url):
    with connect(pooled_url) as connection:
        with connection.begin():
            with locked(connection):
                connection.execute(sa.text("CREATE TABLE t (id INTEGER)"))
            assert not is_free(pooled_url)
        assert is_free(pooled_url)


def test_without_a_pooler_the_session_s_lock_is_chosen_by_itself(postgresql_url):
    with connect(postgresql_url) as connection, locked(connection) as held:
        assert isinstance(held, AdvisoryLock)
