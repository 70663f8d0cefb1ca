"""A column that may not be NULL, on rows without a value: asked for, given, or left to the file."""

from __future__ import annotations

from decimal import Decimal

import pytest
import sqlalchemy as sa
from alembic.util import CommandError
from sqlalchemy import Column

from flask_migrate.cli.outcomes import show_written
from flask_migrate.errors import WrongUsage
from tests.autogenerate.cases import models, table
from tests.autogenerate.history import History


def items(*columns: Column) -> sa.MetaData:
    return models(table("item", Column("name", sa.String(30)), *columns))


def aged() -> sa.MetaData:
    return items(Column("age", sa.Integer, nullable=False))


@pytest.fixture
def engine(database_url):
    engine = sa.create_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def history(tmp_path, engine):
    """A folder, and a database whose table `item` has a row."""
    history = History(tmp_path, engine)
    history.migrate(items())
    history.upgrade()
    with engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO item (name) VALUES ('a')"))
    return history


def ages(engine):
    with engine.connect() as connection:
        return connection.execute(sa.text("SELECT age FROM item")).scalars().all()


class Typed:
    """Types one answer after the other, and keeps the questions."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.questions = []

    def __call__(self, question):
        self.questions.append(question.text)
        return self.answers.pop(0)


CHANGED = {
    "longer": (sa.String(3), sa.String(30), "not known yet"),
    "another type": (sa.Integer(), sa.String(30), "none"),
    "more exact": (sa.Integer(), sa.Numeric(10, 2), Decimal("2.25")),
    "another value": (sa.Enum("x", name="k"), sa.Enum("x", "longest", name="k"), "longest"),
}


@pytest.mark.parametrize(("old", "new", "default"), CHANGED.values(), ids=CHANGED)
@pytest.mark.parametrize("text", [None, "new"])
def test_rows_get_a_value_that_only_the_new_type_of_a_column_has(
    tmp_path, engine, old, new, default, text
):
    history = History(tmp_path, engine)
    history.migrate(items(Column("a", old.copy())))
    history.upgrade()
    with engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO item (name) VALUES ('a')"))
    after = items(Column("a", new.copy(), nullable=False, default=default, comment=text))
    history.migrate(after)
    history.upgrade()
    history.check(after)
    with engine.connect() as connection:
        assert connection.execute(sa.select(after.tables["item"].c.a)).scalars().all() == [default]


def test_a_check_that_stands_at_the_column_stays_and_waits_for_no_value(tmp_path, mariadb_url):
    engine = sa.create_engine(mariadb_url)

    def made(*parts, **options):
        return items(Column("a", *parts, sa.CheckConstraint("a <> 99"), **options))

    made(sa.Integer).create_all(engine)
    with engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO item (name) VALUES ('a')"))
    history = History(tmp_path, engine)
    after = made(sa.BigInteger, nullable=False, default=2**40)
    history.migrate(after)
    history.upgrade()
    history.check(after)
    with engine.connect() as connection:
        assert connection.execute(sa.text("SELECT a FROM item")).scalars().all() == [2**40]
    engine.dispose()


def test_what_is_typed_is_what_rows_get(history, engine):
    typed = Typed("length(name) + 1")
    assert history.migrate(aged(), ask=typed).unfilled == ()
    history.upgrade()
    assert ages(engine) == [2]
    assert "item.age" in typed.questions[0]


def test_what_the_database_does_not_understand_is_asked_again(history, engine):
    typed = Typed("unknown", "12 years", "12")
    history.migrate(aged(), ask=typed)
    assert [q.partition(" (")[0] for q in typed.questions[1:]] == [
        "The database does not understand unknown",
        "The database does not understand 12 years",
    ]
    history.upgrade()
    assert ages(engine) == [12]


def test_what_is_typed_twice_is_taken_as_it_is(history):
    history.migrate(aged(), ask=Typed("years_of(name)", "years_of(name)"))
    assert "years_of(name)" in history.text()


def test_what_is_said_beforehand_is_not_asked(history, engine):
    history.migrate(aged(), fills={"item.age": "7"}, ask=Typed())
    history.upgrade()
    assert ages(engine) == [7]


def test_a_value_for_a_column_that_no_model_has_is_refused(history):
    with pytest.raises(WrongUsage, match=r"no column 'item.aeg'. Did you mean item.age"):
        history.migrate(aged(), fills={"item.aeg": "7"})
    assert history.written == 1


def test_without_an_answer_the_file_has_a_place_for_it_and_says_where(history, capsys):
    written = history.migrate(aged())
    assert written.unfilled == ("item.age",)
    show_written(written, "")
    assert "Next: write a value for item.age into it" in capsys.readouterr().err
    with pytest.raises(CommandError) as caught:
        history.upgrade()
    assert written.paths[0] in str(caught.value)
    assert "value_of_item_age" in str(caught.value)


@pytest.mark.parametrize("typed", ["'grumpy'", "CAST('grumpy' AS mood)"])
def test_a_value_that_an_enum_gets_in_the_same_revision_may_be_typed(
    tmp_path, postgresql_url, typed
):
    def felt(*moods, nullable):
        return items(Column("mood", sa.Enum(*moods, name="mood"), nullable=nullable))

    engine = sa.create_engine(postgresql_url)
    history = History(tmp_path, engine)
    history.migrate(felt("happy", nullable=True))
    history.upgrade()
    with engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO item (name) VALUES ('a')"))
    after = felt("happy", "grumpy", nullable=False)
    history.migrate(after, ask=Typed(typed, typed))
    history.upgrade()
    history.check(after)
    with engine.connect() as connection:
        assert connection.execute(sa.text("SELECT mood FROM item")).scalars().all() == ["grumpy"]
    engine.dispose()
