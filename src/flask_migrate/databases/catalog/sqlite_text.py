"""SQLite's tables from their own words: CREATE TABLE and CREATE INDEX, read into facts."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from flask_migrate.databases.sqlite_rebuild.parser import Unreadable, parse_table
from flask_migrate.databases.sqlite_rebuild.tokens import folded, tokens_of

from .facts import Column, Constraint, Index, Kind, Reference, Table
from .sqlite_defaults import default_text, type_text
from .sqlite_expressions import closing, name_text, parts_of, without_brackets, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from flask_migrate.databases.sqlite_rebuild.table import Clause, ColumnText, TableText
    from flask_migrate.databases.sqlite_rebuild.tokens import Token

    from .facts import Options

_KINDS: Final = {kind.value: kind for kind in Kind}
_ORDER: Final = {kind: number for number, kind in enumerate(Kind)}
_BUILT_IN: Final = frozenset({"BINARY", "NOCASE", "RTRIM"})


class TableReader:
    """A table's text on its way to facts: how its columns are spelled, what its keys are."""

    def __init__(self, text: TableText) -> None:
        self.text = text
        self.spelled = {folded(column.name): column.name for column in text.columns}
        self.strict = "STRICT" in text.options
        self.without_rowid = "WITHOUT ROWID" in text.options
        self.alias = text.rowid_alias()
        self.key = frozenset(map(folded, text.primary_key()))
        self.collations: dict[str, str | None] = {}

    def table(self, schema: str | None, indexes: Sequence[str]) -> Table:
        """Return the facts of the table and of the indexes that these statements made."""
        columns = tuple(self.column(column) for column in self.text.columns)
        self.collations = {folded(column.name): column.collation for column in columns}
        home = None if schema == "main" else schema
        indexed = sorted(map(self.index, indexes), key=lambda index: index.name)
        return Table(
            self.text.name,
            columns,
            ordered(self._constraints(home)),
            tuple(indexed),
            options=self._options(),
            schema=schema,
        )

    def column(self, column: ColumnText) -> Column:
        """Return the facts of a column."""
        declared = type_text(column.type)
        in_key = folded(column.name) in self.key
        if in_key and len(self.key) == 1 and declared == "INTEGER" and not self._is_alias(column):
            declared = _not_alias(column.type)
        by_kind: dict[str, str] = {clause.kind: clause.text for clause in column.clauses}
        required = self._is_alias(column) or (in_key and (self.without_rowid or self.strict))
        generated = by_kind.get("generated")
        return Column(
            column.name,
            declared,
            nullable=not (required or "not null" in by_kind),
            default=self._default(by_kind.get("default"), declared),
            computed=self._bracketed(generated) if generated else None,
            stored=bool(generated) and _words(generated)[-1:] == ("STORED",),
            autoincrement="AUTOINCREMENT" in _words(by_kind.get("primary key", "")),
            collation=_collation(by_kind.get("collate")),
        )

    def constraint(self, clause: Clause, schema: str | None = None) -> Constraint:
        """Return the facts of a constraint; a foreign key's columns may stay to be found."""
        kind = _KINDS[clause.kind]
        columns = tuple(self.spelled.get(folded(name), name) for name in clause.columns)
        if kind is Kind.CHECK:
            options = _conflict(clause.text)
            return Constraint(kind, clause.name, (), self._bracketed(clause.text), None, options)
        if kind is Kind.FOREIGN_KEY:
            actions, options = _actions(clause.text)
            target, remote = clause.target or "", clause.target_columns
            reference = Reference(target, remote, schema, *actions)
            return Constraint(kind, clause.name, columns, None, reference, options)
        options = tuple(sorted((*_conflict(clause.text), *_elements(clause.text))))
        counts = "AUTOINCREMENT" in _words(clause.text)  # SQLAlchemy has no name for such a key
        return Constraint(kind, None if counts else clause.name, columns, None, None, options)

    def index(self, statement: str) -> Index:
        """Return the facts of an index."""
        tokens = tokens_of(statement)
        words = [token.word for token in tokens[:3]]
        named = words.index("INDEX") + 1
        if tokens[named].word == "IF" and tokens[named + 1].word == "NOT":
            named += 3
        name = tokens[named + 2 if tokens[named + 1].text == "." else named].name
        begun = next(at for at in range(named, len(tokens)) if tokens[at].text == "(")
        end = closing(tokens, begun)
        elements = [self._element(part) for part in parts_of(tokens[begun + 1 : end])]
        where = self._expression(tokens[end + 2 :])
        return Index(
            name,
            tuple(text for text, _ in elements),
            tuple(plain for _, plain in elements),
            unique=words[1] == "UNIQUE",
            options=(("where", where),) if where else (),
        )

    def _constraints(self, schema: str | None) -> Iterator[Constraint]:
        for _, clause in self.text.constraint_owners():
            if is_constraint(clause):
                yield self.constraint(clause, schema)

    def _is_alias(self, column: ColumnText) -> bool:
        return self.alias is not None and column.name == self.alias

    def _default(self, clause: str | None, declared: str) -> str | None:
        if clause is None:
            return None
        return default_text(clause[len("DEFAULT") :], declared, strict=self.strict)

    def _expression(self, tokens: Sequence[Token]) -> str:
        return written(tokens, self.spelled, self.text.name)

    def _bracketed(self, text: str) -> str:
        """Return the expression in the first brackets of a text."""
        tokens = tokens_of(text)
        begun = next(at for at, token in enumerate(tokens) if token.text == "(")
        return self._expression(tokens[begun + 1 : closing(tokens, begun)])

    def _element(self, tokens: Sequence[Token]) -> tuple[str, bool]:
        """Return an index's element, and whether it is a column and nothing more."""
        descending = tokens[-1].word == "DESC"
        if descending or tokens[-1].word == "ASC":
            tokens = tokens[:-1]
        tokens = without_brackets(tokens)
        tokens = self._without_own_collation(tokens)
        tail = " DESC" if descending else ""
        name = self.spelled.get(folded(tokens[0].name)) if len(tokens) == 1 else None
        if name is None:
            return self._expression(tokens) + tail, False
        return (name_text(name) + tail, False) if descending else (name, True)

    def _without_own_collation(self, tokens: Sequence[Token]) -> Sequence[Token]:
        """Leave out a COLLATE that is the column's own."""
        if len(tokens) != 3 or tokens[1].word != "COLLATE":  # noqa: PLR2004 # name, COLLATE, name
            return tokens
        column = folded(tokens[0].name)
        own = self.collations.get(column) if column in self.spelled else ""
        return tokens[:1] if _collation_named(tokens[2].name) == own else tokens

    def _options(self) -> Options:
        found = {
            f"on_conflict_not_null:{column.name}": conflict
            for column in self.text.columns
            for clause in column.clauses
            if clause.kind == "not null"
            for _, conflict in _conflict(clause.text)
        }
        if self.strict:
            found["strict"] = "yes"
        if self.without_rowid:
            found["without_rowid"] = "yes"
        return tuple(sorted(found.items()))


