"""Tables of MariaDB and MySQL, read from information_schema."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from .facts import Column, Constraint, Kind, Reference, Table
from .mysql_indexes import constraints_and_indexes
from .mysql_server import plain
from .mysql_statements import CatalogRows, catalog_rows

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    import sqlalchemy as sa

    from .mysql_server import Server

_ON_UPDATE: Final = re.compile(r"\bon update (\S+)", re.IGNORECASE)
_STATED: Final = re.compile(r"`?(\w+)`?='?([^'\s]*)'?")
_JSON_CHECK: Final = re.compile(r"json_valid\([`\"](.*)[`\"]\)", re.IGNORECASE)
_NAME: Final = re.compile(r"`((?:[^`]|``)+)`")
_JSON_COLLATION: Final = "utf8mb4_bin"
_NUMBERS: Final = re.compile(
    r"(?:tiny|small|medium|big)?int|decimal|float|double|year|bit", re.IGNORECASE
)
_LEFT_OUT: Final = frozenset({"auto_increment", "partitioned"})


def read_tables(
    connection: sa.Connection,
    schema: str | None,
    names: Collection[str] | None,
    server: Server,
    place: str,
) -> dict[str, Table]:
    """Return the tables in a database, `place`, as those of a schema."""
    rows = catalog_rows(connection, place, names, mariadb=server.mariadb)
    wanted = rows.tables if names is None else rows.tables.keys() & set(names)
    return {name: table_of(name, schema, rows, server) for name in sorted(wanted)}


def table_of(name: str, schema: str | None, rows: CatalogRows, server: Server) -> Table:
    """Return one table of a schema."""
    kind, engine, row_format, collation, stated, comment = rows.tables[name][0]
    collation = plain(collation)
    checks = [
        _check(plain(n), _expression(text, server), plain(level))
        for n, text, level in rows.checks.get(name, ())
    ]
    json = {n for n, text, level in checks if level == "Column" and _is_json(n, text)}
    columns = [_column(row, collation, json, server) for row in
               sorted(rows.columns[name], key=lambda row: row[8])]  # fmt: skip
    typed_json = {column.name for column in columns if column.type == "json"}
    foreign_keys = list(_foreign_keys(name, rows, server))
    constraints, indexes, made = constraints_and_indexes(rows.indexes.get(name, ()), foreign_keys)
    on_columns = [(n, text) for n, text, level in checks if level == "Column"]
    options = {
        "engine": plain(engine or ""),
        "charset": collation.split("_")[0],
        "collate": collation,
        "row_format": plain(row_format or "").lower(),
        **_stated(plain(stated or "")),
        **{f"foreign_key_index:{key}": index for key, index in made.items()},
        **{f"column_check:{n}": text for n, text in on_columns if n not in typed_json},
    }
    if kind == "SYSTEM VERSIONED":
        options["system_versioning"] = "yes"
    constraints += foreign_keys
    constraints += [
        Constraint(Kind.CHECK, n if level == "Table" else None, text=text)
        for n, text, level in checks
        if level == "Table" or n not in typed_json
    ]
    return Table(
        name,
        tuple(columns),
        tuple(sorted(constraints, key=_place)),
        tuple(sorted(indexes, key=lambda index: index.name)),
        plain(comment) if comment else None,
        tuple(sorted(options.items())),
        schema,
    )


def _column(row: tuple[Any, ...], table_collation: str, json: set[str], server: Server) -> Column:
    name, type_, nullable, default, extra, generated, collation, comment, _ = row
    name, type_, extra = plain(name), plain(type_), plain(extra or "")
    collation = plain(collation) if collation else None
    if name in json and type_ == "longtext" and collation == _JSON_COLLATION:
        type_, collation = "json", None
    # The columns of a period show as generated ones and cannot be made as such.
    computed = _expression(generated, server) if generated else None
    if computed in ("ROW START", "ROW END"):
        computed = None
    return Column(
        name,
        type_,
        plain(nullable) == "YES",
        None if generated else _default(default, type_, extra, server),
        computed,
        computed is not None and "STORED" in extra.upper(),
        autoincrement="auto_increment" in extra.lower(),
        collation=None if collation == table_collation else collation,
        comment=plain(comment) if comment else None,
    )


def _default(value: Any, type_: str, extra: str, server: Server) -> str | None:
    text = None if value is None else plain(value)
    if server.mariadb:
        text = None if text == "NULL" else text
    elif text is not None:
        text = _mysql_default(text, type_, extra, server)
    updated = _ON_UPDATE.search(extra)
    if updated:
        return f"{text or 'NULL'} ON UPDATE {updated.group(1)}"
    return text


def _mysql_default(text: str, type_: str, extra: str, server: Server) -> str:
    """Return what MySQL would read back: it shows constants without their quotes."""
    if "DEFAULT_GENERATED" in extra:
        text = _expression(text, server)
        return text if text.upper().startswith("CURRENT_TIMESTAMP") else f"({text})"
    if _NUMBERS.match(type_) or text.startswith("0x"):
        return text
    return "'{}'".format(text.replace("\\", "\\\\").replace("'", "''"))


def _expression(text: Any, server: Server) -> str:
    """Return an expression; MySQL shows it with the quotes of its texts escaped."""
    return plain(text) if server.mariadb else plain(text).replace("\\'", "'")


def _check(name: str, text: str, level: str) -> tuple[str, str, str]:
    """Return a CHECK; one that stands at a column by the column's name.

    In MariaDB's catalog it keeps the name that the column had before it was renamed.
    """
    named = set(_NAME.findall(text)) if level == "Column" else set()
    if len(named) == 1 and name not in named:
        name = named.pop().replace("``", "`")
    return name, text, level


def _is_json(column: str, check: str) -> bool:
    found = _JSON_CHECK.fullmatch(check)
    return found is not None and found.group(1).replace("``", "`") == column


def _foreign_keys(table: str, rows: CatalogRows, server: Server) -> Iterator[Constraint]:
    actions = {plain(n): (plain(d), plain(u)) for n, d, u in rows.actions.get(table, ())}
    parts: dict[str, list[tuple[Any, ...]]] = {}
    for row in sorted(rows.references.get(table, ()), key=lambda row: (plain(row[0]), row[1])):
        parts.setdefault(plain(row[0]), []).append(row[2:])
    for name, columns in parts.items():
        ondelete, onupdate = (action(a) for a in actions.get(name, ("", "")))
        target = plain(columns[0][1])
        reference = Reference(
            plain(columns[0][2]),
            tuple(plain(column[3]) for column in columns),
            None if target == server.database else target,
            ondelete,
            onupdate,
        )
        yield Constraint(
            Kind.FOREIGN_KEY, name, tuple(plain(c[0]) for c in columns), reference=reference
        )


def action(word: str | None) -> str | None:
    """Return what a foreign key does; RESTRICT is what InnoDB does for NO ACTION."""
    return None if not word or word.upper() in ("RESTRICT", "NO ACTION") else word.upper()


def _stated(create_options: str) -> dict[str, str]:
    found = {name.lower(): value.lower() for name, value in _STATED.findall(create_options)}
    return {name: value for name, value in found.items() if name not in _LEFT_OUT}


def _place(constraint: Constraint) -> tuple[Any, ...]:
    return (constraint.kind, constraint.name or "", constraint.columns, constraint.text or "")


def in_order(constraints: Iterable[Constraint]) -> tuple[Constraint, ...]:
    """Return constraints in the one order that tables have them in."""
    return tuple(sorted(constraints, key=_place))
