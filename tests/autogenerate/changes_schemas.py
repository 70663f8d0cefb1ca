"""Changes of what stands beside tables: sequences, domains, other schemas."""

from __future__ import annotations

from functools import partial

import sqlalchemy as sa
from sqlalchemy import Column, Sequence
from sqlalchemy.dialects import postgresql

from tests.autogenerate.cases import (
    POSTGRESQL,
    Change,
    column,
    edit,
    models,
    nothing,
    table,
)

CREATE_OTHER = ["CREATE SCHEMA other"]
BOTH = {"setup": CREATE_OTHER, "configure": {"include_schemas": True}}


def _sequence(name: str, before: object, after: object, **about: object) -> Change:
    """Return a change of the sequences of the models."""

    def made(options: dict[str, object] | None) -> sa.MetaData:
        if options is None:
            return models(table("item"))
        options = {"name": "numbers", **options}
        return models(table("item"), lambda metadata: Sequence(metadata=metadata, **options))

    return Change(
        f"sequence-{name}", lambda: made(before), lambda: made(after), POSTGRESQL, **about
    )


def _domain(name: str, before: object, after: object, **about: object) -> Change:
    """Return a change of a column's domain."""

    def made(options: dict[str, object] | None) -> object:
        if options is None:
            return ()
        options = {"name": "small", "data_type": sa.Integer(), **options}
        return column(postgresql.DOMAIN(**options))

    about = {"values": {"item.a": [1, 2, None]}, **about}
    return edit(f"domain-{name}", lambda: made(before), lambda: made(after), POSTGRESQL, **about)


def _texts(name: str, before: str | None, then: str | None, **about: object) -> Change:
    """Return a change of a domain of texts: of its CHECK, or of what else is said after."""
    more = about.pop("after", {})

    def made(check: str | None, **options: object) -> object:
        return column(postgresql.DOMAIN("word", sa.Text(), check=check, **options))

    about = {"values": {"item.a": ["b", "C", "a"]}, **about}
    return edit(
        f"domain-{name}", lambda: made(before), lambda: made(then, **more), POSTGRESQL, **about
    )


def _two_of(domain: object) -> sa.MetaData:
    """Return two tables with columns of one domain, one with a default and an index."""
    return models(
        table("item", Column("a", domain, index=True)),
        table("other", Column("a", domain, server_default="5", nullable=False)),
    )


def _numbered(before: bool, after: bool) -> dict[str, object]:
    """Return tables whose column takes its default from a sequence of the models."""

    def made(numbered: bool) -> sa.MetaData:
        metadata = sa.MetaData()
        sequence = Sequence("numbers", start=10, metadata=metadata)
        default = {"server_default": sequence.next_value()} if numbered else {}
        table("item", Column("a", sa.BigInteger, **default))(metadata)
        return metadata

    return {"before": lambda: made(before), "after": lambda: made(after)}


other = partial(table, schema="other")

