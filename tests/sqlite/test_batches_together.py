"""Batches that follow each other on one table copy it once, and leave what they leave apart."""

from __future__ import annotations

import random
import textwrap
from itertools import permutations
from pathlib import Path

import pytest
import sqlalchemy as sa

import flask_migrate
from flask_migrate import errors, events
from flask_migrate.databases.sqlite_rebuild.parser import parse_table
from tests.journal.project import project

FIRST = """
op.execute("CREATE TABLE parent (id INTEGER PRIMARY KEY)")
op.execute("INSERT INTO parent VALUES (1), (2)")
op.execute(
    "CREATE TABLE thing (id INTEGER NOT NULL PRIMARY KEY, a VARCHAR(20), b INTEGER, c TEXT, "
    "d INTEGER DEFAULT 7, e TEXT, CONSTRAINT uq_c UNIQUE (c), CONSTRAINT ck_d CHECK (d > 0))"
)
op.execute("CREATE INDEX ix_b ON thing (b)")
op.execute("CREATE TABLE log (n)")
op.execute("CREATE TRIGGER noted AFTER UPDATE OF d ON thing BEGIN INSERT INTO log VALUES (1); END")
op.execute("CREATE VIEW shown AS SELECT id, d FROM thing")
op.execute("INSERT INTO thing VALUES (1, 'x', 1, 'one', 3, 'e'), (5, '07', 2, 'two', 4, NULL)")
"""
CHANGES = {
    "required": "b.alter_column('a', existing_type=sa.String(20), nullable=False)",
    "text": "b.alter_column('b', existing_type=sa.Integer(), type_=sa.String(length=9))",
    "default": "b.alter_column('d', server_default=sa.text('8'))",
    "renamed": "b.alter_column('a', new_column_name='z')",
    "added": "b.add_column(sa.Column('f', sa.Integer(), server_default='5', nullable=False))",
    "dropped": "b.drop_column('e')",
    "unique": "b.create_unique_constraint('uq_a', ['a'])",
    "unique again": "b.create_unique_constraint('uq_c', ['c', 'd'])",
    "not unique": "b.drop_constraint('uq_c', type_='unique')",
    "check": "b.create_check_constraint('ck_b', 'b < 100')",
    "no check": "b.drop_constraint('ck_d', type_='check')",
    "key": "b.create_foreign_key('fk_b', 'parent', ['b'], ['id'])",
    "index": "b.create_index(b.f('ix_d'), ['d'])",
    "no index": "b.drop_index('ix_b')",
}
APART = "op.get_bind().exec_driver_sql('SELECT 1')\n"
MANY = pytest.mark.soak
TWO = ("required", "check")


def batch(*changes):
    lines = "".join(f"    {change}\n" for change in changes)
    return f"with op.batch_alter_table('thing', schema=None) as b:\n{lines}"


@pytest.fixture
def made(sqlite_url, tmp_path):
    """A project with a table that much hangs on, and foreign keys enforced."""
    with project(sqlite_url, tmp_path / "migrations") as made:
        sa.event.listen(made.engine, "connect", lambda c, _: c.execute("PRAGMA foreign_keys=ON"))
        made.write(1, FIRST)
        flask_migrate.upgrade()
        yield made


def outcome(made, blocks, between=""):
    """Return what a revision of these blocks leaves, and undo it."""
    made.write(2, between.join(blocks))
    before = made.rows("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")
    copies = []
    with events.listening(copies.append):
        try:
            flask_migrate.upgrade()
        except errors.StepFailed as error:
            assert made.rows("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL") == before
            return str(error), 0
        except errors.TableNotRebuilt as error:
            return str(error), 0
    copied = sum(isinstance(e, events.RowsCopied) and not e.done for e in copies)
    return state(made), copied