def is_constraint(clause: Clause) -> bool:
    """Return whether a clause is more than a property of its column."""
    return clause.kind in _KINDS


@lru_cache(4096)
def table_facts(sql: str, schema: str | None = None, indexes: tuple[str, ...] = ()) -> Table:
    """Return the facts of a table by its statement; raise Unreadable where it is none.

    Usually the database has the words of the models, so that all is read once.
    """
    try:
        return TableReader(parse_table(sql)).table(schema, indexes)
    except Unreadable as error:
        raise Unreadable(f"{' '.join(sql.split())[:60]} ...: {error}") from error


def resolved(table: Table, parents: Mapping[str, Table]) -> Table:
    """Spell references as their tables do; one that names no columns is to the primary key."""
    if not any(c.reference for c in table.constraints):
        return table
    constraints = tuple(_resolved(constraint, parents) for constraint in table.constraints)
    return replace(table, constraints=ordered(constraints))


def ordered(constraints: Iterable[Constraint]) -> tuple[Constraint, ...]:
    """Return constraints in a fixed order."""
    return tuple(sorted(constraints, key=_place))


def _place(constraint: Constraint) -> tuple[object, ...]:
    reference = constraint.reference
    return (
        _ORDER[constraint.kind],
        constraint.columns,
        constraint.name or "",
        constraint.text or "",
        (reference.table, reference.columns) if reference else (),
    )


