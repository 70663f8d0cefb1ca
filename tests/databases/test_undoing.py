"""What takes a statement back; and what nothing takes back."""

import pytest

from flask_migrate.databases.undoing import undoing

BACK = {
    "CREATE TABLE s.t (id INTEGER)": "DROP TABLE s.t",
    "CREATE VIEW v AS SELECT 1": "DROP VIEW v",
    "CREATE TYPE mood AS ENUM ('sad')": "DROP TYPE mood",
    "CREATE UNIQUE INDEX ix ON s.t (id)": "DROP INDEX s.ix",
    "CREATE INDEX CONCURRENTLY ix ON t (id)": "DROP INDEX ix",
    "ALTER TABLE t ADD COLUMN n NUMERIC(10, 2) DEFAULT (1 + (2))": "ALTER TABLE t DROP COLUMN n",
    "ALTER TABLE t ADD m VARCHAR(5) DEFAULT 'a,b'": "ALTER TABLE t DROP COLUMN m",
    'ALTER TABLE "t" ADD CONSTRAINT u UNIQUE (a, b)': 'ALTER TABLE "t" DROP CONSTRAINT u',
    "ALTER TABLE t ADD CONSTRAINT k FOREIGN KEY(a) REFERENCES b (id)": (
        "ALTER TABLE t DROP CONSTRAINT k"
    ),
    "ALTER TABLE t RENAME TO n": "ALTER TABLE n RENAME TO t",
}
LASTING = [
    "UPDATE t SET n = 1",
    "DROP TABLE t",
    "CREATE TABLE IF NOT EXISTS t (id INTEGER)",
    "CREATE INDEX IF NOT EXISTS ix ON t (id)",
    "CREATE OR REPLACE VIEW v AS SELECT 1",
    "ALTER TABLE t ADD COLUMN IF NOT EXISTS n INTEGER",
    "ALTER TABLE t ADD COLUMN a INTEGER, ADD COLUMN b INTEGER",
    "ALTER TABLE t ADD FOREIGN KEY(a) REFERENCES b (id)",
    "ALTER TABLE t ALTER COLUMN n TYPE BIGINT",
    "ALTER TYPE mood ADD VALUE 'happy'",
    "batch_alter_table t: drop_column n",
]
WITHIN = ["INSERT INTO t VALUES (1)", "CREATE INDEX ix ON t (id)", "ALTER TABLE t ADD n INT"]


@pytest.mark.parametrize(("statement", "back"), BACK.items())
def test_a_new_thing_is_dropped(statement, back):
    found = undoing([statement], "postgresql")
    assert ([text for _, text in found.back], found.lasting) == ([back], [])


@pytest.mark.parametrize("statement", LASTING)
def test_what_removes_changes_or_may_have_been_there_lasts(statement):
    found = undoing([statement], "postgresql")
    assert (found.back, found.lasting) == ([], [statement])


@pytest.mark.parametrize("statement", WITHIN)
def test_what_happens_in_a_new_table_goes_with_it(statement):
    found = undoing(["CREATE TABLE t (id INTEGER)", statement], "mysql")
    assert (found.back, found.lasting) == ([(0, "DROP TABLE t")], [])


@pytest.mark.parametrize(
    "statement", ["ALTER TABLE t RENAME TO n", "UPDATE t, other SET other.n = 1"]
)
def test_what_goes_beyond_a_new_table_lasts(statement):
    assert undoing(["CREATE TABLE t (id INTEGER)", statement], "mysql").lasting == [statement]


def test_the_last_is_taken_back_first_and_says_how_many_are_left():
    found = undoing(["CREATE TABLE a (n INT)", "CREATE INDEX i ON b (n)"], "mariadb")
    assert found.back == [(1, "DROP INDEX i ON b"), (0, "DROP TABLE a")]
