"""A step leaves in the version table what Alembic's step leaves there."""

from __future__ import annotations

import io
from types import SimpleNamespace

from alembic.runtime.migration import HeadMaintainer, MigrationContext, RevisionStep
from bench.histories import line, with_merges
from hypothesis import given, settings
from hypothesis import strategies as st

from flask_migrate.revisions.step import Step, quick

from .histories import histories
from .test_map import maps_of


def nothing() -> None:
    """Do nothing, as upgrade() and downgrade()."""


class Table:
    """The version table while steps are taken; without a database."""

    def __init__(self, map_, heads=()):
        self.map = map_
        options = {"as_sql": True, "output_buffer": io.StringIO()}
        context = MigrationContext.configure(dialect_name="sqlite", opts=options)
        self.heads = HeadMaintainer(context, heads)

    def steps(self, destination, *, is_upgrade):
        heads = tuple(self.heads.heads)
        found = (
            self.map.iterate_revisions(destination, heads, implicit_base=True)
            if is_upgrade
            else self.map.iterate_revisions(heads, destination, select_for_downgrade=True)
        )
        revisions = [*found][::-1] if is_upgrade else [*found]
        for revision in revisions:
            revision.module = SimpleNamespace(upgrade=nothing, downgrade=nothing)
        return [RevisionStep(self.map, revision, is_upgrade) for revision in revisions]

    def take(self, step):
        try:
            self.heads.update_to_step(step)
        except (KeyError, IndexError, AssertionError) as error:
            return type(error)
        return self.heads.heads


def both_ways(history):
    """Take every step up and down on both maps, and compare what is left."""
    theirs, ours = map(Table, maps_of(history))
    for is_upgrade, destination in ((True, "heads"), (False, "base"), (True, "heads")):
        their_steps = theirs.steps(destination, is_upgrade=is_upgrade)
        our_steps = quick(ours.steps(destination, is_upgrade=is_upgrade))
        assert [step.short_log for step in our_steps] == [step.short_log for step in their_steps]
        assert all(type(step) is Step for step in our_steps)
        for our_step, their_step in zip(our_steps, their_steps, strict=True):
            theirs_then, ours_then = theirs.take(their_step), ours.take(our_step)
            assert ours_then == theirs_then
            if isinstance(theirs_then, type):  # Alembic's own step does not come through
                return


@settings(max_examples=40, deadline=None)
@given(histories())
def test_the_table_is_the_same_after_every_step(history):
    both_ways(history)


@settings(max_examples=10, deadline=None)
@given(st.permutations(list(with_merges(30, 5))))
def test_files_in_any_order_leave_the_same(history):
    both_ways(history)


def test_long_branches_beside_each_other_leave_the_same(monkeypatch):
    monkeypatch.setattr("flask_migrate.revisions.tree._NEAR", 3)
    left = list(line(20))
    right = [r.__class__(f"r{r.id}", tuple(f"r{p}" for p in r.parents)) for r in line(25)]
    both_ways([*left, *right])
