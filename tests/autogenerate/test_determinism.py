"""The same models and the same database give the same file, whatever Python's hashes are."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from difflib import unified_diff
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.autogenerate import tangled
from tests.autogenerate.history import History

ROOT = Path(__file__).parents[2]


class Shuffled(set):
    """A set that is never walked through in the same order."""

    def __iter__(self):
        items = list(super().__iter__())
        random.shuffle(items)
        return iter(items)


@pytest.fixture
def shuffled(monkeypatch):
    """Have SQLAlchemy's schema, Alembic and this project make such sets."""
    rooms = ("alembic.", "flask_migrate.", "sqlalchemy.sql.schema", "tests.autogenerate.tangled")
    for name, module in list(sys.modules.items()):
        if name.startswith(rooms):
            monkeypatch.setattr(module, "set", Shuffled, raising=False)


def revisions_in_a_process_with(seed: int) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "tests.autogenerate.tangled"],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": str(seed)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.mark.parametrize("kind", ["sqlite", "postgresql", "mariadb"])
def test_the_order_of_sets_does_not_show_in_a_revision(kind, shuffled, tmp_path, new_database):
    one, other = (
        tangled.revisions(tmp_path / turn, new_database(kind)).splitlines() for turn in "ab"
    )
    assert not list(unified_diff(one, other, lineterm="", n=1))


def test_the_hash_seed_does_not_show_in_a_revision():
    with ThreadPoolExecutor(2) as pool:
        texts = set(pool.map(revisions_in_a_process_with, range(3)))
    (text,) = texts
    assert "create_table('newest'" in text


def test_a_second_unnamed_constraint_on_a_column_has_a_name_of_its_own(tmp_path, sqlite_url):
    def models(*limits: int) -> sa.MetaData:
        checks = [sa.CheckConstraint(f"a < {limit}") for limit in limits]
        metadata = sa.MetaData()
        sa.Table("t", metadata, sa.Column("a", sa.Integer), *checks)
        return metadata

    engine = sa.create_engine(sqlite_url, poolclass=sa.NullPool)
    history = History(tmp_path, engine)
    names = []
    for limits in ((8,), (7, 8), (6, 7, 8)):
        assert len(history.migrate(models(*limits)).changes) == 1
        history.upgrade()
        names.append({c["name"] for c in sa.inspect(engine).get_check_constraints("t")})
    assert names[0] < names[1] < names[2]
    history.check(models(6, 7, 8))
