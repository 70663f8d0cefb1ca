"""What env.py says about transactions, and what revisions do about them, is kept."""

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event
from sqlalchemy.ext.asyncio import create_async_engine

import flask_migrate
from flask_migrate import errors
from tests.journal.project import Project, project

TWO = ("op.execute('CREATE TABLE a (n INTEGER)')", "op.execute('CREATE TABLE b (n INTEGER)')")
CONFIGURE = "        context.configure(\n            connection=connection,"
EARLY = f"""        from sqlalchemy import text
        connection.execute(text("SELECT 1")){{}}
{CONFIGURE}"""
RUN = "        with context.begin_transaction():\n            context.run_migrations()\n\n\nif"


def written(made, *bodies):
    for number, body in enumerate(bodies, 1):
        made.write(number, body)
    return made


def test_a_statement_before_configure_without_a_commit_is_told_where_it_undoes_all(postgresql):
    written(postgresql, *TWO).write_env((CONFIGURE, EARLY.format("")))
    with pytest.raises(errors.NothingCommitted) as caught:
        flask_migrate.upgrade()
    assert caught.value.revisions == ("r1", "r2")
    assert "connection.commit()" in str(caught.value)
    assert postgresql.tables() == set()


@pytest.mark.parametrize("kind", ["sqlite", "mariadb"])
def test_elsewhere_each_revision_is_committed_anyway(kind, new_project):
    made = written(new_project(kind), *TWO)
    made.write_env((CONFIGURE, EARLY.format("")))
    flask_migrate.upgrade()
    assert (made.at, made.tables()) == ("r2", {"a", "b"})


def test_with_the_commit_all_is_well(anywhere):
    written(anywhere, *TWO).write_env((CONFIGURE, EARLY.format("\n        connection.commit()")))
    flask_migrate.upgrade()
    assert (anywhere.at, anywhere.tables()) == ("r2", {"a", "b"})


def test_an_env_py_that_rolls_back_in_so_many_words_is_left_to_do_so(postgresql):
    rolled_back = RUN.replace("\n\n\nif", "\n        connection.rollback()\n\n\nif")
    written(postgresql, *TWO).write_env((CONFIGURE, EARLY.format("")), (RUN, rolled_back))
    flask_migrate.upgrade()
    assert postgresql.tables() == set()


def test_an_env_py_without_begin_transaction_is_told(postgresql):
    bare = "        context.run_migrations()\n\n\nif"
    single = "            connection=connection,\n            transaction_per_migration=False,"
    written(postgresql, *TWO).write_env((RUN, bare), ("            connection=connection,", single))
    with pytest.raises(errors.NothingCommitted):
        flask_migrate.upgrade()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_one_transaction_over_all_revisions_keeps_nothing_of_any_when_one_fails(kind, new_project):
    made = written(new_project(kind), TWO[0], "op.execute('NONSENSE')")
    single = "            connection=connection,\n            transaction_per_migration=False,"
    made.write_env(("            connection=connection,", single))
    with pytest.raises(errors.StepFailed):
        flask_migrate.upgrade()
    assert (made.at, made.tables()) == (None, set())
    made.write(2, TWO[1])
    flask_migrate.upgrade()
    assert (made.at, made.tables()) == ("r2", {"a", "b"})
    assert [row[:3] for row in made.log] == [("r1", "upgrade", "done"), ("r2", "upgrade", "done")]


def test_non_transactional_ddl_that_env_py_asks_for_still_commits_each_revision(anywhere):
    asked = "            connection=connection,\n            transactional_ddl=False,"
    written(anywhere, TWO[0], "op.execute('NONSENSE')").write_env(
        ("            connection=connection,", asked)
    )
    with pytest.raises(errors.StepFailed):
        flask_migrate.upgrade()
    assert (anywhere.at, anywhere.tables()) == ("r1", {"a"})


def test_an_engine_that_commits_each_statement_upgrades(database_url, tmp_path):
    with project(database_url, tmp_path / "migrations", isolation_level="AUTOCOMMIT") as made:
        written(made, *TWO, "op.execute('INSERT INTO a VALUES (1)')\nop.execute('NONSENSE')")
        with pytest.raises(errors.StepFailed):
            flask_migrate.upgrade()
        assert (made.at, made.tables()) == ("r2", {"a", "b"})
        made.write(3, "op.execute('INSERT INTO a VALUES (1)')\nop.execute('DROP TABLE b')")
        flask_migrate.upgrade()
        assert made.rows("SELECT n FROM a") == [(1,)]
        assert [row[0] for row in made.log] == ["r1", "r2", "r3"]


