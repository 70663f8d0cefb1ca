"""Values of enumerations that may have been renamed: asked about, answered, refused."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from sqlalchemy import Column

from flask_migrate.errors import RenameUnclear, RenameWrong
from tests.autogenerate.cases import models, table
from tests.autogenerate.history import History


@pytest.fixture
def engine(database_url):
    engine = sa.create_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def native(request, engine):
    """Whether the server has a type for it; where there is none, a CHECK lists the values."""
    return request.param and engine.dialect.name != "sqlite"


def moods(native, *values):
    options = {"native_enum": native, "create_constraint": not native}
    type_ = sa.Enum(*values, name="mood", **options)
    return models(table("user", Column("mood", type_)))


def begun(tmp_path, engine, native):
    history = History(tmp_path, engine)
    history.migrate(moods(native, "sad", "ok"))
    history.upgrade()
    return history


def place(engine, native):
    return "mood" if native and engine.dialect.name == "postgresql" else "user.mood"


both = pytest.mark.parametrize("native", [True, False], indirect=True)


@both
def test_without_an_answer_a_likely_rename_stops_the_command(tmp_path, engine, native):
    history = begun(tmp_path, engine, native)
    with pytest.raises(RenameUnclear) as caught:
        history.migrate(moods(native, "it is bad", "ok"))
    rename = f"{place(engine, native)}.sad:it is bad"
    assert caught.value.renames == (rename,)
    assert f"--rename '{rename}'" in str(caught.value)


@both
def test_a_likely_rename_is_asked_about(tmp_path, engine, native):
    history = begun(tmp_path, engine, native)
    asked = []
    history.migrate(moods(native, "bad", "ok"), ask=lambda q: asked.append(q.text) or "y")
    assert asked == [f"Did you rename value 'sad' of {place(engine, native)} to 'bad'? [y/N]"]
    assert "'sad'" in history.text()


@pytest.mark.parametrize(
    ("rename", "reason"),
    [
        ("{}.sda:down", "loses no value 'sda'. Did you mean sad?"),
        ("{}.ok:down", "loses no value 'ok'. There is: sad"),
        ("{}.sad:dwon", "has no value 'dwon' then. Did you mean down?"),
    ],
)
@both
def test_a_rename_of_a_value_that_cannot_be_is_refused_with_what_there_is(
    tmp_path, engine, rename, reason, native
):
    history = begun(tmp_path, engine, native)
    rename = rename.format(place(engine, native))
    with pytest.raises(RenameWrong, match=re.escape(reason)):
        history.migrate(moods(native, "down", "ok"), renames=[rename])
