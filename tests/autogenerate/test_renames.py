"""Who decides what was renamed: answers beforehand, a question, the model; else nobody does."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import Column

import flask_migrate
from flask_migrate.errors import DifferencesFound, RenameUnclear, RenameWrong
from tests.autogenerate.cases import models, table
from tests.autogenerate.history import History


def user(*names: str, called: str = "user", **options: object) -> sa.MetaData:
    """Return the models of one table with these columns of text."""
    return models(table(called, *(Column(name, sa.String(30)) for name in names), **options))


@pytest.fixture
def engine(sqlite_url):
    engine = sa.create_engine(sqlite_url)
    yield engine
    engine.dispose()


@pytest.fixture
def history(tmp_path, engine):
    """A folder and a database with the table `user` and its columns `name` and `mail`."""
    return begun(History(tmp_path, engine))


def begun(history, before=None):
    history.migrate(before or user("name", "mail"))
    history.upgrade()
    return history


class Asker:
    """Answers questions as it was told, and keeps them."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.questions = []

    def __call__(self, question):
        self.questions.append(question.text)
        return self.answers.pop(0)


def told(written):
    return sorted(map(str, written.changes))


RENAMED = ["~ user.name -> full_name"]
REPLACED = ["+ user.full_name: String(length=30)", "- user.name"]


@pytest.mark.parametrize(
    ("answer", "changes"),
    [("y", RENAMED), ("Yes", RENAMED), ("n", REPLACED), ("", REPLACED), ("what?", REPLACED)],
)
def test_a_likely_rename_is_asked_about(history, answer, changes):
    asker = Asker(answer)
    written = history.migrate(user("full_name", "mail"), ask=asker)
    assert asker.questions == ["Did you rename user.name to user.full_name? [y/N]"]
    assert told(written) == changes


def test_a_likely_rename_of_a_table_is_asked_about_and_then_that_of_its_column(history):
    asker = Asker("y", "y")
    written = history.migrate(user("full_name", "mail", called="account"), ask=asker)
    assert asker.questions == [
        "Did you rename table user to account? [y/N]",
        "Did you rename account.name to account.full_name? [y/N]",
    ]
    assert told(written) == ["~ account.name -> full_name", "~ table user -> account"]


def test_when_it_was_not_that_one_the_next_likely_one_is_asked_about(history):
    asker = Asker("n", "y")
    written = history.migrate(user("full_name", "firstname", "mail"), ask=asker)
    assert asker.questions == [
        "Did you rename user.name to user.full_name? [y/N]",
        "Did you rename user.name to user.firstname? [y/N]",
    ]
    assert told(written) == ["+ user.full_name: String(length=30)", "~ user.name -> firstname"]


def test_two_columns_are_paired_by_their_likeness(history):
    asker = Asker("y", "y")
    written = history.migrate(user("email", "full_name"), ask=asker)
    assert told(written) == ["~ user.mail -> email", "~ user.name -> full_name"]


def test_what_is_not_likely_is_not_asked_about(history):
    asker = Asker()
    after = models(table("user", Column("mail", sa.String(30)), Column("seen", sa.DateTime)))
    assert told(history.migrate(after, ask=asker)) == ["+ user.seen: DateTime()", "- user.name"]


@pytest.mark.parametrize("answers", [{}, {"ask": lambda _: None}])
def test_a_likely_rename_of_which_nobody_says_anything_stops_the_command(history, answers):
    with pytest.raises(RenameUnclear) as caught:
        history.migrate(user("full_name", "mail"), **answers)
    assert caught.value.pairs == (("user.name", "full_name"),)
    assert "flask db migrate --rename user.name:full_name" in str(caught.value)
    assert "flask db migrate --no-rename" in str(caught.value)
    assert len(list((history.folder / "versions").glob("*.py"))) == 1


def test_what_the_error_proposes_can_be_typed(history):
    after = user("full_name", "mail", called="account")
    with pytest.raises(RenameUnclear) as caught:
        history.migrate(after)
    assert caught.value.renames == ("user:account", "account.name:full_name")
    written = history.migrate(after, renames=caught.value.renames)
    assert told(written) == ["~ account.name -> full_name", "~ table user -> account"]


def test_nothing_is_a_rename_where_this_was_said(history):
    assert told(history.migrate(user("full_name", "mail"), no_rename=True)) == REPLACED