def test_with_such_an_engine_an_index_is_built_concurrently_without_a_block(
    postgresql_url, tmp_path
):
    with project(postgresql_url, tmp_path / "migrations", isolation_level="AUTOCOMMIT") as made:
        written(made, TWO[0], "op.execute('CREATE INDEX CONCURRENTLY ix ON a (n)')")
        flask_migrate.upgrade()
        assert made.rows("SELECT relname FROM pg_class WHERE relname = 'ix'") == [("ix",)]


def test_real_transactions_that_an_application_begins_on_sqlite_are_no_obstacle(sqlite):
    @event.listens_for(sqlite.engine, "connect")
    def begin_nothing(connection, _):
        connection.isolation_level = None

    @event.listens_for(sqlite.engine, "begin")
    def begin(connection):
        connection.exec_driver_sql("BEGIN")

    block = (
        "with op.get_context().autocommit_block():\n    op.execute('CREATE TABLE c (n INTEGER)')"
    )
    written(sqlite, TWO[0], block, "op.execute('INSERT INTO a VALUES (1)')\n" + TWO[1])
    flask_migrate.upgrade()
    assert sqlite.tables() == {"a", "b", "c"}
    sqlite.write(4, "op.execute('DROP TABLE a')\nop.execute('NONSENSE')")
    with pytest.raises(errors.StepFailed):
        flask_migrate.upgrade()
    assert sqlite.rows("SELECT n FROM a") == [(1,)]


def test_a_database_in_memory_is_upgraded(tmp_path):
    with project("sqlite://", tmp_path / "migrations", poolclass=sa.StaticPool) as made:
        written(made, *TWO, "op.execute('NONSENSE')")
        with pytest.raises(errors.StepFailed):
            flask_migrate.upgrade()
        assert made.at == "r2"
        made.write(3, "op.execute('DROP TABLE a')")
        flask_migrate.upgrade()
        assert made.at == "r3"


@pytest.mark.parametrize("kind", ["postgresql+psycopg", "postgresql+asyncpg", "sqlite+aiosqlite"])
def test_other_drivers_upgrade_and_go_on(kind, new_database, tmp_path, monkeypatch):
    url = new_database(kind.partition("+")[0])
    made = Project(url, tmp_path / "migrations")
    named = sa.make_url(url).set(drivername=kind)
    asynchronous = kind != "postgresql+psycopg"
    make = create_async_engine if asynchronous else sa.create_engine
    engine = make(named, poolclass=sa.NullPool)
    app = Flask("driver")
    flask_migrate.Migrate(app, sa.MetaData(), directory=str(made.folder), engine=engine)
    with app.app_context():
        flask_migrate.init()
        made.write(
            1,
            """
            op.execute("CREATE TABLE a (n INTEGER)")
            with op.get_context().autocommit_block():
                row = op.get_bind().execute(sa.text("INSERT INTO a VALUES (1) RETURNING n")).one()
                op.execute("UPDATE a SET n = n + 1")
            if os.environ.get("BREAK"):
                raise RuntimeError
            op.execute(f"INSERT INTO a VALUES ({row[0]} * 10)")
            """,
        )
        monkeypatch.setenv("BREAK", "1")
        with pytest.raises(RuntimeError):
            flask_migrate.upgrade()
        monkeypatch.delenv("BREAK")
        flask_migrate.upgrade()
    assert made.rows("SELECT n FROM a ORDER BY n") == [(2,), (10,)]


def test_a_revision_may_read_by_another_session_on_sqlite(sqlite):
    sqlite.write(
        1, "op.execute('CREATE TABLE a (n INTEGER)')\nop.execute('INSERT INTO a VALUES (7)')"
    )
    sqlite.write(
        2,
        """
        op.execute("UPDATE a SET n = n + 1")
        with sa.create_engine(op.get_bind().engine.url).connect() as other:
            (seen,) = other.execute(sa.text("SELECT n FROM a")).one()
        op.execute(f"INSERT INTO a VALUES ({seen} * 10)")
        """,
    )
    flask_migrate.upgrade()
    assert sqlite.rows("SELECT n FROM a ORDER BY n") == [(8,), (70,)]


