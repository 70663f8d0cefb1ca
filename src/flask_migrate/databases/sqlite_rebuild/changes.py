"""A batch's operations, applied to the text of a table."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.util import topological

from flask_migrate.errors import TableNotRebuilt

from .casts import needs_cast, superseded
from .render import column_text, constraint_text, default_text, same_text, type_text
from .table import of_table, primary_key_of
from .tokens import folded, normalised, same_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Column, Constraint, Index
    from sqlalchemy.types import TypeEngine

    from .table import Clause, ColumnText, TableText


class Changes:
    """What a batch makes of a table; its columns are renamed already.

    The methods are the operations, with the signatures that Alembic's batch calls.
    """

    def __init__(
        self,
        table: TableText,
        impl: Any,
        reflected_types: Callable[[], Mapping[str, TypeEngine[Any]]],
        renamed: Mapping[str, str],
        unnamed: Sequence[str | None],
    ) -> None:
        self.table = table
        clauses = [clause for _, clause in table.constraint_owners()]
        self._unnamed = list(zip(clauses, unnamed, strict=True))
        self.impl = impl
        self.types: dict[str, TypeEngine[Any]] = {}
        self._reflected_types = reflected_types
        self.renamed = {folded(old): new for old, new in renamed.items()}
        self.anew: set[str] = set()
        """The folded names of columns that are dropped and then added again."""
        self.before = table.names()
        self.added: dict[str, ColumnText] = {}
        self.casts: dict[str, str] = {}
        self.required: list[str] = []
        self.gone: list[ColumnText] = []
        self.new_indexes: list[tuple[Index, dict[str, Any]]] = []

    def alter_column(
        self,
        _table: str,
        column_name: str,
        *,
        nullable: bool | None = None,
        server_default: Any = False,
        name: str | None = None,
        type_: Any = None,
        existing_type: Any = None,
        sqlite_autoincrement: bool | None = None,
        **_: Any,
    ) -> None:
        """Change a column; `autoincrement` and comments mean nothing to SQLite."""
        column = self._column(column_name)
        if name is not None and folded(column_name) in self.added:
            self.added[folded(name)] = self.added.pop(folded(column_name))
            column.name, column.written, column.raw = name, "", None
        if type_ is not None:
            self._retype(column, existing_type, sa.types.to_instance(type_))
        if nullable is not None:
            self._make_nullable(column, nullable=nullable)
        if server_default is not False:
            self._set_default(column, server_default)
        if sqlite_autoincrement is not None:
            self.count_on(wanted=sqlite_autoincrement)

    def count_on(self, *, wanted: bool) -> None:
        """Write the primary key with AUTOINCREMENT, or without it, at its column."""
        for owner, clause in list(self.table.constraint_owners()):
            if clause.kind != "primary key" or len(clause.columns) != 1:
                continue
            column = owner or self._column(clause.columns[0])
            if wanted == ("AUTOINCREMENT" in normalised(clause.text).split()):
                return
            self.table.drop(owner, clause)
            column.put("primary key", "PRIMARY KEY AUTOINCREMENT" if wanted else "PRIMARY KEY")
            next(c for c in column.clauses if c.kind == "primary key").name = clause.name
            return

    def add_column(
        self,
        _table: str,
        column: Column[Any],
        *,
        insert_before: str | None = None,
        insert_after: str | None = None,
        if_not_exists: bool | None = None,
        **_: Any,
    ) -> None:
        """Add a column where it is asked for, else at the end."""
        if self.table.column(column.name):
            if if_not_exists:
                return
            raise self.impossible(f"it has a column '{column.name}' already", "Choose another name")
        new = column_text(self.impl.dialect, column)
        self.table.columns.insert(self._place(insert_before, insert_after), new)
        self.added[folded(column.name)] = new
        if column.primary_key and not new.has("primary key"):
            self._extend_primary_key(column.name)
        if not column.nullable and not new.has("default") and not new.has("generated"):
            self.required.append(column.name)

    def drop_column(
        self, _table: str, column: Any, *, if_exists: bool | None = None, **_: Any
    ) -> None:
        """Drop a column, and with it the keys and constraints that are on it."""
        if if_exists and not self.table.column(self.current(column.name)):
            return
        gone = self._column(column.name)
        self.table.columns = [c for c in self.table.columns if c is not gone]
        self.gone.append(gone)
        self.added.pop(folded(gone.name), None)
        if folded(gone.name) in self.anew:
            self.table.constraints += filter(None, map(of_table, gone.clauses))
            return
        for clause in list(self.table.constraints):
            if clause.kind == "primary key":
                self._shorten_primary_key(clause, gone.name)
            elif any(same_name(name, gone.name) for name in clause.columns):
                self.table.drop(None, clause)

    def add_constraint(self, constraint: Constraint) -> None:
        """Add a constraint; one of the same name is replaced."""
        if isinstance(constraint, sa.PrimaryKeyConstraint):
            self._drop_kind("primary key")
        self._use_current_names(constraint)
        clause = constraint_text(self.impl.dialect, constraint)
        if clause is None:
            return
        for owner, other in list(self.table.constraint_owners()):
            if clause.name is not None and other.name == clause.name:
                self.table.drop(owner, other)
            elif other.kind == clause.kind == "check" and same_text(str(other), str(clause)):
                return
        self.table.constraints.append(clause)

    def drop_constraint(self, constraint: Any, *, if_exists: bool | None = None) -> None:
        """Drop a constraint by its name, or by ours if it has none; a type's by what it says."""
        name = constraint.name
        bound = constraint._type_bound  # noqa: SLF001 # how Alembic tells them
        is_key = isinstance(constraint, sa.PrimaryKeyConstraint)
        if name is None and not bound and not is_key:
            raise ValueError("Constraint must have a name")
        found = self._named(str(name)) if name is not None else []
        owners = list(self.table.constraint_owners())
        if not found and bound:
            text = str(constraint_text(self.impl.dialect, constraint))
            found = [(o, c) for o, c in owners if same_text(str(c), text)]
        if not found and is_key:  # there is only one
            found = [(o, c) for o, c in owners if c.kind == "primary key" and c.name is None]
        for owner, clause in found:
            self._drop(owner, clause)
        if not (found or bound or if_exists):
            raise self._no_constraint(str(name))

    def create_index(self, index: Index, **options: Any) -> None:
        """Remember an index to be created when the table is there."""
        self._use_current_names(index)
        self.new_indexes.append((index, options))

    def create_table_comment(self, table: Any) -> None:
        """Do nothing: SQLite has no comments."""

    drop_table_comment = create_column_comment = create_table_comment

    def rename_table(self, *_: Any, **__: Any) -> None:
        """Refuse, as Alembic does."""
        raise self.impossible("a batch cannot rename its table", "Use op.rename_table")

    def reorder(self, groups: Sequence[Sequence[str]]) -> None:
        """Order the columns as `partial_reordering` says."""
        if not groups:
            return
        names = [column.name for column in self.table.columns]
        wanted = [[self._column(name).name for name in group] for group in groups]
        pairs = [pair for group in wanted for pair in pairwise(group)]
        order = list(topological.sort(pairs, names, deterministic_order=True))
        self.table.columns.sort(key=lambda column: order.index(column.name))

    def finish(self) -> None:
        """Take away the CHECKs of what was dropped; refuse where something else reads it."""
        for column in (c for c in self.gone if folded(c.name) not in self.anew):
            for clause in column.clauses:
                if clause.kind == "check" and self._others(clause) - {folded(column.name)}:
                    raise self.still_used(column.name, str(clause))
        for owner, clause in list(self.table.constraint_owners()):
            lost = clause.reads() & self.dropped - self.table.names()
            if clause.kind not in {"check", "generated"} or not lost:
                continue
            if owner is not None or self._others(clause):
                raise self.still_used(", ".join(sorted(lost)), str(clause))
            self.table.drop(owner, clause)

    def current(self, name: str) -> str:
        """Return what a column is called now; a batch may say its old name to the end."""
        if folded(name) in self.added:
            return name
        return self.renamed.get(folded(name), name)

    def impossible(self, reason: str, advice: str) -> TableNotRebuilt:
        """Return the error that says why this table cannot be changed."""
        return TableNotRebuilt(self.table.name, reason, advice)

    def still_used(self, column: str, user: str) -> TableNotRebuilt:
        """Return the error for a column that cannot go."""
        return self.impossible(
            f"column '{column}' is dropped, but still used by {user}",
            "Drop or change that first, in the same batch or before it",
        )

    @property
    def dropped(self) -> set[str]:
        """The folded names of the columns that go."""
        return {folded(column.name) for column in self.gone}

    def _others(self, clause: Clause) -> set[str]:
        """Return the columns that a constraint reads and that stay."""
        return clause.reads() & self.before - self.dropped

    def _column(self, name: str) -> ColumnText:
        column = self.table.column(self.current(name))
        if column is None:
            known = ", ".join(c.name for c in self.table.columns)
            raise self.impossible(f"it has no column '{name}'", f"Its columns: {known}")
        return column

    def _retype(self, column: ColumnText, existing: Any, new: TypeEngine[Any]) -> None:
        dialect = self.impl.dialect
        for owner, clause in superseded(self.table, column, existing, new, dialect):
            self.table.drop(owner, clause)
        text = type_text(dialect, new)
        if column.source is not None:
            key = folded(column.name)
            known = self.types[key] if key in self.types else self._reflected_types()[key]
            if needs_cast(self.impl, column, known, new):
                self.casts[column.name] = text.partition(" COLLATE ")[0]
        stated = existing is not None and " COLLATE " in type_text(
            dialect, sa.types.to_instance(existing)
        )
        if " COLLATE " in text or stated:
            column.put("collate", None)
        column.type, column.raw = text, None
        self.types[folded(column.name)] = new

    def _make_nullable(self, column: ColumnText, *, nullable: bool) -> None:
        if nullable:
            column.put("not null", None)
        elif not column.has("not null"):
            column.put("null", None)
            column.put("not null", "NOT NULL")
            if not column.has("generated"):
                self.required.append(column.name)

    def _set_default(self, column: ColumnText, default: Any) -> None:
        kind, text = default_text(self.impl.dialect, default) if default is not None else ("", None)
        column.put("default", None)
        column.put("generated", None)
        if text is not None:
            column.put(kind, text)

    def _named(self, name: str) -> list[tuple[ColumnText | None, Clause]]:
        """Return the constraints of a name; else an unnamed one for which we say that name."""
        owners = list(self.table.constraint_owners())
        said = {id(c) for c, called in self._unnamed if called and same_name(called, name)}
        unnamed = [(o, c) for o, c in owners if id(c) in said]
        return [(o, c) for o, c in owners if c.name == name] or unnamed[:1]

    def _drop(self, owner: ColumnText | None, clause: Clause) -> None:
        """Take a constraint away; a key's columns still may not be NULL."""
        if clause.kind == "primary key":
            alias = self.table.rowid_alias()
            every = {"STRICT", "WITHOUT ROWID"} & set(self.table.options)
            for name in clause.columns if every else filter(None, [alias]):
                column = self.table.column(name)
                if column is not None and not column.has("not null"):
                    column.put("null", None)
                    column.put("not null", "NOT NULL")
        self.table.drop(owner, clause)

    def _place(self, before: str | None, after: str | None) -> int:
        columns = self.table.columns
        if after is not None:
            return columns.index(self._column(after)) + 1
        return columns.index(self._column(before)) if before is not None else len(columns)

    def _drop_kind(self, kind: str) -> None:
        for owner, clause in list(self.table.constraint_owners()):
            if clause.kind == kind:
                self._drop(owner, clause)

    def _extend_primary_key(self, name: str) -> None:
        columns = (*self.table.primary_key(), name)
        self._drop_kind("primary key")
        self.table.constraints.append(primary_key_of(columns))

    def _shorten_primary_key(self, clause: Clause, gone: str) -> None:
        columns = [name for name in clause.columns if not same_name(name, gone)]
        if len(columns) == len(clause.columns):
            return
        self.table.drop(None, clause)
        if columns:
            self.table.constraints.append(primary_key_of(columns, clause.name))

    def _use_current_names(self, element: Any) -> None:
        """Name the columns of a constraint or index as they are called now."""
        remote = [key.column for key in getattr(element, "elements", ())]
        own = [column for column in remote if column.table.name == self.table.name]
        columns = [*element.columns, *own]
        for column in {id(c): c for c in columns}.values():
            column.name = self.current(column.name)

    def _no_constraint(self, name: str) -> TableNotRebuilt:
        clauses = [c for _, c in self.table.constraint_owners() if c.kind in _NAMED]
        named = ", ".join(c.name for c in clauses if c.name is not None) or "none"
        said = {id(clause): f" (drop it as '{called}')" for clause, called in self._unnamed}
        unnamed = [f"{c.text}{said.get(id(c), '')}" for c in clauses if c.name is None]
        return TableNotRebuilt(
            self.table.name,
            f"No such constraint: '{name}'",
            f"Its named constraints: {named}; its unnamed ones: {'; '.join(unnamed) or 'none'}",
        )


_NAMED = frozenset({"check", "unique", "foreign key", "primary key"})
