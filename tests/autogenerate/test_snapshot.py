"""The snapshot by which changes are judged sees each of them."""

from __future__ import annotations

import pytest

from tests.autogenerate.cases import each
from tests.autogenerate.changes import CHANGES
from tests.autogenerate.rows import fill
from tests.autogenerate.snapshot import difference, snapshot


@pytest.mark.parametrize(("change", "kind"), each(change for change in CHANGES if change.seen))
def test_the_snapshot_sees_every_change(change, kind, place_of):
    place = place_of(kind)
    place.prepare(change.setup)
    before, after = change.before(), change.after()
    before.create_all(place.engine)
    after.create_all(place.scratch)
    with place.engine.begin() as connection:
        fill(connection, before, after, change.values)
    schemas = [snapshot(engine, before, after) for engine in (place.engine, place.scratch)]
    assert difference(*schemas)


def test_every_change_has_a_name_of_its_own():
    names = [change.id for change in CHANGES]
    assert len(names) == len(set(names))
