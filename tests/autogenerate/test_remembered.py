"""Tables that were found as their models want them are neither read nor compared again."""

from __future__ import annotations

import json
import multiprocessing
import re
import subprocess
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from sqlalchemy import Column, event
from sqlalchemy.dialects import postgresql

from flask_migrate.autogenerate.remembering import memory
from flask_migrate.autogenerate.remembering.memory import Entry, Memory
from flask_migrate.errors import DifferencesFound
from tests.autogenerate.cases import each, models, table
from tests.autogenerate.changes import CHANGES
from tests.autogenerate.history import History

_ADDRESS = re.compile(r" at 0x\w+")
FEW = 12
"""What `check` may ask for in all when everything is remembered: fewer statements."""
MORE = 40
"""And when nothing is."""


def shop(*columns, **options):
    """Return models of which one table refers to another."""
    return models(
        table("parent", Column("name", sa.String(20))),
        table("item", Column("parent_id", sa.ForeignKey("parent.id")), *columns, **options),
        table("alone", Column("number", sa.Integer, sa.CheckConstraint("number > 1"))),
    )


@pytest.fixture
def engine(database_url):
    engine = sa.create_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def sqlite(sqlite_url):
    engine = sa.create_engine(sqlite_url)
    yield engine
    engine.dispose()


@pytest.fixture
def on_postgresql(postgresql_url):
    engine = sa.create_engine(postgresql_url)
    yield engine
    engine.dispose()


def found(history, metadata):
    """Return what `check` finds."""
    try:
        history.check(metadata)
    except DifferencesFound as differences:
        return [_ADDRESS.sub("", str(change)) for change in differences.changes]
    return []


def remembering(folder, engine, metadata, **options):
    """Return a folder whose database was just found as the models want it."""
    metadata.create_all(engine)
    history = History(folder, engine, **options)
    assert found(history, metadata) == []
    return history


@contextmanager
def statements(engine):
    """Collect the statements that are sent."""
    sent = []

    def note(_, __, statement, *___):
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def run(engine, *texts):
    with engine.begin() as connection:
        for text in texts:
            connection.exec_driver_sql(text)


def files(history):
    return list(history.folder.rglob("tables-*.index"))


@pytest.mark.parametrize(("change", "kind"), each(CHANGES))
def test_a_change_is_found_as_if_nothing_were_remembered(change, kind, place_of, tmp_path):
    place = place_of(kind)
    place.prepare(change.setup)
    before, after = change.before(), change.after()
    before.create_all(place.engine)
    history = History(tmp_path / "one", place.engine, **change.configure)
    found(history, before)
    fresh = History(tmp_path / "other", place.engine, **change.configure)
    assert found(history, after) == found(fresh, after)
    for metadata in (before, after):
        place.empty(place.engine)
        for statement in change.setup:
            run(place.engine, statement)
        after.create_all(place.engine)
        fresh = History(tmp_path / f"after {id(metadata)}", place.engine, **change.configure)
        assert found(history, metadata) == found(fresh, metadata)


def test_what_is_remembered_is_not_read_again(engine, tmp_path):
    history = remembering(tmp_path, engine, shop())
    with statements(engine) as sent:
        assert found(history, shop()) == []
    assert len(sent) < FEW, sent


def test_a_first_look_takes_few_statements_however_many_tables_there_are(engine, tmp_path):
    many = models(
        table("table_0"),
        *(
            table(f"table_{n}", Column("parent_id", sa.ForeignKey(f"table_{n - 1}.id")))
            for n in range(1, 50)
        ),
    )
    many.create_all(engine)
    history = History(tmp_path, engine)
    with statements(engine) as sent:
        assert found(history, many) == []
    assert len(sent) < MORE, sent


def test_only_what_has_changed_is_read(engine, tmp_path, monkeypatch):
    from flask_migrate.databases.catalog import catalog_named

    history = remembering(tmp_path, engine, shop())
    kind = type(catalog_named(engine.dialect.name))
    read, original = [], kind.read

    def noting(self, connection, schema, names=None):
        read.append(names)
        return original(self, connection, schema, names)

    monkeypatch.setattr(kind, "read", noting)
    assert len(found(history, shop(Column("more", sa.Integer)))) == 1
    assert read == [{"item"}]


