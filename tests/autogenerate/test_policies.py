"""`compare_type` and `compare_server_default` of env.py or Migrate: false, or a function."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy import Column

from tests.autogenerate.cases import models, table
from tests.autogenerate.history import History


def items(type_=None, default="a") -> sa.MetaData:
    return models(table("item", Column("name", type_ or sa.String(30), server_default=default)))


@pytest.fixture
def engine(database_url):
    engine = sa.create_engine(database_url)
    yield engine
    engine.dispose()


def found(tmp_path, engine, after, **options):
    history = History(tmp_path, engine)
    history.migrate(items())
    history.upgrade()
    history.options.update(options)
    return [str(change) for change in history.migrate(after).changes]


def test_types_are_left_alone_where_compare_type_is_false(tmp_path, engine):
    assert found(tmp_path, engine, items(sa.Text()), compare_type=False) == []


def test_a_function_may_leave_a_type_alone(tmp_path, engine):
    asked = []

    def compare(context, inspected, column, inspected_type, type_):
        asked.append((inspected.name, column.name))
        return False

    assert found(tmp_path, engine, items(sa.String(60)), compare_type=compare) == []
    assert ("name", "name") in asked


def test_a_function_may_find_a_type_different_that_looks_the_same(tmp_path, engine):
    def compare(context, inspected, column, inspected_type, type_):
        return True if column.name == "name" else None

    changes = found(tmp_path, engine, items(), compare_type=compare)
    assert len(changes) == 1
    assert changes[0].startswith("~ item.name:")


def test_without_an_answer_of_the_function_types_are_compared(tmp_path, engine):
    changes = found(tmp_path, engine, items(sa.String(60)), compare_type=lambda *_: None)
    assert len(changes) == 1


def test_defaults_are_compared_without_being_asked_for(tmp_path, engine):
    assert len(found(tmp_path, engine, items(default="b"))) == 1


def test_defaults_are_left_alone_where_compare_server_default_is_false(tmp_path, engine):
    assert found(tmp_path, engine, items(default="b"), compare_server_default=False) == []


def test_a_function_may_leave_a_default_alone(tmp_path, engine):
    def compare(context, inspected, column, there, default, asked):
        return not (asked == "b" and "a" in there)

    assert found(tmp_path, engine, items(default="b"), compare_server_default=compare) == []
