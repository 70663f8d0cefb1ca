"""How many rows tables have: as the catalog estimates, or counted where it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from flask_migrate.results import TableSize

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

_POSTGRESQL: Final = """
    SELECT c.relname, CASE WHEN c.reltuples >= 0 THEN c.reltuples ELSE s.n_live_tup END
    FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_stat_all_tables s ON s.relid = c.oid
    WHERE c.relkind IN ('r', 'p', 'm') AND pg_catalog.pg_table_is_visible(c.oid)
    AND c.relname IN :names
"""
_MARIADB: Final = """
    SELECT table_name, table_rows FROM information_schema.tables
    WHERE table_schema = database() AND table_type = 'BASE TABLE' AND table_name IN :names
"""
_ESTIMATES: Final = {"postgresql": _POSTGRESQL, "mysql": _MARIADB, "mariadb": _MARIADB}


def sizes_of(connection: Connection, names: Iterable[str]) -> tuple[TableSize, ...]:
    """Return how large those of the tables are that exist."""
    wanted = list(dict.fromkeys(names))
    estimate = _ESTIMATES.get(connection.dialect.name)
    if not wanted:
        return ()
    if estimate is None:
        return _counted(connection, wanted)
    text = sa.text(estimate).bindparams(sa.bindparam("names", expanding=True))
    found = {str(name): rows for name, rows in connection.execute(text, {"names": wanted})}
    return tuple(TableSize(n, _whole(found[n]), exact=False) for n in wanted if n in found)


def _counted(connection: Connection, names: list[str]) -> tuple[TableSize, ...]:
    there = set(sa.inspect(connection).get_table_names())
    counts = {
        name: connection.scalar(sa.select(sa.func.count()).select_from(sa.table(name)))
        for name in names
        if name in there
    }
    return tuple(TableSize(name, _whole(rows), exact=True) for name, rows in counts.items())


def _whole(rows: float | None) -> int | None:
    return None if rows is None else int(rows)
