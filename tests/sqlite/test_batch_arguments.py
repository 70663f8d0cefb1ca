"""The arguments of batch_alter_table go on working as Alembic describes them."""

from __future__ import annotations

import io

import pytest
import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext

from flask_migrate.databases.sqlite_rebuild.tokens import normalised
from flask_migrate.errors import TableNotRebuilt
from flask_migrate.runner.operations import LosslessOperations

TABLE = (
    "CREATE TABLE t (id INTEGER PRIMARY KEY, a VARCHAR(5) DEFAULT 'd', b INT UNIQUE, "
    "o_id INT REFERENCES o, CHECK (a <> 'no'))"
)
OTHER = "CREATE TABLE o (id INTEGER PRIMARY KEY)"
ROW = "INSERT INTO t VALUES (1, 'x', 2, NULL)"


@pytest.fixture
def database(new_sqlite):
    return new_sqlite(OTHER, TABLE, ROW, "CREATE INDEX i ON t (a)")


def nothing(_):
    """Change nothing."""


def batch_on(database, change=nothing, **options):
    with database.op.batch_alter_table("t", **options) as batch:
        change(batch)


def table_is(database, text):
    assert database.sql("t") == normalised(f"CREATE TABLE t ({text})")
    assert database.rows("SELECT id, a, b FROM t") == [(1, "x", 2)]
    assert "i" in database.schema()


REST = "o_id INT REFERENCES o, CHECK (a <> 'no')"


def test_recreate_never_alters_as_alembic_does(database):
    batch_on(database, lambda b: b.add_column(sa.Column("n", sa.Integer)), recreate="never")
    assert "N INTEGER" in database.sql("t")
    with pytest.raises(NotImplementedError, match="No support for ALTER of constraints"):
        batch_on(database, lambda b: b.create_unique_constraint("u", ["a"]), recreate="never")


def test_recreate_always_makes_the_same_table_again(database):
    before = database.everything()
    batch_on(database, recreate="always")
    assert database.everything() == before


def test_table_args_are_added(database):
    arguments = [sa.CheckConstraint("b > 0", name="ck"), sa.UniqueConstraint("a", "b")]
    batch_on(database, recreate="always", table_args=arguments)
    table_is(
        database,
        "id INTEGER PRIMARY KEY, a VARCHAR(5) DEFAULT 'd', b INT UNIQUE, "
        f"{REST}, CONSTRAINT ck CHECK (b > 0), UNIQUE (a, b)",
    )


def test_a_check_that_table_args_say_again_is_there_once(database):
    batch_on(database, recreate="always", table_args=[sa.CheckConstraint("\"a\" <> 'no'")])
    assert database.sql("t").count("CHECK") == 1


def test_table_kwargs_set_options(database):
    batch_on(database, recreate="always", table_kwargs={"sqlite_autoincrement": True})
    assert "ID INTEGER PRIMARY KEY AUTOINCREMENT ," in database.sql("t")
    batch_on(database, recreate="always", table_kwargs={"sqlite_autoincrement": False})
    assert "ID INTEGER PRIMARY KEY ," in database.sql("t")
    batch_on(database, recreate="always", table_kwargs={"sqlite_with_rowid": False})
    assert database.sql("t").endswith(") WITHOUT ROWID")


def test_a_naming_convention_names_what_has_no_name(database):
    convention = {
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "ck": "ck_%(table_name)s_%(column_0_name)s",
    }

    def change(batch):
        batch.drop_constraint("uq_t_b", type_="unique")
        batch.drop_constraint("fk_t_o_id_o", type_="foreignkey")

    batch_on(database, change, naming_convention=convention)
    table_is(
        database,
        "id INTEGER PRIMARY KEY, a VARCHAR(5) DEFAULT 'd', b INT, o_id INT, "
        "CONSTRAINT ck_t_a CHECK (a <> 'no')",
    )


def test_a_convention_that_needs_a_name_leaves_what_has_none(database):
    convention = {"ck": "ck_%(table_name)s_%(constraint_name)s"}
    batch_on(database, recreate="always", naming_convention=convention)
    assert "CONSTRAINT" not in database.sql("t")


def stated(*more):
    return sa.Table(
        "t",
        sa.MetaData(),
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("a", sa.String(5)),
        sa.Column("b", sa.Integer),
        sa.Column("o_id", sa.Integer, sa.ForeignKey("o.id", name="fk_o")),
        *more,
    )


