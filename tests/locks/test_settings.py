"""MIGRATE_LOCK and MIGRATE_LOCK_WAIT, in `app.config` or in the environment."""

import pytest

from flask_migrate.errors import WrongUsage
from flask_migrate.settings import Settings


def test_one_lock_and_ten_minutes_are_the_default():
    assert (Settings.of({}).lock, Settings.of({}).lock_wait) == ("auto", 600)


@pytest.mark.parametrize("value", ["Lease", " lease ", "lease"])
def test_the_lock_is_chosen_by_name(value):
    assert Settings.of({"MIGRATE_LOCK": value}).lock == "lease"


@pytest.mark.parametrize(
    ("value", "seconds"), [(0, 0), ("30", 30), (1.5, 1.5), ("inf", float("inf"))]
)
def test_the_wait_is_in_seconds(value, seconds):
    assert Settings.of({"MIGRATE_LOCK_WAIT": value}).lock_wait == seconds


def test_the_environment_is_read_where_the_application_says_nothing(monkeypatch):
    monkeypatch.setenv("MIGRATE_LOCK_WAIT", "7")
    assert Settings.of({}).lock_wait == 7
    assert Settings.of({"MIGRATE_LOCK_WAIT": 8}).lock_wait == 8


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MIGRATE_LOCK", "none"),
        ("MIGRATE_LOCK", True),
        ("MIGRATE_LOCK_WAIT", "soon"),
        ("MIGRATE_LOCK_WAIT", -1),
        ("MIGRATE_LOCK_WAIT", "nan"),
    ],
)
def test_a_value_that_makes_no_sense_is_told_by_name(name, value):
    with pytest.raises(WrongUsage, match=rf"{name} is '.*'\. It must be"):
        Settings.of({name: value})


@pytest.mark.parametrize(
    ("value", "log"), [(False, False), ("0", False), ("yes", True), (None, True)]
)
def test_the_log_can_be_switched_off(value, log):
    assert Settings.of({"MIGRATE_LOG": value}).log is log
