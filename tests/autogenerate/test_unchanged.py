"""Where a database agrees with the models, nothing is found."""

from __future__ import annotations

import pytest

from tests.autogenerate.cases import each
from tests.autogenerate.history import History
from tests.autogenerate.place import run_sql
from tests.autogenerate.snapshot import difference, snapshot
from tests.autogenerate.unchanged import UNCHANGED


@pytest.mark.parametrize(("case", "kind"), each(UNCHANGED))
def test_nothing_is_found_where_the_database_agrees_with_the_models(case, kind, place_of, tmp_path):
    place = place_of(kind)
    place.prepare(case.setup)
    make(case, place.engine)
    history = History(tmp_path, place.engine, **case.configure)
    written = history.migrate(case.models())
    assert not written.revisions, f"{', '.join(map(str, written.changes))}\n{history.text()}"
    history.check(case.models())


@pytest.mark.parametrize(("case", "kind"), each(case for case in UNCHANGED if not case.sql))
def test_what_is_made_by_revisions_is_what_sqlalchemy_makes(case, kind, place_of, tmp_path):
    place = place_of(kind)
    place.prepare(case.setup)
    models = case.models()
    empty = snapshot(place.engine)
    make(case, place.scratch)
    history = History(tmp_path, place.engine, **case.configure)
    history.migrate(models)
    history.upgrade()
    schemas = [snapshot(engine, models) for engine in (place.scratch, place.engine)]
    assert not difference(*schemas), f"{difference(*schemas)}\n{history.text()}"
    assert not history.migrate(models).revisions
    history.downgrade("base")
    assert snapshot(place.engine) == empty


def make(case, engine):
    """Make the database as the case says."""
    if not case.sql:
        case.models().create_all(engine)
    with engine.begin() as connection:
        for statement in case.sql:
            run_sql(connection, statement)


def test_every_case_has_a_name_of_its_own():
    names = [case.id for case in UNCHANGED]
    assert len(names) == len(set(names))
