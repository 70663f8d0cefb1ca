"""Each single change of the models reaches MariaDB, keeps the rows, and can be taken back."""

from __future__ import annotations

import pytest

from tests.autogenerate import circle
from tests.autogenerate.cases import each
from tests.autogenerate.changes import CHANGES


@pytest.mark.parametrize(("change", "kind"), each(CHANGES, "mariadb"))
def test_a_change_of_the_models_reaches_the_database_and_comes_back(
    change, kind, place_of, tmp_path
):
    circle.run(change, place_of(kind), tmp_path)
