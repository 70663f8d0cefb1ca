"""Projects whose revisions are interrupted."""

from contextlib import ExitStack

import pytest

from tests.journal.project import project


@pytest.fixture
def new_project(new_database, tmp_path):
    """Make a project on a database of some kind, in the context of its application."""
    with ExitStack() as stack:

        def new(kind, **options):
            url = new_database(kind)
            return stack.enter_context(project(url, tmp_path / "migrations", **options))

        yield new


@pytest.fixture
def mariadb(new_project):
    """A project on MariaDB, where a revision cannot be taken back."""
    return new_project("mariadb")


@pytest.fixture
def postgresql(new_project):
    """A project on PostgreSQL."""
    return new_project("postgresql")


@pytest.fixture
def sqlite(new_project):
    """A project on SQLite."""
    return new_project("sqlite")


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def anywhere(request, new_project):
    """A project on each of the databases."""
    return new_project(request.param)
