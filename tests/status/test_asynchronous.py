"""Looking, rehearsing and repairing work on asynchronous engines too."""

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.ext.asyncio import create_async_engine

import flask_migrate
from flask_migrate import Migrate
from tests.status.project import FILE

DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}


@pytest.fixture(params=[(k, t) for k in DRIVERS for t in ("flask", "aioflask")], ids="-".join)
def folder(request, new_database, tmp_path):
    """A folder with one revision to run, whose env.py awaits or does not."""
    kind, template = request.param
    url = sa.make_url(new_database(kind)).set(drivername=DRIVERS[kind], query={})
    app = Flask("asynchronous")
    engine = create_async_engine(url, poolclass=sa.NullPool)
    Migrate(app, sa.MetaData(), directory=str(tmp_path / "m"), engine=engine)
    body = {"upgrade": "op.execute('CREATE TABLE t (id INTEGER)')", "downgrade": "pass"}
    with app.app_context():
        flask_migrate.init(template=template)
        path = tmp_path / "m" / "versions" / "r1.py"
        path.write_text(FILE.format(id="r1", parent=None, message="Words.", **body))
        yield path


def test_everything_that_looks_and_mends(folder):
    (status,) = flask_migrate.status()
    assert [r.revision for r in status.pending] == ["r1"]
    assert status.holder is None
    (plan,) = flask_migrate.plan()
    assert [s.sql for s in plan.steps[0].statements] == ["CREATE TABLE t (id INTEGER)"]
    assert flask_migrate.upgrade(dry_run=True).positions[0].revisions == ()
    on_sqlite = status.database.startswith("sqlite")
    assert len(flask_migrate.upgrade(backup=on_sqlite).backups) == on_sqlite
    assert flask_migrate.repair() == ()
    text = folder.read_text()
    folder.unlink()
    assert flask_migrate.recover()[0].revision == "r1"
    assert next(folder.parent.glob("*.py")).read_text() == text
