"""Where a database agrees with the models, nothing is found."""

from __future__ import annotations

import pytest

from tests.autogenerate.cases import each
from tests.autogenerate.history import History
from tests.autogenerate.unchanged import UNCHANGED


@pytest.mark.parametrize(("case", "kind"), each(UNCHANGED))
def test_nothing_is_found_where_the_database_agrees_with_the_models(case, kind, place_of, tmp_path):
    place = place_of(kind)
    place.prepare(case.setup)
    case.make(place.engine)
    history = History(tmp_path, place.engine, **case.configure)
    written = history.migrate(case.models())
    assert not written.revisions, f"{', '.join(map(str, written.changes))}\n{history.text()}"
    history.check(case.models())


def test_every_case_has_a_name_of_its_own():
    names = [case.id for case in UNCHANGED]
    assert len(names) == len(set(names))
