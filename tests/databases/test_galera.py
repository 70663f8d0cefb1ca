"""The Galera cluster that tests get is one, and does what sets it apart from a single server."""

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

DEADLOCK = 1213


def connect(url):
    return create_engine(url, poolclass=NullPool).connect()


def make_table(cluster, url):
    """Make a table with one row, and wait until all nodes have it."""
    with connect(url) as connection:
        connection.execute(text("CREATE TABLE words (id INTEGER PRIMARY KEY, word VARCHAR(20))"))
        connection.execute(text("INSERT INTO words VALUES (1, 'first')"))
        connection.commit()
    cluster.catch_up()


def words(url):
    with connect(url) as connection:
        return connection.scalars(text("SELECT word FROM words")).all()


def test_all_three_nodes_are_in_the_cluster_and_up_to_date(galera_cluster):
    names = ("wsrep_cluster_size", "wsrep_cluster_status", "wsrep_local_state_comment")
    said = [tuple(node.status(name) for name in names) for node in galera_cluster.nodes]
    assert said == [("3", "Primary", "Synced")] * 3


def test_the_urls_lead_to_three_servers(galera_urls):
    ports = set()
    for url in galera_urls:
        with connect(url) as connection:
            ports.add(connection.scalar(text("SELECT @@port")))
    assert len(ports) == 3


@pytest.mark.parametrize("writer", range(3))
def test_what_one_node_commits_is_seen_on_all(galera_cluster, galera_urls, writer):
    make_table(galera_cluster, galera_urls[writer])
    assert [words(url) for url in galera_urls] == [["first"]] * 3


def test_a_named_lock_is_granted_on_two_nodes_at_once(galera_urls):
    get_lock = text("SELECT GET_LOCK('one for all?', 0)")
    with connect(galera_urls[0]) as one, connect(galera_urls[1]) as other:
        assert (one.scalar(get_lock), other.scalar(get_lock)) == (1, 1)


def test_a_named_lock_is_granted_once_on_one_node(galera_urls):
    get_lock = text("SELECT GET_LOCK('one for all?', 0)")
    with connect(galera_urls[0]) as one, connect(galera_urls[0]) as other:
        assert (one.scalar(get_lock), other.scalar(get_lock)) == (1, 0)


def test_of_two_changes_to_a_row_on_two_nodes_the_second_to_commit_fails(
    galera_cluster, galera_urls
):
    make_table(galera_cluster, galera_urls[0])
    change = text("UPDATE words SET word = :word WHERE id = 1")
    with connect(galera_urls[0]) as one, connect(galera_urls[1]) as other:
        one.execute(change, {"word": "one"})
        other.execute(change, {"word": "other"})
        one.commit()
        with pytest.raises(OperationalError) as error:
            other.commit()
    assert error.value.orig.args[0] == DEADLOCK
    galera_cluster.catch_up()
    assert [words(url) for url in galera_urls] == [["one"]] * 3


def test_a_database_is_dropped_though_a_transaction_on_another_node_uses_it(galera_cluster):
    with galera_cluster.new_database() as urls:
        make_table(galera_cluster, urls[0])
        busy = connect(urls[1])
        busy.execute(text("UPDATE words SET word = 'busy'"))
    busy.invalidate()
    busy.close()
    name = create_engine(urls[0]).url.database
    galera_cluster.catch_up()
    for node in galera_cluster.nodes:
        with node.engine.connect() as connection:
            assert name not in connection.scalars(text("SHOW DATABASES")).all()


def test_a_cluster_goes_on_when_a_node_is_killed_and_then_another_is_stopped(
    mortal_galera_cluster,
):
    killed, stopped, last = mortal_galera_cluster.nodes
    with mortal_galera_cluster.new_database() as urls:
        make_table(mortal_galera_cluster, urls[0])
        killed.kill()
        mortal_galera_cluster.settle()
        assert write(urls[1], "two are left") == ["first", "two are left"]
        stopped.stop()
        mortal_galera_cluster.settle()
        assert write(urls[2], "one is left") == ["first", "two are left", "one is left"]
    assert mortal_galera_cluster.running == [last]


def write(url, word):
    """Add a word; tell all that are there now."""
    with connect(url) as connection:
        connection.execute(
            text("INSERT INTO words SELECT COUNT(*) + 1, :word FROM words"), {"word": word}
        )
        connection.commit()
        return connection.scalars(text("SELECT word FROM words ORDER BY id")).all()
