"""Databases that something else has made: SQL by hand, or older tools."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects import mysql

from tests.autogenerate.cases import (
    ALL,
    MARIADB,
    POSTGRESQL,
    SQLITE,
    Unchanged,
    models,
    table,
)

if TYPE_CHECKING:
    from collections.abc import Sequence


def _made(name: str, made_by: str, make: Any, databases: Sequence[str] = ALL) -> Unchanged:
    """Return a case of a database made by SQL; statements end at a line's end."""
    statements = [part.strip() for part in made_by.split(";\n") if part.strip()]
    return Unchanged(name, make, databases, sql=statements)


def _tutorial() -> sa.MetaData:
    """Return the models of a well-known tutorial, as Flask-Migrate has migrated them for years."""
    return models(
        table(
            "user",
            Column("username", sa.String(64), index=True, unique=True),
            Column("email", sa.String(120), index=True, unique=True),
            Column("password_hash", sa.String(128)),
            Column("last_seen", sa.DateTime),
            Column("confirmed", sa.Boolean, default=False),
        ),
        table(
            "post",
            Column("body", sa.String(140)),
            Column("timestamp", sa.DateTime, index=True),
            Column("user_id", sa.Integer, ForeignKey("user.id")),
        ),
        table(
            "followers",
            Column("follower_id", sa.Integer, ForeignKey("user.id")),
            Column("followed_id", sa.Integer, ForeignKey("user.id")),
            no_key=True,
        ),
    )


TUTORIAL = """
CREATE TABLE "user" (
    id INTEGER NOT NULL, username VARCHAR(64), email VARCHAR(120), password_hash VARCHAR(128),
    last_seen DATETIME, confirmed BOOLEAN, PRIMARY KEY (id), CHECK (confirmed IN (0, 1))
);
CREATE UNIQUE INDEX ix_user_email ON "user" (email);
CREATE UNIQUE INDEX ix_user_username ON "user" (username);
CREATE TABLE post (
    id INTEGER NOT NULL, body VARCHAR(140), timestamp DATETIME, user_id INTEGER,
    PRIMARY KEY (id), FOREIGN KEY(user_id) REFERENCES "user" (id)
);
CREATE INDEX ix_post_timestamp ON post (timestamp);
CREATE TABLE followers (
    follower_id INTEGER, followed_id INTEGER,
    FOREIGN KEY(followed_id) REFERENCES "user" (id), FOREIGN KEY(follower_id) REFERENCES user(id)
);
"""


def _checked_tutorial() -> sa.MetaData:
    """Return them as SQLAlchemy 1.3 understood them: a Boolean brought its CHECK along."""
    metadata = _tutorial()
    metadata.tables["user"].append_constraint(CheckConstraint("confirmed IN (0, 1)"))
    return metadata


def _inline() -> sa.MetaData:
    return models(
        table("land", Column("code", sa.String(2), nullable=False, unique=True)),
        table(
            "city",
            Column("name", sa.String(40), nullable=False, server_default="x"),
            Column("people", sa.Integer, CheckConstraint("people >= 0"), server_default="0"),
            Column("land", sa.String(2), ForeignKey("land.code", ondelete="CASCADE")),
            UniqueConstraint("name", "land"),
        ),
    )


INLINE = """
create table land (id integer not null primary key {counted}, code varchar(2) not null unique);
create table city (
    id integer primary key {counted} not null,
    name varchar(40) not null default 'x',
    people integer default 0 check (people>=0),
    land varchar(2){reference},
    unique (name, land){references}
);
"""
REFERENCE = " references land (code) on delete cascade"
BELOW = ", foreign key (land) references land(code) on delete cascade"

