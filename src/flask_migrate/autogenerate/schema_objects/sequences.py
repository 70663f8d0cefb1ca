"""PostgreSQL's sequences that belong to no column: created, changed, dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask_migrate.autogenerate.comparison.managed import mentioned_in_history
from flask_migrate.autogenerate.comparison.naming import quoting
from flask_migrate.autogenerate.operations.directives import Statement
from flask_migrate.databases.catalog.postgresql_reading import identity_options
from flask_migrate.databases.catalog.postgresql_types import SequenceFacts, read_sequences

if TYPE_CHECKING:
    from collections.abc import Iterable

    import sqlalchemy as sa
    from alembic.autogenerate.api import AutogenContext

    from flask_migrate.autogenerate.order import Key

_OPTIONS: Final = {
    "start": ("START WITH {}", "START WITH 1"),
    "increment": ("INCREMENT BY {}", "INCREMENT BY 1"),
    "minvalue": ("MINVALUE {}", "NO MINVALUE"),
    "maxvalue": ("MAXVALUE {}", "NO MAXVALUE"),
    "cache": ("CACHE {}", "CACHE 1"),
    "cycle": ("CYCLE", "NO CYCLE"),
}


class Sequences:
    """The sequences of one comparison; on other databases there are none."""

    def __init__(self, context: AutogenContext, metadatas: Iterable[sa.MetaData]) -> None:
        self._context = context
        self._metadatas = metadatas
        self.is_open = False
        """Whether another look may find something though nothing has changed."""
        self.before: list[Statement] = []
        self.after: list[Statement] = []

    def compare(self, schemas: Iterable[str | None]) -> None:
        """Find what happens to them."""
        connection = self._context.connection
        if connection is None or connection.dialect.name != "postgresql":
            return
        wanted = {self._key(s): self._facts(s) for s in self._of_models()}
        there: dict[Key, SequenceFacts] = {}
        for schema in {*schemas, *(schema for schema, _ in wanted)}:
            found = read_sequences(connection, schema)
            there |= {(schema, name): facts for name, facts in found.items()}
        for key in sorted(wanted.keys() - there.keys(), key=str):
            self.before.append(self._creation(wanted[key]))
        for key in sorted(wanted.keys() & there.keys(), key=str):
            self._change(there[key], wanted[key])
        self._drop(there, there.keys() - wanted.keys())

    def _change(self, actual: SequenceFacts, wanted: SequenceFacts) -> None:
        if (actual.type, actual.options) == (wanted.type, wanted.options):
            return
        name = self._name(wanted)
        self.before.append(
            Statement(
                f"ALTER SEQUENCE {name} {_settings(wanted, actual)}",
                f"ALTER SEQUENCE {name} {_settings(actual, wanted)}",
                f"sequence {name}: {_settings(wanted, actual)}",
            )
        )

    def _drop(self, there: dict[Key, SequenceFacts], gone: Iterable[Key]) -> None:
        """Drop those that a revision has made."""
        script = self._context.migration_context.script
        gone = sorted(gone, key=str)
        if not gone or script is None:
            return
        self.is_open = True  # the history says which of them are dropped
        made = mentioned_in_history(script, {name for _, name in gone}, "sequence")
        self.after += [self._creation(there[key]).reverse() for key in gone if key[1] in made]

    def _creation(self, facts: SequenceFacts) -> Statement:
        name = self._name(facts)
        options = [_OPTIONS[option][0].format(value) for option, value in facts.options]
        return Statement(
            " ".join([f"CREATE SEQUENCE {name} AS {facts.type}", *options]),
            f"DROP SEQUENCE {name}",
            f"sequence {name}",
        )

    def _of_models(self) -> list[Any]:
        found: list[Any] = []
        for metadata in self._metadatas:
            found += metadata._sequences.values()  # noqa: SLF001 # no public way
        return [sequence for sequence in found if not getattr(sequence, "optional", False)]

    def _facts(self, sequence: Any) -> SequenceFacts:
        dialect = self._context.dialect
        type_ = "bigint"
        if sequence.data_type is not None:
            type_ = str(dialect.type_compiler_instance.process(sequence.data_type)).lower()
        names = ("start", "increment", "minvalue", "maxvalue", "cache", "cycle")
        options = identity_options(type_, {name: getattr(sequence, name) for name in names})
        schema, name = self._key(sequence)
        return SequenceFacts(name, type_, options, schema)

    def _key(self, sequence: Any) -> Key:
        default = self._context.dialect.default_schema_name
        return (None if sequence.schema == default else sequence.schema), str(sequence.name)

    def _name(self, facts: SequenceFacts) -> str:
        quote = quoting(self._context.dialect)
        schema = f"{quote.quote_schema(facts.schema)}." if facts.schema else ""
        return schema + quote.quote(facts.name)


def _settings(facts: SequenceFacts, before: SequenceFacts) -> str:
    """Return the options that differ from those before; what is lost, to its default."""
    said, had = dict(facts.options), dict(before.options)
    parts = [f"AS {facts.type}"] if facts.type != before.type else []
    for name, (form, default) in _OPTIONS.items():
        if said.get(name) != had.get(name):
            parts.append(form.format(said[name]) if name in said else default)
    return " ".join(parts)
