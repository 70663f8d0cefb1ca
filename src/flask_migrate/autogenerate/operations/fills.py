"""What rows get in a column that may not be NULL and of which they have no value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import CompileError, DBAPIError

from flask_migrate.autogenerate.comparison.naming import quoting
from flask_migrate.autogenerate.questions import Question
from flask_migrate.autogenerate.renames.spoken import advice
from flask_migrate.databases import database_named
from flask_migrate.databases.catalog.renamed import Renames
from flask_migrate.errors import WrongUsage

from .directives import Fill, Place
from .written import as_text, sql_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flask_migrate.autogenerate.answers import Answers
    from flask_migrate.autogenerate.comparison.models import Model
    from flask_migrate.autogenerate.order import Key
    from flask_migrate.databases.catalog import Column


class Fills:
    """Finds the value: the model's default, else what was said, else what is asked."""

    def __init__(
        self, connection: sa.Connection, answers: Answers, renames: Renames | None = None
    ) -> None:
        self._connection = connection
        self._answers = answers
        self._renames = renames or Renames()
        """What is called otherwise in the database, as long as the revision has not run."""

    def of_new(self, column: sa.Column[Any], wanted: Column) -> Fill | None:
        """Return what fills a new column; None where nothing must."""
        given = (wanted.default, wanted.computed, wanted.identity)
        if wanted.nullable or wanted.autoincrement or any(part is not None for part in given):
            return None
        return self._fill(column, sa.true(), "no value for")

    def of_now_required(
        self, column: sa.Column[Any], old: sa.Column[Any], actual: Column, wanted: Column
    ) -> Fill | None:
        """Return what fills a column that becomes NOT NULL; None where nothing must."""
        if wanted.nullable or not actual.nullable or wanted.computed is not None:
            return None
        return self._fill(column, old.is_(None), "NULL in")

    def back(self, column: sa.Column[Any], actual: Column, table: sa.Table) -> Fill | None:
        """Return what rows get when a column comes back that goes now, and may not be NULL.

        None where nothing must be, and where no value can be right: of a key, of a reference.
        """
        given = (actual.default, actual.computed, actual.identity)
        if actual.nullable or actual.autoincrement or any(part is not None for part in given):
            return None
        keys: list[Any] = [c for c in table.constraints if not isinstance(c, sa.CheckConstraint)]
        keys += [index for index in table.indexes if index.unique]
        value = neutral(column.type, self._connection.dialect)
        if value is None or any(column.name in key.columns for key in keys):
            return None
        remark = "The values that were there are lost with the column; rows get this instead."
        return Fill(column, value, self._connection.dialect, remark)

    def _fill(self, column: sa.Column[Any], lacking: Any, words: str) -> Fill | None:
        name = f"{column.table.name}.{column.name}"
        expression = self._answers.fills.get(name) or self._of_model(column)
        if expression is None:
            if not self._any(column, lacking):
                return None
            expression = self._asked(column, name, words)
        return Fill(column, expression, self._connection.dialect)

    def _any(self, column: sa.Column[Any], lacking: Any) -> bool:
        key = (column.table.schema, column.table.name)
        schema, table = self._renames.old_key(key)
        there = sa.table(table, schema=schema)
        if isinstance(lacking, sa.BinaryExpression):
            name = self._renames.old_column(key, lacking.left.name)
            there = sa.table(table, sa.column(name), schema=schema)
            lacking = there.c[name].is_(None)
        query = sa.select(sa.literal(1)).select_from(there).where(lacking).limit(1)
        return self._connection.execute(query).first() is not None

    def _of_model(self, column: sa.Column[Any]) -> str | None:
        """Return the model's own default, as SQL; None where it has none that SQL can say."""
        default: Any = column.default
        if default is None or getattr(default, "is_sequence", False) or default.is_callable:
            server: Any = column.server_default
            return None if server is None else self._written(server.arg, column)
        return self._written(default.arg, column)

    def _written(self, value: Any, column: sa.Column[Any]) -> str | None:
        dialect = self._connection.dialect
        if not isinstance(value, sa.ClauseElement):
            value = sa.literal(value, column.type)
        try:
            text = sql_of(value, dialect)
        except (CompileError, NotImplementedError, TypeError, ValueError):
            return None
        return text

    def _asked(self, column: sa.Column[Any], name: str, words: str) -> str | None:
        """Ask until the database understands it; what is said twice is taken as it is."""
        if self._answers.ask is None:
            return None
        text = f"There are rows with {words} {name}, which may not be NULL. {_ASKED}"
        said = None
        while True:
            answer = (self._answers.ask(Question(text, "")) or "").strip()
            problem = self._problem(answer, column) if answer and answer != said else None
            if problem is None:
                self._answers.said.typed.append(answer)
                return answer or None
            said = answer
            text = f"The database does not understand {answer} ({problem}). {_ASKED}"

    def _problem(self, expression: str, column: sa.Column[Any]) -> str | None:
        """Return why an expression cannot be; None where it can, or nothing is known."""
        schema, name = self._renames.old_key((column.table.schema, column.table.name))
        there = quoting(self._connection.dialect).format_table(sa.table(name, schema=schema))
        try:
            with self._connection.begin_nested():
                query = f"SELECT ({expression}) FROM {there} WHERE 1 = 0"
                self._connection.execute(sa.text(as_text(query)))
        except DBAPIError as error:
            return database_named(self._connection.dialect.name).reason(error.orig or error)
        return None


def check_fills(answers: Answers, models: Mapping[Key, Model]) -> None:
    """Note the values that were said beforehand for columns that no model has."""
    columns = {f"{key[1]}.{column.name}" for key, m in models.items() for column in m.table.c}
    for name in answers.fills:
        if name in columns:
            answers.said.met.add(name)
        else:
            reason = f"the models have no column '{name}'"
            wrong = WrongUsage(f"--fill {name}: {reason}. {advice(name, columns)}")
            answers.said.wrong.setdefault(name, wrong)


def places_in(operations: Iterable[Any]) -> list[Place]:
    """Return the places for values that nobody has said; they come before everything else."""
    fills = (operation for operation in operations if isinstance(operation, Fill))
    return [Place(fill) for fill in fills if fill.expression is None]


_ASKED: Final = (
    "What shall they get? Write SQL: a text in quotes, as in 'unknown', or a number, as in 0; "
    "an empty line leaves a place for it in the file:"
)


def neutral(type_: Any, dialect: sa.Dialect) -> str | None:
    """Return a value of a type that says nothing, as SQL; None where there is none."""
    if isinstance(type_, sa.Enum):
        return "'" + type_.enums[0].replace("'", "''") + "'" if type_.enums else None
    if isinstance(type_, sa.Boolean):
        return "false" if dialect.name == "postgresql" else "0"
    values: dict[Any, str] = {
        sa.String: "''",
        sa.Integer: "0",
        sa.Numeric: "0",
        sa.DateTime: "CURRENT_TIMESTAMP",
        sa.Date: "CURRENT_DATE",
        sa.Time: "'00:00:00'",
        sa.JSON: "'{}'",
        sa.LargeBinary: "''",
    }
    return next((value for kind, value in values.items() if isinstance(type_, kind)), None)
