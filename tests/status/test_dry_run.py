"""`flask db upgrade --dry-run` runs the revisions for real, and nothing of it stays."""

import threading
import time

import pytest
import sqlalchemy as sa

import flask_migrate
from flask_migrate.databases.mysql_scratch import PREFIX, reserve
from flask_migrate.errors import RehearsalImpossible, SilentFill, StepFailed, TableLocked
from tests.application import application

USERS = """
op.create_table("users", sa.Column("id", sa.Integer, primary_key=True), sa.Column("n", sa.Text))
op.bulk_insert(sa.table("users", sa.column("id")), [{"id": 1}, {"id": 2}])
"""
POSTS = """
op.create_table(
    "posts",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("user_id", sa.Integer, sa.ForeignKey("users.id")),
)
with op.batch_alter_table("users") as batch:
    batch.alter_column("n", existing_type=sa.Text, type_=sa.String(20))
op.get_bind().execute(sa.text("SELECT id FROM users")).all()
"""
AUTOCOMMIT = """
with op.get_context().autocommit_block():
    op.execute("CREATE TABLE escaped (id INTEGER)")
"""


def picture(project):
    """Return all that the database holds, its definitions and the number of its rows."""
    found = sa.MetaData()
    found.reflect(project.engine)
    with project.engine.connect() as connection:
        counts = {
            name: connection.scalar(sa.select(sa.func.count()).select_from(table))
            for name, table in found.tables.items()
        }
    columns = {name: [(c.name, str(c.type)) for c in t.columns] for name, t in found.tables.items()}
    return columns, counts


def databases(project):
    return {row[0] for row in project.execute("SHOW DATABASES")}


def scratch_that_stays(project, before):
    """Return the new scratch databases, but for those that others on this server remove soon."""
    new = {name for name in databases(project) - before if name.startswith(PREFIX)}
    until = time.monotonic() + 10
    while new and time.monotonic() < until:
        time.sleep(0.1)
        new &= databases(project)
    return new


@pytest.fixture
def pending(project):
    """A database at r1, where r2 and r3 are to run."""
    project.write("r1", upgrade=USERS)
    flask_migrate.upgrade()
    project.write("r2", "r1", upgrade=POSTS, message="Add posts.")
    project.write("r3", "r2", upgrade="op.add_column('posts', sa.Column('n', sa.Integer))")
    return project


def test_the_revisions_run_and_nothing_stays(pending):
    before = picture(pending)
    done = flask_migrate.upgrade(dry_run=True)
    assert [step.revision for step in done.steps] == ["r2", "r3"]
    assert done.rehearsed
    assert [r.revision for r in done.positions[0].revisions] == ["r1"]
    assert picture(pending) == before
    assert [step.revision for step in flask_migrate.upgrade().steps] == ["r2", "r3"]


def test_an_empty_database_stays_empty(project):
    project.write("r1", upgrade=USERS)
    flask_migrate.upgrade(dry_run=True)
    assert sa.inspect(project.engine).get_table_names() == []


def test_it_goes_as_far_as_it_is_asked(pending):
    done = flask_migrate.upgrade(revision="r2", dry_run=True)
    assert [step.revision for step in done.steps] == ["r2"]


def test_what_would_be_done_is_said(pending):
    told = pending.run("upgrade", "--dry-run")
    assert told.exit_code == 0
    assert "Would upgrade to r2, Add posts." in told.stderr
    assert "Nothing was changed. The database is at r1." in told.stderr


def test_an_error_that_would_come_comes(pending):
    pending.write("r3", "r2", upgrade="op.execute('INSERT INTO missing VALUES (1)')")
    before = picture(pending)
    with pytest.raises(StepFailed, match="r3"):
        flask_migrate.upgrade(dry_run=True)
    assert picture(pending) == before


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_what_commits_by_itself_is_refused_before_anything_runs(kind, request):
    project = request.getfixturevalue(f"{kind}_project")
    project.write("r1", upgrade="raise ZeroDivisionError")
    project.write("r2", "r1", upgrade=AUTOCOMMIT)
    with pytest.raises(RehearsalImpossible, match="autocommit_block") as caught:
        flask_migrate.upgrade(dry_run=True)
    assert caught.value.revision == "r2"
    assert sa.inspect(project.engine).get_table_names() == []


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_what_commits_by_itself_is_refused_where_the_file_does_not_show_it(kind, request):
    project = request.getfixturevalue(f"{kind}_project")
    body = """
name = "autocommit" + "_block"
with getattr(op.get_context(), name)():
    op.execute("CREATE TABLE escaped (id INTEGER)")
"""
    project.write("r1", upgrade=USERS)
    project.write("r2", "r1", upgrade=body)
    with pytest.raises(RehearsalImpossible):
        flask_migrate.upgrade(dry_run=True)
    assert sa.inspect(project.engine).get_table_names() == []