def test_a_table_is_remembered_once_its_change_is_made(engine, tmp_path):
    history = remembering(tmp_path, engine, shop())
    after = shop(Column("more", sa.Integer))
    assert found(history, after) != []
    run(engine, "ALTER TABLE item ADD COLUMN more INTEGER")
    assert found(history, after) == []
    with statements(engine) as sent:
        assert found(history, after) == []
    assert len(sent) < FEW, sent
    assert found(history, shop()) != []


def test_a_table_that_has_a_difference_which_env_py_hides_is_not_remembered(engine, tmp_path):
    shop().create_all(engine)
    after = shop(Column("more", sa.Integer))
    history = History(tmp_path, engine, include_object=lambda *_: False)
    assert found(history, after) == []
    del history.options["include_object"]
    assert found(history, after) == [f"+ item.more: {sa.Integer()!r}"]


def test_a_function_of_env_py_is_asked_about_remembered_tables(engine, tmp_path):
    history = remembering(tmp_path, engine, shop())
    asked = []

    def compare(context, inspected, column, *_):
        asked.append(column.name)
        return True if column.name == "name" else None

    history.options["compare_type"] = compare
    assert found(history, shop()) != []
    assert {"name", "number"} <= set(asked)


def test_what_include_name_leaves_out_is_not_there_though_it_is_remembered(engine, tmp_path):
    history = remembering(tmp_path, engine, shop())
    history.options["include_name"] = lambda name, kind, _: kind != "table" or name != "alone"
    assert found(history, shop()) == ["+ table alone (2 columns)"]


