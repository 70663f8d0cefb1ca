"""What statements answered is told again to a revision that goes on, and nothing runs twice."""

import pytest

import flask_migrate
from flask_migrate import errors

BREAK = "if os.environ.get('BREAK'): raise RuntimeError('broken')\n"
TABLE = "table = op.create_table('t', sa.Column('id', sa.Integer, primary_key=True), {})\n"
NUMBER = TABLE.format("sa.Column('n', sa.Integer)")
NAME = TABLE.format("sa.Column('n', sa.String(100))")
COMMITTING = {
    "mariadb": "op.execute('CREATE TABLE IF NOT EXISTS committed (id INTEGER)')\n",
    "postgresql": "with op.get_context().autocommit_block(): pass\n",
    "sqlite": "with op.get_context().autocommit_block(): pass\n",
}
"""Only what is committed in the midst of a revision can be interrupted."""


@pytest.fixture(params=["mariadb", "postgresql", "sqlite"])
def broken(request, new_project, monkeypatch):
    """Let a revision break at BREAK, and go on with the same file."""
    made = new_project(request.param)

    def break_off(upgrade):
        made.write(1, upgrade.replace(BREAK, COMMITTING[request.param] + BREAK))
        with monkeypatch.context() as patched:
            patched.setenv("BREAK", "1")
            with pytest.raises(RuntimeError):
                flask_migrate.upgrade()
        flask_migrate.upgrade()
        return made

    return break_off


def test_the_new_id_of_a_row_is_known_again(broken):
    made = broken(
        f"""{NUMBER}
bind = op.get_bind()
bind.execute(table.insert().values(n=1))
found = bind.execute(table.insert().values(n=2)).inserted_primary_key[0]
{BREAK}
bind.execute(table.insert().values(n=found * 100))
"""
    )
    assert made.rows("SELECT n FROM t ORDER BY n") == [(1,), (2,), (200,)]


def test_rows_that_were_returned_are_known_again(broken):
    made = broken(
        f"""{NAME}
bind = op.get_bind()
query = "INSERT INTO t (n) VALUES ('ä'), ('b') RETURNING id, n"
rows = bind.execute(sa.text(query)).all()
{BREAK}
for number, name in rows:
    op.execute(f"INSERT INTO t (n) VALUES ('{{number}}{{name}}')")
"""
    )
    assert made.rows("SELECT n FROM t ORDER BY id") == [("ä",), ("b",), ("1ä",), ("2b",)]


def test_updates_in_batches_until_no_row_is_left_go_on(broken):
    made = broken(
        f"""{NUMBER}
bind = op.get_bind()
op.bulk_insert(table, [{{'n': 0}} for _ in range(10)])
four = "SELECT * FROM (SELECT id FROM t WHERE n = 0 ORDER BY id LIMIT 4) x"
batch = f"UPDATE t SET n = n + 1 WHERE n = 0 AND id IN ({{four}})"
rounds = 0
while bind.execute(sa.text(batch)).rowcount > 0:
    rounds += 1
    if rounds < 2:
        continue
    {BREAK.strip()}
op.execute(f"INSERT INTO t (n) VALUES ({{rounds}} * 100)")
"""
    )
    found = made.rows("SELECT n, count(*) FROM t GROUP BY n ORDER BY n")
    assert found == [(1, 10), (300, 1)]


def test_the_time_may_be_another_when_it_goes_on(broken):
    made = broken(
        f"""
import datetime, random
{NAME}
now = str(datetime.datetime.now()) + str(random.random())
op.bulk_insert(table, [{{'n': now}}])
op.execute(table.insert().values(n=now))
{BREAK}
op.execute("INSERT INTO t (n) VALUES ('end')")
"""
    )
    assert made.rows("SELECT count(*) FROM t") == [(3,)]


