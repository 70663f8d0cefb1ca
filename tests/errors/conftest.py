"""Projects for the tests of bad input."""

from pathlib import Path

import pytest

from tests.errors.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project on SQLite, its migrations folder made, without any revision."""
    return bare(tmp_path).init()


@pytest.fixture
def bare_project(tmp_path: Path) -> Project:
    """A project on SQLite without a migrations folder."""
    return bare(tmp_path)


def bare(folder: Path) -> Project:
    return Project(folder, f"sqlite:///{(folder / 'blog.db').as_posix()}")
