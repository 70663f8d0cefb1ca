"""Databases that cannot be used: which one, what it says, what to do."""

import pickle
import secrets

import pytest
import sqlalchemy as sa

import flask_migrate
from flask_migrate import errors
from tests.databases.process import free_port
from tests.errors.accounts import account
from tests.errors.project import Project
from tests.errors.told import lacks_password, refused, sentence_in

SERVERS = ("postgresql", "mariadb")
START = "Start the server, or correct host and port in the database's URL."
LOG_IN = (
    "Correct user and password in the database's URL; "
    "there, @ : / # ? % are written %40 %3A %2F %23 %3F %25."
)
CREATE = "Create that database first, or correct its name in the URL."
GRANT = "Grant the right to create and change tables, or connect as another user."
REFUSED = {
    "postgresql": "Connection refused",
    "mariadb": "Can't connect to MySQL server on '127.0.0.1' (Connection refused)",
}
DENIED = {
    "postgresql": 'password authentication failed for user "tests"',
    "mariadb": "Access denied for user 'tests'@'127.0.0.1' (using password: YES)",
}
NO_DATABASE = {
    "postgresql": 'database "nowhere" does not exist',
    "mariadb": "Unknown database 'nowhere'",
}


@pytest.fixture(params=SERVERS)
def server(request):
    found = request.getfixturevalue(f"{request.param}_server")
    found.kind = request.param
    return found


def project_on(folder, url):
    project = Project(folder, url.render_as_string(hide_password=False)).init()
    project.revision("first", message="add posts")
    return project


def shown(url):
    return f"Cannot connect to the database {url.render_as_string(hide_password=True)}: "


def unreachable(project):
    """Call the Python API; return what it raises, as the loops that wait for a database see it."""
    with project.context(), pytest.raises(sa.exc.OperationalError) as raised:
        flask_migrate.upgrade()
    error = raised.value
    assert isinstance(error, errors.DatabaseUnreachable)
    assert project_password(project) not in f"{error}{error!r}{error.url}{error.reason}"
    return error


def project_password(project):
    return sa.make_url(project.url).password


def test_a_port_where_nobody_listens(tmp_path, server):
    url = server.url.set(host="127.0.0.1", port=free_port(), password="the-Secret")
    project = project_on(tmp_path, url)
    assert refused(project, "upgrade") == f"{shown(url)}{REFUSED[server.kind]}. {START}"
    assert unreachable(project).url == url.render_as_string(hide_password=True)


def test_a_host_that_nobody_knows(tmp_path, server):
    url = server.url.set(host="nowhere.invalid")
    sentence = refused(project_on(tmp_path, url), "current")
    assert sentence.startswith(shown(url))
    assert "nowhere.invalid" in sentence
    assert sentence.endswith(
        "Correct the host in the database's URL; an @ that belongs to the password is written %40."
    )


def test_a_wrong_password(tmp_path, server):
    url = server.url.set(password="not%the@word", host="127.0.0.1")
    project = project_on(tmp_path, url)
    if server.process is None:
        pytest.skip("the server was given, and may let anybody in")
    assert refused(project, "upgrade") == f"{shown(url)}{DENIED[server.kind]}. {LOG_IN}"
    assert unreachable(project).reason == DENIED[server.kind]


def test_a_database_that_does_not_exist(tmp_path, server):
    url = server.url.set(database="nowhere")
    sentence = refused(project_on(tmp_path, url), "migrate")
    assert sentence == f"{shown(url)}{NO_DATABASE[server.kind]}. {CREATE}"


@pytest.mark.parametrize("scheme", ["postgresql+psycopg2", "mysql+pymysql"])
def test_an_at_sign_left_unencoded_in_the_password(tmp_path, scheme):
    project = Project(tmp_path, f"{scheme}://blog:se@cr@et@127.0.0.1:1/blog").init()
    run = project.db("upgrade")
    assert sentence_in(run).endswith("an @ that belongs to the password is written %40.")
    for piece in ("se@cr", "cr@et", "et@127"):
        assert piece not in run.err
    with project.context(), pytest.raises(errors.DatabaseUnreachable) as raised:
        flask_migrate.upgrade()
    assert "cr@et" not in str(raised.value)


