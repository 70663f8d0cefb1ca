"""Random tables of models, of all that PostgreSQL's catalog has to understand."""

import re

import sqlalchemy as sa
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.dialects.postgresql.base import PGDialect

ENUMS = {
    "mood": ("sad", "it's ok", "happy"),
    "Odd Name": ("a", "b"),
}
NAMES = (
    "name",
    "Mixed Case",
    "select",
    "per%cent",
    'quo"te',
    "colon:x",
    "ünï",
    "position",
    "plain",
)

NUMBERS = ("'0'", "0", "'-1'", "-1", "'42'", "7")
STRINGS = (
    "'x'",
    "''",
    "'it''s'",
    "'100%'",
    "'a b:c'",
    "'back\\slash'",
    "'0'",
    "'ü'",
    "5",
    "'y'::text",
)
TIMES = ("now()", "CURRENT_TIMESTAMP", "'2020-01-01'", "now() + interval '1 day'")

TYPES_AND_DEFAULTS = (
    (sa.Integer(), NUMBERS),
    (sa.SmallInteger(), NUMBERS),
    (sa.BigInteger(), (*NUMBERS, "3000000000")),
    (sa.Numeric(), (*NUMBERS, "0.50", "'0.5'", "-2.5")),
    (sa.Numeric(10, 2), (*NUMBERS, "0.50", "'0.50'", "'-2.5'")),
    (sa.Numeric(8), NUMBERS),
    (sa.Float(), (*NUMBERS, "0.5", "'0.50'", "1e3", "'-1.5'")),
    (sa.Float(10), (*NUMBERS, "0.1", "'0.1'")),
    (sa.REAL(), NUMBERS),
    (sa.Double(), (*NUMBERS, "123456789.125")),
    (sa.String(), STRINGS),
    (sa.String(30), STRINGS),
    (sa.String(30, collation="C"), STRINGS),
    (sa.CHAR(3), ("'x'", "''")),
    (sa.CHAR(), ("'x'",)),
    (sa.Text(), STRINGS),
    (sa.Unicode(9), ("'x'",)),
    (sa.Boolean(), ("true", "false", "'t'", "'1'", "'0'", "'no'")),
    (sa.Date(), ("now()", "CURRENT_DATE", "'2020-01-01'")),
    (sa.DateTime(), TIMES),
    (sa.DateTime(timezone=True), TIMES),
    (pg.TIMESTAMP(precision=3), TIMES),
    (sa.Time(), ("'10:00'", "LOCALTIME")),
    (pg.TIME(timezone=True, precision=2), ()),
    (sa.Interval(), ("'1 day'",)),
    (pg.INTERVAL(fields="DAY TO SECOND", precision=3), ()),
    (pg.INTERVAL(fields="YEAR"), ()),
    (sa.LargeBinary(), ("'x'",)),
    (sa.JSON(), ("'{}'", "'[]'", """'{"a": 1}'""")),
    (pg.JSONB(), ("'{}'", "'[]'", """'{"b":1, "a":2}'""")),
    (sa.Uuid(), ("gen_random_uuid()", "'00000000-0000-0000-0000-000000000000'")),
    (sa.Uuid(native_uuid=False), ()),
    (sa.Enum("u", "v", native_enum=False), ("'u'",)),
    (pg.ARRAY(sa.Text()), ("'{}'", "'{a,b}'", "ARRAY['a']")),
    (pg.ARRAY(sa.String(5)), ("'{}'",)),
    (pg.ARRAY(sa.Integer(), dimensions=2), ("'{}'", "'{1}'")),
    (pg.ARRAY(sa.Numeric(5, 1)), ()),
    (pg.ARRAY(sa.DateTime()), ()),
    (pg.INET(), ("'10.0.0.1'",)),
    (pg.CIDR(), ()),
    (pg.MACADDR(), ()),
    (pg.TSVECTOR(), ()),
    (pg.BIT(4), ()),
    (pg.BIT(6, varying=True), ()),
    (pg.MONEY(), ()),
    (pg.OID(), ()),
    (pg.INT4RANGE(), ()),
    (pg.TSTZRANGE(), ()),
    *((sa.Enum(*labels, name=name), (sa.literal(labels[0]),)) for name, labels in ENUMS.items()),
    *((pg.ARRAY(sa.Enum(*labels, name=name)), ("'{}'",)) for name, labels in ENUMS.items()),
    (pg.DOMAIN("positive", sa.Integer(), check="VALUE > 0"), ("1", "'2'")),
)