@pytest.mark.parametrize(
    "content",
    [
        lambda _: b"",
        lambda _: b"{}\n[]\n[]\n[]",
        lambda kept: kept[: len(kept) // 2],
        lambda kept: kept.replace(b"item", b"meti"),
        lambda kept: kept.replace(b'"for": "', b'"for": "0'),
        lambda _: bytes(range(256)) * 8,
        lambda kept: kept.split(b"\n")[0] + b"\n",
    ],
    ids=["empty", "other", "cut", "damaged", "of-another-version", "noise", "without-tables"],
)
def test_a_damaged_memory_is_none(sqlite, tmp_path, content):
    history = remembering(tmp_path, sqlite, shop())
    (file,) = files(history)
    good = file.read_bytes()
    file.write_bytes(content(good))
    run(sqlite, "DROP TABLE alone", "CREATE TABLE alone (id INTEGER PRIMARY KEY)")
    assert found(history, shop()) != []
    assert found(history, shop(Column("more", sa.Integer))) != []


def test_a_lost_memory_is_made_again(sqlite, tmp_path):
    history = remembering(tmp_path, sqlite, shop())
    (file,) = files(history)
    before = file.read_bytes()
    file.unlink()
    assert found(history, shop()) == []
    assert file.read_bytes() == before


def test_nothing_is_remembered_where_nothing_can_be_written(sqlite, tmp_path):
    shop().create_all(sqlite)
    history = History(tmp_path, sqlite)
    place = memory.cache_file.place_for(str(history.folder), "tables")
    place.parent.parent.mkdir(exist_ok=True)
    place.parent.write_bytes(b"a file where the folder would be")
    assert found(history, shop()) == []
    assert found(history, shop(Column("more", sa.Integer))) != []
    assert files(history) == []


def test_another_database_at_the_same_address_is_looked_at(sqlite_url, tmp_path):
    engine = sa.create_engine(sqlite_url)
    history = remembering(tmp_path, engine, shop())
    engine.dispose()
    (tmp_path / "migrations").exists()
    run(engine, "DROP TABLE item", "DROP TABLE alone", "DROP TABLE parent")
    shop(Column("more", sa.Integer)).create_all(engine)
    assert found(history, shop()) == ["- item.more"]
    engine.dispose()


def test_each_database_has_a_memory_of_its_own(new_database, tmp_path):
    engines = [sa.create_engine(new_database("sqlite")) for _ in range(2)]
    history = remembering(tmp_path, engines[0], shop())
    history.engine = engines[1]
    assert len(found(history, shop())) == len(shop().tables)
    shop().create_all(engines[1])
    assert found(history, shop()) == []
    assert len(files(history)) == len(engines)


def test_a_key_without_columns_is_followed_to_the_table_that_it_refers_to(sqlite, tmp_path):
    run(
        sqlite,
        "CREATE TABLE parent (id INTEGER PRIMARY KEY, name VARCHAR(20))",
        "CREATE TABLE item (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES parent)",
        "CREATE TABLE alone (id INTEGER PRIMARY KEY, number INTEGER CHECK (number > 1))",
    )
    history = remembering(tmp_path, sqlite, shop())
    run(
        sqlite,
        "DROP TABLE parent",
        "CREATE TABLE parent (id INTEGER, name VARCHAR(20) PRIMARY KEY)",
    )
    fresh = History(tmp_path / "fresh", sqlite)
    assert found(history, shop()) == found(fresh, shop())
    assert any("item" in change for change in found(history, shop()))


def test_a_table_is_looked_at_again_where_the_table_it_refers_to_changed_with_its_model(
    sqlite, tmp_path
):
    def asked(key):
        keyed = sa.Column("name", sa.String(20), primary_key=True)
        parts = (keyed,) if key == "name" else (sa.Column("name", sa.String(20)),)
        number = sa.Column("id", sa.Integer, primary_key=key == "id")
        return models(
            lambda metadata: sa.Table("parent", metadata, number, *parts),
            table("item", Column("parent_id", sa.Integer, sa.ForeignKey("parent.id"))),
        )

    item = "CREATE TABLE item (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES parent)"
    run(sqlite, "CREATE TABLE parent (id INTEGER PRIMARY KEY, name VARCHAR(20))", item)
    history = remembering(tmp_path / "one", sqlite, asked("id"))
    run(
        sqlite,
        "DROP TABLE parent",
        "CREATE TABLE parent (id INTEGER, name VARCHAR(20) NOT NULL PRIMARY KEY)",
    )
    fresh = found(History(tmp_path / "other", sqlite), asked("name"))
    assert any("item" in change for change in fresh)
    assert [found(history, asked("name")) for _ in range(2)] == [fresh, fresh]


def test_tables_whose_names_differ_in_capitals_only_are_two_tables(mariadb_url, tmp_path):
    engine = sa.create_engine(mariadb_url)
    with engine.connect() as connection:
        if connection.scalar(sa.text("SELECT @@lower_case_table_names")):
            pytest.skip("this server knows no capitals")
    both = models(table("item"), table("Item", Column("a", sa.Integer)))
    history = remembering(tmp_path, engine, both)
    run(engine, "ALTER TABLE Item DROP COLUMN a")
    assert found(history, both) == [f"+ Item.a: {sa.Integer()!r}"]
    engine.dispose()


def coloured(*values):
    colours = postgresql.ENUM(*values, name="colour")
    return models(
        table("item", Column("colour", colours)),
        table("alone", Column("number", sa.Integer)),
        lambda metadata: sa.Sequence("counter", metadata=metadata),
    )


@pytest.mark.parametrize(
    ("change", "change_found"),
    [
        ("ALTER TYPE colour ADD VALUE 'blue'", "enum colour"),
        ("ALTER TYPE colour RENAME VALUE 'red' TO 'blue'", "enum colour"),
        ("DROP SEQUENCE counter", "sequence counter"),
        ("ALTER SEQUENCE counter INCREMENT BY 7", "sequence counter"),
    ],
)
def test_types_and_sequences_are_compared_though_all_tables_are_remembered(
    on_postgresql, tmp_path, change, change_found
):
    asked = coloured("red", "green")
    history = remembering(tmp_path, on_postgresql, asked)
    with statements(on_postgresql) as sent:
        assert found(history, asked) == []
    assert len(sent) < FEW, sent
    run(on_postgresql, change)
    fresh = History(tmp_path / "fresh", on_postgresql)
    assert found(history, asked) == found(fresh, asked)
    assert any(change_found in words for words in found(history, asked))


def test_new_values_of_an_enum_are_found_though_its_table_is_remembered(on_postgresql, tmp_path):
    history = remembering(tmp_path, on_postgresql, coloured("red"))
    after = coloured("red", "green")
    assert found(history, after) == found(History(tmp_path / "fresh", on_postgresql), after) != []


def test_a_sequence_is_dropped_once_the_history_tells_that_it_was_made_there(
    on_postgresql, tmp_path
):
    history = remembering(tmp_path, on_postgresql, shop())
    run(on_postgresql, "CREATE SEQUENCE counter")
    assert found(history, shop()) == []
    revision = history.folder / "versions" / "r1.py"
    revision.write_text(
        'revision = "r1"\ndown_revision = None\n\n\n'
        'def upgrade():\n    op.execute("CREATE SEQUENCE counter")\n'
    )
    run(
        on_postgresql,
        "CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)",
        "INSERT INTO alembic_version VALUES ('r1')",
    )
    assert found(history, shop()) == ["~ sequence counter"]


def test_a_table_that_a_remembered_one_refers_to_may_change_its_key(engine, tmp_path):
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite needs no key to go out of the way")

    def keyed(type_):
        return models(
            table("parent", Column("id", type_, primary_key=True, autoincrement=False)),
            table("item", Column("parent_id", sa.ForeignKey("parent.id"))),
            table("alone", Column("number", sa.Integer)),
        )

    history = remembering(tmp_path / "one", engine, keyed(sa.Integer()))
    fresh = History(tmp_path / "other", engine)
    after = keyed(sa.String(9))
    assert found(history, after) == found(fresh, after)


def test_git_sees_nothing_of_it(sqlite, tmp_path):
    def git(*arguments):
        done = subprocess.run(
            ["git", "-c", "core.excludesFile=", *arguments],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    history = remembering(tmp_path, sqlite, shop())
    assert len(files(history)) == 1
    git("init", "-q")
    seen = git("status", "--porcelain", "--untracked-files=all", "migrations").splitlines()
    assert seen
    assert not [line for line in seen if "index" in line or "gitignore" in line]


def entry(number):
    return Entry(f"{number:032}", False, ((None, "parent"),), (f"name_{number}",))


def write(place, numbers):
    for number in numbers:
        kept = Memory(place, "test")
        kept.keep({(None, f"table_{n}"): entry(number) for n in range(50)}, str(number))


def test_two_processes_may_write_at_once(tmp_path):
    place = tmp_path / "tables-1.index"
    context = multiprocessing.get_context("spawn")
    others = [context.Process(target=write, args=(place, range(n, 400, 2))) for n in (0, 1)]
    for other in others:
        other.start()
    while any(other.is_alive() for other in others):
        kept = Memory(place, "test")
        if kept.prints:
            assert set(kept.prints.values()) == {f"{int(kept.beside):032}"}
            assert {e.names for e in kept.entries.values()} == {(f"name_{int(kept.beside)}",)}
    assert [other.exitcode for other in others] == [0, 0]
    assert list(tmp_path.glob("tables-*")) == [place]


def test_only_so_many_databases_are_remembered(tmp_path):
    for number in range(memory.FILES + 3):
        Memory(tmp_path / f"tables-{number}.index", "test").keep({(None, "a"): entry(1)}, None)
    assert len(list(tmp_path.glob("tables-*"))) == memory.FILES
    assert not (tmp_path / "tables-0.index").exists()


def test_no_password_is_kept(postgresql_url, on_postgresql, tmp_path):
    (file,) = files(remembering(tmp_path, on_postgresql, shop()))
    password = sa.make_url(postgresql_url).password
    assert password
    assert password not in file.read_text()
    header = json.loads(file.read_bytes().split(b"\n")[0])
    assert set(header) == {"for", "beside", "crc"}