def test_a_revision_that_turns_foreign_keys_off_itself_loses_no_child_rows(sqlite):
    @event.listens_for(sqlite.engine, "connect")
    def enforce(connection, _):
        connection.execute("PRAGMA foreign_keys=ON")

    sqlite.write(
        1,
        """
        op.execute("CREATE TABLE parent (id INTEGER PRIMARY KEY)")
        op.execute("CREATE TABLE child (id INTEGER, parent INTEGER REFERENCES parent(id)"
                   " ON DELETE CASCADE)")
        op.execute("INSERT INTO parent VALUES (1)")
        op.execute("INSERT INTO child VALUES (10, 1)")
        """,
    )
    sqlite.write(
        2,
        """
        op.execute("PRAGMA foreign_keys=OFF")
        op.execute("CREATE TABLE new (id INTEGER PRIMARY KEY, n INTEGER)")
        op.execute("INSERT INTO new (id) SELECT id FROM parent")
        op.execute("DROP TABLE parent")
        op.execute("ALTER TABLE new RENAME TO parent")
        op.execute("PRAGMA foreign_keys=ON")
        """,
    )
    flask_migrate.upgrade()
    assert sqlite.rows("SELECT id FROM child") == [(10,)]
    with sqlite.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


@pytest.mark.parametrize(
    "statement",
    [
        "VACUUM",
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = OFF",
        "ATTACH ':memory:' AS beside",
        "-- a comment\nVACUUM",
    ],
)
def test_what_sqlite_refuses_in_a_transaction_runs_between_two(statement, sqlite):
    sqlite.write(
        1, f"{TWO[0]}\nop.execute({statement!r})\n{TWO[1]}\nop.execute('INSERT INTO b VALUES (1)')"
    )
    flask_migrate.upgrade()
    assert sqlite.rows("SELECT n FROM b") == [(1,)]


def test_an_empty_statement_is_none(sqlite):
    sqlite.write(1, "op.execute('')\nop.execute('-- nothing')\n" + TWO[0])
    flask_migrate.upgrade()
    assert sqlite.at == "r1"


def test_a_revision_that_commits_by_a_statement_goes_on_behind_it(postgresql, monkeypatch):
    postgresql.write(
        1,
        """
        op.execute("CREATE TABLE a (n INTEGER)")
        op.execute("INSERT INTO a VALUES (1)")
        op.execute("COMMIT")
        if os.environ.get("BREAK"):
            raise RuntimeError
        op.execute("INSERT INTO a VALUES (2)")
        """,
    )
    monkeypatch.setenv("BREAK", "1")
    with pytest.raises(RuntimeError):
        flask_migrate.upgrade()
    assert postgresql.rows("SELECT n FROM a") == [(1,)]
    monkeypatch.delenv("BREAK")
    flask_migrate.upgrade()
    assert postgresql.rows("SELECT n FROM a ORDER BY n") == [(1,), (2,)]


def test_a_procedure_that_commits_runs_in_an_autocommit_block(postgresql):
    postgresql.write(
        1,
        """
        op.execute("CREATE TABLE a (n INTEGER)")
        op.execute("CREATE PROCEDURE fill() LANGUAGE plpgsql AS $$ BEGIN"
                   " INSERT INTO a VALUES (1); COMMIT; INSERT INTO a VALUES (2); COMMIT; END $$")
        with op.get_context().autocommit_block():
            op.execute("CALL fill()")
        """,
    )
    flask_migrate.upgrade()
    assert postgresql.rows("SELECT n FROM a ORDER BY n") == [(1,), (2,)]


def test_an_index_whose_build_failed_is_not_left_behind(postgresql):
    postgresql.write(1, "op.execute('CREATE TABLE \"A\" (n INTEGER)')")
    postgresql.write(2, "op.execute('INSERT INTO \"A\" VALUES (1), (1)')")
    built = "op.create_index('Ix', 'A', ['n'], unique=True, postgresql_concurrently=True)"
    unique = f"with op.get_context().autocommit_block():\n    {built}"
    postgresql.write(3, unique)
    with pytest.raises(errors.StepFailed, match="could not create unique index"):
        flask_migrate.upgrade()
    assert postgresql.rows("SELECT relname FROM pg_class WHERE relname = 'Ix'") == []
    postgresql.write(3, "op.execute('DELETE FROM \"A\"')\n" + unique)
    flask_migrate.upgrade()
    assert postgresql.rows("SELECT relname FROM pg_class WHERE relname = 'Ix'") == [("Ix",)]


def test_without_the_log_statements_are_watched_all_the_same(mariadb):
    mariadb.app.config["MIGRATE_LOG"] = False
    mariadb.write(
        1, "op.execute('CREATE TABLE a (n INTEGER)')\nop.execute('INSERT INTO a VALUES (1)')"
    )
    mariadb.write(2, "op.execute('ALTER TABLE a ADD m INTEGER NOT NULL')")
    with pytest.raises(errors.SilentFill):
        flask_migrate.upgrade()
