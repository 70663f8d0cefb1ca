"""A schema that the models use and the database lacks comes with the first of its tables."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column

from tests.autogenerate.cases import models, table
from tests.autogenerate.history import History


def test_a_new_schema_is_created_before_its_tables_and_goes_with_them(tmp_path, postgresql_url):
    engine = sa.create_engine(postgresql_url)
    history = History(tmp_path, engine)
    after = models(table("item", Column("name", sa.String(30)), schema="My shop"))
    history.migrate(after)
    history.upgrade()
    assert sa.inspect(engine).has_table("item", schema="My shop")
    assert not history.migrate(after).revisions
    history.downgrade("base")
    assert "My shop" not in sa.inspect(engine).get_schema_names()
    engine.dispose()
