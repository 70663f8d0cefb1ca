"""Models whose order in a file could hang on Python's hashes: before, and after many changes.

Run as a program, it prints both revisions and their ways back.
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.dialects import mysql

from tests.autogenerate.history import History

WORDS = ("alpha", "beta", "gamma", "delta", "epsilon", "zeta")


def before() -> sa.MetaData:
    metadata = sa.MetaData()
    for word in WORDS:
        sa.Table(
            word,
            metadata,
            sa.Column("id", sa.Integer, primary_key=True),
            *(sa.Column(name, sa.Integer) for name in WORDS),
            *(sa.UniqueConstraint(name, "id") for name in WORDS[:3]),
            *(sa.CheckConstraint(f"{name} > 0", name=f"ck_{word}_{name}") for name in WORDS),
            *(sa.Index(f"ix_{word}_{name}", name) for name in WORDS),
        )
    return metadata


def after() -> sa.MetaData:
    """Every table gains and loses constraints and indexes; tables come and go; circles of keys."""
    metadata = sa.MetaData()
    for number, word in enumerate(WORDS[:5]):
        other = WORDS[(number + 1) % 5]
        sa.Table(
            word,
            metadata,
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("long", sa.Text().with_variant(mysql.LONGTEXT(), "mysql", "mariadb")),
            *(sa.Column(name, sa.Integer) for name in WORDS[1:]),
            *(sa.UniqueConstraint(name, "id") for name in WORDS[2:]),
            *(sa.CheckConstraint(f"{name} > 1", name=f"ck_{word}_{name}") for name in WORDS[1:]),
            *(sa.CheckConstraint(f"beta < {limit}") for limit in (70, 80, 90)),
            *(sa.Index(f"iy_{word}_{name}", name) for name in WORDS[1:]),
            *(sa.ForeignKeyConstraint([name], [f"{other}.id"]) for name in WORDS[2:4]),
        )
    for word in ("new", "newer", "newest"):
        sa.Table(
            word,
            metadata,
            sa.Column("id", sa.Integer, primary_key=True),
            *(sa.Column(name, sa.ForeignKey(f"{name}.id")) for name in WORDS[:5]),
            *(sa.CheckConstraint(f"alpha < {limit}") for limit in (70, 80, 90)),
            sa.Column("kind", sa.Enum("a", "b", name=f"kind_of_{word}", create_constraint=True)),
        )
    return metadata


def revisions(folder: Path, url: str) -> str:
    """Return the text of the revisions to the first models, and from there to the others."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    history = History(folder, engine)
    texts = []
    for models in (before(), after()):
        (path,) = history.migrate(models, no_rename=True).paths
        history.upgrade()
        texts.append(re.sub(r"Create Date: .*", "", Path(path).read_text()))
    return "\n".join(texts)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        sys.stdout.write(revisions(Path(made), f"sqlite:///{made}/app.db"))