UNCHANGED = [
    _made(
        "made-by-hand-sqlite",
        INLINE.format(counted="", reference=REFERENCE, references=""),
        _inline,
        SQLITE,
    ),
    _made(
        "made-by-hand-mariadb",
        INLINE.format(counted="auto_increment", reference="", references=BELOW),
        _inline,
        MARIADB,
    ),
    _made(
        "made-by-hand-postgresql",
        INLINE.replace("integer not null primary", "serial primary")
        .replace("id integer primary key {counted} not null", "id serial primary key")
        .format(counted="", reference=REFERENCE, references=""),
        _inline,
        POSTGRESQL,
    ),
    _made("made-by-sqlalchemy-1.3", TUTORIAL, _checked_tutorial, SQLITE),
    _made(
        "made-by-sqlalchemy-1.4",
        TUTORIAL.replace(", CHECK (confirmed IN (0, 1))", ""),
        _tutorial,
        SQLITE,
    ),
    _made(
        "made-by-flask-migrate-4-postgresql",
        """
        CREATE TABLE "user" (id SERIAL NOT NULL, username VARCHAR(64), email VARCHAR(120),
            password_hash VARCHAR(128), last_seen TIMESTAMP WITHOUT TIME ZONE, confirmed BOOLEAN,
            PRIMARY KEY (id));
        CREATE UNIQUE INDEX ix_user_email ON "user" (email);
        CREATE UNIQUE INDEX ix_user_username ON "user" (username);
        CREATE TABLE post (id SERIAL NOT NULL, body VARCHAR(140), PRIMARY KEY (id));
        ALTER TABLE post ADD COLUMN user_id INTEGER;
        ALTER TABLE post ADD COLUMN timestamp TIMESTAMP WITHOUT TIME ZONE;
        CREATE INDEX ix_post_timestamp ON post (timestamp);
        ALTER TABLE post ADD CONSTRAINT fk_post_user FOREIGN KEY(user_id) REFERENCES "user" (id);
        CREATE TABLE followers (follower_id INTEGER, followed_id INTEGER,
            FOREIGN KEY(followed_id) REFERENCES "user" (id),
            FOREIGN KEY(follower_id) REFERENCES "user" (id))
        """,
        _tutorial,
        POSTGRESQL,
    ),
    _made(
        "made-by-flask-migrate-4-mariadb",
        """
        CREATE TABLE user (id INTEGER NOT NULL AUTO_INCREMENT, username VARCHAR(64),
            email VARCHAR(120), password_hash VARCHAR(128), last_seen DATETIME, confirmed BOOL,
            PRIMARY KEY (id));
        CREATE UNIQUE INDEX ix_user_email ON user (email);
        CREATE UNIQUE INDEX ix_user_username ON user (username);
        CREATE TABLE post (id INTEGER NOT NULL AUTO_INCREMENT, body VARCHAR(140), PRIMARY KEY (id));
        ALTER TABLE post ADD COLUMN user_id INTEGER;
        ALTER TABLE post ADD COLUMN timestamp DATETIME;
        CREATE INDEX ix_post_timestamp ON post (timestamp);
        ALTER TABLE post ADD FOREIGN KEY(user_id) REFERENCES user (id);
        CREATE TABLE followers (follower_id INTEGER, followed_id INTEGER,
            FOREIGN KEY(followed_id) REFERENCES user (id),
            FOREIGN KEY(follower_id) REFERENCES user (id))
        """,
        _tutorial,
        MARIADB,
    ),
    _made(
        "made-by-flask-migrate-4-sqlite-batches",
        """
        CREATE TABLE "_alembic_tmp_land" (id INTEGER NOT NULL, code VARCHAR(2) NOT NULL,
            PRIMARY KEY (id), CONSTRAINT uq_land UNIQUE (code));
        ALTER TABLE "_alembic_tmp_land" RENAME TO land;
        CREATE TABLE IF NOT EXISTS "city" (
            id INTEGER NOT NULL, name VARCHAR(40) DEFAULT 'x' NOT NULL,
            people INTEGER DEFAULT '0', -- a comment, with a 'quote
            land VARCHAR(2),
            PRIMARY KEY (id), CHECK (people >= 0), UNIQUE (name, land),
            CONSTRAINT fk_city FOREIGN KEY(land) REFERENCES land (code) ON DELETE CASCADE
        )
        """,
        _inline,
        SQLITE,
    ),
    _made(
        "columns-in-another-order",
        "CREATE TABLE item (b VARCHAR(20), id INTEGER NOT NULL, a DATE, PRIMARY KEY (id))",
        lambda: models(
            table(
                "item",
                Column("id", sa.Integer, primary_key=True, autoincrement=False),
                Column("a", sa.Date),
                Column("b", sa.String(20)),
            )
        ),
    ),
    _made(
        "texts-in-other-writings-postgresql",
        """
        CREATE TABLE item (id int4 PRIMARY KEY, a int8 DEFAULT '0',
            b varchar(9) DEFAULT 'x'::text,
            c timestamptz DEFAULT CURRENT_TIMESTAMP, d numeric(5, 2) CHECK ((d) > (0)::numeric),
            e bool DEFAULT 'no', f text COLLATE "default", g float8)
        """,
        lambda: models(
            table(
                "item",
                Column("id", sa.Integer, primary_key=True, autoincrement=False),
                Column("a", sa.BigInteger, server_default="0"),
                Column("b", sa.String(9), server_default="x"),
                Column(
                    "c", sa.DateTime(timezone=True), server_default=sa.text("CURRENT_TIMESTAMP")
                ),
                Column("d", sa.Numeric(5, 2), CheckConstraint("d > 0")),
                Column("e", sa.Boolean, server_default=sa.false()),
                Column("f", sa.Text),
                Column("g", sa.Float),
            )
        ),
        POSTGRESQL,
    ),
    _made(
        "constants-in-other-writings-postgresql",
        """
        CREATE TABLE item (id SERIAL PRIMARY KEY, a int8 DEFAULT 0, b numeric(5, 2) DEFAULT 1.5,
            c float8 DEFAULT 2, d date DEFAULT '2024-1-1', e text DEFAULT 'x'::varchar)
        """,
        lambda: models(
            table(
                "item",
                Column("a", sa.BigInteger, server_default="0"),
                Column("b", sa.Numeric(5, 2), server_default="1.5"),
                Column("c", sa.Float, server_default="2"),
                Column("d", sa.Date, server_default="2024-01-01"),
                Column("e", sa.Text, server_default="x"),
            )
        ),
        POSTGRESQL,
    ),
    _made(
        "constants-in-other-writings-mariadb",
        """
        CREATE TABLE item (id int PRIMARY KEY AUTO_INCREMENT, a bigint DEFAULT 0,
            b decimal(5, 2) DEFAULT 1.5, c double DEFAULT 2, d date DEFAULT '2024-1-1',
            e bool DEFAULT true)
        """,
        lambda: models(
            table(
                "item",
                Column("a", sa.BigInteger, server_default="0"),
                Column("b", sa.Numeric(5, 2), server_default="1.5"),
                Column("c", sa.Double, server_default="2"),
                Column("d", sa.Date, server_default="2024-01-01"),
                Column("e", sa.Boolean, server_default="1"),
            )
        ),
        MARIADB,
    ),
    _made(
        "constants-in-other-writings-sqlite",
        """
        CREATE TABLE item (id INTEGER PRIMARY KEY, a BIGINT DEFAULT 0, b NUMERIC(5, 2) DEFAULT 1.5,
            c FLOAT DEFAULT 2.0, d VARCHAR(20) DEFAULT ('x'))
        """,
        lambda: models(
            table(
                "item",
                Column("a", sa.BigInteger, server_default="0"),
                Column("b", sa.Numeric(5, 2), server_default="1.5"),
                Column("c", sa.Float, server_default="2.0"),
                Column("d", sa.String(20), server_default="x"),
            )
        ),
        SQLITE,
    ),
    _made(
        "texts-in-other-writings-sqlite",
        """
        create table "item" ([id] integer primary key, `a` int default(0),
            "b" varchar (9) default "x", c datetime default current_timestamp, /* d ( */
            d numeric( 5,2 ) check ( (d>0) ), e integer null)
        """,
        lambda: models(
            table(
                "item",
                Column("a", sa.INT, server_default="0"),
                Column("b", sa.String(9), server_default="x"),
                Column("c", sa.DateTime, server_default=sa.func.now()),
                Column("d", sa.Numeric(5, 2), CheckConstraint("d > 0")),
                Column("e", sa.Integer),
            )
        ),
        SQLITE,
    ),
    _made(
        "texts-in-other-writings-mariadb",
        """
        CREATE TABLE item (id int(11) NOT NULL PRIMARY KEY AUTO_INCREMENT, a bigint(20) DEFAULT '0',
            b tinyint(1) DEFAULT '1', c timestamp NULL DEFAULT now(),
            d decimal(5,2) CHECK ((d > 0)), e json,
            f int(10) unsigned, KEY by_a (a) USING BTREE)
        """,
        lambda: models(
            table(
                "item",
                Column("a", sa.BigInteger, server_default="0"),
                Column("b", sa.Boolean, server_default="1"),
                Column("c", sa.TIMESTAMP, server_default=sa.text("CURRENT_TIMESTAMP")),
                Column("d", sa.Numeric(5, 2), CheckConstraint("d > 0")),
                Column("e", sa.JSON),
                Column("f", mysql.INTEGER(unsigned=True)),
                Index("by_a", "a"),
            )
        ),
        MARIADB,
    ),
]
