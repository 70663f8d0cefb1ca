"""What the first revision makes is what SQLAlchemy's `create_all` makes."""

from __future__ import annotations

import pytest

from tests.autogenerate.cases import each
from tests.autogenerate.history import History
from tests.autogenerate.snapshot import difference, snapshot
from tests.autogenerate.unchanged import UNCHANGED


@pytest.mark.parametrize(("case", "kind"), each(case for case in UNCHANGED if not case.sql))
def test_what_is_made_by_revisions_is_what_sqlalchemy_makes(case, kind, place_of, tmp_path):
    place = place_of(kind)
    place.prepare(case.setup)
    models = case.models()
    empty = snapshot(place.engine)
    case.make(place.scratch)
    history = History(tmp_path, place.engine, **case.configure)
    history.migrate(models)
    history.upgrade()
    schemas = [snapshot(engine, models) for engine in (place.scratch, place.engine)]
    assert not difference(*schemas), f"{difference(*schemas)}\n{history.text()}"
    assert not history.migrate(models).revisions
    history.downgrade("base")
    assert snapshot(place.engine) == empty
