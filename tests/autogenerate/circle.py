"""The circle: models change, and the database goes there, stays, comes back and goes again."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.autogenerate.history import History
from tests.autogenerate.rows import contents, fill
from tests.autogenerate.snapshot import difference, snapshot

if TYPE_CHECKING:
    from pathlib import Path

    import sqlalchemy as sa

    from tests.autogenerate.cases import Change
    from tests.autogenerate.place import Place


def run(change: Change, place: Place, folder: Path) -> None:
    """Take a database with rows through a change of the models and back, and compare each time."""
    place.prepare(change.setup)
    Circle(change, place, folder).run()


class Circle:
    """One change on one database."""

    def __init__(self, change: Change, place: Place, folder: Path) -> None:
        self.change = change
        self.before, self.after = change.before(), change.after()
        self.place = place
        self.history = History(folder, place.engine, **change.configure)
        self.wanted = self._created_by_sqlalchemy()

    def run(self) -> None:
        start = self._begin()
        schema, rows = snapshot(self.place.engine), self._rows_before()
        if not self._go():
            return
        changed = self._rows_after(rows)
        self.history.downgrade(start)
        self._same(schema, snapshot(self.place.engine), "after the downgrade")
        self._rows_back(rows, changed)
        self.history.upgrade()
        self._arrived("after the second upgrade")

    def _begin(self) -> str:
        """Bring the database to the models of before, with rows; return its revision.

        How it is then is remembered, for all that comes.
        """
        written = self.history.migrate(self.before)
        self.history.upgrade()
        self.history.check(self.before)
        with self.place.engine.begin() as connection:
            fill(connection, self.before, self.after, self.change.values)
        return written.revisions[0].revision if written.revisions else "base"

    def _go(self) -> bool:
        """Migrate to the models of after, once, and find that this was all.

        Returns whether there was anything to do: two random schemas may be alike.
        """
        answers = {"renames": list(self.change.renames)} if self.change.renames else {}
        there = self._shown() == self.wanted and not self.change.renames
        written = self.history.migrate(self.after, **answers, **self.change.options)
        assert bool(written.revisions) != there, f"found: {written.changes}"
        if there:
            return False
        self.history.upgrade()
        self._arrived("after the upgrade")
        again = self.history.migrate(self.after)
        assert not again.revisions, (
            f"a second migrate found {', '.join(map(str, again.changes))}\n{self.history.text()}"
        )
        return True

    def _created_by_sqlalchemy(self) -> list[str]:
        self.after.create_all(self.place.scratch)
        return snapshot(self.place.scratch, self.before, self.after)

    def _arrived(self, when: str) -> None:
        self._same(self.wanted, self._shown(), when)

    def _shown(self) -> list[str]:
        return snapshot(self.place.engine, self.before, self.after)

    def _same(self, wanted: list[str], found: list[str], when: str) -> None:
        differing = difference(wanted, found)
        assert not differing, f"{when}:\n{differing}\n{self.history.text()}"

    def _kept(self) -> dict[str, list[tuple[str, str]]]:
        """Return the columns that are there before and after, by tables; with both names."""
        kept = {}
        for name, table in self.before.tables.items():
            twin = self.after.tables.get(self.change.moved.get(name, name))
            if twin is not None:
                both = [(c.name, self._new_name(name, c)) for c in table.c if c.computed is None]
                kept[name] = [(old, new) for old, new in both if _plain(twin, new)]
        return kept

    def _new_name(self, table: str, column: sa.Column[Any]) -> str:
        return self.change.moved.get(f"{table}.{column.name}", column.name)

    def _rows_before(self) -> dict[str, list[tuple[Any, ...]]]:
        return {
            table: self._read(self.before.tables[table], [old for old, _ in columns])
            for table, columns in self._kept().items()
        }

    def _rows_after(
        self, rows: dict[str, list[tuple[Any, ...]]]
    ) -> dict[str, list[tuple[Any, ...]]]:
        """Compare the rows with those before, and return how they should be."""
        changed = {}
        for table, columns in self._kept().items():
            names = [f"{table}.{old}" for old, _ in columns]
            changed[table] = _mapped(rows[table], names, self.change.becomes)
            twin = self.after.tables[self.change.moved.get(table, table)]
            self._hold(twin, [new for _, new in columns], changed[table], "after the upgrade")
        for name, value in self.change.added.items():
            table, _, column = name.rpartition(".")
            assert {row[0] for row in self._read(self.after.tables[table], [column])} == {value}
        return changed

    def _rows_back(
        self, rows: dict[str, list[tuple[Any, ...]]], changed: dict[str, list[tuple[Any, ...]]]
    ) -> None:
        """Compare the rows with those that the way back leaves."""
        for table, columns in self._kept().items():
            names = [f"{table}.{old}" for old, _ in columns]
            wanted = _mapped(changed[table], names, self.change.returns)
            assert len(wanted) == len(rows[table])
            old = [old for old, _ in columns]
            self._hold(self.before.tables[table], old, wanted, "after the downgrade")

    def _hold(
        self, table: sa.Table, columns: list[str], wanted: list[tuple[Any, ...]], when: str
    ) -> None:
        found = self._read(table, columns)
        assert found == wanted, (
            f"rows of {table} {when}: {columns}\n{wanted}\n{found}\n{self.history.text()}"
        )

    def _read(self, table: sa.Table, columns: list[str]) -> list[tuple[Any, ...]]:
        return sorted(contents(self.place.engine, table, columns), key=_order)


def _plain(table: sa.Table, column: str) -> bool:
    return column in table.c and table.c[column].computed is None


def _mapped(rows: list[tuple[Any, ...]], names: list[str], changes: Any) -> list[tuple[Any, ...]]:
    mapped = [
        tuple(_one(value, changes.get(name)) for name, value in zip(names, row, strict=True))
        for row in rows
    ]
    return sorted(mapped, key=_order)


def _one(value: Any, change: Any) -> Any:
    if change is None:
        return value
    return change(value) if callable(change) else change.get(value, value)


def _order(row: tuple[Any, ...]) -> list[str]:
    """Return what rows are sorted by: True is 1, and 1.50 is 1.5."""
    return [repr(float(v)) if isinstance(v, int | float | Decimal) else repr(v) for v in row]
