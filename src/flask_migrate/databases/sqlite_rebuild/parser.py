"""Reads CREATE TABLE as SQLite has stored it (grammar: sqlite.org/lang_createtable)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .table import Clause, ColumnText, TableText
from .tokens import normalised, tokens_of

if TYPE_CHECKING:
    from .tokens import Token

_TABLE_CONSTRAINTS: Final = frozenset({"CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"})
_COLUMN_CONSTRAINTS: Final = frozenset(
    "CONSTRAINT PRIMARY NOT NULL UNIQUE CHECK DEFAULT COLLATE REFERENCES GENERATED AS".split()  # noqa: SIM905
)


class Unreadable(ValueError):
    """A CREATE TABLE is not one that can be rebuilt."""


def parse_table(sql: str) -> TableText:
    """Read a CREATE TABLE statement; raise Unreadable where it is something else."""
    return _Reader(sql).table()


def parse_constraint(text: str) -> Clause:
    """Read a table constraint."""
    return _Reader(text).constraint()


def parse_column(text: str) -> ColumnText:
    """Read a column's definition; the column is new: no values come from an old one."""
    reader = _Reader(text)
    column = reader.column()
    column.source = None
    return column


class _Reader:
    """A place in a statement that goes forward."""

    def __init__(self, sql: str) -> None:
        self.sql = sql
        self.tokens = tokens_of(sql)
        self.at = 0

    def table(self) -> TableText:
        self.expect("CREATE")
        self.accept("TEMP", "TEMPORARY")
        self.expect("TABLE")
        if self.accept("IF"):
            self.at += 2
        name = self.take()
        if self.accept("."):
            name = self.take()
        self.expect("(")
        table = TableText(name.name, [], [], [], written=name.text)
        self._items(table)
        self.expect(")")
        rest = normalised(self.sql[self._here() :]) if self.at < len(self.tokens) else ""
        table.options = [option for option in rest.split(" , ") if option]
        return table

    def _items(self, table: TableText) -> None:
        start = self.tokens[self.at - 1].end
        while True:
            constrains = self.word in _TABLE_CONSTRAINTS
            if constrains:
                while self.word in _TABLE_CONSTRAINTS:
                    table.constraints.append(self.constraint())
            else:
                table.columns.append(self.column())
            if self.peek not in {",", ")"}:
                raise Unreadable(f"near {self.peek!r}")
            raw = self.sql[start : self._here()].strip()
            if constrains:
                table.untouched.append(raw)
            else:
                table.columns[-1].raw = raw
            if self.peek == ")":
                return
            start = self.take().end

    def column(self) -> ColumnText:
        name = self.take()
        begun = self.at
        while self.peek not in {",", ")", "("} and self.word not in _COLUMN_CONSTRAINTS:
            if self.at >= len(self.tokens):
                break
            self.at += 1
        if self.at > begun and self.peek == "(":
            self.paren()
        column = ColumnText(name.name, self.text_from(begun), written=name.text, source=name.name)
        while self.word in _COLUMN_CONSTRAINTS or self.word == "DEFERRABLE":
            self._add_clause(column)
        return column

    def _add_clause(self, column: ColumnText) -> None:
        """Add a constraint to its column; when it is checked may stand apart, a name alone."""
        begun = self.at
        if self._deferral():
            key = next((c for c in reversed(column.clauses) if c.kind == "foreign key"), None)
            if key is not None:
                key.text += f" {self.text_from(begun)}"
        elif self.word != "CONSTRAINT" or not self._is_alone():
            column.clauses.append(self._clause(column.name))

    def _is_alone(self) -> bool:
        """Pass a name that no constraint follows."""
        behind = [token.text for token in self.tokens[self.at + 2 : self.at + 3]]
        if behind in ([","], [")"]):
            self.at += 2
            return True
        return False

    def constraint(self) -> Clause:
        name = self._constraint_name()
        begun = self.at
        clause = Clause(self._kind(), "", name)
        if clause.kind == "check":
            self.paren()
        elif clause.kind in {"primary key", "unique", "foreign key"}:
            clause.columns = self.columns()
        else:
            raise Unreadable(f"near {clause.kind!r}")
        if clause.kind == "foreign key":
            self.expect("REFERENCES")
            self._reference(clause)
        self._conflict()
        clause.text = self.text_from(begun)
        return clause

    def _clause(self, column: str) -> Clause:
        name = self._constraint_name()
        begun = self.at
        clause = Clause(self._kind(), "", name, (column,))
        match clause.kind:
            case "primary key":
                self.accept("ASC", "DESC")
                self._conflict()
                self.accept("AUTOINCREMENT")
            case "check":
                self.paren()
                self._conflict()
            case "default":
                self._default()
            case "collate":
                self.take()
            case "foreign key":
                self._reference(clause)
            case "generated":
                self.paren()
                self.accept("STORED", "VIRTUAL")
            case _:
                self._conflict()
        clause.text = self.text_from(begun)
        return clause

    def _kind(self) -> str:
        """Pass the words with which a constraint begins, and return what it is."""
        word = self.take().word
        match word:
            case "PRIMARY" | "FOREIGN":
                self.expect("KEY")
                return f"{word.lower()} key"
            case "NOT":
                self.expect("NULL")
                return "not null"
            case "GENERATED":
                self.expect("ALWAYS")
                self.expect("AS")
                return "generated"
            case "AS":
                return "generated"
            case "REFERENCES":
                return "foreign key"
        return word.lower()

    def _constraint_name(self) -> str | None:
        name = None
        while self.accept("CONSTRAINT"):
            name = self.take().name
        return name

    def _default(self) -> None:
        if self.peek == "(":
            self.paren()
            return
        self.accept("+", "-")
        self.take()

    def _reference(self, clause: Clause) -> None:
        clause.target = self.take().name
        if self.peek == "(":
            clause.target_columns = self.columns()
        while True:
            if self.accept("ON"):
                self.take()
                if self.take().word in {"SET", "NO"}:
                    self.take()
            elif self.accept("MATCH"):
                self.take()
            elif not self._deferral():
                return

    def _deferral(self) -> bool:
        """Pass the words that say when a foreign key is checked, if they are here."""
        if not (self._next_is("NOT", "DEFERRABLE") or self.word == "DEFERRABLE"):
            return False
        self.accept("NOT")
        self.take()
        if self.accept("INITIALLY"):
            self.take()
        return True

    def _conflict(self) -> None:
        if self._next_is("ON", "CONFLICT"):
            self.at += 3

    def columns(self) -> tuple[str, ...]:
        """Pass a list of columns in parentheses and return their names."""
        begun = self.at
        self.paren()
        inner = self.tokens[begun + 1 : self.at - 1]
        firsts = [t for i, t in enumerate(inner) if i == 0 or inner[i - 1].text == ","]
        return tuple(token.name for token in firsts)

    def paren(self) -> None:
        """Pass an expression in parentheses."""
        self.expect("(")
        depth = 1
        while depth:
            depth += {"(": 1, ")": -1}.get(self.take().text, 0)

    @property
    def peek(self) -> str:
        return self.tokens[self.at].text if self.at < len(self.tokens) else ""

    @property
    def word(self) -> str:
        return self.tokens[self.at].word if self.at < len(self.tokens) else ""

    def _next_is(self, *words: str) -> bool:
        following = self.tokens[self.at : self.at + len(words)]
        return [token.word for token in following] == list(words)

    def take(self) -> Token:
        if self.at >= len(self.tokens):
            raise Unreadable("at its end")
        self.at += 1
        return self.tokens[self.at - 1]

    def accept(self, *texts: str) -> bool:
        if self.at < len(self.tokens) and (self.word or self.peek) in texts:
            self.at += 1
            return True
        return False

    def expect(self, text: str) -> None:
        if not self.accept(text):
            raise Unreadable(f"near {self.peek!r}")

    def text_from(self, begun: int) -> str:
        if begun == self.at:
            return ""
        return self.sql[self.tokens[begun].start : self.tokens[self.at - 1].end]

    def _here(self) -> int:
        return self.tokens[self.at].start
