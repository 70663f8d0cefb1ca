"""The kinds of lock that tests run on."""

import pytest

WAYS = {
    "postgresql": ("postgresql", "auto"),
    "mariadb": ("mariadb", "auto"),
    "postgresql-lease": ("postgresql", "lease"),
    "mariadb-lease": ("mariadb", "lease"),
}


@pytest.fixture(params=WAYS)
def way(request, new_database):
    """The URL of an empty database, and how to lock it."""
    kind, lock = WAYS[request.param]
    return new_database(kind), lock


@pytest.fixture(params=["postgresql", "mariadb"])
def server_url(request, new_database):
    """The URL of an empty database on a server."""
    return new_database(request.param)
