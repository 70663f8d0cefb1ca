"""What is said of a statement's locks is what the servers do."""

import pytest
import sqlalchemy as sa

from flask_migrate.databases.effects import effect_of

TABLES = """
CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE t (id INTEGER NOT NULL, p INTEGER, n VARCHAR(20), m INTEGER,
    CONSTRAINT old CHECK (m > 0));
CREATE INDEX ix ON t (m);
INSERT INTO p VALUES (1);
INSERT INTO t VALUES (1, 1, 'x', 1)
"""
TAKEN = """
SELECT mode FROM pg_locks
WHERE pid = pg_backend_pid() AND relation = ANY(:there)
"""
MODES = {
    "reads and writes": {"AccessExclusiveLock"},
    "writes": {"ShareLock", "ShareRowExclusiveLock"},
    "nothing": set(),
}
STRONG = set().union(*MODES.values())
POSTGRESQL = [
    "CREATE TABLE new (id INTEGER)",
    "CREATE TABLE new (id INTEGER, p INTEGER REFERENCES p (id))",
    "CREATE TYPE mood AS ENUM ('sad')",
    "COMMENT ON TABLE t IS 'x'",
    "CREATE INDEX i ON t (n)",
    "CREATE UNIQUE INDEX i ON t (n)",
    "DROP INDEX ix",
    "DROP TABLE t",
    "ALTER TABLE t ADD FOREIGN KEY (p) REFERENCES p (id)",
    "ALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY (p) REFERENCES p (id) NOT VALID",
    "ALTER TABLE t ADD CONSTRAINT c CHECK (m > 0)",
    "ALTER TABLE t ADD CONSTRAINT c CHECK (m > 0) NOT VALID",
    "ALTER TABLE t ADD CONSTRAINT u UNIQUE (n)",
    "ALTER TABLE t ADD PRIMARY KEY (id)",
    "ALTER TABLE t VALIDATE CONSTRAINT old",
    "ALTER TABLE t ADD COLUMN c INTEGER",
    "ALTER TABLE t ADD COLUMN c INTEGER DEFAULT 3 NOT NULL",
    "ALTER TABLE t ADD COLUMN c SERIAL",
    "ALTER TABLE t ADD COLUMN c INTEGER GENERATED ALWAYS AS (m + 1) STORED",
    "ALTER TABLE t ALTER COLUMN n SET NOT NULL",
    "ALTER TABLE t ALTER COLUMN id DROP NOT NULL",
    "ALTER TABLE t ALTER COLUMN m SET DEFAULT 3",
    "ALTER TABLE t DROP COLUMN n",
    "ALTER TABLE t DROP CONSTRAINT old",
    "ALTER TABLE t RENAME COLUMN n TO o",
    "ALTER TABLE t RENAME TO o",
]
INSTANT = "INSTANT", "NONE"
NO_COPY = "NOCOPY", "NONE"
MARIADB = {
    "CREATE INDEX i ON t (n)": NO_COPY,
    "CREATE UNIQUE INDEX i ON t (n)": NO_COPY,
    "ALTER TABLE t DROP INDEX ix": NO_COPY,
    "ALTER TABLE t ADD INDEX i (n)": NO_COPY,
    "ALTER TABLE t ADD CONSTRAINT u UNIQUE (n)": NO_COPY,
    "ALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY (p) REFERENCES p (id)": ("COPY", "SHARED"),
    "ALTER TABLE t ADD COLUMN c INTEGER": INSTANT,
    "ALTER TABLE t ADD COLUMN c INTEGER NOT NULL DEFAULT 3": INSTANT,
    "ALTER TABLE t ALTER COLUMN m SET DEFAULT 3": INSTANT,
    "ALTER TABLE t RENAME COLUMN n TO o": INSTANT,
    "ALTER TABLE t DROP CONSTRAINT old": INSTANT,
}


def prepared(url):
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        for statement in TABLES.split(";"):
            connection.exec_driver_sql(statement)
    return engine


@pytest.mark.parametrize("statement", POSTGRESQL)
def test_postgresql_takes_the_locks_that_are_told(statement, postgresql_url):
    told = effect_of("postgresql", statement)
    with prepared(postgresql_url).connect() as connection:
        before = connection.scalar(sa.text("SELECT pg_relation_filenode('t')"))
        there = connection.scalars(sa.text("SELECT oid FROM pg_class WHERE relkind = 'r'")).all()
        connection.exec_driver_sql(statement)
        taken = connection.scalars(sa.text(TAKEN), {"there": list(there)})
        modes = set(taken) & STRONG
        after = connection.scalar(
            sa.text(
                "SELECT relfilenode FROM pg_class WHERE relname IN ('t', 'o') AND relkind = 'r'"
            )
        )
    assert told.blocks == next(blocks for blocks, some in MODES.items() if modes & some or not some)
    assert told.rewrites == (after not in (before, None))


@pytest.mark.parametrize("statement", MARIADB)
def test_mariadb_changes_tables_in_the_way_that_is_told(statement, mariadb_url):
    told = effect_of("mariadb", statement)
    algorithm, lock = MARIADB[statement]
    separator = "," if statement.startswith("ALTER") else ""
    with prepared(mariadb_url).connect() as connection:
        if algorithm == "COPY":
            with pytest.raises(sa.exc.OperationalError, match=r"ALGORITHM|LOCK"):
                connection.exec_driver_sql(f"{statement}{separator} ALGORITHM=NOCOPY")
        connection.exec_driver_sql(
            f"{statement}{separator} ALGORITHM={algorithm}{separator} LOCK={lock}"
        )
    assert told.rewrites == (algorithm == "COPY")
    if lock == "SHARED":
        assert told.blocks == "writes"
    else:
        assert told.blocks in ("nothing", "reads and writes")
        assert told.blocks == "nothing" or told.long is False
