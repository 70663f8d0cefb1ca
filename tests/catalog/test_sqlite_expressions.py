"""An expression in the one writing means what it meant, so unlike ones never become alike."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from hypothesis import given, settings
from hypothesis import strategies as st

from flask_migrate.databases.catalog.sqlite_expressions import canonical

NAMES = frozenset({"a", "b c", "order", "key", "größe", "true"})
TABLE = 'CREATE TABLE t (a INT, "b c" TEXT COLLATE NOCASE, "order" REAL, key, "größe" BLOB, "true")'
ROWS = [
    (1, "It's", 2.5, "x", b"\xab", 3),
    (-3, "no", 0.0, None, b"", 0),
    (None, "A -- b", -1.0, 7, None, None),
]
SPACES = ["", "", " ", "  ", "\n", " /* ( ' */ ", " -- it's\n"]
LEAVES = ["a", "A", "T.a", "[a]", '"b c"', "`B C`", '"order"', "key", '"KEY"', '"größe"', '"true"']
LEAVES += ["'It''s'", "'--'", '"no"', "1", "1.5", ".5e1", "0X1F", "1E2", "x'AB'", "NULL", "TRUE"]
BINARY = ["+", "-", "*", "/", "%", "||", "<<", ">>", "&", "|", "=", "==", "<>", "!=", "<", "<="]
BINARY += [
    ">",
    ">=",
    " is ",
    " IS NOT ",
    " and ",
    " OR ",
    " Like ",
    " not GLOB ",
    " IS DISTINCT FROM ",
]
UNARY = ["-", "+", "~", " not "]
FORMS = ["abs({0})", "Coalesce ( {0},{1})", '"length"({0})', "replace({0},{1},'(')", "({0})"]
FORMS += ["case when {0} then {1} else -{0} end", "CASE {0} WHEN {1} THEN 1 END-{1}"]
FORMS += ["cast({0} AS varchar (9))", "({0}) in ({1}, 2,'no')", "({0}) not between {1} and 9"]
FORMS += ["({0}) collate nocase", "({0}) ISNULL", "({0}) notnull", "({0}, 1) < ({1}, 2)"]


@st.composite
def joined(draw, inner):
    one, other = draw(inner), draw(inner)
    space = st.sampled_from(SPACES)
    kind = draw(st.integers(0, 2))
    if kind == 0:
        return f"{one}{draw(space)}{draw(st.sampled_from(BINARY))} {draw(space)}{other}"
    if kind == 1:
        return f"{draw(st.sampled_from(UNARY))} {draw(space)}{one}"
    return draw(st.sampled_from(FORMS)).format(one, other)


EXPRESSIONS = st.recursive(st.sampled_from(LEAVES), joined, max_leaves=8)


@settings(max_examples=300, deadline=None)
@given(EXPRESSIONS)
def test_the_one_writing_gives_the_same_values_and_stays_as_it_is(expression):
    with closing(sqlite3.connect(":memory:")) as memory:
        memory.text_factory = bytes
        memory.execute(TABLE)
        memory.executemany("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?)", ROWS)

        def values(text):
            try:
                return repr(memory.execute(f"SELECT {text}\n FROM t").fetchall())
            except sqlite3.Error as error:
                return str(error).partition(":")[0]

        once = canonical(expression, NAMES, "t")
        assert values(once) == values(expression)
        assert canonical(once, NAMES, "t") == once
