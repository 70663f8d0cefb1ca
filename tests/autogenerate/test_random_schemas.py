"""Random pairs of schemas: the second is reached from the first, with its rows, and left again."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.autogenerate import circle
from tests.autogenerate.random_pairs import random_pairs
from tests.databases.fixtures import KINDS

UNDISTURBED = settings(
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    phases=[Phase.generate, Phase.shrink],
)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("examples", [34, pytest.param(700, marks=pytest.mark.soak)])
def test_a_random_schema_becomes_another_and_comes_back(examples, kind, place_of, tmp_path):
    place = place_of(kind)

    @settings(UNDISTURBED, max_examples=examples)
    @given(st.data())
    def check(data):
        change = data.draw(random_pairs(kind))
        with tempfile.TemporaryDirectory(dir=tmp_path) as folder:
            circle.run(change, place, Path(folder))

    check()