def test_it_holds_nobody_up_for_a_table_in_use(postgresql_project):
    postgresql_project.write("r1", upgrade=USERS)
    flask_migrate.upgrade()
    postgresql_project.write("r2", "r1", upgrade="op.drop_table('users')")
    with postgresql_project.engine.connect() as reader:
        reader.execute(sa.text("SELECT * FROM users")).all()
        with pytest.raises(TableLocked):
            flask_migrate.upgrade(dry_run=True)
    assert postgresql_project.tables() == {"users"}


@pytest.mark.parametrize("kind", ["sqlite", "postgresql", "mariadb"])
def test_every_bind_is_rehearsed(kind, new_database, tmp_path):
    with application(
        new_database(kind), tmp_path / "m", binds={"other": new_database(kind)}
    ) as app:
        flask_migrate.init(multidb=True)
        flask_migrate.migrate(rev_id="r1")
        done = flask_migrate.upgrade(dry_run=True)
        engines = app.extensions["sqlalchemy"].engines
        assert {step.bind for step in done.steps} == {None, "other"}
        assert [sa.inspect(engine).get_table_names() for engine in engines.values()] == [[], []]


def test_rows_with_foreign_keys_survive_the_rebuild_of_a_rehearsal(sqlite_project):
    @sa.event.listens_for(sqlite_project.engine, "connect")
    def enforce(connection, _):
        connection.execute("PRAGMA foreign_keys=ON")

    first = USERS + POSTS + "op.execute('INSERT INTO posts VALUES (1, 1)')"
    sqlite_project.write("r1", upgrade=first)
    flask_migrate.upgrade()
    rebuild = "with op.batch_alter_table('users') as batch:\n    batch.drop_column('n')"
    sqlite_project.write("r2", "r1", upgrade=rebuild)
    done = flask_migrate.upgrade(dry_run=True)
    assert [step.revision for step in done.steps] == ["r2"]
    assert sqlite_project.execute("SELECT count(*) FROM posts") == [(1,)]


def test_the_scratch_database_has_all_that_the_real_one_has(mariadb_project):
    body = """
op.execute("CREATE TABLE parent (id INTEGER PRIMARY KEY) COMMENT '100%'")
op.execute("CREATE TABLE a_child (id INTEGER, p INTEGER REFERENCES parent (id))")
op.execute("CREATE VIEW a_view AS SELECT * FROM z_view")
""".replace("z_view", "parent")
    objects = [
        "CREATE VIEW z_view AS SELECT id FROM parent",
        "CREATE VIEW b_view AS SELECT id FROM z_view",
        "CREATE SEQUENCE numbers",
        "CREATE FUNCTION twice (n INT) RETURNS INT DETERMINISTIC RETURN 2 * n",
        "CREATE TRIGGER t BEFORE INSERT ON parent FOR EACH ROW SET NEW.id = twice(NEW.id)",
    ]
    mariadb_project.write("r1", upgrade=body)
    flask_migrate.upgrade()
    for statement in objects:
        mariadb_project.execute(statement)
    seen = """
names = sa.inspect(op.get_bind()).get_view_names()
assert names == ["a_view", "b_view", "z_view"], names
(key,) = sa.inspect(op.get_bind()).get_foreign_keys("a_child")
assert key["referred_table"] == "parent"
assert op.get_bind().scalar(sa.text("SELECT twice(NEXTVAL(numbers))")) == 2
op.execute("INSERT INTO parent VALUES (4)")
assert op.get_bind().scalars(sa.text("SELECT id FROM b_view")).all() == [8]
assert not op.get_bind().scalars(sa.text("SELECT 1 FROM parent WHERE id = 100")).all()
"""
    mariadb_project.execute("INSERT INTO parent VALUES (50)")
    mariadb_project.write("r2", "r1", upgrade=seen)
    before = databases(mariadb_project)
    flask_migrate.upgrade(dry_run=True)
    assert not scratch_that_stays(mariadb_project, before)
    assert mariadb_project.execute("SELECT id FROM parent") == [(100,)]


def test_a_rehearsal_drops_the_scratch_database_that_a_killed_one_left(mariadb_project):
    engine = sa.create_engine(mariadb_project.url, isolation_level="AUTOCOMMIT")
    with engine.connect() as killed:
        left = reserve(killed, "dry_run")
        killed.exec_driver_sql(f"CREATE DATABASE {left}")
    engine.dispose()
    mariadb_project.write("r1", upgrade=USERS)
    flask_migrate.upgrade(dry_run=True)
    assert left not in databases(mariadb_project)