def test_what_was_said_is_a_rename_where_nothing_else_is(history):
    written = history.migrate(
        user("full_name", "e_mail"), renames=["user.name:full_name"], no_rename=True
    )
    assert told(written) == [
        "+ user.e_mail: String(length=30)",
        "- user.mail",
        "~ user.name -> full_name",
    ]


@pytest.mark.parametrize(
    "rename",
    [
        "user.name:full_name",
        "user.name:user.full_name",
        " user.name : full_name ",
    ],
)
def test_a_rename_of_a_column_may_be_written_in_several_ways(history, rename):
    assert told(history.migrate(user("full_name", "mail"), renames=[rename])) == RENAMED


@pytest.mark.parametrize("place", ["user.name", "account.name"])
def test_the_column_of_a_renamed_table_is_named_by_either_name_of_the_table(history, place):
    after = user("full_name", "mail", called="account")
    written = history.migrate(after, renames=["user:account", f"{place}:full_name"])
    assert told(written) == ["~ account.name -> full_name", "~ table user -> account"]


WRONG = {
    "user.name": "this is not understood. Write TABLE.COLUMN:NEW for a column, TABLE:NEW",
    ":x": "this is not understood",
    "user.name:": "this is not understood",
    "a:b:c": "this is not understood",
    "user.nmae:full_name": "table user of the database has no column 'nmae'. Did you mean name?",
    "user.zzz:full_name": "no column 'zzz'. There are: id, mail, name",
    "user.name:fullname": "table user of the models has no column 'fullname'. Did you mean full_",
    "usr.name:full_name": "there is no table 'usr', neither in the database nor in the models. "
    "Did you mean user?",
    "user.name.ann:bob": "the database lists no value 'ann' of column user.name that goes",
    "usr:user": "the database has no table 'usr'. Did you mean user?",
    "user:acount": "the models have no table 'acount'",
    "user.name:mail": "table user of the database has a column 'mail' already. Say what becomes",
    "user.mail:mail": "says something else",
}


@pytest.mark.parametrize("rename", WRONG)
def test_a_rename_that_cannot_be_is_refused_with_what_there_is(history, rename):
    with pytest.raises(RenameWrong) as caught:
        history.migrate(user("full_name", "mail"), renames=[rename])
    assert str(caught.value).startswith(f"--rename {rename}: ")
    assert WRONG[rename] in str(caught.value)
    assert caught.value.exit_code == 2
    assert len(list((history.folder / "versions").glob("*.py"))) == 1


@pytest.mark.parametrize(
    ("renames", "refused"),
    [
        (["user:account", "user:person"], "user:person"),
        (["user:thing"], "user:thing"),
        (["user.name:a", "user.name:b"], "user.name:b"),
        (["user.name:a", "user.mail:a"], "user.mail:a"),
    ],
)
def test_renames_that_contradict_each_other_or_the_database_are_refused(
    tmp_path, engine, renames, refused
):
    def of(names, columns):
        parts = ((Column(column, sa.String(30)) for column in columns) for _ in names)
        return models(*(table(n, *p) for n, p in zip(names, parts, strict=True)))

    history = begun(History(tmp_path, engine), of(["user", "thing"], ["name", "mail"]))
    after = of(["account", "person", "user", "thing"], ["a", "b"])
    with pytest.raises(RenameWrong, match=f"--rename {refused}: "):
        history.migrate(after, renames=renames)


def test_a_rename_is_refused_though_something_else_is_unclear(history):
    with pytest.raises(RenameWrong):
        history.migrate(user("full_name", "mail"), renames=["user.nmae:full_name"])


@pytest.mark.parametrize("info", [3, ["name", 3], {"name": "x"}])
def test_what_a_model_tells_must_be_names(history, info):
    column = Column("full_name", sa.String(30), info={"renamed_from": info})
    with pytest.raises(RenameWrong, match=r"user\.full_name.*Give the old name"):
        history.migrate(models(table("user", column, Column("mail", sa.String(30)))))


def test_what_a_model_tells_means_nothing_once_it_is_done(history):
    def after(*more):
        column = Column("full_name", sa.String(30), info={"renamed_from": "name"})
        return models(table("user", column, Column("mail", sa.String(30)), *more))

    assert told(history.migrate(after())) == RENAMED
    history.upgrade()
    assert not history.migrate(after()).revisions
    again = history.migrate(after(Column("name", sa.String(30))))
    assert told(again) == ["+ user.name: String(length=30)"]


