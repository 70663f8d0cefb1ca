"""With `verify`, a revision is tried up, down and up again before its file stays."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from alembic.operations import ops
from sqlalchemy import Column

from flask_migrate.errors import RevisionWrong
from tests.autogenerate.cases import models, table
from tests.autogenerate.history import History


def items(*columns: Column) -> sa.MetaData:
    return models(table("item", Column("name", sa.String(30)), *columns))


@pytest.fixture
def engine(database_url):
    engine = sa.create_engine(database_url)
    yield engine
    engine.dispose()


def begun(tmp_path, engine, **options):
    history = History(tmp_path, engine, **options)
    history.migrate(items())
    history.upgrade()
    return history


def tables(engine):
    inspector = sa.inspect(engine)
    return {name: [c["name"] for c in inspector.get_columns(name)] for name in ["item"]}


def forgetful(_, __, directives):
    """A hook of an application that loses half of the downgrade."""
    for operations in directives[0].downgrade_ops_list:
        operations.ops = []


def overdone(_, __, directives):
    """A hook of an application that adds what no model has."""
    extra = ops.AddColumnOp("item", Column("extra", sa.Integer))
    for operations in directives[0].upgrade_ops_list:
        operations.ops.append(extra)
    for operations in directives[0].downgrade_ops_list:
        operations.ops.insert(0, extra.reverse())


def test_a_right_revision_stays_and_the_database_is_as_it_was(tmp_path, engine):
    history = begun(tmp_path, engine)
    before = tables(engine)
    written = history.migrate(items(Column("age", sa.Integer, index=True)), verify=True)
    assert written.verified
    assert tables(engine) == before
    history.upgrade()
    assert "age" in tables(engine)["item"]


def test_a_revision_that_does_not_come_back_is_kept_under_another_name(tmp_path, engine):
    history = begun(tmp_path, engine)
    before = tables(engine)
    history.options["process_revision_directives"] = forgetful
    with pytest.raises(RevisionWrong) as caught:
        history.migrate(items(Column("age", sa.Integer)), verify=True)
    assert caught.value.stage == "the downgrade"
    assert caught.value.differences[0].lower().startswith("~ item: still has column age (int")
    assert caught.value.kept.endswith(".py.wrong")
    assert [p.name[:2] for p in (history.folder / "versions").glob("*.py")] == ["r1"]
    assert tables(engine) == before


def test_a_revision_that_does_something_else_is_not_right(tmp_path, engine):
    history = begun(tmp_path, engine)
    history.options["process_revision_directives"] = overdone
    with pytest.raises(RevisionWrong) as caught:
        history.migrate(items(Column("age", sa.Integer)), verify=True)
    assert caught.value.stage == "the upgrade"
    assert caught.value.differences == ("- item.extra",)


def test_a_revision_that_fails_is_not_right(tmp_path, engine):
    def failing(_, __, directives):
        for operations in directives[0].upgrade_ops_list:
            operations.ops.append(ops.ExecuteSQLOp("NO SUCH STATEMENT"))

    history = begun(tmp_path, engine)
    history.options["process_revision_directives"] = failing
    with pytest.raises(RevisionWrong) as caught:
        history.migrate(items(Column("age", sa.Integer)), verify=True)
    assert caught.value.failed
    assert "the upgrade failed: " in str(caught.value)
    assert "NO SUCH STATEMENT" in caught.value.differences[0]


def test_a_setting_asks_for_it_always(tmp_path, engine, monkeypatch):
    history = begun(tmp_path, engine)
    monkeypatch.setenv("MIGRATE_VERIFY", "true")
    assert history.migrate(items(Column("age", sa.Integer))).verified


def test_a_file_with_a_place_for_a_value_is_not_tried(tmp_path, engine):
    history = begun(tmp_path, engine)
    with engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO item (name) VALUES ('a')"))
    written = history.migrate(items(Column("age", sa.Integer, nullable=False)), verify=True)
    assert written.paths
    assert not written.verified