@pytest.mark.parametrize("place", ["nowhere/blog.db", ""])
def test_an_sqlite_file_that_cannot_be_opened(tmp_path, place):
    path = f"sqlite:///{tmp_path.as_posix()}/{place}"
    project = Project(tmp_path, path).init()
    assert refused(project, "upgrade") == (
        f"Cannot connect to the database {path}: unable to open database file. "
        "Its folder must exist, and this user must be allowed to write there."
    )


def test_a_loop_that_waits_for_the_database_ends_when_it_is_there(tmp_path, postgresql_url):
    project = project_on(tmp_path, sa.make_url(postgresql_url))
    there = sa.make_url(postgresql_url)
    tries = []
    while not tries or tries[-1] == "failed":
        host = there if len(tries) == 2 else there.set(port=free_port())
        project.config["SQLALCHEMY_DATABASE_URI"] = host
        with project.context():
            try:
                flask_migrate.upgrade()
            except sa.exc.OperationalError:
                tries.append("failed")
            else:
                tries.append("done")
    assert tries == ["failed", "failed", "done"]


@pytest.mark.parametrize("kind", ["sqlite", *SERVERS])
def test_a_database_at_a_revision_that_the_folder_lacks(tmp_path, new_database, kind):
    project = project_on(tmp_path, sa.make_url(new_database(kind)))
    path = project.revision("second", "first")
    assert project.db("upgrade").code == 0
    path.unlink()
    name = sa.make_url(project.url).render_as_string(hide_password=True)
    for command in ("upgrade", "downgrade", "current", "migrate", "stamp"):
        assert refused(project, command) == (
            f"Can't locate revision identified by 'second': the database {name} is at it, "
            f"and '{project.migrations}' has no such file. "
            "The database has kept the file; to have it written back, "
            "type: flask db recover second"
        )
    with project.context(), pytest.raises(errors.UnknownRevision) as raised:
        flask_migrate.upgrade()
    assert raised.value.revision == "second"
    assert project.db("stamp", "--purge", "first").code == 0


@pytest.mark.parametrize("command", ["upgrade", "stamp", "ensure-version"])
def test_a_user_who_may_not_create_tables(tmp_path, server, command):
    name = f"reader_{secrets.token_hex(4)}"
    with account(server, name, "the-Secret", name, rights="SELECT") as url:
        project = project_on(tmp_path, url)
        sentence = refused(project, command)
        start = f"The database user may not do this on {url.render_as_string(hide_password=True)}"
        assert sentence.startswith(start)
        assert sentence.endswith(GRANT)
        with project.context(), pytest.raises(errors.PermissionDenied) as raised:
            flask_migrate.upgrade()
        assert raised.value.url == url.render_as_string(hide_password=True)
        assert "denied" in raised.value.reason


def test_a_user_who_may_only_read_can_still_look(tmp_path, server):
    name = f"reader_{secrets.token_hex(4)}"
    with account(server, name, "the-Secret", name, rights="SELECT") as url:
        project = project_on(tmp_path, url)
        assert project.db("current").code == 0
        (project.versions / "first.py").unlink()
        assert "+ table user" in project.db("check").err


def test_an_sqlite_file_that_may_only_be_read(tmp_path):
    file = tmp_path / "blog.db"
    sa.create_engine(f"sqlite:///{file}").connect().close()
    url = f"sqlite:///file:{file}?mode=ro&uri=true"
    file.write_bytes(b"")
    project = project_on(tmp_path, sa.make_url(url))
    assert refused(project, "upgrade").endswith(f": attempt to write a readonly database. {GRANT}")


FAILING = {
    "sqlite": 'near "TABL": syntax error',
    "postgresql": 'syntax error at or near "TABL"',
    "mariadb": ("You have an error in your SQL syntax near 'TABL post (id INTEGER)' at line 1"),
}


