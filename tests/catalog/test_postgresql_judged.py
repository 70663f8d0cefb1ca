"""What PostgreSQL makes of models' tables, found out in a scratch place."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from flask_migrate.databases.catalog import Kind, NoScratch, catalog_named
from flask_migrate.databases.catalog.base import TableRefused

CATALOG = catalog_named("postgresql")


@pytest.fixture
def engine(postgresql_url: str) -> Iterator[sa.Engine]:
    engine = sa.create_engine(postgresql_url)
    yield engine
    engine.dispose()


@pytest.fixture
def connection(engine: sa.Engine) -> Iterator[sa.Connection]:
    with engine.connect() as connection:
        yield connection


def run(connection, *statements):
    for statement in statements:
        connection.exec_driver_sql(statement)


def table(*items, metadata=None, name="t", **options):
    return sa.Table(name, metadata or sa.MetaData(), *items, **options)


def letter(*labels, **options):
    return sa.Enum(*labels, name="letter", **options)


def agrees_with_reality(connection, *tables):
    """Judge tables before and after they are really there; both times they are as they are."""
    before = CATALOG.judged(connection, tables)
    for one in tables:
        one.create(connection)
    after = CATALOG.judged(connection, tables)
    for one in tables:
        real = CATALOG.read(connection, one.schema)[one.name].without(Kind.FOREIGN_KEY)
        assert before[one.schema, one.name] == real
        assert after[one.schema, one.name] == real


def test_checks_and_expressions_are_as_the_server_shows_them(connection):
    agrees_with_reality(
        connection,
        table(
            sa.Column("a", sa.String(9), server_default=sa.text("upper('x')")),
            sa.Column("b", sa.Integer, sa.Computed("length(a)", persisted=True)),
            sa.CheckConstraint("a in ('x', 'y')", name="c"),
            sa.Index("i", sa.text("lower(a) DESC"), postgresql_where=sa.text("b > 1")),
            comment="of things",
        ),
    )


def test_an_enum_with_its_default_and_checks_is_unqualified(connection):
    one = table(
        sa.Column("a", letter("x", "y"), server_default="x"),
        sa.Column("b", pg.ARRAY(letter("x", "y"))),
        sa.CheckConstraint("a <> 'y'", name="c"),
    )
    agrees_with_reality(connection, one)
    facts = CATALOG.judged(connection, [one])[None, "t"]
    assert [column.type for column in facts.columns] == ["letter", "letter[]"]
    assert facts.columns[0].default == "'x'::letter"
    assert facts.constraints[0].text == "(a <> 'y'::letter)"


def test_an_enum_has_the_models_labels_and_not_the_databases(connection):
    run(connection, "CREATE TYPE letter AS ENUM ('x')")
    one = table(sa.Column("a", letter("x", "new"), server_default=sa.text("'new'::letter")))
    assert CATALOG.judged(connection, [one])[None, "t"].columns[0].default == "'new'::letter"


@pytest.mark.parametrize("schema", ["other", "Other Schema", "user"])
def test_an_enum_of_another_schema_is_shown_with_it(connection, schema):
    run(connection, f'CREATE SCHEMA "{schema}"')
    kind = letter("x", "y", schema=schema)
    agrees_with_reality(
        connection,
        table(
            sa.Column("a", kind, server_default="x"),
            sa.CheckConstraint("a <> 'y'", name="c"),
            schema=schema,
        ),
    )


def test_a_text_may_name_the_schema_of_an_enum_that_is_there_already(connection):
    run(connection, "CREATE TYPE letter AS ENUM ('x')")
    default = sa.text("'new'::public.letter")
    one = table(sa.Column("a", letter("x", "new"), server_default=default))
    assert CATALOG.judged(connection, [one])[None, "t"].columns[0].default == "'new'::letter"


def test_domains_and_what_they_stand_on_are_there(connection):
    one = table(
        sa.Column("a", pg.DOMAIN("vowel", letter("x", "y"), check="VALUE <> 'y'")),
        sa.Column("b", pg.DOMAIN("positive", sa.Integer, check="VALUE > 0", default="1")),
        sa.CheckConstraint("b > 2", name="c"),
    )
    before = CATALOG.judged(connection, [one])
    run(connection, "CREATE TYPE letter AS ENUM ('x', 'y')")  # SQLAlchemy does not
    one.create(connection)
    assert before[None, "t"] == CATALOG.read(connection, None)["t"]


@pytest.mark.parametrize("schema", [None, "other"])
def test_a_sequence_as_a_default_is_there(connection, schema):
    run(connection, "CREATE SCHEMA other")
    metadata = sa.MetaData()
    numbers = sa.Sequence("numbers", metadata=metadata, schema=schema)
    name = "other.numbers" if schema else "numbers"
    one = table(
        sa.Column("a", sa.Integer, server_default=numbers.next_value()),
        sa.Column("b", sa.Integer, server_default=sa.text(f"nextval('{name}')")),
        metadata=metadata,
    )
    before = CATALOG.judged(connection, [one])
    metadata.create_all(connection)
    real = CATALOG.read(connection, None)["t"]
    assert before[None, "t"] == CATALOG.judged(connection, [one])[None, "t"] == real


def test_types_and_functions_of_the_search_path_are_found(connection):
    run(
        connection,
        "CREATE SCHEMA extensions",
        "CREATE DOMAIN extensions.word AS text",
        "CREATE FUNCTION extensions.loud(text) RETURNS text IMMUTABLE LANGUAGE sql "
        "AS 'SELECT upper($1)'",
        "SET search_path = public, extensions",
    )
    word = pg.DOMAIN("word", sa.Text, create_type=False, schema="extensions")
    agrees_with_reality(
        connection,
        table(sa.Column("a", word), sa.CheckConstraint("loud(a) = a", name="c")),
    )


def test_tables_of_several_schemas_may_share_a_name(connection):
    run(connection, "CREATE SCHEMA other")
    metadata = sa.MetaData()
    agrees_with_reality(
        connection,
        table(sa.Column("a", letter("x")), metadata=metadata),
        table(sa.Column("b", letter("y", schema="other")), metadata=metadata, schema="other"),
    )


def test_the_default_schema_by_its_name_is_the_default_schema(connection):
    kind = letter("x", schema="public")
    one = table(sa.Column("a", kind, server_default="x"), schema="public")
    agrees_with_reality(connection, one)
    assert CATALOG.judged(connection, [one])["public", "t"].columns[0].type == "letter"


def test_partitioned_and_inheriting_tables_are_created(connection):
    metadata = sa.MetaData()
    agrees_with_reality(
        connection,
        table(sa.Column("a", sa.Date), metadata=metadata, postgresql_partition_by="RANGE (a)"),
        table(sa.Column("a", sa.Integer), metadata=metadata, name="parent"),
        table(
            sa.Column("b", sa.Integer),
            metadata=metadata,
            name="child",
            postgresql_inherits="parent",
        ),
    )


def test_an_index_that_is_to_be_built_concurrently_is_built_at_once(connection):
    one = table(sa.Column("a", sa.Text), sa.Index("i", "a", postgresql_concurrently=True))
    assert CATALOG.judged(connection, [one])[None, "t"].indexes[0].name == "i"


def test_an_index_for_another_database_is_left_out(connection):
    one = table(sa.Column("a", sa.Integer), sa.Index("i", "a").ddl_if(dialect="sqlite"))
    assert CATALOG.judged(connection, [one])[None, "t"].indexes == ()


def test_foreign_keys_are_left_out(connection):
    metadata = sa.MetaData()
    table(sa.Column("id", sa.Integer, primary_key=True), metadata=metadata, name="p")
    one = table(sa.Column("a", sa.ForeignKey("p.id", name="k")), metadata=metadata)
    assert CATALOG.judged(connection, [one])[None, "t"].constraints == ()


def test_percent_signs_and_dollars_are_no_marks(connection):
    agrees_with_reality(
        connection,
        table(
            sa.Column("100%", sa.Text, server_default="50% $$ $1"),
            sa.CheckConstraint("\"100%\" LIKE '%a%'", name="c%"),
        ),
    )


def test_the_table_that_the_server_refuses_is_named(connection):
    run(connection, "CREATE TABLE kept (a int)")
    metadata = sa.MetaData()
    good = table(sa.Column("a", sa.Integer), metadata=metadata, name="good")
    bad = table(
        sa.Column("a", sa.Integer),
        sa.CheckConstraint("nonsense > 0", name="c"),
        metadata=metadata,
        schema="other",
        name="bad",
    )
    with pytest.raises(TableRefused, match=r'other\.bad(?s:.*)"nonsense" does not exist') as caught:
        CATALOG.judged(connection, [good, bad])
    assert caught.value.table == ("other", "bad")
    assert caught.value.orig.pgcode == "42703"
    assert set(CATALOG.read(connection, None)) == {"kept"}


def test_it_works_without_the_language_that_batches(connection):
    run(connection, "DROP EXTENSION plpgsql")
    agrees_with_reality(
        connection, table(sa.Column("a", sa.Integer), sa.CheckConstraint("a > 0", name="c"))
    )


def test_many_tables_take_few_statements(connection):
    metadata = sa.MetaData()
    check = "a IN ('x', 'y')"
    tables = [
        table(
            sa.Column("a", sa.Text),
            sa.CheckConstraint(check, name="c"),
            metadata=metadata,
            name=f"t{n}",
        )
        for n in range(20)
    ]
    seen = []
    sa.event.listen(connection, "before_cursor_execute", lambda *arguments: seen.append(arguments))
    assert len(CATALOG.judged(connection, tables)) == 20
    assert len(seen) < 16


def test_where_schemas_are_refused_by_a_trigger_temporary_tables_serve(connection):
    run(
        connection,
        "CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql "
        "AS 'BEGIN RAISE EXCEPTION ''not so''; END'",
        "CREATE EVENT TRIGGER refuse ON ddl_command_start WHEN TAG IN ('CREATE SCHEMA') "
        "EXECUTE FUNCTION refuse()",
    )
    one = table(sa.Column("a", sa.Integer), sa.CheckConstraint("a > 0", name="c"))
    assert CATALOG.judged(connection, [one])[None, "t"].constraints[0].text == "(a > 0)"


class TestWithoutRights:
    """A role that may not create schemas."""

    @pytest.fixture
    def connection(self, engine: sa.Engine) -> Iterator[sa.Connection]:
        role = f"weak_{engine.url.database}"
        with engine.begin() as connection:
            run(connection, f"CREATE ROLE {role}", "CREATE SCHEMA other")
            run(connection, f"GRANT ALL ON SCHEMA public, other TO {role}")
            yield connection
            run(connection, "RESET ROLE", f"DROP OWNED BY {role}", f"DROP ROLE {role}")

    @pytest.fixture
    def weak(self, connection: sa.Connection) -> sa.Connection:
        run(connection, f"SET ROLE weak_{connection.engine.url.database}")
        return connection

    def test_temporary_tables_serve(self, weak):
        agrees_with_reality(
            weak,
            table(
                sa.Column("a", letter("x", "y"), server_default="x"),
                sa.Column("id", sa.Integer, primary_key=True),
                sa.CheckConstraint("a <> 'y'", name="c"),
            ),
            table(sa.Column("b", sa.Text), sa.Index("i", sa.text("lower(b)")), schema="other"),
        )

    def test_types_of_a_schema_that_is_not_in_the_search_path_cannot_be_tried(self, weak):
        one = table(sa.Column("a", letter("x", schema="other")))
        with pytest.raises(NoScratch, match="permission denied for database"):
            CATALOG.judged(weak, [one])

    def test_without_temporary_tables_there_is_no_place(self, connection):
        database = connection.engine.url.database
        run(connection, f"REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC")
        run(connection, f"SET ROLE weak_{database}")
        with pytest.raises(NoScratch, match="permission denied for database"):
            CATALOG.judged(connection, [table(sa.Column("a", sa.Integer))])

    def test_in_a_transaction_that_only_reads_there_is_no_place(self, engine):
        with engine.connect().execution_options(postgresql_readonly=True) as connection:
            with pytest.raises(NoScratch, match="read-only transaction"):
                CATALOG.judged(connection, [table(sa.Column("a", sa.Integer))])
            assert connection.scalar(sa.text("SELECT 1")) == 1
