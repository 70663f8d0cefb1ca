"""The databases that cases run in: two of each kind, for all tests of a file."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from tests.autogenerate.place import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture(scope="module")
def place_of(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Place]]:
    """Lend the place of a kind of database: `place_of("mariadb")`."""
    places: dict[str, Place] = {}
    with ExitStack() as stack:

        def urls(kind: str) -> list[str]:
            if kind == "sqlite":
                folder = tmp_path_factory.mktemp("sqlite")
                return [f"sqlite:///{(folder / name).as_posix()}" for name in ("a.db", "b.db")]
            server = request.getfixturevalue(f"{kind}_server")
            return [stack.enter_context(server.new_database()) for _ in range(2)]

        def place(kind: str) -> Place:
            if kind not in places:
                places[kind] = Place(kind, *urls(kind))
                stack.callback(places[kind].close)
            return places[kind]

        yield place