@pytest.mark.parametrize("kind", FAILING)
def test_a_statement_that_the_database_refuses(tmp_path, new_database, kind):
    project = project_on(tmp_path, sa.make_url(new_database(kind)))
    assert project.db("upgrade").code == 0
    path = project.revision(
        "second", "first", 'op.execute("CREATE TABL post (id INTEGER)")', message="break it"
    )
    sentence = refused(project, "upgrade")
    assert sentence == (
        f"Revision second (break it) failed, in {path} line 12: {FAILING[kind]}. "
        "Statement: CREATE TABL post (id INTEGER)"
    )
    with project.context(), pytest.raises(sa.exc.DBAPIError) as raised:
        flask_migrate.upgrade()
    error = pickle.loads(pickle.dumps(raised.value))
    assert isinstance(error, errors.StepFailed)
    assert (error.revision, error.message) == ("second", "break it")
    assert error.statement == "CREATE TABL post (id INTEGER)"


def test_the_detail_that_postgresql_gives_is_told(tmp_path, postgresql_url):
    project = project_on(tmp_path, sa.make_url(postgresql_url))
    create = "CREATE TABLE t AS SELECT 7 AS id UNION ALL SELECT 7"
    project.revision("second", "first", f"op.execute('{create}')")
    project.revision("third", "second", "op.execute('CREATE UNIQUE INDEX i ON t (id)')")
    assert project.db("upgrade", "second").code == 0
    assert "(Key (id)=(7) is duplicated)" in refused(project, "upgrade")


def test_a_commit_that_the_database_refuses_is_no_broken_connection(tmp_path, postgresql_url):
    project = project_on(tmp_path, sa.make_url(postgresql_url))
    upgrade = (
        "op.execute('CREATE TABLE t (id INT PRIMARY KEY, p INT REFERENCES t"
        " DEFERRABLE INITIALLY DEFERRED)')\n    op.execute('INSERT INTO t VALUES (1, 2)')"
    )
    assert project.db("upgrade").code == 0
    project.revision("second", "first", upgrade)
    before = project.state()
    with project.context(), pytest.raises(errors.StepFailed) as raised:
        flask_migrate.upgrade()
    assert "violates foreign key constraint" in raised.value.reason
    assert project.state() == before


def test_a_long_statement_is_cut_in_the_sentence_and_whole_as_data(tmp_path, sqlite_url):
    project = project_on(tmp_path, sa.make_url(sqlite_url))
    assert project.db("upgrade").code == 0
    project.revision("second", "first", f"op.execute('SELEC {'x' * 5000}')")
    assert len(refused(project, "upgrade")) < 800
    with project.context(), pytest.raises(errors.StepFailed) as raised:
        flask_migrate.upgrade()
    assert len(raised.value.statement) > 5000


def test_a_password_in_a_statement_is_hidden(tmp_path, mariadb_url):
    project = project_on(tmp_path, sa.make_url(mariadb_url))
    statement = f"ALTER USR x IDENTIFIED BY \\'{project_password(project)}\\'"
    assert project.db("upgrade").code == 0
    project.revision("second", "first", f"op.execute('{statement}')")
    assert "IDENTIFIED BY '***'" in refused(project, "upgrade")
    with project.context(), pytest.raises(errors.StepFailed) as raised:
        flask_migrate.upgrade()
    assert project_password(project) not in str(raised.value)


def test_an_asynchronous_driver_is_told_the_same_way(tmp_path, postgresql_server):
    url = postgresql_server.url.set(
        drivername="postgresql+asyncpg", password="the-Secret", port=free_port()
    )
    project = project_on(tmp_path, url)
    run = project.db("upgrade")
    assert sentence_in(run).startswith(shown(url))
    assert sentence_in(run).endswith(START)
    lacks_password(project, run)


def test_of_several_databases_the_one_that_is_away_is_named(tmp_path, sqlite_url):
    away = f"postgresql+psycopg2://u:the-Secret@127.0.0.1:{free_port()}/other"
    project = Project(tmp_path, sqlite_url, SQLALCHEMY_BINDS={"other": away})
    assert project.db("init", "--multidb").code == 0
    project.revision("first")
    assert refused(project, "upgrade").startswith(shown(sa.make_url(away)))