def test_a_column_that_the_server_would_fill_is_found_without_the_rows(mariadb_project):
    mariadb_project.write("r1", upgrade=USERS)
    flask_migrate.upgrade()
    body = "op.add_column('users', sa.Column('c', sa.Integer, nullable=False))"
    mariadb_project.write("r2", "r1", upgrade=body)
    with pytest.raises(SilentFill):
        flask_migrate.upgrade(dry_run=True)


def test_a_column_that_is_filled_first_may_become_not_null(mariadb_project):
    mariadb_project.write("r1", upgrade=USERS)
    flask_migrate.upgrade()
    body = """
op.execute("UPDATE users SET n = 'x'")
op.alter_column("users", "n", existing_type=sa.Text, nullable=False)
"""
    mariadb_project.write("r2", "r1", upgrade=body)
    assert flask_migrate.upgrade(dry_run=True).steps
    assert flask_migrate.upgrade().steps


def test_the_rehearsal_of_an_interrupted_revision_goes_on_behind_what_is_done(mariadb_project):
    body = USERS + "op.execute('INSERT INTO missing VALUES (1)')"
    mariadb_project.write("r1", upgrade=body)
    assert mariadb_project.run("upgrade").exit_code == 1
    mariadb_project.execute("CREATE TABLE missing (id INTEGER)")
    assert [step.revision for step in flask_migrate.upgrade(dry_run=True).steps] == ["r1"]
    assert flask_migrate.status()[0].interrupted is not None
    assert mariadb_project.execute("SELECT * FROM missing") == []


def test_the_scratch_database_is_dropped_after_an_error(mariadb_project):
    mariadb_project.write("r1", upgrade="raise ZeroDivisionError")
    before = databases(mariadb_project)
    with pytest.raises(ZeroDivisionError):
        flask_migrate.upgrade(dry_run=True)
    assert not scratch_that_stays(mariadb_project, before)


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE {database}.users",
        "INSERT INTO `{database}`.`users` (id) VALUES (9)",
        "USE {database}",
        "DROP DATABASE {database}",
        "CREATE USER nobody",
    ],
)
def test_a_statement_that_leaves_the_scratch_database_is_refused(statement, mariadb_project):
    mariadb_project.write("r1", upgrade=USERS)
    flask_migrate.upgrade()
    text = statement.format(database=mariadb_project.engine.url.database)
    mariadb_project.write("r2", "r1", upgrade=f"op.execute({text!r})")
    with pytest.raises(RehearsalImpossible, match="scratch database"):
        flask_migrate.upgrade(dry_run=True)
    assert mariadb_project.execute("SELECT count(*) FROM users") == [(2,)]


def test_without_the_right_to_create_a_database_it_says_what_to_grant(
    mariadb_project, mariadb_server, tmp_path
):
    from tests.status.project import Project

    url = mariadb_project.engine.url
    user = f"u{url.database[-20:]}"
    with mariadb_server.engine.connect() as root:
        root.execute(sa.text(f"CREATE USER {user}@'%' IDENTIFIED BY 'pw'"))
        root.execute(sa.text(f"GRANT ALL ON {url.database}.* TO {user}@'%'"))
    try:
        limited = Project(url.set(username=user, password="pw"), mariadb_project.folder)
        mariadb_project.write("r1", upgrade=USERS)
        with limited.app.app_context(), pytest.raises(RehearsalImpossible, match="GRANT ALL"):
            flask_migrate.upgrade(dry_run=True)
    finally:
        with mariadb_server.engine.connect() as root:
            root.execute(sa.text(f"DROP USER {user}@'%'"))


def test_somebody_else_may_migrate_meanwhile(mariadb_project):
    """The rehearsal of a long revision holds no lock on the real database."""
    project = mariadb_project
    gate = project.app.extensions["gate"] = threading.Event()
    inside = project.app.extensions["inside"] = threading.Event()
    body = """
from flask import current_app
current_app.extensions["inside"].set()
assert current_app.extensions["gate"].wait(20)
"""
    project.write("r1", upgrade=body)

    def rehearse():
        with project.app.app_context():
            flask_migrate.upgrade(dry_run=True)

    thread = threading.Thread(target=rehearse)
    thread.start()
    try:
        assert inside.wait(10)
        assert flask_migrate.stamp(revision="r1").steps
    finally:
        gate.set()
        thread.join()