def state(made):
    stored = made.rows("SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    tables = {n: parse_table(sql).meaning() for t, n, _, sql in stored if t == "table"}
    others = sorted((t, n, of, " ".join(sql.split())) for t, n, of, sql in stored if t != "table")
    told = [made.rows(f"PRAGMA {name}(thing)") for name in ("table_xinfo", "foreign_key_list")]
    return tables, others, told, made.rows("SELECT rowid, * FROM thing ORDER BY 1"), made.log


@pytest.fixture
def compared(made, sqlite_url):
    """Run blocks one after the other, and with a statement between them, on equal databases."""
    file = Path(sa.make_url(sqlite_url).database)
    original = file.read_bytes()

    def compare(*blocks):
        results = []
        for between in (APART, ""):
            made.engine.dispose()
            file.write_bytes(original)
            results.append(outcome(made, blocks, between))
        (apart, copies_apart), (together, copies) = results
        assert together == apart
        return copies_apart, copies

    return compare


def test_two_batches_share_one_copy(compared):
    assert compared(*(batch(CHANGES[name]) for name in TWO)) == (2, 1)


def test_four_batches_share_one_copy(compared):
    names = ("required", "unique again", "no check", "key")
    assert compared(*(batch(CHANGES[name]) for name in names)) == (4, 1)


PAIRS = list(permutations(CHANGES, 2))


@pytest.mark.parametrize("pair", PAIRS[::5], ids=" then ".join)
def test_a_pair_of_batches_leaves_the_same_as_apart(compared, pair):
    apart, together = compared(*(batch(CHANGES[name]) for name in pair))
    assert together <= apart


@pytest.mark.soak
@pytest.mark.parametrize("pair", PAIRS, ids=" then ".join)
def test_every_pair_of_batches_leaves_the_same_as_apart(compared, pair):
    apart, together = compared(*(batch(CHANGES[name]) for name in pair))
    assert together <= apart


@pytest.mark.parametrize("seed", [*range(8), *(pytest.param(n, marks=MANY) for n in range(8, 80))])
def test_random_batches_leave_the_same_as_apart(compared, seed):
    chooser = random.Random(seed)
    blocks = [
        batch(*(CHANGES[name] for name in chooser.sample(list(CHANGES), chooser.randint(1, 2))))
        for _ in range(chooser.randint(2, 4))
    ]
    apart, together = compared(*blocks)
    assert together <= apart


@pytest.mark.parametrize(
    "between",
    [
        "op.get_bind().exec_driver_sql('SELECT 1')\n",
        "op.execute('UPDATE thing SET d = 9')\n",
        "op.bulk_insert(sa.table('log', sa.column('n')), [{'n': 1}])\n",
        "note = 1\n",
    ],
)
def test_what_stands_between_two_batches_sees_the_first_one(made, between):
    seen = "op.get_bind().connection.cursor().execute('SELECT 1')\n"
    made.write(2, batch(CHANGES["required"]) + between + seen + batch(CHANGES["check"]))
    assert copies_of(made) == 2


@pytest.mark.parametrize(
    "second",
    [
        "with op.batch_alter_table('thing', recreate='always') as b:\n    {check}\n",
        "with op.batch_alter_table('thing') as b:\n    {check}\n    print(b)\n",
        "with op.batch_alter_table('th' + 'ing') as b:\n    {check}\n",
        "with op.batch_alter_table('thing') as b:\n    name = 'x'\n    {check}\n",
    ],
)
def test_a_second_batch_that_could_do_anything_comes_after_the_first(made, second):
    made.write(2, batch(CHANGES["required"]) + second.format(check=CHANGES["check"]))
    assert copies_of(made) == 2


def copies_of(made):
    copies = []
    with events.listening(copies.append):
        flask_migrate.upgrade()
    return sum(isinstance(e, events.RowsCopied) and not e.done for e in copies)


def test_a_revision_that_catches_the_second_ones_error_has_the_first_one_done(made):
    blocks = batch(CHANGES["required"]) + batch("b.create_check_constraint('never', 'b < 0')")
    caught = "except Exception:\n    op.execute('INSERT INTO log VALUES (3)')\n"
    made.write(2, f"try:\n{textwrap.indent(blocks, '    ')}{caught}")
    flask_migrate.upgrade()
    assert made.rows("SELECT n FROM log") == [(3,)]
    assert made.rows("SELECT \"notnull\" FROM pragma_table_info('thing') WHERE name='a'") == [(1,)]


def test_each_of_them_counts_in_the_log(made):
    made.write(2, "".join(batch(CHANGES[name]) for name in TWO))
    flask_migrate.upgrade()
    assert made.log[-1] == ("r2", "upgrade", "done", 2)
