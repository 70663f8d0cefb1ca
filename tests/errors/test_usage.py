"""Slips on the command line: what was meant is proposed, the exit code is 2."""

import pytest

from tests.errors.told import refused

SLIPS = {
    "upgrad": "No such command 'upgrad'. Did you mean upgrade?",
    "migarte -m x": "No such command 'migarte'. Did you mean migrate?",
    "curent": "No such command 'curent'. Did you mean current?",
    "frobnicate": "No such command 'frobnicate'.",
    "migrate --mesage x": "--mesage",
    "upgrade --sqll": "--sqll",
    "upgrade one two": "Got unexpected extra argument (two)",
    "migrate -m": "Option '-m' requires an argument.",
}
WRONG = {
    "upgrade a:b": (
        "Range revision not allowed: 'a:b' names a start, which only --sql takes. "
        "The start of a real run is where the database stands."
    ),
    "downgrade --sql base": (
        "downgrade with --sql requires <fromrev>:<torev>, as in: flask db downgrade --sql head:base"
    ),
    "stamp --sql --purge": "--purge needs the database, so it cannot be used with --sql.",
    "history -r x": (
        "'x' is no range of revisions. History range requires [start]:[end], [start]:, or :[end]."
    ),
    "migrate --sql": "A new revision is a file, not SQL: --sql makes no sense here.",
}


@pytest.mark.parametrize(("typed", "told"), SLIPS.items())
def test_a_slip_is_told_in_one_sentence(project, typed, told):
    before = project.state()
    run = project.db(*typed.split())
    assert (run.code, run.out) == (2, "")
    *usage, sentence = run.err.strip().splitlines()
    assert sentence.startswith("Error: ")
    assert told in sentence
    assert all(line.startswith(("Usage: ", "Try ")) for line in usage if line)
    assert project.state() == before


@pytest.mark.parametrize(
    ("typed", "meant"), [("migrate --mesage x", "--message"), ("upgrade --sqll", "--sql")]
)
def test_a_slip_in_an_option_gets_a_proposal(project, typed, meant):
    assert "Did you mean" in project.db(*typed.split()).err
    assert meant in project.db(*typed.split()).err


@pytest.mark.parametrize(("typed", "sentence"), WRONG.items())
def test_what_makes_no_sense_together_is_wrong_usage(project, typed, sentence):
    assert refused(project, *typed.split(), code=2) == sentence
