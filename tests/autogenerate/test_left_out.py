"""What differs and cannot be written is told, and is not silently left."""

import pytest
import sqlalchemy as sa

from flask_migrate import events
from tests.autogenerate.history import History


def models(**options):
    metadata = sa.MetaData()
    sa.Table("log", metadata, sa.Column("day", sa.Date, nullable=False), **options)
    return metadata


@pytest.fixture
def history(postgresql_url, tmp_path):
    engine = sa.create_engine(postgresql_url)
    yield History(tmp_path, engine)
    engine.dispose()


def test_a_table_that_is_there_is_not_partitioned_and_a_line_says_so(history):
    history.migrate(models())
    history.upgrade()
    heard = []
    with events.listening(heard.append):
        written = history.migrate(models(postgresql_partition_by="RANGE (day)"))
    assert not written.revisions
    assert heard == [
        events.ChangeLeftOut(
            "table log: partition by RANGE (day)", "PostgreSQL partitions no table that is there"
        )
    ]