CHECKS = (
    "number > 0",
    "number BETWEEN 1 AND 5 OR number IS NULL",
    "word IN ('a', 'b', 'it''s')",
    "word NOT IN ('a')",
    "note IN ('a', 'b')",
    "length(word) > 2 AND (number < 5 OR note LIKE '%x%')",
    "coalesce(word, '') <> note",
    "CASE WHEN number > 1 THEN word ELSE note END <> 'x'",
    "word ~ '^[a-z:]+$'",
    "number = ANY (ARRAY[1, 2])",
    "lower(word) = word",
    "word || note <> 'z'",
    "NOT (number > 1 AND number < 0)",
    "number::numeric / 2 > 0.5",
)
EXPRESSIONS = (
    "lower(word)",
    "(number + 1)",
    "word DESC",
    "word text_pattern_ops",
    'note COLLATE "C" DESC NULLS LAST',
    "number NULLS FIRST",
    "(coalesce(word, 'a, b'))",
    "upper(note) varchar_pattern_ops",
)
CONDITIONS = ("number > 0", "word IS NOT NULL", "word IN ('a', 'b')", "note = 'a:b'")


def says(kind: type, option: str) -> bool:
    """Return whether this SQLAlchemy knows an option for PostgreSQL."""
    return any(option in names for of, names in PGDialect.construct_arguments if of is kind)


def text(sql: str) -> sa.TextClause:
    """Return SQL in which a colon begins no parameter."""
    return sa.text(re.sub(r"(?<![:\w\\]):(?=\w)", r"\\:", sql))


@st.composite
def columns(draw: st.DrawFn, name: str) -> sa.Column:
    type_, defaults = draw(st.sampled_from(TYPES_AND_DEFAULTS))
    default = draw(st.sampled_from([None, *defaults]))
    if isinstance(default, sa.BindParameter):
        default = default.value
    elif default is not None:
        default = text(default)
    comment = draw(st.sampled_from([None, None, "", "it's 100% so"]))
    nullable = draw(st.booleans())
    return sa.Column(name, type_.copy(), server_default=default, nullable=nullable, comment=comment)


@st.composite
def key_columns(draw: st.DrawFn) -> list[sa.Column]:
    kind = draw(st.sampled_from(["serial", "big", "identity", "plain", "text", "pair", "none"]))
    start = draw(st.sampled_from([None, 1, 5]))
    options = {
        "always": draw(st.booleans()),
        "start": start,
        "increment": draw(st.sampled_from([None, 1, 2, -1])) if start is None else None,
        "cycle": draw(st.booleans()),
        "cache": draw(st.sampled_from([None, 1, 10])),
    }
    return {
        "serial": [sa.Column("id", sa.Integer, primary_key=True)],
        "big": [sa.Column("id", sa.BigInteger, primary_key=True)],
        "identity": [sa.Column("id", sa.Integer, sa.Identity(**options), primary_key=True)],
        "plain": [sa.Column("id", sa.Integer, primary_key=True, autoincrement=False)],
        "text": [sa.Column("id", sa.String(9), primary_key=True)],
        "pair": [
            sa.Column("id", sa.SmallInteger, primary_key=True, autoincrement=True),
            sa.Column("id2", sa.Integer, primary_key=True),
        ],
        "none": [sa.Column("id", sa.Integer, sa.Identity(always=True))],
    }[kind]


