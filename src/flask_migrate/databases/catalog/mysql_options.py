"""What a model states about a whole table: engine, character set, collation and row format."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import sqlalchemy as sa

    from .mysql_server import Server

_NAMES: Final = {
    "engine": "engine",
    "charset": "charset",
    "default_charset": "charset",
    "character_set": "charset",
    "default_character_set": "charset",
    "collate": "collate",
    "default_collate": "collate",
    "row_format": "row_format",
}
_ENGINES: Final = {"innodb": "InnoDB"}
_CHARSETS: Final = frozenset({"utf8mb4", "latin1", "ascii"})
_ROW_FORMATS: Final = frozenset({"dynamic"})


def stated(table: sa.Table, dialect: sa.Dialect) -> dict[str, str]:
    """Return what a model states, by the names that the facts have for it, as it is written."""
    prefix = f"{dialect.name}_"
    written = {
        name.removeprefix(prefix).lower(): str(value)
        for name, value in table.kwargs.items()
        if name.startswith(prefix)
    }
    return {_NAMES[name]: value for name, value in written.items() if name in _NAMES}


def states_more(table: sa.Table, dialect: sa.Dialect) -> bool:
    """Return whether a model states something else about the table."""
    prefix = f"{dialect.name}_"
    names = {name.removeprefix(prefix) for name in table.kwargs if name.startswith(prefix)}
    return bool(names - _NAMES.keys())


def shown_options(options: dict[str, str]) -> dict[str, str] | None:
    """Return how options show that a model states; None where it is not certain."""
    shown = {name: value.lower() for name, value in options.items()}
    if "engine" in shown:
        engine = _ENGINES.get(shown["engine"])
        if engine is None:
            return None
        shown["engine"] = engine
    collation = shown.get("collate")
    charset = shown.get("charset", "utf8mb4")
    if collation and collation.split("_")[0] not in _CHARSETS:
        return None
    if charset not in _CHARSETS or shown.get("row_format", "dynamic") not in _ROW_FORMATS:
        return None
    return shown


def table_collation(table: sa.Table, options: dict[str, str], server: Server) -> str | None:
    """Return the collation that the table of a model has; None where only the server knows.

    What the model leaves open stays as it is in the database.
    """
    if "collate" in options:
        return options["collate"].lower()
    there = server.collations.get(server.key(table))
    charset = options.get("charset", "").lower()
    if there is not None and (not charset or there.startswith(f"{charset}_")):
        return there
    return server.collation if not charset and server.key(table)[0] is None else None