def _resolved(constraint: Constraint, parents: Mapping[str, Table]) -> Constraint:
    reference = constraint.reference
    if reference is None:
        return constraint
    parent = parents.get(folded(reference.table))
    columns = reference.columns
    name = reference.table
    if parent is not None:
        name = parent.name
        spelled = {folded(column.name): column.name for column in parent.columns}
        columns = tuple(spelled.get(folded(c), c) for c in columns) or _key_of(parent)
    columns = columns or constraint.columns
    if (name, columns) == (reference.table, reference.columns):
        return constraint
    return replace(constraint, reference=replace(reference, table=name, columns=columns))


def _key_of(table: Table) -> tuple[str, ...]:
    return next((c.columns for c in table.constraints if c.kind is Kind.PRIMARY_KEY), ())


def _not_alias(written_type: str) -> str:
    """Return the type of a key that is no alias of the row's number, though it looks like it."""
    return " ".join(token.name.upper() for token in tokens_of(written_type))


def _collation(clause: str | None) -> str | None:
    return _collation_named(tokens_of(clause)[1].name) if clause else None


def _collation_named(name: str) -> str | None:
    upper = name.upper()
    if upper in _BUILT_IN:
        return None if upper == "BINARY" else upper
    return folded(name)


@lru_cache(1024)
def _words(text: str) -> tuple[str, ...]:
    return tuple(token.word for token in tokens_of(text))


@lru_cache(1024)
def _conflict(text: str) -> Options:
    """Return what ON CONFLICT says, where it is not ABORT."""
    words = _words(text)
    for at in range(len(words) - 2):
        if words[at : at + 2] == ("ON", "CONFLICT") and words[at + 2] != "ABORT":
            return (("on_conflict", words[at + 2].lower()),)
    return ()


@lru_cache(1024)
def _elements(text: str) -> Options:
    """Return the elements of a key that say more than the names of columns."""
    tokens = tokens_of(text)
    at = next((at for at, token in enumerate(tokens) if token.text == "("), None)
    if at is None:
        return (("elements", "DESC"),) if "DESC" in _words(text) else ()
    parts = parts_of(tokens[at + 1 : closing(tokens, at)])
    bare = [part[:-1] if part[-1].word == "ASC" else part for part in parts]
    if all(len(part) == 1 for part in bare):
        return ()
    return (("elements", ", ".join(map(_key_element, bare))),)


def _key_element(tokens: Sequence[Token]) -> str:
    descending = tokens[-1].word == "DESC"
    return written(tokens[:-1]) + " DESC" if descending else written(tokens)


@lru_cache(1024)
def _actions(text: str) -> tuple[tuple[str | None, str | None, str | None], Options]:
    """Return ON DELETE, ON UPDATE and MATCH of a foreign key, and whether it is deferred."""
    tokens = tokens_of(text)
    at = next(at for at, token in enumerate(tokens) if token.word == "REFERENCES") + 2
    if at < len(tokens) and tokens[at].text == "(":
        at = closing(tokens, at) + 1
    words = [token.word for token in tokens[at:]]
    said: dict[str, str | None] = {}
    for here, word in enumerate(words):
        following = [*words[here + 1 : here + 4], "", "", ""]
        if word == "ON":
            two = following[1] in {"SET", "NO"}
            action = " ".join(following[1 : 3 if two else 2])
            said[following[0]] = None if action == "NO ACTION" else action
        elif word == "MATCH":
            said[word] = None if following[0] == "SIMPLE" else following[0]
        elif word == "DEFERRABLE":
            deferrable = here == 0 or words[here - 1] != "NOT"
            said[word] = "yes" if deferrable else None
            said["INITIALLY"] = following[1] if following[0] == "INITIALLY" else None
    options: dict[str, str] = {}
    if said.get("DEFERRABLE"):
        options["deferrable"] = "yes"
        if said.get("INITIALLY") == "DEFERRED":
            options["initially"] = "deferred"
    return (said.get("DELETE"), said.get("UPDATE"), said.get("MATCH")), tuple(options.items())
