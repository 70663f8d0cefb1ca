"""A user who may create no scratch place: Alembic's comparison stands in, and it is said once."""

import pytest
import sqlalchemy as sa
from flask import Flask

import flask_migrate
from flask_migrate import Migrate, events
from tests.autogenerate.place import run_sql


def models(*columns):
    metadata = sa.MetaData()
    sa.Table("plain", metadata, sa.Column("id", sa.Integer, primary_key=True), *columns)
    sa.Table(
        "checked",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("a", sa.String(20)),
        sa.CheckConstraint("a <> 'x'", name="not_x"),
        *(column._copy() for column in columns),
    )
    return metadata


class Weak:
    """A role that may change tables, and make nothing beside them."""

    def __init__(self, engine, folder):
        self.engine = engine
        self.folder = folder
        self.heard = []

    def run(self, command, metadata, **options):
        app = Flask("weak")
        Migrate(app, metadata, directory=str(self.folder / "migrations"), engine=self.engine)
        with app.app_context(), events.listening(self._hear):
            return getattr(flask_migrate, command)(**options)

    def invoke(self, metadata, *words):
        app = Flask("weak")
        Migrate(app, metadata, directory=str(self.folder / "migrations"), engine=self.engine)
        return app.test_cli_runner().invoke(args=["db", *words])

    def _hear(self, event):
        if isinstance(event, events.ScratchRefused | events.ExtensionMissing):
            self.heard.append(event)


@pytest.fixture
def weak(postgresql_url, tmp_path):
    root = sa.create_engine(postgresql_url)
    database = root.url.database
    role = f"no_scratch_{database}"
    with root.begin() as connection:
        run_sql(connection, f"CREATE ROLE {role}")
        run_sql(connection, f"GRANT ALL ON SCHEMA public TO {role}")
        run_sql(connection, f"REVOKE CREATE, TEMPORARY ON DATABASE {database} FROM PUBLIC")
    engine = sa.create_engine(postgresql_url)

    @sa.event.listens_for(engine, "connect")
    def _(connection, _):
        with connection.cursor() as cursor:
            cursor.execute(f"SET ROLE {role}")
        connection.commit()

    yield Weak(engine, tmp_path)
    engine.dispose()
    with root.begin() as connection:
        run_sql(connection, f"DROP OWNED BY {role}")
        run_sql(connection, f"DROP ROLE {role}")
    root.dispose()


@pytest.fixture
def there(weak):
    """The same, with the tables of the models in the database."""
    weak.run("init", models())
    weak.run("migrate", models(), rev_id="r1")
    weak.run("upgrade", models())
    weak.heard.clear()
    return weak


def test_what_is_certain_and_what_alembic_sees_is_found(there):
    written = there.run("migrate", models(sa.Column("b", sa.Integer)), rev_id="r2")
    assert [change.text for change in written.changes] == [
        "plain.b: Integer()",
        "checked.b: Integer()",
    ]
    there.run("upgrade", models())
    assert not there.run("migrate", models(sa.Column("b", sa.Integer))).revisions


def test_it_is_told_once_of_the_tables_that_are_in_doubt(there):
    there.run("check", models())
    assert [(event.tables, event.bind) for event in there.heard] == [(("checked",), None)]
    assert there.heard[0].reason.startswith("permission denied for database")


def test_nothing_is_told_where_every_table_is_certain(there):
    metadata = models()
    metadata.remove(metadata.tables["checked"])
    with pytest.raises(flask_migrate.MigrateError):
        there.run("check", metadata)
    assert there.heard == []


class Vector(sa.types.UserDefinedType):
    """A type of an extension that is not there."""

    cache_ok = True

    def get_col_spec(self, **_):
        return "vector"


def test_a_table_that_lacks_an_extension_is_compared_as_alembic_does_it(postgresql_url, tmp_path):
    strong = Weak(sa.create_engine(postgresql_url), tmp_path)
    strong.run("init", models())
    strong.run("migrate", models(), rev_id="r1")
    strong.run("upgrade", models())
    after = models()
    after.tables["plain"].append_column(sa.Column("v", Vector()))
    after.tables["checked"].constraints.discard(
        next(c for c in after.tables["checked"].constraints if c.name == "not_x")
    )
    written = strong.run("migrate", after, rev_id="r2")
    strong.engine.dispose()
    assert sorted(change.text for change in written.changes) == [
        "constraint not_x on checked",
        "plain.v: Vector()",
    ]
    assert [(event.table, event.reason) for event in strong.heard] == [
        ("plain", 'type "vector" does not exist')
    ]


def test_the_command_says_it_in_one_line(there):
    result = there.invoke(models(), "check")
    assert result.exit_code == 0, result.output
    said = [line for line in result.output.splitlines() if "scratch place" in line]
    assert len(said) == 1
    assert said[0].startswith("Compared as Alembic does it, which sees less: checked. ")


def test_a_table_that_the_database_refuses_is_named(database_url, tmp_path):
    strong = Weak(sa.create_engine(database_url), tmp_path)
    strong.run("init", models())
    strong.run("migrate", models(), rev_id="r1")
    strong.run("upgrade", models())
    after = models()
    after.tables["plain"].append_constraint(sa.CheckConstraint("no_such_function(id) > 1"))
    with pytest.raises(flask_migrate.MigrateError, match="refused table plain of the models: "):
        strong.run("migrate", after, rev_id="r2")
    strong.engine.dispose()
