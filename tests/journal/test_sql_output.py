"""What --sql prints, fed to the database's own program, does what the online run does."""

from pathlib import Path

import pytest

import flask_migrate
from tests.application import application
from tests.journal.clients import feed
from tests.journal.killing import difference, picture
from tests.journal.project import HEAD

REVISIONS = {
    "r1": """
    op.create_table(
        "city",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("area", sa.Numeric(9, 2)),
        sa.Column("founded", sa.Date),
    )
    op.bulk_insert(city, [
        {"id": 1, "name": "Łódź's \\\\ 100% :x", "area": 293.25, "founded": date(1423, 7, 29)},
        {"id": 2, "name": "Québec", "area": None, "founded": None},
    ])""",
    "r2": """
    op.add_column("city", sa.Column("people", sa.BigInteger, server_default="7"))
    op.create_index("ix_city_name", "city", ["name"], unique=True)
    op.execute(city.update().where(city.c.name == "Québec").values(area=454))
    op.execute(city.insert().values(id=3, name="Z", founded=date(2000, 1, 2)))""",
    "r3": """
    op.create_table(
        "street",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("city_id", sa.Integer, sa.ForeignKey("city.id")),
        sa.Column("flag", sa.Boolean, nullable=False, server_default=sa.false()),
    )
    {index}
    op.execute("INSERT INTO street (id, city_id) VALUES (1, 2)")
    op.execute("DELETE FROM city WHERE id = 3")""",
    "r4": """
    op.drop_index("ix_city_name", "city")
    op.drop_column("city", "founded")
    op.rename_table("street", "road")""",
}
ONCE = 'op.create_index("ix_street", "street", ["city_id"])'
CONCURRENTLY = f"""with op.get_context().autocommit_block():
        {ONCE[:-1]}, postgresql_concurrently=True)"""
TABLE = """from datetime import date

city = sa.table("city", sa.column("id", sa.Integer), sa.column("name", sa.String),
                sa.column("area", sa.Numeric(9, 2)), sa.column("founded", sa.Date))


def upgrade({parameter}):{body}


def downgrade({parameter}):
    pass
"""


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def new(request, new_database):
    return lambda: new_database(request.param)


@pytest.mark.parametrize("template", ["flask", "flask-multidb"])
def test_the_sql_of_all_revisions_makes_the_database_that_the_online_run_makes(
    template, new, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    binds = {"other": new()} if template == "flask-multidb" else {}
    online = {None: new(), **binds}
    with application(online[None], "migrations", binds=binds):
        flask_migrate.init(template=template)
        write_revisions(several=bool(binds))
        flask_migrate.upgrade()
        applied = flask_migrate.upgrade(revision="base:head", sql=True)
    for bind, url in online.items():
        sql = Path(f"{bind or 'default'}.sql").read_text() if binds else applied.sql
        fed = new()
        feed(fed, sql)
        assert difference(picture(url), picture(fed)) == ""
        assert picture(url)["alembic_version"][-1] == [("r4",)]


def test_the_sql_of_a_range_goes_on_from_where_the_database_is(new, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    online, fed = new(), new()
    for url in (online, fed):
        with application(url, "migrations"):
            if url == online:
                flask_migrate.init()
                write_revisions(several=False)
            flask_migrate.upgrade(revision="r2" if url == fed else "head")
            rest = flask_migrate.upgrade(revision="r2:head", sql=True).sql
    feed(fed, rest)
    assert difference(picture(online), picture(fed)) == ""


def write_revisions(*, several):
    """Write the revisions; where there are several databases, none can commit half way."""
    parent, parameter = None, "engine_name" if several else ""
    index = ONCE if several else CONCURRENTLY
    for name, body in REVISIONS.items():
        text = HEAD.format(id=name, parent=parent)
        text += TABLE.format(parameter=parameter, body=body.replace("{index}", index))
        Path("migrations", "versions", f"{name}.py").write_text(text, encoding="utf-8")
        parent = name