CHANGES = [
    _sequence("added", None, {}),
    _sequence("dropped", {}, None),
    _sequence("start", {"start": 5}, {"start": 50}),
    _sequence("increment", {}, {"increment": 10}),
    _sequence("limits", {"maxvalue": 1000}, {"minvalue": 1, "maxvalue": 99999}),
    _sequence("cycle-and-cache", {}, {"cycle": True, "cache": 20}),
    _sequence("type", {"data_type": sa.Integer()}, {"data_type": sa.BigInteger()}),
    _sequence("in-another-schema", None, {"schema": "other"}, **BOTH),
    _sequence("one-for-another", {"name": "one"}, {"name": "Two"}),
    Change("sequence-as-default", databases=POSTGRESQL, **_numbered(before=False, after=True)),
    Change(
        "sequence-no-longer-default", databases=POSTGRESQL, **_numbered(before=True, after=False)
    ),
    edit(
        "sequence-as-default-comes-with-its-column",
        nothing,
        lambda: column(
            sa.Integer, Sequence("numbers"), server_default=Sequence("numbers").next_value()
        ),
        POSTGRESQL,
    ),
    edit(
        "sequence-of-a-dropped-column",
        lambda: column(sa.Integer, Sequence("numbers")),
        nothing,
        POSTGRESQL,
    ),
    _domain("column-added", None, {}),
    _domain("column-dropped", {}, None),
    _domain("check-added", {}, {"check": "VALUE > 0", "constraint_name": "positive"}),
    _domain("check-changed", {"check": "VALUE > 0"}, {"check": "VALUE > -9"}),
    _domain("check-dropped", {"check": "VALUE > 0", "constraint_name": "positive"}, {}),
    _domain("not-null-added", {}, {"not_null": True}, values={"item.a": [1, 2]}),
    _domain("default-added", {}, {"default": "5"}),
    _domain("default-changed", {"default": "5"}, {"default": "6"}),
    edit(
        "domain-for-plain",
        lambda: column(sa.Integer),
        lambda: column(postgresql.DOMAIN("small", sa.Integer, check="VALUE > -100")),
        POSTGRESQL,
        values={"item.a": [1, None]},
    ),
    edit(
        "plain-for-domain",
        lambda: column(postgresql.DOMAIN("small", sa.Integer, check="VALUE > -100")),
        lambda: column(sa.Integer),
        POSTGRESQL,
        values={"item.a": [1, None]},
    ),
    edit(
        "domain-of-another-type",
        lambda: column(postgresql.DOMAIN("small", sa.Integer)),
        lambda: column(postgresql.DOMAIN("small", sa.BigInteger)),
        POSTGRESQL,
        values={"item.a": [1, None]},
    ),
    edit(
        "domain-for-another",
        lambda: column(postgresql.DOMAIN("small", sa.Integer, check="VALUE < 100")),
        lambda: column(postgresql.DOMAIN("tiny", sa.BigInteger, not_null=False)),
        POSTGRESQL,
        values={"item.a": [1, None]},
    ),
    _texts("text-with-percent", "VALUE <> '100 %'", "VALUE <> '200 %s :x'"),
    _texts("collation", None, None, after={"collation": "C"}),
    _texts("default-text", None, None, after={"default": "'it''s 100 %'", "not_null": True}),
    edit(
        "domain-in-arrays-gets-a-check",
        lambda: column(postgresql.ARRAY(postgresql.DOMAIN("small", sa.Integer))),
        lambda: column(postgresql.ARRAY(postgresql.DOMAIN("small", sa.Integer, check="VALUE > 0"))),
        POSTGRESQL,
        values={"item.a": [[1, 2], [], None]},
    ),
    edit(
        "domain-of-a-domain",
        nothing,
        lambda: column(
            postgresql.DOMAIN("tiny", postgresql.DOMAIN("small", sa.Integer), check="VALUE > 0")
        ),
        POSTGRESQL,
        setup=["CREATE DOMAIN small AS integer"],
    ),
    edit(
        "domain-of-an-enum",
        nothing,
        lambda: column(
            postgresql.DOMAIN("calm", postgresql.ENUM("x", "y", name="mood"), check="VALUE <> 'y'")
        ),
        POSTGRESQL,
        setup=["CREATE TYPE mood AS ENUM ('x', 'y')"],
    ),
    edit(
        "domain-in-another-schema",
        lambda: column(sa.Integer),
        lambda: column(postgresql.DOMAIN("Small", sa.Integer, schema="other", check="VALUE > 0")),
        POSTGRESQL,
        values={"item.a": [1, None]},
        **BOTH,
    ),
    Change(
        "domain-of-metadata-added",
        lambda: models(table("item")),
        lambda: models(
            table("item"),
            lambda metadata: postgresql.DOMAIN("small", sa.Integer, metadata=metadata),
        ),
        POSTGRESQL,
    ),
    Change(
        "domain-of-two-tables-changed-with-a-default",
        lambda: _two_of(postgresql.DOMAIN("small", sa.Integer)),
        lambda: _two_of(postgresql.DOMAIN("small", sa.Numeric(9, 2), check="VALUE < 1000000")),
        POSTGRESQL,
        values={"item.a": [1, 2], "other.a": [3]},
    ),
    Change(
        "schema-table-changed",
        lambda: models(other("item", Column("a", sa.Integer))),
        lambda: models(
            other("item", Column("a", sa.BigInteger, index=True), Column("b", sa.Text, unique=True))
        ),
        POSTGRESQL,
        **BOTH,
    ),
    Change(
        "schema-table-changed-without-being-asked-to-look",
        lambda: models(other("item", Column("a", sa.Integer))),
        lambda: models(other("item", Column("a", sa.BigInteger), Column("b", sa.Text))),
        POSTGRESQL,
        setup=CREATE_OTHER,
    ),
    Change(
        "schema-table-dropped",
        lambda: models(table("item"), other("item", Column("a", sa.Text))),
        lambda: models(table("item")),
        POSTGRESQL,
        **BOTH,
    ),
    Change(
        "schema-foreign-key-across",
        lambda: models(table("item"), other("item", Column("a", sa.Integer)), other("land")),
        lambda: models(
            table("item", Column("land_id", sa.Integer, sa.ForeignKey("other.land.id"))),
            other("item", Column("a", sa.Integer, sa.ForeignKey("item.id"))),
            other("land"),
        ),
        POSTGRESQL,
        values={"other.item.a": [1, 2]},
        **BOTH,
    ),
    Change(
        "schema-foreign-key-across-dropped",
        lambda: models(
            other("land"),
            table("item", Column("land_id", sa.Integer, sa.ForeignKey("other.land.id"))),
        ),
        lambda: models(other("land"), table("item", Column("land_id", sa.Integer))),
        POSTGRESQL,
        **BOTH,
    ),
    Change(
        "schema-of-the-whole-metadata",
        lambda: models(table("item", Column("a", sa.Integer)), schema="other"),
        lambda: models(
            table("item", Column("a", sa.Integer, nullable=False, default=1)),
            table("more", Column("item_id", sa.Integer, sa.ForeignKey("other.item.id"))),
            schema="other",
        ),
        POSTGRESQL,
        becomes={"other.item.a": {None: 1}},
        **BOTH,
    ),
    Change(
        "schema-with-a-name-to-quote",
        lambda: models(table("item", Column("a", sa.Integer), schema="My Schema")),
        lambda: models(
            table(
                "item", Column("a", sa.Integer, sa.CheckConstraint("a <> 99")), schema="My Schema"
            )
        ),
        POSTGRESQL,
        setup=['CREATE SCHEMA "My Schema"'],
        configure={"include_schemas": True},
    ),
]