@st.composite
def keys(draw: st.DrawFn, names: list[str]) -> list[object]:
    """Return unique constraints, CHECKs, exclusions and indexes."""
    found: list[object] = []
    some = st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True)
    for number in range(draw(st.integers(0, 2))):
        options = draw(
            st.sampled_from(
                [
                    {},
                    {"deferrable": True},
                    {"initially": "DEFERRED", "deferrable": True},
                    {"postgresql_nulls_not_distinct": True},
                ]
            )
        )
        found.append(sa.UniqueConstraint(*draw(some), name=f"uq {number}", **options))
    conditions = draw(st.lists(st.sampled_from(CHECKS), max_size=2))
    found += (sa.CheckConstraint(text(c), name=f"ck_{n}") for n, c in enumerate(conditions))
    if draw(st.booleans()):
        where = draw(st.sampled_from([None, "number > 0", "word IN ('a', 'b')"]))
        found.append(
            pg.ExcludeConstraint(
                (sa.func.int4range(sa.column("number"), sa.column("number")), "&&"),
                name="ex",
                where=None if where is None else text(where),
            )
        )
    count = draw(st.integers(0, 3))
    return [*found, *(draw(indexes(f"ix_{number}", names)) for number in range(count))]


@st.composite
def indexes(draw: st.DrawFn, name: str, names: list[str]) -> sa.Index:
    options: dict[str, object] = {"unique": draw(st.booleans())}
    some = st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True)
    elements: list[object] = list(draw(some))
    if draw(st.booleans()):
        elements.append(text(draw(st.sampled_from(EXPRESSIONS))))
    if draw(st.booleans()):
        where = draw(st.sampled_from(CONDITIONS))
        options["postgresql_where"] = text(where)
    further = draw(
        st.sampled_from(
            [{}, {"include": ["word"]}, {"with": {"fillfactor": 70}}, {"nulls_not_distinct": True}]
        )
    )
    if "nulls_not_distinct" in further:
        options["unique"] = True
    return sa.Index(
        name, *elements, **options, **{f"postgresql_{n}": v for n, v in further.items()}
    )


@st.composite
def models(draw: st.DrawFn) -> sa.MetaData:
    """Return two tables, the second of which points at the first."""
    metadata = sa.MetaData()
    schema = draw(st.sampled_from([None, None, "other"]))
    sa.Table("target", metadata, sa.Column("id", sa.Integer, primary_key=True), schema=schema)
    some = draw(st.lists(st.sampled_from(NAMES), max_size=5, unique=True))
    always = [
        sa.Column("number", sa.Integer),
        sa.Column("word", sa.String(20)),
        sa.Column("note", sa.Text()),
    ]
    items: list[object] = [*draw(key_columns()), *always]
    items += [draw(columns(name)) for name in some]
    items += draw(keys([c.name for c in always]))
    if draw(st.booleans()):
        computed = draw(st.sampled_from(["number * 2", "length(word || 'a')"]))
        items.append(sa.Column("computed", sa.Integer, sa.Computed(computed, persisted=True)))
    if draw(st.booleans()):
        actions = st.sampled_from([None, "CASCADE", "SET NULL", "no action", "restrict"])
        target = "target.id" if schema is None else f"{schema}.target.id"
        items.append(
            sa.ForeignKeyConstraint(
                ["number"],
                [target],
                name="fk",
                ondelete=draw(actions),
                onupdate=draw(actions),
                deferrable=draw(st.sampled_from([None, True, False])),
                match=draw(st.sampled_from([None, "FULL", "SIMPLE"])),
            )
        )
    comment = draw(st.sampled_from([None, "", "a table's"]))
    name = draw(st.sampled_from(["t", "A Table", "tab%le", "user"]))
    sa.Table(name, metadata, *items, schema=schema, comment=comment)
    return metadata