def test_what_was_said_wins_over_what_the_model_tells(history):
    columns = [
        Column("full_name", sa.String(30), info={"renamed_from": "name"}),
        Column("nick", sa.String(30)),
    ]
    renames = ["user.name:nick", "user.mail:full_name"]
    written = history.migrate(models(table("user", *columns)), renames=renames)
    assert told(written) == ["~ user.mail -> full_name", "~ user.name -> nick"]


def test_check_and_status_neither_ask_nor_stop_for_a_likely_rename(history):
    after = user("full_name", "mail")
    with pytest.raises(DifferencesFound) as caught:
        history.check(after)
    assert sorted(map(str, caught.value.changes)) == REPLACED
    with history._application(after):
        (status,) = flask_migrate.status()
    assert sorted(map(str, status.drift)) == REPLACED


def test_check_sees_what_the_model_tells_as_a_rename(history):
    column = Column("full_name", sa.String(30), info={"renamed_from": "name"})
    with pytest.raises(DifferencesFound) as caught:
        history.check(models(table("user", column, Column("mail", sa.String(30)))))
    assert list(map(str, caught.value.changes)) == RENAMED


def test_what_env_py_keeps_out_is_no_rename(tmp_path, engine):
    def include(_, name, kind, *__):
        return (kind, name) != ("column", "name")

    history = begun(History(tmp_path, engine, include_object=include))
    written = history.migrate(user("full_name", "mail"))
    assert told(written) == ["+ user.full_name: String(length=30)"]


def test_a_table_that_the_history_has_not_made_is_no_rename_unless_this_is_said(history, engine):
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE theirs (id INTEGER PRIMARY KEY, x VARCHAR(30))")
    both = user("name", "mail")
    table("mine", Column("x", sa.String(30)))(both)
    assert told(history.migrate(both)) == ["+ table mine (2 columns)"]
    (history.folder / "versions" / "r2_.py").unlink()
    assert told(history.migrate(both, renames=["theirs:mine"])) == ["~ table theirs -> mine"]


def test_a_column_whose_case_alone_changes_is_the_same_column(history):
    assert told(history.migrate(user("Name", "mail"))) == ["~ user.name -> Name"]


def test_a_table_whose_case_alone_changes_is_the_same_table_on_sqlite(history, engine):
    after = user("name", "mail", called="User")
    assert told(history.migrate(after))[-1] == "~ table user -> _flask_migrate_renamed_0"
    history.upgrade()
    assert sa.inspect(engine).has_table("User")
    assert not history.migrate(after).revisions


@pytest.fixture
def several(tmp_path):
    """Migrate the databases of a folder that has two; `run(models by bind)`."""
    files = {None: tmp_path / "main.db", "meta": tmp_path / "meta.db"}
    engines = {key: sa.create_engine(f"sqlite:///{file.as_posix()}") for key, file in files.items()}

    def run(metadata, **answers):
        app = Flask("several")
        folder = tmp_path / "migrations"
        flask_migrate.Migrate(app, engine=engines, metadata=metadata, directory=str(folder))
        with app.app_context():
            if not folder.exists():
                flask_migrate.init(multidb=True)
            written = flask_migrate.migrate(**answers)
            flask_migrate.upgrade()
            return written

    yield run
    for engine in engines.values():
        engine.dispose()


def test_a_rename_in_one_of_several_databases_is_found_there(several):
    several({None: user("name"), "meta": user("title", called="page")})
    after = {None: user("name"), "meta": user("heading", called="page")}
    assert told(several(after, renames=["page.title:heading"])) == [
        "~ [meta] page.title -> heading"
    ]


def test_a_rename_that_none_of_several_databases_has_is_refused(several):
    several({None: user("name"), "meta": user("title", called="page")})
    after = {None: user("name"), "meta": user("heading", called="page")}
    with pytest.raises(RenameWrong, match=r"--rename page\.titel:heading"):
        several(after, renames=["page.titel:heading"])


def test_what_is_unclear_in_several_databases_is_told_at_once(several):
    several({None: user("name"), "meta": user("title", called="page")})
    after = {None: user("full_name"), "meta": user("subtitle", called="page")}
    with pytest.raises(RenameUnclear) as caught:
        several(after)
    assert caught.value.renames == ("user.name:full_name", "page.title:subtitle")
