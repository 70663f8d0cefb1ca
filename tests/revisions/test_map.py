"""The map of revisions gives what Alembic's gives: values, order, errors."""

from __future__ import annotations

import warnings
from dataclasses import replace

from alembic.script import revision as alembic_revision
from hypothesis import given, settings
from hypothesis import strategies as st

from flask_migrate.revisions.history import History
from flask_migrate.revisions.map import RevisionMap

from .histories import broken_histories, histories, names

MANY = settings(max_examples=40, deadline=None)


def maps_of(history):
    """Return Alembic's map and ours of the same history."""
    alembics = [_made(revision) for revision in history]
    ours = [_made(revision) for revision in history]
    return JudgeMap(lambda: alembics), RevisionMap(History.of(ours))


class JudgeMap(alembic_revision.RevisionMap):
    """Alembic's map; what a revision needs stands in the order of its file, not of hashes."""

    def _normalize_depends_on(self, revisions, map_):
        super()._normalize_depends_on(revisions, map_)
        for revision in revisions:
            left = revision._normalized_resolved_dependencies
            in_order = [name for name in revision._resolved_dependencies if name in left]
            revision._normalized_resolved_dependencies = tuple(dict.fromkeys(in_order))


def _made(revision):
    labels, dependencies = revision.labels, revision.dependencies
    return alembic_revision.Revision(revision.id, revision.parents, dependencies or None, labels)


def outcome(question, map_):
    """Return what a map answers, as values that can be compared; the error, if it raises one."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return plain(question(map_))
        except (alembic_revision.RevisionError, AssertionError, KeyError, TypeError) as error:
            return type(error), sorted(str(error).replace(",", " ").split())


def plain(value):
    if isinstance(value, alembic_revision.Revision):
        return value.revision
    if isinstance(value, (set, frozenset)):
        return {plain(item) for item in value}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def both(question, maps):
    theirs, ours = (outcome(question, each) for each in maps)
    assert ours == theirs


def all_of(map_):
    """Return all that a map knows of each revision."""
    _ = map_.heads
    return [
        (
            key,
            rev
            and [
                rev.revision,
                rev.nextrev,
                rev._all_nextrev,
                rev.branch_labels,
                rev._resolved_dependencies,
                rev._normalized_resolved_dependencies,
                rev._all_down_revisions,
                rev._normalized_down_revisions,
                [rev.is_head, rev._is_real_head, rev.is_base, rev._is_real_base],
                [rev.is_branch_point, rev._is_real_branch_point, rev.is_merge_point],
            ],
        )
        for key, rev in sorted(map_._revision_map.items(), key=lambda item: str(item[0]))
    ]


@MANY
@given(histories())
def test_every_revision_knows_the_same_of_its_surroundings(history):
    maps = maps_of(history)
    both(all_of, maps)
    both(lambda m: [m.heads, m._real_heads, m.bases, m._real_bases], maps)


@MANY
@given(histories())
def test_the_ends_are_known_without_a_single_script(history):
    theirs, ours = maps_of(history)
    ours._history = History(*list(vars(ours._history).values())[:4], make=None)
    assert (ours.heads, ours._real_bases) == (theirs.heads, theirs._real_bases)


@MANY
@given(histories(), st.data())
def test_every_name_stands_for_the_same_revisions(history, data):
    maps = maps_of(history)
    for name in data.draw(st.lists(st.sampled_from(names(history)), max_size=12)):
        both(lambda m, name=name: m.get_revisions(name), maps)
        both(lambda m, name=name: m.get_revision(name), maps)
        both(lambda m, name=name: m.get_current_head(name), maps)


@MANY
@given(histories(), st.data())
def test_upgrades_run_the_same_revisions_in_the_same_order(history, data):
    maps = maps_of(history)
    current = (
        data.draw(st.lists(st.sampled_from([r.id for r in history]), max_size=3)) if history else []
    )
    for name in data.draw(st.lists(st.sampled_from(names(history)), max_size=8)):
        both(
            lambda m, n=name: list(m.iterate_revisions(n, tuple(current), implicit_base=True)), maps
        )
        both(lambda m, n=name: list(m.iterate_revisions(n, tuple(current), inclusive=True)), maps)


@MANY
@given(histories(), st.data())
def test_downgrades_run_the_same_revisions_in_the_same_order(history, data):
    maps = maps_of(history)
    current = (
        data.draw(st.lists(st.sampled_from([r.id for r in history]), max_size=3)) if history else []
    )
    for name in data.draw(st.lists(st.sampled_from(names(history)), max_size=8)):
        both(
            lambda m, n=name: list(
                m.iterate_revisions(tuple(current), n, select_for_downgrade=True)
            ),
            maps,
        )


@MANY
@given(histories(), st.data())
def test_ranges_of_the_history_are_the_same(history, data):
    maps = maps_of(history)
    both(lambda m: list(m.iterate_revisions("heads", "base", inclusive=True)), maps)
    typed = st.lists(st.sampled_from(names(history)), min_size=2, max_size=2)
    for upper, lower in data.draw(st.lists(typed, max_size=8)):
        both(
            lambda m, u=upper, low=lower: list(
                m.iterate_revisions(u, low, inclusive=True, assert_relative_length=False)
            ),
            maps,
        )


@MANY
@given(histories(), st.data())
def test_databases_stand_at_the_same_revisions(history, data):
    maps = maps_of(history)
    ids = (
        st.lists(st.sampled_from([r.id for r in history]), unique=True) if history else st.just([])
    )
    chosen = tuple(data.draw(ids))
    both(lambda m: m._get_all_current(chosen), maps)
    both(lambda m: m._filter_into_branch_heads(m.get_revisions(chosen)), maps)
    both(lambda m: set(m._get_ancestor_nodes(m.get_revisions(chosen))), maps)
    both(lambda m: set(m._get_descendant_nodes(m.get_revisions(chosen))), maps)
    for name in names(history)[:8]:
        both(lambda m, n=name: m.filter_for_lineage(chosen, n, include_dependencies=True), maps)
        both(lambda m, n=name: m.filter_for_lineage(chosen, n), maps)


@MANY
@given(histories(largest=8), histories(largest=3))
def test_a_revision_that_is_added_changes_the_same(history, others):
    maps = maps_of(history)
    known = {revision.id for revision in history}
    taken = {*known, *(label for revision in history for label in revision.labels)}
    for other in others:
        if taken.isdisjoint((other.id, *other.labels)) and known.issuperset(other.parents):
            taken.update((other.id, *other.labels))
            other = replace(other, dependencies=())  # noqa: PLW2901
            both(lambda m, o=other: m.add_revision(_made(o)), maps)
    both(all_of, maps)
    both(lambda m: [set(m.heads), set(m._real_heads), set(m.bases)], maps)
    both(lambda m: list(m.iterate_revisions("heads", "base", inclusive=True)), maps)


@MANY
@given(broken_histories())
def test_broken_histories_are_refused_with_the_same_words(history):
    try:
        maps = maps_of(history)
    except alembic_revision.CycleDetected:  # a loop, found before there is a map
        return
    both(lambda m: m.heads, maps)