def test_copy_from_names_constraints_and_loses_nothing_that_it_leaves_out(database):
    table = stated(sa.UniqueConstraint("b", name="uq"), sa.CheckConstraint("b > 0", name="ck"))
    batch_on(database, lambda b: b.drop_constraint("uq", type_="unique"), copy_from=table)
    table_is(
        database,
        "id INTEGER PRIMARY KEY, a VARCHAR(5) DEFAULT 'd', b INTEGER, "
        "o_id INTEGER CONSTRAINT fk_o REFERENCES o, CHECK (a <> 'no'), "
        "CONSTRAINT ck CHECK (b > 0)",
    )


def test_copy_from_says_what_the_columns_were_called_before(database):
    batch_on(
        database,
        lambda b: b.alter_column("b", new_column_name="z", nullable=False),
        copy_from=stated(),
    )
    assert database.rows("SELECT id, z FROM t") == [(1, 2)]
    assert "Z INTEGER UNIQUE NOT NULL" in database.sql("t")


def test_copy_from_that_lacks_a_column_is_an_error(database):
    before = database.everything()
    table = sa.Table("t", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True))
    with pytest.raises(TableNotRebuilt, match="lacks its column 'a', whose values would be lost"):
        batch_on(database, recreate="always", copy_from=table)
    assert database.everything() == before


def test_reflect_args_state_a_column(database):
    flag = sa.Column("b", sa.Boolean(name="flag", create_constraint=True))
    database.run("UPDATE t SET b = 1")
    batch_on(database, recreate="always", reflect_args=[flag])
    assert "B BOOLEAN UNIQUE" in database.sql("t")
    assert database.sql("t").endswith("CONSTRAINT FLAG CHECK ( B IN ( 0 , 1 ) ) )")
    assert "DEFAULT 'd'" in database.sql("t")


def test_reflect_kwargs_may_listen_and_change_a_type(database):
    def listen(_inspector, _table, column):
        if column["name"] == "a":
            column["type"] = sa.String(50)

    batch_on(
        database, recreate="always", reflect_kwargs={"listeners": [("column_reflect", listen)]}
    )
    assert "A VARCHAR ( 50 ) DEFAULT 'd'" in database.sql("t")
    assert "B INT UNIQUE" in database.sql("t")


def columns(database):
    return [row[1] for row in database.rows("PRAGMA table_info(t)")]


def test_columns_are_put_in_another_order(database):
    batch_on(database, recreate="always", partial_reordering=[("b", "a"), ("o_id", "b", "id")])
    order = columns(database)
    assert order.index("o_id") < order.index("b") < order.index("a")
    assert order.index("b") < order.index("id")
    assert database.rows("SELECT id, a, b FROM t") == [(1, "x", 2)]


def test_a_column_is_put_before_or_after_another(database):
    def change(batch):
        batch.add_column(sa.Column("n", sa.Integer), insert_after="id")
        batch.add_column(sa.Column("m", sa.Integer), insert_before="n")
        batch.add_column(sa.Column("z", sa.Integer))

    batch_on(database, change, recreate="always")
    assert columns(database) == ["id", "m", "n", "a", "b", "o_id", "z"]


def test_a_script_of_sql_is_what_alembic_writes():
    """Offline there is no table to read, and a batch is Alembic's own."""
    scripts = []
    for kind in (LosslessOperations, LosslessOperations.__mro__[1]):
        buffer = io.StringIO()
        options = {"as_sql": True, "output_buffer": buffer}
        context = MigrationContext.configure(dialect_name="sqlite", opts=options)
        with kind(context).batch_alter_table("t", copy_from=stated()) as batch:
            batch.alter_column("a", nullable=False)
        scripts.append(buffer.getvalue())
    assert "_alembic_tmp_t" in scripts[0]
    assert scripts[0] == scripts[1]


def test_a_batch_on_another_database_is_alembics_own(mariadb_url):
    engine = sa.create_engine(mariadb_url)
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE t (a INT)")
        op = LosslessOperations(MigrationContext.configure(connection))
        with op.batch_alter_table("t") as batch:
            batch.alter_column("a", nullable=False, existing_type=sa.Integer())
            batch.add_column(sa.Column("b", sa.Integer))
        found = sa.inspect(connection).get_columns("t")
    engine.dispose()
    assert [(c["name"], c["nullable"]) for c in found] == [("a", False), ("b", True)]
