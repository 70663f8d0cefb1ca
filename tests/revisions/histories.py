"""Random histories: branches, merges, labels, dependencies, in files of any order."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bench.histories import Revision
from hypothesis import strategies as st

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn

IDS = [
    *("a1b2", "a1b2c3", "a1c4", "b7f0", "b7f1e2", "c0de", "c0ffee", "d00d", "ab", "0001", "0002")
]
LABELS = ["core", "corex", "tail", "a1b"]


@st.composite
def histories(draw: DrawFn, largest: int = 10) -> list[Revision]:
    """Draw a sound history; no file order, no number of parents is left out."""
    ids = draw(st.lists(st.sampled_from(IDS), unique=True, max_size=largest))
    labels = draw(st.permutations(LABELS))
    found: list[Revision] = []
    for id_ in ids:
        before = [revision.id for revision in found]
        parents = _some(draw, before, most=3, often=True)
        own = tuple(labels.pop() for _ in range(draw(st.integers(0, min(1, len(labels))))))
        named = [*before, *(label for revision in found for label in revision.labels)]
        found.append(Revision(id_, parents, own, _some(draw, named, most=2)))
    return list(draw(st.permutations(found)))


@st.composite
def broken_histories(draw: DrawFn) -> list[Revision]:
    """Draw a history in which one revision follows or needs what it should not."""
    found = draw(histories().filter(bool))
    number = draw(st.integers(0, len(found) - 1))
    wrong = (draw(st.sampled_from([*(revision.id for revision in found), "f00f"])),)
    changed = found[number]
    kind = draw(st.sampled_from(["parents", "dependencies", "id", "labels"]))
    values = {
        "parents": (*changed.parents, *wrong),
        "dependencies": (*changed.dependencies, *wrong),
        "id": wrong[0],
        "labels": (*changed.labels, *wrong),
    }
    found[number] = replace(changed, **{kind: values[kind]})
    return found


def names(history: list[Revision]) -> list[str]:
    """Return what people type to name revisions: ids, parts of them, labels, steps."""
    ids = [revision.id for revision in history]
    labels = [label for revision in history for label in revision.labels]
    ends = ["head", "heads", "base"]
    plain = [*ids, *(id_[:4] for id_ in ids), *(id_[:3] for id_ in ids), *labels, "nothing"]
    branches = [*labels, *ids[:2]]
    with_branch = [f"{b}@{name}" for b in branches for name in (*ends, *ids[:3], "+1", "-1", "+2")]
    steps = [f"{name}{step}" for name in (*ids, *ends) for step in ("+1", "-1", "+2", "-2")]
    return [*ends, *plain, *with_branch, *steps, "+1", "+2", "-1", "-2"]


def _some(draw: DrawFn, names: list[str], *, most: int, often: bool = False) -> tuple[str, ...]:
    if not names or not (often or draw(st.integers(0, 3)) == 0):
        return ()
    return tuple(draw(st.lists(st.sampled_from(names), unique=True, max_size=most)))
