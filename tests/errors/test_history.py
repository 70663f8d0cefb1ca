"""Revisions that are not what a command needs: unknown, ambiguous, too many, too few."""

import pytest

import flask_migrate
from flask_migrate import errors
from tests.errors.told import refused

TO_SEE_ALL = "To see all revisions, type: flask db history"
TWO_HEADS = (
    "Multiple head revisions are present: abc222, abd333. "
    "Join them with: flask db merge heads; or say which is meant: "
)
MERGE = (
    "A merge needs two revisions or more, but {given} was given. "
    "Heads: abc222, abd333. To merge all heads, type: flask db merge heads"
)


@pytest.fixture
def branched(project):
    """A history of one revision and two that follow it; the database is at the first."""
    project.revision("abc111", labels="main")
    project.revision("abc222", "abc111")
    project.revision("abd333", "abc111")
    assert project.db("upgrade", "abc111").code == 0
    return project


@pytest.mark.parametrize(
    ("command", "way_out"),
    {
        "upgrade": "flask db upgrade <revision>, or flask db upgrade heads for all.",
        "migrate": "--head <revision>.",
        "revision": "--head <revision>.",
        "stamp": "flask db stamp <revision>, or flask db stamp heads for all.",
        "show": "flask db show <revision>, or flask db show heads for all.",
    }.items(),
)
def test_two_heads_are_named_with_both_ways_out(branched, command, way_out):
    assert refused(branched, command) == TWO_HEADS + way_out
    with branched.context(), pytest.raises(errors.SeveralHeads) as raised:
        getattr(flask_migrate, command)()
    assert set(raised.value.heads) == {"abc222", "abd333"}


def test_a_database_at_two_heads_is_not_taken_back_blindly(branched):
    assert branched.db("upgrade", "heads").code == 0
    sentence = refused(branched, "downgrade")
    assert sentence.startswith("Multiple head revisions are present: ")
    assert sentence.endswith("flask db downgrade <revision>, or <branch>@-1.")
    with branched.context(), pytest.raises(errors.SeveralHeads) as raised:
        flask_migrate.downgrade()
    assert set(raised.value.heads) == {"abc222", "abd333"}


@pytest.mark.parametrize(
    "command",
    [
        "upgrade {0}",
        "downgrade {0}",
        "stamp {0}",
        "show {0}",
        "edit {0}",
        "history -r {0}:",
        "revision --head {0}",
        "migrate --head {0}",
        "revision --head abc222 --depends-on {0}",
        "merge {0} abc222",
        "upgrade {0}@head",
        "downgrade {0}@-1",
    ],
)
def test_an_unknown_revision_is_told_with_its_folder(branched, command):
    words = command.format("nowhere").split()
    sentence = f"Can't locate revision identified by 'nowhere' in '{branched.migrations}'. "
    assert refused(branched, *words) == sentence + TO_SEE_ALL


@pytest.mark.parametrize(
    ("typed", "meant"), [("abcc222", "abc222"), ("haed", "head"), ("mian", "main")]
)
def test_a_slip_in_a_revision_gets_a_proposal(branched, typed, meant):
    assert f"'. Did you mean {meant}? {TO_SEE_ALL}" in refused(branched, "upgrade", typed)
    with branched.context(), pytest.raises(errors.RevisionNotFound) as raised:
        flask_migrate.upgrade(revision=typed)
    assert (raised.value.revision, raised.value.directory) == (typed, str(branched.migrations))


def test_an_ambiguous_beginning_is_told_with_all_that_it_fits(branched):
    sentence = "Revision 'abc' is ambiguous: abc111, abc222 begin with it. Type more characters."
    assert refused(branched, "upgrade", "abc") == sentence
    with branched.context(), pytest.raises(errors.RevisionAmbiguous) as raised:
        flask_migrate.upgrade(revision="abc")
    assert raised.value.candidates == ("abc111", "abc222")


@pytest.mark.parametrize("given", [(), ("abc222",), ("abc222", "abc222")])
def test_a_merge_of_fewer_than_two_is_wrong_usage(branched, given):
    sentence = refused(branched, "merge", *given, code=2)
    assert sentence == MERGE.format(given=", ".join(given) or "none")
    with branched.context(), pytest.raises(errors.TooFewRevisions) as raised:
        flask_migrate.merge(revisions=given)
    assert raised.value.revisions == given


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ("revision --head abc222 --rev-id abc111", "abc111"),
        ("migrate --head abc222 --rev-id abc111", "abc111"),
        ("merge heads --rev-id abc111", "abc111"),
        ("revision --head abc222 --branch-label main", "main"),
        ("merge heads --branch-label main", "main"),
    ],
)
def test_a_name_that_is_taken_is_refused_before_a_file_is_written(branched, arguments, name):
    option = arguments.split()[-2]
    if arguments.startswith("migrate"):
        assert branched.db("upgrade", "heads").code == 0
    assert refused(branched, *arguments.split()) == (
        f"The name '{name}' is taken by {branched.versions / 'abc111.py'}. Nothing was changed. "
        f"Choose another {option}, or leave it out."
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    {
        "downgrade main@-5": "'-5' leads past the end of the history. "
        "To see where the database stands, type: flask db current",
        "revision --head abc111": "Revision abc111 is not a head revision; "
        "please specify --splice to create a new branch from this revision.",
        "history -r abc222:abc111": "Requested range abc222:abc111 does not refer to "
        f"ancestor/descendant revisions along the same branch. {TO_SEE_ALL}",
        "revision --head abc222 --rev-id a@b": "Character(s) '@' not allowed in revision "
        f"identifier 'a@b'. {TO_SEE_ALL}",
    }.items(),
)
def test_a_place_that_does_not_exist_in_the_history_is_told(branched, arguments, sentence):
    assert refused(branched, *arguments.split()) == sentence


def test_a_new_revision_needs_an_upgraded_database(project):
    project.revision("abc111")
    assert refused(project, "migrate") == (
        "Target database is not up to date: it is at no revision, "
        "the newest revision is abc111. First type: flask db upgrade"
    )


def test_a_check_against_two_heads_says_how_to_apply_both(branched):
    assert refused(branched, "check").endswith("First type: flask db upgrade heads")
