"""A project with an empty folder, on each database or on one."""

import pytest

import flask_migrate
from tests.status.project import Project


def opened(url, tmp_path):
    project = Project(url, tmp_path / "migrations")
    with project.app.app_context():
        flask_migrate.init()
        yield project


@pytest.fixture
def project(database_url, tmp_path):
    yield from opened(database_url, tmp_path)


@pytest.fixture
def sqlite_project(sqlite_url, tmp_path):
    yield from opened(sqlite_url, tmp_path)


@pytest.fixture
def postgresql_project(postgresql_url, tmp_path):
    yield from opened(postgresql_url, tmp_path)


@pytest.fixture
def mariadb_project(mariadb_url, tmp_path):
    yield from opened(mariadb_url, tmp_path)