def test_values_from_a_set_may_come_in_another_order(broken):
    made = broken(
        f"""{NUMBER}
op.bulk_insert(table, [{{'n': n}} for n in range(6)])
chosen = [1, 2, 3] if os.environ.get('BREAK') else [3, 1, 2]
op.execute(table.update().where(table.c.n.in_(chosen)).values(n=10))
op.execute(table.delete().where(table.c.n.in_(chosen[:1] + [4, 5])))
{BREAK}
op.execute("INSERT INTO t (n) VALUES (99)")
"""
    )
    assert made.rows("SELECT count(*) FROM t") == [(5,)]


def test_ten_thousand_rows_are_inserted_once(broken):
    made = broken(
        f"""{NUMBER}
op.bulk_insert(table, [{{'n': n}} for n in range(10000)])
op.bulk_insert(table, [{{'n': n}} for n in range(10000)])
{BREAK}
op.execute("INSERT INTO t (n) VALUES (-1)")
"""
    )
    assert made.rows("SELECT count(*), count(DISTINCT n), min(n) FROM t") == [(20001, 10001, -1)]


def test_a_statement_that_follows_from_what_changed_is_told(broken):
    with pytest.raises(errors.RevisionEdited) as caught:
        broken(
            f"""{NUMBER}
number = op.get_bind().execute(sa.text("SELECT count(*) FROM t")).scalar()
op.execute(f"INSERT INTO t (n) VALUES ({{number}})")
{BREAK}
"""
        )
    assert (caught.value.edited, caught.value.number) == (False, 2)
    assert "INSERT INTO t (n) VALUES (1)" in str(caught.value)


def test_an_answer_that_was_not_kept_is_an_error(broken):
    with pytest.raises(errors.AnswerLost) as caught:
        broken(
            f"""{NAME}
names = ', '.join(f"('{{n * 1000}}')" for n in range(3000))
rows = op.get_bind().execute(sa.text(f"INSERT INTO t (n) VALUES {{names}} RETURNING id, n")).all()
{BREAK}
"""
        )
    assert caught.value.number == 2


def test_rows_of_unusual_types_are_known_again(postgresql, monkeypatch):
    query = """
        INSERT INTO t (n) VALUES (1) RETURNING n::numeric(9, 2), '\\x00ff'::bytea,
        DATE '2026-01-02', TIMESTAMP '2026-01-02 03:04:05', TIME '03:04', true, NULL,
        '00000000-0000-0000-0000-000000000001'::uuid
    """
    postgresql.write(
        1,
        f"""{NUMBER}
with op.get_context().autocommit_block():
    row = op.get_bind().execute(sa.text({query!r})).one()
{BREAK}
told = ' '.join(str(bytes(v) if isinstance(v, memoryview) else v) for v in row)
op.execute(sa.text("CREATE TABLE told AS SELECT CAST(:told AS text) AS told").bindparams(told=told))
""",
    )
    monkeypatch.setenv("BREAK", "1")
    with pytest.raises(RuntimeError):
        flask_migrate.upgrade()
    monkeypatch.delenv("BREAK")
    flask_migrate.upgrade()
    ((told,),) = postgresql.rows("SELECT told FROM told")
    assert told == (
        "1.00 b'\\x00\\xff' 2026-01-02 2026-01-02 03:04:05 03:04:00 True None "
        "00000000-0000-0000-0000-000000000001"
    )


def test_what_was_rolled_back_to_a_savepoint_is_passed_over(mariadb, monkeypatch):
    mariadb.write(
        1,
        f"""{NUMBER}
bind = op.get_bind()
op.execute("INSERT INTO t (n) VALUES (1)")
try:
    with bind.begin_nested():
        bind.execute(sa.text("INSERT INTO t (n) VALUES (2)"))
        raise ValueError
except ValueError:
    pass
op.execute("INSERT INTO t (n) VALUES (3)")
op.execute("CREATE TABLE u (id INTEGER)")
{BREAK}
""",
    )
    monkeypatch.setenv("BREAK", "1")
    with pytest.raises(RuntimeError):
        flask_migrate.upgrade()
    monkeypatch.delenv("BREAK")
    flask_migrate.upgrade()
    assert mariadb.rows("SELECT n FROM t ORDER BY n") == [(1,), (3,)]
    assert mariadb.log == [("r1", "upgrade", "done", 5)]
